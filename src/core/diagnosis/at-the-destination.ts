import { type DestinationView, earliest, isNotable, share, sum, withSymptom } from './destination-view.ts';
import { cannotTell, type Fact, fact, type Finding, type Lack, ruledIn, ruledOut } from './hypothesis.ts';
import { APPLICATIONS } from './on-the-node.ts';
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

const refusing = ({ told }: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'destination-refusing';
  const hit = destinations.flatMap((to) => {
    const said = sum(withSymptom(to.calls, 'connection-refused'), ({ calls }) => calls);
    return isNotable(to.refused, to.known) || isNotable(said, to.told)
      ? [{ to, failed: Math.max(to.refused, said) }]
      : [];
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
  return isTold(destinations) || told.has('applications')
    ? ruledOut(
        cause,
        fact(
          `of ${sum(destinations, ({ known }) => known)} connections ${sum(destinations, ({ refused }) => refused)} were refused`,
          'flows',
          null,
        ),
      )
    : cannotTell(cause, [WIRE, APPLICATIONS]);
};

/** So much of what was tried since the trouble began, and nobody from anywhere got through. */
const ALL = 0.97;

const down = ({ told }: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'destination-down';
  const hit = destinations.filter(isDown);
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
                `since then ${to.key} answered none of ${to.unanswered} connections, from ${plural(senders(to), 'sender')}`,
                'flows',
                troubleFrom(to),
              ),
            ]),
        ...saidFacts(unreached(to.calls)),
      ]),
    );
  return isTold(destinations) || told.has('applications')
    ? ruledOut(
        cause,
        fact('every destination that is called answered some connections while others failed', 'flows', null),
      )
    : cannotTell(cause, [WIRE, APPLICATIONS]);
};

export const unreached = (calls: readonly Calls[]): readonly Calls[] =>
  withSymptom(calls, 'connect-timeout', 'host-unreachable');

export const isDown = ({ attempts, unanswered, calls, known }: DestinationView): boolean => {
  if (unanswered >= 3) {
    const since = sum(attempts, ({ answeredSince }) => answeredSince);
    const from = earliest(attempts.map(({ troubleFrom: at }) => at));
    const others = sum(
      attempts.filter(
        (one) => one.troubleFrom === null && from !== null && one.answeredUntil !== null && one.answeredUntil > from,
      ),
      ({ answered }) => answered,
    );
    return share(unanswered, unanswered + since + others) >= ALL;
  }
  const said = sum(unreached(calls), (one) => one.calls);
  const from = earliest(unreached(calls).map(({ first }) => first));
  const well = calls.some(({ symptom, last }) => symptom === null && from !== null && last > from);
  return known === 0 && said >= 5 && !well;
};

const throttling = ({ told }: Signals, destinations: readonly DestinationView[]): Finding =>
  toldByCalls('destination-throttling', 'throttled', told.has('applications'), destinations);

const clientTimeout = ({ told }: Signals, destinations: readonly DestinationView[]): Finding =>
  toldByCalls('client-timeout', 'request-timeout', told.has('applications'), destinations);

/** What no packet shows, and the application does. */
const toldByCalls = (
  cause: 'destination-throttling' | 'client-timeout',
  symptom: 'throttled' | 'request-timeout',
  isTelling: boolean,
  destinations: readonly DestinationView[],
): Finding => {
  const hit = destinations.flatMap((to) => {
    const said = withSymptom(to.calls, symptom);
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
  const calls = sum(destinations, (to) => to.told);
  return isTelling && calls > 0
    ? ruledOut(cause, fact(`none of note of ${calls} calls that applications told of ended so`, 'applications', null))
    : cannotTell(cause, [APPLICATIONS]);
};

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

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
