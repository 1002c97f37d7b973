import type { Instant } from '../../base/instant.ts';
import { resultWith } from '../../core/symptom.ts';
import {
  EVENT_MESSAGE,
  type KubeEvent,
  type LogLine,
  type NodeSeen,
  type PodSeen,
  type Sighting,
  SIGHTING_TEXT,
} from '../../core/facts.ts';
import type { Reading } from '../correlation/reading.ts';
import { toldInText } from '../correlation/told-in-text.ts';
import { listOf, member, textMembers, textOf } from '../json/json-value.ts';
import { osOf } from '../kube/node-seen.ts';
import { phaseOf } from '../kube/pod-seen.ts';
import { workloadOf } from '../kube/workload.ts';
import type { RowReader } from './row-reader.ts';

/** A row of KubePodInventory: one container of one pod at one sampling. null when the row lacks what it is for. */
export const podOfRow = (row: RowReader): PodSeen | null => {
  const at = row.neededTime('TimeGenerated');
  const uid = row.neededText('PodUid');
  const name = row.neededText('Name');
  if (row.lacking) return null;
  const namespace = row.text('Namespace');
  const node = row.text('Computer');
  const status = row.text('PodStatus');
  const ip = row.ip('PodIp');
  const controller = { kind: row.text('ControllerKind'), name: row.text('ControllerName') };
  const owner = controller.kind === '' || controller.name === '' ? null : controller;
  const starts = [row.time('ContainerStartTime'), row.time('ContainerCreationTimeStamp')].filter(
    (start) => start !== null,
  );
  return {
    uid,
    namespace,
    name,
    node,
    ips: ip === null ? [] : [ip],
    hostIps: [],
    hostNetwork: null,
    workload: workloadOf({ namespace, name, node, labels: labelsOf(row, 'PodLabel') }, owner),
    // The agent writes Terminating in the place of the phase once a deletion was asked for.
    phase: status === 'Terminating' ? 'Running' : phaseOf(status),
    terminating: status === 'Terminating',
    createdAt: row.time('PodCreationTimeStamp'),
    acceptedAt: row.time('PodStartTime'),
    startedAt: starts.length === 0 ? null : (Math.min(...starts) as Instant),
    finishedAt: null,
    deletionAskedAt: null,
    event: 'listed',
    at,
  };
};

/** Two rows of one pod and one sampling as one: the pod began with its first container. */
export const sameSampling = (a: PodSeen, b: PodSeen): PodSeen => ({
  ...a,
  ips: [...new Set([...a.ips, ...b.ips])],
  terminating: a.terminating || b.terminating,
  startedAt: a.startedAt === null || (b.startedAt !== null && b.startedAt < a.startedAt) ? b.startedAt : a.startedAt,
});

/** A row of KubeNodeInventory. The table has no address and no UID. */
export const nodeOfRow = (row: RowReader): NodeSeen | null => {
  const at = row.neededTime('TimeGenerated');
  const name = row.neededText('Computer');
  if (row.lacking) return null;
  const labels = labelsOf(row, 'Labels');
  return {
    uid: '',
    name,
    ips: [],
    podCidrs: [],
    os: osOf(member(labels, 'kubernetes.io/os') ?? systemOf(row.text('OperatingSystem'))),
    labels,
    createdAt: row.time('CreationTimeStamp'),
    event: 'listed',
    at,
  };
};

/** The column holds the name of the node's image: `Ubuntu 22.04.5 LTS`, `Windows Server 2022 Datacenter`. */
const systemOf = (image: string): string =>
  /^windows/i.test(image) ? 'windows' : /linux|ubuntu|mariner|flatcar/i.test(image) ? 'linux' : '';

/**
 * A row of KubeEvents. It tells no uid, and in Computer the node of whoever collected it where the event itself tells none: only the kubelet's do.
 * https://learn.microsoft.com/azure/azure-monitor/reference/tables/kubeevents
 */
export const eventOfRow = (row: RowReader): KubeEvent | null => {
  const last = row.neededTime('LastSeen', 'TimeGenerated');
  const [reason, kind, name] = [row.neededText('Reason'), row.neededText('ObjectKind'), row.neededText('Name')];
  if (row.lacking) return null;
  const first = row.time('FirstSeen') ?? last;
  const component = row.text('SourceComponent');
  return {
    uid: '',
    reason,
    type: row.text('KubeEventType'),
    kind,
    namespace: row.text('Namespace'),
    name,
    node: kind === 'Node' ? name : component === 'kubelet' ? row.text('Computer') : '',
    message: row.text('Message').slice(0, EVENT_MESSAGE),
    count: Math.min(Math.max(1, Number(row.count('Count') ?? 1n)), 0xffff_ffff),
    first: first < last ? first : last,
    last,
    component,
  };
};

/** A row of ContainerLogV2. */
export const logLineOfRow = (row: RowReader): LogLine | null => {
  const at = row.neededTime('TimeGenerated');
  const message = row.row.cell('LogMessage');
  if (message === undefined) row.lack(['LogMessage'], 'a value');
  if (row.lacking) return null;
  const metadata = row.json('KubernetesMetadata');
  return {
    at,
    node: row.text('Computer'),
    namespace: row.text('PodNamespace'),
    pod: row.text('PodName'),
    podUid: textOf(member(metadata, 'podUid')),
    container: row.text('ContainerName'),
    stream: row.text('LogSource'),
    level: row.text('LogLevel'),
    message: typeof message === 'string' ? message : message === null ? '' : JSON.stringify(message),
  };
};

/** A line that tells which request it belongs to, where its pod talked to, or that a call failed; null: it tells nothing of these. */
export const lineSighting = (line: LogLine, { roleOf, symptomIn }: Reading): Sighting | null => {
  const symptom = symptomIn(line.message);
  const { ids, dest, local } = toldInText(line.message, roleOf, symptom !== null);
  if (!ids.any && dest === null && symptom === null) return null;
  return {
    kind: 'log',
    begin: line.at,
    beginNanos: 0,
    until: line.at,
    podUid: line.podUid,
    namespace: line.namespace,
    pod: line.pod,
    node: line.node,
    podIp: null,
    container: line.container,
    service: '',
    destIp: dest?.ip ?? null,
    destPort: dest?.port ?? 0,
    destHost: dest?.host ?? '',
    protocol: 0,
    localIp: local?.ip ?? null,
    localPort: local?.port ?? 0,
    clientIp: null,
    clientPort: 0,
    traceId: ids.traceId,
    spanId: ids.spanId,
    parentSpanId: '',
    ids: ids.ids,
    text: line.message.slice(0, SIGHTING_TEXT),
    status: symptom !== null || /^(?:error|fatal|critical)$/i.test(line.level) ? 'error' : '',
    result: resultWith('', symptom),
    probability: null,
    redirected: false,
    times: 1,
  };
};

/** Labels come as a text that holds a list with one object. */
const labelsOf = (row: RowReader, column: string): Readonly<Record<string, string>> => {
  const labels = row.json(column);
  return textMembers(Array.isArray(labels) ? listOf(labels)[0] : labels);
};
