import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { DAY, HOUR, instant } from '../src/base/instant.ts';
import { allFlows } from '../src/core/all-flows.ts';
import type { FlowRow, Store } from '../src/core/ports.ts';
import { type HttpEngine, openHttp } from '../src/store/http-engine.ts';
import { openServerStore, openStore } from '../src/store/open-store.ts';
import type { ServerAt } from '../src/store/server-at.ts';
import { type StandIn, type StandInCluster, startCluster } from './clickhouse-server/start-clickhouse.ts';
import { ALL_ROWS } from './numbered-batches.ts';
import { NOW, START } from './random-world.ts';
import { allFor } from '../src/core/retention.ts';
import { PACE_OF_TESTS, sharedBatch, SHARED_BATCHES } from './shared-batches.ts';

/**
 * Several workers write one store on two shards, each a real engine in a process of its own (test/clickhouse-server). Whatever becomes of them, it holds what one
 * worker alone would have brought in, and nothing twice.
 */

vi.setConfig({ testTimeout: 150_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'unmasq-workers-'));
const running = new Set<ChildProcess>();
const open = new Set<Store>();
let cluster: StandInCluster;
let alone: readonly FlowRow[];

beforeAll(async () => {
  cluster = await startCluster(join(folder, 'cluster'), 2);
  alone = await byOneAlone(EVERY);
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  for (const store of open) await store.close();
  open.clear();
  for (const server of cluster.servers) await server.breaks();
});
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true, force: true });
});

const EVERY = Array.from({ length: SHARED_BATCHES }, (_, i) => i);
/** Pods and nodes first. */
const FEW = [SHARED_BATCHES - 1, 0, 1, 2];

/** What one worker has of these batches, in a store in this process. */
const byOneAlone = async (batches: readonly number[]): Promise<readonly FlowRow[]> => {
  const store = await openStore({ dataDir: join(folder, `alone-${batches.length}`) });
  for (const i of batches) await store.write([sharedBatch(i)]);
  await store.attribute('c', NOW);
  const flows = await flowsOf(store);
  await store.close();
  return flows;
};

const flowsOf = async (store: Store): Promise<readonly FlowRow[]> => {
  const flows = await store.flows(allFlows('c', { from: instant(START - HOUR), until: instant(START + 3 * DAY) }));
  return [...flows].sort((a, b) => (a.flow < b.flow ? -1 : 1));
};

test('what they are compared with has flows of every row, and different verdicts', () => {
  expect(alone).toHaveLength(ALL_ROWS);
  expect(new Set(alone.map(({ verdict }) => verdict)).size).toBeGreaterThan(1);
});

let nonces = 0;
const worker = async (database: string, { leaseMs } = PACE_OF_TESTS): Promise<Store> => {
  const store = await openServerStore(at(database), {
    nonce: `${process.pid}w${++nonces}`.padEnd(16, '0'),
    elapsedMs: () => performance.now(),
    pace: { ...PACE_OF_TESTS, leaseMs },
  });
  open.add(store);
  await store.workers.stay();
  return store;
};

const at = (database: string): ServerAt => ({ ...cluster.at, database });

const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = performance.now() + 60_000; !(await isSo()); await after(50))
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
};

/** Passes of each of them, in turn, until none has anything left to do. */
const settled = async (...stores: readonly Store[]): Promise<void> => {
  for (let quiet = 0; quiet < 2; ) {
    let windows = 0;
    for (const store of stores) windows += (await store.attribute('c', NOW)).windows;
    quiet = windows === 0 ? quiet + 1 : 0;
  }
};

