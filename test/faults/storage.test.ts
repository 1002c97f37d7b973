import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACCOUNT, type Azurite, KEY, startAzurite, WrittenHour } from '../azurite.ts';
import { endAll, startServer } from '../program.ts';
import { type Asked, type Befalls, failingStorage } from './failing-storage.ts';
import { step } from './ledger.ts';
import { flowsOf, judge, NOTHING_WRONG, settled } from './oracle.ts';
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

const BODIES: readonly Befalls[] = ['drip', 'reset', 'short'];
const ASKED: readonly Asked[] = ['list', 'blocks', 'bytes'];
/** Each is a container and a cluster. */
interface Case {
  readonly name: string;
  readonly befalls: Befalls | null;
  /** What it befalls; null: everything. */
  readonly asked: Asked | null;
}
const CASES: readonly Case[] = [
  ...BODIES.flatMap((befalls) => ASKED.map((asked) => ({ name: `${befalls}-${asked}`, befalls, asked }))),
  { name: 'cut-bytes', befalls: 'cut', asked: 'bytes' },
  { name: 'expired', befalls: 'expired', asked: null },
  { name: 'busy', befalls: 'busy', asked: null },
  { name: 'no-name', befalls: null, asked: null },
  { name: 'sound', befalls: null, asked: null },
];
const EVERY_S = 2;
const FAILS_FOR_MS = 25_000;
/** Twice the longest pause that there may be by then. */
const BACK_WITHIN_MS = 32_000;
const PAUSE_MS = 1_500;
const PER_STEP = 30;
const HOURS = 2;
const made = Array.from({ length: HOURS }, (_, k) => step(k, k * PER_STEP, PER_STEP));
const connections = made.flatMap((one) => one.connections);

/** Between tries: what the client repeats by itself comes sooner. */
const pausesIn = (met: readonly { readonly at: number }[]): readonly number[] =>
  met
    .slice(1)
    .map(({ at }, i) => at - (met[i]?.at ?? 0))
    .filter((pause) => pause > PAUSE_MS);

const write = async (name: string): Promise<void> => {
  const container = azurite.service.getContainerClient(name);
  await container.create();
  for (const [k, { sent }] of made.entries()) {
    const { records } = JSON.parse(sent[0]?.text ?? '') as { records: readonly object[] };
    const path = `flowLogResourceID=/RG/NW/y=2026/m=11/d=22/h=0${3 + k}/m=00/macAddress=0022485C1040/PT1H.json`;
    await new WrittenHour(container, path).append(...records.map((record) => JSON.stringify(record)));
  }
};

/** A name for this machine that its own process resolves by a file of its own: where the file does not have it, nobody does. */
const HOST = 'localhost';
const [hosts, resolvers] = [join(folder, 'hosts'), join(folder, 'resolv.conf')];
const WITH_HOSTS = `mount --bind ${hosts} /etc/hosts && mount --bind ${resolvers} /etc/resolv.conf && exec "$@"`;

test.skipIf(!canMount)(
  'T20 storage that drips, resets, cuts, tells the wrong length, refuses, is busy or has no name: pauses grow, nothing half is taken, and it goes on',
  async () => {
    await Promise.all(CASES.map(({ name }) => write(name)));
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
        '--blobs-every',
        `${EVERY_S}s`,
        '--blobs-since',
        '2026-01-01T00:00Z',
        ...CASES.flatMap(({ name }) => ['--blobs', `${name}=${urlOf(name)}`]),
      ],
      env: { AZURE_STORAGE_KEY: KEY },
      under: ['unshare', '--mount', 'sh', '-c', WITH_HOSTS, 'sh'],
    });
    const began = performance.now();
    const retried = CASES.filter(({ befalls }) => befalls !== null && befalls !== 'drip').map(({ name }) => name);
    const pausesOf = (name: string): readonly (readonly number[])[] => {
      const met = storage.troubled.filter(({ container }) => container === name);
      return [...Map.groupBy(met, ({ path }) => path).values()].map(pausesIn);
    };
    // Until each was tried thrice.
    const isTried = (name: string): boolean =>
      pausesOf(name).length > 0 && pausesOf(name).every(({ length }) => length > 1);
    while (!retried.every(isTried) && performance.now() - began < FAILS_FOR_MS) await after(100);
    const seconds = (performance.now() - began) / 1_000;
    const told = async (name: string): Promise<number> => (await flowsOf(server.url, name)).length;
    const isTrouble = ({ name }: Case): boolean => name !== 'sound';
    for (const { name } of CASES.filter(isTrouble)) expect([name, await told(name)]).toEqual([name, 0]);
    // However slow others are.
    expect(await told('sound')).toBe(connections.length);
    for (const name of retried) {
      expect([name, isTried(name)]).toEqual([name, true]);
      for (const pauses of pausesOf(name))
        expect([name, pauses]).toEqual([name, pauses.toSorted((one, other) => one - other)]);
    }
    const asked = Map.groupBy(storage.troubled, ({ container }) => container);
    const most = Math.max(...[...asked.values()].map(({ length }) => length));
    expect(most / seconds).toBeLessThan(1);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const unresolved = Number(/^unmasq_blob_failures_total\{.*no-name".*\} (\d+)$/m.exec(metrics)?.[1]);
    expect(unresolved).toBeGreaterThan(1);
    expect(unresolved / seconds).toBeLessThan(1);

    storage.end();
    writeFileSync(hosts, `127.0.0.1 ${HOST}\n`);
    const ended = performance.now();
    let slowest = 0;
    for (const { name } of CASES) {
      while ((await told(name)) < connections.length && performance.now() - ended < BACK_WITHIN_MS) await after(100);
      slowest = performance.now() - ended;
      expect([name, slowest]).toEqual([name, expect.toSatisfy((ms: number) => ms < BACK_WITHIN_MS)]);
    }
    await settled(server.url);
    for (const { name } of CASES)
      expect([name, await judge(server.url, connections, name)]).toEqual([name, { ...NOTHING_WRONG, exact: 0 }]);
    console.log(
      `at most ${most} requests of one collector in ${Math.round(seconds)} s of trouble; all of ${CASES.length} were read ${Math.round(slowest)} ms after it`,
    );
    storage.close();
    expect(await server.end()).toBe(0);
  },
  100_000,
);
