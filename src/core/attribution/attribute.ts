import type { Instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { type Holder, holderAt, type NodeLease, type PodLease } from './lease.ts';
import { forwards } from './relay.ts';
import type { Translation } from './translation.ts';
import type { Evidence, Reason, Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** One flow as its verdict needs it: times on the flow log's clock. */
export interface FlowSeen {
  readonly srcIp: Ip;
  readonly destPort: number;
  /** IANA number. */
  readonly protocol: number;
  readonly begin: Instant;
  readonly last: Instant;
  /** Its beginning was seen: `begin` is no later record's time. */
  readonly begun: boolean;
  /** Some NIC logged it going out, or the node's conntrack reports it. */
  readonly outbound: boolean;
}

/** What became of one flow. */
export interface Judgement {
  readonly verdict: Verdict;
  /** The node that sent it; empty when none is known. */
  readonly node: string;
  /** Some translation of its tuple bears on it. */
  readonly isTranslated: boolean;
  /** The port that the pod itself used, where a verdict that names one rests on a translation; else 0. */
  readonly podPort: number;
  /** When the node's connection tracking let go of it, on the flow log's clock; 0: that was not seen. */
  readonly goneAt: Instant | 0;
}

const TCP = 6;

/** The verdict on one flow. `translations` are those of its tuple, all of them, on the node's clock. */
export const attribute = (flow: FlowSeen, translations: readonly Translation[], world: World): Judgement => {
  const { offsetMs, uncertaintyMs } = world.clockOf(flow.srcIp);
  const begin = flow.begin - offsetMs;
  const last = flow.last - offsetMs;
  const times: Times = {
    begin,
    last,
    from: begin - uncertaintyMs,
    began: begin + uncertaintyMs,
    ending: last - uncertaintyMs,
    until: last + uncertaintyMs,
  };
  const isTcp = flow.protocol === TCP;
  const relevant =
    translations.length === 0 ? translations : relevantOf(translations, times, isTcp && flow.begun, isTcp);
  const own = world.leasesOf(flow.srcIp);
  const node = nodeAt(world.nodesOf(flow.srcIp), begin);
  const sent = own.length > 0 ? byLease(own, times, world) : byTranslation(flow, relevant, node, times, isTcp, world);
  const verdict = sent.kind === 'exact' ? onBehalf(sent, flow.destPort, world) : sent;
  return {
    verdict,
    node: node === undefined ? nodeOf(verdict, world) : node.node,
    isTranslated: relevant.length > 0,
    podPort: sent.kind === 'exact' && sent.by === 'translation' ? (relevant[0] as Translation).originPort : 0,
    goneAt: goneAt(relevant, offsetMs),
  };
};

const goneAt = (relevant: readonly Translation[], offsetMs: number): Instant | 0 => {
  let last = 0;
  for (const { closed, seenUntil } of relevant) {
    if (!closed) return 0;
    if (seenUntil > last) last = seenUntil;
  }
  return last === 0 ? 0 : ((last + offsetMs) as Instant);
};

/** What a relay sends for others is not its own, however surely it sent it. */
const onBehalf = (sent: Verdict & { readonly kind: 'exact' }, destPort: number, world: World): Verdict => {
  const role = world.relayOf(sent.podUid);
  return role === null || !forwards(role, destPort)
    ? sent
    : { kind: 'relayed', reason: role, by: sent.by, podUid: sent.podUid };
};

/** On the node's clock. `from` and `began` are the earliest and latest that it may have begun, `ending` and `until` so of its last record. */
interface Times {
  readonly begin: number;
  readonly last: number;
  readonly from: number;
  readonly began: number;
  readonly ending: number;
  readonly until: number;
}

const relevantOf = (
  translations: readonly Translation[],
  times: Times,
  isBegunTcp: boolean,
  isTcp: boolean,
): readonly Translation[] => {
  const { from, began, until } = times;
  const overlapping = translations.filter((t) => t.mayFrom <= until && from <= t.mayUntil);
  const opened = overlapping.some((t) => isCertain(t, times) && t.opened && from <= t.seenFrom && t.seenFrom <= began);
  return opened ? overlapping.filter((t) => !isOther(t, times, isBegunTcp, isTcp)) : overlapping;
};

const isCertain = (t: Translation, { from, until }: Times): boolean => t.seenFrom <= until && from <= t.seenUntil;

/**
 * An entry opened as the flow began; can this one be another's all the same?
 * - Its end was lost, but it ended before that one opened: the tuple has one entry at a time.
 * - A timeout ended it, and the flow began when its last packet had long passed. (Not for TCP: there a new SYN can end an entry.)
 * - TCP: a connection is made by one SYN, and a SYN makes a new entry, even where one in TIME_WAIT is in its way (the kernel then
 *   throws that one out). So an entry that opened before the flow began is an earlier connection's, however closely it ended,
 *   and one that opened as the flow ended is the next one's.
 */
const isOther = (t: Translation, { from, began, ending }: Times, isBegunTcp: boolean, isTcp: boolean): boolean => {
  if (!t.closed && t.seenUntil < from) return true;
  if (!isTcp && t.closed && t.activeUntil < from) return true;
  if (!isBegunTcp || !t.opened) return false;
  return t.seenFrom < from || (t.seenFrom > began && t.seenFrom >= ending);
};

/** Flows that a source summed up, as their verdict needs them; times on the flow log's clock. */
export interface AggregateSeen extends Omit<FlowSeen, 'protocol' | 'begun'> {}

/**
 * The verdict on flows that were summed up, all of which began and ended in `[begin, last]`. Nothing tells when each of them was, nor its port:
 * so a pod is named only if it held its own address all the time, and a node's address is all of the node's pods'.
 */
export const attributeAggregate = (seen: AggregateSeen, world: World): Judgement => {
  const { offsetMs, uncertaintyMs } = world.clockOf(seen.srcIp);
  const [begin, last] = [seen.begin - offsetMs, seen.last - offsetMs];
  const nodes = world.nodesOf(seen.srcIp);
  const first = nodeAt(nodes, begin);
  const node = first !== undefined && nodeAt(nodes, last)?.nodeUid === first.nodeUid ? first : undefined;
  const own = world.leasesOf(seen.srcIp);
  const sent =
    own.length > 0
      ? byLeaseThroughout(own, { begin, last, from: begin - uncertaintyMs, until: last + uncertaintyMs }, world)
      : first === undefined && !seen.outbound
        ? nobody('not-outbound', null)
        : among('aggregated', node, { begin, last }, world);
  const verdict = sent.kind === 'exact' ? onBehalf(sent, seen.destPort, world) : sent;
  return {
    verdict,
    node: node === undefined ? nodeOf(verdict, world) : node.node,
    isTranslated: false,
    podPort: 0,
    goneAt: 0,
  };
};

/** The pod's own address is on the wire, at moments that nobody knows. */
const byLeaseThroughout = (
  own: readonly PodLease[],
  { begin, last, from, until }: Pick<Times, 'begin' | 'last' | 'from' | 'until'>,
  world: World,
): Verdict => {
  const uids = distinct(own.filter((lease) => lease.mayFrom <= until && from < lease.mayUntil));
  if (uids.length === 0) return nobody('no-lease-then', 'lease');
  if (uids.length > 1) return oneOf('ip-shared', 'lease', uids, false);
  const [first, end] = [begin, last].map((at) => holderAt(own, world.watched, at as Instant)) as [Holder, Holder];
  return first.kind === 'certain' && end.kind === 'certain' && first.lease === end.lease
    ? { kind: 'exact', by: 'lease', podUid: first.lease.podUid }
    : oneOf('lease-uncertain', 'lease', uids, false);
};

/** The node's address is on the wire: its translations tell. */
const byTranslation = (
  flow: FlowSeen,
  relevant: readonly Translation[],
  node: NodeLease | undefined,
  times: Times,
  isTcp: boolean,
  world: World,
): Verdict => {
  if (relevant.length === 0) {
    if (node === undefined) return nobody(flow.outbound ? 'node-unknown' : 'not-outbound', null);
    return among(node.os === 'windows' ? 'windows-node' : 'no-translation', node, times, world);
  }
  if (!relevant.some((t) => isCertain(t, times))) return among('translation-uncertain', node, times, world);
  const gapUntil = isTcp ? times.began : times.until;
  const gaps = world.conntrackGaps(flow.srcIp);
  if (gaps.some((g) => g.from <= gapUntil && times.from < g.until)) {
    return among('conntrack-gap', node, times, world);
  }
  return agreed(relevant.map((t) => nameOf(t, flow.srcIp, isTcp, times, world)));
};

/** The pod's own address is on the wire. */
const byLease = (own: readonly PodLease[], { from, began, begin }: Times, world: World): Verdict => {
  const near = own.filter((lease) => lease.mayFrom <= began && from < lease.mayUntil);
  const uids = distinct(near);
  if (uids.length === 0) return nobody('no-lease-then', 'lease');
  if (uids.length > 1) return oneOf('ip-shared', 'lease', uids, false);
  const holder = holderAt(near, world.watched, begin as Instant);
  return holder.kind === 'certain'
    ? { kind: 'exact', by: 'lease', podUid: holder.lease.podUid }
    : oneOf('lease-uncertain', 'lease', uids, false);
};

/** Whom one translation names. */
type Named =
  | { readonly kind: 'pod'; readonly podUid: string }
  | { readonly kind: 'pods'; readonly podUids: readonly string[] }
  | { readonly kind: 'nobody' | 'node' | 'outside' };

const NOBODY: Named = { kind: 'nobody' };
const NODE: Named = { kind: 'node' };
const OUTSIDE: Named = { kind: 'outside' };

const nameOf = (t: Translation, srcIp: Ip, isTcp: boolean, { begin, last }: Times, world: World): Named => {
  if (t.originIp === srcIp) return NODE;
  const leases = world.leasesOf(t.originIp);
  if (leases.length === 0) return world.isPodAddress(t.originIp) || !world.isPublic(t.originIp) ? NOBODY : OUTSIDE;
  const first = t.opened ? t.seenFrom : Math.max(t.mayFrom, Math.min(t.seenFrom, begin));
  const holder = holderAt(leases, world.watched, first as Instant);
  // A TCP connection stays its opener's. A datagram entry outlives the pod, and the next holder of address and port inherits it.
  if (isTcp && holder.kind === 'certain') return { kind: 'pod', podUid: holder.lease.podUid };
  const end = isTcp ? first : Math.max(first, Math.min(last, t.activeUntil));
  const podUids = distinct(leases.filter((lease) => lease.mayFrom <= end && first < lease.mayUntil));
  if (podUids.length === 0) return NOBODY;
  return holder.kind === 'certain' && podUids.length === 1
    ? { kind: 'pod', podUid: holder.lease.podUid }
    : { kind: 'pods', podUids };
};

const agreed = (named: readonly Named[]): Verdict => {
  const [first] = named as readonly [Named, ...Named[]];
  if (named.length === 1) return saidBy(first);
  const uids = sorted(
    named.flatMap((name) => (name.kind === 'pod' ? name.podUid : name.kind === 'pods' ? name.podUids : [])),
  );
  const isOne = first.kind === 'pod' ? uids.length === 1 : first.kind !== 'pods';
  if (isOne && named.every((name) => name.kind === first.kind)) return saidBy(first);
  const mayBeNode = named.includes(NODE);
  return uids.length === 0 && !mayBeNode
    ? nobody('no-lease-then', 'translation')
    : oneOf('tuple-shared', 'translation', uids, mayBeNode);
};

/** The verdict where nothing contradicts this name. */
const saidBy = (name: Named): Verdict => {
  switch (name.kind) {
    case 'pod':
      return { kind: 'exact', by: 'translation', podUid: name.podUid };
    case 'pods':
      return oneOf('lease-uncertain', 'translation', name.podUids, false);
    case 'node':
      return { kind: 'node' };
    case 'outside':
      return { kind: 'relayed', reason: 'forwarded-inbound' };
    case 'nobody':
      return nobody('no-lease-then', 'translation');
  }
};

/** Every pod that may have run on the node, or the node itself. */
const among = (
  reason: Reason,
  node: NodeLease | undefined,
  times: Pick<Times, 'begin' | 'last'>,
  world: World,
): Verdict => {
  if (node === undefined) return nobody('node-unknown', null);
  return world.podsOn(node.node).some((lease) => isThere(lease, times))
    ? oneOf(reason, null, 'every', true)
    : nobody('inventory-gap', null);
};

const isThere = (lease: PodLease, { begin, last }: Pick<Times, 'begin' | 'last'>): boolean =>
  lease.mayFrom <= last && begin < lease.mayUntil;

const nobody = (reason: Reason, by: Evidence | null): Verdict => ({ kind: 'unattributed', reason, by });
const oneOf = (
  reason: Reason,
  by: Evidence | null,
  podUids: readonly string[] | 'every',
  orNode: boolean,
): Verdict => ({ kind: 'ambiguous', reason, by, podUids, orNode });

/** The pods that a verdict leaves possible; the node itself, where it may be, is not among them. */
export const candidatesOf = (
  { verdict, node }: Judgement,
  { srcIp, begin, last }: Pick<FlowSeen, 'srcIp' | 'begin' | 'last'>,
  world: World,
): readonly string[] => {
  if ('podUid' in verdict) return [verdict.podUid];
  if (verdict.kind !== 'ambiguous') return [];
  if (verdict.podUids !== 'every') return verdict.podUids;
  const { offsetMs } = world.clockOf(srcIp);
  const times = { begin: begin - offsetMs, last: last - offsetMs };
  return distinct(world.podsOn(node).filter((lease) => isThere(lease, times)));
};

/** The node of the first pod that a verdict names. */
const nodeOf = (verdict: Verdict, world: World): string => {
  if ('podUid' in verdict) return world.nodeOfPod(verdict.podUid);
  return verdict.kind === 'ambiguous' && verdict.podUids !== 'every' ? world.nodeOfPod(verdict.podUids[0] ?? '') : '';
};

/** The node that had the address; where two may have had it, the one that came last. `leases` are those of the address. */
export const nodeAt = (leases: readonly NodeLease[], at: number): NodeLease | undefined => {
  let latest: NodeLease | undefined;
  for (const lease of leases) {
    if (!(lease.mayFrom <= at && at < lease.mayUntil)) continue;
    const isLater =
      latest === undefined ||
      lease.mayFrom > latest.mayFrom ||
      (lease.mayFrom === latest.mayFrom && lease.nodeUid < latest.nodeUid);
    if (isLater) latest = lease;
  }
  return latest;
};

const distinct = (leases: readonly PodLease[]): readonly string[] => sorted(leases.map((lease) => lease.podUid));
/** Sorted, each once. */
const sorted = (texts: readonly string[]): readonly string[] => (texts.length < 2 ? texts : [...new Set(texts)].sort());
