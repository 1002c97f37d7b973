import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startActor } from './actors.ts';
import { canRun } from './can-run.ts';
import { reconcile, recordConntrack, recordPackets, type Recorder } from './capture.ts';
import { type Children, createChildren, runInside } from './children.ts';
import { buildFlowLog } from './flow-log.ts';
import { createIpam } from '../simulator/ipam.ts';
import { changesOf, type PodLived } from '../simulator/kube/known.ts';
import { createNetwork, type Network } from './network.ts';
import { serviceRules } from './node-rules.ts';
import { readPcap } from './pcap.ts';
import type { LogLine } from './plan.ts';
import { liveNew, liveStanding, prepareStanding, type World } from './pod-lives.ts';
import { createRandom, type Random } from '../simulator/random.ts';
import { RECIPES, type RecipeName } from './recipes.ts';
import { planScenario, type Scenario } from './scenario.ts';
import { type NodePlan, OUTSIDE, planNodes } from './topology.ts';
import { CLIENTS_UID, nodeUid, tellTruth } from './truth.ts';
import { witnesses } from './witnesses.ts';
import { type RunSummary, writeRun } from './write-run.ts';

export interface RecordOptions {
  /** A folder; what a former run left there is removed. */
  readonly out: string;
  readonly recipe?: RecipeName;
  readonly seed?: number;
  /** Of traffic; setting up and taking down take a few more. */
  readonly seconds?: number;
  readonly nodes?: number;
  /** Factor on the recipe's rate of calls. */
  readonly scale?: number;
  /** What the flow log's clock is ahead of true time. */
  readonly flowLogAheadMs?: number;
  /** By node index: what its clock is ahead. */
  readonly skewMs?: ReadonlyMap<number, number>;
  /** How often the flow log writes a C record. Azure: 300,000, more than a short run has. */
  readonly continueEveryMs?: number;
  readonly idleMs?: number;
  /** How often Container Insights samples. Azure: 60,000. */
  readonly sampleEveryMs?: number;
  /** Entries are kept as long as the kernel keeps them by itself, and not only for seconds. */
  readonly kernelTimeouts?: boolean;
  /** The packet captures stay in `out/capture`. */
  readonly keepCaptures?: boolean;
  readonly signal?: AbortSignal;
  /** Something that listens on each node beside the lab's own recorders; it is stopped with them. */
  readonly beside?: (node: NodePlan, namespace: string) => Promise<Pick<Recorder, 'stop'>>;
}

export type Settings = Required<Omit<RecordOptions, 'signal' | 'beside'>>;

const DEFAULTS = {
  recipe: 'everything',
  seed: 1,
  seconds: 20,
  nodes: 3,
  scale: 1,
  flowLogAheadMs: 0,
  skewMs: new Map<number, number>(),
  continueEveryMs: 5_000,
  idleMs: 6_000,
  sampleEveryMs: 5_000,
  keepCaptures: false,
  kernelTimeouts: false,
} as const satisfies Partial<RecordOptions>;

/** Connections that the end of the run still finds open may finish. */
const DRAIN_MS = 800;
const RECONCILE_EVERY_MS = 2_500;

/** Makes the cluster, lets it talk, takes it down, and writes what every source would have seen and what was true. */
export const record = async (options: RecordOptions): Promise<RunSummary> => {
  const { signal: asked, beside, ...given } = options;
  const stop = new AbortController();
  const signal = asked === undefined ? stop.signal : AbortSignal.any([asked, stop.signal]);
  const settings: Settings = { ...DEFAULTS, ...given };
  const may = await canRun([...settings.skewMs.values()].some((ms) => ms !== 0));
  if (!may.ok) throw new Error(`the lab cannot run here: ${may.why}`);
  const random = createRandom(settings.seed);
  const nodes = planNodes(settings.nodes, settings.skewMs, () => random.uuid());
  const recipe = RECIPES[settings.recipe];
  const scenario = planScenario(
    { ...recipe, traffic: recipe.traffic * settings.scale },
    nodes,
    settings.seconds,
    random,
  );
  rmSync(settings.out, { recursive: true, force: true });
  mkdirSync(settings.out, { recursive: true });

  const children = createChildren();
  const pods = scenario.pods.map(({ spec, hasProcess }) => (spec.hostNetwork || !hasProcess ? null : spec.node.index));
  const network = await createNetwork({
    nodes,
    pods,
    timeWaitSeconds: settings.kernelTimeouts ? null : recipe.timeWaitSeconds,
  });
  try {
    const lived = await live(settings, nodes, scenario, {
      network,
      children,
      random,
      signal,
      ...(beside === undefined ? {} : { beside }),
    });
    return await write(settings, nodes, scenario, lived, random);
  } finally {
    // One life that failed must not leave the others starting processes in namespaces that are gone.
    stop.abort();
    await children.end();
    await network.close();
  }
};

