import type { NodeSpec } from '../kube/node-spec.ts';
import { endOf, type Degree, type Parameters } from '../parameters.ts';
import { createRandom } from '../random.ts';
import { type Destination, planDestinations } from './destinations.ts';
import { dayOf, enliven, type Habits, loadOver, type Odd, planOdd, STEADY } from './habits.ts';
import { type Life, planLives } from './lives.ts';
import { planNodes } from './nodes.ts';
import { connectionsPer, type Role, rolesOf, usualRoles } from './roles.ts';
import { planWorkloads, type Workload } from './workloads.ts';

/** Everything about a run but its connections: who there is, when and where, and what they do how often. */
export interface Cluster {
  readonly nodes: readonly NodeSpec[];
  readonly destinations: readonly Destination[];
  /** What they call, and how often, is in their roles. */
  readonly workloads: readonly Omit<Workload, 'calls'>[];
  readonly lives: readonly Life[];
  /** That of a workload is at its place; others come after. */
  readonly roles: readonly Role[];
  /** By life. */
  readonly roleOf: readonly number[];
  readonly habits: Habits;
  readonly odd: Odd | null;
}

const CRON_JOBS: Readonly<Record<Degree, number>> = { low: 1, normal: 3, high: 8 };

export const planCluster = (parameters: Parameters): Cluster => {
  const { seed, nodes: count, podsPerNode, ipReuse, ipv6 } = parameters;
  // A generator for each: clocks that are off, or another family, change nothing in who runs where.
  const nodes = planNodes(parameters, createRandom(seed));
  const destinationCount = Math.round(24 + 6 * Math.sqrt(count * podsPerNode));
  const endpoints = planDestinations(destinationCount, ipv6 > 0, createRandom(seed + 1));
  const random = createRandom(seed + 2);
  const sizes = { nodes: count, podsPerNode, cronJobs: CRON_JOBS[ipReuse] };
  const workloads = planWorkloads(sizes, endpoints, random);
  const lives = planLives(parameters, nodes, workloads, random);
  const { habits, roles, destinations } =
    parameters.traffic === 'lively'
      ? enliven({ nodes, destinations: endpoints, workloads, lives }, createRandom(seed + 8))
      : { habits: STEADY, roles: usualRoles(workloads), destinations: endpoints };
  const roleOf = rolesOf(lives, roles);
  const cluster = { nodes, destinations, workloads, lives, roles: [], roleOf, habits, odd: null };
  const rated = scaled(cluster, roles, parameters);
  if (!parameters.odd) return { ...cluster, roles: rated };
  const { pools } = habits;
  const planned = { roles: rated, roleOf, destinations, pools, workloads, lives };
  const odd = planOdd(parameters, planned, createRandom(seed + 9));
  if (odd === null) return { ...cluster, roles: rated };
  return { ...cluster, odd, roles: [...rated, odd.role], roleOf: roleOf.with(odd.life, rated.length) };
};

/** Rates such that the run has as many connections as were asked for, but for what bursts add. */
const scaled = (
  { workloads, destinations, lives, roleOf, habits }: Cluster,
  roles: readonly Role[],
  parameters: Parameters,
): readonly Role[] => {
  const [startMs, endMs] = [parameters.startMs, endOf(parameters)];
  const seconds = roles.map(({ workload, kind: role }) => {
    const { kind, replicas } = workloads[workload] as Cluster['workloads'][number];
    if (kind !== 'Node' || role !== 'usual') return 0;
    const factors = habits.nodeFactors.get(workload);
    const atNodes = factors === undefined ? replicas : factors.reduce((sum, each) => sum + each, 0);
    return ((endMs - startMs) / 1_000) * atNodes;
  });
  for (const [life, { lived, workload }] of lives.entries()) {
    const talked = Math.min(lived.finishedAt ?? endMs, endMs) - Math.max(lived.startedAt, startMs);
    const factor = habits.nodeFactors.get(workload)?.[lived.spec.node.index] ?? 1;
    const role = roleOf[life] as number;
    seconds[role] = (seconds[role] as number) + (Math.max(0, talked) / 1_000) * factor;
  }
  const expected = roles.reduce((sum, { workload, calls }, i) => {
    const load = loadOver(dayOf(habits, workload), startMs, endMs);
    const rate = calls.reduce((total, call) => total + call.perSecond * connectionsPer(call, destinations), 0);
    return sum + (seconds[i] as number) * rate * load;
  }, 0);
  const factor = expected === 0 ? 0 : parameters.flows / expected;
  return roles.map((role) => ({
    ...role,
    calls: role.calls.map((call) => ({ ...call, perSecond: call.perSecond * factor })),
  }));
};
