import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PodLived } from '../../simulator/kube/known.ts';
import { instant } from '../../src/base/instant.ts';
import { encodeRemark } from '../../src/formats/conntrack/remark-lines.ts';
import { type Program, startProgram } from '../actors.ts';
import { canRun, CLIENT_TOOLS } from '../can-run.ts';
import { reconcile, recordConntrack, recordPackets } from '../capture.ts';
import { type Children, createChildren, runInside } from '../children.ts';
import { createNetwork, type Network, setSysctls } from '../network.ts';
import { serviceRules, trackingSettings } from '../node-rules.ts';
import { type Packet, readPcap } from '../pcap.ts';
import { podAddresses } from '../topology.ts';
import type { Step } from './causes.ts';
import { watchCounters } from './counters.ts';
import { DESTINATIONS, RESOLVER } from './destinations.ts';
import { egressRules, type EgressSeen, watchEgress } from './egress.ts';
import { handsOn } from './hands.ts';
import type { Incident } from './incident.ts';
import { liveNew, liveStanding, prepareStanding, standing, withResolver, type World } from './lives.ts';
import type { CorednsChange, OutsideChange, OutsidePreparation, Told } from './told.ts';

/** Everything that a run left, before it is written in the formats of its sources. */
export interface Recorded {
  readonly incident: Incident;
  readonly zero: number;
  readonly endAt: number;
  /** When each cause began, in the order of the plan. */
  readonly begunAt: readonly number[];
  readonly lives: readonly PodLived[];
  /** What the program of each pod told, by the pod's UID. */
  readonly told: ReadonlyMap<string, readonly Told[]>;
  /** By node index. */
  readonly packets: readonly (readonly Packet[])[];
  readonly egress: EgressSeen;
}

const DRAIN_MS = 400;
const RECONCILE_EVERY_MS = 2_500;
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

interface Stage extends Pick<World, 'network' | 'children' | 'folder' | 'signal'> {
  readonly out: string;
}

const live = async (incident: Incident, stage: Stage): Promise<Recorded> => {
  const { network, children, folder, signal, out } = stage;
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

  const recorders = await Promise.all(
    nodes.flatMap((node) => [
      recordConntrack(children, network.node(node.index), conntrackPath(out, node.name), 0),
      recordPackets(children, network.fabric, network.uplink(node.index), join(folder, `${node.name}.pcap`)),
    ]),
  );
  const listeningFrom = Date.now();
  const counters = await Promise.all(
    nodes.map((node) => watchCounters(children, network.node(node.index), folder, node.name)),
  );
  const egress = await watchEgress(children, network.fabric, folder);

  const zero = Date.now() + 200;
  const begunAt = incident.causes.map(({ fromMs }) => zero + fromMs);
  const running = new AbortController();
  const filled = new Set(incident.causes.filter(({ cause }) => cause === 'conntrack-full').map(({ node }) => node));
  const reconciled = Promise.all(
    nodes
      // A dump of a full table takes as long as the whole run.
      .filter(({ name }) => !filled.has(name))
      .map(({ index }) =>
        reconcile(network.node(index), RECONCILE_EVERY_MS, AbortSignal.any([signal, running.signal])),
      ),
  );
  reconciled.catch(() => undefined);
  const stepping = Promise.all(
    steps
      .filter((step): step is Step & { readonly atMs: number; readonly of: number } => step.atMs !== null)
      .map(async ({ atMs, act, of }) => {
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
  running.abort();
  await reconciled;
  await Promise.all([...recorders, ...counters, egress].map((recorder) => recorder.stop()));
  const endAt = Date.now();
  for (const [i, node] of nodes.entries())
    appendFileSync(
      conntrackPath(out, node.name),
      completeness(conntrackPath(out, node.name), listeningFrom, endAt) + (counters[i]?.remarks() ?? ''),
    );
  return {
    incident,
    zero,
    endAt,
    begunAt,
    lives: [...lives, ...incident.cluster.dnsPods.map(({ spec, host, ageMs }) => standing(spec, host, zero - ageMs))],
    told,
    packets: nodes.map(({ name }) => readPcap(readFileSync(join(folder, `${name}.pcap`)))),
    egress: egress.seen(nodes),
  };
};

const conntrackPath = (out: string, node: string): string => join(out, 'conntrack', `${node}.events.txt`);

/** Said only where the tool did not say that it lost something. */
const completeness = (file: string, from: number, until: number): string =>
  readFileSync(file, 'utf8').includes('ENOBUFS')
    ? ''
    : encodeRemark({ kind: 'complete', from: instant(from), until: instant(until) });

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
