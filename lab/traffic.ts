import type { NodeSpec } from '../simulator/kube/node-spec.ts';
import type { PodSpec } from '../simulator/kube/known.ts';
import type { Connection, Protocol } from './plan.ts';
import type { PodPlanned } from './planned-pods.ts';
import type { Random } from '../simulator/random.ts';
import type { Recipe } from './recipes.ts';
import { DESTINATIONS, NODE_PORT, type NodePlan, OUTSIDE } from './topology.ts';
import type { Call, Target } from './workloads.ts';

const add = (
  to: Connection[],
  connection: Omit<Connection, 'n' | 'closer'> & { readonly closer?: Connection['closer'] },
): void => {
  to.push({ closer: 'client', ...connection, n: to.length });
};

/** The calls that workloads make by themselves, at random moments, each at its rate. */
export const trafficOf = (
  recipe: Recipe,
  random: Random,
  locate: (target: Target, from: NodeSpec) => { readonly host: string; readonly port: number },
) => ({
  add: (to: Connection[], from: NodeSpec, calls: readonly Call[], untilMs: number, factor: number): void => {
    for (const call of calls) {
      const one = (atMs: number, holdMs: number): void =>
        add(to, {
          ...locate(call.to, from),
          atMs: Math.round(atMs),
          protocol: call.protocol,
          bytesUp: random.whole(...call.bytesUp),
          bytesDown: random.whole(...call.bytesDown),
          holdMs: Math.round(holdMs),
          closer: random.between(0, 1) < 0.25 ? 'server' : 'client',
        });
      if (call.wholeRun === true) one(random.between(0, 300), untilMs);
      const rate = call.perSecond * factor * (call.to.endsWith('V6') ? recipe.ipv6 : 1);
      if (rate <= 0) continue;
      for (let at = random.gapMs(rate); at < untilMs; at += random.gapMs(rate)) one(at, random.between(...call.holdMs));
    }
  },
});

/** Explicit source ports lie below the kernel's own range (32768–60999), so only planned connections collide. */
const COLLISION_PORTS = 20_000;
const HANDOVER_PORTS = 25_000;

export const collide = (
  rounds: number,
  nodes: readonly NodePlan[],
  pods: readonly PodPlanned[],
  ofNodes: readonly Connection[][],
  endMs: number,
  random: Random,
): void => {
  for (let round = 0; round < rounds; round++) {
    const node = random.pick(nodes);
    const here = pods.filter(({ spec }) => spec.node.index === node.index);
    const shared = sharedCall(round, random);
    const localPort = COLLISION_PORTS + round;
    const atMs = Math.round(random.between(500, endMs - 1_500));
    const first = random.whole(0, here.length);
    const members = Array.from({ length: 2 + (round % 3) }, (_, i) => here[(first + i) % here.length]?.connections);
    if (round % 4 === 0) members.push(ofNodes[node.index]);
    for (const connections of new Set(members)) {
      if (connections === undefined) continue;
      add(connections, { ...shared, localPort, atMs: atMs + random.whole(0, 40), holdMs: random.whole(400, 1_200) });
    }
  }
};

/** One pod ends its connection, another of the node takes the same source port: half soon, half when every entry of the first is gone. */
export const handOver = (
  recipe: Recipe,
  nodes: readonly NodePlan[],
  pods: readonly PodPlanned[],
  endMs: number,
  random: Random,
): void => {
  for (let round = 0; round < recipe.portHandovers; round++) {
    const node = random.pick(nodes);
    const here = pods.filter(({ spec }) => spec.node.index === node.index);
    const first = random.whole(0, here.length);
    const shared = sharedCall(round, random);
    const gapMs = round % 2 === 0 ? random.whole(...recipe.handoverGapMs) : random.whole(4_500, 6_000);
    let atMs = Math.round(random.between(300, Math.max(400, endMs - 2 * gapMs - 500)));
    for (let turn = 0; turn < 3; turn++, atMs += gapMs) {
      const connections = here[(first + turn) % here.length]?.connections;
      if (connections !== undefined && atMs < endMs)
        add(connections, { ...shared, localPort: HANDOVER_PORTS + round, atMs, holdMs: random.whole(60, 250) });
    }
  }
};

const sharedCall = (
  round: number,
  random: Random,
): {
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly bytesUp: number;
  readonly bytesDown: number;
} => ({
  ...(round % 5 === 4
    ? { ...DESTINATIONS.statsd, protocol: 'udp' }
    : { ...DESTINATIONS[random.pick(['storage', 'payments', 'paymentsV6', 'search'] as const)], protocol: 'tcp' }),
  bytesUp: random.whole(200, 1_500),
  bytesDown: random.whole(200, 4_000),
});

/** A beacon every few seconds, then one large upload; near the end somebody on a node tries the address too. */
export const callSuspicious = (
  culprit: PodPlanned | undefined,
  ofNodes: readonly Connection[][],
  endMs: number,
  random: Random,
): PodSpec | null => {
  if (culprit === undefined) return null;
  const to = { ...DESTINATIONS.suspicious, protocol: 'tcp' } as const;
  for (let at = 1_500; at < endMs * 0.7; at += random.between(1_200, 2_200)) {
    add(culprit.connections, {
      ...to,
      atMs: Math.round(at),
      holdMs: random.whole(60, 300),
      bytesUp: random.whole(180, 420),
      bytesDown: random.whole(80, 240),
    });
  }
  add(culprit.connections, {
    ...to,
    atMs: Math.round(endMs * 0.72),
    holdMs: Math.round(endMs * 0.2),
    bytesUp: 900_000,
    bytesDown: 2_000,
  });
  const other = ofNodes[(culprit.spec.node.index + 1) % ofNodes.length];
  if (other !== undefined)
    add(other, { ...to, atMs: Math.round(endMs * 0.95), holdMs: 150, bytesUp: 80, bytesDown: 500 });
  return culprit.spec;
};

/** Outside clients reach a node whose service forwards them to a pod that is mostly on another one. */
export const knock = (
  recipe: Recipe,
  nodes: readonly NodePlan[],
  endMs: number,
  random: Random,
): readonly Connection[] => {
  const connections: Connection[] = [];
  const clients = OUTSIDE.find(({ name }) => name === 'clients')?.addresses ?? [];
  if (recipe.nodePortPerSecond <= 0) return connections;
  for (let at = random.gapMs(recipe.nodePortPerSecond); at < endMs; at += random.gapMs(recipe.nodePortPerSecond)) {
    add(connections, {
      host: random.pick(nodes).ip,
      port: NODE_PORT,
      localAddress: random.pick(clients),
      atMs: Math.round(at),
      protocol: 'tcp',
      bytesUp: random.whole(100, 900),
      bytesDown: random.whole(500, 12_000),
      holdMs: random.whole(5, 400),
    });
  }
  return connections;
};
