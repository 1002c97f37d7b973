import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What the stand-in does in the place of a cluster. There is no Keeper, and the engine in here listens to nobody by ClickHouse's own protocol: `ON CLUSTER`
 * is passed on to the other stand-ins over HTTP, Replicated tables are their plain kind, and of several shards a Distributed table is a view that
 * reads the other stand-ins' rows over HTTP. With one shard it is the engine's own Distributed.
 */

/** One stand-in of several. `place`: which, counted from 0. */
export interface ClusterPlace {
  readonly name: string;
  readonly place: number;
  readonly shards: number;
}

/** The stand-ins ask each other so. */
export const PEER = 'peer';

/** A configuration that names the cluster: of its servers only this one is here. */
export const writeConfiguration = (folder: string, { name, place, shards }: ClusterPlace): string => {
  const file = join(folder, 'cluster.xml');
  const servers = Array.from({ length: shards }, (_, i) => (i === place ? 9000 : 9001 + i)).map(
    (port) => `<shard><replica><host>127.0.0.1</host><port>${port}</port></replica></shard>`,
  );
  writeFileSync(
    file,
    `<clickhouse><tcp_port>9000</tcp_port><remote_servers><${name}>${servers.join('')}</${name}></remote_servers></clickhouse>`,
  );
  return file;
};

export interface SpreadTable {
  readonly database: string;
  readonly table: string;
  readonly ownDatabase: string;
}

/** The table that a statement spreads over the shards; null: it does not. */
export const spreadBy = (sql: string): SpreadTable | null => {
  const [, database, table, ownDatabase] =
    /^CREATE OR REPLACE TABLE (\w+)\.(\w+) ON CLUSTER '[^']+' .* ENGINE = Distributed\('[^']+', '(\w+)'/.exec(sql) ??
    [];
  return database === undefined || table === undefined || ownDatabase === undefined
    ? null
    : { database, table, ownDatabase };
};

/** The statement as an engine takes it that is in no cluster. */
export const withoutKeeper = (sql: string): string =>
  sql
    .replace(/ ON CLUSTER '[^']+'/, '')
    .replace(/\bReplicated(\w*MergeTree)\('[^']*', '\{replica\}'(?:, )?/, '$1(')
    .replace('replicated_deduplication_window = 0', 'non_replicated_deduplication_window = 0');

/** A view over the table's rows here and at the others. What a table that replaces rows has is told as FINAL. */
export const gathering = (
  { database, table, ownDatabase }: SpreadTable,
  columns: readonly { readonly name: string; readonly type: string }[],
  isReplacing: boolean,
  others: readonly string[],
): string => {
  const names = columns.map(({ name }) => `\`${name}\``).join(', ');
  const rows = `SELECT ${names} FROM ${ownDatabase}.${table}${isReplacing ? ' FINAL' : ''}`;
  const structure = columns.map(({ name, type }) => `\`${name}\` ${type}`).join(', ');
  const asked = new URLSearchParams({ query: rows, default_format: 'Native' }).toString();
  return [
    `CREATE OR REPLACE VIEW ${database}.${table} AS ${rows}`,
    ...others.map(
      (url) =>
        `SELECT ${names} FROM url('${url}/?${asked}', 'Native', '${structure.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}', headers('X-ClickHouse-User'='${PEER}'))`,
    ),
  ].join(' UNION ALL ');
};
