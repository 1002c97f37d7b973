import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type HttpEngine, openHttp } from '../src/store/http-engine.ts';
import type { Store } from '../src/core/ports.ts';
import type { Engine } from '../src/store/engine.ts';
import { openServer, openServerStore, type ServerWorld } from '../src/store/open-store.ts';
import { type Pace, PACE } from '../src/store/ownership.ts';
import type { ServerAt } from '../src/store/server-at.ts';
import { PASSWORD, type StandIn, startClickhouse, USER } from './clickhouse-server/start-clickhouse.ts';

/**
 * The wire of a ClickHouse server, and what goes wrong on it. The server is a stand-in (test/clickhouse-server/server.ts): the engine behind
 * it is real, the HTTP in front of it is ours. The store's own contract runs over it with npm run test:wire.
 */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-wire-'));
let server: StandIn;
let engine: HttpEngine;
beforeAll(async () => {
  server = await startClickhouse(join(folder, 'data'));
  engine = openHttp(server.at, 'aaaaaaaaaaaa0000');
  await engine.changeServer('CREATE DATABASE IF NOT EXISTS {database:Identifier}', { database: server.at.database });
});
afterEach(() => server.breaks());
afterAll(async () => {
  await engine.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const allOf = async (blocks: AsyncIterable<Uint8Array>): Promise<number> => {
  let bytes = 0;
  for await (const block of blocks) bytes += block.length;
  return bytes;
};

test('a parameter arrives as it was, whatever stands in it', async () => {
  const hostile = 'a\t\'b\\\n\r\0{x:String}ü"`) --';
  const asked = {
    text: hostile,
    texts: [hostile, '', "''"],
    numbers: [1, 255],
    big: 18_446_744_073_709_551_615n,
    below: -5,
    address: '::ffff:192.0.2.1',
    none: [],
    long: Array.from({ length: 5000 }, (_, i) => `${hostile}${i}`),
  };
  const [row] = await engine.rows(
    `SELECT {text:String} AS text, {texts:Array(String)} AS texts, {numbers:Array(UInt8)} AS numbers, toString({big:UInt64}) AS big,
       {below:Int64} AS below, {address:IPv6} AS address, {none:Array(UInt8)} AS none, {long:Array(String)} AS long`,
    asked,
  );
  expect(row).toEqual({ ...asked, big: String(asked.big) });
});

test('a number that JavaScript cannot hold exactly is refused, not rounded', async () => {
  await expect(engine.rows('SELECT {n:UInt64} AS n', { n: 2 ** 60 })).rejects.toThrow(RangeError);
});

test('rows come along with the statement that wants them, for a table as for an insert', async () => {
  const file = {
    bytes: [Buffer.from('{"a":1}\n'), Buffer.from('{"a":2}')],
    format: 'JSONEachRow',
    structure: 'a UInt64',
  } as const;
  const name = `staged_1${engine.mark}`;
  await engine.load('CREATE TABLE {name:Identifier} ENGINE = Memory AS SELECT * FROM {source}', file, { name });
  await engine.load('INSERT INTO {name:Identifier} SELECT a + {more:UInt8} FROM {source}', file, { name, more: 10 });
  expect(await engine.rows('SELECT a FROM {name:Identifier} ORDER BY a', { name })).toEqual(
    [1, 2, 11, 12].map((a) => ({ a })),
  );
  await engine.run('DROP TABLE {name:Identifier} SYNC', { name });
});

test('an answer that fails half-way throws what the server said', async () => {
  const half = engine.blocks(
    'SELECT throwIf(number = 200000) AS x, number FROM numbers(300000) SETTINGS max_block_size = 20000',
  );
  let bytes = 0;
  const reading = async (): Promise<void> => {
    for await (const block of half) bytes += block.length;
  };
  await expect(reading()).rejects.toMatchObject({ code: 395, message: expect.stringContaining('throwIf') as string });
  expect(bytes, 'it failed before the first of it: the test shows nothing').toBeGreaterThan(0);
});

test('an answer that is cut off is never taken for the whole', async () => {
  const sql = 'SELECT number FROM numbers(300000) SETTINGS max_block_size = 20000';
  await server.breaks({ matching: 'numbers\\(300000', times: 1, how: { what: 'cut', afterBytes: 1_000_000 } });
  await expect(allOf(engine.blocks(sql))).rejects.toMatchObject({ code: 'E_STORE_UNREACHABLE' });
  // Cut before anything of it was handed on, it is asked for again.
  await server.breaks({ matching: 'numbers\\(300000', times: 1, how: { what: 'cut', afterBytes: 1000 } });
  const bytes = await allOf(engine.blocks(sql));
  expect(bytes).toBeGreaterThan(8 * 300_000);
});

test.each([
  ['does not answer', { what: 'drop', when: 'before' }],
  ['goes away before the answer', { what: 'drop', when: 'after' }],
  ['stands behind a proxy that has lost it', { what: 'status', status: 503 }],
] as const)('what only reads is asked again of a server that %s', async (_, how) => {
  await server.breaks({ matching: 'SELECT 41', times: 1, how });
  expect(await engine.rows('SELECT 41 + 1 AS x')).toEqual([{ x: 42 }]);
});

test('what writes is done once, or its failure is told: it is never sent again', async () => {
  await engine.run('CREATE TABLE written (x UInt64) ENGINE = MergeTree ORDER BY x');
  await server.breaks({ matching: 'INSERT INTO written', times: 1, how: { what: 'drop', when: 'after' } });
  await expect(engine.run('INSERT INTO written SELECT 1')).rejects.toMatchObject({ code: 'E_STORE_UNREACHABLE' });
  await server.breaks({ matching: 'INSERT INTO written', times: 1, how: { what: 'drop', when: 'before' } });
  await expect(engine.run('INSERT INTO written SELECT 2')).rejects.toMatchObject({ code: 'E_STORE_UNREACHABLE' });
  expect(await engine.rows('SELECT x FROM written')).toEqual([{ x: 1 }]);
});

test('nothing is written while a statement that was broken off may still be at work', async () => {
  await engine.run('CREATE TABLE slow (x UInt64) ENGINE = MergeTree ORDER BY x');
  const again = openHttp(server.at, 'bbbbbbbbbbbb0000');
  // Cut off on the way, and at work for four seconds where nobody ends it.
  await server.breaks({ matching: 'sleepEachRow', times: 1, how: { what: 'hang-up', afterMs: 500 } });
  await expect(
    again.run('INSERT INTO slow SELECT number + sleepEachRow(0.01) FROM numbers(400) SETTINGS max_block_size = 10'),
  ).rejects.toMatchObject({ code: 'E_STORE_UNREACHABLE' });
  await again.run('INSERT INTO slow SELECT 1');
  const [running] = await engine.rows<{ n: number }>(
    "SELECT count() AS n FROM system.processes WHERE query LIKE '%sleepEachRow%' AND query NOT LIKE '%system.processes%'",
  );
  expect(running?.n).toBe(0);
  await again.close();
});

test.each([
  ['a wrong password', { password: 'no' }, 'E_STORE_LOGIN', `user ${USER}`],
  ['nobody there', { url: new URL('http://127.0.0.1:1') }, 'E_STORE_UNREACHABLE', 'http://127.0.0.1:1'],
] as const)('%s is told as what it is', async (_, other: Partial<ServerAt>, code, says) => {
  const told = openServerStore({ ...server.at, ...other }, worldOf('c'));
  await expect(told).rejects.toMatchObject({ code, message: expect.stringContaining(says) as string });
  await expect(told).rejects.not.toMatchObject({ message: expect.stringContaining(PASSWORD) as string });
});

test('a server that is too old is refused by its version', async () => {
  await server.breaks({
    matching: 'SELECT version',
    times: 1,
    how: { what: 'rewrite', from: 'version()', to: "'24.8.14.39'" },
  });
  await expect(openServerStore(server.at, worldOf('c'))).rejects.toMatchObject({
    code: 'E_STORE_OLD',
    message: expect.stringMatching(/24\.8\.14\.39.*26\.7/) as string,
  });
});

test('a grant that is missing is named', async () => {
  const text =
    "Code: 497. DB::Exception: unmasq: Not enough privileges. To execute this query, it's necessary to have the grant INSERT(x) ON unmasq.written. (ACCESS_DENIED)";
  await server.breaks({ matching: 'INSERT INTO written', times: 1, how: { what: 'exception', text } });
  await expect(engine.run('INSERT INTO written SELECT 3')).rejects.toMatchObject({
    code: 'E_STORE_GRANT',
    message: expect.stringContaining('GRANT INSERT(x) ON unmasq.written TO unmasq') as string,
  });
});

test('what answers, and is no ClickHouse, is told as that', async () => {
  await server.breaks({ matching: 'SELECT version', times: 9, how: { what: 'status', status: 404 } });
  await expect(openServerStore(server.at, worldOf('c'))).rejects.toMatchObject({
    message: expect.stringMatching(/404.*not as ClickHouse does/) as string,
  });
});

const worldOf = (letter: string, elapsedMs = () => performance.now(), pace: Pace = PACE): ServerWorld => ({
  nonce: letter.repeat(16),
  elapsedMs,
  pace,
});

const SHORT: Pace = { leaseMs: 1_500, beatMs: 300 };

const untilOwned = async (store: Store): Promise<void> => {
  while (store.workers.places.owned === 0) await setTimeout(50);
};

test('one process owns what it writes; another beside it has it written, and owns it after it', async () => {
  const at = { ...server.at, database: 'owned' };
  const first = await openServerStore(at, worldOf('d', undefined, SHORT));
  await first.probe();
  const second = await openServerStore(at, worldOf('e', undefined, SHORT));
  expect(await second.clusters()).toEqual([]);
  await second.probe();
  expect([first, second].map(({ workers }) => workers.places.owned)).toEqual([1, 0]);
  // Whoever stays has it, and not whoever came for a while.
  await second.workers.stay();
  await untilOwned(second);
  await first.probe();
  expect([first, second].map(({ workers }) => workers.places.owned)).toEqual([0, 1]);
  await second.close();
  await untilOwned(first);
  await first.probe();
  await first.close();
}, 120_000);

test('an owner that is heard of no more is succeeded, and writes nothing more', async () => {
  const at = { ...server.at, database: 'owned' };
  // One that is not heard of again, and whose own clock leaps: as if the machine slept.
  let leaptMs = 0;
  const sleeping = await openServer(
    at,
    worldOf('f', () => leaptMs, { leaseMs: 200_000, beatMs: 100_000 }),
  );
  await sleeping.store.probe();
  const [own] = sleeping.parts.each as readonly [Engine];
  await own.run(`CREATE TABLE staged_7${own.mark}_x (x UInt8) ENGINE = Memory`);
  await own.run('CREATE TABLE staged_7_x999999999999_x (x UInt8) ENGINE = Memory');
  const next = await openServer(
    at,
    worldOf('g', () => 0, SHORT),
  );
  await next.store.workers.stay();
  await untilOwned(next.store);
  // What the dead one left half-way is gone; what another that may be at work has is not.
  expect(
    await next.parts.all.rows(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'staged')",
    ),
  ).toEqual([{ name: 'staged_7_x999999999999_x' }]);
  leaptMs = 150_000;
  await expect(own.run('INSERT INTO probe SELECT 1, 99')).rejects.toMatchObject({ code: 'E_STORE_BUSY' });
  // Its successor does it for it.
  await sleeping.store.probe();
  await next.store.close();
  await sleeping.store.close();
}, 120_000);

const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
};

// Makes a certificate with openssl, where there is one.
test.skipIf(!hasOpenssl())('a certificate counts where its authority is trusted, and nowhere else', async () => {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=stand-in -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${cert}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  const secure = await startClickhouse(join(folder, 'secure'), { tls });
  const [trusting, doubting] = [tls.cert, null].map((ca) => openHttp({ ...secure.at, ca }, 'hhhhhhhhhhhh0000')) as [
    HttpEngine,
    HttpEngine,
  ];
  expect(await trusting.ofServer('SELECT 1 AS x')).toEqual([{ x: 1 }]);
  await expect(doubting.ofServer('SELECT 1 AS x')).rejects.toMatchObject({
    code: 'E_STORE_UNREACHABLE',
    message: expect.stringContaining('certificate') as string,
  });
  await Promise.all([trusting, doubting].map((one) => one.close()));
  await secure.stop();
});
