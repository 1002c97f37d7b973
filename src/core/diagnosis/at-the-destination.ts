import { plural } from '../../base/number-text.ts';
import {
  type DestinationView,
  earliest,
  isIncident,
  isNotable,
  neverAnswers,
  share,
  SOME,
  sum,
  withSymptom,
} from './destination-view.ts';
import { cannotTell, type Fact, fact, type Finding, type Lack, ruledIn, ruledOut } from './hypothesis.ts';
import { onlyToldBySome } from './silent-senders.ts';
import { APPLICATIONS } from './applications.ts';
import type { Calls, Signals } from './signals.ts';

const WIRE: Lack = {
  what: 'connections with their packets',
  how: 'VNet flow logs, or unmasq agent with nf_conntrack_acct (docs/guide/agent.md)',
};

const isTold = (view: readonly DestinationView[]): boolean => view.some(({ known }) => known > 0);

/** What the other side does to calls. */
export const atTheDestination = (signals: Signals, destinations: readonly DestinationView[]): readonly Finding[] => [
  refusing(signals, destinations),
  down(signals, destinations),
  throttling(signals, destinations),
  clientTimeout(signals, destinations),
];

const refusing = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'destination-refusing';
  const all = sum(destinations, ({ known }) => known);
  const hit = destinations.flatMap((to) => {
    const said = sum(withSymptom(to.calls, 'connection-refused'), ({ calls }) => calls);
    const isOften = isNotable(to.refused, to.known) || isNotable(said, to.told);
    const isNew = isIncident(to, to.refused);
    return isOften && isNew ? [{ to, failed: Math.max(to.refused, said) }] : [];
  });
  const facts = hit.flatMap(({ to }) => [
    ...(to.refused === 0
      ? []
      : [fact(`${to.key} refused ${to.refused} of ${to.known} connections at once`, 'flows', troubleFrom(to))]),
    ...saidFacts(withSymptom(to.calls, 'connection-refused')),
  ]);
  if (hit.length > 0)
    return ruledIn(
      cause,
      2,
      sum(hit, ({ failed }) => failed),
      hit.map(({ to }) => to.key),
      facts,
    );
  if (isTold(destinations))
    return ruledOut(
      cause,
      fact(
        `of ${all} connections ${sum(destinations, ({ refused }) => refused)} were refused, none of a service that answered others`,
        'flows',
        null,
      ),
    );
  return signals.told.has('applications')
    ? onlyToldBySome(cause, signals, fact('hardly any application told of a refusal', 'applications', null))
    : cannotTell(cause, [WIRE, APPLICATIONS]);
};

/** So much of what was tried since the trouble began, and nobody from anywhere got through. */
const ALL = 0.97;

const down = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'destination-down';
  const hit = destinations.filter((to) => isDown(to) && isIncident(to, to.unanswered));
  if (hit.length > 0)
    return ruledIn(
      cause,
      1,
      sum(hit, ({ unanswered, calls }) =>
        Math.max(
          unanswered,
          sum(unreached(calls), (one) => one.calls),
        ),
      ),
      hit.map(({ key }) => key),
      hit.flatMap((to) => [
        ...(to.unanswered === 0
          ? []
          : [
              fact(
                `${answersAgain(to) ? 'for a while' : 'since then'} ${to.key} answered none of ${to.unanswered} connections, from ${plural(senders(to), 'sender')}`,
                'flows',
                troubleFrom(to),
              ),
            ]),
        ...saidFacts(unreached(to.calls)),
      ]),
    );
  if (!isTold(destinations) && !signals.told.has('applications')) return cannotTell(cause, [WIRE, APPLICATIONS]);
  const silent = destinations.filter(
    ({ unanswered, calls }) => unanswered >= SOME || sum(unreached(calls), (one) => one.calls) >= SOME,
  );
  if (silent.length === 0)
    return isTold(destinations)
      ? ruledOut(cause, fact('hardly any connection went unanswered', 'flows', null))
      : onlyToldBySome(cause, signals, fact('hardly any application waited in vain', 'applications', null));
  return cannotTell(
    cause,
    [],
    silent
      .slice(0, 3)
      .map((to) =>
        fact(`${to.key} left ${to.unanswered} of ${to.known} connections unanswered`, 'flows', troubleFrom(to)),
      ),
    silent.map(({ key }) => key),
  );
};

const unreached = (calls: readonly Calls[]): readonly Calls[] =>
  withSymptom(calls, 'connect-timeout', 'host-unreachable');

/** At the rate of before so many connections would have been answered: fewer say nothing. */
const EXPECTED = 3;

/** Nobody got through while it was silent. What answers again must have been silent for long enough to be told from a packet or two that were lost. */
export const isDown = (to: DestinationView): boolean => {
  const { attempts, unanswered, calls, known } = to;
  if (neverAnswers(to)) return false;
  if (unanswered >= SOME) {
    const between = sum(attempts, ({ answeredBetween }) => answeredBetween);
    const isLong =
      missed(to) >= EXPECTED || (unanswered >= IN_A_ROW && chanceOfOneRun(unanswered, to.answered) <= BY_CHANCE);
    return share(unanswered, unanswered + between) >= ALL && (!answersAgain(to) || isLong);
  }
  const said = sum(unreached(calls), (one) => one.calls);
  const from = earliest(unreached(calls).map(({ first }) => first));
  const well = calls.some(({ symptom, last }) => symptom === null && from !== null && last > from);
  return known === 0 && said >= 5 && !well;
};

