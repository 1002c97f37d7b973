import { atTheDestination } from './at-the-destination.ts';
import { CAUSES } from './causes.ts';
import { destinationsOf } from './destination-view.ts';
import { dns } from './dns.ts';
import { terminating } from './ending-pods.ts';
import { fact, type Finding } from './hypothesis.ts';
import { conntrackFull, nodePortExhaustion, podPortExhaustion } from './on-the-node.ts';
import { onTheWay } from './on-the-way.ts';
import { outboundPorts } from './outbound-ports.ts';
import type { Signals } from './signals.ts';

/** Every cause, the likeliest first: what is ruled in by how directly it was seen and by how much it explains, then what cannot be told, then what is ruled out. */
export const diagnose = (signals: Signals): readonly Finding[] => {
  const destinations = destinationsOf(signals);
  const findings = [
    ...outboundPorts(signals),
    nodePortExhaustion(signals),
    conntrackFull(signals),
    podPortExhaustion(signals),
    ...dns(signals),
    ...atTheDestination(signals, destinations),
    ...onTheWay(signals, destinations),
    terminating(signals),
  ];
  return withoutExplained(findings).toSorted(byRank);
};

const ORDER = { 'ruled-in': 0, 'cannot-tell': 1, 'ruled-out': 2 } as const;

/** What was counted weighs more than what follows: several senses agree on it. */
const WEIGHT = { 3: 2, 2: 1.4, 1: 1 } as const;
const weightOf = ({ explains, directness }: Finding): number => explains * WEIGHT[directness];

const byRank = (a: Finding, b: Finding): number =>
  ORDER[a.status] - ORDER[b.status] ||
  weightOf(b) - weightOf(a) ||
  b.facts.length - a.facts.length ||
  CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause);

/** What was seen less directly is not told of destinations whose trouble has a cause that was seen, and that is large enough for it. */
const withoutExplained = (findings: readonly Finding[]): readonly Finding[] =>
  findings.map((finding) => {
    if (finding.status !== 'ruled-in' || finding.directness === 3 || finding.covers.length === 0) return finding;
    const enough = findings
      .filter(
        ({ status, directness, explains }) =>
          status === 'ruled-in' && directness > finding.directness && explains >= finding.explains * 0.4,
      )
      .map(({ cause, covers }) => ({ cause, covered: new Set(covers) }));
    const behind = finding.covers.map((key) => enough.find(({ covered }) => covered.has(key))?.cause);
    if (behind.includes(undefined)) return finding;
    const causes = [...new Set(behind)].join(' and ');
    const facts = [
      fact(`${causes} ${causes.includes(' and ') ? 'explain' : 'explains'} it as well`, 'what is ruled in', null),
      ...finding.facts,
    ];
    return { ...finding, status: 'cannot-tell', explains: 0, facts };
  });
