import { HOUR, instant, renderInstant } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import { UNMEASURED } from '../core/attribution/clock.ts';
import type { FlowRow, LeaseRow, SightingRow, SourceRow, Store } from '../core/ports.ts';
import { type Clock, type FlowBehind, flowsBehind } from '../core/trace/flow-behind.ts';
import { callsOut } from '../core/trace/span-tree.ts';
import { only, renderEndpoint } from './address.ts';
import { conntrackOf } from './completeness.ts';
import { allFlows } from '../core/all-flows.ts';

/** The flows behind one call, or why there is none. */
export type Behind = { readonly flows: readonly FlowBehind[] } | { readonly why: string };

/** Destinations that are asked about; a trace that calls more is not read by anybody. */
const MOST_DESTINATIONS = 64;
/** Flows of one destination around a trace. */
const MOST_FLOWS = 5_000;

/**
 * The flows behind the calls among these sightings. A line of a log that names both ends is a call too. Sightings that call nobody are
 * left out.
 */
export const flowsOfCalls = async (
  store: Pick<Store, 'flows'>,
  cluster: string,
  sightings: readonly SightingRow[],
  podOf: (sighting: SightingRow) => LeaseRow | null,
  calleeOf: (call: SightingRow) => LeaseRow | null,
  sources: readonly SourceRow[],
): Promise<ReadonlyMap<SightingRow, Behind>> => {
  const spans = new Set(sightings.filter(callsOut).map((s) => `${s.traceId} ${s.spanId}`));
  const calls = sightings.filter(
    (s) =>
      callsOut(s) ||
      // A line that a span stands for tells of the same connection once more.
      (s.kind !== 'server' && s.destIp !== null && s.localPort > 0 && !spans.has(`${s.traceId} ${s.spanId}`)),
  );
  const behind = new Map<SightingRow, Behind>();
  const known = new Map<Ip, readonly SightingRow[]>();
  for (const call of calls) {
    if (call.destIp === null) {
      if (call.destHost !== '') behind.set(call, { why: noAddress(call) });
    } else known.set(call.destIp, [...(known.get(call.destIp) ?? []), call]);
  }
  let asked = 0;
  for (const [destIp, of] of known) {
    if (++asked > MOST_DESTINATIONS) {
      for (const call of of)
        behind.set(call, { why: `flows of the first ${MOST_DESTINATIONS} destinations are looked for` });
      continue;
    }
    const clocks = of.map((call) => clockOf(nodeOf(call, podOf(call)), sources));
    const reach = Math.max(...clocks.map(({ offsetMs, uncertaintyMs }) => Math.abs(offsetMs) + uncertaintyMs)) + 1;
    const flowsWithin = (ms: number): Promise<readonly FlowRow[]> =>
      store.flows({
        ...allFlows(cluster, {
          from: instant(Math.min(...of.map((call) => call.begin)) - ms),
          until: instant(Math.max(...of.map((call) => call.until)) + ms),
        }),
        dest: [only(destIp)],
        destPorts: of.some((call) => call.destPort === 0) ? [] : [...new Set(of.map((call) => call.destPort))],
        limit: MOST_FLOWS,
      });
    const flows = await flowsWithin(reach);
    for (const [i, call] of of.entries())
      behind.set(call, behindCall(call, podOf(call), calleeOf(call), flows, clocks[i] as Clock, sources));
    const without = of.filter((call) => call.localPort > 0 && 'why' in (behind.get(call) ?? {}));
    if (without.length === 0) continue;
    const around = await flowsWithin(reach + HOUR);
    for (const call of without) {
      const why = hourOff(call, podOf(call), around, clocks[of.indexOf(call)] as Clock);
      if (why !== null) behind.set(call, { why });
    }
  }
  return behind;
};

const nodeOf = (call: SightingRow, pod: LeaseRow | null): string => pod?.node ?? call.node;

/** Local time that was written as UTC is off by whole hours: the port tells. */
const hourOff = (call: SightingRow, pod: LeaseRow | null, flows: readonly FlowRow[], clock: Clock): string | null => {
  const node = nodeOf(call, pod);
  for (const [shift, when] of [
    [HOUR, 'later'],
    [-HOUR, 'earlier'],
  ] as const) {
    const shifted = { ...clock, offsetMs: clock.offsetMs + shift };
    const found = flowsBehind(call, { uid: pod?.uid ?? null, node }, flows, shifted);
    if (found.some(({ tie }) => tie === 'pod-and-port' || tie === 'port'))
      return `no flow then, but one with its port an hour ${when}: the clock that wrote this span seems an hour off`;
  }
  return null;
};

const behindCall = (
  call: SightingRow,
  pod: LeaseRow | null,
  callee: LeaseRow | null,
  flows: readonly FlowRow[],
  clock: Clock,
  sources: readonly SourceRow[],
): Behind => {
  const node = nodeOf(call, pod);
  const found = flowsBehind(call, { uid: pod?.uid ?? (call.podUid === '' ? null : call.podUid), node }, flows, clock);
  if (found.length > 0) return { flows: found };
  if (node !== '' && callee?.node === node)
    return { why: 'no flow: it stayed within the node, where no flow log looks' };
  const end = renderEndpoint(call.destIp ?? '', call.destPort);
  const told = sources.filter(({ kind, rows }) => (kind === 'flow-log' || kind === 'conntrack') && rows > 0);
  const covers = told.some(
    ({ first, watermark }) =>
      first !== null &&
      watermark !== null &&
      first - clock.uncertaintyMs <= call.until &&
      call.begin <= watermark + clock.uncertaintyMs,
  );
  if (!covers) return { why: `no flow log or conntrack that was read covers ${renderInstant(call.begin)}` };
  const perhaps = call.redirected
    ? 'a sidecar made the connection, perhaps to elsewhere'
    : 'through a Service address, or not logged';
  return {
    why: `no flow to ${end}${node === '' ? '' : ` from ${node}`} then, ± ${clock.uncertaintyMs} ms: ${perhaps}`,
  };
};

const noAddress = ({ destHost, redirected }: SightingRow): string =>
  redirected
    ? `a sidecar made the connection to ${destHost}: the application saw its loopback end only`
    : `it names ${destHost}, not the address it connected to (network.peer.address)`;

const clockOf = (node: string, sources: readonly SourceRow[]): Clock => {
  const { clockOffsetMs: offsetMs = null, clockUncertaintyMs: uncertaintyMs = null } =
    sources.find(({ name }) => name === conntrackOf(node)) ?? {};
  return offsetMs === null || uncertaintyMs === null ? UNMEASURED : { offsetMs, uncertaintyMs };
};
