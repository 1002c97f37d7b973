import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { run, runInside } from './children.ts';
import { FORWARDING, nodeRules, trackingSettings } from './node-rules.ts';
import type { NodeSpec } from '../simulator/kube/node-spec.ts';
import { DESTINATIONS, type NodePlan, OUTSIDE, type Outside } from './topology.ts';

/** What a host calls its way out. Its hardware address is entered by hand, so no address is needed at the other end. */
interface Gateway {
  readonly ip: string;
  readonly ipv6: string;
  readonly mac: string;
}
/** Azure's fabric answers every ARP with this hardware address. */
const FABRIC_GATEWAY: Gateway = { ip: '10.224.0.1', ipv6: 'fe80::1234:5678:9abc', mac: '12:34:56:78:9a:bc' };
/** As Azure CNI gives it to pods. Were it an address of the node, the node would masquerade forwarded packets to it. */
const NODE_GATEWAY: Gateway = { ip: '169.254.1.1', ipv6: 'fe80::1234:5678:9abc', mac: 'aa:aa:aa:aa:aa:aa' };

/** Namespaces of one run; every name begins with a prefix that no other run has. */
export interface Network {
  readonly fabric: string;
  node(index: number): string;
  pod(index: number): string;
  outside(index: number): string;
  /** Name, in the fabric, of the link to a node: there the platform's flow log looks. */
  uplink(index: number): string;
  /** Gives the pod's namespace its addresses and the node its routes to them. */
  attachPod(index: number, node: NodeSpec, addresses: readonly string[]): Promise<void>;
  /** The sandbox goes: the link and with it the routes. */
  detachPod(index: number, node: NodeSpec): Promise<void>;
  close(): Promise<void>;
}

export interface NetworkPlan {
  readonly nodes: readonly NodePlan[];
  /** Node index of each pod that needs a namespace, by pod index; null for a pod that uses the node's. */
  readonly pods: readonly (number | null)[];
  readonly timeWaitSeconds: number | null;
  /** Who is outside, by index; otherwise those of `topology.ts`. */
  readonly outside?: readonly Pick<Outside, 'addresses'>[];
  /** Addresses that no host has; otherwise that of `topology.ts`. */
  readonly dead?: readonly string[];
}

const NAME = /^um(\d+)-/;

