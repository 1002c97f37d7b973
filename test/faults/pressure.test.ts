import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { endAll, startServer } from '../program.ts';
import { inventory, step } from './ledger.ts';
import { expectWhole } from './oracle.ts';
import { deliver } from './send.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-pressure-'));
const group = `/sys/fs/cgroup/cpu/unmasq-${process.pid}`;
const canLimit = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
afterAll(() => {
  endAll();
  if (existsSync(group)) rmdirSync(group);
  rmSync(folder, { recursive: true, force: true });
});

const SENDERS = 12;
const STEPS = 8;
const PER_STEP = 1_000;
const MOST_MIB = 1_500;

test.skipIf(!canLimit)(
  'T34 a server with a quarter of a core and many senders: nothing is dropped, and memory stays within bounds',
  async () => {
    const server = await startServer({ dataDir: join(folder, 'data') });
    for (const sent of inventory()) await deliver(() => server.url, sent);
    mkdirSync(group);
    writeFileSync(`${group}/cpu.cfs_period_us`, '100000');
    writeFileSync(`${group}/cpu.cfs_quota_us`, '25000');
    writeFileSync(`${group}/cgroup.procs`, String(server.pid));
    const steps = Array.from({ length: STEPS }, (_, k) => step(k, k * PER_STEP, PER_STEP));
    const queue = steps.flatMap((made) => made.sent);
    const began = performance.now();
    await Promise.all(
      Array.from({ length: SENDERS }, async () => {
        for (let sent = queue.pop(); sent !== undefined; sent = queue.pop()) await deliver(() => server.url, sent);
      }),
    );
    const seconds = (performance.now() - began) / 1_000;
    const peak =
      Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;
    writeFileSync(`${group}/cpu.cfs_quota_us`, '-1');
    await expectWhole(
      server.url,
      steps.flatMap((made) => made.connections),
    );
    console.log(
      `${STEPS * PER_STEP} connections in ${Math.round(seconds)} s with a quarter of a core; ${Math.round(peak)} MiB at most`,
    );
    expect(peak).toBeLessThan(MOST_MIB);
    await server.end();
  },
  180_000,
);
