import type { Instant } from '../../base/instant.ts';
import { isDown, saidFacts, troubleFrom } from './at-the-destination.ts';
import {
  destinationKey,
  DNS_PORT,
  type DestinationView,
  earliest,
  isIncident,
  isNotable,
  keyOfCalls,
  namesOf,
  share,
  SOME,
  sum,
  withSymptom,
} from './destination-view.ts';
import { cannotTell, type Fact, fact, type Finding, type Lack, ruledIn, ruledOut } from './hypothesis.ts';
import { APPLICATIONS } from './applications.ts';
import { onlyToldBySome } from './silent-senders.ts';
import type { Attempts, Calls, Denials, Signals } from './signals.ts';

/** What happens between a pod and its destination. */
export const onTheWay = (signals: Signals, destinations: readonly DestinationView[]): readonly Finding[] => [
  pathLoss(signals, destinations),
  policyDenied(signals, destinations),
  firewallDenied(signals, destinations),
  idleTimeout(signals, destinations),
];

/** Some get through and others do not, at the same time and to the same place; and of what gets through much has to be sent again. */
const pathLoss = ({ told, calls }: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'path-loss';
  const usual = usualStrain(destinations);
  const hit = destinations.filter((to) => !isDown(to) && (isStrained(to, usual) || isNotable(to.unanswered, to.known)));
  if (hit.length > 0)
    return ruledIn(
      cause,
      1,
      sum(hit, ({ unanswered, strained }) => unanswered + strained),
      hit.map(({ key }) => key),
      hit.map((to) =>
        fact(
          `of ${to.known} connections to ${to.key} ${[
            ...(to.unanswered === 0 ? [] : [`${to.unanswered} went unanswered`]),
            ...(to.strained === 0 ? [] : [`${to.strained} had to send packets again`]),
          ].join(' and ')}, while others got through`,
          'flows',
          earliest([troubleFrom(to), ...to.attempts.map(({ strainedFrom }) => strainedFrom)]),
        ),
      ),
    );
  const known = sum(destinations, (to) => to.known);
  if (known === 0)
    return cannotTell(
      cause,
      told.has('flow-log') || told.has('conntrack')
        ? []
        : [{ what: 'connections with their packets', how: 'VNet flow logs, or unmasq agent' }],
    );
  const unanswered = sum(destinations, (to) => to.unanswered);
  const strained = sum(destinations, (to) => to.strained);
  const timeouts = sum(withSymptom(calls, 'connect-timeout', 'request-timeout'), (one) => one.calls);
  const seen = fact(
    `of ${known} connections ${unanswered} went unanswered and ${strained} had to send packets again`,
    'flows',
    null,
  );
  // A little loss is hard to see: only where nobody waited in vain there was none of note.
  return unanswered + strained + timeouts < SOME
    ? ruledOut(cause, seen)
    : cannotTell(
        cause,
        [],
        [seen, ...(timeouts === 0 ? [] : [fact(`${timeouts} calls waited too long`, 'applications', null)])],
      );
};

/** The share of quick connections that is strained at most destinations: how stacks acknowledge differs, and so does what is usual. */
const usualStrain = (destinations: readonly DestinationView[]): number =>
  usualShare(destinations, ({ strained, quick }) => [strained, quick]);

const usualShare = (
  destinations: readonly DestinationView[],
  of: (to: DestinationView) => readonly [part: number, whole: number],
): number => {
  const shares = destinations
    .map(of)
    .filter(([, whole]) => whole >= 5)
    .map(([part, whole]) => share(part, whole))
    .toSorted((a, b) => a - b);
  return shares[shares.length >> 1] ?? 0;
};

/**
 * All at once where it was not before; what a destination is sent may be so from the first connection on, and there more than is usual elsewhere means
 * something only where some went unanswered too.
 */
const isStrained = (to: DestinationView, usual: number): boolean => {
  const of = share(to.strained, to.quick);
  return to.strained >= 4 && of >= 0.1 && (hasBegun(to) || (of >= usual * 3 && to.unanswered >= 2));
};

/** Of connections that stand for long some are always strained: streams are acknowledged as their receivers like. */
const MUCH_STRAINED = 0.2;

/** Fewer connections before do not show that they were undisturbed. */
const LEAST_BEFORE = 8;

/** Where one looks at more, chance finds one. */
const MOMENTS = 12;

