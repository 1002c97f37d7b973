import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../../formats/json/json-value.ts';
import type { Resource } from '../../formats/kube/recorded-lines.ts';

/** What is kept of a value: all of it, these members, or this of each element. */
type Shape = true | { readonly [member: string]: Shape } | readonly [Shape];

const STATUS: Shape = [
  {
    state: { running: { startedAt: true }, terminated: { startedAt: true, finishedAt: true } },
    lastState: { terminated: { startedAt: true, finishedAt: true } },
  },
];

const DELETION: Shape = { deletionTimestamp: true, deletionGracePeriodSeconds: true };

/** All that `podSeen`, `nodeSeen` and `eventSeen` read, and nothing else: an object of the API is ten times as large. */
const SHAPES: Readonly<Record<Resource, Shape>> = {
  pods: {
    metadata: {
      uid: true,
      namespace: true,
      name: true,
      creationTimestamp: true,
      ...DELETION,
      labels: { 'pod-template-hash': true, 'rollouts-pod-template-hash': true },
      ownerReferences: [{ kind: true, name: true, controller: true }],
    },
    spec: { nodeName: true, hostNetwork: true },
    status: {
      phase: true,
      startTime: true,
      podIP: true,
      podIPs: [{ ip: true }],
      hostIP: true,
      hostIPs: [{ ip: true }],
      initContainerStatuses: STATUS,
      containerStatuses: STATUS,
      ephemeralContainerStatuses: STATUS,
    },
  },
  nodes: {
    metadata: { uid: true, name: true, creationTimestamp: true, ...DELETION, labels: true },
    spec: { podCIDR: true, podCIDRs: true },
    status: { addresses: [{ type: true, address: true }], nodeInfo: { operatingSystem: true } },
  },
  events: {
    metadata: { uid: true, creationTimestamp: true },
    involvedObject: { kind: true, namespace: true, name: true },
    reason: true,
    type: true,
    message: true,
    count: true,
    firstTimestamp: true,
    lastTimestamp: true,
    eventTime: true,
    series: { count: true, lastObservedTime: true },
    source: { component: true, host: true },
    reportingComponent: true,
  },
};

/** What unmasq uses of an object, in one order: two of which the same is kept say the same. */
export const keptOf = (of: Resource, object: JsonObject): JsonObject => cut(object, SHAPES[of]) as JsonObject;

const cut = (value: unknown, shape: Shape): unknown => {
  if (shape === true) return value;
  if (isElements(shape)) return Array.isArray(value) ? value.map((element) => cut(element, shape[0])) : undefined;
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(shape).flatMap(([member, inner]) => {
      const kept = Object.hasOwn(value, member) ? cut(value[member], inner) : undefined;
      return kept === undefined ? [] : [[member, kept]];
    }),
  );
};

const isElements = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

/** Enough of a hash that no two states of one object share it. */
export const digestOf = (kept: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(kept)).digest('base64').slice(0, 16);
