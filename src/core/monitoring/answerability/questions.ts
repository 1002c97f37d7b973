import { and, or, type Truth } from '../three-valued.ts';
import type { Abilities } from './ability.ts';

export type Answerable = 'yes' | 'partly' | 'no' | 'cannot-tell';

/** One way in which a question is answered: the best stands first. */
export interface Level {
  readonly answerable: 'yes' | 'partly';
  readonly verdicts: readonly string[];
  readonly says: string;
  readonly needs: (has: Abilities, masked: Truth) => Truth;
}

export interface Question {
  readonly id: 'who' | 'snat' | 'diagnose' | 'trace' | 'monitoring';
  readonly question: string;
  readonly levels: readonly Level[];
}

const leases = (has: Abilities): Truth => or(has['watched-leases'], has['minute-leases']);
const recorded = (has: Abilities): Truth => or(has.records, has['firewall-logs']);
const not = (truth: Truth): Truth => (truth === null ? null : !truth);

const WHO: readonly Level[] = [
  {
    answerable: 'yes',
    verdicts: ['exact', 'ambiguous', 'relayed', 'node'],
    says: 'each connection by its translation, short-lived pods too',
    needs: (has, masked) =>
      or(
        and(has.translations, has['watched-leases']),
        and(not(masked), recorded(has), has['watched-leases'], has['node-addresses']),
      ),
  },
  {
    answerable: 'yes',
    verdicts: ['exact', 'ambiguous', 'relayed', 'node'],
    says: 'each connection by its translation; pods that live less than a minute are not known',
    needs: (has, masked) =>
      or(and(has.translations, has['minute-leases']), and(not(masked), recorded(has), has['minute-leases'])),
  },
  {
    answerable: 'partly',
    verdicts: ['probable', 'ambiguous', 'relayed', 'node'],
    says: 'each connection by what pods on its node may have sent it, with probabilities',
    needs: (has) => and(recorded(has), or(leases(has), has['coarse-leases']), has['node-addresses']),
  },
  {
    answerable: 'partly',
    verdicts: ['probable', 'ambiguous'],
    says: 'by intervals of ten minutes or an hour, without the port, 10 to 130 minutes late',
    needs: (has) => and(has.aggregates, or(leases(has), has['coarse-leases']), has['node-addresses']),
  },
];

const SNAT: readonly Level[] = [
  {
    answerable: 'yes',
    verdicts: ['exact', 'ambiguous', 'node'],
    says: 'which node, when, and which pod holds the ports',
    needs: (has) => and(has['port-metrics'], has.translations, leases(has)),
  },
  {
    answerable: 'partly',
    verdicts: ['probable', 'ambiguous', 'node'],
    says: 'which node and when; who holds the ports with probabilities',
    needs: (has) => and(has['port-metrics'], has.records, or(leases(has), has['coarse-leases']), has['node-addresses']),
  },
  {
    answerable: 'partly',
    verdicts: ['exact', 'ambiguous', 'node'],
    says: 'which pod holds how many ports; not what the load balancer counted',
    needs: (has) => and(has.translations, leases(has)),
  },
  {
    answerable: 'partly',
    verdicts: [],
    says: 'which node and when; not who',
    needs: (has) => has['port-metrics'],
  },
];

const TRACE: readonly Level[] = [
  {
    answerable: 'yes',
    verdicts: ['exact', 'ambiguous'],
    says: 'its spans, their pods, and the flow behind each call',
    needs: (has) => and(has.spans, leases(has), or(has.records, has.translations)),
  },
  {
    answerable: 'partly',
    verdicts: [],
    says: 'its spans and their pods; not the flows behind them',
    needs: (has) => and(has.spans, or(leases(has), has['coarse-leases'])),
  },
  {
    answerable: 'partly',
    verdicts: [],
    says: 'the log lines that carry its id',
    needs: (has) => has['log-ids'],
  },
];

/** What rules each cause in or out: the names that `unmasq diagnose` has. */
export const CAUSES: readonly { readonly cause: string; readonly needs: (has: Abilities) => Truth }[] = [
  { cause: 'lb-snat-exhaustion', needs: (has) => has['port-metrics'] },
  { cause: 'nat-gateway-drops', needs: (has) => has['port-metrics'] },
  { cause: 'node-port-exhaustion', needs: (has) => has['kernel-counters'] },
  { cause: 'conntrack-full', needs: (has) => has['kernel-counters'] },
  { cause: 'pod-port-exhaustion', needs: (has) => has.translations },
  { cause: 'idle-timeout', needs: (has) => has.translations },
  { cause: 'dns-failing', needs: (has) => or(has['dns-signals'], has.translations, has.spans) },
  { cause: 'coredns-overload', needs: (has) => has['dns-signals'] },
  { cause: 'destination-refusing', needs: (has) => or(has.translations, has.spans, has['log-ids']) },
  { cause: 'destination-down', needs: (has) => or(has.translations, has.spans, has['log-ids']) },
  { cause: 'destination-throttling', needs: (has) => or(has.spans, has['log-ids']) },
  { cause: 'policy-denied', needs: (has) => or(has.records, has['network-logs']) },
  { cause: 'firewall-denied', needs: (has) => has['firewall-logs'] },
  { cause: 'client-timeout', needs: (has) => or(has.spans, has['log-ids']) },
  { cause: 'terminating', needs: (has) => has['watched-leases'] },
];

const DIAGNOSE: readonly Level[] = [
  {
    answerable: 'yes',
    verdicts: ['ruled-in', 'ruled-out'],
    says: 'SNAT, the nodes, DNS, the network and the other side are told apart',
    needs: (has) =>
      and(
        has['port-metrics'],
        has.translations,
        or(has['dns-signals'], has.spans),
        or(has.records, has['firewall-logs']),
        or(has.spans, has['log-ids']),
      ),
  },
  {
    answerable: 'partly',
    verdicts: ['ruled-in', 'ruled-out', 'cannot-tell'],
    says: 'some causes; the others cannot be told',
    needs: (has) => or(...CAUSES.map(({ needs }) => needs(has))),
  },
];

/** The five questions, and what each of them needs. */
export const QUESTIONS: readonly Question[] = [
  { id: 'who', question: 'Which pod is talking to this IP?', levels: WHO },
  { id: 'snat', question: 'Are we running out of SNAT ports, and who eats them?', levels: SNAT },
  { id: 'diagnose', question: 'Is it SNAT at all, or DNS, the backend, the network?', levels: DIAGNOSE },
  { id: 'trace', question: 'What happened to request X?', levels: TRACE },
  {
    id: 'monitoring',
    question: 'Is our monitoring able to answer these, and what does it cost?',
    levels: [
      {
        answerable: 'yes',
        verdicts: [],
        says: 'from the configuration alone; money as far as prices are known',
        needs: () => true,
      },
    ],
  },
];