/** Whether there is a moment before which hardly any connection was strained, and from which on many were. */
const hasBegun = ({ attempts }: DestinationView): boolean => {
  const quick = bySlice(attempts.map(({ quickBySlice }) => quickBySlice));
  const strained = bySlice(attempts.map(({ strainedBySlice }) => strainedBySlice));
  const step = Math.ceil(quick.length / MOMENTS);
  return quick.some((_, slice) => {
    if (slice % step > 0) return false;
    const [before, after] = [sum(quick.slice(0, slice), (n) => n), sum(quick.slice(slice), (n) => n)];
    const [strainedBefore, strainedAfter] = [
      sum(strained.slice(0, slice), (n) => n),
      sum(strained.slice(slice), (n) => n),
    ];
    return (
      before >= LEAST_BEFORE && strainedAfter >= 4 && share(strainedBefore, before) < share(strainedAfter, after) / 5
    );
  });
};

const bySlice = (rows: readonly (readonly number[])[]): readonly number[] =>
  (rows[0] ?? []).map((_, slice) => sum(rows, (row) => row[slice] ?? 0));

const FLOW_LOG: Lack = {
  what: 'what network security groups denied',
  how: 'VNet flow logs: unmasq ingest, or the source blobs: of unmasq serve (docs/guide/blob-storage.md)',
};

const policyDenied = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'policy-denied';
  const denied = signals.denials.filter(({ by }) => by === 'nsg');
  const noted = ofIncidents(denied, destinations);
  const said = withSymptom(signals.calls, 'access-denied-by-policy');
  const count = sum(noted, (one) => one.count) + sum(said, (one) => one.calls);
  if (count >= SOME)
    return ruledIn(
      cause,
      3,
      count,
      [
        ...noted.map(({ destIp, destPort }) => destinationKey(destIp, destPort)),
        ...said.flatMap(({ destIp, destPort }) => (destIp === null ? [] : [destinationKey(destIp, destPort)])),
      ],
      [...deniedFacts(noted, 'flow log'), ...saidFacts(said)],
    );
  const held = heldBack(signals, destinations);
  // A call that waits for an address does not begin a connection either.
  const mayBeDns = held.every(({ symptom }) => symptom === 'request-timeout');
  const unlooked = sum(signals.lookups, ({ unanswered }) => unanswered);
  if (held.length > 0 && mayBeDns && unlooked >= SOME)
    return cannotTell(
      cause,
      [],
      [
        ...saidFacts(held),
        fact(`${unlooked} questions to DNS went unanswered: calls may wait for an address`, 'conntrack', null),
      ],
      ['dns'],
    );
  if (held.length > 0)
    return ruledIn(
      cause,
      1,
      sum(held, ({ calls }) => calls),
      mayBeDns ? ['dns'] : held.map((one) => keyOfCalls(one, namesOf(signals.calls))),
      [
        ...saidFacts(held),
        fact(
          'the node’s connection tracking, which missed nothing, shows no attempt of theirs: the packets did not leave the pod’s own node',
          'conntrack',
          null,
        ),
      ],
    );
  if (sum(denied, (one) => one.count) >= SOME)
    return cannotTell(cause, [], [...deniedFacts(denied, 'flow log'), fact(NEVER_REACHED, 'flow log', null)]);
  const unplaced = withSymptom(signals.calls, ...IN_VAIN).filter((one) => one.destIp === null);
  if (sum(unplaced, (one) => one.calls) >= SOME && !destinations.some(({ unanswered }) => unanswered > 0))
    return cannotTell(
      cause,
      [
        {
          what: `the addresses of ${someOf(unplaced.map(({ destHost }) => destHost))}, so that it could be seen whether calls to them leave their nodes`,
          how: 'spans with network.peer.address or server.address, or logs that name the address',
        },
      ],
      saidFacts(unplaced),
    );
  return signals.told.has('flow-log') && signals.told.has('applications')
    ? onlyToldBySome(
        cause,
        signals,
        fact('nothing was denied, and what pods told that they tried to reach left their nodes', 'flow log', null),
      )
    : cannotTell(cause, [
        ...(signals.told.has('flow-log') ? [] : [FLOW_LOG]),
        ...(signals.told.has('applications') ? [] : [APPLICATIONS]),
      ]);
};