const silentUntil = ({ attempts }: DestinationView): number =>
  Math.max(0, ...attempts.filter(({ unanswered }) => unanswered > 0).map(({ troubleUntil }) => troubleUntil ?? 0));

const silentFrom = ({ attempts }: DestinationView) =>
  earliest(attempts.map((one) => (one.unanswered > 0 ? one.troubleFrom : null)));

const answersAgain = (to: DestinationView): boolean =>
  to.attempts.some(({ answeredUntil }) => (answeredUntil ?? 0) > silentUntil(to));

/** How many connections would have been answered in the time of silence. */
const missed = (to: DestinationView): number => {
  const silent = silentUntil(to) - (silentFrom(to) ?? 0);
  return (to.answered * silent) / Math.max(1, to.lastsMs - silent);
};

/** Fewer may have been lost together, by one burst. */
const IN_A_ROW = 6;
/** Where more than one in so many destinations that lose packets would show it, it shows nothing. */
const BY_CHANCE = 0.001;

/** How likely it is that connections that are lost one by one, each as likely as the next, come one behind the other with none between that is answered. */
const chanceOfOneRun = (unanswered: number, answered: number): number => {
  // One way to be in a row for each place to begin at, out of all ways to place them: (answered + 1) / C(answered + unanswered, unanswered).
  let chance = answered + 1;
  for (let i = 1; i <= unanswered; i++) chance *= i / (answered + i);
  return chance;
};

const throttling = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'destination-throttling';
  const hit = destinations.flatMap((to) => {
    const said = withSymptom(to.calls, 'throttled', 'unavailable');
    const failed = sum(said, ({ calls }) => calls);
    return isNotable(failed, to.told) ? [{ to, said, failed }] : [];
  });
  if (hit.length > 0)
    return ruledIn(
      cause,
      2,
      sum(hit, ({ failed }) => failed),
      hit.map(({ to }) => to.key),
      hit.flatMap(({ to, said }) => [
        ...saidFacts(said),
        ...(to.known === 0
          ? []
          : [fact(`${to.key} answered ${to.answered} of ${to.known} connections`, 'flows', null)]),
      ]),
    );
  return onlyToldBySome(
    cause,
    signals,
    fact('hardly any of the calls that applications told of was throttled', 'applications', null),
  );
};

/** What takes too long shows on the wire as well: a question, and then nothing but acknowledgements until the client gives up. */
const clientTimeout = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'client-timeout';
  const hit = destinations.flatMap((to) => {
    const said = withSymptom(to.calls, 'request-timeout', 'connect-timeout');
    const failed = sum(said, ({ calls }) => calls);
    const isSeen = isNotable(to.speechless, to.known) && to.answered > to.unanswered;
    // Of a pod whose connections nobody saw the application's word is all there is.
    const isSaid =
      to.known === 0 &&
      to.ip !== null &&
      isNotable(
        sum(withSymptom(to.calls, 'request-timeout'), ({ calls }) => calls),
        to.told,
      );
    return isSeen || isSaid ? [{ to, said, failed: Math.max(failed, to.speechless) }] : [];
  });
  if (hit.length > 0)
    return ruledIn(
      cause,
      hit.some(({ said }) => said.length > 0) ? 2 : 1,
      sum(hit, ({ failed }) => failed),
      hit.map(({ to }) => to.key),
      hit.flatMap(({ to, said }) => [
        ...(to.speechless === 0
          ? []
          : [
              fact(
                `${to.speechless} of ${to.known} connections to ${to.key} stood, were asked something and got no word, until somebody gave up after about ${seconds(longest(to))} s`,
                'flows',
                earliest(to.attempts.map(({ speechlessFrom }) => speechlessFrom)),
              ),
            ]),
        ...saidFacts(said),
      ]),
    );
  const known = sum(destinations, (to) => to.known);
  return known > 0
    ? ruledOut(
        cause,
        fact(
          `of ${known} connections ${sum(destinations, ({ speechless }) => speechless)} were asked something and got no word`,
          'flows',
          null,
        ),
      )
    : onlyToldBySome(
        cause,
        signals,
        fact('hardly any of the calls that applications told of took too long', 'applications', null),
      );
};

const longest = ({ attempts }: DestinationView): number =>
  Math.max(0, ...attempts.map(({ speechlessMs }) => speechlessMs));
const seconds = (ms: number): number => Math.round(ms / 100) / 10;

/** The most frequent first. */
export const saidFacts = (calls: readonly Calls[]): readonly Fact[] =>
  calls
    .toSorted((a, b) => b.calls - a.calls)
    .slice(0, 3)
    .map(({ namespace, pod, calls: times, says, first }) =>
      fact(
        `${namespace === '' ? pod : `${namespace}/${pod}`}, ${times === 1 ? 'once' : `${times} times`}: ${says}`,
        'applications',
        first,
      ),
    );

export const troubleFrom = ({ attempts }: DestinationView) => earliest(attempts.map((one) => one.troubleFrom));

const senders = ({ attempts }: DestinationView): number =>
  new Set(attempts.filter(({ unanswered }) => unanswered > 0).map(({ pod, srcIp }) => pod?.uid ?? srcIp)).size;
