import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, afterEach, expect, test } from 'vitest';
import { createRandom } from '../../simulator/random.ts';
import { endAll } from '../program.ts';
import { fakedClock } from './faked-clock.ts';
import { inventory, type Step, step } from './ledger.ts';
import { expectWhole } from './oracle.ts';
import { deliver } from './send.ts';
import { canMount, type SmallDisk, smallDisk } from './small-disk.ts';
import { supervised } from './supervised.ts';
import { swallowing } from './swallowing.ts';

/** By hand: `npm run faults -- soak`, of three minutes, or `MINUTES=30`; `SEED` has other faults come at other moments. */
const MINUTES = Number(process.env['MINUTES'] ?? 0);
const isAsked = canMount && MINUTES > 0;
const PER_SECOND = Number(process.env['RATE'] ?? 300);
const FAULT_EVERY_MS = 20_000;
const LASTS_MS = 5_000;
const SLOW_SENDERS = 50;
const DISK_KIB = 2 * 1_048_576;
/** Only of a run that is long enough: at first it grows into what it uses. */
const SLOPE_FROM_MINUTES = 20;
const MOST_MIB_PER_MINUTE = 1;
const MOST_MORE_FDS = 64;

const folder = mkdtempSync(join(tmpdir(), 'unmasq-soak-'));
const disk = isAsked ? smallDisk(join(folder, 'disk'), DISK_KIB) : null;
afterEach(endAll);
afterAll(() => {
  disk?.gone();
  rmSync(folder, { recursive: true, force: true });
});

interface Sample {
  readonly minute: number;
  readonly mib: number;
  readonly fds: number;
}

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;

test.skipIf(!isAsked)(
  `T37 ${MINUTES} minutes with a fault every 20 s: nothing is lost, twice or wrong, and memory and files stay as they are`,
  async () => {
    const random = createRandom(Number(process.env['SEED'] ?? 1));
    const clock = fakedClock(join(folder, 'clock'));
    const server = await supervised({ dataDir: join((disk as SmallDisk).path, 'data'), env: clock.env });
    let isLosing = false;
    const proxy = await swallowing(server.url, () => isLosing);
    const slowly = (): void => {
      const { port } = new URL(server.url());
      for (let i = 0; i < SLOW_SENDERS; i++) {
        const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
        socket.write('POST /api/v1/objects?name=slow.txt HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n[');
        setTimeout(() => socket.destroy(), LASTS_MS);
      }
    };
    const faults: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['killed', () => server.kill()],
      [
        'disk full',
        async () => {
          disk?.fill();
          await after(LASTS_MS);
          disk?.free();
        },
      ],
      [
        'answers lost',
        async () => {
          isLosing = true;
          await after(LASTS_MS);
          isLosing = false;
        },
      ],
      [
        'clock',
        async () => {
          clock.jump(random.pick([3_600, -3_600]));
          await after(LASTS_MS);
          clock.jump(0);
        },
      ],
      ['slow senders', async () => slowly()],
    ];
    const began = performance.now();
    const minute = (): number => (performance.now() - began) / 60_000;
    const happened: string[] = [];
    const harming = (async () => {
      while (minute() < MINUTES) {
        await after(FAULT_EVERY_MS);
        const [name, happen] = random.pick(faults);
        happened.push(name);
        await happen();
      }
    })();
    const samples: Sample[] = [];
    const watching = (async () => {
      while (minute() < MINUTES) {
        await after(1_000);
        try {
          const held = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid()}/status`, 'utf8'))?.[1];
          samples.push({
            minute: minute(),
            mib: Number(held) / 1_024,
            fds: readdirSync(`/proc/${server.pid()}/fd`).length,
          });
        } catch {
          // It was killed, and is not there again.
        }
      }
    })();
    // As it is live: each second tells of the second before.
    const pace = { start: Date.now() - 2_000, apartMs: 1_000 / PER_SECOND };
    for (const sent of inventory(pace)) await deliver(() => proxy.url, sent);
    const steps: Step[] = [];
    while (minute() < MINUTES) {
      const due = began + steps.length * 1_000;
      await after(Math.max(0, due - performance.now()));
      const made = step(steps.length, steps.length * PER_SECOND, PER_SECOND, pace);
      steps.push(made);
      await Promise.all(made.sent.map((sent) => deliver(() => proxy.url, sent)));
    }
    await Promise.all([harming, watching]);
    const connections = steps.flatMap((made) => made.connections);
    await expectWhole(server.url(), connections);
    const third = (k: number): readonly Sample[] =>
      samples.filter((one) => Math.floor((3 * one.minute) / MINUTES) === k);
    const [early, late] = [third(1), third(2)];
    const slope = (median(late.map(({ mib }) => mib)) - median(early.map(({ mib }) => mib))) / (MINUTES / 3);
    const fds = median(late.map((one) => one.fds)) - median(early.map((one) => one.fds));
    console.log(
      `${connections.length} connections; ${happened.join(', ')}; ${slope.toFixed(1)} MiB a minute from the second third to the last, ${Math.round(median(late.map(({ mib }) => mib)))} MiB; ${fds} more files, of ${median(early.map((one) => one.fds))}`,
    );
    expect(fds).toBeLessThan(MOST_MORE_FDS);
    if (MINUTES >= SLOPE_FROM_MINUTES) expect(slope).toBeLessThan(MOST_MIB_PER_MINUTE);
    proxy.close();
    expect(await server.end()).toBe(0);
  },
  (2 * MINUTES + 5) * 60_000,
);
