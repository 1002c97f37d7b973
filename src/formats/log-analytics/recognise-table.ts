import { fail, ok, type Result } from '../../base/result.ts';
import type { TableName } from './log-analytics-decoder.ts';

/** What only this table has, among those that unmasq reads: every name of one of the sets is there. */
const MARKS: readonly (readonly [TableName, readonly (readonly string[])[]])[] = [
  ['KubePodInventory', [['PodUid', 'TimeGenerated', 'Name']]],
  [
    'KubeNodeInventory',
    [
      ['Computer', 'TimeGenerated', 'KubeletVersion'],
      ['Computer', 'TimeGenerated', 'KubernetesProviderID'],
      ['Computer', 'TimeGenerated', 'LastTransitionTimeReady'],
      ['Computer', 'TimeGenerated', 'Labels', 'Status'],
    ],
  ],
  ['ContainerLogV2', [['TimeGenerated', 'LogMessage']]],
  ['NTANetAnalytics', [['FlowDirection', 'FlowStatus', 'DestPort']]],
  ['AzureNetworkAnalytics_CL', [['FlowDirection_s', 'FlowStatus_s', 'DestPort_d']]],
];

export const TABLES: readonly TableName[] = MARKS.map(([name]) => name);

/** The table that rows with these columns come from. `stated` are the values of their `Type` and `TableName`, where they have one. */
export const recogniseTable = (
  columns: ReadonlySet<string>,
  stated: readonly string[],
): Result<TableName, string> | null => {
  const named = TABLES.find((table) => stated.includes(table));
  if (named !== undefined) return ok(named);
  const marked = MARKS.find(([, sets]) => sets.some((set) => set.every((column) => columns.has(column))));
  if (marked !== undefined) return ok(marked[0]);
  const other = stated.find((name) => /^[A-Z]\w{2,60}$/.test(name) && name !== 'PrimaryResult');
  return other !== undefined && columns.has('TimeGenerated') ? fail(`rows of the Log Analytics table ${other}`) : null;
};

/** `TimeGenerated [UTC]` is the column TimeGenerated. */
export const columnName = (heading: string): string => heading.replace(/\[[^\]]{0,60}\]$/, '').trim();
