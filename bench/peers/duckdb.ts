import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FlowSums, RecordSums } from '../checksum.ts';
import { codeHash, type Data } from '../data.ts';
import { keepFolder } from '../place.ts';

/** The same work in SQL by DuckDB, on as many threads as there are cores. */
export interface DuckDb {
  run(query: DuckQuery): Promise<void>;
  rows<Row>(sql: string): Promise<readonly Row[]>;
  /** One row for each destination of each node. */
  ledger(): Promise<readonly object[]>;
  who(dest: string): Promise<readonly { readonly flows: string }[]>;
}

/** `sql/<name>.sql` of this folder. */
type DuckQuery =
  | 'load-records'
  | 'load-conntrack'
  | 'load-leases'
  | 'translations'
  | 'flows'
  | 'attribute'
  | 'attribute-computed'
  | 'checkpoint';

/** From files to verdicts. */
export const DUCK_ALL: readonly DuckQuery[] = [
  'load-records',
  'load-conntrack',
  'load-leases',
  'translations',
  'flows',
  'attribute',
  'checkpoint',
];

export const withDuckDb = async <Value>(
  path: string,
  data: Data | null,
  work: (duck: DuckDb) => Promise<Value>,
): Promise<Value> => {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const run = async (text: string): Promise<void> => {
    for (const statement of text.split(/;\s*\n/).filter((part) => part.trim() !== '')) await connection.run(statement);
  };
  try {
    return await work({
      run: (query) => run(textOf(query, data)),
      rows: async <Row>(sql: string) =>
        (await connection.runAndReadAll(sql)).getRowObjectsJson() as unknown as readonly Row[],
      ledger: async () => (await connection.runAndReadAll(fileOf('ledger'))).getRowObjectsJson(),
      who: async (dest) =>
        (await connection.runAndReadAll(fileOf('who'), { dest })).getRowObjectsJson() as unknown as readonly {
          readonly flows: string;
        }[],
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

const fileOf = (name: string): string => readFileSync(join(import.meta.dirname, 'sql', `${name}.sql`), 'utf8');

const textOf = (query: DuckQuery, data: Data | null): string => {
  const text = fileOf(query).replace('{include verdict}', fileOf('verdict'));
  if (data === null) return text;
  const list = (paths: readonly string[]): string =>
    `[${paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')}]`;
  const largest = Math.max(...data.blobs.map((path) => statSync(path).size));
  return text
    .replaceAll('{blobs}', list(data.blobs))
    .replaceAll('{conntrack}', list(data.conntrack))
    .replaceAll('{placement}', `'${join(data.folder, 'placement.jsonl')}'`)
    .replaceAll('{nodes}', list(data.run.nodes.map(({ ip }) => ip)))
    .replaceAll('{largest}', String(largest + 1_024));
};

/** A folder with `duck.db`, which holds the run's records, conntrack lines and leases. Made once. */
export const loadedDuck = (data: Data): Promise<string> =>
  keepFolder(join(data.folder, `duckdb-${data.conntrack.length}-${codeHash('bench/peers')}`), (folder) =>
    withDuckDb(join(folder, 'duck.db'), data, async (duck) => {
      await duck.run('load-records');
      await duck.run('load-conntrack');
      await duck.run('load-leases');
      await duck.run('checkpoint');
    }),
  );

/** The same, with the verdicts. */
export const attributedDuck = (data: Data): Promise<string> =>
  keepFolder(join(data.folder, `duckdb-attributed-${data.conntrack.length}-${codeHash('bench/peers')}`), (folder) =>
    withDuckDb(join(folder, 'duck.db'), data, async (duck) => {
      for (const query of DUCK_ALL) await duck.run(query);
    }),
  );

export const duckRecordSums = async (duck: DuckDb): Promise<RecordSums> => {
  const [row] = await duck.rows<Record<string, string>>(
    'SELECT count(*) AS records, sum(bytes_out) + sum(bytes_in) AS bytes FROM flow_record',
  );
  return { records: Number(row?.['records']), bytes: Number(row?.['bytes']) };
};

export const duckFlowSums = async (duck: DuckDb): Promise<FlowSums> => {
  const [row] = await duck.rows<Record<string, string>>(
    `SELECT count(*) AS flows, sum(bytes_out) + sum(bytes_in) AS bytes,
       count(*) FILTER (translated AND pod_uid IS NOT NULL) AS named,
       coalesce(sum(src_port::BIGINT * ('0x' || substr(pod_uid, 1, 3))::BIGINT) FILTER (translated AND pod_uid IS NOT NULL), 0) AS pods
     FROM verdict`,
  );
  const of = (name: string): number => Number(row?.[name]);
  return { flows: of('flows'), bytes: of('bytes'), named: of('named'), pods: of('pods') };
};
