import { schemaSteps } from './schema.ts';

/** A cluster as its servers' configuration names it (`remote_servers`), and the database that questions are asked of. */
export interface ClusterDatabase {
  readonly cluster: string;
  readonly database: string;
}

/** The database with what a shard has itself; the one without the ending shows all shards'. */
const shardDatabase = (database: string): string => `${database}_shard`;

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

/**
 * What shows all of the store in the database that questions are asked of; it holds nothing, and is made anew when the schema changed. Of a table
 * with a column `shard` each shard has its part; all that verdicts join has the same one. What has none is whole on every shard.
 */
const questionTables = ({ cluster, database }: ClusterDatabase): readonly string[] => {
  const own = shardDatabase(database);
  return storedTables().map(({ name, isSharded, view }) => {
    const made = (what: string): string =>
      `CREATE OR REPLACE ${what} ${database}.${name} ON CLUSTER ${quoted(cluster)}`;
    if (view !== null) return `${made('VIEW')} AS ${view.replace(/\bFROM (\w+)/g, `FROM ${database}.$1`)}`;
    return isSharded
      ? `${made('TABLE')} AS ${own}.${name} ENGINE = Distributed(${quoted(cluster)}, ${quoted(own)}, ${quoted(name)}, shard)`
      : `${made('TABLE')} ENGINE = Alias(${quoted(own)}, ${quoted(name)})`;
  });
};

/** The databases, and the tables that say which step of the schema is done and which shard it is: of how many, counted from 0. */
const clusterBeginning = ({ cluster, database }: ClusterDatabase): readonly string[] => [
  ...[shardDatabase(database), database].map(
    (name) => `CREATE DATABASE IF NOT EXISTS ${name} ON CLUSTER ${quoted(cluster)}`,
  ),
  ...[
    'CREATE TABLE IF NOT EXISTS schema_version (version UInt32) ENGINE = MergeTree ORDER BY version',
    'CREATE TABLE IF NOT EXISTS shard_place (place UInt32, shards UInt32) ENGINE = ReplacingMergeTree ORDER BY (place, shards)',
  ].map((statement) => onCluster(statement, { cluster, database })),
];

/** The schema as a cluster comes to have it, in order. Those of `each` shard are run on every shard's server by themselves, the others once. */
export const clusterSchema = (
  at: ClusterDatabase,
): readonly { readonly each: boolean; readonly statement: string }[] => [
  ...clusterBeginning(at).map((statement) => ({ each: false, statement })),
  ...schemaSteps().flatMap(({ statements }) =>
    statements.map((text) =>
      movesRows(text) ? { each: true, statement: text } : { each: false, statement: onCluster(text, at) },
    ),
  ),
  ...questionTables(at).map((statement) => ({ each: false, statement })),
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

/** Whether it moves rows, and so is run on each shard by itself. */
export const movesRows = (statement: string): boolean => /^INSERT\b/m.test(statement);

const isView = (statement: string): boolean => /\bCREATE VIEW\b/.test(statement);

const quoted = (text: string): string => `'${text}'`;
