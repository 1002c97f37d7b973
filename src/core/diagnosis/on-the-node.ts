import { destinationKey, firstOf, keyOf, keyOfCalls, namesOf, SOME, sum, withSymptom } from './destination-view.ts';
import { cannotTell, fact, type Finding, type Lack, ruledIn, ruledOut } from './hypothesis.ts';
import { onlyToldBySome } from './silent-senders.ts';
import { POD_PORTS } from '../snat/port-limits.ts';
import type { NodeCounters, PortUse, Signals } from './signals.ts';

const COUNTERS: Lack = {
  what: 'what the kernel of each node counted: conntrack -S (insert_failed, drop, early_drop) and the size of its table',
  how: 'unmasq agent on the nodes; or the loop of docs/guide/collect-conntrack.md beside conntrack -E',
};

/** The table is full, or as good as that, where so much of it is taken. */
const FULL = 0.97;

/** The table of connections has no room. */
export const conntrackFull = (signals: Signals): Finding => {
  const cause = 'conntrack-full';
  const { counters, calls } = signals;
  const said = withSymptom(calls, 'conntrack-full');
  const told = counters.filter(({ drop, entries, max }) => drop !== null || (entries !== null && max !== null));
  const full = told.filter(
    // What could not be inserted counts as dropped as well.
    ({ drop, insertFailed, earlyDrop, entries, max }) =>
      (drop ?? 0) > (insertFailed ?? 0) ||
      (earlyDrop ?? 0) > 0 ||
      (entries !== null && max !== null && entries >= max * FULL),
  );
  const facts = [
    ...(full.length > 0 ? full : told).slice(0, 5).map(tableFact),
    ...said.slice(0, 2).map(({ says, first }) => fact(says, 'logs', first)),
  ];
  if (full.length > 0 || said.length > 0) {
    const dropped = sum(full, ({ drop, earlyDrop }) => (drop ?? 0) + (earlyDrop ?? 0));
    const nodes = new Set([...full, ...said].flatMap(({ node }) => (node === null ? [] : [node])));
    const trouble = troubleOf(nodes, signals);
    return ruledIn(cause, 3, trouble.length === 0 ? 0 : Math.max(1, dropped), trouble, facts);
  }
  return unlessUncounted(ruledOut(cause, ...facts), told, signals);
};

/** Everything that fails on these nodes: what finds no room in the table leaves no trace but in what applications say. */
const troubleOf = (nodes: ReadonlySet<string>, { attempts, calls, lookups }: Signals): readonly string[] => {
  const isThere = ({ node }: { readonly node: string | null }): boolean => node !== null && nodes.has(node);
  const failing = calls.filter((one) => one.symptom !== null && isThere(one));
  const byName = namesOf(calls);
  const isOfDns = failing.some(({ symptom, destIp }) => symptom?.startsWith('name-') === true || destIp === null);
  return [
    ...attempts.filter((one) => one.unanswered > 0 && isThere(one)).map(keyOf),
    ...failing.map((one) => keyOfCalls(one, byName)),
    ...(isOfDns || lookups.some((one) => one.unanswered > 0 && isThere(one)) ? ['dns'] : []),
  ];
};

/** What some nodes count tells nothing of the others. */
const unlessUncounted = (finding: Finding, told: readonly NodeCounters[], { attempts }: Signals): Finding => {
  const counted = new Set(told.map(({ node }) => node));
  const others = [
    ...new Set(attempts.flatMap(({ node }) => (node === null || counted.has(node) ? [] : [node]))),
  ].sort();
  if (told.length > 0 && others.length === 0) return finding;
  if (told.length === 0) return cannotTell(finding.cause, [COUNTERS]);
  return cannotTell(finding.cause, [{ ...COUNTERS, what: `${COUNTERS.what}, of ${firstOf(others)}` }], finding.facts);
};

const tableFact = ({ node, entries, max, drop, earlyDrop, at }: NodeCounters) =>
  fact(
    [
      `${node}:`,
      [
        ...(entries === null || max === null ? [] : [`${entries} of ${max} entries`]),
        ...(drop === null ? [] : [`${drop} packets dropped for want of one`]),
        ...((earlyDrop ?? 0) === 0 ? [] : [`${earlyDrop} entries put out early`]),
      ].join(', '),
    ].join(' '),
    'conntrack counters',
    at,
  );

