import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNT, type Azurite, KEY, startAzurite, WrittenHour } from '../azurite.ts';
import { endAll, startServer } from '../program.ts';
import { type Asked, type Befalls, failingStorage } from './failing-storage.ts';
import { step } from './ledger.ts';
import { judge, NOTHING_WRONG, settled } from './oracle.ts';
import { canMount } from './small-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-storage-'));
let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => {
  endAll();
  azurite.end();
  rmSync(folder, { recursive: true, force: true });
});

const BODIES: readonly Befalls[] = ['drip', 'reset', 'cut', 'short'];
const ASKED: readonly Asked[] = ['list', 'blocks', 'bytes'];
/** Each is a container, a cluster, and what befalls it. */
const CASES: readonly { readonly name: string; readonly befalls: Befalls | null; readonly asked: Asked | null }[] = [
  ...BODIES.flatMap((befalls) => ASKED.map((asked) => ({ name: `${befalls}-${asked}`, befalls, asked }))),
  { name: 'expired', befalls: 'expired', asked: null },
  { name: 'busy', befalls: 'busy', asked: null },
  { name: 'no-name', befalls: null, asked: null },
  { name: 'sound', befalls: null, asked: null },
];
const EVERY_S = 2;
const FAILS_FOR_MS = 16_000;
const PER_STEP = 100;
const HOURS = 2;
const made = Array.from({ length: HOURS }, (_, k) => step(k, k * PER_STEP, PER_STEP));
const connections = made.flatMap((one) => one.connections);

/** A name for this machine that its own process resolves by a file of its own: where the file does not have it, nobody does. */
const HOST = 'localhost';
const [hosts, resolvers] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
const WITH_HOSTS = `mount --bind ${hosts} /etc/hosts && mount --bind ${resolvers} /etc/resolv.conf && exec "$@"`;

test.skipIf(!canMount)(
  'T20 storage that drips, resets, cuts, tells the wrong length, refuses, is busy or has no name: pauses grow, nothing half is taken, and it goes on',
  async () => {
    for (const { name } of CASES) {
      const container = azurite.service.getContainerClient(name);
      await container.create();
      for (const [k, { sent }] of made.entries()) {
        const { records } = JSON.parse(sent[0]?.text ?? '') as { records: readonly object[] };
        const path = `flowLogResourceID=/RG/NW/y=2026/m=11/d=22/h=0${3 + k}/m=00/macAddress=0022485C1040/PT1H.json`;
        await new WrittenHour(container, path).append(...records.map((record) => JSON.stringify(record)));
      }
    }
    const storage = await failingStorage(azurite.url, (container, asked) => {
      const one = CASES.find(({ name }) => name === container);
      return one?.befalls !== undefined && (one.asked ?? asked) === asked ? one.befalls : null;
    });
    writeFileSync(hosts, '');
    writeFileSync(resolvers, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
    const urlOf = (name: string): string =>
      `http://${name === 'no-name' ? HOST : '127.0.0.1'}:${storage.port}/${ACCOUNT}/${name}`;
    const server = await startServer({
      dataDir: join(folder, 'data'),
      flags: [
        ...['--blobs-every', `${EVERY_S}s`, '--blobs-since', '2026-01-01T00:00Z'],
        ...CASES.flatMap(({ name }) => ['--blobs', `${name}=${urlOf(name)}`]),
      ],
      env: { AZURE_STORAGE_KEY: KEY },
      under: ['unshare', '--mount', 'sh', '-c', WITH_HOSTS, 'sh'],
    });
    const began = performance.now();
    await after(FAILS_FOR_MS);
    await settled(server.url);
    for (const { name } of CASES) {
      const seen = (storage.requests.get(name) ?? []).map((at) => Math.round(at - began));
      const { lost, ...others } = await judge(server.url, connections, name);
      console.log(name, seen.length, seen.join(' '), lost, others);
    }
    storage.end();
    writeFileSync(hosts, `127.0.0.1 ${HOST}\n`);
    const ended = performance.now();
    const back = new Map<string, number>();
    while (back.size < CASES.length && performance.now() - ended < 30_000) {
      await after(200);
      for (const { name } of CASES)
        if (!back.has(name) && (await judge(server.url, connections, name)).lost === 0)
          back.set(name, Math.round(performance.now() - ended));
    }
    console.log(back, server.said);
    storage.close();
    await server.end();
  },
  100_000,
);
