import { isDown, troubleFrom } from './at-the-destination.ts';
import {
  type DestinationView,
  earliest,
  isNotable,
  neverAnswers,
  share,
  sliceOf,
  SOME,
  sum,
  withSymptom,
} from './destination-view.ts';
import { cannotTell, fact, type Finding, ruledIn, ruledOut } from './hypothesis.ts';
import type { Attempts, Signals } from './signals.ts';
import { instant } from '../../base/instant.ts';

/** Some get through and others do not, at the same time and to the same place; and of what gets through much has to be sent again. */
export const pathLoss = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
  const { told, calls } = signals;
  const cause = 'path-loss';
  const usual = usualStrain(destinations);
  const reached = destinations.filter((to) => !isDown(to) && !neverAnswers(to));
  const silent = reached.filter((to) => isNotable(to.unanswered, to.known));
  const { true: ofNewAlone = [], false: lossy = [] } = Object.groupBy(silent, (to) => `${isOfNewAlone(to, signals)}`);
  const isLossy = new Set(lossy);
  const hit = reached.filter((to) => isLossy.has(to) || isStrained(to, usual));
  if (hit.length > 0)
    return ruledIn(
      cause,
      1,
      sum(hit, ({ unanswered, strained }) => unanswered + strained),
      hit.map(({ key }) => key),
      mostTroubled(hit).map((to) =>
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
  if (ofNewAlone.length > 0)
    return cannotTell(
      cause,
      [],
      mostTroubled(ofNewAlone).map((to) =>
        fact(
          `of ${to.known} connections to ${to.key} ${to.unanswered} went unanswered, and of ${to.quick} that got through ${to.strained} had to send packets again: what is lost are new connections, not packets`,
          'flows',
          troubleFrom(to),
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
  const unanswered = sum(destinations, (to) => (neverAnswers(to) ? 0 : to.unanswered));
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

const NAMED = 5;

const mostTroubled = (destinations: readonly DestinationView[]): readonly DestinationView[] =>
  destinations.toSorted((a, b) => b.unanswered + b.strained - a.unanswered - a.strained).slice(0, NAMED);

/** The share of quick connections that is strained at most destinations: how stacks acknowledge differs, and so does what is usual. */
const usualStrain = (destinations: readonly DestinationView[]): number =>
  usualShare(destinations, ({ strained, quick }) => [strained, quick]);

export const usualShare = (
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

/**
 * Who begins a connection tries several times before they give up, so a way that loses packets strains more of those that get through than it leaves
 * unanswered. Where it does not, something keeps new connections from coming about: ports that ran out, a backend that is gone.
 */
const isOfNewAlone = (to: DestinationView, signals: Signals): boolean => {
  const { from } = signals;
  const ends = to.attempts.flatMap(({ troubleUntil }) => troubleUntil ?? []);
  const first = sliceOf(troubleFrom(to) ?? from, signals);
  const last = sliceOf(instant(Math.max(...ends, from)), signals);
  const inTrouble = (of: (one: Attempts) => readonly number[]): number =>
    sum(to.attempts, (one) => sum(of(one).slice(first, last + 1), (n) => n));
  const quick = inTrouble((one) => one.quickBySlice);
  const strained = inTrouble((one) => one.strainedBySlice);
  const answered = sum(to.attempts, ({ answeredBetween }) => answeredBetween);
  return quick >= LEAST_BEFORE && share(strained, quick) < share(to.unanswered, to.unanswered + answered) / 4;
};

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
