import { createIpam, FIRST_HOST } from '../ipam.ts';
import type { NodeSpec } from '../kube/node-spec.ts';
import type { PodLived, PodSpec } from '../kube/known.ts';
import { type Degree, endOf, type Parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { podAddress, podAddressV6 } from './nodes.ts';
import type { Workload } from './workloads.ts';

/** One pod: what Kubernetes hears of it, and when it can talk. */
export interface Life {
  readonly lived: PodLived;
  readonly workload: number;
  /** It came with the rollout of its workload. */
  readonly isRolledOut: boolean;
  /** Place of its address in the node's range; 0: it uses the node's. */
  readonly host: number;
}

/** A pod before it is known which address it gets. */
interface Born extends Omit<PodLived, 'ips' | 'exitCode'> {
  readonly workload: number;
  readonly isRolledOut: boolean;
  /** Between the end of its container and the end of its sandbox, with which the address becomes free. */
  readonly lingersMs: number;
}

/** An address is taken again no sooner than so long after another pod left it. */
const REUSE_GAP_MS: Readonly<Record<Degree, number>> = { low: Number.POSITIVE_INFINITY, normal: 20_000, high: 0 };
const ROLLED: Readonly<Record<Degree, number>> = { low: 0.15, normal: 0.3, high: 0.6 };
/** Kubernetes keeps the last three finished jobs of a CronJob (`successfulJobsHistoryLimit`). */
const JOBS_KEPT = 3;
/** A node of AKS takes no more pods than that. */
const MOST_PODS = 240;

export const planLives = (
  parameters: Parameters,
  nodes: readonly NodeSpec[],
  workloads: readonly Workload[],
  random: Random,
): readonly Life[] => {
  const { startMs } = parameters;
  const endMs = endOf(parameters);
  const born: Born[] = [];
  const placed = new Int32Array(nodes.length);
  let next = random.whole(0, nodes.length);

  /** Round the nodes, past those that are full. */
  const place = (): NodeSpec => {
    for (let tries = 0; tries < nodes.length; tries++) {
      next = (next + 1 + (random.next() < 0.15 ? 1 : 0)) % nodes.length;
      if ((placed[next] as number) < MOST_PODS) break;
    }
    placed[next] = (placed[next] as number) + 1;
    return nodes[next] as NodeSpec;
  };

  for (const workload of workloads) {
    if (workload.kind !== 'Deployment' && workload.kind !== 'DaemonSet') continue;
    const set = ownerOf(workload, random);
    const rolled = random.next() < ROLLED[parameters.ipReuse] && workload.kind === 'Deployment';
    const after = rolled ? ownerOf(workload, random) : set;
    let rollAt = startMs + (endMs - startMs) * random.between(0.15, 0.85);
    for (let i = 0; i < workload.replicas; i++) {
      const node = workload.kind === 'DaemonSet' ? (nodes[i] as NodeSpec) : place();
      const createdAt = startMs - random.between(3_600_000, 5 * 86_400_000);
      const old = standing(specOf(workload, set, node, random), workload.index, createdAt);
      if (!rolled) {
        born.push(old);
        continue;
      }
      const fresh = starting(specOf(workload, after, place(), random), workload.index, rollAt, random);
      const deletionAskedAt = fresh.startedAt + random.between(1_000, 6_000);
      rollAt += random.between(1_500, 9_000);
      const finishedAt = deletionAskedAt + random.between(100, 2_500);
      born.push(finishedAt < endMs ? { ...old, deletionAskedAt, finishedAt } : old);
      if (fresh.createdAt < endMs) born.push({ ...fresh, isRolledOut: true });
    }
  }
  for (const workload of workloads) {
    if (workload.kind === 'CronJob') born.push(...jobsOf(workload, startMs, endMs, nodes, random));
  }
  return housed(born, nodes, parameters);
};

interface Owner {
  readonly owner: PodSpec['owner'];
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: PodSpec['containers'];
}

const ownerOf = ({ name, kind, containers }: Workload, random: Random): Owner => {
  const hash = random.suffix(10);
  const uid = random.uuid();
  const images = containers.map((container) => ({
    name: container,
    image: `simulated.azurecr.io/${container}:${random.whole(1, 9)}.${random.whole(0, 30)}.${random.whole(0, 9)}`,
  }));
  return kind === 'Deployment'
    ? {
        owner: { kind: 'ReplicaSet', name: `${name}-${hash}`, uid },
        labels: { app: name, 'pod-template-hash': hash },
        containers: images,
      }
    : {
        owner: { kind: 'DaemonSet', name, uid },
        labels: { app: name, 'controller-revision-hash': hash },
        containers: images,
      };
};

const specOf = ({ namespace, hostNetwork }: Workload, owner: Owner, node: NodeSpec, random: Random): PodSpec => ({
  uid: random.uuid(),
  namespace,
  name: `${owner.owner.name}-${random.suffix(5)}`,
  ...owner,
  hostNetwork,
  node,
});

const standing = (spec: PodSpec, workload: number, createdAt: number): Born => ({
  spec,
  workload,
  isRolledOut: false,
  createdAt,
  scheduledAt: createdAt + 40,
  acceptedAt: createdAt + 900,
  startedAt: createdAt + 2_300,
  deletionAskedAt: null,
  finishedAt: null,
  lingersMs: 120,
});

const starting = (spec: PodSpec, workload: number, createdAt: number, random: Random): Born => {
  const scheduledAt = createdAt + random.between(8, 40);
  const acceptedAt = scheduledAt + random.between(15, 60);
  const startedAt = acceptedAt + random.between(300, 1_800);
  const lingersMs = random.between(60, 400);
  return {
    spec,
    workload,
    isRolledOut: false,
    createdAt,
    scheduledAt,
    acceptedAt,
    startedAt,
    deletionAskedAt: null,
    finishedAt: null,
    lingersMs,
  };
};

const jobsOf = (
  workload: Workload,
  startMs: number,
  endMs: number,
  nodes: readonly NodeSpec[],
  random: Random,
): readonly Born[] => {
  const made: Born[] = [];
  const [low, high] = workload.takesMs;
  // The controller names a job for the minute it was due: minutes since 1970.
  let due = Math.ceil(startMs / 60_000) * 60_000 + random.whole(0, workload.everyMs / 60_000) * 60_000;
  const image = `simulated.azurecr.io/${workload.name}:1.${random.whole(0, 30)}`;
  for (; due < endMs; due += workload.everyMs) {
    const owner = { kind: 'Job', name: `${workload.name}-${due / 60_000}`, uid: random.uuid() } as const;
    const labels = { 'batch.kubernetes.io/job-name': owner.name, 'batch.kubernetes.io/controller-uid': owner.uid };
    const containers = [{ name: workload.name, image }];
    for (let i = 0; i < workload.replicas; i++) {
      const spec = specOf(workload, { owner, labels, containers }, random.pick(nodes), random);
      const fresh = starting(spec, workload.index, due + random.between(100, 1_500), random);
      const finishedAt = fresh.startedAt + random.between(low, high);
      const asked = due + JOBS_KEPT * workload.everyMs + random.between(500, 3_000);
      const deletionAskedAt = asked > finishedAt + 2_000 && asked < endMs ? asked : null;
      made.push(finishedAt < endMs ? { ...fresh, finishedAt, deletionAskedAt } : fresh);
    }
  }
  return made;
};

/** Gives out the addresses of each node in the order in which sandboxes come and go. */
const housed = (born: readonly Born[], nodes: readonly NodeSpec[], parameters: Parameters): readonly Life[] => {
  const ipam = createIpam();
  const hosts = new Uint8Array(born.length);
  const gapMs = REUSE_GAP_MS[parameters.ipReuse];
  const turns = born.flatMap(({ spec, acceptedAt, startedAt, finishedAt, lingersMs }, i) => {
    if (spec.hostNetwork) return [];
    // The sandbox, which has the address, is there before the container, and a kubelet takes a pod before it makes one.
    const comes = { at: acceptedAt + 0.6 * (startedAt - acceptedAt), i, isGoing: false };
    return finishedAt === null ? [comes] : [comes, { at: finishedAt + lingersMs, i, isGoing: true }];
  });
  turns.sort((a, b) => a.at - b.at || a.i - b.i);
  for (const { at, i, isGoing } of turns) {
    const node = (born[i] as Born).spec.node.index;
    if (isGoing) ipam.release(node, hosts[i] as number, at);
    else hosts[i] = ipam.take(node, at, gapMs);
  }
  return born.map(
    (
      { workload, isRolledOut, spec, createdAt, scheduledAt, acceptedAt, startedAt, deletionAskedAt, finishedAt },
      i,
    ) => {
      const { node } = spec;
      const pod = { spec, createdAt, scheduledAt, acceptedAt, startedAt, deletionAskedAt, finishedAt };
      const host = hosts[i] as number;
      const own = [podAddress(node.index, nodes.length, host)];
      if (node.ipv6 !== null) own.push(podAddressV6(node.index, host));
      const shown = node.ipv6 === null ? [node.ip] : [node.ip, node.ipv6];
      const ips = host >= FIRST_HOST ? own : shown;
      return { lived: { ...pod, ips, exitCode: 0 }, workload, isRolledOut, host };
    },
  );
};
