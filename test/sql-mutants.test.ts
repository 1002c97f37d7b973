import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../src/core/ports.ts';
import { openChdb } from '../src/store/chdb.ts';
import type { Engine } from '../src/store/engine.ts';
import { storeOn } from '../src/store/open-store.ts';
import { rawSql, replaceSql } from '../src/store/sql.ts';
import { fromCore, type Said, stored } from './parity.ts';
import { batchesOf, richWorld } from './random-world.ts';
import { type Mutant, mutantsOf } from './sql-mutants.ts';
import { EQUIVALENT } from './sql-mutants-known.ts';
import { SAMPLE } from './sql-mutants-sample.ts';

/*
 * Would the parity law notice a wrong query? Each query with one token changed must disagree with the core on one of a few fixed worlds,
 * or stand in the list of those that cannot be told apart, with the reason. `npm test` tries some, `npm run mutants` all.
 */
const QUERIES = [
  'near-records',
  'near-lines',
  'sessions',
  ...['3-repeated', '4-session', '5-several', '6-entry', '7-met', '8-tangled', '8-tangled-far'].map(
    (name) => `plain/${name}`,
  ),
  'plain-verdicts',
  ...['1-recorded', '2-translation', '3-judged', '4-named', '5-write'].map((name) => `tangled/${name}`),
].map((name) => `attribution/${name}`);
const whole = process.env['MUTANTS'] === 'all';
const WORLDS = whole ? 3 : 2;
const all = QUERIES.flatMap((query) => mutantsOf(query, rawSql(query)));
const isKnown = (mutant: Mutant): boolean =>
  EQUIVALENT.some(([query, name]) => mutant.query === query && mutant.name === name);
const isSample = (mutant: Mutant): boolean =>
  SAMPLE.some(([query, name]) => mutant.query === query && mutant.name.trimEnd() === name);
const tried = all.filter((mutant) => !isKnown(mutant) && (whole || isSample(mutant)));

interface Prepared {
  readonly cluster: string;
  /** Which hours are computed anew together: all at once, or, in every other world, one at a time, which shows the borders between them. */
  readonly passes: readonly (readonly number[])[];
  readonly said: readonly Said[];
}
const folder = mkdtempSync(join(tmpdir(), 'unmasq-mutants-'));
const prepared: Prepared[] = [];
let engine: Engine;
let store: Store;
beforeAll(async () => {
  engine = openChdb(folder);
  store = await storeOn(engine);
  for (const [i, world] of fc.sample(richWorld, { numRuns: WORLDS, seed: 20_261_122 }).entries()) {
    const cluster = `w${i}`;
    for (const batch of batchesOf(world, cluster)) await store.write([batch]);
    await store.attribute(cluster);
    const rows = await engine.rows<{ hour: number }>(
      'SELECT DISTINCT hour_ms AS hour FROM window_touched WHERE cluster = {cluster:String} ORDER BY hour',
      { cluster },
    );
    const hours = rows.map(({ hour }) => hour);
    prepared.push({
      cluster,
      passes: i % 2 === 0 ? [hours] : hours.map((hour) => [hour]),
      said: await fromCore(engine, world, cluster),
    });
  }
}, 300_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const TOUCH = `INSERT INTO window_touched SELECT DISTINCT cluster, shard, hour_ms, {write:UInt64} AS write FROM window_touched
  WHERE cluster = {cluster:String} AND hour_ms IN {hours:Array(Int64)}`;

/** Newer than any write of the store. */
let write = 1_000_000_000;

/** Who notices: a world whose flows come out differently, or the engine, which refuses the query. null: nobody. */
const noticed = async ({ query, text }: Mutant): Promise<string | null> => {
  replaceSql(query, text);
  try {
    for (const { cluster, passes, said } of prepared) {
      for (const hours of passes) {
        await engine.run(TOUCH, { cluster, hours, write: write++ });
        await store.attribute(cluster);
      }
      if (JSON.stringify(await stored(engine, cluster)) !== JSON.stringify(said)) return cluster;
    }
    return null;
  } catch (error) {
    return `refused: ${String(error)}`;
  } finally {
    replaceSql(query, null);
  }
};

test('the right queries, run the same way, agree with the core', async () => {
  const query = QUERIES[0] as string;
  expect(await noticed({ query, name: 'as it is', text: rawSql(query) })).toBeNull();
});

test.each(tried.map((mutant) => [mutant.query, mutant.name, mutant] as const))(
  '%s: %s',
  { timeout: 60_000 },
  async (_, __, mutant) => {
    expect(await noticed(mutant), 'no world tells this query from the right one').not.toBeNull();
  },
);

// Skipped in `npm test`, whose sample does not use the list.
test.runIf(whole)('every known one is still a change of its query', () => {
  const gone = EQUIVALENT.filter(
    ([query, name]) => !all.some((mutant) => mutant.query === query && mutant.name === name),
  );
  expect(gone).toEqual([]);
});

test('every slip of the sample is one that the queries allow', () => {
  expect(
    SAMPLE.filter(([query, name]) => !all.some((mutant) => mutant.query === query && mutant.name.trimEnd() === name)),
  ).toEqual([]);
});
