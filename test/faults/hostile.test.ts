import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endAll, type Serving, startServer, unmasq } from '../program.ts';
import { inventory, step } from './ledger.ts';
import { expectWhole, settled } from './oracle.ts';
import { deliver } from './send.ts';

/** Whoever means ill, at one server: after each of them it has what it had, and takes what is sent. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-hostile-'));
const MIB = 1_048_576;
let server: Serving;
let taken = 0;
const connections = () => Array.from({ length: taken }, (_, k) => step(k, k * 100, 100).connections).flat();
const goesOn = async (): Promise<void> => {
  for (const sent of step(taken, taken * 100, 100).sent)
    expect(await deliver(() => server.url, sent)).toMatchObject({ tries: 1 });
  taken++;
  await expectWhole(server.url, connections());
};

beforeAll(async () => {
  server = await startServer({ dataDir: join(folder, 'data') });
  for (const sent of inventory()) await deliver(() => server.url, sent);
  await goesOn();
}, 60_000);
afterAll(async () => {
  await server.end();
  endAll();
  rmSync(folder, { recursive: true, force: true });
});

const rssMib = (): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024;

/** While something goes on: how far memory grew, MiB, and how long the server was silent at most, ms. */
const watched = async (doing: () => Promise<unknown>): Promise<{ readonly grew: number; readonly silent: number }> => {
  const before = rssMib();
  let [most, silent] = [before, 0];
  const stop = new AbortController();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      const began = performance.now();
      await (await fetch(`${server.url}/healthz`)).text();
      silent = Math.max(silent, performance.now() - began);
      most = Math.max(most, rssMib());
      await after(20);
    }
  })();
  await doing().finally(() => stop.abort());
  await watching;
  return { grew: most - before, silent };
};

const zeros = Buffer.alloc(512 * MIB);
const bomb = gzipSync(zeros, { level: 1 });
test.each<[string, string, Record<string, string>, () => Buffer, readonly number[]]>([
  ['gzip of zeros as an object', 'objects?name=x.json', {}, () => bomb, [422]],
  ['gzip within gzip', 'objects?name=x.json.gz', {}, () => gzipSync(bomb), [422]],
  [
    'gzip of zeros as spans',
    'traces',
    { 'content-encoding': 'gzip', 'content-type': 'application/x-protobuf' },
    () => bomb,
    [400, 413],
  ],
  [
    'gzip of zeros as logs',
    'logs',
    { 'content-encoding': 'gzip', 'content-type': 'application/json' },
    () => bomb,
    [400, 413],
  ],
  [
    'deflate',
    'traces',
    { 'content-encoding': 'deflate', 'content-type': 'application/json' },
    () => deflateSync(zeros, { level: 1 }),
    [400, 413, 415],
  ],
  [
    'brotli',
    'traces',
    { 'content-encoding': 'br', 'content-type': 'application/json' },
    () => brotliCompressSync(zeros.subarray(0, 64 * MIB)),
    [400, 413, 415],
  ],
  ['brackets a million deep', 'objects?name=deep.json', {}, () => Buffer.from('['.repeat(1_000_000)), [200, 422]],
  [
    'spans a million deep',
    'traces',
    { 'content-type': 'application/json' },
    () => Buffer.from(`{"resourceSpans":${'['.repeat(1_000_000)}`),
    [400, 413],
  ],
  ['a key of 50 MB', 'objects?name=key.json', {}, () => Buffer.from(`{"${'k'.repeat(50_000_000)}":1}`), [200, 422]],
  [
    'half a million keys',
    'objects?name=keys.json',
    {},
    () => Buffer.from(`{${Array.from({ length: 500_000 }, (_, i) => `"k${i}":${i}`).join()}}`),
    [200, 422],
  ],
  [
    'a line without an end',
    'objects?name=conntrack.txt',
    {},
    () => Buffer.from(`[1795602016.176490] [NEW] ipv4 2 tcp 6 120 ${'x'.repeat(50_000_000)}`),
    [200, 422],
  ],
])(
  'T29, T30 %s is refused; memory and patience stay',
  async (_, path, headers, body, expected) => {
    const place = path.startsWith('objects') ? `api/v1/${path}` : `v1/${path}`;
    const bytes = body();
    let status = 0;
    const { grew, silent } = await watched(async () => {
      const response = await fetch(`${server.url}/${place}`, { method: 'POST', body: bytes, headers });
      ({ status } = response);
      await response.text();
    });
    expect(expected).toContain(status);
    expect(grew).toBeLessThan(300);
    expect(silent).toBeLessThan(2_000);
    await goesOn();
  },
  60_000,
);

