import { FIRST_HOST } from '../../simulator/ipam.ts';
import type { PodSpec } from '../../simulator/kube/known.ts';
import type { Random } from '../../simulator/random.ts';
import { type NodePlan, planNodes } from '../topology.ts';
import { type Destination, DESTINATIONS } from './destinations.ts';
import type { Call, LogStyle, Program } from './told.ts';

/** What a workload does all the time: calls one destination at a rate. */
export interface Habit {
  readonly to: Destination;
  /** Of each pod. */
  readonly perSecond: number;
}

export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly program: Program;
  readonly logs: LogStyle;
  readonly spans: boolean;
  readonly timeoutMs: number;
  /** The kernel gives up a connection after so many repeated SYNs; null: as it comes, after two minutes. */
  readonly synRetries: number | null;
  readonly graceMs: number;
  readonly habits: readonly Habit[];
}

export interface PodDrawn {
  readonly spec: PodSpec;
  readonly workload: Workload;
  /** Its address on the node. */
  readonly host: number;
  readonly ageMs: number;
  /** null: it ran before. */
  readonly startMs: number | null;
  /** When its deletion is asked for. */
  deletedAtMs: number | null;
  readonly calls: Omit<Call, 'n'>[];
}

/** A stand-in for CoreDNS and the pod it runs in. */
export interface DnsPod {
  readonly spec: PodSpec;
  readonly host: number;
  readonly ageMs: number;
}

export interface Cluster {
  readonly nodes: readonly NodePlan[];
  readonly workloads: readonly Workload[];
  readonly pods: PodDrawn[];
  readonly dnsPods: readonly DnsPod[];
}

const NAMES = [
  ['shop', 'checkout'],
  ['shop', 'cart'],
  ['shop', 'catalog'],
  ['shop', 'pricing'],
  ['billing', 'invoices'],
  ['billing', 'ledger'],
  ['data', 'etl-worker'],
  ['data', 'indexer'],
  ['crm', 'notifier'],
  ['crm', 'profile-sync'],
  ['media', 'thumbnailer'],
  ['edge', 'webhooks'],
] as const;
const PROGRAMS: readonly Program[] = ['node', 'node', 'node', 'python', 'python', 'curl'];
const LOG_STYLES: readonly LogStyle[] = ['text', 'text', 'json', 'none'];
const DAY_MS = 86_400_000;
/** An ordinary rollout touches a pod: another one starts, then it goes. */
const ROLLOUT_SHARE = 0.4;

/** Draws who there is and what they do by themselves; `busy`: at high rates. */
export const drawCluster = (random: Random, endMs: number, busy: boolean): Cluster => {
  const nodes = planNodes(random.next() < 0.35 ? 1 : 2, new Map(), () => random.uuid());
  const hosts = nodes.map(() => FIRST_HOST);
  const takeHost = (node: NodePlan): number => (hosts[node.index] = (hosts[node.index] ?? FIRST_HOST) + 1) - 1;
  const workloads = pickSome(random, NAMES, random.whole(3, 5)).map(([namespace, name], i) =>
    drawWorkload(random, { namespace, name, program: i === 0 ? 'node' : random.pick(PROGRAMS), busy }),
  );
  // Six to nine pods: each costs a process and a namespace.
  const replicas = workloads.length === 3 ? [2, random.whole(2, 4), random.whole(2, 4)] : [2, 2, 2, random.whole(2, 4)];
  const pods = workloads.flatMap((workload) => {
    const hash = random.suffix(10);
    const owner = { kind: 'ReplicaSet', name: `${workload.name}-${hash}`, uid: random.uuid() } as const;
    return Array.from({ length: replicas.pop() ?? 2 }, (_, i) => {
      const node = nodes[i % nodes.length] as NodePlan;
      const spec = specOf(random, workload, owner, node, { app: workload.name, 'pod-template-hash': hash });
      return podOf(random, workload, spec, takeHost(node), null);
    });
  });
  for (const pod of pods) addHabits(random, pod, endMs);
  const dnsOwner = { kind: 'ReplicaSet', name: `coredns-${random.suffix(10)}`, uid: random.uuid() } as const;
  const dnsPods = [0, 1].map((i) => {
    const node = nodes[i % nodes.length] as NodePlan;
    const labels = { 'k8s-app': 'kube-dns' };
    const spec = specOf(random, { namespace: 'kube-system', name: 'coredns' }, dnsOwner, node, labels);
    return { spec, host: takeHost(node), ageMs: random.between(DAY_MS, 9 * DAY_MS) };
  });
  const cluster: Cluster = { nodes, workloads, pods, dnsPods };
  if (random.next() < ROLLOUT_SHARE) {
    const old = random.pick(pods);
    const startMs = random.between(1_500, endMs * 0.6);
    old.deletedAtMs = startMs + random.between(1_000, 1_800);
    addReplacement(random, cluster, old, { node: random.pick(nodes), startMs, endMs });
  }
  return cluster;
};

