import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { writeAll } from '../../src/store/write-all.ts';
import { endAll, startServer } from '../program.ts';
import { inventory, type Step, step } from './ledger.ts';
import { expectWhole } from './oracle.ts';
import { deliver, post } from './send.ts';
import { canMount, type SmallDisk, smallDisk } from './small-disk.ts';
import { supervised } from './supervised.ts';
import { type Call, canDisturb, disturb } from './system-calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-disk-'));
const small = canMount ? smallDisk(join(folder, 'small'), 24 * 1_024) : null;
const PER_STEP = 400;
const BACK_WITHIN_MS = 10_000;

afterEach(endAll);
afterAll(() => {
  small?.gone();
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!canMount)(
  'T6 what there is no room for is refused, also where the disk takes a part of it and says nothing',
  async () => {
    const disk = smallDisk(join(folder, 'tiny'), 64);
    // The first piece fits, whole; a file of rows that ended there would be read as if it was all.
    const pieces = [32, 0, 64].map((kib, i) => new Uint8Array(kib * 1_024).fill(i));
    const path = join(disk.path, 'rows');
    const file = await open(path, 'w');
    await expect(writeAll(file, pieces)).rejects.toMatchObject({ code: 'ENOSPC' });
    disk.resize(1_024);
    const again = await open(path, 'w');
    await writeAll(again, pieces);
    expect(readFileSync(path)).toEqual(Buffer.concat(pieces));
    for (const one of [file, again]) await one.close();
    disk.gone();
  },
);

test.skipIf(small === null)(
  'T6 the disk is full, and has room again: who sends is told to come again, nothing ends, nothing is lost',
  async () => {
    const disk = small as SmallDisk;
    const server = await startServer({ dataDir: join(disk.path, 'data') });
    for (const sent of inventory()) await deliver(() => server.url, sent);
    const steps: Step[] = [];
    let refused: Response | null = null;
    while (refused === null) {
      const made = step(steps.length, steps.length * PER_STEP, PER_STEP);
      steps.push(made);
      for (const sent of made.sent) {
        const response = await post(server.url, sent);
        if (response.status !== 200) refused ??= response;
      }
      expect(steps.length, 'it never became full').toBeLessThan(400);
    }
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    // What a small row would still have had room in.
    disk.fill();
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/^not ready: .*/)]);
    disk.resize(2 * 1_024 * 1_024);
    const began = performance.now();
    const [first, ...others] = steps.flatMap((made) => made.sent);
    if (first !== undefined) await deliver(() => server.url, first);
    const backAfter = performance.now() - began;
    for (const sent of others) await deliver(() => server.url, sent);
    await expectWhole(
      server.url,
      steps.flatMap((made) => made.connections),
    );
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(backAfter).toBeLessThan(BACK_WITHIN_MS);
    console.log(`full after ${steps.length} steps; written to again ${Math.round(backAfter)} ms after there was room`);
    expect(await server.end()).toBe(0);
  },
  120_000,
);

const FAULTS: readonly (readonly [Call, string])[] = [
  ['fsync', 'error=EIO'],
  ['rename', 'error=EIO'],
  ['open', 'error=EIO'],
  ['mkdir', 'error=ENOSPC'],
  ['unlink', 'error=EIO'],
];

test.skipIf(!canDisturb)(
  'T8 what the disk fails to do is not taken for done',
  async () => {
    const server = await supervised({ dataDir: join(folder, 'failing') });
    for (const sent of inventory()) await deliver(server.url, sent);
    const steps = FAULTS.map((_, k) => step(k, k * PER_STEP, PER_STEP));
    let refusals = 0;
    for (const [k, [call, fault]] of FAULTS.entries())
      for (const [i, sent] of (steps[k]?.sent ?? []).entries()) {
        if (i < 2) {
          const stop = await disturb(server.pid(), call, fault);
          const { status } = await post(server.url(), sent).catch(() => ({ status: 0 }));
          await stop();
          if (status !== 200) refusals++;
        }
        await deliver(server.url, sent);
      }
    await expectWhole(
      server.url(),
      steps.flatMap((made) => made.connections),
    );
    expect(refusals, 'no fault reached the store: the test shows nothing').toBeGreaterThan(3);
    console.log(
      `${refusals} bodies were refused, and taken when they came again; started again ${server.recoveries.length} times`,
    );
  },
  120_000,
);
