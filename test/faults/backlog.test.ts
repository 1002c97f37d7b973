import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Azurite, KEY, startAzurite, WrittenHour } from '../azurite.ts';
import { endAll } from '../program.ts';
import { step } from './ledger.ts';
import { settled } from './oracle.ts';
import { supervised } from './supervised.ts';

const MIB = 1_048_576;
/** On a disk: what lies in a folder in memory would count as the server's. */
const folder = mkdtempSync('/var/tmp/unmasq-backlog-');
const group = `/sys/fs/cgroup/memory/unmasq-${process.pid}`;
const canLimit = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes');
let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(async () => {
  endAll();
  azurite.end();
  await after(500);
  if (existsSync(group)) rmdirSync(group);
  rmSync(folder, { recursive: true, force: true });
});

/** The engine and a write of 600,000 rows take 600 MiB; below that nothing goes. */
const LIMIT_MIB = Number(process.env['LIMIT_MIB'] ?? 1_024);
const HOURS = Number(process.env['HOURS'] ?? 30);
const PER_HOUR = 15_000;

const inGroup = (file: string): string => readFileSync(join(group, file), 'utf8');
/** What it holds itself: pages of files, which the kernel takes back, are left out. */
const heldMib = (): number => Number(/^total_rss (\d+)$/m.exec(inGroup('memory.stat'))?.[1]) / MIB;
const killedForMemory = (): number => Number(/^oom_kill (\d+)$/m.exec(inGroup('memory.oom_control'))?.[1]);

test.skipIf(!canLimit)(
  `T11 a backlog of ${HOURS} hours for a server that was killed and has ${LIMIT_MIB} MiB: all of it is read, within them`,
  async () => {
    const container = azurite.service.getContainerClient('backlog');
    await container.create();
    let [backlog, bytes] = [0, 0];
    for (let hour = 0; hour < HOURS; hour++) {
      const { sent, connections } = step(hour, hour * PER_HOUR, PER_HOUR);
      const { records } = JSON.parse(sent[0]?.text ?? '') as { records: readonly object[] };
      const [day, clock] = [20 + Math.floor(hour / 24), hour % 24].map((n) => String(n).padStart(2, '0'));
      const path = `flowLogResourceID=/RG/NW/y=2026/m=11/d=${day}/h=${clock}/m=00/macAddress=0022485C1040/PT1H.json`;
      const texts = records.map((record) => JSON.stringify(record));
      backlog += texts.reduce((sum, text) => sum + text.length, 0);
      bytes += connections.reduce((sum, { bytesOut, bytesIn }) => sum + bytesOut + bytesIn, 0);
      await new WrittenHour(container, path).append(...texts);
    }
    mkdirSync(group);
    writeFileSync(join(group, 'memory.limit_in_bytes'), String(LIMIT_MIB * MIB));
    const server = await supervised({
      dataDir: join(folder, 'data'),
      flags: ['--blobs-every', '1s', '--blobs-since', '2026-01-01T00:00Z', '--blobs', `${azurite.url}/backlog`],
      env: { AZURE_STORAGE_KEY: KEY },
      under: ['sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh'],
    });
    const ask = async (question: string): Promise<unknown> =>
      (await fetch(`${server.url()}/api/v1/${question}`)).json().catch(() => ({}));
    let most = 0;
    const rowsIn = async (): Promise<number> => {
      most = Math.max(most, heldMib());
      const { items } = (await ask('sources').catch(() => ({}))) as { items?: readonly { rows: number }[] };
      return items?.[0]?.rows ?? 0;
    };
    const rows = 2 * HOURS * PER_HOUR;
    while ((await rowsIn()) === 0) await after(50);
    await server.kill();
    expect(await rowsIn(), 'nothing was left to be read: the test shows nothing').toBeLessThan(rows);
    const began = performance.now();
    while ((await rowsIn()) < rows) await after(250);
    const seconds = (performance.now() - began) / 1_000;
    await settled(server.url());
    await rowsIn();
    const { coverage } = (await ask('who?dest=203.0.113.0/24&since=2026-11-22T00:00Z')) as { coverage: object };
    expect(coverage).toMatchObject({ flows: HOURS * PER_HOUR, bytes });
    console.log(
      `${Math.round(backlog / MIB)} MiB of blobs, ${rows} rows in ${Math.round(seconds)} s after the restart; ${Math.round(most)} MiB held at most`,
    );
    expect([killedForMemory(), server.recoveries.length]).toEqual([0, 1]);
    expect(await server.end()).toBe(0);
  },
  900_000,
);
