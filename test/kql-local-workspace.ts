import type { QueryLanguage } from '../src/core/kql/query-language.ts';
import { LOCAL_LIMITS } from '../src/core/kql/local-answer.ts';
import type { LocalTables } from '../src/core/kql/local-answer.ts';
import type { Tables } from '../src/core/kql/tables.ts';
import { loadExports } from '../src/app/kql-local.ts';
import type { WorkspaceAnswer } from '../src/app/kql-run.ts';
import { fail, ok, type Result } from '../src/base/result.ts';
import type { Store } from '../src/core/ports.ts';
import { KUSTO_DEFAULTS } from '../src/kusto/kusto-language.ts';

/** No test looks at a clock: a busy machine is no reason to give up. */
export const PATIENT: typeof KUSTO_DEFAULTS = { ...KUSTO_DEFAULTS, deadlineMs: 120_000, startMs: 600_000 };

/** Rows of a table, one JSON object a line. */
export type Exports = Readonly<Record<string, string>>;

/**
 * What answers in the place of a workspace: the KQL that is sent is run, by this repository's own translation of it, over rows that were loaded. An answer is as the
 * query API writes it. A table of which there is no row is not there.
 */
export class LocalWorkspace {
  private readonly local: LocalTables;
  private readonly tables: Tables;
  private readonly language: QueryLanguage;
  private readonly now: number;
  private readonly there: ReadonlySet<string>;

  private constructor(
    local: LocalTables,
    tables: Tables,
    language: QueryLanguage,
    now: number,
    there: ReadonlySet<string>,
  ) {
    this.local = local;
    this.tables = tables;
    this.language = language;
    this.now = now;
    this.there = there;
  }

  static async of(
    store: Store,
    exports: Exports,
    { tables, language, now }: { readonly tables: Tables; readonly language: QueryLanguage; readonly now: number },
  ): Promise<LocalWorkspace> {
    const local = await store.kqlTables(null);
    const files = await loadExports(
      Object.entries(exports).map(([table, text]) => ({
        table,
        object: {
          name: table,
          read: async function* () {
            yield ok(new TextEncoder().encode(text));
          },
        },
      })),
      local,
      tables,
    );
    const wrong = files.find(({ rejects, problem }) => rejects > 0 || problem !== null);
    if (wrong !== undefined) throw new Error(`${wrong.file}: ${JSON.stringify(wrong.first ?? wrong.problem)}`);
    return new LocalWorkspace(local, tables, language, now, new Set(Object.keys(exports)));
  }

  /** A problem: why the service would refuse it. */
  async ask(text: string): Promise<Result<WorkspaceAnswer, string>> {
    const read = await this.language.read(text, this.tables);
    if (read.kind !== 'query') throw new Error(`${read.kind}: ${text}`);
    const missing = TABLES.filter((table) => new RegExp(`^(?:let \\w+ = )?${table}$`, 'm').test(text)).find(
      (table) => !this.there.has(table),
    );
    if (missing !== undefined)
      return fail(`'where' operator: Failed to resolve table or column expression named '${missing}' (400 SEM0100)`);
    const told = await this.local.run(read.query, this.now, { ...LOCAL_LIMITS, rows: 500_000, seconds: 600 });
    if (told.kind !== 'rows') throw new Error(JSON.stringify(told).slice(0, 500));
    return ok({
      columns: told.columns.map(({ name, type }) => ({ name, type })),
      // Values of the type dynamic travel as text.
      rows: told.rows.map((row) =>
        row.map((cell, i) =>
          told.columns[i]?.type === 'dynamic' && cell !== null && typeof cell !== 'string'
            ? JSON.stringify(cell)
            : cell,
        ),
      ),
      partial: null,
    });
  }

  close(): Promise<void> {
    return this.local.close();
  }
}

const TABLES = [
  'NTANetAnalytics',
  'KubePodInventory',
  'Usage',
  'AppRequests',
  'AppDependencies',
  'AppTraces',
  'AppExceptions',
  'ContainerLogV2',
];
