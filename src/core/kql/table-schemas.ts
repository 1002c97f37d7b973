import { fail, ok, type Result } from '../../base/result.ts';
import { SCALAR_TYPES, type ScalarType } from './query.ts';
import type { ColumnFacts, ColumnMeaning, TableFacts, TableMeaning, Tables } from './tables.ts';

/** Columns and types as they were published at one time. */
export interface SchemaVersion {
  /** `2026-07`. */
  readonly version: string;
  readonly tables: Readonly<Record<string, PublishedTable>>;
}

interface PublishedTable {
  /** Who says so. */
  readonly source: string;
  readonly columns: Readonly<Record<string, ScalarType>>;
}

/** What tables and columns mean, whatever the version: by hand, each with its source. */
export type Meanings = Readonly<
  Record<
    string,
    TableMeaning & {
      readonly source: string;
      readonly columns?: Readonly<Record<string, ColumnMeaning & { readonly source?: string }>>;
    }
  >
>;

const TYPES: ReadonlySet<unknown> = new Set(SCALAR_TYPES);

/** Reads a file of schemas; says what is wrong with one that somebody wrote by hand. */
export const parseSchemaVersion = (json: unknown): Result<SchemaVersion, string> => {
  if (!isRecord(json)) return fail('expected an object with "version" and "tables"');
  const { version, tables } = json;
  if (typeof version !== 'string' || !/^\d{4}-\d{2}$/.test(version))
    return fail('"version": expected a month, such as "2026-07"');
  const read = parseTables(tables);
  return read.ok ? ok({ version, tables: read.value }) : read;
};

/** `{ "MyApp_CL": { "columns": { "TimeGenerated": "datetime" } } }`; says what is wrong with it. */
export const parseTables = (tables: unknown): Result<SchemaVersion['tables'], string> => {
  if (!isRecord(tables)) return fail('"tables": expected an object, one member a table');
  const read: Record<string, PublishedTable> = {};
  for (const [name, table] of Object.entries(tables)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) return fail(`"${name}" is no name of a table`);
    if (!isRecord(table) || !isRecord(table['columns'])) return fail(`${name}: expected "columns", an object`);
    for (const [column, type] of Object.entries(table['columns']))
      if (!TYPES.has(type)) return fail(`${name}.${column}: expected one of ${SCALAR_TYPES.join(', ')}`);
    read[name] = {
      source: typeof table['source'] === 'string' ? table['source'] : '',
      columns: table['columns'] as Record<string, ScalarType>,
    };
  }
  return ok(read);
};

/**
 * The tables as of a version: each as it was published last by then, with what it means, and what it has lost since.
 * Versions may come in any order.
 */
export const tablesAsOf = (versions: readonly SchemaVersion[], meanings: Meanings, asOf: string | null): Tables => {
  const tables = new Map<string, { readonly version: string; readonly facts: TableFacts }>();
  for (const { version, tables: published } of versions.toSorted((a, b) => (a.version < b.version ? -1 : 1))) {
    if (asOf !== null && version > asOf) continue;
    for (const [name, { columns }] of Object.entries(published)) {
      const before = tables.get(name);
      const facts = withMeaning(columns, meanings[name]);
      tables.set(name, { version, facts: { ...facts, gone: before === undefined ? {} : goneSince(before, columns) } });
    }
  }
  return Object.fromEntries([...tables].map(([name, { facts }]) => [name, facts]));
};

/** The same with tables of one's own; a name that is there already is taken from these. */
export const withTables = (tables: Tables, own: SchemaVersion['tables']): Tables => ({
  ...tables,
  ...Object.fromEntries(Object.entries(own).map(([name, { columns }]) => [name, withMeaning(columns, undefined)])),
});

const withMeaning = (columns: PublishedTable['columns'], meaning: Meanings[string] | undefined): TableFacts => {
  const { columns: meant = {}, source: _, ...table } = meaning ?? { source: '' };
  const facts: [string, ColumnFacts][] = Object.entries(columns).map(([name, type]) => [
    name,
    { ...meant[name], type },
  ]);
  return { ...table, columns: Object.fromEntries(facts), gone: {} };
};

const goneSince = (
  before: { readonly version: string; readonly facts: TableFacts },
  columns: PublishedTable['columns'],
): TableFacts['gone'] => ({
  ...before.facts.gone,
  ...Object.fromEntries(
    Object.entries(before.facts.columns)
      .filter(([name]) => columns[name] === undefined)
      .map(([name, { type }]) => [name, { type, last: before.version }]),
  ),
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
