import { createHmac } from 'node:crypto';
import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingest } from '../src/app/ingest.ts';
import { symptomIn } from '../src/core/symptom.ts';
import type { CommandSpec } from '../src/cli/command.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import type { Outside, Sink } from '../src/cli/outside.ts';
import { attempt, run } from '../src/cli/run.ts';
import { instant } from '../src/base/instant.ts';
import { openApi } from '../src/contract/openapi.ts';
import { API, MEDIA, QUESTIONS } from '../src/contract/questions.ts';
import type { ByteObject, Collector, Store } from '../src/core/ports.ts';
import { FOR_EVER } from '../src/core/retention.ts';
import { Admission } from '../src/server/admission.ts';
import { LIMITS, serve, type Serving } from '../src/server/serve.ts';
import { filesAt } from '../src/sources/files/file-objects.ts';
import { readUnpacked } from '../src/sources/files/read-unpacked.ts';
import { otlpJson } from '../src/sources/otlp/otlp-json.ts';
import { exportResponse, refusalStatus } from '../src/sources/otlp/otlp-response.ts';
import { openStore } from '../src/store/open-store.ts';

/** The same store asked here and over HTTP: one answer. */

const root = join(import.meta.dirname, '..');
const recorded = join(root, 'lab/recorded/incident');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-api-'));
const NOW = instant(Date.parse('2026-11-26T00:00:00Z'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

let store: Store;
let server: Serving;
let flow = '';
const POD = 'shop/catalog-wdfgmvs9jc-86gwn';
/** As a disk is now and then. */
let isFull = false;
const log: string[] = [];

const nobody = (): never => {
  throw new Error('no question needs it');
};
const outsideWith = (env: Outside['env'], stdout: Sink, stderr: Sink): Outside => ({
  env,
  version,
  stdout,
  stderr,
  stdin: { isTTY: false, stream: () => Readable.from([]) },
  now: () => NOW,
  keyedDigest: (key) => (text) =>
    createHmac('sha256', key ?? 'another')
      .update(text)
      .digest(),
  openStore: () => Promise.resolve({ ...store, close: () => Promise.resolve() }),
  holdsStore: () => Promise.resolve(true),
  backUp: nobody,
  restore: nobody,
  compact: nobody,
  purge: nobody,
  checkCollectors: () => Promise.resolve([]),
  filesAt: nobody,
  blobsAt: nobody,
  workspaceAt: nobody,
  resolve: () => Promise.reject(new Error('no resolver here')),
  incident: nobody,
  temporaryFolder: nobody,
  scratch: nobody,
  wholeFile: nobody,
  ingestionAt: nobody,
  retailItems: nobody,
  saveTogether: nobody,
  holdFolder: nobody,
  makeFolder: nobody,
  simulate: nobody,
  kqlPack: () => Promise.reject(new Error('no pack here')),
  queryLanguage: () => Promise.reject(new Error('no language here')),
  askWorkspace: () => Promise.reject(new Error('no workspace here')),
  readText: nobody,
  textsIn: nobody,
  checkServe: nobody,
  serve: nobody,
  listen: nobody,
  configurationAt: nobody,
  liveConfigurationOf: nobody,
  lookAtNodes: nobody,
  serverOf: () => Promise.resolve(null),
  fetch: (url, headers) => fetch(url, { headers }),
  untilAskedToEnd: nobody,
  ask: nobody,
  stopsItself: () => () => false,
});

interface Terminal {
  readonly out: number | null;
  readonly err: number | null;
  readonly env?: Outside['env'];
}

const unmasq = async (words: readonly string[], { out, err, env = {} }: Terminal = { out: null, err: null }) => {
  const said = { stdout: '', stderr: '' };
  const sink = (to: keyof typeof said, columns: number | null): Sink => ({
    isTTY: columns !== null,
    columns,
    write: (text) => {
      said[to] += text;
      return Promise.resolve();
    },
  });
  const code = await run(words, outsideWith(env, sink('stdout', out), sink('stderr', err)));
  return { code, ...said };
};

beforeAll(async () => {
  store = await openStore({ dataDir: join(folder, 'data') });
  const { objects } = await filesAt(
    ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part)),
    () => Readable.from([]),
  );
  const read = await ingest(Readable.from(objects), store, {
    cluster: null,
    node: '',
    at: null,
    interrupted: () => false,
    progress: () => undefined,
  });
  if (!read.ok) throw new Error(read.problem.what);
  await store.attribute('default', NOW);
  await store.grade('default');
  server = await serve(
    {
      store: {
        ...store,
        write: (batches) => (isFull ? Promise.reject(new Error('no room on the disk')) : store.write(batches)),
      },
      files: { audit: null, cost: null },
      openApi: openApi(version),
      console: null,
      unpack: readUnpacked,
      otlp: { toJson: otlpJson, response: exportResponse, refusal: refusalStatus },
      otlpListener: null,
      keepsLogText: false,
      symptomIn,
      retention: FOR_EVER,
      collectors: [onceThrough(objects)],
      ask: (words, { terminal, out, err }, { tells }) =>
        (tells ? run : attempt)(
          words,
          outsideWith(
            {},
            { isTTY: terminal.columns !== null, columns: terminal.columns, write: out },
            { isTTY: terminal.errColumns !== null, columns: terminal.errColumns, write: err },
          ),
        ),
      now: () => NOW,
      log: (line) => log.push(line),
    },
    {
      host: '127.0.0.1',
      port: 0,
      admission: new Admission([], null),
      limits: { ...LIMITS, atATime: 1, waiting: 1, exportBytes: 10_000 },
    },
  );
  flow = (JSON.parse((await unmasq(['flows', '--limit', '1', '-o', 'jsonl'])).stdout) as { flow: string }).flow;
}, 60_000);
afterAll(async () => {
  await server.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads what is in the store already. */
const onceThrough = (objects: readonly ByteObject[]): Collector => {
  let known = 0;
  return {
    name: 'once',
    run: async (take) => {
      collections += 1;
      const taken = await take(Readable.from(objects), { cluster: null, node: '', at: null });
      known = taken.reduce((sum, one) => sum + one.known, 0);
      collected.resolve(taken.reduce((sum, one) => sum + one.rows, 0));
    },
    measures: () => [
      { name: 'unmasq_blob_waiting', labels: { container: 'once', cluster: 'c' }, value: known },
      { name: 'unmasq_blob_waiting', labels: { container: 'nobody', cluster: 'c' }, value: 0 },
    ],
  };
};
const collected = Promise.withResolvers<number>();
let collections = 0;

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, { headers });

const ASKED: readonly (readonly string[])[] = [
  ['why', 'FLOW'],
  ['why', 'FLOW', '-o', 'json'],
  ['who', '203.0.113.66'],
  ['who', '203.0.113.66', '-o', 'json'],
  ['who', '203.0.113.66', '-o', 'yaml'],
  ['who', '203.0.113.66', '-o', 'csv', '-n', 'shop'],
  ['who', '203.0.113.66', '-o', 'wide', '--color', 'always'],
  ['who', '203.0.113.66', '--tz', 'Asia/Tokyo', '--verdict', 'exact,node'],
  ['who', '0.0.0.0/0', '--compare', '10s', '-o', 'json'],
  ['who', 'connect to 203.0.113.66:443 failed; --data=/etc "quoted" & more=1'],
  ['who', '198.51.100.1', '--strict'],
  ['who', '203.0.113.66', '--since', '2026-11-20T00:00Z', '--strict'],
  ['who', 'nothing that is an address'],
  ['who', 'host.example'],
  ['flows', '--limit', '5'],
  ['flows', '--all', '-o', 'jsonl'],
  ['flows', 'shop/checkout', 'kube-system/coredns', '--dest-port', '443', '--proto', 'tcp', '-o', 'csv'],
  ['flows', '--limit', '0'],
  ['why', '10.224.0.4:1-203.0.113.66:443/tcp'],
  ['trace', '--propagation'],
  ['trace', '4bf92f3577b34da6a3ce929d0e0e4736'],
  ['trace'],
  ['snat'],
  ['snat', 'ledger', '--limit', '3', '-o', 'json'],
  ['snat', 'ledger', '--dest', '203.0.113.66:443', '-o', 'csv'],
  ['snat', 'forecast', '-o', 'yaml'],
  ['snat', '-o', 'wide'],
  ['snat', 'ledger', '--of', 'pod', '--limit', '3'],
  ['snat', 'ledger', '--of', 'pod', '-o', 'csv'],
  ['snat', 'ledger', '--of', 'conntrack', '-o', 'json'],
  ['snat', 'ledger', '--of', 'conntrack', '--dest', '203.0.113.66'],
  ['snat', 'advice', '-o', 'wide'],
  ['snat', 'advice', '--inside', '-o', 'csv'],
  ['snat', 'advice', '--of', 'pod'],
  ['snat', 'other'],
  ['snat', 'plan', '-o', 'json'],
  ['snat', 'plan', '--nodes', '60', '--nat-gateway', '--peak', '203.0.113.66:443=700'],
  ['snat', 'plan', '--nodes', '60', '--ports-per-node', '1600'],
  ['diagnose', '-o', 'json'],
  ['diagnose', '--dest', '203.0.113.66:443', '-o', 'csv'],
  ['diagnose', '-o', 'wide'],
  ['path', 'POD', '203.0.113.66:443'],
  ['path', 'POD', '203.0.113.66', '-o', 'csv', '--strict'],
  ['path', 'nobody', '203.0.113.66'],
  ['doctor', '--for', 'who 203.0.113.66', '-o', 'json'],
  ['sources', '-o', 'json'],
  ['sources', '--cluster', 'elsewhere'],
];

const PIPES: Terminal = { out: null, err: null };

/** How far it has come is said as often as there is time for. */
const lasting = ({ stderr, ...rest }: Awaited<ReturnType<typeof unmasq>>) => ({
  ...rest,
  stderr: stderr.split('\r\u001b[2K').at(-1),
});

test.each(ASKED)('the same answer through the server, to the byte: %s %s %s %s %s %s', async (...asked) => {
  const words = asked.map((word) => (word === 'FLOW' ? flow : word === 'POD' ? POD : word));
  const here = await unmasq(words);
  expect(lasting(await unmasq([...words, '--server', server.url]))).toEqual(lasting(here));
  expect(here.stdout + here.stderr).not.toBe('');
});

test.each<[string, Terminal]>([
  ['a terminal of 90 columns', { out: 90, err: 90 }],
  ['stdout in a file and no colours', { out: null, err: 200, env: { NO_COLOR: '1' } }],
  ['colours forced', { ...PIPES, env: { FORCE_COLOR: '1' } }],
])('the same through the server for %s', async (_, terminal) => {
  for (const words of [
    ['who', '203.0.113.66'],
    ['why', flow],
    ['who', 'nothing'],
    ['flows', '--limit', '2', '--strict'],
  ])
    expect(lasting(await unmasq([...words, '--server', server.url], terminal))).toEqual(
      lasting(await unmasq(words, terminal)),
    );
});

test('the API says what the command line says with -o json', async () => {
  const response = await get(`${API}/who?dest=203.0.113.66`);
  expect(response.headers.get('content-type')).toBe(MEDIA.json);
  expect(await response.text()).toBe((await unmasq(['who', '203.0.113.66', '-o', 'json'])).stdout);
  const lines = await get(`${API}/flows?all=true`, { accept: `text/html, ${MEDIA.jsonl};q=0.9` });
  expect(await lines.text()).toBe((await unmasq(['flows', '--all', '-o', 'jsonl'])).stdout);
});

test('more questions than may wait are told to come again', async () => {
  const responses = await Promise.all(Array.from({ length: 5 }, () => get(`${API}/flows`)));
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200, 503]));
  expect(responses.find(({ status }) => status === 503)?.headers.get('retry-after')).toBe('1');
  expect((await get(`${API}/flows`)).status).toBe(200);
});

