import type { PodLived } from '../../simulator/kube/known.ts';
import { seconds } from '../../simulator/kube/objects.ts';
import { listText } from '../../simulator/kube/render.ts';
import type { Random } from '../../simulator/random.ts';
import type { NodePlan } from '../topology.ts';
import type { Recorded } from './record.ts';

interface Told {
  readonly at: number;
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Warning';
  readonly by?: 'default-scheduler';
}

const READINESS =
  'Readiness probe failed: Get "http://$IP:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
const UNHEALTHY_SHARE = 0.3;

/** `kubectl get events -A -o json`: what the scheduler and kubelets told of pods that came and went, and a probe that failed now and then. */
export const kubeEvents = ({ incident, lives, zero, endAt }: Recorded): Iterable<string> => {
  const { random, causes, cluster } = incident;
  const ofPods = lives.flatMap((lived) => eventsOf(lived, zero).map((told) => ({ lived, told })));
  const sick = random.pick(lives);
  const probe =
    random.next() < UNHEALTHY_SHARE
      ? [
          {
            lived: sick,
            told: {
              at: random.between(zero, endAt),
              reason: 'Unhealthy',
              message: READINESS.replace('$IP', sick.ips[0] ?? ''),
              type: 'Warning' as const,
            },
          },
        ]
      : [];
  const drained = causes.flatMap(({ cause, node, fromMs }) =>
    cause === 'terminating' && node !== null
      ? [{ at: zero + fromMs, node: cluster.nodes.find(({ name }) => name === node) }]
      : [],
  );
  return listText(
    [...ofPods, ...probe]
      .sort((a, b) => a.told.at - b.told.at)
      .map(({ lived, told }) => podEvent(random, lived, told))
      .concat(drained.flatMap(({ at, node }) => (node === undefined ? [] : [nodeEvent(random, node, at)]))),
  );
};

const eventsOf = (
  { spec, createdAt, scheduledAt, acceptedAt, startedAt, deletionAskedAt }: PodLived,
  zero: number,
): readonly Told[] => {
  const container = spec.containers[0]?.name ?? '';
  // The API server keeps events for an hour.
  const born: readonly Told[] =
    createdAt < zero - 3_600_000
      ? []
      : [
          {
            at: scheduledAt,
            by: 'default-scheduler',
            reason: 'Scheduled',
            message: `Successfully assigned ${spec.namespace}/${spec.name} to ${spec.node.name}`,
          },
          {
            at: acceptedAt,
            reason: 'Pulled',
            message: `Container image "${spec.containers[0]?.image}" already present on machine`,
          },
          { at: acceptedAt, reason: 'Created', message: `Created container: ${container}` },
          { at: startedAt, reason: 'Started', message: `Started container ${container}` },
        ];
  return deletionAskedAt === null
    ? born
    : [...born, { at: deletionAskedAt, reason: 'Killing', message: `Stopping container ${container}` }];
};

const podEvent = (random: Random, { spec }: PodLived, told: Told): object => ({
  ...eventOf(random, spec.namespace, spec.name, told),
  involvedObject: {
    apiVersion: 'v1',
    kind: 'Pod',
    name: spec.name,
    namespace: spec.namespace,
    uid: spec.uid,
    ...(told.by === undefined ? { fieldPath: `spec.containers{${spec.containers[0]?.name}}` } : {}),
  },
  ...(told.by === undefined
    ? {
        source: { component: 'kubelet', host: spec.node.name },
        reportingComponent: 'kubelet',
        reportingInstance: spec.node.name,
      }
    : { source: { component: told.by }, reportingComponent: told.by, reportingInstance: '' }),
});

const nodeEvent = (random: Random, { name, uid }: NodePlan, at: number): object => ({
  ...eventOf(random, 'default', name, {
    at,
    reason: 'NodeNotSchedulable',
    message: `Node ${name} status is now: NodeNotSchedulable`,
  }),
  involvedObject: { kind: 'Node', name, uid },
  source: { component: 'kubelet', host: name },
  reportingComponent: 'kubelet',
  reportingInstance: name,
});

const eventOf = (random: Random, namespace: string, name: string, { at, reason, message, type }: Told): object => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: {
    name: `${name}.${random.hex(16)}`,
    namespace,
    uid: random.uuid(),
    creationTimestamp: seconds(at),
    resourceVersion: String(random.whole(8_812_340, 8_999_999)),
  },
  reason,
  message,
  type: type ?? 'Normal',
  count: 1,
  eventTime: null,
  firstTimestamp: seconds(at),
  lastTimestamp: seconds(at),
});
