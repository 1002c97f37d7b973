import { compareText } from '../base/compare-text.ts';
import type { Instant } from '../base/instant.ts';
import { compareIp } from '../base/ip.ts';
import type { Holdings, PortsQuery } from '../core/ports.ts';
import { type Holder, type Holding, type RequestsTold, OLD_SLICES, SILENT, SLICES } from '../core/snat/holding.ts';
import type { Engine, Params } from './engine.ts';
import { ipText } from './ip-text.ts';
import { protocolName } from './protocol.ts';
import { flowLogWatermark, inventoryInForce } from './read-flows.ts';
import { readPods } from './read-pods.ts';
import { readUnnamed } from './read-pod-ports.ts';
import { EVERY_SHARD, inParts, nodeAt, nodeNames, portParams } from './read-ports.ts';
import { filtering } from './sql.ts';

interface HoldingRow {
  /** Empty, as the other two: nodes themselves. */
  readonly kind: string;
  readonly space: string;
  readonly workload: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
  readonly peak: number;
  readonly peak_ms: number;
  readonly open_at_peak: number;
  readonly peak_open: number;
  readonly began: number;
  readonly closed: number;
  readonly at_start: number;
  readonly at_end: number;
  readonly life_ms: number;
  readonly long_life_ms: number;
  readonly kept_ms: number;
  readonly oldest_from_ms: number;
  readonly watched_at_end: number;
  readonly silent: number;
  readonly added_watched: number;
  readonly added_silent: number;
  readonly lived: number;
  readonly holdings: number;
}

interface HolderRow {
  /** Which of the holdings asked about, from 1 on. */
  readonly place: number;
  readonly uid: string;
  readonly node_ip: string;
  readonly ports: number;
  readonly open: number;
  readonly at_start: number;
  readonly carried: number;
  readonly began_in: readonly number[];
  readonly closed_in: readonly number[];
  readonly kept_of: readonly number[];
}

interface RequestsRow {
  readonly uid: string;
  readonly to_ip: string;
  readonly to_port: number;
  readonly spans: number;
  readonly requests: number;
  readonly unsampled: number;
  readonly mean_ms: number;
  readonly lines: number;
  readonly different_ids: number;
}

/** What workloads hold of the ports of nodes, those that hold most, who of them, and what their requests tell. */
export const readHoldings = async (
  engine: Engine,
  query: PortsQuery,
  least: number,
  limit: number,
  keptFrom: Instant,
): Promise<Holdings> => {
  const { cluster, from, until } = query;
  const inventory = await inventoryInForce(engine, cluster);
  const nodes = await nodeNames(engine, cluster, inventory);
  // A flow log tells late: of what it has not told yet nothing is silent.
  const told = Math.min(until, await flowLogWatermark(engine, cluster));
  const start = Math.max(from, keptFrom);
  const sliceMs = Math.ceil((until - start) / SLICES);
  const more = { least, limit, quiet_ms: told - SILENT, old_ms: start + OLD_SLICES * sliceMs };
  const held: HoldingRow[] = [];
  let holdings = 0;
  for await (const some of inParts<HoldingRow>(engine, 'ports/holdings', query, inventory, keptFrom, more)) {
    holdings += some[0]?.holdings ?? 0;
    held.push(...some);
    held.sort(byPeak).splice(limit);
  }
  const params: Params = {
    ...portParams(query, inventory, keptFrom),
    shards: EVERY_SHARD,
    slices: SLICES,
    slice_ms: sliceMs,
    p_kind: held.map(({ kind }) => kind),
    p_space: held.map(({ space }) => space),
    p_workload: held.map(({ workload }) => workload),
    p_dest: held.map(({ dest_ip }) => dest_ip),
    p_port: held.map(({ dest_port }) => dest_port),
    p_protocol: held.map(({ protocol }) => protocol),
    p_at: held.map(({ peak_ms }) => peak_ms),
  };
  // Wherever else a pod talks to decides what a name can be.
  const anywhere: Params = {
    ...params,
    ...portParams({ ...query, dest: [], destPorts: [], nodes: [], inside: [] }, inventory, keptFrom),
    of_nodes: false,
  };
  const [holders, requests] =
    held.length === 0
      ? [[], []]
      : await Promise.all([
          engine.rows<HolderRow>(filtering('ports/holders', params), params),
          engine.rows<RequestsRow>(filtering('ports/requests', anywhere), anywhere),
        ]);
  const uids = [...new Set(holders.flatMap(({ uid }) => (uid === '' ? [] : [uid])))];
  const pods = await readPods(engine, cluster, inventory, uids);
  const asked = new Map(requests.map((row) => [`${row.uid} ${row.to_ip} ${row.to_port}`, requestsOf(row)]));
  const byPlace = Map.groupBy(holders, ({ place }) => place);
  return {
    rows: held.map((row, i) =>
      holdingOf(
        row,
        until,
        (byPlace.get(i + 1) ?? []).map((one) => ({
          ...holderOf(one),
          pod: pods.get(one.uid) ?? null,
          node: nodeAt(nodes, one.node_ip, row.peak_ms),
          requests: asked.get(`${one.uid} ${row.dest_ip} ${row.dest_port}`) ?? null,
        })),
      ),
    ),
    holdings,
    unnamed: await readUnnamed(engine, query, inventory, keptFrom, true),
  };
};

const byPeak = (a: HoldingRow, b: HoldingRow): number =>
  b.peak - a.peak ||
  compareText(a.space, b.space) ||
  compareText(a.kind, b.kind) ||
  compareText(a.workload, b.workload) ||
  compareIp(ipText(a.dest_ip), ipText(b.dest_ip)) ||
  a.dest_port - b.dest_port ||
  a.protocol - b.protocol;

const holdingOf = (row: HoldingRow, until: number, holders: readonly Holder[]): Holding => {
  return {
    workload: row.workload === '' ? null : { kind: row.kind, namespace: row.space, name: row.workload },
    destIp: ipText(row.dest_ip),
    destPort: row.dest_port,
    protocol: protocolName(row.protocol),
    peakPorts: row.peak,
    peakAt: row.peak_ms as Instant,
    openAtPeak: row.open_at_peak,
    peakOpen: row.peak_open,
    began: row.began,
    closed: row.closed,
    openAtStart: row.at_start,
    openAtEnd: row.at_end,
    lifeMs: row.lived === 0 ? null : row.life_ms,
    longLifeMs: row.lived === 0 ? null : row.long_life_ms,
    keptMs: row.closed === 0 ? null : row.kept_ms,
    oldestMs: row.at_end === 0 ? null : until - row.oldest_from_ms,
    watched: row.watched_at_end,
    silent: row.silent,
    addedWatched: row.added_watched,
    addedSilent: row.added_silent,
    holders,
  };
};

const holderOf = (row: HolderRow): Omit<Holder, 'pod' | 'node' | 'requests'> => ({
  nodeIp: ipText(row.node_ip),
  portsAtPeak: row.ports,
  openAtPeak: row.open,
  openAtStart: row.at_start,
  carried: row.carried,
  beganIn: row.began_in,
  closedIn: row.closed_in,
  keptOf: row.kept_of,
});

const requestsOf = ({ spans, requests, unsampled, mean_ms, lines, different_ids }: RequestsRow): RequestsTold => ({
  spans,
  requests,
  unsampled,
  meanMs: mean_ms,
  lines,
  ids: different_ids,
});
