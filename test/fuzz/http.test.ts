import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random } from '../../simulator/random.ts';
import { endAll, type Serving, serving, unmasq } from '../program.ts';
import { damaged } from './damage.ts';
import { FIRST_SEED, runsOf } from './runs.ts';

/*
 * Whatever is asked of a server, however it is spelt, the answer is one that the API has: never a failure of the server's own, and never none. A refusal says
 * why, with a code. Then the server is as before, and has counted every row that it took in.
 */
const ROOT = join(import.meta.dirname, '../..');
const encoder = new TextEncoder();
const here = mkdtempSync(join(tmpdir(), 'unmasq-fuzz-'));

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly names: readonly string[];
}
interface Parameter {
  readonly name?: string;
}
const openapi = JSON.parse(readFileSync(join(ROOT, 'docs/reference/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, { parameters?: readonly Parameter[] }>>;
};
const operations: readonly Operation[] = [
  ...Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [] }]) => ({
      path: `/api/v1${path}`,
      method: method.toUpperCase(),
      names: parameters.flatMap(({ name }) => name ?? []),
    })),
  ),
  ...['/v1/traces', '/v1/logs'].map((path) => ({ path, method: 'POST', names: ['cluster'] })),
  ...['/metrics', '/healthz', '/readyz', '/', '/who', '/api/v1', '/nothing'].map((path) => ({
    path,
    method: 'GET',
    names: [],
  })),
];

/** What somebody might write. */
const VALUES: readonly string[] = [
  '203.0.113.66',
  '203.0.113.0/24',
  '2001:db8::/32',
  '::',
  '10.0.0.0/0',
  'pay.example.com',
  '203.0.113.66:443',
  '*',
  '',
  '03:00',
  '2026-11-22T03:00:00Z',
  '2026-11-22',
  'now',
  '15m',
  '-1h',
  '9999-12-31T23:59:59Z',
  '1795316390000',
  'Europe/Berlin',
  'Mars/Olympus',
  'exact',
  'ambiguous',
  'shop',
  'shop/web',
  'aks-nodepool1-41820763-vmss000000',
  'ns = shop and dest-port in (443, 5432)',
  'not (not (x',
  'status',
  'ledger',
  '0',
  '1',
  '-1',
  '1e9',
  '99999999999999999999',
  '0x10',
  'true',
  'NaN',
  'f_0qlxmtkuwi8qb0mx05c274',
  '4bf92f3577b34da6a3ce929d0e0e4736',

  "'; DROP TABLE flow --",
  '{x:String}',
  '\\',
  '"',
  '%',
  '%00',
  '../../etc/passwd',
  '\u202Eabc',
  'é'.repeat(300),
  'a'.repeat(5_000),
  '🦊',
  '\u0000',
];
const samples = globSync('src/formats/*/testdata/*.in.*', { cwd: ROOT })
  .sort()
  .map((path) => readFileSync(join(ROOT, path)) as Uint8Array);

let server: Serving;
beforeAll(async () => {
  server = await serving(join(here, 'data'));
}, 60_000);
afterAll(async () => {
  endAll();
  rmSync(here, { recursive: true, force: true });
});

const some = <Of>(random: Random, most: number, make: () => Of): Of[] =>
  Array.from({ length: random.whole(0, most + 1) }, make);
/** Damaged now and then. */
const maybeDamaged = (text: string, random: Random): string =>
  random.whole(0, 3) > 0
    ? text
    : new TextDecoder()
        .decode(
          damaged(
            encoder.encode(text),
            VALUES.map((value) => encoder.encode(value)),
            random,
          ),
        )
        .slice(0, 4_000);
const body = (random: Random): Uint8Array => {
  const sample = random.pick(samples);
  return random.whole(0, 2) === 0 ? sample : damaged(sample, samples, random);
};

interface Asked {
  readonly path: string;
  readonly init: RequestInit;
}

