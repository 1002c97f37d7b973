import { instant, MINUTE } from '../../base/instant.ts';
import type { ByteObject, TimeSpan } from '../../core/ports.ts';
import type { TableName } from '../../formats/log-analytics/log-analytics-decoder.ts';
import { openWorkspace, type WorkspaceAt } from './open-workspace.ts';
import { BUDGET, isDue, sliceOf, windowsOf } from './slices.ts';
import { isNotThere, survey } from './survey.ts';
import { cursorSource, WindowObject } from './window-object.ts';
import { workspaceName } from './workspace-id.ts';

export interface FindRowsOptions extends WorkspaceAt {
  readonly cluster: string;
  readonly tables: readonly TableName[];
  readonly span: TimeSpan;
  /** How many rows of each minute were read, by table. */
  readonly cursors: (source: string, span: TimeSpan) => Promise<ReadonlyMap<string, string>>;
}

export interface FoundRows {
  readonly name: string;
  readonly objects: readonly ByteObject[];
  readonly skipped: readonly { readonly name: string; readonly why: string; readonly isProblem: boolean }[];
  /** Minutes of tables that have no row which was not read. */
  readonly unchanged: number;
}

/** What is new in a workspace, oldest first table by table. Whole minutes are read, also where the span begins or ends within one. Throws `AzureTrouble`. */
export const findRows = async (options: FindRowsOptions): Promise<FoundRows> => {
  const { id, cluster, tables: wanted, cursors } = options;
  const { from, until } = options.span;
  const span = { from: sliceOf(from), until: instant(sliceOf(instant(until - 1)) + MINUTE) };
  const name = workspaceName(id);
  const workspace = await openWorkspace(options, new AbortController().signal);
  const { tables, absent, unclear } = await survey(workspace, wanted, cluster, span);
  const objects: ByteObject[] = [];
  let unchanged = 0;
  for (const table of tables) {
    const counted = await workspace.counts(table, span);
    const read = await cursors(cursorSource(name, table), span);
    unchanged += counted.filter((slice) => !isDue(slice, read)).length;
    const windows = windowsOf(counted, (slice) => isDue(slice, read), BUDGET);
    objects.push(...windows.map((window) => new WindowObject(workspace, table, window)));
  }
  const skipped = absent.map((table) => ({
    name: `${name}/${table.name}`,
    why: table.why,
    isProblem: !isNotThere(table.why),
  }));
  const problem = (why: string) => ({ name, why, isProblem: true });
  if (unclear.length > 0)
    skipped.push(
      problem(`pods, nodes and container logs are of the clusters ${unclear.join(', ')}: name one with --cluster NAME`),
    );
  if (objects.length === 0 && unchanged === 0)
    skipped.push(problem('it holds no rows of that time in the tables that unmasq reads'));
  return { name, objects, skipped, unchanged };
};
