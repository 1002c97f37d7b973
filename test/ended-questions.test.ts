import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API } from '../src/contract/questions.ts';
import { symptomIn } from '../src/core/symptom.ts';
import { Admission } from '../src/server/admission.ts';
import { LIMITS, serve, type Serving } from '../src/server/serve.ts';
import { readUnpacked } from '../src/sources/files/read-unpacked.ts';
import { otlpJson } from '../src/sources/otlp/otlp-json.ts';
import { exportResponse, refusalStatus } from '../src/sources/otlp/otlp-response.ts';
import { FOR_EVER } from '../src/core/retention.ts';
import { NOW } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/** Whoever asked and went away, or waits beyond the time limit, has nothing done for them any more. */

const { engine, store } = await temporaryStore();
/** Half a minute of work, for as long as nobody ends it. */
const SLOW = 'SELECT sum(sleepEachRow(0.01)) AS slept, {x:UInt8} AS x FROM numbers(3000) SETTINGS max_block_size = 10';
const isBusy = async (): Promise<boolean> => {
  const [row] = await engine.rows<{ n: number }>(
    "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%system.processes%'",
  );
  return (row?.n ?? 0) > 0;
};
const untilBusy = async (is: boolean): Promise<number> => {
  const from = performance.now();
  while ((await isBusy()) !== is) await sleep(20);
  return performance.now() - from;
};

/** The real server over the real engine; what is asked of it is slow. */
let server: Serving;
beforeAll(async () => {
  server = await serve(
    {
      store,
      files: { audit: null, cost: null },
      openApi: {},
      console: null,
      unpack: readUnpacked,
      otlp: { toJson: otlpJson, response: exportResponse, refusal: refusalStatus },
      otlpListener: null,
      collectors: [],
      keepsLogText: false,
      symptomIn,
      retention: FOR_EVER,
      ask: async (words, to, { gone }) => {
        if (words.includes('203.0.113.99')) await engine.until(gone).rows(SLOW, { x: 1 });
        await to.out('{}\n');
        return 0;
      },
      now: () => NOW,
      log: () => undefined,
    },
    { host: '127.0.0.1', port: 0, admission: new Admission([], null), limits: { ...LIMITS, seconds: 2 } },
  );
});
afterAll(() => server.close());

const ended = async (why: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`unmasq_questions_ended_total\\{why="${why}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
};

test.each<[string, (signal: AbortSignal) => Promise<unknown>]>([
  ['rows', (signal) => engine.until(signal).rows(SLOW, { x: 1 })],
  [
    'blocks',
    async (signal) => {
      for await (const block of engine.until(signal).blocks(SLOW, { x: 1 })) expect(block.length).toBeGreaterThan(0);
    },
  ],
])('a statement that gives %s is ended in the engine, and the next is answered', async (_, ask) => {
  const gone = new AbortController();
  const asked = Promise.allSettled([ask(gone.signal)]);
  await untilBusy(true);
  gone.abort();
  expect(await untilBusy(false)).toBeLessThan(5_000);
  expect((await asked)[0]).toMatchObject({ status: 'rejected' });
  expect(await engine.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await expect(ask(gone.signal)).rejects.toThrow(/abort/i);
});

test('those of others go on', async () => {
  const gone = new AbortController();
  const others = engine
    .until(new AbortController().signal)
    .rows('SELECT sum(sleepEachRow(0.01)) AS s FROM numbers(100)');
  const asked = Promise.allSettled([engine.until(gone.signal).rows(SLOW, { x: 1 })]);
  await untilBusy(true);
  gone.abort();
  expect(await others).toEqual([{ s: 0 }]);
  expect((await asked)[0]).toMatchObject({ status: 'rejected' });
});

test('an asker that goes away, and one that waits too long, are done with', async () => {
  const left = new AbortController();
  const request = fetch(`${server.url}${API}/who?dest=203.0.113.99`, { signal: left.signal });
  await untilBusy(true);
  left.abort();
  await expect(request).rejects.toThrow(/abort/i);
  await untilBusy(false);
  const late = await fetch(`${server.url}${API}/who?dest=203.0.113.99`);
  expect(late.status).toBe(504);
  await untilBusy(false);
  expect(await (await fetch(`${server.url}${API}/who?dest=203.0.113.66`)).text()).toBe('{}\n');
  expect([await ended('left'), await ended('late')]).toEqual([1, 1]);
});
