import { expect, test } from 'vitest';
import { type Owner, workloadOf } from './workload.ts';

test.each<[string, Owner | null, Record<string, string>, string, string]>([
  ['a pod that nobody owns', null, {}, 'Pod', 'pod'],
  [
    'a Deployment, by the hash label',
    { kind: 'ReplicaSet', name: 'web-1-abc' },
    { 'pod-template-hash': 'abc' },
    'Deployment',
    'web-1',
  ],
  ['a Deployment, by the look of the hash', { kind: 'ReplicaSet', name: 'web-6d4cf56db6' }, {}, 'Deployment', 'web'],
  ['a ReplicaSet of its own', { kind: 'ReplicaSet', name: 'frontend' }, {}, 'ReplicaSet', 'frontend'],
  [
    'a ReplicaSet whose last word has a vowel',
    { kind: 'ReplicaSet', name: 'web-frontends' },
    {},
    'ReplicaSet',
    'web-frontends',
  ],
  [
    'a ReplicaSet of its own, labelled with a foreign hash',
    { kind: 'ReplicaSet', name: 'web-6d4cf56db6' },
    { 'pod-template-hash': 'zz' },
    'ReplicaSet',
    'web-6d4cf56db6',
  ],
  [
    'a Rollout',
    { kind: 'ReplicaSet', name: 'web-6d4cf56db6' },
    { 'rollouts-pod-template-hash': '6d4cf56db6' },
    'Rollout',
    'web',
  ],
  ['a CronJob', { kind: 'Job', name: 'report-29396344' }, {}, 'CronJob', 'report'],
  ['a Job with a short number', { kind: 'Job', name: 'migrate-2026' }, {}, 'Job', 'migrate-2026'],
  ['a StatefulSet', { kind: 'StatefulSet', name: 'db' }, {}, 'StatefulSet', 'db'],
  ['a DaemonSet', { kind: 'DaemonSet', name: 'agent' }, {}, 'DaemonSet', 'agent'],
  ['an owner of a kind unknown to us', { kind: 'Kafka', name: 'bus' }, {}, 'Kafka', 'bus'],
])('%s', (_, owner, labels, kind, name) => {
  const pod = { namespace: 'shop', name: 'pod', node: 'n', labels };
  expect(workloadOf(pod, owner)).toEqual({ kind, namespace: 'shop', name });
});

test('a static pod loses the name of its node', () => {
  const pod = { namespace: 'kube-system', name: 'kube-proxy-aks-0', node: 'aks-0', labels: {} };
  expect(workloadOf(pod, { kind: 'Node', name: 'aks-0' })).toEqual({
    kind: 'StaticPod',
    namespace: 'kube-system',
    name: 'kube-proxy',
  });
});