test.each<[string, number, string]>([
  ['/api/v1/who', 400, 'E607'],
  ['/api/v1/who?dest=x', 400, 'E110'],
  ['/api/v1/who?dest=203.0.113.66&dest=198.51.100.1', 400, 'E607'],
  ['/api/v1/who?dest=203.0.113.66&data=/etc', 400, 'E607'],
  ['/api/v1/who?dest=203.0.113.66&output=table', 400, 'E607'],
  ['/api/v1/who?dest=203.0.113.66&resolve-now=true', 400, 'E607'],
  ['/api/v1/who?dest=203.0.113.66&since=never', 400, 'E106'],
  ['/api/v1/flows?all=perhaps', 400, 'E607'],
  ['/api/v1/flows?all=', 400, 'E607'],
  ['/api/v1/flows?where=', 400, 'E607'],
  ['/api/v1/map?hide=', 400, 'E607'],
  ['/api/v1/map?hide=dns&hide=', 400, 'E607'],
  ['/api/v1/who?dest=', 400, 'E607'],
  ['/api/v1/flows?steps=1000000000', 400, 'E105'],
  ['/api/v1/flows?limit=--data%3D/etc', 400, 'E105'],
  ['/api/v1/flows?cluster=elsewhere', 404, 'E115'],
  ['/api/v1/why?flow=f_00000000000000000000000', 404, 'E113'],
  ['/api/v1/path?pod=nobody', 400, 'E607'],
  ['/api/v1/path?dest=203.0.113.66&pod=nobody', 404, 'E119'],
  ['/api/v1/ingest?path=/etc/passwd', 400, 'E607'],
  [`/api/v1/who?dest=${'1'.repeat(13_000)}`, 400, 'E607'],
  ['/nowhere', 400, 'E607'],
])('%s is refused with %d', async (path, status, code) => {
  const response = await get(path);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ status, code });
});

