import { compareText } from '../base/compare-text.ts';
import { DAY, HOUR, type Instant } from '../base/instant.ts';
import { compareIp } from '../base/ip.ts';
import { IDLE } from '../core/attribution/flow.ts';
import { OPEN } from '../core/attribution/lease.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import type { NodeAddress, PodNamed, PortsHeld, PortsQuery, PortsRow, PortSteps, VerdictKind } from '../core/ports.ts';
import { DATAGRAM, LINGER, RESET, TIME_WAIT } from '../core/snat/connection-life.ts';
import { endpointParams } from './endpoint-params.ts';
import type { Engine, Params } from './engine.ts';
import { ipText } from './ip-text.ts';
import { protocolName } from './protocol.ts';
import { inventoryInForce } from './read-flows.ts';
import { readPods } from './read-pods.ts';
import { filtering } from './sql.ts';

/** No flow holds a port this long after its last record, except those that are open: `lingered` counts to 6,553 seconds. */
const HELD = 2 * HOUR;
/** A connection that is open may have been silent for so long (nf_conntrack_tcp_timeout_established). */
const OPEN_FOR = 5 * DAY;
/** Flows that one statement looks at. */
const TOGETHER = 4_000_000;

interface Ends {
  readonly node_ip: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
}

interface PeakRow extends Ends {
  readonly peak: number;
  readonly peak_ms: number;
  readonly at_end: number;
  readonly began: number;
  readonly lasted_ms: number;
  readonly destinations: number;
  readonly peaks: number;
}

interface HeldRow {
  /** Which of the peaks asked about, from 1 on. */
  readonly place: number;
  readonly uid: string;
  readonly told: VerdictKind;
  readonly reason: string;
  readonly ports: number;
}

/** What the destinations took of the ports of nodes, those that took most, and who held them then. */
export const readPorts = async (
  engine: Engine,
  query: PortsQuery,
  limit: number,
  keptFrom: Instant,
): Promise<{ readonly rows: readonly PortsRow[]; readonly destinations: number }> => {
  const { cluster } = query;
  const inventory = await inventoryInForce(engine, cluster);
  const nodes = await nodeNames(engine, cluster, inventory);
  const peaks: PeakRow[] = [];
  let destinations = 0;
  for await (const some of inShards<PeakRow>(engine, 'ports/peaks', query, inventory, keptFrom, { limit })) {
    destinations += some[0]?.destinations ?? 0;
    peaks.push(...some);
    peaks.sort(byPeak).splice(limit);
  }
  const held = await heldAt(engine, peaks, query, inventory, keptFrom);
  const uids = [...new Set(held.flatMap(({ uid }) => (uid === '' ? [] : [uid])))];
  const pods = await readPods(engine, cluster, inventory, uids);
  const byPlace = Map.groupBy(held, ({ place }) => place);
  const rows = peaks.map((peak, i) => ({
    ...addressOf(peak, nodes, peak.peak_ms),
    destIp: ipText(peak.dest_ip),
    destPort: peak.dest_port,
    peakPorts: peak.peak,
    peakAt: peak.peak_ms as Instant,
    portsAtEnd: peak.at_end,
    began: peak.began,
    lastedMs: peak.lasted_ms === 0 ? null : peak.lasted_ms,
    held: together(byPlace.get(i + 1) ?? [], pods),
  }));
  return { rows, destinations };
};

const byPeak = (a: PeakRow, b: PeakRow): number =>
  b.peak - a.peak ||
  compareIp(ipText(a.node_ip), ipText(b.node_ip)) ||
  compareIp(ipText(a.dest_ip), ipText(b.dest_ip)) ||
  a.dest_port - b.dest_port ||
  a.protocol - b.protocol;

const heldAt = (
  engine: Engine,
  peaks: readonly PeakRow[],
  query: PortsQuery,
  inventory: number,
  keptFrom: Instant,
): Promise<readonly HeldRow[]> => {
  const params: Params = { ...portParams(query, inventory, keptFrom), shards: EVERY_SHARD };
  return peaks.length === 0
    ? Promise.resolve([])
    : engine.rows<HeldRow>(filtering('ports/at-peaks', params), {
        ...params,
        p_node: peaks.map((peak) => peak.node_ip),
        p_dest: peaks.map((peak) => peak.dest_ip),
        p_port: peaks.map((peak) => peak.dest_port),
        p_protocol: peaks.map((peak) => peak.protocol),
        p_at: peaks.map((peak) => peak.peak_ms),
      });
};

/** One row for each pod, and one for each reason why none is named; most ports first. */
const together = (held: readonly HeldRow[], pods: ReadonlyMap<string, PodNamed>): readonly PortsHeld[] =>
  held
    .map(({ uid, told, reason, ports }) => ({
      pod: pods.get(uid) ?? null,
      verdict: told,
      reason: reason === '' ? null : (reason as Reason),
      ports,
    }))
    .sort(
      (a, b) =>
        b.ports - a.ports || compareText(a.pod?.uid ?? '', b.pod?.uid ?? '') || compareText(a.verdict, b.verdict),
    );

interface StepRow extends Pick<Ends, 'node_ip' | 'protocol'> {
  readonly step: number;
  readonly taken: number;
  readonly given: number;
}

