import { type Instant, SECOND } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { Workload } from '../facts.ts';

/** No end is known. Later than any time a record can carry. */
export const OPEN = 4_102_444_800_000 as Instant;

/**
 * One pod held one address. Each edge is a band: the pod certainly held the address in `[heldFrom, heldUntil)`,
 * possibly in `[mayFrom, mayUntil)`, which contains it, and not outside. An edge without doubt has a band of no width.
 * Times are those of the node's own clock, as its kubelet and its conntrack state them.
 */
export interface PodLease {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly workload: Workload;
  readonly node: string;
  readonly ip: Ip;
  /** The pod has no address of its own: `ip` is the node's. */
  readonly hostNetwork: boolean;
  readonly mayFrom: Instant;
  readonly heldFrom: Instant;
  readonly heldUntil: Instant;
  readonly mayUntil: Instant;
}

/** One node had one address; bands as for a pod. */
export interface NodeLease {
  readonly nodeUid: string;
  readonly node: string;
  readonly ip: Ip;
  readonly os: string;
  readonly mayFrom: Instant;
  readonly mayUntil: Instant;
}

/** A stretch in which the inventory missed no pod: a watch without a gap. */
export interface Watched {
  readonly from: Instant;
  readonly until: Instant;
}

/** Who held an address at a moment. */
export type Holder =
  | { readonly kind: 'certain'; readonly lease: PodLease }
  /** One pod may have, or several; nobody is certain. */
  | { readonly kind: 'possible'; readonly leases: readonly PodLease[] }
  /** The address belongs to pods, but to none that we know of at that moment. */
  | { readonly kind: 'none-then' };

/**
 * Who held this address at `at`, when something certainly used it? `leases` are those of this address, host-network pods excluded.
 * Being the only one possible is certainty only while a watch saw every pod: between two samples a whole pod can come and go.
 */
export const holderAt = (leases: readonly PodLease[], watched: readonly Watched[], at: Instant): Holder => {
  const possible = leases.filter((lease) => lease.mayFrom <= at && at < lease.mayUntil);
  const certain = possible.filter((lease) => lease.heldFrom <= at && at < lease.heldUntil);
  if (possible.length === 0) return { kind: 'none-then' };
  if (certain.length === 1) return { kind: 'certain', lease: certain[0] as PodLease };
  const complete = watched.some((stretch) => stretch.from <= at && at < stretch.until);
  if (certain.length === 0 && possible.length === 1 && complete)
    return { kind: 'certain', lease: possible[0] as PodLease };
  return { kind: 'possible', leases: possible };
};

/** Kubernetes prints whole seconds: what is stamped 10 happened in [10, 11). */
export const STAMP_WIDTH = SECOND;
/** How far the API server's clock and a node's clock may differ before an edge taken from the one misleads about the other. */
export const CLOCK_SLACK = 5 * SECOND;
/** How long after a container died a sample may still call it running: the kubelet reports in its own time. */
export const STATUS_LAG = 10 * SECOND;
