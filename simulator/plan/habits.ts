import type { NodeSpec } from '../kube/node-spec.ts';
import type { Parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { normal } from '../draws.ts';
import { type Destination, REGISTRY, TELEMETRY } from './destinations.ts';
import type { Life } from './lives.ts';
import type { Role } from './roles.ts';
import { type Call, drawCall, drawWeighted, type Workload } from './workloads.ts';

const HOUR_MS = 3_600_000;

/** Load over the day: 1 on average, highest at `peakHour`, UTC. */
export interface Day {
  readonly amplitude: number;
  readonly peakHour: number;
}

/** How rates go with time and place, beyond chance. Without any of it traffic is steady. */
export interface Habits {
  /** Pods have good hours and bad ones, and calls come in bursts. */
  readonly isBursty: boolean;
  /** By workload. */
  readonly days: readonly Day[];
  /** By workload, of those that have more to do on one node than on another: a factor for each node. */
  readonly nodeFactors: ReadonlyMap<number, Float64Array>;
  /** By destination: the places of all its addresses, of which one at a time is in use. */
  readonly pools: ReadonlyMap<number, readonly number[]>;
}

export const STEADY: Habits = { isBursty: false, days: [], nodeFactors: new Map(), pools: new Map() };

const EVEN: Day = { amplitude: 0, peakHour: 0 };
export const dayOf = ({ days }: Habits, workload: number): Day => days[workload] ?? EVEN;

const angle = (ms: number, peakHour: number): number => (2 * Math.PI * (ms / HOUR_MS - peakHour)) / 24;

export const loadAt = ({ amplitude, peakHour }: Day, ms: number): number =>
  amplitude === 0 ? 1 : 1 + amplitude * Math.cos(angle(ms, peakHour));

/** The average of `loadAt` over a span. */
export const loadOver = ({ amplitude, peakHour }: Day, fromMs: number, untilMs: number): number => {
  if (amplitude === 0) return 1;
  const [from, until] = [angle(fromMs, peakHour), angle(untilMs, peakHour)];
  return 1 + (amplitude * (Math.sin(until) - Math.sin(from))) / (until - from);
};

/** Most work when people do. */
const OFFICE_PEAK = 13;
const IN_OFFICE_HOURS = 0.75;
/** Spread of the rates of one host daemon from node to node, in powers of e. */
const NODE_SPREAD = 1;
/** How much more the hosts' own processes talk than in steady traffic. */
const CHATTY_HOSTS = 5;
/** Share of the destinations over HTTPS that are a platform's services; the registry and telemetry always are. */
const POOLED = 0.4;
const HABITS_CHANGE = 0.5;
/** Of a Deployment: a client library gives up after so many. */
const MOST_RETRIES = 4;

export interface Lively {
  readonly habits: Habits;
  readonly roles: readonly Role[];
  /** With the further addresses of those that have several. */
  readonly destinations: readonly Destination[];
}

/** Gives everybody habits. */
export const enliven = (
  {
    nodes,
    destinations,
    workloads,
    lives,
  }: {
    readonly nodes: readonly NodeSpec[];
    readonly destinations: readonly Destination[];
    readonly workloads: readonly Workload[];
    readonly lives: readonly Life[];
  },
  random: Random,
): Lively => {
  const isHost = ({ kind, hostNetwork }: Workload): boolean => hostNetwork || kind === 'Node';
  const days = workloads.map((workload) => drawDay(isHost(workload), random));
  const nodeFactors = new Map(
    workloads
      .filter(isHost)
      .map(({ index }) => [index, Float64Array.from(nodes, () => meanOne(NODE_SPREAD, random))] as const),
  );
  const usual = workloads.map((workload): Role => {
    const calls = isHost(workload) ? chattyCalls(workload, destinations, random) : workload.calls;
    return { workload: workload.index, kind: 'usual', calls: calls.map((call) => persistent(call, random)) };
  });
  const rolled = [...new Set(lives.filter(({ isRolledOut }) => isRolledOut).map(({ workload }) => workload))];
  const changed = rolled
    .filter(() => random.next() < HABITS_CHANGE)
    .map((workload): Role => {
      const calls = changedCalls((usual[workload] as Role).calls, destinations, random);
      return { workload, kind: 'rolled-out', calls };
    });
  const pooled = planPools(destinations, random);
  return {
    habits: { isBursty: true, days, nodeFactors, pools: pooled.pools },
    roles: [...usual, ...changed],
    destinations: pooled.destinations,
  };
};

const drawDay = (isHost: boolean, random: Random): Day => ({
  amplitude: isHost ? random.between(0, 0.2) : random.between(0.1, 0.9),
  peakHour: random.next() < IN_OFFICE_HOURS ? OFFICE_PEAK + random.between(-1.5, 1.5) : random.between(0, 24),
});

/** A factor that is 1 on average, spread by so many powers of e. */
export const meanOne = (spread: number, random: Random): number =>
  Math.exp(spread * normal(random)) / (Math.sinh(spread) / spread) ** 3;

/** The host's own calls, more of them, and some to where pods call too. */
const chattyCalls = (
  { kind, calls }: Workload,
  destinations: readonly Destination[],
  random: Random,
): readonly Call[] => {
  const more = kind === 'Node' ? 3 : 2;
  const known = new Set(calls.flatMap(({ to }) => ('destination' in to ? [to.destination] : [])));
  const shared = Array.from({ length: more }, () => drawWeighted(destinations, random));
  return [
    ...calls.map((call) => ({ ...call, perSecond: call.perSecond * CHATTY_HOSTS })),
    ...[...new Set(shared)]
      .filter((destination) => !known.has(destination))
      .map((destination) =>
        drawCall({ destination, perSecond: random.between(0.05, 0.4), place: 1 }, destinations, random),
      ),
  ];
};

/** Programs try again what failed, some of them. */
const persistent = (call: Call, random: Random): Call =>
  'destination' in call.to ? { ...call, retries: Math.max(0, random.whole(-1, MOST_RETRIES + 1)) } : call;

/** Some calls come more often than before, some less; sometimes one destination is another. */
const changedCalls = (
  calls: readonly Call[],
  destinations: readonly Destination[],
  random: Random,
): readonly Call[] => {
  const scaled = calls.map((call) =>
    random.next() < 0.6 ? { ...call, perSecond: call.perSecond * Math.exp(1.2 * normal(random)) } : call,
  );
  const outside = scaled.filter(({ to }) => 'destination' in to);
  if (outside.length === 0 || random.next() < 0.5) return scaled;
  const dropped = random.pick(outside);
  const known = new Set(outside.map(({ to }) => ('destination' in to ? to.destination : -1)));
  const destination = drawWeighted(destinations, random);
  if (known.has(destination)) return scaled.filter((call) => call !== dropped);
  const begun = drawCall({ destination, perSecond: dropped.perSecond, place: 1 }, destinations, random);
  return scaled.map((call) => (call === dropped ? persistent(begun, random) : call));
};

/** What names of a platform's services stand for: many addresses, of which a resolver gives one, and soon another. */
const planPools = (
  destinations: readonly Destination[],
  random: Random,
): { readonly pools: Habits['pools']; readonly destinations: readonly Destination[] } => {
  const pools = new Map<number, readonly number[]>();
  const all = [...destinations];
  for (const [i, destination] of destinations.entries()) {
    const { protocol, port, answer } = destination;
    if (protocol !== 'tcp' || port !== 443 || answer !== 'answers') continue;
    if (random.next() >= POOLED && i !== REGISTRY && i !== TELEMETRY) continue;
    const size = random.whole(3, 13);
    const places = [i];
    for (; places.length < size; places.push(all.length - 1)) {
      all.push({ ...destination, ...pooledAddress(all.length - destinations.length, destination.ipv6 !== null) });
    }
    pools.set(i, places);
  }
  return { pools, destinations: all };
};

/** From the addresses for benchmarks (RFC 2544): those for documentation are all taken. */
const pooledAddress = (i: number, hasIpv6: boolean): { readonly ip: string; readonly ipv6: string | null } => ({
  ip: `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`,
  ipv6: hasIpv6 ? `2001:db8:20::${(1 + i).toString(16)}` : null,
});

/** One replica that does what none of its siblings does. */
export interface Odd {
  readonly life: number;
  readonly destination: number;
  /** Other workloads that call there: 0 or 1, where there is such a destination. */
  readonly callers: number;
  readonly from: number;
  readonly role: Role;
}

/** It takes data out, little by little, from the middle of the run on; null: the cluster has no pod that could. */
export const planOdd = (
  { startMs, hours }: Parameters,
  {
    roles,
    roleOf,
    destinations,
    pools,
    workloads,
    lives,
  }: {
    readonly roles: readonly Role[];
    readonly roleOf: readonly number[];
    readonly destinations: readonly Destination[];
    readonly pools: Habits['pools'];
    readonly workloads: readonly Workload[];
    readonly lives: readonly Life[];
  },
  random: Random,
): Odd | null => {
  const from = startMs + Math.floor((hours * 60) / 2) * 60_000;
  const callers = destinations.map(() => new Set<number>());
  for (const { workload, calls } of roles) {
    for (const { to } of calls) if ('destination' in to) callers[to.destination]?.add(workload);
  }
  const pooled = new Set([...pools.values()].flat());
  const rare = destinations.flatMap(({ protocol, answer }, i) =>
    protocol === 'tcp' && answer === 'answers' && !pooled.has(i) ? [{ i, n: (callers[i] as Set<number>).size }] : [],
  );
  const least = Math.min(...rare.map(({ n }) => n));
  const asked = random.next() < 0.5 ? 0 : 1;
  const found = rare.some(({ n }) => n === asked) ? asked : least;
  const chosen = rare.filter(({ n }) => n === found);
  if (chosen.length === 0) return null;
  const destination = random.pick(chosen).i;
  const able = lives.flatMap(({ workload, lived }, life) => {
    const { kind, replicas } = workloads[workload] as Workload;
    const isThere = lived.startedAt < from && lived.finishedAt === null;
    return kind === 'Deployment' && replicas > 1 && isThere && !callers[destination]?.has(workload) ? [life] : [];
  });
  if (able.length === 0) return null;
  const life = random.pick(able);
  const usual = roles[roleOf[life] as number] as Role;
  const sent = Math.exp(random.between(Math.log(200_000), Math.log(2_000_000)));
  const perSecond = 1 / random.between(20, 60);
  const call: Call = { to: { destination }, perSecond, holdMs: 900, kept: 0, bytesOut: sent, bytesIn: 3_000, from };
  const role: Role = { workload: usual.workload, kind: 'odd', calls: [...usual.calls, call] };
  return { life, destination, callers: found, from, role };
};
