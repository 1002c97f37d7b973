import { type Instant, MINUTE } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { CLOCK_SLACK, type NodeLease, OPEN } from './lease.ts';

/** All that was ever said about one node and one of its addresses. */
export interface NodeHistory {
  /** Empty where only pods on the host network tell of it. */
  readonly nodeUid: string;
  readonly node: string;
  readonly ip: Ip;
  readonly os: string;
  readonly createdAt: Instant | null;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly deletedAt: Instant | null;
}

/** A deleted node object leaves a machine that still sends for a while. */
const AFTER_DELETION = MINUTE;

/** Node leases of one cluster. Where an address passed from one node to another, the time between is possibly either's. */
export const nodeLeasesFrom = (histories: readonly NodeHistory[]): NodeLease[] =>
  [...Map.groupBy(histories, (history) => history.ip).values()].flatMap((together) => {
    const ordered = [...together].sort((a, b) => beginOf(a) - beginOf(b) || (a.nodeUid < b.nodeUid ? -1 : 1));
    return ordered.map((history, i) => {
      const before = ordered[i - 1];
      const after = ordered[i + 1];
      const { nodeUid, node, ip, os, createdAt, deletedAt } = history;
      const mayFrom = createdAt !== null ? createdAt - CLOCK_SLACK : before === undefined ? 0 : before.lastSeenAt;
      const gone = deletedAt === null ? OPEN : deletedAt + AFTER_DELETION;
      const mayUntil = after === undefined ? gone : Math.min(gone, Math.max(beginOf(after), history.lastSeenAt + 1));
      return { nodeUid, node, ip, os, mayFrom: mayFrom as Instant, mayUntil: mayUntil as Instant };
    });
  });

const beginOf = ({ createdAt, firstSeenAt }: NodeHistory): Instant => createdAt ?? firstSeenAt;