export const pickSome = <T>(random: Random, from: readonly T[], count: number): readonly T[] => {
  const left = [...from];
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(random.whole(0, left.length), 1)[0] as T,
  );
};

const drawWorkload = (
  random: Random,
  { namespace, name, program, busy }: Pick<Workload, 'namespace' | 'name' | 'program'> & { readonly busy: boolean },
): Workload => ({
  namespace,
  name,
  program,
  logs: random.pick(LOG_STYLES),
  spans: program !== 'curl' && random.next() < 0.5,
  // The longer outlasts a lookup that gets no answer.
  timeoutMs: 100 * (random.next() < 0.6 ? random.whole(15, 30) : random.whole(42, 50)),
  synRetries: random.next() < 0.5 ? 1 : null,
  graceMs: 400,
  habits: pickSome(random, DESTINATIONS, random.whole(2, 4)).map((to) => ({
    to,
    // A call by curl is a process.
    perSecond: random.between(0.6, 1.6) * (program === 'curl' ? 0.4 : busy ? 4 : 1),
  })),
});

const specOf = (
  random: Random,
  { namespace, name }: Pick<Workload, 'namespace' | 'name'>,
  owner: PodSpec['owner'],
  node: NodePlan,
  labels: PodSpec['labels'],
): PodSpec => ({
  uid: random.uuid(),
  namespace,
  name: `${owner.name}-${random.suffix(5)}`,
  owner,
  labels,
  containers: [{ name, image: `labregistry.azurecr.io/${name}:1.${random.whole(0, 30)}.${random.whole(0, 9)}` }],
  hostNetwork: false,
  node,
});

const podOf = (random: Random, workload: Workload, spec: PodSpec, host: number, startMs: number | null): PodDrawn => ({
  spec,
  workload,
  host,
  ageMs: random.between(3_600_000, 5 * DAY_MS),
  startMs,
  deletedAtMs: null,
  calls: [],
});

const addHabits = (random: Random, pod: PodDrawn, endMs: number): void => {
  for (const { to, perSecond } of pod.workload.habits)
    addCalls(random, pod, to, { perSecond, fromMs: Math.max(0, pod.startMs ?? 0), untilMs: endMs });
};

/** Calls at random moments. */
export const addCalls = (
  random: Random,
  { calls, workload }: PodDrawn,
  to: Destination,
  {
    perSecond,
    fromMs,
    untilMs,
    path = '/v1/items',
  }: { perSecond: number; fromMs: number; untilMs: number; path?: string },
): void => {
  for (let at = fromMs + random.gapMs(perSecond); at < untilMs; at += random.gapMs(perSecond))
    calls.push({ atMs: Math.round(at), host: to.host, port: to.port, path, timeoutMs: workload.timeoutMs, slot: null });
};

/** Another pod of the workload starts, as a rollout, a drain or a deletion makes it. */
export const addReplacement = (
  random: Random,
  cluster: Cluster,
  old: PodDrawn,
  { node, startMs, endMs }: { readonly node: NodePlan; readonly startMs: number; readonly endMs: number },
): void => {
  const { name } = old.workload;
  const hash = random.suffix(10);
  const owner = { kind: 'ReplicaSet', name: `${name}-${hash}`, uid: random.uuid() } as const;
  const spec = specOf(random, old.workload, owner, node, { app: name, 'pod-template-hash': hash });
  const taken = [...cluster.pods, ...cluster.dnsPods].filter((pod) => pod.spec.node === node);
  const host = 1 + Math.max(FIRST_HOST - 1, ...taken.map((pod) => pod.host));
  const fresh = podOf(random, old.workload, spec, host, startMs);
  addHabits(random, fresh, endMs);
  cluster.pods.push(fresh);
};