interface Lived {
  readonly lines: readonly LogLine[];
  readonly lives: readonly PodLived[];
  readonly zero: number;
  readonly endAt: number;
  readonly reuses: number;
}

interface Stage {
  readonly network: Network;
  readonly children: Children;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly beside?: NonNullable<RecordOptions['beside']>;
}

const live = async (
  settings: Settings,
  nodes: readonly NodePlan[],
  scenario: Scenario,
  stage: Stage,
): Promise<Lived> => {
  const { network, children, signal } = stage;
  const lines: LogLine[] = [];
  const world: World = { ...stage, ipam: createIpam(), log: (line) => void lines.push(line) };
  const outside = OUTSIDE.map(({ name, addresses, ports }, index) => {
    const listens = [
      ...ports.tcp.map((port) => ({ protocol: 'tcp' as const, port })),
      ...addresses.flatMap((address) => ports.udp.map((port) => ({ protocol: 'udp' as const, port, address }))),
    ];
    const uid = name === 'clients' ? CLIENTS_UID : `outside:${name}`;
    return startActor(children, network.outside(index), { uid, listens }, world.log);
  });
  const ofNodes = nodes.map((node) =>
    startActor(children, network.node(node.index), { uid: nodeUid(node), listens: [] }, world.log),
  );
  const standing = await Promise.all(
    scenario.pods.map((pod, index) =>
      pod.startMs === null ? prepareStanding(world, pod, index) : Promise.resolve(null),
    ),
  );
  await Promise.all([...outside, ...ofNodes].map(({ ready }) => ready));
  for (const node of nodes) {
    await runInside(
      network.node(node.index),
      'nft',
      ['-f', '-'],
      serviceRules(node, scenario.dnsPods, scenario.webPods),
    );
  }
  const recorders = await startRecorders(settings, nodes, stage);

  const zero = Date.now() + 200;
  const stopAt = zero + settings.seconds * 1_000;
  for (const [index, actor] of ofNodes.entries()) {
    actor.go({ startAt: zero, connections: scenario.nodeConnections[index] ?? [], exitAfterMs: null });
  }
  outside.at(-1)?.go({ startAt: zero, connections: scenario.clientConnections, exitAfterMs: null });
  const running = new AbortController();
  const reconciled = Promise.all(
    nodes.map(({ index }) =>
      reconcile(network.node(index), RECONCILE_EVERY_MS, AbortSignal.any([signal, running.signal])),
    ),
  );
  reconciled.catch(() => undefined);
  const lives = await Promise.all(
    scenario.pods.map((pod, index) =>
      pod.startMs === null
        ? liveStanding(world, pod, index, standing[index] ?? null, zero)
        : liveNew(world, pod, index, zero),
    ),
  );
  await sleep(Math.max(0, stopAt + DRAIN_MS - Date.now()), undefined, { signal });
  running.abort();
  await reconciled;
  await Promise.all(recorders.map((recorder) => recorder.stop()));
  return { lines, lives, zero, endAt: Date.now(), reuses: world.ipam.reuses };
};

const startRecorders = async (
  { out }: Settings,
  nodes: readonly NodePlan[],
  { network, children, beside }: Stage,
): Promise<readonly Pick<Recorder, 'stop'>[]> =>
  Promise.all(
    nodes.flatMap((node) => [
      recordConntrack(
        children,
        network.node(node.index),
        join(out, 'conntrack', `${node.name}.events.txt`),
        node.skewMs,
      ),
      recordPackets(children, network.fabric, network.uplink(node.index), capturePath(out, node)),
      ...(beside === undefined ? [] : [beside(node, network.node(node.index))]),
    ]),
  );

const capturePath = (out: string, node: NodePlan): string => join(out, 'capture', `${node.name}.pcap`);

const write = async (
  settings: Settings,
  nodes: readonly NodePlan[],
  scenario: Scenario,
  lived: Lived,
  random: Random,
): Promise<RunSummary> => {
  const { out, continueEveryMs, idleMs, flowLogAheadMs } = settings;
  const nics = nodes.map((node) => ({ mac: node.mac, packets: readPcap(readFileSync(capturePath(out, node))) }));
  const flowLog = buildFlowLog(nics, lived.endAt, { continueEveryMs, idleMs, aheadMs: flowLogAheadMs });
  if (!settings.keepCaptures) rmSync(join(out, 'capture'), { recursive: true, force: true });
  return writeRun({
    settings,
    nodes,
    scenario,
    flowLog,
    truth: tellTruth(lived.lines, lived.lives),
    lives: lived.lives,
    changes: changesOf([...lived.lives, ...witnesses(lived.lives, lived, random)], random),
    zero: lived.zero,
    endAt: lived.endAt,
    reuses: lived.reuses,
  });
};
