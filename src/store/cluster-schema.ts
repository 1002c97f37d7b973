import { schemaSteps } from './schema.ts';

/** A cluster as its servers' configuration names it (`remote_servers`), and the database that questions are asked of. */
export interface ClusterDatabase {
  readonly cluster: string;
  readonly database: string;
}

/** The database with what a shard has itself; the one without the ending shows all shards'. */
export const shardDatabase = (database: string): string => `${database}_shard`;

/**
 * One statement of the schema as a cluster is told it: on every server, in the database of what each shard has, its tables replicated between the
 * servers of the shard ({shard} and {replica} are macros of each server). Statements that move rows are run on each shard as they are.
 * The server forgets no row for being like one before (`replicated_deduplication_window`): a row's identity decides that here, and a row
 * that was dropped may come again.
 */
export const onCluster = (statement: string, { cluster, database }: ClusterDatabase): string => {
  const own = shardDatabase(database);
  const table = /\bCREATE TABLE IF NOT EXISTS (\w+)/.exec(statement)?.[1];
  const told = statement
    .replace(/\b(CREATE TABLE IF NOT EXISTS|ALTER TABLE) (\w+)/, `$1 ${own}.$2 ON CLUSTER ${quoted(cluster)}`)
    .replace(/\bCREATE VIEW IF NOT EXISTS (\w+)/, `CREATE OR REPLACE VIEW ${own}.$1 ON CLUSTER ${quoted(cluster)}`);
  if (table === undefined) return isView(statement) ? told.replace(/\bFROM (\w+)/g, `FROM ${own}.$1`) : told;
  const replicated = told.replace(
    /\bENGINE = (\w*MergeTree)(?:\(([^()]*)\))?/,
    (_, engine: string, version: string | undefined) =>
      `ENGINE = Replicated${engine}(${[`'/clickhouse/tables/{shard}/${own}/${table}'`, "'{replica}'", ...(version === undefined ? [] : [version])].join(', ')})`,
  );
  const kept = 'replicated_deduplication_window = 0';
  return / SETTINGS |\nSETTINGS /.test(replicated)
    ? replicated.replace(/\bSETTINGS (?!.*\bSETTINGS )/s, `SETTINGS ${kept}, `)
    : `${replicated} SETTINGS ${kept}`;
};

/** A column of a table as the engine has it, computed ones among them. */
export interface ColumnNamed {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** The columns of the tables that are there, for `questionTables`. */
export const COLUMNS =
  'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position';

/**
 * What shows all of the store in the database that questions are asked of; it holds nothing, and is made anew when the schema changed. Of a table
 * with a column `shard` each shard has its part; all that verdicts join has the same one. What has none is whole on every shard.
 * Columns that a shard computes (ALIAS) are ordinary ones here: else the question would be sent with their texts in the place of their names, which
 * may be names of its answer too.
 */
export const questionTables = (
  { cluster, database }: ClusterDatabase,
  columns: readonly ColumnNamed[],
): readonly string[] => {
  const own = shardDatabase(database);
  return storedTables().map(({ name, isSharded, view }) => {
    const made = (what: string): string =>
      `CREATE OR REPLACE ${what} ${database}.${name} ON CLUSTER ${quoted(cluster)}`;
    if (view !== null) return `${made('VIEW')} AS ${view.replace(/\bFROM (\w+)/g, `FROM ${database}.$1`)}`;
    if (!isSharded) return `${made('TABLE')} ENGINE = Alias(${quoted(own)}, ${quoted(name)})`;
    const shown = columns.filter(({ table }) => table === name).map((column) => `${column.name} ${column.type}`);
    return `${made('TABLE')} (${shown.join(', ')}) ENGINE = Distributed(${quoted(cluster)}, ${quoted(own)}, ${quoted(name)}, shard)`;
  });
};

export const clusterDatabases = ({ cluster, database }: ClusterDatabase): readonly string[] =>
  [shardDatabase(database), database].map(
    (name) => `CREATE DATABASE IF NOT EXISTS ${name} ON CLUSTER ${quoted(cluster)}`,
  );

/** The tables that say which step of the schema is done, and which part of how many the shard has, counted from 0. */
export const clusterBeginning = (at: ClusterDatabase): readonly string[] =>
  [
    'CREATE TABLE IF NOT EXISTS schema_version (version UInt32) ENGINE = MergeTree ORDER BY version',
    'CREATE TABLE IF NOT EXISTS part_here (part UInt32, parts UInt32) ENGINE = ReplacingMergeTree ORDER BY (part, parts)',
  ].map((statement) => onCluster(statement, at));

/** The schema as a cluster comes to have it, in order. Those of `each` shard are run on every shard's server by themselves, the others once. */
export const clusterSchema = (
  at: ClusterDatabase,
  columns: readonly ColumnNamed[],
): readonly { readonly each: boolean; readonly statement: string }[] => [
  ...[...clusterDatabases(at), ...clusterBeginning(at)].map((statement) => ({ each: false, statement })),
  ...schemaSteps().flatMap(({ statements }) =>
    statements.map((text) =>
      movesRows(text) ? { each: true, statement: text } : { each: false, statement: onCluster(text, at) },
    ),
  ),
  ...questionTables(at, columns).map((statement) => ({ each: false, statement })),
];

interface StoredTable {
  readonly name: string;
  readonly isSharded: boolean;
  /** The query behind a view; null: it is a table. */
  readonly view: string | null;
}

/** What the schema has in the end. */
export const storedTables = (): readonly StoredTable[] => {
  const statements = schemaSteps().flatMap((step) => step.statements);
  const sharded = new Set(
    statements.flatMap((text) => {
      const name = /\b(?:CREATE TABLE IF NOT EXISTS|ALTER TABLE) (\w+)/.exec(text)?.[1];
      return name !== undefined && /^ {4}shard UInt8\b|ADD COLUMN IF NOT EXISTS shard UInt8\b/m.test(text)
        ? [name]
        : [];
    }),
  );
  return statements.flatMap((text) => {
    const [, what, name = ''] = /\bCREATE (TABLE|VIEW) IF NOT EXISTS (\w+)/.exec(text) ?? [];
    if (what === undefined) return [];
    return {
      name,
      isSharded: sharded.has(name),
      view: what === 'VIEW' ? (/\bAS\n([\s\S]+)$/.exec(text)?.[1] ?? '') : null,
    };
  });
};

/** Whether each shard has its part of the table. */
export const isSpread = (table: string): boolean =>
  storedTables().some(({ name, isSharded }) => name === table && isSharded);

/** Whether it moves rows, and so is run on each shard by itself. */
export const movesRows = (statement: string): boolean => /^INSERT\b/m.test(statement);

const isView = (statement: string): boolean => /\bCREATE VIEW\b/.test(statement);

const quoted = (text: string): string => `'${text}'`;
