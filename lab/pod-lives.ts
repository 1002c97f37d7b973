import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, startActor } from './actors.ts';
import type { Children } from './children.ts';
import type { Ipam } from '../simulator/ipam.ts';
import { nodeAddresses } from '../simulator/kube/node-spec.ts';
import type { PodLived } from '../simulator/kube/known.ts';
import type { Network } from './network.ts';
import type { LogLine } from './plan.ts';
import type { Random } from '../simulator/random.ts';
import type { PodPlanned } from './planned-pods.ts';
import { podAddresses } from './topology.ts';

/** What living a pod's life needs. */
export interface World {
  readonly network: Network;
  readonly children: Children;
  readonly ipam: Ipam;
  readonly random: Random;
  readonly log: (line: LogLine) => void;
  readonly signal: AbortSignal;
}

/** How long before its container starts a pod's process is made: Node's own start-up must not count as the container's life. */
const WARM_UP_MS = 1_200;
/** Between the end of a container and the end of its sandbox, with which the address becomes free. */
const SANDBOX_LINGERS_MS = [60, 180] as const;
/** Between the sandbox, which has the address, and the container. */
const SANDBOX_FIRST_MS = [80, 250] as const;

const until = async (at: number, signal: AbortSignal): Promise<void> => {
  await sleep(Math.max(0, at - Date.now()), undefined, { signal });
};

/** A pod that the run begins with: its process and addresses, before any traffic. */
export const prepareStanding = async (world: World, pod: PodPlanned, index: number): Promise<Actor | null> => {
  const { node, hostNetwork, uid } = pod.spec;
  if (!hostNetwork) {
    world.ipam.reserve(node.index, pod.host ?? 0);
    await world.network.attachPod(index, node, podAddresses(node, pod.host ?? 0));
  }
  if (!pod.hasProcess) return null;
  const namespace = hostNetwork ? world.network.node(node.index) : world.network.pod(index);
  const actor = startActor(world.children, namespace, { uid, listens: pod.listens }, world.log);
  await actor.ready;
  return actor;
};

/** The life of a pod that the run begins with, from the moment traffic begins. */
export const liveStanding = async (
  world: World,
  pod: PodPlanned,
  index: number,
  actor: Actor | null,
  zero: number,
): Promise<PodLived> => {
  const { node, hostNetwork } = pod.spec;
  actor?.go({ startAt: zero, connections: pod.connections, exitAfterMs: null });
  const createdAt = zero - pod.ageMs;
  const born = {
    spec: pod.spec,
    ips: hostNetwork ? nodeAddresses(node) : podAddresses(node, pod.host ?? 0),
    createdAt,
    scheduledAt: createdAt + 40,
    acceptedAt: createdAt + 900,
    startedAt: createdAt + 2_300,
  };
  if (pod.end.kind !== 'deleted' || actor === null)
    return { ...born, deletionAskedAt: null, finishedAt: null, exitCode: 0 };
  return { ...born, ...(await beDeleted(world, pod, index, actor, zero, pod.host ?? 0)) };
};

/** The whole life of a pod that starts during the run. */
export const liveNew = async (world: World, pod: PodPlanned, index: number, zero: number): Promise<PodLived> => {
  const {
    spec: { uid, node },
    end,
  } = pod;
  const { random } = world;
  const startAt = zero + (pod.startMs ?? 0);
  const sandboxAt = startAt - random.between(...SANDBOX_FIRST_MS);
  const acceptedAt = sandboxAt - random.between(40, 200);
  const scheduledAt = acceptedAt - random.between(15, 60);
  const createdAt = scheduledAt - random.between(8, 40);
  await until(Math.min(createdAt, startAt - WARM_UP_MS), world.signal);
  const actor = startActor(world.children, world.network.pod(index), { uid, listens: pod.listens }, world.log);
  await until(sandboxAt, world.signal);
  const host = world.ipam.take(node.index, Date.now(), pod.reuseGapMs);
  const ips = podAddresses(node, host);
  await world.network.attachPod(index, node, ips);
  await actor.ready;
  await until(startAt, world.signal);
  const startedAt = Date.now();
  actor.go({
    startAt: startedAt,
    connections: pod.connections,
    exitAfterMs: end.kind === 'completes' ? end.afterMs : null,
  });
  const born = { spec: pod.spec, ips, createdAt, scheduledAt, acceptedAt, startedAt };
  if (end.kind === 'runs') return { ...born, deletionAskedAt: null, finishedAt: null, exitCode: 0 };
  if (end.kind === 'deleted') return { ...born, ...(await beDeleted(world, pod, index, actor, zero, host)) };
  await actor.gone;
  const finishedAt = Date.now();
  await leave(world, pod, index, host);
  return { ...born, deletionAskedAt: null, finishedAt, exitCode: actor.exitCode ?? 1 };
};

const beDeleted = async (world: World, pod: PodPlanned, index: number, actor: Actor, zero: number, host: number) => {
  const askedAt = zero + (pod.end.kind === 'deleted' ? pod.end.atMs : 0);
  await until(askedAt, world.signal);
  // The kubelet hears of it, runs the preStop hook, and only then signals: until then the pod goes on talking.
  await until(askedAt + world.random.between(100, 900), world.signal);
  actor.terminate();
  await actor.gone;
  const finishedAt = Date.now();
  await leave(world, pod, index, host);
  return { deletionAskedAt: askedAt, finishedAt, exitCode: 0 };
};

const leave = async (world: World, pod: PodPlanned, index: number, host: number): Promise<void> => {
  await until(Date.now() + world.random.between(...SANDBOX_LINGERS_MS), world.signal);
  await world.network.detachPod(index, pod.spec.node);
  world.ipam.release(pod.spec.node.index, host, Date.now());
};
