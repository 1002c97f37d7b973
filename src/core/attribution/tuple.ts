import { type Instant, SECOND } from '../../base/instant.ts';
import { attribute, nodeAt, type World } from './attribute.ts';
import type { ClockOffset } from './clock.ts';
import { type FlowRecord, flowsOf, type RecordedFlow, type WireTuple } from './flow.ts';
import { type ConntrackEvent, type Translation, translationsOf } from './translation.ts';
import type { Verdict } from './verdict.ts';

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

export interface AttributedFlow {
  readonly begin: Instant;
  readonly last: Instant;
  readonly outbound: boolean;
  readonly denied: boolean;
  readonly observedBy: 'flow-log' | 'conntrack';
  readonly verdict: Verdict;
}

/** Two NICs log one packet at nearly one time. */
export const TWICE = 5 * SECOND;

/** The flows of one tuple with their verdicts: what was recorded, each counted once, and what only conntrack saw. */
export const attributeTuple = ({ tuple, sent, received, events }: TupleFacts, world: World): AttributedFlow[] => {
  const translations = translationsOf(events);
  const out = flowsOf(sent).map((flow) => ({ ...flow, outbound: true }));
  const into = flowsOf(received).map((flow) => ({ ...flow, outbound: false }));
  const recorded = [...out, ...into.filter((flow) => !sent.some((record) => isNear(record.at, flow)))];
  const clock = world.clockOf(tuple.srcIp);
  const unrecorded = translations
    .filter((t) => ![...out, ...into].some((flow) => isOf(t, flow, clock)) && leavesNode(t, tuple, world))
    .map((t) => ({
      begin: onFlowLog(t.seenFrom, clock),
      last: onFlowLog(t.seenUntil, clock),
      begun: t.opened,
      outbound: true,
      denied: false,
    }));
  const judge = (flow: Pick<RecordedFlow, 'begin' | 'last' | 'begun' | 'denied'> & { outbound: boolean }): Verdict =>
    attribute(
      { tuple, begin: flow.begin, last: flow.last, begun: flow.begun, outbound: flow.outbound },
      translations,
      world,
    );
  return [
    ...recorded.map((flow) => ({ ...shown(flow), observedBy: 'flow-log' as const, verdict: judge(flow) })),
    ...unrecorded.map((flow) => ({ ...shown(flow), observedBy: 'conntrack' as const, verdict: judge(flow) })),
  ];
};

const shown = ({
  begin,
  last,
  outbound,
  denied,
}: {
  begin: Instant;
  last: Instant;
  outbound: boolean;
  denied: boolean;
}) => ({
  begin,
  last,
  outbound,
  denied,
});

const isNear = (at: Instant, flow: RecordedFlow): boolean => at >= flow.begin - TWICE && at <= flow.last + TWICE;

const onFlowLog = (at: Instant, clock: ClockOffset): Instant => (at + clock.offsetMs) as Instant;

/** Did the flow log record this entry? An entry without an end may have lasted until another took its tuple. */
const isOf = (t: Translation, flow: RecordedFlow, { offsetMs, uncertaintyMs }: ClockOffset): boolean => {
  const from = (t.opened ? t.seenFrom : t.mayFrom) - uncertaintyMs;
  const seen = t.seenUntil + uncertaintyMs;
  const until = t.closed ? seen : Math.max(seen, t.mayUntil - uncertaintyMs - 1);
  return flow.last >= from + offsetMs && flow.begin <= until + offsetMs;
};

/** A flow log can only have what reached the NIC, and only what this cluster sent is a flow of ours. */
const leavesNode = (t: Translation, tuple: WireTuple, world: World): boolean => {
  const at = t.seenFrom;
  const then = world.podLeases.filter((lease) => !lease.hostNetwork && lease.mayFrom <= at && at < lease.mayUntil);
  const senders = then.filter((lease) => lease.ip === tuple.srcIp).map((lease) => lease.node);
  const nodes = world.nodeLeases
    .filter((lease) => lease.ip === tuple.srcIp && lease.mayFrom <= at && at < lease.mayUntil)
    .map((lease) => lease.node);
  const known =
    senders.length > 0 || nodeAt(world.nodeLeases, tuple.srcIp, at) !== undefined || t.originIp !== tuple.srcIp;
  const stays =
    tuple.destIp === tuple.srcIp ||
    tuple.destIp === t.originIp ||
    world.isLocal(tuple.destIp) ||
    then.some((lease) => lease.ip === tuple.destIp && [...senders, ...nodes].includes(lease.node));
  return known && !stays;
};
