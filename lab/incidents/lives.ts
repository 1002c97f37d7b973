import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PodLived, PodSpec } from '../../simulator/kube/known.ts';
import type { Random } from '../../simulator/random.ts';
import { type Program, startProgram } from '../actors.ts';
import type { Children } from '../children.ts';
import { type Network, setSysctls } from '../network.ts';
import { DNS_SERVICE_IP, podAddresses } from '../topology.ts';
import type { PodDrawn } from './cluster.ts';
import type { ClientPreparation, ClientWork, Told } from './told.ts';

/** What living a pod's life needs. */
export interface World {
  readonly network: Network;
  readonly children: Children;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** For files that programs read. */
  readonly folder: string;
  readonly note: (pod: PodSpec, told: Told) => void;
}

/** A pod's process is made so long before its container starts: its own start-up must not count as the container's life. */
const WARM_UP_MS = 1_200;
const SANDBOX_LINGERS_MS = [60, 180] as const;
const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Starts a program with the name servers and search domains that Kubernetes gives a pod, its patience in place of the usual one. */
export const withResolver = (folder: string, namespace: string, command: readonly string[]): readonly string[] => {
  const file = join(folder, `resolv.${namespace}.conf`);
  writeFileSync(
    file,
    `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver ${DNS_SERVICE_IP}\noptions ndots:5 timeout:1 attempts:2\n`,
  );
  return ['unshare', '--mount', 'sh', '-ec', 'mount --bind "$0" /etc/resolv.conf; exec "$@"', file, ...command];
};

export type ClientProgram = Program<ClientWork>;

const startClient = (
  { children, folder, network, note }: World,
  { spec, workload }: PodDrawn,
  index: number,
): ClientProgram => {
  const { name, program: kind, logs, graceMs } = workload;
  const preparation: ClientPreparation = { name, program: kind, logs, graceMs };
  // Node looks up names on threads, of which it has four: more, so that slow lookups do not wait for each other.
  const command =
    kind === 'python'
      ? ['/usr/bin/python3', program('client.py')]
      : ['env', 'UV_THREADPOOL_SIZE=16', process.execPath, program('client.ts')];
  return startProgram<ClientWork>(
    children,
    network.pod(index),
    withResolver(folder, spec.namespace, command),
    preparation,
    (told: Told) => note(spec, told),
  );
};

const attach = async ({ network }: World, { spec, host, workload }: PodDrawn, index: number): Promise<void> => {
  await network.attachPod(index, spec.node, podAddresses(spec.node, host).slice(0, 1));
  if (workload.synRetries !== null)
    await setSysctls(network.pod(index), { 'ipv4/tcp_syn_retries': workload.synRetries });
};

/** A pod that the run begins with: its addresses and its process, before any traffic. */
export const prepareStanding = async (world: World, pod: PodDrawn, index: number): Promise<ClientProgram> => {
  await attach(world, pod, index);
  const client = startClient(world, pod, index);
  await client.ready;
  return client;
};

const until = async (at: number, signal: AbortSignal): Promise<void> => {
  await sleep(Math.max(0, at - Date.now()), undefined, { signal });
};

const workOf = ({ calls }: PodDrawn, startAt: number): ClientWork => ({
  startAt,
  calls: calls.map((call, n) => ({ ...call, n })),
});

export const liveStanding = async (
  world: World,
  pod: PodDrawn,
  index: number,
  client: ClientProgram,
  zero: number,
): Promise<PodLived> => {
  client.go(workOf(pod, zero));
  return { ...standing(pod.spec, pod.host, zero - pod.ageMs), ...(await end(world, pod, index, client, zero)) };
};

/** A pod that was there before the run. */
export const standing = (spec: PodSpec, host: number, createdAt: number): PodLived => ({
  spec,
  ips: podAddresses(spec.node, host).slice(0, 1),
  createdAt,
  scheduledAt: createdAt + 40,
  acceptedAt: createdAt + 900,
  startedAt: createdAt + 2_300,
  deletionAskedAt: null,
  finishedAt: null,
  exitCode: 0,
});

/** The life of a pod that starts during the run. */
export const liveNew = async (world: World, pod: PodDrawn, index: number, zero: number): Promise<PodLived> => {
  const { random, signal } = world;
  const startAt = zero + (pod.startMs ?? 0);
  const acceptedAt = startAt - random.between(120, 450);
  const scheduledAt = acceptedAt - random.between(15, 60);
  await until(startAt - WARM_UP_MS, signal);
  await attach(world, pod, index);
  const client = startClient(world, pod, index);
  await client.ready;
  await until(startAt, signal);
  const startedAt = Date.now();
  client.go(workOf(pod, zero));
  return {
    ...standing(pod.spec, pod.host, scheduledAt - random.between(8, 40)),
    scheduledAt,
    acceptedAt,
    startedAt,
    ...(await end(world, pod, index, client, zero)),
  };
};

const end = async (
  world: World,
  pod: PodDrawn,
  index: number,
  client: ClientProgram,
  zero: number,
): Promise<Pick<PodLived, 'deletionAskedAt' | 'finishedAt'>> => {
  if (pod.deletedAtMs === null) return { deletionAskedAt: null, finishedAt: null };
  const deletionAskedAt = zero + pod.deletedAtMs;
  await until(deletionAskedAt, world.signal);
  // The kubelet hears of it, and only then signals: until then the pod goes on calling.
  await until(deletionAskedAt + world.random.between(100, 700), world.signal);
  client.terminate();
  await client.gone;
  const finishedAt = Date.now();
  await until(finishedAt + world.random.between(...SANDBOX_LINGERS_MS), world.signal);
  await world.network.detachPod(index, pod.spec.node);
  return { deletionAskedAt, finishedAt };
};
