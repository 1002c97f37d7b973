import { createRandom, type Random } from '../../simulator/random.ts';
import { addCalls, type Cluster, drawCluster, pickSome } from './cluster.ts';
import {
  type Cause,
  type CausePlan,
  CAUSES,
  type Draft,
  type DrawCause,
  type Egress,
  EGRESS_PORTS,
  isCause,
} from './causes.ts';
import {
  clientTimeout,
  destinationDown,
  destinationRefusing,
  destinationThrottling,
  idleTimeout,
} from './cause-destination.ts';
import { corednsOverload, dnsFailing } from './cause-names.ts';
import {
  conntrackFull,
  firewallSnat,
  lbSnatExhaustion,
  natGatewayDrops,
  nodePortExhaustion,
  podPortExhaustion,
} from './cause-ports.ts';
import { firewallDenied, pathLoss, policyDenied, terminating } from './cause-way.ts';
import { CLOSED_PORT, type Destination, DESTINATIONS, NO_SUCH_HOST } from './destinations.ts';
import type { Treatment } from './told.ts';

export type Kind = 'healthy' | 'busy' | 'one' | 'two';

/** A run as it is planned: everything that chance decides. */
export interface Incident {
  readonly seed: number;
  readonly kind: Kind;
  readonly seconds: number;
  readonly cluster: Cluster;
  readonly causes: readonly CausePlan[];
  readonly egress: Egress;
  /** The ordinary share of trouble. */
  readonly treatments: readonly Treatment[];
  /** Whether Azure's metrics, and the logs of kube-system, are among what was kept. */
  readonly hasMetrics: boolean;
  readonly hasSystemLogs: boolean;
  /** What later draws come from. */
  readonly random: Random;
}

const DRAWN_BY: Readonly<Record<Cause, DrawCause>> = {
  'lb-snat-exhaustion': lbSnatExhaustion,
  'nat-gateway-drops': natGatewayDrops,
  'firewall-snat': firewallSnat,
  'node-port-exhaustion': nodePortExhaustion,
  'conntrack-full': conntrackFull,
  'pod-port-exhaustion': podPortExhaustion,
  'idle-timeout': idleTimeout,
  'dns-failing': dnsFailing,
  'coredns-overload': corednsOverload,
  'destination-refusing': destinationRefusing,
  'destination-down': destinationDown,
  'destination-throttling': destinationThrottling,
  'path-loss': pathLoss,
  'policy-denied': policyDenied,
  'firewall-denied': firewallDenied,
  'client-timeout': clientTimeout,
  terminating,
};

/** Two at once must not hide each other: each of these has a destination of its own and leaves the others alone. */
const COMBINE: readonly Cause[] = [
  'destination-refusing',
  'destination-down',
  'destination-throttling',
  'client-timeout',
  'pod-port-exhaustion',
  'firewall-denied',
];

/** What the last digits of a seed decide, so that any stretch of seeds has its share of each: of twenty, by their remainder. */
const KINDS: Readonly<Record<number, Kind>> = { 3: 'healthy', 13: 'healthy', 8: 'busy', 6: 'two', 16: 'two' };

/** No call begins so short before the end: what became of it would not be known. */
const QUIET_END_MS = 2_600;

export type Only = Cause | 'healthy' | 'busy' | 'two';
export const isOnly = (text: string): text is Only => isCause(text) || ['healthy', 'busy', 'two'].includes(text);

/** `only`: the cause that it is to have, or what else it is to be; null: the seed decides. */
export const drawIncident = (seed: number, only: Only | null): Incident => {
  const random = createRandom(seed);
  // One that follows the last by 1 must not resemble it.
  for (let i = 0; i < 8; i++) random.next();
  const kind = kindOf(seed, only);
  const seconds = random.whole(16, 21);
  const endMs = seconds * 1_000 - QUIET_END_MS;
  const cluster = drawCluster(random, endMs, kind === 'busy');
  const egressKind = random.pick(['load-balancer', 'load-balancer', 'nat-gateway', 'firewall'] as const);
  const egress: Egress = { kind: egressKind, ports: EGRESS_PORTS[egressKind] };
  const causes = drawCauses({ random, cluster, egress, endMs, kind, cause: causeOf(seed, only) });
  addTrouble(random, cluster, endMs);
  if (kind === 'busy') addStreams(random, cluster, endMs);
  return {
    seed,
    kind,
    seconds,
    cluster,
    causes,
    egress,
    treatments: DESTINATIONS.map(({ address }) => ({
      address,
      resets: random.next() < 0.3 ? random.between(0, 0.008) : 0,
      errors: random.next() < 0.3 ? random.between(0, 0.015) : 0,
    })),
    hasMetrics: random.next() < 0.85,
    hasSystemLogs: random.next() < 0.6,
    random,
  };
};

const kindOf = (seed: number, only: Only | null): Kind => {
  if (only === null) return KINDS[seed % 20] ?? 'one';
  return isCause(only) ? 'one' : only;
};

const causeOf = (seed: number, only: Only | null): Cause =>
  only !== null && isCause(only) ? only : (CAUSES[seed % CAUSES.length] as Cause);

const drawCauses = ({
  random,
  cluster,
  egress,
  endMs,
  kind,
  cause,
}: Pick<Draft, 'random' | 'cluster' | 'egress' | 'endMs'> & {
  readonly kind: Kind;
  readonly cause: Cause;
}): readonly CausePlan[] => {
  if (kind === 'healthy' || kind === 'busy') return [];
  const names = kind === 'two' ? pickSome(random, COMBINE, 2) : [cause];
  const taken = new Set<Destination['host']>();
  return names.map((name) => {
    const fromMs = Math.round(random.between(5_000, 8_000));
    const untilMs = random.next() < 0.3 ? Math.round(random.between(fromMs + 4_500, endMs - 500)) : null;
    const plan = DRAWN_BY[name]({ random, cluster, egress, fromMs, untilMs, endMs, taken });
    if (plan.destination !== null) taken.add(plan.destination.host);
    return plan;
  });
};

/** What every cluster has: a name that nobody has, a port at which nobody listens, streams that stay open. */
const addTrouble = (random: Random, { pods }: Cluster, endMs: number): void => {
  const span = { fromMs: 0, untilMs: endMs };
  for (const pod of pods) {
    const to = pod.workload.habits[0]?.to as Destination;
    if (random.next() < 0.2) addCalls(random, pod, { ...to, host: NO_SUCH_HOST }, { ...span, perSecond: 0.08 });
    if (random.next() < 0.2) addCalls(random, pod, { ...to, port: CLOSED_PORT }, { ...span, perSecond: 0.08 });
    if (random.next() < 0.2)
      addCalls(random, pod, to, { ...span, perSecond: 0.3, path: `/v1/watch?hold=${random.whole(1_500, 4_000)}` });
  }
};

/** Many connections held towards one destination, and no harm in it. */
const addStreams = (random: Random, { pods }: Cluster, endMs: number): void => {
  const { workload } = random.pick(pods.filter((pod) => pod.workload.program !== 'curl'));
  const to = workload.habits[0]?.to as Destination;
  const perSecond = random.between(2, 6);
  for (const pod of pods)
    if (pod.workload === workload)
      addCalls(random, pod, to, { perSecond, fromMs: 0, untilMs: endMs, path: '/v1/stream?hold=6000' });
};
