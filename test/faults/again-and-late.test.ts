import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { MEDIA } from '../../src/contract/questions.ts';
import { createRandom } from '../../simulator/random.ts';
import { endAll, startServer } from '../program.ts';
import { fakedClock } from './faked-clock.ts';
import { inventory, step } from './ledger.ts';
import { expectWhole, settled } from './oracle.ts';
import { deliver } from './send.ts';
import { swallowing } from './swallowing.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-again-'));
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PER_STEP = 400;
const steps = Array.from({ length: 3 }, (_, k) => step(k, k * PER_STEP, PER_STEP));
const connections = steps.flatMap((made) => made.connections);
const everything = [...inventory(), ...steps.flatMap((made) => made.sent)];

test('T3, T4 answers that are lost, and everything once more much later: not a row is there twice', async () => {
  const server = await startServer({ dataDir: join(folder, 'again') });
  // To the first of each: it was taken, and nobody knows.
  const seen = new Set<string>();
  const proxy = await swallowing(
    () => server.url,
    (url) => seen.size < seen.add(url).size,
  );
  for (const sent of everything) {
    const { rows, known, tries } = await deliver(() => proxy.url, sent);
    expect({ rows, known, tries }).toEqual({ rows: 0, known: sent.rows, tries: 2 });
  }
  for (const sent of everything)
    expect(await deliver(() => server.url, sent)).toMatchObject({ rows: 0, known: sent.rows });
  await expectWhole(server.url, connections);
  proxy.close();
}, 60_000);

const flowsAt = async (url: string): Promise<string> =>
  (await fetch(`${url}/api/v1/flows?all=true`, { headers: { accept: MEDIA.jsonl } })).text();

test('T17, T18 whatever comes late, and in whatever order: the answer is that of the right order', async () => {
  const random = createRandom(Number(process.env['SEED'] ?? 1));
  const shuffled = everything
    .map((sent) => ({ sent, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ sent }) => sent);
  const orders = [everything, everything.toReversed(), shuffled];
  const answers: string[] = [];
  for (const [i, order] of orders.entries()) {
    const server = await startServer({ dataDir: join(folder, `order-${i}`) });
    for (const [k, sent] of order.entries()) {
      await deliver(() => server.url, sent);
      // Verdicts are made in between, and made anew.
      if (k % 9 === 4) await settled(server.url);
    }
    await expectWhole(server.url, connections);
    answers.push(await flowsAt(server.url));
    await server.end();
  }
  expect(answers[1]).toBe(answers[0]);
  expect(answers[2]).toBe(answers[0]);
}, 120_000);

test('T28 the clock of the server jumps by an hour, to and fro', async () => {
  const clock = fakedClock(join(folder, 'clock'));
  const server = await startServer({ dataDir: join(folder, 'jumps'), env: clock.env });
  const jumps = [0, 3_600, -3_600, 0];
  const some = steps.slice(0, 2);
  const dates: number[] = [];
  let slowest = 0;
  for (const [k, sent] of [...inventory(), ...some.flatMap((made) => made.sent)].entries()) {
    if (k % 3 === 0) {
      clock.jump(jumps[(k / 3) % jumps.length] as number);
      // It looks at the file once a second.
      await after(1_100);
    }
    const began = performance.now();
    expect(await deliver(() => server.url, sent)).toMatchObject({ rows: sent.rows, tries: 1 });
    slowest = Math.max(slowest, performance.now() - began);
    const { headers } = await fetch(`${server.url}/healthz`);
    dates.push(Date.parse(headers.get('date') ?? ''));
  }
  expect(Math.max(...dates) - Math.min(...dates), 'its clock did not jump').toBeGreaterThan(7_000_000);
  await expectWhole(
    server.url,
    some.flatMap((made) => made.connections),
  );
  expect(slowest).toBeLessThan(30_000);
}, 120_000);