/** How many ports each address of a node held at each step of `stepMs`. */
export const readPortSteps = async (
  engine: Engine,
  query: PortsQuery,
  stepMs: number,
  keptFrom: Instant,
): Promise<readonly PortSteps[]> => {
  const inventory = await inventoryInForce(engine, query.cluster);
  const nodes = await nodeNames(engine, query.cluster, inventory);
  const from = Math.max(query.from, keptFrom) as Instant;
  const steps = Math.ceil((query.until - from) / stepMs);
  const all: PortSteps[] = [];
  for await (const some of inShards<StepRow>(engine, 'ports/steps', query, inventory, keptFrom, { step_ms: stepMs })) {
    for (const rows of Map.groupBy(some, ({ node_ip, protocol }) => `${node_ip} ${protocol}`).values()) {
      const [any] = rows as [StepRow];
      const changed = { taken: zeros(steps), given: zeros(steps) };
      for (const { step, taken, given } of rows) {
        if (step >= steps) continue;
        changed.taken[step] = taken;
        changed.given[step] = given;
      }
      all.push({ ...addressOf(any, nodes, query.until - 1), from, ...changed });
    }
  }
  return all;
};

export const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

interface NodeAt {
  readonly node: string;
  readonly ip: string;
  readonly may_from_ms: number;
  readonly may_until_ms: number;
}

/** Which nodes had an address, the newest first. */
export type NodesByIp = ReadonlyMap<string, readonly NodeAt[]>;

export const nodeNames = async (engine: Engine, cluster: string, inventory: number): Promise<NodesByIp> =>
  Map.groupBy(
    await engine.rows<NodeAt>(
      `SELECT node, ip, may_from_ms, may_until_ms FROM node_lease
       WHERE cluster = {cluster:String} AND generation = {inventory:UInt64} ORDER BY may_from_ms DESC`,
      { cluster, inventory },
    ),
    ({ ip }) => ip,
  );

export const addressOf = (
  { node_ip, protocol }: Pick<Ends, 'node_ip' | 'protocol'>,
  nodes: NodesByIp,
  at: number,
): NodeAddress => ({ node: nodeAt(nodes, node_ip, at), nodeIp: ipText(node_ip), protocol: protocolName(protocol) });

/** The node that had the address then; null: none ever had. */
export const nodeAt = (nodes: NodesByIp, ip: string, at: number): string | null => {
  const named = nodes.get(ip) ?? [];
  return (named.find((one) => one.may_from_ms <= at && at < one.may_until_ms) ?? named[0])?.node ?? null;
};

export const EVERY_SHARD: readonly number[] = [...Array(256).keys()];

/** What `ports/held` asks for: `of_nodes` and its like choose lines of it. */
export const portParams = (
  { cluster, from, until, dest, destPorts, nodes, inside }: PortsQuery,
  inventory: number,
  keptFrom: Instant,
): Params => ({
  cluster,
  ...endpointParams('dest', dest),
  dest_ports: [...destPorts],
  nodes: [...nodes],
  inside_first: inside.map(({ first }) => first),
  inside_last: inside.map(({ last }) => last),
  inventory,
  of_nodes: true,
  from_ms: Math.max(from, keptFrom),
  until_ms: until,
  linger_ms: LINGER,
  datagram_ms: DATAGRAM,
  reset_ms: RESET,
  time_wait_ms: TIME_WAIT,
  held_ms: HELD,
  open_for_ms: OPEN_FOR,
  open_ms: OPEN,
  idle_ms: IDLE,
});

/** A statement over the destinations part by part: what one workload or pod sends may be on every shard. */
export async function* inParts<Row>(
  engine: Engine,
  statement: string,
  query: PortsQuery,
  inventory: number,
  keptFrom: Instant,
  more: Params,
): AsyncGenerator<readonly Row[], void, void> {
  const parts = await partsFor(engine, query);
  for (let part = 0; part < parts; part++) {
    const params: Params = { ...portParams(query, inventory, keptFrom), ...more, shards: EVERY_SHARD, parts, part };
    yield await engine.rows<Row>(filtering(statement, params), params);
  }
}

/** Into how many parts a statement over the flows of the interval has to be cut, so that memory suffices. */
export const partsFor = async (engine: Engine, query: PortsQuery): Promise<number> => {
  const [size] = await engine.rows<{ flows: number }>(
    'SELECT count() AS flows FROM flow WHERE cluster = {cluster:String} AND last_ms >= {from_ms:Int64} AND last_ms - lasted_ms < {until_ms:Int64}',
    { cluster: query.cluster, from_ms: query.from, until_ms: query.until },
  );
  return Math.min(EVERY_SHARD.length, Math.ceil(((size?.flows ?? 0) + 1) / TOGETHER));
};

/** A statement over so many shards at a time that memory suffices: an address of a node is on one shard. */
export async function* inShards<Row>(
  engine: Engine,
  statement: string,
  query: PortsQuery,
  inventory: number,
  keptFrom: Instant,
  more: Params,
): AsyncGenerator<readonly Row[], void, void> {
  for await (const some of shardParts(engine, query, inventory, keptFrom)) {
    const params: Params = { ...some, ...more };
    yield await engine.rows<Row>(filtering(statement, params), params);
  }
}

/** The parameters of `ports/held` for so many shards at a time that memory suffices. */
export async function* shardParts(
  engine: Engine,
  query: PortsQuery,
  inventory: number,
  keptFrom: Instant,
): AsyncGenerator<Params, void, void> {
  const parts = await partsFor(engine, query);
  for (let part = 0; part < parts; part++) {
    const shards = EVERY_SHARD.filter((shard) => shard % parts === part);
    yield { ...portParams(query, inventory, keptFrom), shards };
  }
}
