import type { NodeSpec } from '../simulator/kube/node-spec.ts';
import type { PodSpec } from '../simulator/kube/known.ts';
import type { Connection } from './plan.ts';
import { type PodPlanned, podPlanner } from './planned-pods.ts';
import type { Random } from '../simulator/random.ts';
import type { Recipe } from './recipes.ts';
import { DESTINATIONS, DNS_SERVICE_IP, type NodePlan, podAddresses } from './topology.ts';
import { callSuspicious, collide, handOver, knock, trafficOf } from './traffic.ts';
import { EXPORTER_PORT, JOB_CALLS, NODE_CALLS, type Target, WORKLOADS } from './workloads.ts';

export interface Scenario {
  readonly pods: readonly PodPlanned[];
  /** By node index: processes of the node itself. */
  readonly nodeConnections: readonly Connection[][];
  /** Outside clients of the NodePort. */
  readonly clientConnections: readonly Connection[];
  readonly dnsPods: readonly string[];
  readonly webPods: readonly string[];
  /** Who called the suspicious address on purpose; null in runs without it. */
  readonly suspiciousPod: PodSpec | null;
}

/** No connection begins in the last moment of a run: it could reach no server any more. */
const QUIET_END_MS = 1_000;

export const planScenario = (recipe: Recipe, nodes: readonly NodePlan[], seconds: number, random: Random): Scenario => {
  const endMs = seconds * 1_000 - QUIET_END_MS;
  const build = podPlanner(recipe, nodes, endMs, random);
  const standing = WORKLOADS.flatMap((workload, i) => build.standing(workload, i));
  const named = (name: string): readonly PodPlanned[] => standing.filter(({ spec }) => spec.labels['app'] === name);
  const address = (pod: PodPlanned, family: 0 | 1): string => podAddresses(pod.spec.node, pod.host ?? 0)[family];
  const dnsPods = named('coredns').map((pod) => address(pod, 0));
  const webPods = named('web').map((pod) => address(pod, 0));
  const webPodsV6 = named('web').map((pod) => address(pod, 1));
  const locate = (target: Target, from: NodeSpec): { readonly host: string; readonly port: number } => {
    if (target === 'web') return { host: random.pick(webPods), port: 8_080 };
    if (target === 'webV6') return { host: random.pick(webPodsV6), port: 8_080 };
    if (target === 'dnsService') return { host: DNS_SERVICE_IP, port: 53 };
    if (target === 'dnsPod') return { host: random.pick(dnsPods), port: 53 };
    if (target === 'exporter')
      return { host: random.pick(nodes.filter(({ index }) => index !== from.index)).ip, port: EXPORTER_PORT };
    return DESTINATIONS[target];
  };
  const traffic = trafficOf(recipe, random, locate);

  const rollouts = recipe.rollouts.flatMap((name, i) => build.rollout(named(name), 3_000 + i * 2_500));
  const pods = [
    ...standing.map((pod) => rollouts.find(({ old }) => old === pod)?.replaced ?? pod),
    ...rollouts.map(({ fresh }) => fresh),
    ...build.jobs(),
  ];
  for (const pod of pods) {
    const workload = WORKLOADS.find(({ name }) => name === pod.spec.labels['app']);
    const until =
      pod.end.kind === 'deleted'
        ? pod.end.atMs - (pod.startMs ?? 0)
        : pod.end.kind === 'completes'
          ? pod.end.afterMs
          : endMs - (pod.startMs ?? 0);
    const factor = pod.spec.hostNetwork ? recipe.traffic * recipe.host : recipe.traffic;
    traffic.add(
      pod.connections,
      pod.spec.node,
      workload?.calls ?? JOB_CALLS,
      until,
      workload === undefined ? 1 : factor,
    );
  }
  const nodeConnections = nodes.map((node) => {
    const connections: Connection[] = [];
    traffic.add(connections, node, NODE_CALLS, endMs, recipe.traffic * recipe.host);
    return connections;
  });

  const steady = pods.filter(
    ({ spec, startMs, end, hasProcess }) => startMs === null && end.kind === 'runs' && hasProcess && !spec.hostNetwork,
  );
  collide(recipe.collisions, nodes, steady, nodeConnections, endMs, random);
  handOver(recipe, nodes, steady, endMs, random);
  const suspiciousPod = recipe.suspicious ? callSuspicious(named('checkout')[1], nodeConnections, endMs, random) : null;
  return {
    pods,
    nodeConnections,
    clientConnections: knock(recipe, nodes, endMs, random),
    dnsPods,
    webPods,
    suspiciousPod,
  };
};
