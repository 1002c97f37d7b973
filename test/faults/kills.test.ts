import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { endAll } from '../program.ts';
import { inventory, type Step, step } from './ledger.ts';
import { expectWhole } from './oracle.ts';
import { deliver } from './send.ts';
import { supervised } from './supervised.ts';
import { type Call, canDisturb, disturb } from './system-calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-kills-'));
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KILLS = Number(process.env['KILLS'] ?? 10);
const PER_STEP = 400;
const MOST_MS = 1_500;
const RECOVERED_WITHIN_MS = 5_000;

test(`T1 killed ${KILLS} times at random moments: nothing is lost, nothing is there twice, and it is back within 5 s`, async () => {
  const random = createRandom(Number(process.env['SEED'] ?? 1));
  const server = await supervised({ dataDir: join(folder, 'random') });
  const killing = (async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      await after(random.between(5, MOST_MS));
      await server.kill();
    }
  })();
  const steps: Step[] = [];
  let written = 0;
  for (const sent of inventory()) await deliver(server.url, sent);
  while (server.recoveries.length < KILLS) {
    const made = step(steps.length, steps.length * PER_STEP, PER_STEP);
    steps.push(made);
    for (const sent of made.sent) {
      const { known } = await deliver(server.url, sent);
      if (known > 0) written++;
    }
  }
  await killing;
  const connections = steps.flatMap((one) => one.connections);
  await expectWhole(server.url(), connections);
  const slowest = Math.max(...server.recoveries);
  console.log(
    `${KILLS} kills, ${connections.length} connections in ${steps.length} steps; ${written} bodies were written though nobody was told; back after ${Math.round(slowest)} ms at most`,
  );
  expect(slowest).toBeLessThan(RECOVERED_WITHIN_MS);
  // Else no kill came between the writing and the answer, and the test shows nothing of it.
  if (KILLS >= 50) expect(written).toBeGreaterThan(0);
}, 900_000);

const AT: readonly Call[] = ['fsync', 'rename', 'open', 'unlink', 'write'];

test.skipIf(!canDisturb)(
  'T2 killed at an fsync, at a rename, … of a write, of the verdicts, of the next write: whatever was begun is whole or not there',
  async () => {
    const server = await supervised({ dataDir: join(folder, 'calls') });
    for (const sent of inventory()) await deliver(server.url, sent);
    const steps = AT.flatMap((_, i) => [2 * i, 2 * i + 1]).map((k) => step(k, k * PER_STEP, PER_STEP));
    for (const [i, made] of steps.entries())
      for (const [k, sent] of made.sent.entries()) {
        // The flow log's body in one step, that of a node in the next.
        const isDue = k === i % 2;
        const stop = isDue ? await disturb(server.pid(), AT[Math.floor(i / 2)] as Call, 'signal=KILL') : null;
        await deliver(server.url, sent);
        await stop?.();
      }
    await expectWhole(
      server.url(),
      steps.flatMap((made) => made.connections),
    );
    // Each of them came, so that each was a kill.
    expect(server.recoveries).toHaveLength(steps.length);
  },
  120_000,
);
