import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { openChdb } from '../src/store/chdb.ts';
import { storeOn } from '../src/store/open-store.ts';
import { ALL_ROWS, BATCHES, batchOf } from './numbered-batches.ts';
import { writeOne } from './write-one.ts';
import { NOW } from './random-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-killed-'));
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a writer on the folder, and kills it `ms` after it has opened the store, or after it has said the word. */
const writeAndDie = async (first: number, ms: number, word: 'open' | 'wrote' = 'open'): Promise<void> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'write-until-killed.ts'), folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  let said = '';
  while (!said.includes(`${word}\n`)) {
    const [more] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
    expect(Buffer.isBuffer(more), `the writer ended with ${String(more)}`).toBe(true);
    said += String(more);
  }
  await after(ms);
  child.kill('SIGKILL');
  await once(child, 'exit');
  running.delete(child);
};

test('a store whose writer was killed, again and again, loses nothing and counts nothing twice', {
  timeout: 120_000,
}, async () => {
  for (const [round, ms] of [40, 170, 330, 90, 610].entries()) await writeAndDie(round * 3, ms);
  // On a busy machine each of them may have died too early to show anything.
  await writeAndDie(15, 20, 'wrote');

  const engine = openChdb(folder);
  const store = await storeOn(engine);
  const left = await counts(engine);
  expect(left[0]?.n, 'the writers were killed before they wrote a row: the test shows nothing').toBeGreaterThan(0);
  for (let batch = 0; batch < BATCHES; batch++) await writeOne(store, batchOf(batch));
  const all = { n: ALL_ROWS, different: ALL_ROWS };
  expect(await counts(engine)).toEqual([all, all]);
  await store.attribute('c', NOW);
  expect(
    await engine.rows(
      `SELECT count() AS n, uniqExact(tuple) AS different FROM flow WHERE (shard, hour_ms, tick, generation) IN
         (SELECT shard, hour_ms, tick, max(generation) FROM window_current GROUP BY shard, hour_ms, tick)`,
    ),
  ).toEqual([all]);
  for (let batch = 0; batch < BATCHES; batch++)
    expect(await writeOne(store, batchOf(batch))).toMatchObject({ rows: 0 });
  await store.close();
});

const counts = (engine: ReturnType<typeof openChdb>): Promise<{ n: number; different: number }[]> =>
  engine.rows(
    `SELECT count() AS n, uniqExact(tuple, at_ms) AS different FROM flow_record
     UNION ALL SELECT count() AS n, uniqExact(tuple, at_ms) AS different FROM conntrack_event`,
  );
