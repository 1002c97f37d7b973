import type { Instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { ClockOffset } from './clock.ts';
import type { WireTuple } from './flow.ts';
import { holderAt, type NodeLease, type PodLease, type Watched } from './lease.ts';
import type { Translation } from './translation.ts';
import type { Reason, Verdict } from './verdict.ts';

/** One flow as its verdict needs it: times on the flow log's clock. */
export interface FlowSeen {
  readonly tuple: WireTuple;
  readonly begin: Instant;
  readonly last: Instant;
  /** Its beginning was seen: `begin` is no later record's time. */
  readonly begun: boolean;
  /** Some NIC logged it going out, or the node's conntrack reports it. */
  readonly outbound: boolean;
}

/** What is known of one cluster. Lists are of any order. */
export interface World {
  readonly podLeases: readonly PodLease[];
  readonly nodeLeases: readonly NodeLease[];
  readonly watched: readonly Watched[];
  /** Pod address blocks, as first and last address of each; empty when unknown. */
  readonly isPodAddress: (ip: Ip) => boolean;
  readonly isPublic: (ip: Ip) => boolean;
  /** Loopback, link-local, multicast: never on the way to another machine. */
  readonly isLocal: (ip: Ip) => boolean;
  /** The clock of the node that sends from this address (a node's, or a pod's: then of the cluster). */
  readonly clockOf: (ip: Ip) => ClockOffset;
  /** Stretches, on the node's clock, in which the node with this address lost conntrack lines. */
  readonly conntrackGaps: (nodeIp: Ip) => readonly Watched[];
}

const TCP = 6;

/** The verdict on one flow. `translations` are those of its tuple, all of them, on the node's clock. */
export const attribute = (flow: FlowSeen, translations: readonly Translation[], world: World): Verdict => {
  const { srcIp } = flow.tuple;
  const clock = world.clockOf(srcIp);
  const begin = flow.begin - clock.offsetMs;
  const last = flow.last - clock.offsetMs;
  const from = begin - clock.uncertaintyMs;
  const until = last + clock.uncertaintyMs;

  const own = world.podLeases.filter((lease) => lease.ip === srcIp && !lease.hostNetwork);
  if (own.length > 0) return byLease(own, from, begin + clock.uncertaintyMs, begin, world);

  const node = nodeAt(world.nodeLeases, srcIp, begin);
  const overlapping = translations.filter((t) => t.mayFrom <= until && from <= t.mayUntil);
  const certain = overlapping.filter((t) => t.seenFrom <= until && from <= t.seenUntil);
  const began = begin + clock.uncertaintyMs;
  const opened = certain.some((t) => t.opened && from <= t.seenFrom && t.seenFrom <= began);
  const isTcp = flow.tuple.protocol === TCP;
  const relevant = overlapping.filter(
    (t) => !(opened && isOther(t, { isTcp, begun: flow.begun, from, began, last: last - clock.uncertaintyMs })),
  );
  if (relevant.length === 0 && node === undefined) {
    return { kind: 'unattributed', reason: flow.outbound ? 'node-unknown' : 'not-outbound' };
  }
  if (relevant.length === 0)
    return among(node?.os === 'windows' ? 'windows-node' : 'no-translation', node, begin, last, world);

  const named = relevant.map((t) => nameOf(t, flow.tuple, begin, last, world));
  const gapUntil = isTcp ? began : until;
  const gap = world.conntrackGaps(srcIp).some((g) => g.from <= gapUntil && from < g.until);
  if (certain.length === 0) return among('translation-uncertain', node, begin, last, world);
  if (gap) return among('conntrack-gap', node, begin, last, world);
  return agreed(named);
};

/**
 * An entry opened as the flow began; can this one be another's all the same?
 * - Its end was lost, but it ended before that one opened: the tuple has one entry at a time.
 * - A timeout ended it, and the flow began when its last packet had long passed. (Not for TCP: there a new SYN can end an entry.)
 * - TCP: a connection is made by one SYN, and a SYN makes a new entry, even where one in TIME_WAIT is in its way (the kernel then
 *   throws that one out). So an entry that opened before the flow began is an earlier connection's, however closely it ended,
 *   and one that opened as the flow ended is the next one's.
 */
const isOther = (
  t: Translation,
  flow: {
    readonly isTcp: boolean;
    readonly begun: boolean;
    readonly from: number;
    readonly began: number;
    readonly last: number;
  },
): boolean => {
  if (!t.closed && t.seenUntil < flow.from) return true;
  if (!flow.isTcp && t.closed && t.activeUntil < flow.from) return true;
  if (!flow.isTcp || !flow.begun || !t.opened) return false;
  return t.seenFrom < flow.from || (t.seenFrom > flow.began && t.seenFrom >= flow.last);
};

/** The pod's own address is on the wire. */
const byLease = (own: readonly PodLease[], from: number, until: number, begin: number, world: World): Verdict => {
  const near = own.filter((lease) => lease.mayFrom <= until && from < lease.mayUntil);
  const uids = distinct(near.map((lease) => lease.podUid));
  if (uids.length === 0) return { kind: 'unattributed', reason: 'no-lease-then' };
  if (uids.length > 1) return { kind: 'ambiguous', reason: 'ip-shared', podUids: uids, orNode: false };
  const holder = holderAt(near, world.watched, begin as Instant);
  return holder.kind === 'certain'
    ? { kind: 'exact', by: 'lease', podUid: holder.lease.podUid }
    : { kind: 'ambiguous', reason: 'lease-uncertain', podUids: uids, orNode: false };
};

/** Whom one translation names. */
type Named =
  | { readonly kind: 'pod'; readonly podUid: string }
  | { readonly kind: 'pods'; readonly podUids: readonly string[] }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'node' }
  | { readonly kind: 'outside' };

