import { TABLE_COLUMNS } from '../../src/formats/log-analytics/table-columns.ts';
import type { LogAnalyticsStandIn, StoredRow } from './log-analytics-stand-in.ts';

/** Rows as Azure's tables have them, with columns that nobody reads. */

const CLUSTER_ID = (name: string): string =>
  `/subscriptions/0f/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/${name}`;

const OTHERS = ['_BilledSize', '_ResourceId', 'TenantId', 'Type', 'SourceSystem'];

export const addTables = (standIn: LogAnalyticsStandIn): void => {
  for (const name of ['KubePodInventory', 'AppTraces', 'ContainerLogV2'] as const)
    standIn.table(name, [...TABLE_COLUMNS[name], ...OTHERS]);
};

/** Seven digits of a second, as the API writes times. */
const time = (ms: number, ticks = 0): string =>
  new Date(ms).toISOString().replace('Z', `${String(ticks).padStart(4, '0')}Z`);

export const podRow = (at: number, i: number, visibleAt: number, cluster = 'shop'): StoredRow => ({
  table: 'KubePodInventory',
  visibleAt,
  cells: {
    TimeGenerated: time(at),
    ClusterName: cluster,
    ClusterId: CLUSTER_ID(cluster),
    PodUid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
    Name: `checkout-${i}`,
    Namespace: i % 2 === 0 ? 'kube-system' : 'shop',
    Computer: 'aks-np1-vmss000000',
    PodStatus: 'Running',
    PodIp: `10.244.${Math.floor(i / 200)}.${1 + (i % 200)}`,
    PodLabel: '[{"app":"checkout"}]',
    ControllerKind: 'ReplicaSet',
    ControllerName: 'checkout-5d8f7c9b64',
    PodCreationTimeStamp: time(at - 3_600_000),
    PodStartTime: time(at - 3_600_000),
    ContainerStartTime: time(at - 3_599_000),
    Type: 'KubePodInventory',
    _BilledSize: 631,
    _ResourceId: CLUSTER_ID(cluster).toLowerCase(),
  },
});

export const traceId = (i: number): string => i.toString(16).padStart(32, '4');

export const traceRow = (at: number, i: number, visibleAt: number): StoredRow => ({
  table: 'AppTraces',
  visibleAt,
  cells: {
    TimeGenerated: time(at, i % 10_000),
    OperationId: traceId(i),
    ParentId: i.toString(16).padStart(16, '7'),
    Message: `order ${i} "paid" | where x == 1 — ünï`,
    AppRoleName: 'checkout',
    AppRoleInstance: `checkout-${i % 7}`,
    SeverityLevel: 1,
    ItemCount: 1,
    Properties: '{"k8s.namespace.name":"shop"}',
    Type: 'AppTraces',
    _BilledSize: 400,
  },
});

export const lineRow = (at: number, i: number, visibleAt: number, cluster = 'shop'): StoredRow => ({
  table: 'ContainerLogV2',
  visibleAt,
  cells: {
    TimeGenerated: time(at, i % 10_000),
    Computer: 'aks-np1-vmss000000',
    PodNamespace: 'shop',
    PodName: `checkout-${i % 7}`,
    ContainerName: 'main',
    LogSource: 'stdout',
    LogLevel: 'info',
    LogMessage: `{"n":${i},"big":12345678901234567890,"trace_id":"${traceId(i)}"}`,
    KubernetesMetadata: '{"podUid":"u"}',
    Type: 'ContainerLogV2',
    _BilledSize: 300,
    _ResourceId: CLUSTER_ID(cluster).toLowerCase(),
  },
});

export const eventRow = (at: number, i: number, visibleAt: number, cluster = 'shop'): StoredRow => ({
  table: 'KubeEvents',
  visibleAt,
  cells: {
    TimeGenerated: time(at, i % 10_000),
    ClusterName: cluster,
    ClusterId: CLUSTER_ID(cluster),
    Computer: 'aks-np1-vmss000000',
    ObjectKind: 'Pod',
    Namespace: 'shop',
    Name: `checkout-${i}`,
    Reason: 'Unhealthy',
    KubeEventType: 'Warning',
    Message: 'Readiness probe failed',
    SourceComponent: 'kubelet',
    FirstSeen: time(at - 60_000),
    LastSeen: time(at),
    Count: 3,
    Type: 'KubeEvents',
    _BilledSize: 300,
    _ResourceId: CLUSTER_ID(cluster).toLowerCase(),
  },
});

/** The same rows as an export with every column, one a line. */
export const asExport = (rows: readonly StoredRow[], table: string): string =>
  rows
    .filter((row) => row.table === table)
    .map(({ cells }) => `${JSON.stringify(cells)}\n`)
    .join('');
