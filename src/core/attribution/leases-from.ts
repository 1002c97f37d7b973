import { type Instant, MINUTE } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { Workload } from '../facts.ts';
import { CLOCK_SLACK, OPEN, type PodLease, STAMP_WIDTH, STATUS_LAG } from './lease.ts';

/** All that every source ever said about one pod and one of its addresses, summed up. null: nobody said. */
export interface PodHistory {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly workload: Workload;
  readonly node: string;
  readonly ip: Ip;
  readonly hostNetwork: boolean;
  readonly createdAt: Instant | null;
  readonly acceptedAt: Instant | null;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly deletionAskedAt: Instant | null;
  /** First look that showed it with this address. */
  readonly firstSeenAt: Instant;
  /** Last look that showed it neither finished nor deleted; for a watch, its end, as long as it reported no deletion. */
  readonly aliveAt: Instant | null;
  /** First look that showed it finished, failed or deleted. */
  readonly goneAt: Instant | null;
  readonly deleted: boolean;
  /** First complete look after `aliveAt` from which it was absent. */
  readonly absentAt: Instant | null;
}

/** A deleted object may have left a container running for a moment: a forced deletion waits for nobody. */
const AFTER_DELETION = MINUTE;

/** Every lease of one cluster. The order of the histories does not matter. */
export const leasesFrom = (histories: readonly PodHistory[]): PodLease[] => {
  const byIp = Map.groupBy(histories.map(leaseFrom), (lease) => lease.ip);
  return [...byIp.values()].flatMap((together) => {
    const host = together.filter((lease) => lease.hostNetwork);
    return [...host, ...oneAtATime(together.filter((lease) => !lease.hostNetwork))];
  });
};

const leaseFrom = (history: PodHistory): PodLease => {
  const { podUid, namespace, pod, workload, node, ip, hostNetwork } = history;
  return { podUid, namespace, pod, workload, node, ip, hostNetwork, ...beginOf(history), ...endOf(history) };
};

/** The sandbox, and with it the address, is made after the kubelet took the pod and before its first container starts. */
const beginOf = ({ createdAt, acceptedAt, startedAt, firstSeenAt }: PodHistory) => {
  const heldFrom = startedAt === null ? firstSeenAt + CLOCK_SLACK : startedAt + STAMP_WIDTH;
  const mayFrom = acceptedAt ?? (createdAt === null ? 0 : createdAt - CLOCK_SLACK);
  return { mayFrom: Math.min(mayFrom, heldFrom) as Instant, heldFrom: heldFrom as Instant };
};

const endOf = (history: PodHistory): Pick<PodLease, 'heldUntil' | 'mayUntil'> => {
  const { finishedAt, deletionAskedAt, aliveAt, goneAt, deleted, absentAt, firstSeenAt } = history;
  if (finishedAt !== null) return { heldUntil: finishedAt, mayUntil: (finishedAt + STAMP_WIDTH) as Instant };
  const alive = aliveAt ?? firstSeenAt;
  // It is the API server that was asked, and the node's clock that ends the address.
  const asked = deletionAskedAt === null ? OPEN : deletionAskedAt - CLOCK_SLACK;
  const surely = Math.min(alive - STATUS_LAG, asked) as Instant;
  if (deleted && goneAt !== null) {
    return { heldUntil: surely, mayUntil: (Math.max(goneAt, deletionAskedAt ?? 0) + AFTER_DELETION) as Instant };
  }
  const gone = Math.min(goneAt ?? OPEN, absentAt === null ? OPEN : absentAt + AFTER_DELETION) as Instant;
  if (gone < OPEN) return { heldUntil: surely, mayUntil: gone };
  return { heldUntil: Math.min(alive, asked) as Instant, mayUntil: OPEN };
};

/**
 * An address has one holder at a time. So a pod's certainty ends when the next may have begun, and its possibility when the next
 * certainly has: finished and failed pods keep showing an address that is long someone else's.
 */
const oneAtATime = (leases: readonly PodLease[]): PodLease[] =>
  leases.map((lease) => {
    const later = leases.filter((other) => other.podUid !== lease.podUid && other.heldFrom > lease.heldFrom);
    return {
      ...lease,
      heldUntil: Math.min(lease.heldUntil, ...later.map((next) => next.mayFrom)) as Instant,
      mayUntil: Math.min(lease.mayUntil, ...later.map((next) => next.heldFrom)) as Instant,
    };
  });
