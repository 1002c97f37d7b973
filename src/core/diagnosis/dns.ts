import { DNS_PORT, earliest, isNotable, share, SOME, sum, withSymptom } from './destination-view.ts';
import { cannotTell, type Fact, fact, type Finding, type Lack, ruledIn, ruledOut } from './hypothesis.ts';
import { APPLICATIONS } from './applications.ts';
import { onlyToldBySome } from './silent-senders.ts';
import { boundedPorts } from './on-the-node.ts';
import type { Calls, Lookups, LookupStep, NodeCounters, Signals } from './signals.ts';

const TRACKED: Lack = {
  what: 'questions to DNS servers, as the nodes’ connection tracking shows them',
  how: 'unmasq agent on the nodes, or conntrack -E (docs/guide/collect-conntrack.md)',
};

/** What is known of names that could not be looked up. */
interface DnsView {
  /** By pods and nodes, to the cluster's servers or others. */
  readonly asked: readonly Lookups[];
  /** By the cluster's servers, on behalf of others. */
  readonly upstream: readonly Lookups[];
  readonly lost: number;
  readonly lostUpstream: number;
  /** Calls that failed for want of an address. */
  readonly said: readonly Calls[];
  readonly failed: number;
  /** What servers themselves say. */
  readonly servers: readonly Calls[];
  readonly isTrouble: boolean;
}

/** Names that cannot be looked up: by a server that fails, by one that has too much to do, or by two packets of one socket that race in the kernel. */
export const dns = (signals: Signals): readonly Finding[] => {
  const view = viewOf(signals);
  const overload = view.lostUpstream > 0 ? null : overloadOf(signals.lookupSteps);
  const facts = factsOf(view);
  if (!view.isTrouble) {
    const lacks = [
      ...(signals.told.has('conntrack') ? [] : [TRACKED]),
      ...(signals.told.has('applications') ? [] : [APPLICATIONS]),
    ];
    const isSeen = view.asked.length > 0;
    const seen = (cause: 'dns-udp-race' | 'coredns-overload'): Finding =>
      isSeen ? ruledOut(cause, ...facts) : cannotTell(cause, lacks, facts);
    return [
      // An answer that there is no answer is an answer on the wire.
      view.failed >= SOME
        ? cannotTell('dns-failing', [], facts, ['dns'])
        : isSeen || signals.told.has('applications')
          ? onlyToldBySome(
              'dns-failing',
              signals,
              ...facts,
              ...(signals.told.has('applications')
                ? [fact('hardly any application told of a name that it could not look up', 'applications', null)]
                : []),
            )
          : cannotTell('dns-failing', lacks, facts),
      seen('dns-udp-race'),
      seen('coredns-overload'),
    ];
  }
  const insertFailed = sum(racing(signals, view), (one) => one.insertFailed ?? 0);
  const failures = Math.max(view.lost, view.failed);
  const isRace = insertFailed > 0 && view.lost > 0 && insertFailed >= view.lost * 0.3 && insertFailed <= view.lost * 4;
  const raceFacts = [
    fact(
      `${insertFailed} entries could not be made while ${view.lost} questions went unanswered`,
      'conntrack counters',
      null,
    ),
  ];
  if (overload !== null)
    return [
      cannotTell('dns-failing', [], facts, ['dns']),
      isRace ? cannotTell('dns-udp-race', [], raceFacts, ['dns']) : outOfRace(signals),
      ruledIn('coredns-overload', 2, failures, ['dns'], [overload, ...facts]),
    ];
  if (isRace)
    return [
      cannotTell('dns-failing', [], facts, ['dns']),
      ruledIn('dns-udp-race', 2, failures, ['dns'], [...raceFacts, ...facts]),
      cannotTell('coredns-overload', [], facts, ['dns']),
    ];
  return [
    ruledIn('dns-failing', 2, failures, ['dns'], facts),
    outOfRace(signals),
    cannotTell('coredns-overload', [], facts, ['dns']),
  ];
};

/** Nodes that lost questions, and whose ports did not run out: that fails to make entries too. */
const racing = (signals: Signals, { asked }: DnsView): readonly NodeCounters[] => {
  const losing = asked.filter(({ unanswered }) => unanswered > 0);
  const isAnywhere = losing.some(({ node }) => node === null);
  const nodes = new Set(losing.map(({ node }) => node));
  const outOfPorts = new Set(boundedPorts(signals).map(({ node }) => node));
  return signals.counters.filter(({ node }) => (isAnywhere || nodes.has(node)) && !outOfPorts.has(node));
};

const outOfRace = ({ counters }: Signals): Finding =>
  counters.some(({ insertFailed }) => insertFailed !== null) &&
  counters.every(({ insertFailed }) => (insertFailed ?? 0) === 0)
    ? ruledOut('dns-udp-race', fact('every entry could be made', 'conntrack counters', null))
    : cannotTell(
        'dns-udp-race',
        [{ what: 'insert_failed of each node', how: 'unmasq agent on the nodes' }],
        [],
        ['dns'],
      );