test('what looks like a flag is a value', async () => {
  const response = await get(`${API}/flows?workload=--data&workload=-o&workload=--`);
  expect(response.status).toBe(200);
  expect(((await response.json()) as { items: unknown[] }).items).toEqual([]);
});

test.each<[string, string, string]>([
  ['PUT', '/api/v1/flows', 'GET'],
  ['HEAD', '/api/v1/flows', 'GET'],
  ['PUT', '/api/v1/audit', 'GET, POST'],
  ['GET', '/api/v1/objects', 'POST'],
  ['GET', '/v1/traces', 'POST'],
  ['POST', '/metrics', 'GET'],
  ['POST', '/healthz', 'GET, HEAD'],
  ['DELETE', '/readyz', 'GET, HEAD'],
  ['POST', '/api/v1/openapi.json', 'GET, HEAD'],
  ['POST', '/', 'GET, HEAD'],
  ['POST', '/flows', 'GET, HEAD'],
])('%s %s is no method of it: 405, and which are', async (method, path, allow) => {
  const response = await fetch(`${server.url}${path}`, { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  await response.body?.cancel();
});

test('a method, a form and a name that have no meaning are refused', async () => {
  const posted = await fetch(`${server.url}${API}/who?dest=203.0.113.66`, { method: 'POST' });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
  expect((await get(`${API}/why?flow=f_1`, { accept: MEDIA.csv })).status).toBe(400);
  const renamed = await new Promise<number | undefined>((resolve) => {
    request(`${server.url}${API}/sources`, { headers: { host: 'evil.example' } }, ({ statusCode }) =>
      resolve(statusCode),
    ).end();
  });
  expect(renamed).toBe(403);
});

test.each<[string, number, Record<string, string>]>([
  ['of another site', 403, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['of another port here', 403, { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  ['of another site, in a browser that tells its origin alone', 403, { origin: 'https://evil.example' }],
  ['in a sandbox', 403, { origin: 'null' }],
  ['of its own, with nothing that is known', 422, { 'sec-fetch-site': 'same-origin' }],
])('a page %s that brings something in: %i', async (_, status, headers) => {
  const sent = await new Promise<number | undefined>((resolve, reject) => {
    request(`${server.url}${API}/objects?name=none`, { method: 'POST', headers }, ({ statusCode }) =>
      resolve(statusCode),
    )
      .on('error', reject)
      .end('{}');
  });
  expect(sent).toBe(status);
});

test('it is ready, and tells Prometheus of requests, rows and watermarks', async () => {
  expect(await (await get('/readyz')).text()).toBe('ready\n');
  expect(await (await get('/healthz')).text()).toBe('ok\n');
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toMatch(/^unmasq_http_requests_total\{route="who",status="200"\} \d+$/m);
  expect(metrics).toMatch(/^unmasq_source_rows\{cluster="default",source="flow log",kind="flow-log"\} [1-9]\d*$/m);
  expect(metrics).toMatch(/^unmasq_source_watermark_timestamp_seconds\{.*source="flow log".*\} 17\d+/m);
  expect(metrics).toMatch(/^unmasq_attribution_pending 0$/m);
});

test("what it reads by itself is stored, and the reader's own numbers stand beside its own", async () => {
  expect(await collected.promise).toBe(0);
  const metrics = await (await get('/metrics')).text();
  const [, known] = /^unmasq_blob_waiting\{container="once",cluster="c"\} (\d+)$/m.exec(metrics) ?? [];
  expect(Number(known)).toBeGreaterThan(0);
  expect(metrics).toContain('unmasq_blob_waiting{container="nobody",cluster="c"} 0');
  expect(metrics).toContain(`unmasq_ingest_rows_total{cluster="default",outcome="known"} ${known}`);
});

test('whatever has read all there is does not begin again', async () => {
  await collected.promise;
  // Whose a source is, is looked at once a second.
  await sleep(1_500);
  expect(collections).toBe(1);
});

test('an export that finds no room is told to come again, and finds it once another has ended', async () => {
  const spans = [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startTimeUnixNano: '1795403057003000000' }];
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).padEnd(6_000, ' ');
  const headers = { 'Content-Type': 'application/json' };
  const send = (): Promise<Response> => fetch(`${server.url}/v1/traces`, { method: 'POST', headers, body });
  const first = request(`${server.url}/v1/traces`, {
    method: 'POST',
    headers: { ...headers, 'Content-Length': 6_000, Expect: '100-continue' },
  });
  const answered = new Promise<number | undefined>((resolve) => {
    first.on('response', ({ statusCode }) => resolve(statusCode));
  });
  first.flushHeaders();
  // It has its room, and nothing of its body has come.
  await once(first, 'continue');
  const refused = await send();
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    503,
    '1',
    { code: 14, message: expect.stringContaining('too much is coming in at once') },
  ]);
  first.end(body);
  expect(await answered).toBe(200);
  expect((await send()).status).toBe(200);
  // Larger than all the room there is.
  expect(
    (await fetch(`${server.url}/v1/logs`, { method: 'POST', headers, body: body.padEnd(12_000, ' ') })).status,
  ).toBe(503);
});

test('an export that could not be written is to be sent again', async () => {
  const spans = [{ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), startTimeUnixNano: '1795403057003000000' }];
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const send = (): Promise<Response> =>
    fetch(`${server.url}/v1/traces`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  isFull = true;
  const refused = await send();
  isFull = false;
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    503,
    '1',
    { code: 14, message: 'it could not be written: no room on the disk' },
  ]);
  expect(log.at(-1)).toMatch(/^POST \/v1\/traces 503 /);
  expect((await send()).status).toBe(200);
});

