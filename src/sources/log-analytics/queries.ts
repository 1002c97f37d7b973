import { type Instant, renderInstant } from '../../base/instant.ts';
import type { TimeSpan } from '../../core/ports.ts';
import type { TableName } from '../../formats/log-analytics/log-analytics-decoder.ts';

/** Tables of pods and nodes. */
export const INVENTORY: ReadonlySet<TableName> = new Set(['KubePodInventory', 'KubeNodeInventory']);

/** Tables whose rows name their cluster. */
export const OF_CLUSTER: ReadonlySet<TableName> = new Set([...INVENTORY, 'KubeEvents']);

/** A table as it is in a workspace. */
export interface TableHere {
  readonly name: TableName;
  /** Those that the decoder reads, as far as they are there. */
  readonly columns: readonly string[];
  /** Rows state what they were billed for: about how long they are. */
  readonly isSized: boolean;
  /** Rows of one cluster, where the workspace has several; null: all. */
  readonly only: ClusterFilter | null;
}

export interface ClusterFilter {
  readonly column: 'ClusterName' | 'ClusterId' | '_ResourceId';
  readonly value: string;
}

/** Rows of a stretch of time; of them every `of`th by their hash, where a second has too many. */
export interface Part extends TimeSpan {
  readonly share: { readonly index: number; readonly of: number } | null;
}

/** Every query there is. The stand-in of the tests understands these and refuses every other. */

export const pingQuery = 'print 1';

export const schemaQuery = (table: string): string => `${table} | getschema | project ColumnName`;

export const clustersQuery = (table: string, span: TimeSpan): string =>
  [table, within(span), 'summarize Rows = count() by ClusterName, ClusterId'].join(' | ');

/** How many rows each minute has. */
export const countsQuery = ({ name, only, isSized }: TableHere, span: TimeSpan): string =>
  [
    name,
    within(span),
    ...filter(only),
    `summarize Rows = count(), Bytes = ${isSized ? 'sum(_BilledSize)' : 'real(0)'} by Slice = bin(TimeGenerated, 1m)`,
  ].join(' | ');

export const rowsQuery = ({ name, only, columns }: TableHere, part: Part): string =>
  [
    name,
    within(part),
    ...filter(only),
    ...(part.share === null ? [] : [`where hash(tostring(pack_all()), ${part.share.of}) == ${part.share.index}`]),
    `project ${columns.join(', ')}`,
  ].join(' | ');

/** Azure's own count of what came in, an hour and table a row. */
export const usageQuery = (span: TimeSpan): string =>
  ['Usage', within(span), 'project TimeGenerated, StartTime, EndTime, DataType, Quantity, IsBillable'].join(' | ');

/** How much of a table each namespace has. */
export const namespacesQuery = (table: string, column: string, span: TimeSpan): string =>
  [table, within(span), `summarize Rows = count(), Bytes = sum(_BilledSize) by Namespace = ${column}`].join(' | ');

const within = ({ from, until }: TimeSpan): string =>
  `where TimeGenerated >= ${moment(from)} and TimeGenerated < ${moment(until)}`;

const moment = (at: Instant): string => `datetime(${renderInstant(at)})`;

const filter = (only: ClusterFilter | null): readonly string[] =>
  only === null
    ? []
    : [`where ${only.column} ${only.column === '_ResourceId' ? 'endswith' : '=~'} ${literal(only.value)}`];

/** https://learn.microsoft.com/kusto/query/scalar-data-types/string */
const literal = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