/** Calls that found no way, of which the node shows not even an attempt, though it counts no entry that it could not make. */
const heldBack = (signals: Signals, destinations: readonly DestinationView[]): readonly Calls[] => {
  const { calls, counters, told, attempts } = signals;
  if (!told.has('conntrack')) return [];
  const lost = new Set(
    counters.filter(({ insertFailed, drop }) => (insertFailed ?? 0) > 0 || (drop ?? 0) > 0).map(({ node }) => node),
  );
  const byKey = new Map(destinations.map((to) => [to.key, to]));
  const byPod = Map.groupBy(attempts, ({ pod }) => pod?.uid);
  const names = namesOf(calls);
  return withSymptom(calls, ...IN_VAIN).filter((one) => {
    if (one.calls < SOME || (one.node !== null && lost.has(one.node))) return false;
    const to = byKey.get(keyOfCalls(one, names));
    const own = byPod.get(one.podUid) ?? [];
    const tried = ({ destIp, destPort }: { readonly destIp: string; readonly destPort: number }): number =>
      sum(
        own.filter((of) => of.destIp === destIp && of.destPort === destPort),
        (of) => of.unanswered + answeredWhile(of, one, signals),
      );
    if (to !== undefined && to.ip !== null)
      return tried({ destIp: to.ip, destPort: one.destPort }) < one.calls * TRIED_OF_CALLS;
    return ceased(own, one, signals) !== null;
  });
};

/** The first names, each once. */
const someOf = (names: readonly string[]): string =>
  [...new Set(names.filter((name) => name !== ''))].slice(0, 3).join(', ') || 'what they called';

const IN_VAIN = ['connect-timeout', 'host-unreachable', 'request-timeout'] as const;
/** More of them show that the pod gets through to the node. */
const TRIED_OF_CALLS = 0.2;

/**
 * Where calls tell a name alone: the one destination at their port that their pod called before and, as they failed, no more, though it calls others. What is
 * slow would still be called.
 */
const ceased = (own: readonly Attempts[], one: Calls, signals: Signals): Attempts | null => {
  const [first, last] = [partOf(one.first, signals), partOf(one.last, signals)];
  const while_ = (of: Attempts): number => of.unanswered + answeredWhile(of, one, signals);
  const before = (of: Attempts): number => sum(of.answeredBySlice.slice(0, first), (n) => n);
  const quiet = own.filter(
    (of) =>
      of.destPort === one.destPort &&
      while_(of) < one.calls * TRIED_OF_CALLS &&
      // At the rate of before there would have been some.
      (before(of) / Math.max(1, first)) * (last - first + 1) >= SOME,
  );
  const goesOn = own.some((of) => of.destPort !== DNS_PORT && !quiet.includes(of) && while_(of) >= SOME);
  return quiet.length === 1 && goesOn ? (quiet[0] as Attempts) : null;
};

/** Connections that were answered in the parts of the interval in which these calls were told. */
const answeredWhile = ({ answeredBySlice }: Attempts, { first, last }: Calls, of: Signals): number =>
  sum(answeredBySlice.slice(partOf(first, of), partOf(last, of) + 1), (n) => n);

const partOf = (at: Instant, { from, until, attempts }: Signals): number =>
  Math.floor(((at - from) * (attempts[0]?.answeredBySlice.length ?? 1)) / (until - from));

/** Rules that keep somebody from where nobody ever gets, now and then, do what they are for. */
const ofIncidents = (denied: readonly Denials[], destinations: readonly DestinationView[]): readonly Denials[] => {
  const byKey = new Map(destinations.map((to) => [to.key, to]));
  const counts = Map.groupBy(denied, ({ destIp, destPort }) => destinationKey(destIp, destPort));
  return [...counts].flatMap(([key, of]) => {
    const to = byKey.get(key);
    return to === undefined ||
      isIncident(
        to,
        sum(of, (one) => one.count),
      )
      ? of
      : [];
  });
};

const NEVER_REACHED = 'nobody reached these destinations before, and those that try call others far more often';

const deniedFacts = (denied: readonly Denials[], source: string): readonly Fact[] =>
  denied
    .slice(0, 5)
    .map((one) =>
      fact(
        `${one.srcIp} → ${destinationKey(one.destIp, one.destPort)}: denied ${one.count} times by ${one.rule === '' ? 'a rule' : one.rule}`,
        source,
        one.first,
      ),
    );