test('objects that could not be written are to be sent again, and their rows are accounted for', async () => {
  const body = JSON.stringify({ kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: {}, status: {} });
  const send = (): Promise<Response> =>
    fetch(`${server.url}${API}/objects?name=p.json&at=2026-11-25T00:00:00Z`, { method: 'POST', body });
  const metric = async (name: string): Promise<number> =>
    Number(
      new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\d+)$`, 'm').exec(
        await (await fetch(`${server.url}/metrics`)).text(),
      )?.[1] ?? 0,
    );
  const failed = await metric('unmasq_ingest_rows_total{cluster="default",outcome="failed"}');
  const received = await metric('unmasq_ingest_rows_received_total{cluster="default"}');
  isFull = true;
  const refused = await send();
  isFull = false;
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    503,
    '5',
    expect.objectContaining({ code: 'E611', detail: 'no room on the disk' }),
  ]);
  expect(await metric('unmasq_ingest_rows_total{cluster="default",outcome="failed"}')).toBe(failed + 1);
  expect(await metric('unmasq_ingest_rows_received_total{cluster="default"}')).toBe(received + 1);
});

/** What a workspace may cost is the asker's own: a server has a store. */
const NOT_ASKED_OVER_HTTP: ReadonlySet<string> = new Set(['resolve-now', 'scan-limit', 'yes']);
/** Of questions about files: what names others, asks Azure, writes, or is for pipelines. */
const OF_FILES_HERE: ReadonlySet<string> = new Set(
  [
    'fail-on plan var var-file live baseline write-baseline logs id-field logs-gb',
    'measured log-analytics-endpoint prices refresh prices-endpoint',
  ].flatMap((of) => of.split(' ')),
);
const SHARED = ['since', 'until', 'at', 'tz', 'cluster', 'namespace'];

test('where the console was not built, its address says how to', async () => {
  const response = await get('/');
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('npm run setup');
});

test.each(QUESTIONS)('the API takes for $name what the command takes', ({ name, parameters, files }) => {
  const spec = COMMANDS.find((one) => one.name === name.replace('/', ' ')) as CommandSpec;
  const own = spec.flags.map(({ flags }) => /--([\w-]+)/.exec(flags)?.[1] ?? '');
  const shared = SHARED.filter((flag) => (spec.honours as readonly string[]).includes(flag));
  expect(parameters.map((one) => one.name).toSorted()).toEqual(
    [
      ...own.filter((flag) => !NOT_ASKED_OVER_HTTP.has(flag) && !(files !== undefined && OF_FILES_HERE.has(flag))),
      ...shared,
    ].toSorted(),
  );
});

test('the published description of the API is the one that is served', async () => {
  const published = readFileSync(join(root, 'docs/reference/openapi.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(openApi(version))));
  expect(await (await get(`${API}/openapi.json`)).json()).toEqual(JSON.parse(published));
  for (const [, file] of published.matchAll(/"\$ref": "(schemas\/[^"]+)"/g))
    expect(existsSync(join(root, 'docs/reference', file as string))).toBe(true);
});
