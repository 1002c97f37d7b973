import type { Instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { holderAt, type PodLease } from '../attribution/lease.ts';
import type { Reason } from '../attribution/verdict.ts';
import type { World } from '../attribution/world.ts';
import type { VerdictKind } from '../ports.ts';

/** Who holds some ports of a node. */
export interface PortHolder {
  readonly verdict: VerdictKind;
  readonly reason: Reason | null;
  /** Of `exact` alone. */
  readonly lease: PodLease | null;
}

const NODE: PortHolder = { verdict: 'node', reason: null, lease: null };
const FORWARDED: PortHolder = { verdict: 'relayed', reason: 'forwarded-inbound', lease: null };

/**
 * Who made the entries that conntrack tells of, the first of them at `first` and the last at `last`, on the node's clock. A port is its opener's,
 * also where it opened on another's behalf. Where the address changed hands between the two, nobody is named.
 */
export const portHolder = (originIp: Ip, nodeIp: Ip, first: Instant, last: Instant, world: World): PortHolder => {
  if (originIp === nodeIp) return NODE;
  const leases = world.leasesOf(originIp);
  if (leases.length === 0)
    return world.isPodAddress(originIp) || !world.isPublic(originIp) ? nobody('inventory-gap') : FORWARDED;
  const [opened, newest] = [first, last].map((at) => holderAt(leases, world.watched, at));
  if (opened?.kind === 'certain' && newest?.kind === 'certain' && opened.lease === newest.lease)
    return { verdict: 'exact', reason: null, lease: opened.lease };
  return opened?.kind === 'none-then' && newest?.kind === 'none-then'
    ? nobody('no-lease-then')
    : { verdict: 'ambiguous', reason: 'lease-uncertain', lease: null };
};

const nobody = (reason: Reason): PortHolder => ({ verdict: 'unattributed', reason, lease: null });
