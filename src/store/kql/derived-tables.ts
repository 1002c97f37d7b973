import { sql } from '../sql.ts';
import type { TableSql } from './sql-of-query.ts';

interface Derived {
  readonly file: string;
  readonly columns: readonly string[];
}

/** Tables of Azure Monitor that facts of the store are presented as, with the columns that they can fill. */
const DERIVED: Readonly<Record<string, Derived>> = {
  KubePodInventory: {
    file: 'kql/kube-pod-inventory',
    columns: [
      'TimeGenerated',
      'ClusterName',
      'Name',
      'Namespace',
      'PodUid',
      'PodIp',
      'Computer',
      'ControllerKind',
      'ControllerName',
      'Type',
    ],
  },
  KubeNodeInventory: {
    file: 'kql/kube-node-inventory',
    columns: ['TimeGenerated', 'ClusterName', 'Computer', 'CreationTimeStamp', 'OperatingSystem', 'Type'],
  },
  KubeEvents: {
    file: 'kql/kube-events',
    columns: [
      'TimeGenerated',
      'ClusterName',
      'ObjectKind',
      'Namespace',
      'Name',
      'Reason',
      'Message',
      'KubeEventType',
      'SourceComponent',
      'FirstSeen',
      'LastSeen',
      'Count',
      'Type',
    ],
  },
  NTANetAnalytics: {
    file: 'kql/nta-net-analytics',
    columns: [
      'TimeGenerated',
      'FlowStartTime',
      'FlowEndTime',
      'SubType',
      'Type',
      'FlowDirection',
      'FlowStatus',
      'L4Protocol',
      'SrcIp',
      'SrcPublicIps',
      'DestIp',
      'DestPublicIps',
      'DestPort',
      'AclRule',
      'PacketsSrcToDest',
      'PacketsDestToSrc',
      'BytesSrcToDest',
      'BytesDestToSrc',
      'AllowedOutFlows',
      'AllowedInFlows',
      'DeniedOutFlows',
      'DeniedInFlows',
      'CompletedFlows',
    ],
  },
};

export const DERIVED_TABLES: readonly string[] = Object.keys(DERIVED);

/** null: the store has nothing of that kind. */
export const derivedTable = (name: string): TableSql | null => {
  const derived = Object.hasOwn(DERIVED, name) ? DERIVED[name] : undefined;
  return derived === undefined
    ? null
    : { select: sql(derived.file), columns: Object.fromEntries(derived.columns.map((column) => [column, column])) };
};
