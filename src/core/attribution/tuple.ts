import { type Instant, SECOND } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { attribute, type Judgement } from './attribute.ts';
import type { ClockOffset } from './clock.ts';
import { type FlowRecord, flowsOf, type RecordedFlow, type WireTuple } from './flow.ts';
import { type ConntrackEvent, type Translation, translationsOf } from './translation.ts';
import type { World } from './world.ts';

/** Everything known of one wire tuple. */
export interface TupleFacts {
  readonly tuple: WireTuple;
  /** Records of a NIC that it left. */
  readonly sent: readonly FlowRecord[];
  /** Records of a NIC that it entered. */
  readonly received: readonly FlowRecord[];
  /** Lines of the conntrack of the node that owns `tuple.srcIp`. */
  readonly events: readonly ConntrackEvent[];
}

export interface AttributedFlow extends RecordedFlow, Judgement {
  readonly outbound: boolean;
  readonly observedBy: 'flow-log' | 'conntrack' | 'both';
}

/**
 * Is a conntrack line the sender's own? Where the wire shows a pod's address, the receiver's conntrack tells of the connection as well,
 * a little later, and would make a second one of it. `tellers` are the nodes whose conntrack told; empty when nobody knows.
 */
export const isSendersOwn = (tellers: readonly string[], srcIp: Ip, isTranslated: boolean, world: World): boolean => {
  if (tellers.length === 0 || isTranslated) return true;
  const leases = world.leasesOf(srcIp);
  return leases.length === 0 || leases.some((lease) => tellers.includes(lease.node));
};

/** Two NICs log one packet at nearly one time. */
export const TWICE = 5 * SECOND;

/** The flows of one tuple with their verdicts: what was recorded, each counted once, and what only conntrack saw. */
export const attributeTuple = ({ tuple, sent, received, events }: TupleFacts, world: World): AttributedFlow[] => {
  const { srcIp, protocol } = tuple;
  const translations = translationsOf(events);
  const out = flowsOf(sent).map((flow) => ({ ...flow, outbound: true }));
  const into = flowsOf(received).map((flow) => ({ ...flow, outbound: false }));
  const recorded = [...out, ...into.filter((flow) => !sent.some((record) => isNear(record.at, flow)))];
  const clock = world.clockOf(srcIp);
  const unrecorded = translations
    .filter((t) => ![...out, ...into].some((flow) => isOf(t, flow, clock)) && leavesNode(t, tuple, world))
    .map((t) => ({ ...flowOf(t, clock), outbound: true }));
  const judge = (flow: RecordedFlow & { outbound: boolean }): Judgement =>
    attribute({ ...flow, srcIp, destPort: tuple.destPort, protocol }, translations, world);
  return [
    ...recorded.map((flow) => {
      const judgement = judge(flow);
      return { ...flow, ...judgement, observedBy: judgement.isTranslated ? ('both' as const) : ('flow-log' as const) };
    }),
    ...unrecorded.map((flow) => ({ ...flow, ...judge(flow), observedBy: 'conntrack' as const })),
  ];
};

/** What the kernel translated and no log recorded, as the flow log would have it. */
const flowOf = (t: Translation, clock: ClockOffset): RecordedFlow => ({
  begin: onFlowLog(t.seenFrom, clock),
  last: onFlowLog(t.seenUntil, clock),
  begun: t.opened,
  ended: t.closed,
  denied: false,
  rule: '',
  packetsOut: t.packetsOut,
  bytesOut: t.bytesOut,
  packetsIn: t.packetsIn,
  bytesIn: t.bytesIn,
});

/** Does the record of one NIC tell of the flow that another logged? */
export const isNear = (at: number, { begin, last }: { readonly begin: number; readonly last: number }): boolean =>
  at >= begin - TWICE && at <= last + TWICE;

const onFlowLog = (at: Instant, clock: ClockOffset): Instant => (at + clock.offsetMs) as Instant;

/** Did the flow log record this entry? An entry without an end may have lasted until another took its tuple. */
export const isOf = (
  t: Translation,
  { begin, last }: { readonly begin: number; readonly last: number },
  { offsetMs, uncertaintyMs }: ClockOffset,
): boolean => {
  const from = (t.opened ? t.seenFrom : t.mayFrom) - uncertaintyMs;
  const seen = t.seenUntil + uncertaintyMs;
  const until = t.closed ? seen : Math.max(seen, t.mayUntil - uncertaintyMs - 1);
  return last >= from + offsetMs && begin <= until + offsetMs;
};

/** A flow log can only have what reached the NIC, and only what this cluster sent is a flow of ours. */
const leavesNode = (t: Translation, { srcIp, destIp }: WireTuple, world: World): boolean => {
  const at = t.seenFrom;
  const podNodes = (ip: WireTuple['srcIp']): string[] =>
    world.leasesOf(ip).flatMap((lease) => (lease.mayFrom <= at && at < lease.mayUntil ? lease.node : []));
  const senders = podNodes(srcIp);
  const nodes = world.nodesOf(srcIp).flatMap((lease) => (lease.mayFrom <= at && at < lease.mayUntil ? lease.node : []));
  const known = senders.length > 0 || nodes.length > 0 || t.originIp !== srcIp;
  const stays =
    destIp === srcIp ||
    destIp === t.originIp ||
    world.isLocal(destIp) ||
    podNodes(destIp).some((node) => senders.includes(node) || nodes.includes(node));
  return known && !stays;
};