const firewallDenied = ({ denials, told }: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'firewall-denied';
  const denied = denials.filter(({ by }) => by === 'firewall');
  const noted = ofIncidents(denied, destinations);
  const count = sum(noted, (one) => one.count);
  if (count >= SOME)
    return ruledIn(
      cause,
      3,
      count,
      noted.map(({ destIp, destPort }) => destinationKey(destIp, destPort)),
      deniedFacts(noted, 'Azure Firewall'),
    );
  if (sum(denied, (one) => one.count) >= SOME)
    return cannotTell(cause, [], [...deniedFacts(denied, 'Azure Firewall'), fact(NEVER_REACHED, 'flows', null)]);
  return told.has('firewall')
    ? ruledOut(cause, fact('the firewall logged no denial', 'Azure Firewall', null))
    : cannotTell(cause, [
        {
          what: 'what an Azure Firewall let through and denied',
          how: 'the table AZFWNetworkRule: unmasq ingest, or the source logAnalytics: of unmasq serve (docs/guide/log-analytics.md)',
        },
      ]);
};

/** Connections are forgotten by what translates them once they are silent for long: their next use fails, and a new one works at once. */
const idleTimeout = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'idle-timeout';
  const isCalm = destinations.every((to) => share(to.unanswered + to.refused, to.known) < 0.1 || to.known < 10);
  const hit = destinations.flatMap((to) => {
    const reset = withSymptom(to.calls, 'connection-reset');
    const failed = sum(reset, ({ calls }) => calls);
    const isNew = to.known === 0 ? isCalm : share(to.unanswered + to.refused, to.known) < 0.05;
    const isSeen = areOldStrained(to, destinations) && (isSaid(to) || hasJustBegun(to, signals));
    return isNew && (isNotable(failed, to.told) || isSeen)
      ? [{ to, reset, failed: Math.max(failed, isSeen ? to.strainedOld : 0), isSeen }]
      : [];
  });
  if (hit.length > 0)
    return ruledIn(
      cause,
      1,
      sum(hit, ({ failed }) => failed),
      hit.map(({ to }) => to.key),
      hit.flatMap(({ to, reset, isSeen }) => [
        ...saidFacts(reset),
        ...(isSeen ? [oldFact(to)] : []),
        ...(to.known === 0
          ? []
          : [fact(`${to.key} answered ${to.answered} of ${to.known} new connections`, 'flows', null)]),
      ]),
    );
  const resets = sum(destinations, (to) => sum(withSymptom(to.calls, 'connection-reset'), ({ calls }) => calls));
  const resetFact = fact(`${resets} calls failed as their connection was reset`, 'applications', null);
  const strained = destinations.filter((to) => areOldStrained(to, destinations));
  return resets >= SOME || strained.length > 0
    ? cannotTell(cause, [], [...(resets > 0 ? [resetFact] : []), ...strained.slice(0, 3).map(oldFact)])
    : onlyToldBySome(cause, signals, resetFact);
};

/** What stands for long has to send again, far more of it than elsewhere, and what is new does not. */
const areOldStrained = (to: DestinationView, destinations: readonly DestinationView[]): boolean => {
  const strained = share(to.strainedOld, to.old);
  // Of most destinations that is enough to know; what is usual at all others takes a look at each.
  if (to.strainedOld < 4 || strained < MUCH_STRAINED || to.quick < 8 || share(to.strained, to.quick) >= 0.1)
    return false;
  const usual = usualShare(
    destinations.filter((other) => other !== to),
    ({ strainedOld, old }) => [strainedOld, old],
  );
  return strained >= usual * 3;
};

const oldFact = (to: DestinationView): Fact =>
  fact(
    `${to.strainedOld} connections to ${to.key} that had stood for a while had to send again`,
    'flows',
    earliest(to.attempts.map(({ strainedOldFrom }) => strainedOldFrom)),
  );

const isSaid = ({ calls }: DestinationView): boolean =>
  withSymptom(calls, 'connection-reset', 'request-timeout', 'connect-timeout').length > 0;

/** So large a part of the interval shows how it was before. */
const BEFORE = 0.15;

/** Streams that always send much more than they get look the same, from the beginning on. */
const hasJustBegun = ({ attempts }: DestinationView, { from, until }: Signals): boolean => {
  const since = earliest(attempts.map(({ strainedOldFrom }) => strainedOldFrom));
  return since !== null && since - from >= (until - from) * BEFORE;
};
