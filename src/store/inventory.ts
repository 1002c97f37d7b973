import type { Instant } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import { type ClockOffset, clockOffset, UNMEASURED } from '../core/attribution/clock.ts';
import { CLOCK_SLACK, type NodeLease, OPEN, type PodLease, type Watched } from '../core/attribution/lease.ts';
import { leasesFrom } from '../core/attribution/leases-from.ts';
import { nodeLeasesFrom } from '../core/attribution/node-leases-from.ts';
import type { Engine } from './engine.ts';
import { ipText } from './ip-text.ts';
import type { Parts } from './parts.ts';
import { sql } from './sql.ts';

/** Who had which address when, and how the clocks differ. */
export interface Inventory {
  readonly podLeases: readonly PodLease[];
  readonly nodeLeases: readonly NodeLease[];
  readonly clocks: ReadonlyMap<Ip, ClockOffset>;
}

/** Works the inventory of one cluster out of everything seen so far. */
export const inventoryFrom = async ({ all, each }: Parts, cluster: string): Promise<Inventory> => {
  const [leases, clocks] = await Promise.all([allLeases(all, cluster), measuredClocks(each, cluster)]);
  return { ...leases, clocks };
};

/** Reads all that was told of when connections began. What the flow log and a node saw of one moment is on one part. */
const measuredClocks = async (each: readonly Engine[], cluster: string): Promise<Inventory['clocks']> => {
  const found = await Promise.all(
    each.map((engine) =>
      engine.rows<{ ip: string; apart: readonly number[] }>(sql('inventory/clock-pairs'), { cluster }),
    ),
  );
  return new Map(
    [...Map.groupBy(found.flat(), ({ ip }) => ip)]
      .map(([ip, of]) => [ipText(ip), clockOffset(of.flatMap(({ apart }) => apart))] as const)
      .filter(([, clock]) => clock.pairs > 0),
  );
};

/** Where what was seen of pods and nodes is read, and who looked when: all of it, or what will be left of it (schema/0014-retention.sql). */
type Seen = { readonly pods: string; readonly nodes: string; readonly looks: string };
const ALL_SEEN: Seen = { pods: 'pod_seen', nodes: 'node_seen', looks: 'inventory_look' };
export const KEPT_SEEN: Seen = { pods: 'pod_kept', nodes: 'node_kept', looks: 'look_kept' };

export const allLeases = async (
  engine: Engine,
  cluster: string,
  seen: Seen = ALL_SEEN,
): Promise<Pick<Inventory, 'podLeases' | 'nodeLeases'>> => {
  const [pods, nodes] = await Promise.all([
    engine.rows<PodHistoryRow>(sql('inventory/pod-history'), { cluster, open_ms: OPEN, ...seen }),
    engine.rows<NodeHistoryRow>(sql('inventory/node-history'), { cluster, ...seen }),
  ]);
  return { podLeases: leasesFrom(pods.map(podHistory)), nodeLeases: nodeLeasesFrom(nodes.map(nodeHistory)) };
};

/**
 * The clock of the cluster as a whole, for addresses that no translation measures: the nodes' median,
 * with an uncertainty that covers each of them.
 */
export const pooledClock = (clocks: ReadonlyMap<Ip, ClockOffset>): ClockOffset => {
  const all = [...clocks.values()].sort((a, b) => a.offsetMs - b.offsetMs);
  const middle = all[Math.floor(all.length / 2)];
  if (middle === undefined) return UNMEASURED;
  return {
    offsetMs: middle.offsetMs,
    uncertaintyMs: Math.max(...all.map((clock) => Math.abs(clock.offsetMs - middle.offsetMs) + clock.uncertaintyMs)),
    pairs: all.reduce((sum, clock) => sum + clock.pairs, 0),
  };
};

/** Stretches in which a watch of all pods missed nothing, by any node's clock: the watch's own is the API server's. */
export const watchedSpans = async (engine: Engine, cluster: string, seen: Seen = ALL_SEEN): Promise<Watched[]> =>
  (await engine.rows<{ from_ms: number; until_ms: number }>(sql('inventory/watched'), { cluster, ...seen })).map(
    ({ from_ms, until_ms }) => ({
      from: (from_ms + CLOCK_SLACK) as Instant,
      until: (until_ms - CLOCK_SLACK) as Instant,
    }),
  );

interface PodHistoryRow {
  readonly uid: string;
  readonly ip: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly workload_kind: string;
  readonly workload_name: string;
  readonly host_network: number;
  readonly created_ms: number;
  readonly accepted_ms: number;
  readonly started_ms: number;
  readonly finished_ms: number;
  readonly deletion_asked_ms: number;
  readonly first_seen_ms: number;
  readonly alive_ms: number;
  readonly gone_ms: number;
  readonly deleted: number;
  readonly absent_ms: number;
}

const told = (ms: number): Instant | null => (ms === 0 || ms === OPEN ? null : (ms as Instant));

const podHistory = (row: PodHistoryRow) => ({
  podUid: row.uid,
  namespace: row.namespace,
  pod: row.name,
  workload: { kind: row.workload_kind, namespace: row.namespace, name: row.workload_name },
  node: row.node,
  ip: ipText(row.ip),
  hostNetwork: row.host_network === 1,
  createdAt: told(row.created_ms),
  acceptedAt: told(row.accepted_ms),
  startedAt: told(row.started_ms),
  finishedAt: told(row.finished_ms),
  deletionAskedAt: told(row.deletion_asked_ms),
  firstSeenAt: row.first_seen_ms as Instant,
  aliveAt: told(row.alive_ms),
  goneAt: told(row.gone_ms),
  deleted: row.deleted === 1,
  absentAt: told(row.absent_ms),
});

interface NodeHistoryRow {
  readonly node_uid: string;
  readonly node: string;
  readonly ip: string;
  readonly os: string;
  readonly created_ms: number;
  readonly first_seen_ms: number;
  readonly last_seen_ms: number;
  readonly deleted_ms: number;
}

const nodeHistory = (row: NodeHistoryRow) => ({
  nodeUid: row.node_uid,
  node: row.node,
  ip: ipText(row.ip),
  os: row.os,
  createdAt: told(row.created_ms),
  firstSeenAt: row.first_seen_ms as Instant,
  lastSeenAt: row.last_seen_ms as Instant,
  deletedAt: told(row.deleted_ms),
});
