import type { Instant } from '../../base/instant.ts';
import type { PodSeen } from '../../core/facts.ts';
import { isObject, type JsonObject, listOf, member, memberAt, textMembers, textOf } from '../json/json-value.ts';
import { CONTAINER_LISTS, containerStates, deletionAskedAt, type ObjectReader } from './object-reader.ts';
import { type Owner, workloadOf } from './workload.ts';

export type SeenPod = Omit<PodSeen, 'at'>;

/** What one pod object says; null when it names no pod. */
export const podSeen = (pod: JsonObject, event: PodSeen['event'], reader: ObjectReader): SeenPod | null => {
  const metadata = member(pod, 'metadata');
  const spec = member(pod, 'spec');
  const status = member(pod, 'status');
  const uid = textOf(member(metadata, 'uid'));
  const name = textOf(member(metadata, 'name'));
  if (uid === '' || name === '') return null;

  const namespace = textOf(member(metadata, 'namespace'));
  const node = textOf(member(spec, 'nodeName'));
  const labels = textMembers(member(metadata, 'labels'));
  const phase = phaseOf(member(status, 'phase'));
  const terminating = textOf(member(metadata, 'deletionTimestamp')) !== '';
  const over = phase === 'Succeeded' || phase === 'Failed' || terminating || event === 'deleted';
  return {
    uid,
    namespace,
    name,
    node,
    ips: reader.ips(addresses(status, 'podIPs', 'podIP'), 'status.podIPs'),
    hostIps: reader.ips(addresses(status, 'hostIPs', 'hostIP'), 'status.hostIPs'),
    hostNetwork: member(spec, 'hostNetwork') === true,
    workload: workloadOf({ namespace, name, node, labels }, ownerOf(metadata)),
    phase,
    terminating,
    createdAt: reader.time(member(metadata, 'creationTimestamp'), 'metadata.creationTimestamp'),
    acceptedAt: reader.time(member(status, 'startTime'), 'status.startTime'),
    startedAt: startedAt(status, reader),
    finishedAt: over ? finishedAt(status, reader) : null,
    deletionAskedAt: deletionAskedAt(pod, reader),
    event,
  };
};

const addresses = (status: unknown, list: string, single: string): readonly unknown[] => {
  const all = listOf(member(status, list)).map((entry) => member(entry, 'ip'));
  return all.length > 0 ? all : [member(status, single)];
};

const ownerOf = (metadata: unknown): Owner | null => {
  const owners = listOf(member(metadata, 'ownerReferences')).filter(isObject);
  const owner = owners.find((candidate) => member(candidate, 'controller') === true) ?? owners[0];
  return owner === undefined ? null : { kind: textOf(member(owner, 'kind')), name: textOf(member(owner, 'name')) };
};

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

export const phaseOf = (text: unknown): PodSeen['phase'] => PHASES.find((phase) => phase === text) ?? 'Unknown';

const startedAt = (status: unknown, reader: ObjectReader): Instant | null =>
  containerStates(status).reduce<Instant | null>((first, state) => {
    const at = reader.time(member(state, 'startedAt'), 'startedAt of a container');
    return at !== null && (first === null || at < first) ? at : first;
  }, null);

/**
 * The end of the last container; null while one runs, waits, or ended at an unknown time.
 * An init container may outlive the others: a sidecar is one (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/).
 */
const finishedAt = (status: unknown, reader: ObjectReader): Instant | null => {
  const [init, containers, ephemeral] = CONTAINER_LISTS.map((list) => listOf(member(status, list)));
  if (containers === undefined || containers.length === 0) return null;
  const beside = [...(init ?? []), ...(ephemeral ?? [])];
  if (beside.some((container) => memberAt(container, 'state', 'running') !== undefined)) return null;
  let last: Instant | null = null;
  for (const container of containers) {
    const end = reader.time(memberAt(container, 'state', 'terminated', 'finishedAt'), 'finishedAt of a container');
    if (end === null) return null;
    if (last === null || end > last) last = end;
  }
  for (const container of beside) {
    const end = reader.time(memberAt(container, 'state', 'terminated', 'finishedAt'), 'finishedAt of a container');
    if (end !== null && last !== null && end > last) last = end;
  }
  return last;
};
