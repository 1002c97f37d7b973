import { saidFacts } from './at-the-destination.ts';
import { type DestinationView, earliest, isNotable, share, SOME, sum, withSymptom } from './destination-view.ts';
import { cannotTell, type Fact, fact, type Finding, ruledIn } from './hypothesis.ts';
import { usualShare } from './path-loss.ts';
import { onlyToldBySome } from './silent-senders.ts';
import type { Signals } from './signals.ts';

/** Connections are forgotten by what translates them once they are silent for long: their next use fails, and a new one works at once. */
export const idleTimeout = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
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

/** Of connections that stand for long some are always strained: streams are acknowledged as their receivers like. */
const MUCH_STRAINED = 0.2;

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
