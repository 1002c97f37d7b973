/** Something runs out: ports of a translation, entries of a table, ports of a pod. Held connections eat it up. */
import { nodeRules } from '../node-rules.ts';
import { addCalls, type PodDrawn } from './cluster.ts';
import {
  calls,
  type Cause,
  type CausePlan,
  type Draft,
  type DrawCause,
  type Egress,
  pickHabit,
  podsOf,
  span,
} from './causes.ts';
import type { Destination } from './destinations.ts';

const MOST_HELD_MS = 60_000;

/** Connections that are opened and kept: the leak that eats what there is. Together the pods open `perSecond`. */
const leak = (draft: Draft, pods: readonly PodDrawn[], to: Destination, perSecond: number): void => {
  const { random, fromMs, untilMs, endMs } = draft;
  for (const pod of pods)
    addCalls(random, pod, to, {
      perSecond: perSecond / pods.length,
      fromMs,
      untilMs: untilMs ?? endMs,
      path: `/v1/stream?hold=${untilMs === null ? MOST_HELD_MS : untilMs - fromMs}`,
    });
};

export const nodePortExhaustion: DrawCause = (draft) => {
  const { random, cluster } = draft;
  const { workload, to } = pickHabit(draft, ({ program }) => program !== 'curl');
  const pods = podsOf(draft, workload);
  const node = random.pick(pods.map(({ spec }) => spec.node));
  const ports = random.whole(48, 97);
  const low = random.whole(1_024, 60_000);
  const perSecond = random.between(18, 40);
  leak(
    draft,
    pods.filter(({ spec }) => spec.node.index === node.index),
    to,
    perSecond,
  );
  return {
    ...span(draft),
    cause: 'node-port-exhaustion',
    destination: to,
    workload,
    node: node.name,
    parameters: { ports, perSecond },
    steps: [
      {
        atMs: null,
        act: async ({ nft }) => {
          for (const each of cluster.nodes)
            await nft(
              { node: each.index },
              `flush chain inet aks postrouting\n${nodeRules(each, [low, low + ports - 1])}`,
            );
        },
      },
    ],
    hits: (pod, call) => pod.spec.node.index === node.index && calls(to)(pod, call),
  };
};

const behindNodes =
  (cause: Cause, kind: Egress['kind']): DrawCause =>
  (draft): CausePlan => {
    const { random, egress } = draft;
    const { workload, to } = pickHabit(draft, ({ program }) => program !== 'curl');
    const pods = podsOf(draft, workload);
    egress.kind = kind;
    egress.ports = 8 * random.whole(7, 13);
    const perSecond = random.between(18, 40);
    leak(draft, pods, to, perSecond * (kind === 'load-balancer' ? draft.cluster.nodes.length : 1));
    return {
      ...span(draft),
      cause,
      destination: to,
      workload,
      node: null,
      parameters: { ports: egress.ports, perSecond },
      steps: [],
      // Of a load balancer documents say how many it allocated, and flows how many are held.
      ...(kind === 'load-balancer' ? {} : { toldBy: 'metrics' }),
      hits: calls(to),
    };
  };

export const lbSnatExhaustion = behindNodes('lb-snat-exhaustion', 'load-balancer');
export const natGatewayDrops = behindNodes('nat-gateway-drops', 'nat-gateway');
export const firewallSnat = behindNodes('firewall-snat', 'firewall');

/** The kernel's limit is one for all namespaces and is not touched: the table of one node is filled up to it, but for some entries. */
export const conntrackFull: DrawCause = (draft) => {
  const { random, cluster } = draft;
  const { workload, to } = pickHabit(draft, ({ program }) => program !== 'curl');
  const pods = podsOf(draft, workload);
  const node = random.pick(pods.map(({ spec }) => spec.node));
  // What the node holds anyway, and some of what is to come.
  const room = Math.round(random.whole(1_300, 1_900) / cluster.nodes.length) + 300;
  const perSecond = random.between(60, 100);
  const here = pods.filter(({ spec }) => spec.node.index === node.index);
  leak(draft, here, to, perSecond);
  return {
    ...span(draft),
    cause: 'conntrack-full',
    destination: null,
    workload,
    node: node.name,
    parameters: { room, perSecond },
    steps: [{ atMs: null, act: ({ fillTable }) => fillTable(node.index, room) }],
    hits: (pod) => pod.spec.node.index === node.index,
  };
};

export const podPortExhaustion: DrawCause = (draft) => {
  const { random } = draft;
  const { workload, to } = pickHabit(draft, ({ program }) => program !== 'curl');
  const pods = podsOf(draft, workload);
  const hit = random.next() < 0.5 ? pods : pods.slice(0, 1);
  const ports = random.whole(24, 60);
  const perSecond = hit.length * random.between(8, 20);
  leak(draft, hit, to, perSecond);
  const low = random.whole(32_768, 60_000);
  return {
    ...span(draft),
    cause: 'pod-port-exhaustion',
    destination: to,
    workload,
    node: null,
    parameters: { ports, perSecond, pods: hit.length },
    steps: [
      {
        atMs: null,
        act: async ({ set }) => {
          for (const pod of hit) await set({ pod }, { 'ipv4/ip_local_port_range': `${low} ${low + ports - 1}` });
        },
      },
    ],
    toldBy: 'applications',
    hits: (pod, call) => hit.includes(pod) && calls(to)(pod, call),
  };
};
