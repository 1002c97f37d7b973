import type { Reason } from './verdict.ts';

/** What rows that sum up flows, and pods that were looked at from time to time, tell of a sender. */
export interface SeenBySnapshots {
  /** Pods that were seen with the address on the wire, or on the node that has it, around the time. */
  readonly pods: number;
  /** The address on the wire was that of a node. */
  readonly atNode: boolean;
  /** It is one of those that pods have. */
  readonly isPodAddress: boolean;
}

/** There is no `exact` in this type: a pod may come and go between two looks, and no source port tells one pod of a node from another. */
export type SnapshotVerdict =
  | { readonly kind: 'ambiguous'; readonly reason: Extract<Reason, 'aggregated' | 'lease-uncertain' | 'ip-shared'> }
  | {
      readonly kind: 'unattributed';
      readonly reason: Extract<Reason, 'no-lease-then' | 'node-unknown' | 'inventory-gap'>;
    };

export const verdictBySnapshots = ({ pods, atNode, isPodAddress }: SeenBySnapshots): SnapshotVerdict => {
  if (atNode)
    return pods > 0 ? { kind: 'ambiguous', reason: 'aggregated' } : { kind: 'unattributed', reason: 'inventory-gap' };
  if (pods > 0) return { kind: 'ambiguous', reason: pods === 1 ? 'lease-uncertain' : 'ip-shared' };
  return { kind: 'unattributed', reason: isPodAddress ? 'no-lease-then' : 'node-unknown' };
};

/** How many could have sent it: the pods, the node where it is its address, and whoever no look saw. They are alike: nothing tells them apart. */
export const sharersOf = ({ pods, atNode }: SeenBySnapshots): number => pods + (atNode ? 1 : 0) + 1;
