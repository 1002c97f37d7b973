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
  [
    'KubeEvents',
    [
      ['TimeGenerated', 'KubeEventType'],
      ['TimeGenerated', 'ObjectKind', 'Reason'],
    ],
  ],
  ['ContainerLogV2', [['TimeGenerated', 'LogMessage']]],
  ['NTANetAnalytics', [['FlowDirection', 'FlowStatus', 'DestPort']]],
  ['AzureNetworkAnalytics_CL', [['FlowDirection_s', 'FlowStatus_s', 'DestPort_d']]],
  [
    'AppDependencies',
    [
      ['TimeGenerated', 'DependencyType'],
      ['TimeGenerated', 'OperationId', 'Target'],
      ['timestamp', 'operation_Id', 'target'],
    ],
  ],
  [
    'AppRequests',
    [
      ['TimeGenerated', 'OperationId', 'Url'],
      ['TimeGenerated', 'OperationId', 'DurationMs', 'ResultCode'],
      ['timestamp', 'operation_Id', 'url'],
      ['timestamp', 'operation_Id', 'duration', 'resultCode'],
    ],
  ],
  [
    'AppExceptions',
    [
      ['TimeGenerated', 'OperationId', 'ExceptionType'],
      ['TimeGenerated', 'OperationId', 'ProblemId'],
      ['timestamp', 'operation_Id', 'problemId'],
      ['timestamp', 'operation_Id', 'outerMessage'],
    ],
  ],
  [
    'AppTraces',
    [
      ['TimeGenerated', 'OperationId', 'Message'],
      ['timestamp', 'operation_Id', 'message'],
    ],
  ],
  ['ContainerNetworkLogs', [['TimeGenerated', 'SourcePodName', 'DestinationPodName']]],
  ['AZFWFlowTrace', [['TimeGenerated', 'SourceIp', 'DestinationIp', 'Flag', 'ActionReason']]],
  ['AZFWNetworkRule', [['TimeGenerated', 'SourceIp', 'DestinationIp', 'RuleCollection', 'ActionReason']]],
];

/** Other names that rows state of their table: classic Application Insights, and what a table was called before. */
const ALIASES: Readonly<Record<string, TableName>> = {
  dependency: 'AppDependencies',
  dependencies: 'AppDependencies',
  request: 'AppRequests',
  requests: 'AppRequests',
  trace: 'AppTraces',
  traces: 'AppTraces',
  exception: 'AppExceptions',
  exceptions: 'AppExceptions',
  RetinaNetworkFlowLogs: 'ContainerNetworkLogs',
};

export const TABLES: readonly TableName[] = MARKS.map(([name]) => name);

/** The table that rows with these columns come from. `stated` are the values of their `Type` and `TableName`, where they have one. */
export const recogniseTable = (
  columns: ReadonlySet<string>,
  stated: readonly string[],
): Result<TableName, string> | null => {
  const named = TABLES.find((table) => stated.includes(table));
  if (named !== undefined) return ok(named);
  const alias = stated.find((name) => Object.hasOwn(ALIASES, name));
  // `trace` and `request` are words of many: only beside a column of the table are they its name.
  if (alias !== undefined && (columns.has('operation_Id') || columns.has('SourcePodName')))
    return ok(ALIASES[alias] as TableName);
  const marked = MARKS.find(([, sets]) => sets.some((set) => set.every((column) => columns.has(column))));
  if (marked !== undefined) return ok(marked[0]);
  const other = stated.find((name) => /^[A-Z]\w{2,60}$/.test(name) && name !== 'PrimaryResult');
  return other !== undefined && columns.has('TimeGenerated') ? fail(`rows of the Log Analytics table ${other}`) : null;
};

/** `TimeGenerated [UTC]` is the column TimeGenerated. */
export const columnName = (heading: string): string => heading.replace(/\[[^\]]{0,60}\]$/, '').trim();
