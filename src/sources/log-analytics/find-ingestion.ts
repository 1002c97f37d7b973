import { DAY, HOUR, hourOf, type Instant, instant, MINUTE } from '../../base/instant.ts';
import type { NamespaceSum } from '../../core/monitoring/cost/ingested.ts';
import type { ByteObject } from '../../core/ports.ts';
import { NAMESPACE_COLUMNS } from '../../formats/log-analytics/row-sizes.ts';
import { AzureTrouble } from '../azure/azure-trouble.ts';
import { openWorkspace, type WorkspaceAt } from './open-workspace.ts';
import type { Workspace } from './workspace.ts';
import { workspaceName } from './workspace-id.ts';

/** A week has every kind of day. */
const USAGE_DAYS = 7;
/** Reading rows is dear, and namespaces differ little from day to day. */
const NAMESPACE_DAYS = 1;
/** What was counted of an hour is there some time after it: an hour of which a part is there would pass for a quiet one. */
const LATE_MS = 4 * HOUR;

export interface FoundIngestion {
  readonly usage: ByteObject;
  readonly namespaces: readonly NamespaceSum[];
  readonly unclear: readonly { readonly table: string; readonly why: string }[];
}

/** What came into a workspace in the last week, as Azure counted it, and which namespaces have it. Throws `AzureTrouble` where the first is not told. */
export const findIngestion = async (at: WorkspaceAt, now: Instant): Promise<FoundIngestion> => {
  const workspace = await openWorkspace(at, new AbortController().signal);
  const until = hourOf(instant(now - LATE_MS));
  const usage = await workspace.usage({ from: instant(until - USAGE_DAYS * DAY), until });
  const namespaces: NamespaceSum[] = [];
  const unclear: { readonly table: string; readonly why: string }[] = [];
  for (const [table, column] of Object.entries(NAMESPACE_COLUMNS)) {
    const sums = await sumsOf(workspace, table, column, until);
    if (typeof sums === 'string') unclear.push({ table, why: sums });
    else namespaces.push(...sums);
  }
  return { usage: { name: workspaceName(at.id), read: () => once(usage) }, namespaces, unclear };
};

/** A text: why it is not told. A table that is not there, or of a plan that the query API does not answer of, is no failure. */
const sumsOf = async (
  workspace: Workspace,
  table: string,
  column: string,
  until: Instant,
): Promise<readonly NamespaceSum[] | string> => {
  try {
    const rows = await workspace.namespaces(table, column, { from: instant(until - NAMESPACE_DAYS * DAY), until });
    return rows.map(({ namespace, ...sum }) => ({
      table,
      namespace: namespace === '' ? null : namespace,
      ...sum,
      minutes: (NAMESPACE_DAYS * DAY) / MINUTE,
    }));
  } catch (error) {
    if (error instanceof AzureTrouble && (error.kind === 'refused' || error.kind === 'too-much')) return error.message;
    throw error;
  }
};

async function* once(bytes: Uint8Array): AsyncGenerator<{ readonly ok: true; readonly value: Uint8Array }> {
  yield { ok: true, value: bytes };
}
