import { expect, test } from 'vitest';
import { nodeSeen } from '../../formats/kube/node-seen.ts';
import { ObjectReader } from '../../formats/kube/object-reader.ts';
import { podSeen } from '../../formats/kube/pod-seen.ts';
import { keptOf } from './kept.ts';

const TIME = '2026-11-22T03:00:00Z';
const state = {
  running: { startedAt: TIME, extra: 1 },
  terminated: { startedAt: TIME, finishedAt: TIME, exitCode: 0 },
  waiting: { reason: 'CrashLoopBackOff' },
};
/** Every member that an object can tell something by, and some that tell nothing. */
const pod = {
  kind: 'Pod',
  metadata: {
    uid: 'u',
    name: 'web-6d4cf56db6-x',
    namespace: 'shop',
    creationTimestamp: TIME,
    deletionTimestamp: TIME,
    deletionGracePeriodSeconds: 30,
    labels: { 'pod-template-hash': '6d4cf56db6', 'rollouts-pod-template-hash': '6d4cf56db6', app: 'web' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-6d4cf56db6', controller: true, uid: 'r' }],
    managedFields: [{ manager: 'kubelet', time: TIME }],
  },
  spec: { nodeName: 'n', hostNetwork: true, containers: [{ name: 'c', env: [{ name: 'A', value: 'b' }] }] },
  status: {
    phase: 'Succeeded',
    startTime: TIME,
    podIP: '10.244.0.7',
    podIPs: [{ ip: '10.244.0.7' }, { ip: 'fd00::7' }],
    hostIP: '10.224.0.4',
    hostIPs: [{ ip: '10.224.0.4' }],
    containerStatuses: [{ name: 'c', state: { terminated: state.terminated }, lastState: state }],
    initContainerStatuses: [{ name: 'i', state: { terminated: state.terminated } }],
    ephemeralContainerStatuses: [{ name: 'e', state: { running: {} } }],
  },
};
const node = {
  metadata: { uid: 'u', name: 'n', creationTimestamp: TIME, labels: { 'kubernetes.io/os': 'linux', __proto__: 'x' } },
  spec: { podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'], taints: [] },
  status: {
    addresses: [{ type: 'InternalIP', address: '10.224.0.4' }],
    nodeInfo: { operatingSystem: 'linux', kernelVersion: '6.8' },
    images: [{ names: ['a'] }],
  },
};

/** The object with one of its members left out, for each member at any depth. */
const variants = (value: unknown): unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const rebuilt = (some: [string, unknown][]): unknown =>
    Array.isArray(value) ? some.map(([, inner]) => inner) : Object.fromEntries(some);
  return entries.flatMap(([key, inner], i) => [
    rebuilt(entries.toSpliced(i, 1)),
    ...variants(inner).map((other) => rebuilt(entries.toSpliced(i, 1, [key, other]))),
  ]);
};

test('what is kept of a pod says what the pod says, whatever it has or has not', () => {
  const seen = (object: object): unknown => podSeen(object as never, 'modified', new ObjectReader(''));
  const all = [pod, ...variants(pod)] as object[];
  expect(all.length).toBeGreaterThan(70);
  for (const one of all) expect(seen(keptOf('pods', one as never))).toEqual(seen(one));
  expect(JSON.stringify(keptOf('pods', pod))).not.toMatch(/managedFields|env|exitCode|app/);
});

test('what is kept of a node says what the node says', () => {
  const seen = (object: object): unknown => nodeSeen(object as never, 'modified', new ObjectReader(''));
  for (const one of [node, ...variants(node)] as object[])
    expect(seen(keptOf('nodes', one as never))).toEqual(seen(one));
});
