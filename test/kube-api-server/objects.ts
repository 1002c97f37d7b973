import type { ApiObject, Metadata } from './history.ts';

type Unstamped = Omit<ApiObject, 'apiVersion'>;

const iso = (ms: number): string => `${new Date(Math.floor(ms / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;

export interface PodMade {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly createdAt: number;
  readonly hostNetwork?: boolean;
}

/** What the kubelet has told of it so far; times by the node's clock. */
export interface PodTold {
  readonly acceptedAt?: number;
  readonly ip?: string;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** When deletion was asked for, by the API server's clock. */
  readonly deletionAskedAt?: number;
  readonly note?: string;
}

const GRACE_SECONDS = 30;

/** An event about a pod, as the kubelet tells it so many times. */
export const eventObject = (
  name: string,
  about: string,
  count: number,
  firstAt: number,
  lastAt: number,
): Unstamped => ({
  kind: 'Event',
  metadata: { name, namespace: 'shop', uid: `uid-of-${name}`, creationTimestamp: iso(firstAt) },
  involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: about, uid: `uid-${about}` },
  reason: 'Unhealthy',
  message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
  type: 'Warning',
  count,
  firstTimestamp: iso(firstAt),
  lastTimestamp: iso(lastAt),
  eventTime: null,
  source: { component: 'kubelet', host: 'node-0' },
  reportingComponent: 'kubelet',
  reportingInstance: 'node-0',
});

/** A pod as the API shows it, with much that is of no use to unmasq. */
export const podObject = (made: PodMade, told: PodTold = {}): Unstamped => {
  const { uid, namespace, name, node, createdAt, hostNetwork = false } = made;
  const { acceptedAt, ip, startedAt, finishedAt, phase = 'Pending', deletionAskedAt, note = '' } = told;
  const running = startedAt === undefined ? {} : { running: { startedAt: iso(startedAt) } };
  const ended = {
    terminated: { exitCode: 0, reason: 'Completed', startedAt: iso(startedAt ?? 0), finishedAt: iso(finishedAt ?? 0) },
  };
  const waiting = { waiting: { reason: 'ContainerCreating' } };
  const state = finishedAt !== undefined ? ended : startedAt !== undefined ? running : waiting;
  const metadata: Metadata = {
    name,
    generateName: name.slice(0, -5),
    namespace,
    uid,
    creationTimestamp: iso(createdAt),
    labels: { app: name, 'pod-template-hash': '6d4cf56db6' },
    annotations: { 'example.org/note': note, 'example.org/config': 'x'.repeat(200) },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web-6d4cf56db6',
        uid: 'r',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
    ...(deletionAskedAt === undefined
      ? {}
      : { deletionTimestamp: iso(deletionAskedAt + GRACE_SECONDS * 1_000), deletionGracePeriodSeconds: GRACE_SECONDS }),
  };
  return {
    kind: 'Pod',
    metadata,
    spec: {
      nodeName: node,
      ...(hostNetwork ? { hostNetwork: true } : {}),
      serviceAccountName: 'default',
      containers: [
        {
          name: 'main',
          image: 'registry.example.org/shop/web:1.2.3',
          env: Array.from({ length: 12 }, (_, i) => ({ name: `SETTING_${i}`, value: 'y'.repeat(40) })),
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
        },
      ],
    },
    status: {
      phase,
      qosClass: 'Burstable',
      conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: iso(createdAt) }],
      ...(acceptedAt === undefined
        ? {}
        : { startTime: iso(acceptedAt), hostIP: nodeIp(node), hostIPs: [{ ip: nodeIp(node) }] }),
      ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
      containerStatuses: [
        { name: 'main', ready: phase === 'Running', restartCount: 0, state, lastState: {}, image: '', imageID: '' },
      ],
    },
  };
};

export const nodeObject = (name: string, createdAt: number, note = ''): Unstamped => ({
  kind: 'Node',
  metadata: {
    name,
    uid: `node-${name}-${createdAt}`,
    creationTimestamp: iso(createdAt),
    labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/hostname': name },
    annotations: { 'example.org/note': note },
  },
  spec: {
    podCIDR: `10.244.${numberOf(name)}.0/24`,
    podCIDRs: [`10.244.${numberOf(name)}.0/24`],
    providerID: `azure:///${name}`,
  },
  status: {
    addresses: [
      { type: 'InternalIP', address: nodeIp(name) },
      { type: 'Hostname', address: name },
    ],
    nodeInfo: { operatingSystem: 'linux', kubeletVersion: 'v1.34.2' },
    conditions: [
      { type: 'Ready', status: 'True', lastHeartbeatTime: iso(createdAt), lastTransitionTime: iso(createdAt) },
    ],
  },
});

const numberOf = (node: string): number => Number(/\d+$/.exec(node)?.[0] ?? 0);
export const nodeIp = (node: string): string => `10.224.0.${4 + numberOf(node)}`;