const nameOf = (t: Translation, tuple: WireTuple, begin: number, last: number, world: World): Named => {
  if (t.originIp === tuple.srcIp) return { kind: 'node' };
  const leases = world.podLeases.filter((lease) => lease.ip === t.originIp && !lease.hostNetwork);
  if (leases.length === 0) {
    return world.isPodAddress(t.originIp) || !world.isPublic(t.originIp) ? { kind: 'nobody' } : { kind: 'outside' };
  }
  const first = t.opened ? t.seenFrom : Math.max(t.mayFrom, Math.min(t.seenFrom, begin));
  const holder = holderAt(leases, world.watched, first as Instant);
  // A TCP connection stays its opener's. A datagram entry outlives the pod, and the next holder of address and port inherits it.
  const end = tuple.protocol === TCP ? first : Math.max(first, Math.min(last, t.activeUntil));
  const heirs = leases.filter((lease) => lease.mayFrom <= end && first < lease.mayUntil);
  const podUids = distinct(heirs.map((lease) => lease.podUid));
  if (holder.kind === 'certain' && (tuple.protocol === TCP || podUids.length === 1)) {
    return { kind: 'pod', podUid: holder.lease.podUid };
  }
  return podUids.length === 0 ? { kind: 'nobody' } : { kind: 'pods', podUids };
};

const agreed = (named: readonly Named[]): Verdict => {
  const kinds = new Set(named.map((name) => name.kind));
  const pods = named.flatMap((name) =>
    name.kind === 'pod' ? [name.podUid] : name.kind === 'pods' ? name.podUids : [],
  );
  const uids = distinct(pods);
  if (kinds.size === 1) {
    if (kinds.has('pod') && uids.length === 1) return { kind: 'exact', by: 'translation', podUid: uids[0] as string };
    if (kinds.has('node')) return { kind: 'node' };
    if (kinds.has('outside')) return { kind: 'relayed', reason: 'forwarded-inbound' };
    if (kinds.has('nobody')) return { kind: 'unattributed', reason: 'no-lease-then' };
    if (kinds.has('pods') && named.length === 1) {
      return { kind: 'ambiguous', reason: 'lease-uncertain', podUids: uids, orNode: false };
    }
  }
  return uids.length === 0 && !kinds.has('node')
    ? { kind: 'unattributed', reason: 'no-lease-then' }
    : { kind: 'ambiguous', reason: 'tuple-shared', podUids: uids, orNode: kinds.has('node') };
};

/** Every pod that may have run on the node, or the node itself. */
const among = (reason: Reason, node: NodeLease | undefined, begin: number, last: number, world: World): Verdict => {
  if (node === undefined) return { kind: 'unattributed', reason: 'node-unknown' };
  const there = world.podLeases.filter(
    (lease) => lease.node === node.node && !lease.hostNetwork && lease.mayFrom <= last && begin < lease.mayUntil,
  );
  return there.length === 0
    ? { kind: 'unattributed', reason: 'inventory-gap' }
    : { kind: 'ambiguous', reason, podUids: distinct(there.map((lease) => lease.podUid)), orNode: true };
};

/** The node that had this address; where two may have had it, the one that came last. */
export const nodeAt = (leases: readonly NodeLease[], ip: Ip, at: number): NodeLease | undefined =>
  leases
    .filter((lease) => lease.ip === ip && lease.mayFrom <= at && at < lease.mayUntil)
    .sort((a, b) => b.mayFrom - a.mayFrom || (a.nodeUid < b.nodeUid ? -1 : 1))[0];

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