/**
 * A node can choose from so many ports for one destination. Where all of few are used again and again while the kernel fails to insert entries, they ran
 * out: those that failed left no trace beside the counter.
 */
export const nodePortExhaustion = (signals: Signals): Finding => {
  const cause = 'node-port-exhaustion';
  const { counters, nodePorts } = signals;
  const told = counters.filter(({ insertFailed }) => insertFailed !== null);
  const failing = told.filter(({ insertFailed }) => (insertFailed ?? 0) > 0);
  const insertFacts = (failing.length > 0 ? failing : told)
    .slice(0, 5)
    .map(({ node, insertFailed, at }) =>
      fact(`${node}: ${insertFailed} entries could not be made`, 'conntrack counters', at),
    );
  const bounded = boundedPorts(signals);
  const largest = bounded.toSorted((a, b) => b.atPeakMs - a.atPeakMs)[0];
  const failed = sum(failing, ({ insertFailed }) => insertFailed ?? 0);
  if (largest !== undefined) return ruledIn(cause, 3, failed, bounded.map(keyOf), [...insertFacts, portsFact(largest)]);
  if (told.length === 0) {
    const used = nodePorts.find((use) => use.peak >= MOST_PORTS);
    return used === undefined ? cannotTell(cause, [COUNTERS]) : ruledIn(cause, 2, 0, [keyOf(used)], [portsFact(used)]);
  }
  return failing.length === 0
    ? unlessUncounted(ruledOut(cause, ...insertFacts), told, signals)
    : cannotTell(cause, [], insertFacts);
};

/** Uses of few ports, all of them again and again, on nodes that could not make entries. */
export const boundedPorts = ({ counters, nodePorts }: Signals): readonly PortUse[] => {
  const failing = new Set(counters.flatMap(({ node, insertFailed }) => ((insertFailed ?? 0) > 0 ? [node] : [])));
  return nodePorts.filter((use) => use.node !== null && failing.has(use.node) && isBounded(use));
};

/** As good as all that a node has towards one destination. */
const MOST_PORTS = 64_000;

/** Few ports, all of them held together at the peak, and used by more connections than there are ports. */
const isBounded = ({ began, peak, ports, protocol }: PortUse): boolean =>
  protocol === 'tcp' && peak >= 8 && began > ports * 1.05 && peak >= ports * 0.9;

const portsFact = (use: PortUse) =>
  fact(
    `${use.node ?? use.srcIp} → ${keyOf(use)}: ${use.began} connections used ${use.ports} different ports, ${use.peak} of them at once, for ${Math.round(use.atPeakMs / 100) / 10} s`,
    'flows',
    use.peakAt,
  );

export const podPortExhaustion = (signals: Signals): Finding => {
  const cause = 'pod-port-exhaustion';
  const { calls, podPorts } = signals;
  const said = withSymptom(calls, 'address-not-available');
  const failed = sum(said, (one) => one.calls);
  const full = podPorts.filter(({ peak }) => peak >= POD_PORTS * NEARLY);
  const most = podPorts.toSorted((a, b) => b.peak - a.peak)[0];
  const mostFact = most === undefined ? [] : [podFact(most)];
  if (failed >= SOME || full.length > 0)
    return ruledIn(
      cause,
      // What failed inside the pod only it can tell.
      failed >= SOME ? 3 : 1,
      failed,
      [
        ...said.flatMap(({ destIp, destPort }) => (destIp === null ? [] : [destinationKey(destIp, destPort)])),
        ...full.map(keyOf),
      ],
      [
        ...said
          .slice(0, 3)
          .map(({ namespace, pod, calls: times, says, first }) =>
            fact(`${namespace}/${pod}, ${times} times: ${says}`, 'applications', first),
          ),
        ...full.slice(0, 3).map(podFact),
      ],
    );
  // What a pod could not open left no trace on the wire: only it tells.
  return onlyToldBySome(
    cause,
    signals,
    ...mostFact,
    fact('hardly any application told that it had no port left', 'applications', null),
  );
};

/** So near to all of them a pod has none left in the next moment. */
const NEARLY = 0.98;

const podFact = (use: PortUse) =>
  fact(
    `${use.pod === null ? use.srcIp : `${use.pod.namespace}/${use.pod.name}`} held at most ${use.peak} ports towards ${keyOf(use)}, of about ${POD_PORTS}`,
    'flows',
    use.peakAt,
  );
