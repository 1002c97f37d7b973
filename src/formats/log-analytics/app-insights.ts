import { instant } from '../../base/instant.ts';
import { type Sighting, SIGHTING_TEXT, type SightingKind } from '../../core/facts.ts';
import { resultWith } from '../../core/symptom.ts';
import { canonicalId } from '../../core/correlation-id.ts';
import type { Reading } from '../correlation/reading.ts';
import { toldInText } from '../correlation/told-in-text.ts';
import { parseHostPort, parseUrl } from '../correlation/url.ts';
import { isObject } from '../json/json-value.ts';
import type { Attributes } from '../otlp/any-value.ts';
import { endsOf, idsOf, podOf, resultOf } from '../otlp/told-by-attributes.ts';
import type { RowReader } from './row-reader.ts';

export type AppTable = 'AppDependencies' | 'AppRequests' | 'AppTraces' | 'AppExceptions';

/**
 * A row of Application Insights, under the names of its workspace or of its classic tables (`timestamp`, `operation_Id` …).
 * The time is that of the beginning: https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete
 */
export const appSighting = (table: AppTable, row: RowReader, { roleOf, symptomIn }: Reading): Sighting | null => {
  const begin = row.neededTime('TimeGenerated', 'timestamp');
  if (row.lacking) return null;
  const properties = propertiesOf(row);
  const refuse = (name: string, why: string, value: string): void => row.refuseCell(name, why, value);
  const kind = KINDS[table](row);
  const told = podOf(properties, refuse);
  const ends = endsOf(kind, properties, refuse);
  const operation = row.text('OperationId', 'operation_Id');
  const ids = idsOf(properties, roleOf);
  ids.take('trace', operation);
  const text = textOf(table, row);
  const symptom = kind === 'log' ? (symptomIn(text) ?? symptomIn(row.text(...INNERMOST))) : null;
  const line = kind === 'log' ? toldInText(text, roleOf, symptom !== null) : null;
  const dest = line?.dest ?? null;
  const lasted = milliseconds(row, 'DurationMs', 'duration');
  const count = row.count('ItemCount', 'SampledItemCount', 'itemCount');
  const failed =
    /^(?:false|0)$/i.test(row.text('Success', 'success')) ||
    table === 'AppExceptions' ||
    symptom !== null ||
    Number(row.text('SeverityLevel', 'severityLevel') || 0) >= 3;
  return {
    kind,
    begin,
    beginNanos: 0,
    until: instant(begin + lasted),
    ...told,
    // The SDKs write the pod's name where they run in Kubernetes, else the machine's.
    pod: told.pod || row.text('AppRoleInstance', 'cloud_RoleInstance'),
    service: told.service || row.text('AppRoleName', 'cloud_RoleName'),
    ...ends,
    ...(kind === 'client' ? calledBy(row, ends) : {}),
    ...(dest === null ? {} : { destIp: dest.ip, destPort: dest.port, destHost: dest.host }),
    traceId: ids.traceId || (line?.ids.traceId ?? ''),
    spanId:
      kind === 'log'
        ? ownId(row.text('ParentId', 'OperationParentId', 'operation_ParentId'))
        : ownId(row.text('Id', 'id')),
    parentSpanId: kind === 'log' ? '' : parentOf(row, operation),
    ids: [...new Set([...ids.ids, ...(line?.ids.ids ?? [])])],
    text: text.slice(0, SIGHTING_TEXT),
    status: failed ? 'error' : kind === 'log' ? '' : 'ok',
    result: resultWith(
      row.text('ResultCode', 'resultCode', 'ExceptionType', 'OuterType', 'outerType') ||
        (failed ? resultOf(properties) : ''),
      symptom,
    ),
    probability: count === null || count < 1n ? null : 1 / Number(count),
    times: 1,
  };
};

const KINDS: Readonly<Record<AppTable, (row: RowReader) => SightingKind>> = {
  AppDependencies: (row) => {
    const type = row.text('DependencyType', 'type');
    // What a program did inside itself is a dependency too.
    return /^InProc/i.test(type) ? 'internal' : 'client';
  },
  AppRequests: () => 'server',
  AppTraces: () => 'log',
  AppExceptions: () => 'log',
};

/** What an exception wraps says what happened where the outer one says that something did. */
const INNERMOST = ['InnermostMessage', 'innermostMessage'] as const;

const textOf = (table: AppTable, row: RowReader): string =>
  table === 'AppTraces'
    ? row.text('Message', 'message')
    : table === 'AppExceptions'
      ? row.text('OuterMessage', 'outerMessage', ...INNERMOST, 'Message', 'message', 'ProblemId', 'problemId')
      : row.text('Name', 'name', 'OperationName', 'operation_Name');

/** Where a dependency went: what its properties say, else its URL, else its target (`host:port`, `host | database`). */
const calledBy = (row: RowReader, told: ReturnType<typeof endsOf>): Partial<Sighting> => {
  const url = parseUrl(row.text('Data', 'data'));
  const [target = ''] = row.text('Target', 'target').split(' | ');
  const end = url ?? parseHostPort(target.trim());
  if (end === null) return {};
  return {
    destIp: told.destIp ?? (told.redirected ? null : end.ip),
    destPort: told.destPort || end.port,
    destHost: told.destHost || end.host,
  };
};

/** `Properties` and `customDimensions` hold what has no column of its own: attributes by their names. */
const propertiesOf = (row: RowReader): Attributes => {
  const column = row.row.cell('Properties') === undefined ? 'customDimensions' : 'Properties';
  const value = row.json(column);
  return new Map(
    isObject(value)
      ? Object.entries(value).flatMap(([name, member]): [string, string][] =>
          typeof member === 'string' || typeof member === 'number' ? [[name, String(member)]] : [],
        )
      : [],
  );
};

/** An id of 16 digits, or what older SDKs write (`|4bf92f35.b7ad6b71_`), as they write it. */
const ownId = (text: string): string => {
  const id = text.trim();
  // `|trace.span.`, as the SDKs of the time between wrote a W3C id.
  const w3c = /^\|[\da-f]{32}\.([\da-f]{16})\.$/i.exec(id)?.[1];
  return (w3c ?? id).slice(0, 256).toLowerCase();
};

/** The first request of an operation names the operation as its parent: it has none. */
const parentOf = (row: RowReader, operation: string): string => {
  const parent = row.text('ParentId', 'OperationParentId', 'operation_ParentId');
  const bare = parent.replace(/^\|/, '').replace(/\.$/, '');
  return canonicalId(bare) === canonicalId(operation) ? '' : ownId(parent);
};

/** Milliseconds, whole or with a fraction; a blank is 0. */
const milliseconds = (row: RowReader, ...columns: readonly string[]): number => {
  const text = row.text(...columns).trim();
  if (text === '') return 0;
  const ms = Number(text);
  if (Number.isFinite(ms) && ms >= 0 && ms < 86_400_000 * 30) return Math.trunc(ms);
  row.refuseCell(columns[0] ?? '', 'expected a duration in milliseconds', text);
  return 0;
};
