import type { Workload } from '../../core/facts.ts';

/** The alphabet in which Kubernetes writes a pod-template hash: k8s.io/apimachinery/pkg/util/rand, `SafeEncodeString`. */
const HASH_SUFFIX = /-[bcdfghjklmnpqrstvwxz2456789]{8,10}$/;

/** The minute for which a CronJob made its Job, since the epoch: pkg/controller/cronjob/utils.go, `getJobName`. */
const SCHEDULE_SUFFIX = /-\d{8,}$/;

/** The argoproj Rollout controller labels its pods in the same way: https://argo-rollouts.readthedocs.io */
const HASH_LABELS = [
  ['pod-template-hash', 'Deployment'],
  ['rollouts-pod-template-hash', 'Rollout'],
] as const;

export interface Owner {
  readonly kind: string;
  readonly name: string;
}

export interface OwnedPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The workload that a person would name: a Deployment rather than the ReplicaSet that a pod knows. null: nobody owns the pod. */
export const workloadOf = (pod: OwnedPod, owner: Owner | null): Workload => {
  const { namespace } = pod;
  if (owner === null) return { kind: 'Pod', namespace, name: pod.name };
  switch (owner.kind) {
    case 'ReplicaSet':
      return { namespace, ...aboveReplicaSet(owner, pod.labels) };
    case 'Job':
      return SCHEDULE_SUFFIX.test(owner.name)
        ? { kind: 'CronJob', namespace, name: owner.name.replace(SCHEDULE_SUFFIX, '') }
        : { kind: 'Job', namespace, name: owner.name };
    case 'Node':
      // A mirror pod: the kubelet appends the node's name to the name in the manifest.
      return {
        kind: 'StaticPod',
        namespace,
        name: withoutSuffix(pod.name, `-${owner.name === '' ? pod.node : owner.name}`),
      };
    default:
      return { kind: owner.kind, namespace, name: owner.name };
  }
};

const aboveReplicaSet = (replicaSet: Owner, labels: Readonly<Record<string, string>>): Owner => {
  for (const [label, kind] of HASH_LABELS) {
    const hash = Object.hasOwn(labels, label) ? labels[label] : undefined;
    if (hash === undefined || hash === '') continue;
    return replicaSet.name.endsWith(`-${hash}`)
      ? { kind, name: withoutSuffix(replicaSet.name, `-${hash}`) }
      : { kind: 'ReplicaSet', name: replicaSet.name };
  }
  return HASH_SUFFIX.test(replicaSet.name)
    ? { kind: 'Deployment', name: replicaSet.name.replace(HASH_SUFFIX, '') }
    : { kind: 'ReplicaSet', name: replicaSet.name };
};

const withoutSuffix = (text: string, suffix: string): string =>
  suffix.length > 1 && suffix.length < text.length && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
