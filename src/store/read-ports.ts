import { HOUR, type Instant } from '../base/instant.ts';
import { IDLE } from '../core/attribution/flow.ts';
import { OPEN, type PodLease, STAMP_WIDTH } from '../core/attribution/lease.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import { type World, worldOf } from '../core/attribution/world.ts';
import type { PodNamed, PortsHeld, PortsQuery, PortSteps, PortsRow, VerdictKind } from '../core/ports.ts';
import { type PortHolder, portHolder } from '../core/snat/port-holder.ts';
import { backgroundOf } from './attribution/background.ts';
import type { Engine, Params } from './engine.ts';
import { inForce } from './inventory-generation.ts';
import { ipText } from './ip-text.ts';
import { protocolName } from './protocol.ts';
import { sql } from './sql.ts';

/**
 * Entries that began longer before the interval are taken from the flows: there few are open, and all are named. Lines so long after it may tell
 * when an entry began whose beginning nobody saw.
 */
const LOOKBACK = HOUR;
/** Entries that one statement tells apart, some 100 bytes each. */
const TOGETHER = 2_000_000;

interface PeakRow {
  readonly node_ip: string;
  readonly dest_ip: string;
  readonly dest_port: number;
  readonly protocol: number;
  readonly peak: number;
  readonly peak_ms: number;
  readonly at_end: number;
  readonly began: number;
  readonly lasted_ms: number;
  readonly origin_ip: string;
  readonly uid: string;
  readonly told: VerdictKind | '';
  readonly reason: string;
  readonly ports: number;
  readonly first_ms: number;
  readonly last_ms: number;
}

/** The ports that each address of a node held towards each destination, and who held them at the peak. Most ports first. */
export const readPorts = async (engine: Engine, query: PortsQuery, keptFrom: Instant): Promise<readonly PortsRow[]> => {
  const current = await inForce(engine, query.cluster);
  const world = worldOf(backgroundOf(current).known);
  const leasesByUid = new Map(current.inventory.podLeases.map((lease) => [lease.podUid, lease]));
  const rows: PortsRow[] = [];
  for await (const peaks of inShards<PeakRow>(engine, 'ports/peaks', query, current.generation, keptFrom)) {
    const byEnds = Map.groupBy(peaks, (row) => `${row.node_ip} ${row.dest_ip} ${row.dest_port} ${row.protocol}`);
    for (const held of byEnds.values()) rows.push(portsRow(held, world, leasesByUid));
  }
  return rows.sort(
    (a, b) =>
      b.peakPorts - a.peakPorts || compare(a.nodeIp, b.nodeIp) || compare(a.destIp, b.destIp) || a.destPort - b.destPort,
  );
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const portsRow = (
  held: readonly PeakRow[],
  world: World,
  leasesByUid: ReadonlyMap<string, PodLease>,
): PortsRow => {
  const [any] = held as readonly [PeakRow, ...PeakRow[]];
  const nodeIp = ipText(any.node_ip);
  return {
    node: nodeAt(world, nodeIp, any.peak_ms),
    nodeIp,
    destIp: ipText(any.dest_ip),
    destPort: any.dest_port,
    protocol: protocolName(any.protocol),
    peakPorts: any.peak,
    peakAt: any.peak_ms as Instant,
    portsAtEnd: any.at_end,
    began: any.began,
    lastedMs: any.lasted_ms === 0 ? null : any.lasted_ms,
    held: together(
      held.map((row) => [
        row.told === ''
          ? portHolder(ipText(row.origin_ip), nodeIp, row.first_ms as Instant, row.last_ms as Instant, world)
          : {
              verdict: row.told,
              reason: row.reason === '' ? null : (row.reason as Reason),
              lease: leasesByUid.get(row.uid) ?? null,
            },
        row.ports,
      ]),
    ),
  };
};

const nodeAt = (world: World, nodeIp: ReturnType<typeof ipText>, at: number): string | null => {
  const leases = world.nodesOf(nodeIp);
  return (leases.find((lease) => lease.mayFrom <= at && at < lease.mayUntil) ?? leases[0])?.node ?? null;
};

/** One row for each pod, and one for each reason why none is named; most ports first. */
const together = (holders: readonly (readonly [PortHolder, number])[]): readonly PortsHeld[] =>
  [
    ...Map.groupBy(holders, ([{ verdict, reason, lease }]) => lease?.podUid ?? `${verdict} ${reason ?? ''}`).values(),
  ]
    .map((same): PortsHeld => {
      const [{ verdict, reason, lease }] = same[0] as readonly [PortHolder, number];
      return { pod: lease === null ? null : podOf(lease), verdict, reason, ports: same.reduce((sum, [, n]) => sum + n, 0) };
    })
    .sort((a, b) => b.ports - a.ports || compare(a.pod?.uid ?? '', b.pod?.uid ?? '') || compare(a.verdict, b.verdict));

const podOf = ({ podUid, namespace, pod, ip, node, workload }: PodLease): PodNamed => ({
  uid: podUid,
  namespace,
  name: pod,
  ip,
  node,
  workload,
});

interface StepsRow extends Pick<PeakRow, 'node_ip' | 'dest_ip' | 'dest_port' | 'protocol'> {
  readonly taken: readonly [steps: readonly number[], ports: readonly number[]];
  readonly given: readonly [steps: readonly number[], ports: readonly number[]];
}

/** When ports were taken and given back, in steps of `stepMs`. */
export const readPortSteps = async (
  engine: Engine,
  query: PortsQuery,
  stepMs: number,
  keptFrom: Instant,
): Promise<readonly PortSteps[]> => {
  const current = await inForce(engine, query.cluster);
  const world = worldOf(backgroundOf(current).known);
  const all: PortSteps[] = [];
  for await (const rows of inShards<StepsRow>(engine, 'ports/steps', query, current.generation, keptFrom, {
    step_ms: stepMs,
  })) {
    for (const row of rows) {
      const nodeIp = ipText(row.node_ip);
      all.push({
        node: nodeAt(world, nodeIp, query.until - 1),
        nodeIp,
        destIp: ipText(row.dest_ip),
        destPort: row.dest_port,
        protocol: protocolName(row.protocol),
        taken: row.taken[0].map((step, i) => ({ step, ports: row.taken[1][i] as number })),
        given: row.given[0].map((step, i) => ({ step, ports: row.given[1][i] as number })),
      });
    }
  }
  return all;
};

/** A statement over so many shards at a time that memory suffices: an address of a node is on one shard. */
async function* inShards<Row>(
  engine: Engine,
  statement: string,
  { cluster, from, until }: PortsQuery,
  inventory: number,
  keptFrom: Instant,
  more: Params = {},
): AsyncGenerator<readonly Row[], void, void> {
  const params: Params = {
    cluster,
    inventory,
    from_ms: Math.max(from, keptFrom),
    until_ms: until,
    lookback_ms: LOOKBACK,
    open_ms: OPEN,
    idle_ms: IDLE,
    stamp_ms: STAMP_WIDTH,
    ...more,
  };
  const sizes = await engine.rows<{ shard: number; rows: number }>(sql('attribution/chunk-size'), {
    cluster,
    from_ms: from - LOOKBACK,
    until_ms: until + LOOKBACK,
  });
  for (let at = 0; at < sizes.length; ) {
    const shards: number[] = [];
    for (let rows = 0; at < sizes.length && (shards.length === 0 || rows + (sizes[at]?.rows ?? 0) <= TOGETHER); at++) {
      shards.push(sizes[at]?.shard as number);
      rows += sizes[at]?.rows as number;
    }
    yield await engine.rows<Row>(sql(statement), { ...params, shards });
  }
}