const drawn = (random: Random): Asked => {
  const { path, method, names } = random.pick(operations);
  const query = new URLSearchParams();
  for (const name of some(random, 4, () => random.pick([...names, ...names, ...names, 'unknown', 'cluster'])))
    query.append(maybeDamaged(name, random), maybeDamaged(random.pick(VALUES), random));
  const asked =
    random.whole(0, 8) === 0 ? random.pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD']) : method;
  const text = query.toString();
  const posts = asked !== 'GET' && asked !== 'HEAD';
  const type = random.pick([
    'application/json',
    'application/x-protobuf',
    'text/plain',
    'application/octet-stream',
    'nonsense',
    '',
  ]);
  return {
    path: `${path}${text === '' ? '' : `?${text}`}`,
    init: {
      method: asked,
      ...(posts ? { body: Buffer.from(body(random)) } : {}),
      headers: {
        ...(posts && type !== '' ? { 'content-type': type } : {}),
        ...(posts && random.whole(0, 4) === 0
          ? { 'content-encoding': random.pick(['gzip', 'deflate', 'br', 'identity', 'x']) }
          : {}),
        ...(random.whole(0, 4) === 0
          ? { accept: random.pick(['application/jsonl', 'text/html', '*/*', 'q=;', 'application/json']) }
          : {}),
      },
    },
  };
};

/** What the server said that the API does not have; null: nothing. */
const wrongIn = async ({ path, init }: Asked): Promise<string | null> => {
  const response = await fetch(`${server.url}${path}`, { ...init, signal: AbortSignal.timeout(60_000) });
  const text = await response.text();
  if (response.status >= 500 && response.status !== 503) return `status ${response.status}: ${text.slice(0, 500)}`;
  if (response.status < 400 || init.method === 'HEAD') return null;
  // OpenTelemetry's exporters are told in their own form (a Status).
  const isTold = path.startsWith('/v1/')
    ? text !== ''
    : /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '') &&
      /"(code|title|kind)"/.test(text);
  return isTold ? null : `status ${response.status} without a reason: ${text.slice(0, 200)}`;
};

test('questions and bodies of any kind', { timeout: 24 * 3_600_000 }, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runsOf(300); seed++) {
    const asked = drawn(createRandom(seed));
    const wrong = await wrongIn(asked).catch(
      (error: unknown) => `no answer: ${String((error as Error).cause ?? error)}`,
    );
    if (wrong !== null) keep(seed, asked);
    expect(
      wrong,
      `${asked.init.method} ${asked.path.slice(0, 500)} (build/fuzz/http-${seed}.json, FUZZ_SEED=${seed} FUZZ_RUNS=1)\n${server.said.slice(-5).join('\n')}`,
    ).toBeNull();
  }
});

const keep = (seed: number, asked: Asked): void => {
  mkdirSync(join(ROOT, 'build/fuzz'), { recursive: true });
  writeFileSync(join(ROOT, `build/fuzz/http-${seed}.json`), JSON.stringify(asked));
};

/** Bytes that are no HTTP, or HTTP that ends anywhere. */
const raw = async (bytes: Uint8Array): Promise<string> => {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.on('error', () => undefined);
  socket.write(bytes);
  socket.end();
  await once(socket, 'close');
  return Buffer.concat(pieces).toString('latin1');
};

test('bytes that are no request', { timeout: 24 * 3_600_000 }, async () => {
  const request = encoder.encode(
    'GET /api/v1/sources?cluster=a HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello',
  );
  for (let seed = FIRST_SEED; seed < FIRST_SEED + runsOf(200); seed++) {
    const answer = await raw(damaged(request, samples, createRandom(seed)));
    expect(answer).toMatch(/^(HTTP\/1\.1 [234]\d\d [^]*)?$/);
  }
});

test('the server is as before, and has counted every row that it took in', async () => {
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const answer = await fetch(`${server.url}/api/v1/sources`);
  expect(answer.status).toBe(200);
  await answer.text();
  const told = await (await fetch(`${server.url}/metrics`)).text();
  const sum = (name: RegExp): number => [...told.matchAll(name)].reduce((all, [, count]) => all + Number(count), 0);
  const received = sum(/^unmasq_ingest_rows_received_total\{[^}]*\} (\d+)$/gm);
  const accounted = sum(/^unmasq_ingest_rows_total\{[^}]*\} (\d+)$/gm);
  expect(received).toBeGreaterThan(0);
  expect(accounted).toBe(received);
  expect(unmasq(['sources', '--server', server.url]).status).toBe(0);
  expect(await server.end()).toBe(0);
});
