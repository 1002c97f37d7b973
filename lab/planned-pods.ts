import { FIRST_HOST } from '../simulator/ipam.ts';
import type { PodSpec } from '../simulator/kube/known.ts';
import type { Connection, Listen } from './plan.ts';
import type { Random } from '../simulator/random.ts';
import type { Recipe } from './recipes.ts';
import type { NodePlan } from './topology.ts';
import { JOB_NAMES, type WorkloadSpec } from './workloads.ts';

export interface PodPlanned {
  readonly spec: PodSpec;
  /** When its container starts, ms after the traffic began; null: it ran before. */
  readonly startMs: number | null;
  /** For a pod that ran before: how long. */
  readonly ageMs: number;
  readonly end:
    | { readonly kind: 'runs' }
    | { readonly kind: 'deleted'; readonly atMs: number }
    | { readonly kind: 'completes'; readonly afterMs: number };
  /** Its address on the node, where the run begins with it. */
  readonly host: number | null;
  /** It takes an address no sooner than so long after another pod left it. */
  readonly reuseGapMs: number;
  /** Without a process it is in the inventory only. */
  readonly hasProcess: boolean;
  readonly listens: readonly Listen[];
  readonly connections: Connection[];
}

/** Which pods there are and when they come and go; what they say to whom is not decided here. */
export const podPlanner = (recipe: Recipe, nodes: readonly NodePlan[], endMs: number, random: Random) => {
  const nextHost = nodes.map(() => FIRST_HOST);
  let shortGap = 0;
  const reuseGapMs = (): number => recipe.reuseGapMs[shortGap++ % 3 === 2 ? 1 : 0];
  const image = (name: string): string =>
    `labregistry.azurecr.io/${name}:${random.whole(1, 9)}.${random.whole(0, 30)}.${random.whole(0, 9)}`;
  const planned = (spec: PodSpec, rest: Partial<PodPlanned>): PodPlanned => ({
    spec,
    startMs: null,
    ageMs: random.between(3_600_000, 5 * 86_400_000),
    end: { kind: 'runs' },
    host: null,
    reuseGapMs: reuseGapMs(),
    hasProcess: true,
    listens: [],
    connections: [],
    ...rest,
  });

  const standing = (workload: WorkloadSpec, offset: number): readonly PodPlanned[] => {
    const { namespace, name, kind } = workload;
    const hash = random.suffix(10);
    const owner =
      kind === 'Deployment'
        ? ({ kind: 'ReplicaSet', name: `${name}-${hash}`, uid: random.uuid() } as const)
        : ({ kind: 'DaemonSet', name, uid: random.uuid() } as const);
    const containers = workload.containers.map((container) => ({ name: container, image: image(container) }));
    const count = kind === 'DaemonSet' ? nodes.length : workload.replicas;
    return Array.from({ length: count }, (_, i) => {
      const node = nodes[(i + (kind === 'DaemonSet' ? 0 : offset)) % nodes.length] as NodePlan;
      const labels = {
        app: name,
        ...(kind === 'Deployment' ? { 'pod-template-hash': hash } : { 'controller-revision-hash': hash }),
      };
      const hostNetwork = workload.hostNetwork === true;
      const host = hostNetwork ? null : (nextHost[node.index] as number);
      if (!hostNetwork) nextHost[node.index] = (nextHost[node.index] as number) + 1;
      const spec: PodSpec = {
        uid: random.uuid(),
        namespace,
        name: `${owner.name}-${random.suffix(5)}`,
        owner,
        labels,
        containers,
        hostNetwork,
        node,
      };
      return planned(spec, { host, hasProcess: workload.idle !== true, listens: workload.listens ?? [] });
    });
  };

  const rollout = (old: readonly PodPlanned[], fromMs: number) => {
    const hash = random.suffix(10);
    const ownerUid = random.uuid();
    return old.map((pod, i) => {
      const app = pod.spec.labels['app'] ?? '';
      const startMs = fromMs + i * random.between(900, 1_600);
      const spec: PodSpec = {
        ...pod.spec,
        uid: random.uuid(),
        name: `${app}-${hash}-${random.suffix(5)}`,
        owner: { kind: 'ReplicaSet', name: `${app}-${hash}`, uid: ownerUid },
        labels: { app, 'pod-template-hash': hash },
        node: random.pick(nodes),
      };
      const atMs = startMs + random.between(1_000, 1_800);
      return {
        old: pod,
        replaced: { ...pod, end: { kind: 'deleted', atMs } as const },
        fresh: planned(spec, { startMs }),
      };
    });
  };

  const jobs = (): readonly PodPlanned[] => {
    const made: PodPlanned[] = [];
    let number = random.whole(29_000_000, 29_900_000);
    if (recipe.jobsPerSecond <= 0) return made;
    for (let at = 1_200; at < endMs - 1_000; at += random.gapMs(recipe.jobsPerSecond)) {
      const cron = random.pick(JOB_NAMES);
      const owner = { kind: 'Job', name: `${cron}-${number++}`, uid: random.uuid() } as const;
      const labels = { 'batch.kubernetes.io/job-name': owner.name, 'batch.kubernetes.io/controller-uid': owner.uid };
      const containers = [{ name: cron, image: image(cron) }];
      const name = `${owner.name}-${random.suffix(5)}`;
      const spec: PodSpec = {
        uid: random.uuid(),
        namespace: 'batch',
        name,
        owner,
        labels,
        containers,
        hostNetwork: false,
        node: random.pick(nodes),
      };
      made.push(planned(spec, { startMs: at, end: { kind: 'completes', afterMs: random.whole(200, 900) } }));
    }
    return made;
  };
  return { standing, rollout, jobs };
};
