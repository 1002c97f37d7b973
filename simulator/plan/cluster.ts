import type { NodeSpec } from '../kube/node-spec.ts';
import { endOf, type Degree, type Parameters } from '../parameters.ts';
import { createRandom } from '../random.ts';
import { type Destination, planDestinations } from './destinations.ts';
import { type Life, planLives } from './lives.ts';
import { planNodes } from './nodes.ts';
import { planWorkloads, type Workload } from './workloads.ts';

/** Everything about a run but its connections: who there is, when and where, and what they do how often. */
export interface Cluster {
  readonly nodes: readonly NodeSpec[];
  readonly destinations: readonly Destination[];
  readonly workloads: readonly Workload[];
  readonly lives: readonly Life[];
}

const CRON_JOBS: Readonly<Record<Degree, number>> = { low: 1, normal: 3, high: 8 };

export const planCluster = (parameters: Parameters): Cluster => {
  const { seed, nodes: count, podsPerNode, ipReuse, ipv6 } = parameters;
  // A generator for each: clocks that are off, or another family, change nothing in who runs where.
  const nodes = planNodes(parameters, createRandom(seed));
  const destinationCount = Math.round(24 + 6 * Math.sqrt(count * podsPerNode));
  const destinations = planDestinations(destinationCount, ipv6 > 0, createRandom(seed + 1));
  const random = createRandom(seed + 2);
  const sizes = { nodes: count, podsPerNode, cronJobs: CRON_JOBS[ipReuse] };
  const drawn = planWorkloads(sizes, destinations, random);
  const lives = planLives(parameters, nodes, drawn, random);
  return { nodes, destinations, lives, workloads: scaled(drawn, lives, parameters) };
};

/** Rates such that the run has as many connections as were asked for. */
const scaled = (
  workloads: readonly Workload[],
  lives: readonly Life[],
  parameters: Parameters,
): readonly Workload[] => {
  const [startMs, endMs] = [parameters.startMs, endOf(parameters)];
  const seconds = workloads.map(({ kind, replicas }) => (kind === 'Node' ? ((endMs - startMs) / 1_000) * replicas : 0));
  for (const { lived, workload } of lives) {
    const talked = Math.min(lived.finishedAt ?? endMs, endMs) - Math.max(lived.startedAt, startMs);
    seconds[workload] = (seconds[workload] ?? 0) + Math.max(0, talked) / 1_000;
  }
  const expected = workloads.reduce(
    (sum, { index, calls }) =>
      sum + (seconds[index] as number) * calls.reduce((rate, { perSecond }) => rate + perSecond, 0),
    0,
  );
  const factor = expected === 0 ? 0 : parameters.flows / expected;
  return workloads.map((workload) => ({
    ...workload,
    calls: workload.calls.map((call) => ({ ...call, perSecond: call.perSecond * factor })),
  }));
};