const onShard = async <Value>(
  place: number,
  database: string,
  work: (engine: HttpEngine) => Promise<Value>,
): Promise<Value> => {
  const engine = openHttp(
    { ...(cluster.servers[place] as StandIn).at, database: `${database}_shard` },
    'cccccccccccc0000',
  );
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

/** What there is of records and lines, of all shards together, and how many of them are different. */
const rowsIn = async (database: string): Promise<readonly { readonly n: number; readonly different: number }[]> => {
  const counts = await Promise.all(
    cluster.servers.map((_, place) =>
      onShard(place, database, (engine) =>
        engine.rows<{ n: number; different: number }>(
          `SELECT count() AS n, uniqExact(tuple, at_ms) AS different FROM flow_record
           UNION ALL SELECT count() AS n, uniqExact(tuple, at_ms) AS different FROM conntrack_event`,
        ),
      ),
    ),
  );
  return [0, 1].map((i) => ({
    n: counts.reduce((sum, of) => sum + (of[i]?.n ?? 0), 0),
    different: counts.reduce((sum, of) => sum + (of[i]?.different ?? 0), 0),
  }));
};
const WHOLE = [ALL_ROWS, ALL_ROWS].map((n) => ({ n, different: n }));

const shareEvenly = (...stores: readonly Store[]): Promise<void> =>
  until('each worker owns a part', () => stores.every(({ workers }) => workers.places.owned === 1));

test('each of two workers owns a part; what either reads, also at the same time, is in once and answered as by one alone', async () => {
  const [one, two] = [await worker('shared'), await worker('shared')] as const;
  await shareEvenly(one, two);
  const written = await Promise.all(
    Array.from({ length: SHARED_BATCHES }, (_, i) =>
      Promise.all([one, two].map(async (store) => (await store.write([sharedBatch(i)]))[0])),
    ),
  );
  for (const [i, [a, b]] of written.entries()) {
    const rows = i === SHARED_BATCHES - 1 ? 9 : 1_000;
    expect((a?.rows ?? 0) + (b?.rows ?? 0), `new of batch ${i}`).toBe(rows);
    expect((a?.known ?? 0) + (b?.known ?? 0), `known of batch ${i}`).toBe(rows);
  }
  await settled(one, two);
  expect(await rowsIn('shared')).toEqual(WHOLE);
  expect(await flowsOf(one)).toEqual(alone);
  expect(await flowsOf(two)).toEqual(alone);
});

test('what a part was answered with before the inventory was told is answered anew', async () => {
  const [first, second] = [await worker('late'), await worker('late')] as const;
  await shareEvenly(first, second);
  await first.write([sharedBatch(0)]);
  await settled(first, second);
  for (const i of FEW.slice(2)) {
    await second.write([sharedBatch(i)]);
    await second.attribute('c', NOW);
  }
  // Pods and nodes are told last: by one, and each part's owner takes it up.
  await first.write([sharedBatch(SHARED_BATCHES - 1)]);
  await settled(first, second);
  expect(await flowsOf(first)).toEqual(await byOneAlone(FEW));
});

test('retention has all parts for as long as it takes, of whoever asks', async () => {
  const [one, two] = [await worker('kept'), await worker('kept')] as const;
  await shareEvenly(one, two);
  for (const i of FEW) await two.write([sharedBatch(i)]);
  await settled(one, two);
  await two.expire(allFor(1), instant(START + 400 * DAY), true);
  await until('each worker owns a part again', () => [one, two].every(({ workers }) => workers.places.owned === 1));
  expect((await rowsIn('kept')).map(({ n }) => n)).toEqual([0, 0]);
  expect((await one.write([sharedBatch(0)]))[0]).toMatchObject({ rows: 0, expired: 1_000 });
});

/** Starts a worker in a process of its own; when it has said the word. */
const started = async (
  database: string,
  first: number,
  word: 'open' | 'wrote' = 'wrote',
  { leaseMs } = PACE_OF_TESTS,
): Promise<ChildProcess> => {
  const url = cluster.url.replace('/unmasq?', `/${database}?`);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'work-until-killed.ts'), url, String(first), String(leaseMs)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  running.add(child);
  let said = '';
  child.stdout.on('data', (more: Buffer) => {
    said += more.toString();
  });
  await until(`a worker says ${word}`, () => {
    expect(child.exitCode, `the worker ended: ${said}`).toBeNull();
    return said.includes(`${word}\n`);
  });
  expect(said).not.toContain('again: ');
  return child;
};

/** Another worker after all that, beside what is left of others: what there is when all of it was brought in again. */
const broughtToItsEnd = async (database: string, ...beside: readonly Store[]) => {
  const last = await worker(database);
  for (let i = 0; i < SHARED_BATCHES; i++) await last.write([sharedBatch(i)]);
  const all = [last, ...beside];
  await until('each part has an owner', () => all.reduce((sum, { workers }) => sum + workers.places.owned, 0) === 2);
  await settled(...all);
  return { rows: await rowsIn(database), flows: await flowsOf(last) };
};

test('workers that are killed and paused, again and again, lose nothing and count nothing twice', async () => {
  const pause = await started('killed', 0);
  for (const [round, ms] of [40, 310, 130].entries()) {
    const child = await started('killed', 3 * round + 2, 'open');
    await after(ms);
    // Longer than it counts as alive.
    if (round === 1) {
      pause.kill('SIGSTOP');
      await after(PACE_OF_TESTS.leaseMs + 500);
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    if (round === 1) pause.kill('SIGCONT');
  }
  await after(500);
  pause.kill('SIGKILL');
  await once(pause, 'exit');
  expect(await broughtToItsEnd('killed')).toEqual({ rows: WHOLE, flows: alone });
});

test('what a paused worker still had on its way when it was succeeded puts in nothing', async () => {
  const soon = { ...PACE_OF_TESTS, leaseMs: 2_000 };
  const child = await started('fenced', 0, 'open', soon);
  // Its rows are ready on the shard; that they are to be put in arrives when another has them already.
  const late = {
    matching: '^INSERT INTO (flow_record|conntrack_event)\\b',
    times: 1,
    how: { what: 'wait', ms: 7_000 },
  } as const;
  for (const server of cluster.servers) await server.breaks(late);
  await until('its rows are ready', async () => {
    const staged = await onShard(1, 'fenced', (engine) =>
      engine.rows("SELECT 1 FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'staged_')"),
    );
    return staged.length > 0;
  });
  await after(400);
  child.kill('SIGSTOP');
  const next = await worker('fenced', soon);
  await next.write([sharedBatch(0)]);
  expect(next.workers.places.owned).toBeGreaterThan(0);
  await after(7_000);
  child.kill('SIGKILL');
  expect(await broughtToItsEnd('fenced', next)).toEqual({ rows: WHOLE, flows: alone });
});
