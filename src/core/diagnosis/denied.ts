import { saidFacts } from './at-the-destination.ts';
import {
  type DestinationView,
  destinationKey,
  isIncident,
  keyOf,
  keyOfCalls,
  namesOf,
  SOME,
  sum,
  withSymptom,
} from './destination-view.ts';
import { cannotTell, type Fact, fact, type Finding, type Lack, ruledIn, ruledOut } from './hypothesis.ts';
import { APPLICATIONS } from './applications.ts';
import { heldBack } from './held-back.ts';
import { onlyToldBySome } from './silent-senders.ts';
import type { Denials, Signals } from './signals.ts';

const FLOW_LOG: Lack = {
  what: 'what network security groups denied',
  how: 'VNet flow logs: unmasq ingest, or the source blobs: of unmasq serve (docs/guide/blob-storage.md)',
};

export const policyDenied = (signals: Signals, destinations: readonly DestinationView[]): Finding => {
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
        ...noted.map(keyOf),
        ...said.flatMap(({ destIp, destPort }) => (destIp === null ? [] : [destinationKey(destIp, destPort)])),
      ],
      [...deniedFacts(noted, 'flow log'), ...saidFacts(said)],
    );
  const { held, toServices, unplaced } = heldBack(signals, destinations);
  // A call that waits for an address does not begin a connection either.
  const isWaiting = held.every(({ symptom }) => symptom === 'request-timeout');
  const mayBeDns = isWaiting || held.every(({ destIp }) => destIp === null);
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
      isWaiting ? ['dns'] : held.map((one) => keyOfCalls(one, namesOf(signals.calls))),
      [
        ...saidFacts(held),
        fact(
          'the connection tracking of their nodes, which missed nothing, shows no attempt of theirs: the packets did not leave the pod’s own node',
          'conntrack',
          null,
        ),
      ],
    );
  if (sum(denied, (one) => one.count) >= SOME)
    return cannotTell(cause, [], [...deniedFacts(denied, 'flow log'), fact(NEVER_REACHED, 'flow log', null)]);
  if (toServices.length > 0)
    return cannotTell(
      cause,
      [
        {
          what: `which backends ${someOf(toServices.map(({ destIp }) => destIp ?? ''))} stands for, if it is a service: what is sent to one is seen at its backends`,
          how: 'kubectl get endpointslices -A',
        },
      ],
      saidFacts(toServices),
    );
  if (sum(unplaced, (one) => one.calls) >= SOME)
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

export const firewallDenied = ({ denials, told }: Signals, destinations: readonly DestinationView[]): Finding => {
  const cause = 'firewall-denied';
  const denied = denials.filter(({ by }) => by === 'firewall');
  const noted = ofIncidents(denied, destinations);
  const count = sum(noted, (one) => one.count);
  if (count >= SOME) return ruledIn(cause, 3, count, noted.map(keyOf), deniedFacts(noted, 'Azure Firewall'));
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

/** Rules that keep somebody from where nobody ever gets, now and then, do what they are for. */
const ofIncidents = (denied: readonly Denials[], destinations: readonly DestinationView[]): readonly Denials[] => {
  const byKey = new Map(destinations.map((to) => [to.key, to]));
  const counts = Map.groupBy(denied, keyOf);
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

/** The first names, each once. */
const someOf = (names: readonly string[]): string =>
  [...new Set(names.filter((name) => name !== ''))].slice(0, 3).join(', ') || 'what they called';

const deniedFacts = (denied: readonly Denials[], source: string): readonly Fact[] =>
  denied
    .slice(0, 5)
    .map((one) =>
      fact(
        `${one.srcIp} → ${keyOf(one)}: denied ${one.count} times by ${one.rule === '' ? 'a rule' : one.rule}`,
        source,
        one.first,
      ),
    );