export const createNetwork = async (plan: NetworkPlan): Promise<Network> => {
  await sweep();
  const prefix = `um${process.pid}-`;
  const fabric = `${prefix}fabric`;
  const node = (index: number): string => `${prefix}node${index}`;
  const pod = (index: number): string => `${prefix}pod${index}`;
  const outside = (index: number): string => `${prefix}out${index}`;
  const { outside: places = OUTSIDE, dead = [DESTINATIONS.dead.host] } = plan;
  const podsWithNetwork = plan.pods.flatMap((on, index) => (on === null ? [] : [{ index, on }]));
  const names = [
    fabric,
    ...plan.nodes.map(({ index }) => node(index)),
    ...places.map((_, index) => outside(index)),
    ...podsWithNetwork.map(({ index }) => pod(index)),
  ];
  const closeNow = (): void => void spawnSync('ip', ['-force', '-batch', '-'], { input: deletions(names) });
  process.on('exit', closeNow);
  const close = async (): Promise<void> => {
    await run('ip', ['-force', '-batch', '-'], deletions(names)).catch(() => undefined);
    process.off('exit', closeNow);
  };
  try {
    await run(
      'ip',
      ['-batch', '-'],
      [
        ...names.map((name) => `netns add ${name}`),
        ...plan.nodes.map(({ index }) => link(`n${index}`, fabric, node(index))),
        ...places.map((_, index) => link(`o${index}`, fabric, outside(index))),
        ...podsWithNetwork.map(({ index, on }) => link(`p${index}`, node(on), pod(index))),
      ].join('\n'),
    );
    await openFabric(fabric, plan.nodes, places, dead);
    await Promise.all(
      places.map((place, index) => endpoint(outside(index), place.addresses.map(host), FABRIC_GATEWAY)),
    );
    // Links of pods to come are up from the start: IPv6 notices a new one only after up to a second.
    for (const { index } of podsWithNetwork) await endpoint(pod(index), [], NODE_GATEWAY);
    for (const each of plan.nodes) {
      await openNode(
        node(each.index),
        each,
        podsWithNetwork.filter(({ on }) => on === each.index).map(({ index }) => index),
        plan.timeWaitSeconds,
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    fabric,
    node,
    pod,
    outside,
    close,
    uplink: (index) => `n${index}`,
    attachPod: async (index, on, addresses) => {
      await batch(pod(index), addresses.map(give));
      await batch(
        node(on.index),
        addresses.map((address) => `route replace ${host(address)} dev p${index}`),
      );
    },
    detachPod: (index, on) => batch(node(on.index), [`link del p${index}`]),
  };
};

/** Removes what a killed recorder left behind. A namespace whose process lives belongs to another run and stays. */
const sweep = async (): Promise<void> => {
  const stale = namespaces().filter((name) => {
    const pid = Number(NAME.exec(name)?.[1] ?? 0);
    return pid > 0 && !isAlive(pid);
  });
  if (stale.length > 0) await run('ip', ['-force', '-batch', '-'], deletions(stale)).catch(() => undefined);
};

const namespaces = (): readonly string[] => {
  try {
    return readdirSync('/run/netns');
  } catch {
    return [];
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const deletions = (names: readonly string[]): string => names.map((name) => `netns del ${name}\n`).join('');
const link = (name: string, here: string, there: string): string =>
  `link add dev ${name} netns ${here} type veth peer name eth0 netns ${there}`;
const host = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;
const give = (address: string): string =>
  `addr add ${address} dev eth0 noprefixroute ${address.includes(':') ? 'nodad' : ''}`;
const batch = async (namespace: string, commands: readonly string[]): Promise<void> => {
  await run('ip', ['-n', namespace, '-batch', '-'], commands.join('\n'));
};

/** Duplicate address detection would keep every new IPv6 address from use for a second. */
export const setSysctls = async (
  namespace: string,
  settings: Readonly<Record<string, number | string>>,
): Promise<void> => {
  const all = { 'ipv6/conf/default/accept_dad': 0, 'ipv6/conf/default/accept_ra': 0, ...settings };
  const writes = Object.entries(all).map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`);
  await runInside(namespace, 'sh', ['-ec', writes.join('\n')]);
};

/** The end of a link that has addresses and sends everything to the gateway. Routes are per host: nothing is on a shared link. */
const endpoint = (namespace: string, addresses: readonly string[], to: Gateway, mac?: string): Promise<void> =>
  batch(namespace, [
    'link set lo up',
    `link set eth0 addrgenmode none ${mac === undefined ? '' : `address ${mac}`} up`,
    ...addresses.map(give),
    ...[to.ip, to.ipv6].flatMap((gateway) => [
      `route add ${gateway} dev eth0`,
      `neigh add ${gateway} lladdr ${to.mac} dev eth0 nud permanent`,
      `route add default via ${gateway} dev eth0`,
    ]),
  ]);

/** The other end: it has the gateway's hardware address, and its own link-local one for neighbour discovery. */
const gateway = (name: string, { mac }: Gateway): readonly string[] => [`link set ${name} address ${mac} up`];

const openFabric = async (
  fabric: string,
  nodes: readonly NodePlan[],
  outside: readonly Pick<Outside, 'addresses'>[],
  dead: readonly string[],
): Promise<void> => {
  await setSysctls(fabric, FORWARDING);
  await batch(fabric, [
    'link set lo up',
    ...nodes.flatMap(({ index, ip, ipv6, podCidr, podCidrV6 }) => [
      ...gateway(`n${index}`, FABRIC_GATEWAY),
      `route add ${ip} dev n${index}`,
      `route add ${ipv6} dev n${index}`,
      // The platform routes each node's pod range to the node: overlay traffic between pods is not encapsulated.
      `route add ${podCidr} via ${ip} dev n${index} onlink`,
      `route add ${podCidrV6} via ${ipv6} dev n${index} onlink`,
    ]),
    ...outside.flatMap(({ addresses }, index) => [
      ...gateway(`o${index}`, FABRIC_GATEWAY),
      ...addresses.map((address) => `route add ${host(address)} dev o${index}`),
    ]),
    ...dead.map((address) => `route add blackhole ${address}`),
  ]);
};

const openNode = async (
  namespace: string,
  node: NodePlan,
  pods: readonly number[],
  timeWaitSeconds: number | null,
): Promise<void> => {
  await setSysctls(namespace, { ...FORWARDING, ...trackingSettings(timeWaitSeconds) });
  await endpoint(namespace, [`${node.ip}/16`, `${node.ipv6}/64`], FABRIC_GATEWAY, node.mac);
  await batch(
    namespace,
    pods.flatMap((index) => gateway(`p${index}`, NODE_GATEWAY)),
  );
  await runInside(namespace, 'nft', ['-f', '-'], nodeRules(node));
};
