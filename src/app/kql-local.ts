import { type Instant, renderInstant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { lineColumn } from '../core/kql/line-column.ts';
import type { Cell, LocalLimits, LocalTables } from '../core/kql/local-answer.ts';
import type { Pipeline, Query } from '../core/kql/query.ts';
import type { Tables } from '../core/kql/tables.ts';
import type { Reject } from '../core/facts.ts';
import type { ByteObject } from '../core/ports.ts';
import { ExportedTable } from '../formats/log-analytics/exported-table.ts';

/** What became of one exported file. */
export interface LoadedFile {
  readonly file: string;
  /** null: nobody knows whose rows they are. */
  readonly table: string | null;
  readonly rows: number;
  /** Rows that did not fit. */
  readonly rejects: number;
  /** The first of them; null: none. */
  readonly first: Reject | null;
  /** Columns that the schema does not know: they cannot be asked for. */
  readonly unknown: readonly string[];
  /** Why it was not read, or not to its end. */
  readonly problem: string | null;
}

export interface KqlLocalTable {
  readonly name: string;
  /** Facts of the store in the shape of the table. */
  readonly derived: boolean;
  /** What it was exported to. */
  readonly files: readonly string[];
}

/** The answer to a query that was run on this machine. */
export interface KqlLocal {
  readonly schemaVersion: 1;
  readonly kind: 'KqlLocal';
  readonly query: {
    readonly name: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly text: string;
    readonly now: string;
  };
  /** Those that it asks. */
  readonly tables: readonly KqlLocalTable[];
  readonly files: readonly LoadedFile[];
  /** False: there are more rows than were asked for. */
  readonly complete: boolean;
  /** Where the answer may not be what Azure Monitor's would be. */
  readonly notes: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly items: readonly Readonly<Record<string, Cell>>[];
}

/** Rows between two waits for the store. */
const BATCH = 20_000;

/** Reads exported tables, each `FILE` or `TABLE=FILE`. */
export const loadExports = async (
  objects: readonly { readonly table: string | null; readonly object: ByteObject }[],
  local: LocalTables,
  tables: Tables,
): Promise<readonly LoadedFile[]> => {
  const loaded: LoadedFile[] = [];
  for (const { table, object } of objects) loaded.push(await loadExport(object, table, local, tables));
  return loaded;
};

const loadExport = async (
  object: ByteObject,
  named: string | null,
  local: LocalTables,
  tables: Tables,
): Promise<LoadedFile> => {
  const reader = new ExportedTable(tables, named);
  const told = { table: named, rows: 0, rejects: 0, first: null as Reject | null };
  const hand = async (): Promise<void> => {
    const { table, columns, rows, rejects } = reader.take();
    told.table = table;
    told.rows += rows.length;
    told.rejects += rejects.length;
    told.first ??= rejects[0] ?? null;
    if (table !== null) await local.add(table, columns, rows);
  };
  let problem: string | null = null;
  for await (const piece of object.read()) {
    if (piece.ok) reader.push(piece.value);
    else problem = piece.problem;
    if (reader.waiting >= BATCH) await hand();
  }
  reader.end();
  await hand();
  return { file: object.name, ...told, unknown: reader.unknown, problem };
};

interface Asked {
  readonly name: string;
  readonly query: Query;
  /** As it was written. */
  readonly written: string;
  /** The same, parameters filled in. */
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly now: Instant;
  readonly limits: LocalLimits;
}

/** A problem says why nothing is answered, with line and column where a place of the query is why. */
export const kqlLocal = async (
  { name, query, written, text, parameters, now, limits }: Asked,
  local: LocalTables,
  files: readonly LoadedFile[],
): Promise<Result<KqlLocal, { readonly why: string; readonly isRefused: boolean }>> => {
  const answer = await local.run(query, now, limits);
  if (answer.kind === 'failed') return fail({ why: answer.why, isRefused: false });
  if (answer.kind === 'refused') {
    // Parameters became lets: what stands behind them moved with the end of the text.
    const { line, column } = lineColumn(written, Math.max(0, written.length - (text.length - answer.at.from)));
    return fail({ why: `${name}:${line}:${column}: ${answer.what} is not supported here`, isRefused: true });
  }
  const tables = [...tablesAsked(query)].sort().map((table): KqlLocalTable => {
    const from = files.filter((each) => each.table === table).map(({ file }) => file);
    return { name: table, derived: from.length === 0 && local.derived.includes(table), files: from };
  });
  return ok({
    schemaVersion: 1,
    kind: 'KqlLocal',
    query: { name, parameters, text, now: renderInstant(now) },
    tables,
    files,
    complete: !answer.isCut,
    notes: [
      ...tables
        .filter(({ derived }) => derived)
        .map((table) => `${table.name} is derived from the store: ${DERIVED_NOTES[table.name] ?? ''}`),
      ...answer.notes,
    ],
    columns: answer.columns,
    items: answer.rows.map((row) =>
      Object.fromEntries(answer.columns.map((column, i) => [column.name, row[i] ?? null])),
    ),
  });
};

const DERIVED_NOTES: Readonly<Record<string, string>> = {
  KubePodInventory:
    'a row for each minute at which a pod certainly held its address; no statuses, containers and labels',
  KubeNodeInventory: 'nodes when they were seen; no conditions, labels and versions',
  KubeEvents: 'each event once, as it was told last',
  NTANetAnalytics: 'a row is one flow, not the sum of an interval; TimeGenerated is its last record',
};

/** The names of the tables of Azure Monitor that a query reads. */
const tablesAsked = (query: Query): ReadonlySet<string> => {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isTable(value)) names.add(value.name);
    for (const each of Object.values(value)) walk(each);
  };
  walk(query);
  return names;
};

const isTable = (value: object): value is Extract<Pipeline['source'], { readonly kind: 'table' | 'let' }> =>
  'kind' in value && value.kind === 'table' && 'columns' in value && 'name' in value;
