import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PodLived } from '../../simulator/kube/known.ts';
import { type Program, startProgram } from '../actors.ts';
import { canRun, CLIENT_TOOLS } from '../can-run.ts';
import { type Children, createChildren, runInside } from '../children.ts';
import { createNetwork, type Network, setSysctls } from '../network.ts';
import { serviceRules, trackingSettings } from '../node-rules.ts';
import { podAddresses } from '../topology.ts';
import { DESTINATIONS, RESOLVER } from './destinations.ts';
import { egressRules } from './egress.ts';
import { handsOn } from './hands.ts';
import type { Incident } from './incident.ts';
import { liveNew, liveStanding, prepareStanding, standing, withResolver, type World } from './lives.ts';
import { type Heard, type Stage, startRecorders } from './recorders.ts';
import type { CorednsChange, OutsideChange, OutsidePreparation, Told } from './told.ts';

/** Everything that a run left, before it is written in the formats of its sources. */
export interface Recorded extends Heard {
  readonly incident: Incident;
  readonly zero: number;
  /** When each cause began, in the order of the plan. */
  readonly begunAt: readonly number[];
  readonly lives: readonly PodLived[];
  /** What the program of each pod told, by the pod's UID. */
  readonly told: ReadonlyMap<string, readonly Told[]>;
}

const DRAIN_MS = 400;
const TIME_WAIT_SECONDS = 3;
/** Answers of CoreDNS are kept for a moment only, as all of a run is shorter. */
const TTL_SECONDS = 5;

/** Makes the cluster, lets it talk, lets the causes happen, and takes it down. */
export const record = async (incident: Incident, out: string, asked: AbortSignal): Promise<Recorded> => {
  const may = await canRun(false, CLIENT_TOOLS);
  if (!may.ok) throw new Error(`the lab cannot run here: ${may.why}`);
  rmSync(out, { recursive: true, force: true });
  const folder = join(out, 'capture');
  mkdirSync(folder, { recursive: true });
  const stop = new AbortController();
  const signal = AbortSignal.any([asked, stop.signal]);
  const { nodes, pods, dnsPods } = incident.cluster;
  const children = createChildren();
  const network = await createNetwork({
    nodes,
    pods: [...pods, ...dnsPods].map(({ spec }) => spec.node.index),
    timeWaitSeconds: TIME_WAIT_SECONDS,
    outside: [{ addresses: [...DESTINATIONS.map(({ address }) => address), RESOLVER] }],
    dead: [],
  });
  try {
    return await live(incident, { network, children, folder, out, signal });
  } finally {
    stop.abort();
    await children.end();
    await network.close();
  }
};

const live = async (incident: Incident, stage: Stage): Promise<Recorded> => {
  const { network, children, folder, signal } = stage;
  const { nodes, pods } = incident.cluster;
  const told = new Map<string, Told[]>();
  const world: World = {
    ...stage,
    random: incident.random,
    note: ({ uid }, line) => void told.set(uid, [...(told.get(uid) ?? []), line]),
  };
  await openEgress(incident, network);
  const outside = startOutside(children, network);
  const coredns = await startCoredns(incident, world);
  const standingPods = await Promise.all(
    pods.map((pod, index) => (pod.startMs === null ? prepareStanding(world, pod, index) : Promise.resolve(null))),
  );
  await Promise.all([outside, ...coredns].map(({ ready }) => ready));
  outside.go({ treat: incident.treatments });
  const hands = handsOn({ network, nodes, pods, folder, outside, coredns });
  const steps = incident.causes.flatMap((cause, of) => cause.steps.map((step) => ({ ...step, of })));
  for (const { act } of steps.filter(({ atMs }) => atMs === null)) await act(hands);

  const recorders = await startRecorders(incident, stage);

  const zero = Date.now() + 200;
  const begunAt = incident.causes.map(({ fromMs }) => zero + fromMs);
  const stepping = Promise.all(
    steps.map(async ({ atMs, act, of }) => {
      if (atMs === null) return;
      await sleep(Math.max(0, zero + atMs - Date.now()), undefined, { signal });
      await act(hands);
      if (atMs === incident.causes[of]?.fromMs) begunAt[of] = Date.now();
    }),
  );
  stepping.catch(() => undefined);
  const lives = await Promise.all(
    pods.map((pod, index) => {
      const client = standingPods[index];
      return client === null || client === undefined
        ? liveNew(world, pod, index, zero)
        : liveStanding(world, pod, index, client, zero);
    }),
  );
  await stepping;
  await sleep(Math.max(0, zero + incident.seconds * 1_000 + DRAIN_MS - Date.now()), undefined, { signal });
  const { endAt, packets, egress } = await recorders.stop();
  return {
    incident,
    zero,
    endAt,
    begunAt,
    lives: [...lives, ...incident.cluster.dnsPods.map(({ spec, host, ageMs }) => standing(spec, host, zero - ageMs))],
    told,
    packets,
    egress,
  };
};

const openEgress = async ({ cluster, egress }: Incident, network: Network): Promise<void> => {
  await setSysctls(network.fabric, {
    ...trackingSettings(TIME_WAIT_SECONDS),
    // A packet in the middle of a connection that it does not know begins none.
    'netfilter/nf_conntrack_tcp_loose': 0,
  });
  await runInside(network.fabric, 'nft', ['-f', '-'], egressRules(cluster.nodes, egress));
};

const program = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const startOutside = (children: Children, network: Network): Program<OutsideChange> => {
  const preparation: OutsidePreparation = {
    listens: DESTINATIONS.map(({ address, port }) => ({ address, port })),
    resolver: RESOLVER,
    names: Object.fromEntries(DESTINATIONS.map(({ host, address }) => [host, address])),
    ttlSeconds: TTL_SECONDS,
  };
  return startProgram(
    children,
    network.outside(0),
    [process.execPath, program('outside.ts')],
    preparation,
    () => undefined,
  );
};

const startCoredns = async (
  { cluster: { nodes, pods, dnsPods } }: Incident,
  { network, children, folder, note }: World,
): Promise<readonly Program<CorednsChange>[]> => {
  const addresses = dnsPods.map(({ spec, host }) => podAddresses(spec.node, host)[0]);
  const started = await Promise.all(
    dnsPods.map(async ({ spec }, i) => {
      const index = pods.length + i;
      const address = addresses[i] ?? '';
      await network.attachPod(index, spec.node, [address]);
      const command = withResolver(folder, spec.namespace, [process.execPath, program('coredns.ts')]);
      return startProgram<CorednsChange>(
        children,
        network.pod(index),
        command,
        { address, upstream: RESOLVER },
        (told: Told) => note(spec, told),
      );
    }),
  );
  for (const node of nodes)
    await runInside(network.node(node.index), 'nft', ['-f', '-'], serviceRules(node, addresses, []));
  return started;
};
