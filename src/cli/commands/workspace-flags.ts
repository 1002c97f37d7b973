import type { TableName } from '../../formats/log-analytics/log-analytics-decoder.ts';
import { TABLES } from '../../formats/log-analytics/recognise-table.ts';
import { memberOf, textOf, texts } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';

/** What the flags say that are of a Log Analytics workspace. Throws `Refused` for a table that there is not, and where no workspace is named. */
export const workspaceFlags = (
  given: Given,
  isNamed: boolean,
): { readonly tables: readonly TableName[]; readonly endpoint: string | null } => {
  const without = ['log-analytics-table', 'log-analytics-endpoint'].find(
    (flag) => texts(given, memberOf(flag)).length > 0,
  );
  if (without !== undefined && !isNamed) return refuse('E104', `--${without} has no meaning without a workspace`);
  const named = texts(given, 'logAnalyticsTable');
  const unknown = named.find((name) => !TABLES.some((table) => table === name));
  if (unknown !== undefined)
    return refuse('E105', `--log-analytics-table ${unknown}: expected one of ${TABLES.join(', ')}`);
  return {
    tables: named.length === 0 ? TABLES : TABLES.filter((table) => named.includes(table)),
    endpoint: textOf(given, 'logAnalyticsEndpoint'),
  };
};