const NAMES = [
  "'; DROP TABLE flow; --",
  '<img src=x onerror=alert(1)>',
  '\u001b[31mred\u001b[0m\u0007',
  '__proto__',
  '\ud800',
  '{{7*7}}',
  '${jndi:x}',
  '../../etc/passwd',
];
test('T30 names, numbers and keys that mean ill stay what they are', async () => {
  const apart = await startServer({ dataDir: join(folder, 'names') });
  const [pods] = inventory();
  const list = JSON.parse(pods?.text ?? '') as {
    items: { kind: string; metadata: Record<string, unknown>; status: Record<string, unknown> }[];
  };
  const named = NAMES.map((name, i) => ({
    ...list.items[1],
    metadata: {
      name,
      namespace: name,
      uid: `evil-${i}`,
      creationTimestamp: '2026-11-22T02:00:00Z',
      labels: { [name]: name },
    },
    status: { ...list.items[1]?.status, podIP: `10.244.9.${i}`, podIPs: [{ ip: `10.244.9.${i}` }] },
  }));
  const text = JSON.stringify({ ...list, items: named }).replace(
    '"kind":"Pod"',
    '"__proto__":{"polluted":true},"kind":"Pod","kind":"Pod"',
  );
  expect(
    await deliver(() => apart.url, { name: 'evil-2026-11-22T02-30-00Z.json', node: '', text, rows: 0 }),
  ).toMatchObject({ tries: 1 });
  const counters = ['9007199254740993', '18446744073709551615', '1e400', '-1', 'NaN', '99999999999999999999'];
  const tuples = counters.map(
    (n, i) => `"${Date.UTC(2026, 10, 22, 3, 30)},10.224.0.4,198.51.100.9,${50_000 + i},443,6,O,E,NX,1,${n},1,1"`,
  );
  const log = (step(0, 0, 1).sent[0]?.text ?? '').replace(
    /"flowTuples":\[[^\]]*\]/,
    `"flowTuples":[${tuples.join(',')}]`,
  );
  await deliver(() => apart.url, { name: 'PT1H-evil.json', node: '', text: log, rows: 0 });
  await settled(apart.url);
  const table = unmasq(['flows', '--all', '-o', 'wide', '--server', apart.url]);
  const answer = await (await fetch(`${apart.url}/api/v1/flows?all=true&dest=198.51.100.9`)).text();
  // Exact as text: what a double cannot hold must not be rounded on the way.
  expect(answer).toContain('9007199254740993');
  // oxlint-disable-next-line no-control-regex -- it is what must not be there
  expect(table.stdout + table.stderr).not.toMatch(/[\u0007\u001b]/);
  await apart.end();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}, 60_000);

const INJECTED = [
  "' OR 1=1 --",
  '1; DROP TABLE flow',
  "x') UNION ALL SELECT * FROM system.tables --",
  '\\',
  '{x:String}',
  "file('/etc/passwd')",
  "url('http://198.51.100.1')",
  '%27',
  '\u0000',
  '*',
];
test('T32 what stands in a parameter stays a value: mistakes are the asker’s, and nothing changes', async () => {
  const api = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as {
    paths: Record<string, { get?: { parameters?: readonly { name: string }[] } }>;
  };
  const asked = Object.entries(api.paths).flatMap(([path, { get }]) =>
    (get?.parameters ?? []).flatMap(({ name }) => INJECTED.map((value) => ({ path, name, value }))),
  );
  expect(asked.length).toBeGreaterThan(200);
  const answers: string[] = [];
  for (const { path, name, value } of asked) {
    const query = new URLSearchParams({ dest: '203.0.113.1', ip: '203.0.113.1', [name]: value });
    if (name !== 'dest') query.delete(path.endsWith('/flows') ? 'ip' : 'nothing');
    const response = await fetch(`${server.url}${path}?${query.toString()}`);
    const text = await response.text();
    answers.push(`${response.status}`);
    expect(response.status, `${path} ${name}=${value}: ${text}`).toBeLessThan(500);
    expect(text).not.toMatch(/DB::Exception|root:x:0/);
  }
  await goesOn();
}, 120_000);

test('T33 connections that say nothing, or little at a time, keep nobody out', async () => {
  const { port } = new URL(server.url);
  const sockets: Socket[] = [];
  let ended = 0;
  for (let i = 0; i < 600; i++) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => ended++);
    sockets.push(socket);
  }
  const [first] = sockets;
  if (first !== undefined && first.connecting) await once(first, 'connect');
  const dripping = setInterval(() => {
    for (const [i, socket] of sockets.entries())
      if (socket.writable) socket.write(i % 2 === 0 ? 'G' : 'POST /api/v1/objects HTTP/1.1\r\nX: ');
  }, 500);
  await after(12_000);
  clearInterval(dripping);
  expect(ended).toBe(sockets.length);
  await goesOn();
  const smuggled = connect(Number(port), '127.0.0.1');
  smuggled.write(
    'POST /api/v1/objects HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
  );
  const [said] = (await once(smuggled, 'data')) as [Buffer];
  expect(String(said)).toMatch(/^HTTP\/1\.1 400 /);
  smuggled.destroy();
  const huge = await fetch(`${server.url}/healthz`, { headers: { x: 'y'.repeat(64_000) } });
  expect(huge.status).toBe(431);
}, 60_000);
