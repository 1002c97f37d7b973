import { readdirSync } from 'node:fs';
import type { Engine } from './engine.ts';
import { sql } from './sql.ts';
import { StoreError } from './store-error.ts';

interface SchemaStep {
  readonly version: number;
  readonly statements: readonly string[];
}

/** Upgrades, in order; a file's number is the version it leads to. Each statement is written so that a half-done upgrade can be done again. */
export const schemaSteps = (): readonly SchemaStep[] =>
  readdirSync(new URL('./sql/schema/', import.meta.url))
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      version: Number(file.slice(0, 4)),
      statements: statementsOf(sql(`schema/${file.slice(0, -4)}`)),
    }));

/** How a schema comes to where its tables are. */
export interface SchemaWays {
  /** What is to be had before something is changed. */
  readonly own: () => Promise<unknown>;
  /** Makes the table `schema_version`, and whatever comes before all others. */
  readonly begin: () => Promise<void>;
  readonly change: (statement: string) => Promise<void>;
  /** What follows the last change, before it counts as done. */
  readonly finish: () => Promise<void>;
}

/** Brings the schema to this program's version. */
export const upgrade = async (engine: Engine, given: Partial<SchemaWays> = {}): Promise<void> => {
  const { own, begin, change, finish }: SchemaWays = {
    own: async () => undefined,
    begin: () =>
      engine.run('CREATE TABLE IF NOT EXISTS schema_version (version UInt32) ENGINE = MergeTree ORDER BY version'),
    change: (statement) => engine.run(statement),
    finish: async () => undefined,
    ...given,
  };
  const isThere = async (): Promise<boolean> =>
    (
      await engine.rows(
        "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'schema_version' LIMIT 1",
      )
    ).length > 0;
  const stepsDone = async (): Promise<ReadonlySet<number>> =>
    new Set(
      (await engine.rows<{ version: number }>('SELECT DISTINCT version FROM schema_version')).map(
        ({ version }) => version,
      ),
    );
  if (!(await isThere())) {
    await own();
    await begin();
  }
  let done = await stepsDone();
  const stored = Math.max(0, ...done);
  const known = schemaSteps();
  const newest = known.at(-1)?.version ?? 0;
  if (stored > newest) {
    throw new StoreError(
      'E_STORE_NEWER',
      `the data was written by a newer unmasq (schema ${stored}, this one knows ${newest})`,
    );
  }
  // By number and not from the newest on: a step may join the program after one with a higher number.
  const missing = (): typeof known => known.filter((step) => !done.has(step.version));
  if (missing().length === 0) return;
  await own();
  // Whoever had it before may have done some.
  done = await stepsDone();
  for (const { version, statements } of missing()) {
    for (const statement of statements) await change(statement);
    if (version === missing().at(-1)?.version) await finish();
    await engine.run('INSERT INTO schema_version SELECT {version:UInt32}', { version });
  }
};

const statementsOf = (text: string): string[] =>
  text
    .split(/;\s*\n/)
    .map((statement) =>
      statement
        .replace(/^CREATE TABLE /m, 'CREATE TABLE IF NOT EXISTS ')
        .trim()
        .replace(/;$/, ''),
    )
    .filter((statement) => statement.replace(/^--.*$/gm, '').trim() !== '');

/** What exactly-once rests on. A setting that an engine's new version changes must stop us, not lose a row. */
export const assertSettings = async (engine: Engine): Promise<void> => {
  const rows = await engine.rows<{ name: string; value: string }>(
    'SELECT name, value FROM system.settings WHERE name IN {names:Array(String)}',
    { names: Object.keys(WANTED) },
  );
  for (const { name, value } of rows) {
    if (WANTED[name] !== undefined && WANTED[name] !== value) {
      throw new StoreError('E_STORE_SETTING', `the engine's setting ${name} is ${value}, and must be ${WANTED[name]}`);
    }
  }
};

const WANTED: Readonly<Record<string, string>> = { join_use_nulls: '0', async_insert: '0', use_hive_partitioning: '0' };
