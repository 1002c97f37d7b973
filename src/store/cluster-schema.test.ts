import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChdb } from './chdb.ts';
import { COLUMNS, type ColumnNamed, clusterSchema, movesRows, onCluster, storedTables } from './cluster-schema.ts';
import type { Engine } from './engine.ts';
import { schemaSteps, upgrade } from './schema.ts';

const AT = { cluster: 'unmasq', database: 'unmasq' };
const PAGE = join(import.meta.dirname, '../../docs/reference/cluster-schema.sql');

let folder: string;
let engine: Engine;
let told: ReturnType<typeof clusterSchema>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unmasq-cluster-schema-'));
  engine = openChdb(folder);
  await upgrade(engine);
  told = clusterSchema(AT, await engine.rows<ColumnNamed>(COLUMNS));
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const page = (): string =>
  [
    '-- The tables of a store on a cluster named `unmasq`, in the database `unmasq`, as unmasq makes them. Written by UPDATE=1 npm test -- src/store/cluster-schema.',
    ...told.map(({ each, statement }) => `${each ? '-- On one server of each shard:\n' : ''}${statement};`),
  ].join('\n\n') + '\n';

test('docs/reference/cluster-schema.sql has what a cluster is told (UPDATE=1 writes it)', () => {
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});

test("the engine's own parser takes every statement, and finds the cluster in it", async () => {
  const notAsMeant: string[] = [];
  for (const { each, statement } of told) {
    const [row] = await engine.rows<{ text: string }>('SELECT formatQuery({statement:String}) AS text', { statement });
    if (row?.text.includes('ON CLUSTER unmasq') === each) notAsMeant.push(statement);
  }
  expect(notAsMeant).toEqual([]);
  expect(told.filter(({ each }) => each)).toHaveLength(5);
});

test('there is one schema: without what is said to a cluster each statement is as the embedded engine gets it', () => {
  const alone = (text: string): string =>
    text
      .replaceAll('unmasq_shard.', '')
      .replace(" ON CLUSTER 'unmasq'", '')
      .replace(/Replicated(\w*MergeTree)\('[^']*', '\{replica\}'(?:, (\w+))?\)/, (_, name: string, version?: string) =>
        version === undefined ? name : `${name}(${version})`,
      )
      .replace(' SETTINGS replicated_deduplication_window = 0, ', ' SETTINGS ')
      .replace('\nSETTINGS replicated_deduplication_window = 0, ', '\nSETTINGS ')
      .replace(' SETTINGS replicated_deduplication_window = 0', '')
      .replace('CREATE OR REPLACE VIEW', 'CREATE VIEW IF NOT EXISTS');
  const statements = schemaSteps().flatMap((step) => step.statements);
  for (const text of statements.filter((one) => !movesRows(one))) {
    const asTold = onCluster(text, AT);
    expect(asTold).not.toBe(text);
    expect(alone(asTold)).toBe(text);
  }
});

test('no table is forgotten, and one is spread where the engine finds a column `shard` in it', async () => {
  const there = await engine.rows<{ name: string; shard: number }>(
    `SELECT name, (database, name) IN (SELECT database, table FROM system.columns WHERE name = 'shard') AS shard
     FROM system.tables WHERE database = currentDatabase() AND name != 'schema_version' ORDER BY name`,
  );
  const known = storedTables().map(({ name, isSharded }) => ({ name, shard: Number(isSharded) }));
  expect(known.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(there);
});

test('each replicated table has a place of its own, that names its shard, and forgets no row for being like another', async () => {
  const tables = told.flatMap(({ statement }) =>
    statement.includes('MergeTree')
      ? [[/'(\/clickhouse[^']*)', '\{replica\}'/.exec(statement)?.[1] ?? '', statement] as const]
      : [],
  );
  const places = tables.map(([place]) => place);
  expect(new Set(places).size).toBe(places.length);
  for (const [place, statement] of tables) {
    expect(place).toContain('/{shard}/');
    expect(statement).toContain('replicated_deduplication_window = 0');
  }
  expect(
    await engine.rows("SELECT name FROM system.merge_tree_settings WHERE name = 'replicated_deduplication_window'"),
  ).toHaveLength(1);
});
