import { INVENTORY_TABLES, type MonitoringSpec, type TablePlan } from '../spec.ts';

/** A row of KubePodInventory as it is billed: measured on rows that were made of two real lists of pods of AKS, standard columns left out. */
export const POD_ROW_BYTES = 631;

/** Minutes of the 30 days that a month is here. */
export const MONTH_MINUTES = 43_200;

/** Tables that the interval of a rule of collection thins out. https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-data-collection-configure */
const SAMPLED: ReadonlySet<string> = new Set(INVENTORY_TABLES.filter((table) => table !== 'KubeEvents'));

/** Tables that its list of namespaces thins out; of InsightsMetrics only a part, which nobody tells apart. */
const BY_NAMESPACE: ReadonlySet<string> = new Set([
  'KubePodInventory',
  'KubePVInventory',
  'KubeServices',
  'KubeEvents',
  'ContainerInventory',
  'Perf',
]);

/** Tables that there are only where a spec wants them. What else a workspace has stays as it is. */
const GOVERNED: ReadonlySet<string> = new Set([
  ...INVENTORY_TABLES,
  'ContainerLog',
  'ContainerLogV2',
  'NTANetAnalytics',
  'AzureNetworkAnalytics_CL',
]);

/** Tables for which nobody pays. https://learn.microsoft.com/azure/azure-monitor/logs/cost-logs#data-size-calculation */
export const FREE_TABLES: ReadonlySet<string> = new Set(['AzureActivity', 'Heartbeat', 'Operation', 'Usage']);

export const isSampled = (table: string): boolean => SAMPLED.has(table);

/** The tables that a spec fills. */
export const wantedTables = ({ inventory, logs, flowLogs }: MonitoringSpec): readonly string[] => [
  ...(inventory?.tables ?? []),
  ...(logs === null ? [] : ['ContainerLogV2']),
  ...(flowLogs === null || flowLogs.trafficAnalytics === 'off' ? [] : ['NTANetAnalytics']),
];

export const isWanted = (spec: MonitoringSpec, table: string): boolean =>
  !GOVERNED.has(table) || wantedTables(spec).includes(table);

/** Whether rows of the namespace are collected; null: of which namespace they are is not known, or does not matter. */
export const isCollected = ({ inventory, logs }: MonitoringSpec, table: string, namespace: string | null): boolean => {
  if (namespace === null) return true;
  if (table === 'ContainerLogV2') return logs?.withoutNamespaces.includes(namespace) !== true;
  if (!BY_NAMESPACE.has(table)) return true;
  if (inventory?.withoutNamespaces?.includes(namespace) === true) return false;
  return inventory?.onlyNamespaces?.includes(namespace) !== false;
};

/** The namespaces that a list names for the table, and whether it leaves them out or keeps only them; null: there is no such list. */
export const listFor = (
  { inventory, logs }: MonitoringSpec,
  table: string,
): { readonly kind: 'only' | 'without'; readonly namespaces: readonly string[] } | null => {
  if (table === 'ContainerLogV2') return { kind: 'without', namespaces: logs?.withoutNamespaces ?? [] };
  if (!BY_NAMESPACE.has(table) || inventory === null) return null;
  if (inventory.onlyNamespaces !== null) return { kind: 'only', namespaces: inventory.onlyNamespaces };
  return { kind: 'without', namespaces: inventory.withoutNamespaces ?? [] };
};

export const planOf = ({ workspace }: MonitoringSpec, table: string): TablePlan =>
  workspace?.tables[table]?.plan ?? 'Analytics';
