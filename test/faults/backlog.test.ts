import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Azurite, KEY, startAzurite, WrittenHour } from '../azurite.ts';
import { endAll, startServer } from '../program.ts';
import { step } from './ledger.ts';
import { settled } from './oracle.ts';

const MIB = 1_048_576;
/** On a disk: what lies in memory would count as memory. */
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
  await after(300);
  if (existsSync(group)) rmdirSync(group);
  rmSync(folder, { recursive: true, force: true });
});

const LIMIT_MIB = Number(process.env['LIMIT'] ?? 1_024);
const HOURS = Number(process.env['HOURS'] ?? 20);
const PER_HOUR = Number(process.env['PER'] ?? 15_000);

const inGroup = (file: string): string => readFileSync(join(group, file), 'utf8');
/** What it holds itself: pages of files, which the kernel takes back, are left out. */
const heldMib = (): number => Math.round(Number(/^total_rss (\d+)$/m.exec(inGroup('memory.stat'))?.[1]) / MIB);
const oomKills = (): number => Number(/^oom_kill (\d+)$/m.exec(inGroup('memory.oom_control'))?.[1]);

test.skipIf(!canLimit)(
  'T11',
  async () => {
    const container = azurite.service.getContainerClient('backlog');
    await container.create();
    let bytes = 0;
    for (let hour = 0; hour < HOURS; hour++) {
      const { sent } = step(hour, hour * PER_HOUR, PER_HOUR);
      const { records } = JSON.parse(sent[0]?.text ?? '') as { records: readonly object[] };
      const at = new Date(Date.UTC(2026, 10, 20, hour)).toISOString();
      const path = `flowLogResourceID=/RG/NW/y=2026/m=11/d=${at.slice(8, 10)}/h=${at.slice(11, 13)}/m=00/macAddress=0022485C1040/PT1H.json`;
      const texts = records.map((record) => JSON.stringify(record));
      bytes += texts.reduce((sum, text) => sum + text.length, 0);
      await new WrittenHour(container, path).append(...texts);
    }
    const began = performance.now();
    const log = (x: unknown) => console.log(Math.round(performance.now() - began), x);
    log(`${bytes / MIB} MiB`);
    mkdirSync(group);
    writeFileSync(`${group}/memory.limit_in_bytes`, String(LIMIT_MIB * MIB));
    const start = () =>
      startServer({
        dataDir: join(folder, 'data'),
        flags: [
          ...['--blobs-every', '1s', '--blobs-since', '2026-01-01T00:00Z'],
          ...['--blobs', `${azurite.url}/backlog`],
        ],
        env: { AZURE_STORAGE_KEY: KEY },
        under: ['sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh'],
      });
    const server = await start();
    let rows = 0;
    let most = 0;
    while (rows < 2 * HOURS * PER_HOUR) {
      await after(1_000);
      most = Math.max(most, heldMib());
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      rows = Number(/^unmasq_ingest_rows_received_total\{[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
      log([
        rows,
        heldMib(),
        Number(inGroup('memory.usage_in_bytes')) / MIB,
        inGroup('memory.failcnt').trim(),
        oomKills(),
      ]);
    }
    await settled(server.url);
    log(['settled', heldMib(), most]);
    expect(await server.end()).toBe(0);
  },
  600_000,
);