const viewOf = ({ lookups, calls }: Signals): DnsView => {
  const upstream = lookups.filter(({ isDnsServer }) => isDnsServer);
  const asked = lookups.filter(({ isDnsServer }) => !isDnsServer);
  const isWell = new Set(
    calls.flatMap(({ symptom, destHost }) => (symptom === null && destHost !== '' ? [destHost] : [])),
  );
  const isSilent = lookups.every(({ unanswered }) => unanswered === 0);
  // Some resolvers say the same of a name that does not exist: where no question is lost, only names that are known to exist count.
  const said = withSymptom(calls, 'name-lookup-failed', 'name-lookup-timeout', 'name-not-found').filter(
    ({ destHost, symptom }) =>
      isWell.has(destHost) || (symptom !== 'name-not-found' && (!isSilent || lookups.length === 0 || destHost === '')),
  );
  const toServers = withSymptom(calls, 'connect-timeout', 'request-timeout').filter(
    ({ destPort }) => destPort === DNS_PORT,
  );
  const servers = withSymptom(calls, 'dns-server-trouble');
  const lost = sum(asked, ({ unanswered }) => unanswered);
  const lostUpstream = sum(upstream, ({ unanswered }) => unanswered);
  const failed = sum([...said, ...toServers], (one) => one.calls);
  return {
    asked,
    upstream,
    lost,
    lostUpstream,
    said: [...said, ...toServers],
    failed,
    servers,
    isTrouble:
      asked.some((one) => isNotable(one.unanswered, one.asked)) ||
      isNotable(
        lostUpstream,
        sum(upstream, (one) => one.asked),
      ) ||
      (failed >= 5 &&
        share(
          failed,
          sum(calls, (one) => one.calls),
        ) >= 0.02),
  };
};

const factsOf = ({ asked, upstream, lost, lostUpstream, said, servers }: DnsView): readonly Fact[] => [
  ...(asked.length === 0
    ? []
    : [
        fact(
          `${lost} of ${sum(asked, (one) => one.asked)} questions to ${serversOf(asked)} went unanswered`,
          'conntrack',
          earliest(asked.map(({ troubleFrom }) => troubleFrom)),
        ),
      ]),
  ...(upstream.length === 0
    ? []
    : [
        fact(
          `of ${sum(upstream, (one) => one.asked)} questions that the cluster’s own servers passed on to ${serversOf(upstream)} ${lostUpstream} went unanswered`,
          'conntrack',
          earliest(upstream.map(({ troubleFrom }) => troubleFrom)),
        ),
      ]),
  ...said
    .toSorted((a, b) => b.calls - a.calls)
    .slice(0, 3)
    .map(({ namespace, pod, calls, says, first }) =>
      fact(`${namespace}/${pod}, ${calls} times: ${says}`, 'applications', first),
    ),
  ...servers
    .slice(0, 2)
    .map(({ namespace, pod, calls, says, first }) =>
      fact(`${namespace}/${pod}, ${calls} times: ${says}`, 'logs', first),
    ),
];

const serversOf = (lookups: readonly Lookups[]): string =>
  [...new Set(lookups.map(({ askedIp }) => askedIp))].slice(0, 3).join(', ');

/** Fewer steps show nothing. */
const LEAST_STEPS = 3;
/** Who asks so much more than elsewhere, asks too much. */
const MORE = 1.35;

/**
 * A server that has too much to do answers as many as before and loses the rest: where questions are lost, clearly more sockets ask than elsewhere. One that
 * fails answers fewer than before, whoever asks.
 */
const overloadOf = (steps: readonly LookupStep[]): Fact | null => {
  for (const [server, of] of Map.groupBy(steps, ({ serverIp }) => serverIp)) {
    const losing = of.filter(({ asked, unanswered }) => unanswered >= 2 && share(unanswered, asked) >= 0.05);
    const others = of.filter((step) => step.asked >= 5 && share(step.unanswered, step.asked) < 0.02);
    if (losing.length < LEAST_STEPS || others.length < LEAST_STEPS) continue;
    const asking = [losing, others].map((some) => median(some.map(({ sockets }) => sockets))) as [number, number];
    const answering = [losing, others].map((some) => median(some.map((one) => one.asked - one.unanswered))) as [
      number,
      number,
    ];
    if (asking[0] >= asking[1] * MORE && answering[0] >= answering[1] * 0.8)
      return fact(
        `${server} answered about ${answering[0]} questions a step where it lost some, and ${asking[0]} sockets asked it; ${answering[1]} where it lost none, and ${asking[1]} asked`,
        'conntrack',
        losing[0]?.at ?? null,
      );
  }
  return null;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
