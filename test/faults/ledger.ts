import { HOUR, MINUTE } from '../../src/base/instant.ts';

/**
 * What happened in a made-up cluster, and the bytes by which its sources tell of it. Every connection is another, by its ports, its time and
 * its bytes: one that is lost, told twice or told wrongly cannot hide behind the others. Written by hand in the sources' formats: nothing of
 * unmasq takes part.
 */

export interface Connection {
  readonly at: number;
  readonly nodeIp: string;
  readonly snatPort: number;
  readonly destIp: string;
  readonly podUid: string;
  readonly podIp: string;
  readonly podPort: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

/** Something that a source sends. */
export interface Sent {
  readonly name: string;
  /** The node that tells it; empty: none. */
  readonly node: string;
  readonly text: string;
  /** Rows that a reader finds in it. */
  readonly rows: number;
}

export interface Step {
  readonly sent: readonly Sent[];
  readonly connections: readonly Connection[];
}

/** When the first connection begins, and how long after each the next. */
export interface Pace {
  readonly start: number;
  readonly apartMs: number;
}

/** Long ago for whoever reads it. */
const PAST: Pace = { start: Date.UTC(2026, 10, 22, 3), apartMs: 7 };
const NODES = 3;
const PODS_PER_NODE = 4;
const LASTS_MS = 400;
const PORTS = 50_000;

const nodeName = (node: number): string => `aks-nodepool1-00000000-vmss00000${node}`;
const nodeIp = (node: number): string => `10.224.0.${4 + node}`;
const podIp = (node: number, pod: number): string => `10.244.${node}.${10 + pod}`;
const podUid = (node: number, pod: number): string => `00000000-0000-4000-8000-0000000${node}00${pod}0`;
const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** No tuple comes twice among the first 36 million. */
const connectionAt = (i: number, { start, apartMs }: Pace): Connection => {
  const [node, pod] = [i % NODES, Math.floor(i / NODES) % PODS_PER_NODE];
  const round = Math.floor(i / (NODES * PORTS));
  return {
    at: start + Math.floor(i * apartMs),
    nodeIp: nodeIp(node),
    snatPort: 2_000 + (Math.floor(i / NODES) % PORTS),
    destIp: `203.0.113.${1 + ((i + round) % 40) + 40 * (Math.floor(round / 40) % 6)}`,
    podUid: podUid(node, pod),
    podIp: podIp(node, pod),
    podPort: 30_000 + (i % 20_011),
    bytesOut: 10_000 + i,
    bytesIn: 1_000_000 + i,
  };
};

/** Connections from `first` on, as the flow log of each node's card and conntrack of each node tell of them. */
export const step = (number: number, first: number, count: number, pace = PAST): Step => {
  const { start } = pace;
  const connections = Array.from({ length: count }, (_, i) => connectionAt(first + i, pace));
  const of = (node: number): readonly Connection[] => connections.filter((one) => one.nodeIp === nodeIp(node));
  const nodes = Array.from({ length: NODES }, (_, node) => node);
  const records = nodes.map((node) => recordOf(node, start + number * 60_000, of(node))).join(',');
  return {
    connections,
    sent: [
      { name: `step-${number}/PT1H.json`, node: '', text: `{"records":[${records}]}`, rows: 2 * count },
      ...nodes.map((node) => ({
        name: `conntrack/${nodeName(node)}/${start}/${number}.txt`,
        node: nodeName(node),
        text: of(node)
          .flatMap((one) => linesOf(one, start))
          .join(''),
        rows: 2 * of(node).length,
      })),
    ],
  };
};

const recordOf = (node: number, told: number, connections: readonly Connection[]): string => {
  const tuples = connections.flatMap(({ at, snatPort, destIp, bytesOut, bytesIn }) => {
    const tuple = `${nodeIp(node)},${destIp},${snatPort},443,6,O`;
    return [`"${at},${tuple},B,NX,0,0,0,0"`, `"${at + LASTS_MS},${tuple},E,NX,5,${bytesOut},4,${bytesIn}"`];
  });
  return (
    `{"time":"${iso(told)}","flowLogVersion":4,"flowLogGUID":"00000000-0000-4000-8000-000000000f10",` +
    `"macAddress":"0022485C104${node}","category":"FlowLogFlowEvent",` +
    '"flowLogResourceID":"/SUBSCRIPTIONS/00000000-0000-4000-8000-00000000A11B/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/NW/FLOWLOGS/FL",' +
    '"targetResourceID":"/subscriptions/00000000-0000-4000-8000-00000000a11b/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet",' +
    `"operationName":"FlowLogFlowEvent","flowRecords":{"flows":[{"aclID":"00000000-0000-4000-8000-000000000ac1","flowGroups":[{"rule":"DefaultRule_AllowInternetOutBound","flowTuples":[${tuples.join(',')}]}]}]}}`
  );
};

const linesOf = (one: Connection, start: number): readonly string[] => {
  const origin = `src=${one.podIp} dst=${one.destIp} sport=${one.podPort} dport=443`;
  const reply = `src=${one.destIp} dst=${one.nodeIp} sport=443 dport=${one.snatPort}`;
  const id = `id=${(one.at - start) % 4_000_000_000}`;
  const stamp = (ms: number): string => `[${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, '0')}000]`;
  return [
    `${stamp(one.at)}\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT ${origin} [UNREPLIED] ${reply} ${id}\n`,
    `${stamp(one.at + LASTS_MS)}\t[DESTROY] ipv4     2 tcp      6 ${origin} packets=5 bytes=${one.bytesOut} ${reply} packets=4 bytes=${one.bytesIn} [ASSURED] ${id}\n`,
  ];
};

/** Pods and nodes are there before everything and stay: lists from before and after say so. */
export const inventory = ({ start } = PAST): readonly Sent[] =>
  [start - MINUTE, start + HOUR].map((at) => listAt(at, start - HOUR));

const listAt = (at: number, created: number): Sent => {
  const items: unknown[] = [];
  for (let node = 0; node < NODES; node++) {
    items.push({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: nodeName(node), uid: `node-${node}`, creationTimestamp: iso(created) },
      spec: { podCIDR: `10.244.${node}.0/24` },
      status: { addresses: [{ type: 'InternalIP', address: nodeIp(node) }] },
    });
    for (let pod = 0; pod < PODS_PER_NODE; pod++)
      items.push({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `web-${node}-${pod}`,
          namespace: 'shop',
          uid: podUid(node, pod),
          creationTimestamp: iso(created),
        },
        spec: { nodeName: nodeName(node), containers: [] },
        status: {
          phase: 'Running',
          hostIP: nodeIp(node),
          podIP: podIp(node, pod),
          podIPs: [{ ip: podIp(node, pod) }],
          startTime: iso(created),
          containerStatuses: [{ name: 'main', state: { running: { startedAt: iso(created) } } }],
        },
      });
  }
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items });
  return {
    name: `pods-and-nodes-${iso(at).replaceAll(':', '-')}.json`,
    node: '',
    text,
    rows: items.length,
  };
};
