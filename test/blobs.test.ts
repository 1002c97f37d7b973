import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import {
  ContainerSASPermissions,
  type ContainerClient,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS } from '../simulator/parameters.ts';
import { simulate } from '../simulator/simulate.ts';
import { endAll, startServer } from './program.ts';
import { ingest, type ObjectReport } from '../src/app/ingest.ts';
import { storageTrouble } from '../src/app/storage-trouble.ts';
import { EARLIEST, HOUR, instant, LATEST } from '../src/base/instant.ts';
import type { ByteObject, TimeSpan } from '../src/core/ports.ts';
import { BlobCollector } from '../src/sources/blob/blob-collector.ts';
import { BlobTrouble } from '../src/sources/blob/blob-trouble.ts';
import { changedHours } from '../src/sources/blob/changed-hours.ts';
import { openContainer } from '../src/sources/blob/container.ts';
import { type ContainerUrl, containerName, parseContainerUrl } from '../src/sources/blob/container-url.ts';
import { findBlobs } from '../src/sources/blob/find-blobs.ts';
import { findHours } from '../src/sources/blob/find-hours.ts';
import { ACCOUNT, type Azurite, KEY, startAzurite, WrittenHour } from './azurite.ts';
import { NOW } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/** Flow logs in blob storage: the emulator that Microsoft makes, over HTTP, and blobs that grow as Azure lets them grow. */

const { engine, store, folder } = await temporaryStore();
const ALL: TimeSpan = { from: EARLIEST, until: LATEST };
const VNET = 'insights-logs-flowlogflowevent';
const run = join(folder, 'run');
let azurite: Azurite;

beforeAll(async () => {
  const sources = { without: ['conntrack', 'watch', 'pod-lists', 'nodes', 'pod-inventory'] as const };
  [azurite] = await Promise.all([
    startAzurite(),
    simulate(run, { ...DEFAULTS, ...sources, hours: 2, nodes: 2, flows: 1_000 }, async () => undefined),
  ]);
}, 60_000);
afterAll(() => {
  endAll();
  azurite.end();
});

const newContainer = async (name: string): Promise<ContainerClient> => {
  const container = azurite.service.getContainerClient(name);
  await container.create();
  return container;
};

const urlOf = (container: string, rest = ''): ContainerUrl => {
  const url = parseContainerUrl(`${azurite.url}/${container}${rest}`);
  if (!url.ok) throw new Error(url.problem);
  return url.value;
};

const env = { AZURE_STORAGE_KEY: KEY };

/** As `unmasq ingest URL`. */
const read = async (cluster: string, container: string, span = ALL, as: NodeJS.ProcessEnv = env) => {
  const cursors = (source: string, of: TimeSpan) => store.cursors(cluster, source, of);
  const found = await findBlobs(urlOf(container), { env: as, now: NOW, span, cursors });
  return { ...found, ...sumsOf(await take(cluster, found.objects)) };
};

const take = async (cluster: string, objects: readonly ByteObject[]): Promise<readonly ObjectReport[]> => {
  const all = async function* (): AsyncGenerator<ByteObject> {
    yield* objects;
  };
  const options = { cluster, node: '', at: null, interrupted: () => false, progress: () => undefined };
  const ingested = await ingest(all(), store, options);
  if (!ingested.ok) throw new Error(ingested.problem.what);
  return ingested.value.objects;
};

const sumsOf = (reports: readonly ObjectReport[]) => {
  const sum = (of: (report: ObjectReport) => number): number => reports.reduce((total, one) => total + of(one), 0);
  return {
    rows: sum(({ rows }) => rows),
    known: sum(({ known }) => known),
    rejects: sum(({ rejects }) => rejects),
    bytes: sum(({ bytes }) => bytes),
    problems: reports.flatMap(({ problem }) => (problem === null ? [] : [problem])),
  };
};

/** Everything that flow records say, added up: whatever is missing, there twice or different shows. */
const told = (cluster: string): Promise<unknown> =>
  engine.rows(
    `SELECT sum(1 + (begun_ago_ms >= 0)) AS records, sum(bytes_out) + sum(bytes_in) AS bytes, sum(packets_out) AS packets,
       sum(cityHash64(tuple, at_ms)) + sumIf(cityHash64(tuple, first_ms), begun_ago_ms >= 0) AS moments, uniqExact(resource, mac) AS nics
     FROM flow_record WHERE cluster = {cluster:String}`,
    { cluster },
  );

/** Of each hour that was simulated its name and its records. */
const simulated = (): readonly { readonly name: string; readonly records: readonly string[] }[] =>
  globSync(`${run}/${VNET}/**/PT1H.json`)
    .sort()
    .map((path) => ({
      name: path.slice(`${run}/${VNET}/`.length),
      records: (JSON.parse(readFileSync(path, 'utf8')) as { records: object[] }).records.map((one) =>
        JSON.stringify(one),
      ),
    }));

const record = (second: number, mac = '002248A1B2C3', port = 443): string =>
  JSON.stringify({
    time: new Date(Date.UTC(2026, 10, 22, 3, 0, second)).toISOString(),
    flowLogVersion: 4,
    macAddress: mac,
    category: 'FlowLogFlowEvent',
    targetResourceID: '/subscriptions/s/virtualNetworks/v',
    flowRecords: {
      flows: [
        {
          aclID: 'a',
          flowGroups: [
            {
              rule: 'r',
              flowTuples: [
                `${Date.UTC(2026, 10, 22, 3, 0, second)},10.224.0.4,203.0.113.66,${40_000 + second},${port},6,O,B,NX,0,0,0,0`,
              ],
            },
          ],
        },
      ],
    },
  });

const hourName = (mac: string, log = 'flowLogResourceID=/S_RG/NETWORKWATCHER_WESTEUROPE_LOG', hour = '03'): string =>
  `${log}/y=2026/m=11/d=22/h=${hour}/m=00/macAddress=${mac}/PT1H.json`;

test('hours that grow between readings tell what their files tell; what was read is not read again', async () => {
  const container = await newContainer(VNET);
  const hours = simulated().map(({ name, records }) => ({ hour: new WrittenHour(container, name), records }));
  expect(hours.map(({ records }) => records.length)).toEqual(hours.map(() => expect.toSatisfy((n: number) => n > 50)));
  const cuts = [0, 1, 2, 25, 1_000];
  let rows = 0;
  let bytes = 0;
  for (const [i, from] of cuts.slice(0, -1).entries()) {
    await Promise.all(hours.map(({ hour, records }) => hour.append(...records.slice(from, cuts[i + 1]))));
    const sums = await read('grown', VNET);
    expect(sums).toMatchObject({ unchanged: 0, known: 0, rejects: 0, problems: [] });
    rows += sums.rows;
    bytes += sums.bytes;
  }
  const files = globSync(`${run}/${VNET}/**/PT1H.json`);
  const size = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
  // Each reading has a head and an end of its own, and nothing else twice.
  expect(bytes).toBeLessThan(size + cuts.length * files.length * 14);
  // Whoever reads it for another cluster has cursors of its own.
  const other = await read('other', VNET);
  expect(other).toMatchObject({ unchanged: 0, known: 0, rows });
  const fromFiles = await take('files', globSync(`${run}/${VNET}/**/PT1H.json`).map(fileObject));
  expect(sumsOf(fromFiles).rows).toBe(rows);
  expect(await told('grown')).toEqual(await told('files'));
  expect(await told('other')).toEqual(await told('files'));
  // With nothing new there are lists, and nothing else.
  const before = azurite.requests.length;
  expect(await read('grown', VNET)).toMatchObject({ unchanged: hours.length, objects: [] });
  await logged();
  const asked = azurite.requests.slice(before);
  expect(asked.every((line) => line.includes('comp=list'))).toBe(true);
  expect(asked.length).toBeLessThan(20);
}, 60_000);

const fileObject = (path: string): ByteObject => ({
  name: path,
  read: async function* () {
    yield { ok: true, value: readFileSync(path) };
  },
});

/** The emulator's log is a stream. */
const logged = (): Promise<void> => after(100);

test('a blob that was made anew is read anew: with other blocks, fewer, or others of the same ids and sizes', async () => {
  const container = await newContainer('anew');
  const [other, fewer, same] = ['00000000000A', '00000000000B', '00000000000C'] as const;
  for (const mac of [other, fewer, same])
    await new WrittenHour(container, hourName(mac)).append(record(1, mac), record(2, mac), record(3, mac));
  expect(await read('anew', 'anew')).toMatchObject({ rows: 9 });
  for (const mac of [other, fewer, same]) await container.deleteBlob(hourName(mac));
  await new WrittenHour(container, hourName(other), 100).append(record(3, other), record(4, other), record(5, other));
  await new WrittenHour(container, hourName(fewer)).append(record(6, fewer));
  await new WrittenHour(container, hourName(same)).append(
    record(7, same),
    record(8, same),
    record(9, same),
    record(10, same),
  );
  expect(await read('anew', 'anew')).toMatchObject({ rows: 2 + 1 + 4, known: 1, rejects: 0, problems: [] });
  // A head and an end, then the first record, as Azure begins an hour.
  await container.deleteBlob(hourName(fewer));
  const begun = new WrittenHour(container, hourName(fewer), 200);
  await begun.append();
  expect(await read('anew', 'anew')).toMatchObject({ rows: 0, rejects: 0, problems: [] });
  await begun.append(record(20, fewer));
  expect(await read('anew', 'anew')).toMatchObject({ rows: 1, rejects: 0, problems: [] });
});

test('what is written while a blob is read: added blocks are for the next time, another blob is noticed', async () => {
  const container = await newContainer('while');
  // Blocks of two mebibytes: a piece has one or two, and there are five pieces.
  const big = (second: number): string =>
    Array.from({ length: 5_000 }, (_, port) => record(second, '00000000000D', port)).join(',');
  const [grows, anew] = [hourName('00000000000D'), hourName('00000000000D', 'flowLogResourceID=/S_RG/OTHER')];
  const blocks = [1, 2, 3, 4].map(big);
  const [growing, old] = [grows, anew].map((name) => new WrittenHour(container, name)) as [WrittenHour, WrittenHour];
  await growing.append(...blocks);
  await old.append(...blocks);
  const open = await openContainer(urlOf('while'), { kind: 'key', key: KEY, from: '' }, NOW);
  const { hours } = await findHours(open, '', ALL);
  const interrupting = async (name: string, interrupt: () => Promise<void>): Promise<readonly ObjectReport[]> => {
    const [object] = changedHours(
      open,
      hours.filter((hour) => hour.name === name),
      new Map(),
    );
    if (object === undefined) throw new Error(`${name} is not there`);
    const reading: ByteObject = {
      name: object.name,
      cursors: () => object.cursors(),
      read: async function* () {
        const begun = await object.begin();
        await interrupt();
        yield* object.readFrom(begun);
      },
    };
    return take(name, [reading]);
  };
  const [grew] = await interrupting(grows, () => growing.append(record(30, '00000000000D')));
  expect(grew).toMatchObject({ rows: 20_000, rejects: 0, problem: null });
  expect([...(await store.cursors(grows, open.name, ALL)).keys()]).toEqual([grows]);
  expect(await read(grows, 'while')).toMatchObject({ rows: 1, rejects: 0 });
  const [changed] = await interrupting(anew, async () => {
    await container.deleteBlob(anew);
    await new WrittenHour(container, anew, 500).append(record(40, '00000000000D'));
  });
  expect(changed).toMatchObject({ rejects: 0, problem: expect.stringMatching(/condition|changed/i) });
  expect((await store.cursors(anew, open.name, ALL)).size).toBe(0);
  expect(await read(anew, 'while')).toMatchObject({ rejects: 0, problems: [] });
}, 60_000);

test('every layout that Azure has is found, within the hours that are asked for; other names are counted, not read', async () => {
  const container = await newContainer('layouts');
  const vnet = [
    'flowLogResourceID=/0f_NETWORKWATCHERRG/NETWORKWATCHER_WESTEUROPE_VNET-RG-FLOWLOGS',
    'flowLogResourceID=/SUBSCRIPTIONS/0F/RESOURCEGROUPS/NETWORKWATCHERRG/PROVIDERS/MICROSOFT.NETWORK/NETWORKWATCHERS/NETWORKWATCHER_WESTEUROPE/FLOWLOGS/LOG',
    'flowLogResourceID=/0F_RG/NETWORKWATCHER_WESTEUROPE_LOG',
  ];
  for (const [i, log] of vnet.entries())
    await new WrittenHour(container, hourName(`00000000010${i}`, log)).append(record(i, `00000000010${i}`));
  // A copy, as a tool uploads it: one piece, or blocks that are cut at any byte.
  const nsg = readFileSync('src/formats/azure-flow-log/testdata/nsg-v2-denied-and-continuing.in.json');
  const tuples = nsg.toString().split(/"\d{10},/).length - 1;
  const rule = 'resourceId=/SUBSCRIPTIONS/0F/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/NSG';
  const copied = container.getBlockBlobClient(hourName('000D3AF87856', rule, '12'));
  await copied.upload(nsg, nsg.length);
  const cut = container.getBlockBlobClient(hourName('000d3af87856', `${rule}2`, '12'));
  await cut.uploadData(nsg, { blockSize: 100, maxSingleShotSize: 10 });
  const hostile = [
    'flowLogResourceID=//...//etc',
    "x=/'; DROP TABLE flow_record; --/$(id)/%2e%2e",
    'ünï/\u202e\t{cluster:String}/#?&=',
    `y=2026/${'deep/'.repeat(40)}`.slice(0, -1),
  ];
  for (const [i, log] of hostile.entries())
    await new WrittenHour(container, hourName(`00000000020${i}`, log)).append(record(10 + i, `00000000020${i}`));
  const others = [
    'readme.txt',
    `${vnet[0]}/y=2026/m=11/d=22/h=03/m=00/other.json`,
    `${vnet[0]}/y=2026/m=02/d=31/h=03/m=00/PT1H.json`,
  ];
  for (const name of others) await container.getBlockBlobClient(name).upload('{}', 2);
  const log = container.getAppendBlobClient(hourName('00000000030A'));
  await log.create();
  const early = { from: instant(Date.UTC(2026, 10, 22, 4)), until: instant(Date.UTC(2026, 10, 22, 12)) };
  expect(await read('early', 'layouts', early)).toMatchObject({ objects: [], skipped: expect.arrayContaining([]) });
  const found = await read('layouts', 'layouts');
  expect(found).toMatchObject({ rejects: 0, problems: [], unchanged: 0 });
  expect(found.objects).toHaveLength(vnet.length + hostile.length + 2);
  expect(found.rows + found.known).toBe(vnet.length + hostile.length + 2 * tuples);
  expect(new Set(found.skipped.map(({ name }) => name.slice(found.name.length + 1)))).toEqual(
    new Set([...others, hourName('00000000030A')]),
  );
  expect(found.objects.every(({ name }) => name.startsWith(`${azurite.url}/layouts/`))).toBe(true);
  expect(await read('layouts', 'layouts')).toMatchObject({ objects: [], unchanged: found.objects.length });
  const hour = { from: instant(Date.UTC(2026, 10, 22, 12)), until: instant(Date.UTC(2026, 10, 22, 12) + HOUR) };
  expect((await read('noon', 'layouts', hour)).objects).toHaveLength(2);
});

const unmasq = async (words: readonly string[], more: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, ['src/main.ts', ...words], { env: { ...process.env, ...more } });
  const said = { stdout: '', stderr: '', listed: '' };
  child.stdout.on('data', (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.stderr += text.toString()));
  const looking = setInterval(() => {
    said.listed =
      globSync(`/proc/${child.pid}/cmdline`)
        .map((path) => readFileSync(path, 'utf8'))
        .join('') || said.listed;
  }, 50);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(looking);
  return { code, ...said };
};

test('what cannot be read is refused with what to do, and nothing that gives access is said or stored', async () => {
  const container = await newContainer('guarded');
  await new WrittenHour(container, hourName('00000000040A')).append(record(1));
  const url = `${azurite.url}/guarded`;
  const sas = generateBlobSASQueryParameters(
    {
      containerName: 'guarded',
      permissions: ContainerSASPermissions.parse('rl'),
      expiresOn: new Date(LATEST),
      protocol: SASProtocol.HttpsAndHttp,
    },
    new StorageSharedKeyCredential(ACCOUNT, KEY),
  ).toString();
  const secret = new URLSearchParams(sas).get('sig') as string;
  const found = await read('guarded', 'guarded', ALL, { AZURE_STORAGE_SAS_TOKEN: `?${sas}` });
  expect(found).toMatchObject({ rows: 1, problems: [] });
  const named = await engine.rows(
    `SELECT object AS name FROM flow_record WHERE cluster = 'guarded'
     UNION ALL SELECT concat(source, object, position) AS name FROM cursor WHERE cluster = 'guarded'`,
  );
  expect(named).toHaveLength(2);
  const other = Buffer.from('the signature of another').toString('base64');
  const wrong = sas.replace(/sig=[^&]*/, `sig=${encodeURIComponent(other)}`);
  const ran = await unmasq(['ingest', `${url}?${wrong}`, '--data', join(folder, 'other'), '-v', '--debug']);
  expect(ran).toMatchObject({ code: 4, stderr: expect.stringMatching(/E805[^]*permissions rl/) as string });
  expect(ran.listed).toContain('sig=REDACTED');
  for (const text of [ran.stdout, ran.stderr, ran.listed, JSON.stringify([found, named])])
    for (const spelled of [secret, other].flatMap((one) => [one, encodeURIComponent(one)]))
      expect(text).not.toContain(spelled);
}, 60_000);

test.each<[string, string, string, NodeJS.ProcessEnv]>([
  ['a key that is not the key', 'E805', 'guarded', { AZURE_STORAGE_KEY: Buffer.from('another').toString('base64') }],
  ['a container that is not there', 'E803', 'absent', { AZURE_STORAGE_KEY: KEY }],
  ['a SAS that ended', 'E805', 'guarded', { AZURE_STORAGE_SAS_TOKEN: '?sv=2026&se=2026-01-01&sig=x' }],
  ['nobody who asks', 'E806', 'guarded', {}],
  ['a connection string that is none', 'E806', 'guarded', { AZURE_STORAGE_CONNECTION_STRING: KEY }],
])('%s is %s, and says what to do', async (_, code, container, given) => {
  const asked = { env: given, now: NOW, span: ALL, cursors: async () => new Map<string, string>() };
  const refused = await findBlobs(urlOf(container), asked).catch((error: unknown) => error);
  if (!(refused instanceof BlobTrouble)) throw new Error('it was not refused');
  const said = storageTrouble(refused.kind, refused.message, urlOf(container));
  expect(said).toMatchObject({ code, what: expect.stringContaining(container) as string });
  expect(JSON.stringify(said)).not.toContain(KEY);
});

test('a collector outlasts what fails, asks for few lists, and leaves alone what it cannot read until that changes', async () => {
  const stop = new AbortController();
  const said: string[] = [];
  const now = instant(Date.UTC(2026, 10, 22, 4, 10));
  const collector = new BlobCollector({
    reads: () => true,
    url: urlOf('polled'),
    cluster: 'polled',
    everyMs: 50,
    since: instant(now - 48 * HOUR),
    env,
    cursors: (source, span) => store.cursors('polled', source, span),
    now: () => now,
    random: () => 0,
    log: (line) => void said.push(line),
    explain: ({ kind, message }) => storageTrouble(kind, message, urlOf('polled')),
  });
  const check = () => collector.check(AbortSignal.timeout(5_000));
  let rows = 0;
  const collecting = collector.run(async (objects) => {
    const all: ByteObject[] = [];
    for await (const object of objects) all.push(object);
    const reports = await take('polled', all);
    rows += sumsOf(reports).rows;
    return reports;
  }, stop.signal);
  const measured = (name: string): number =>
    collector.measures().find((one) => one.name === `unmasq_blob_${name}`)?.value ?? -1;
  await expect.poll(() => said).toEqual([expect.stringMatching(/polled: not read \(1 times\): .*ContainerNotFound/)]);
  expect(await check()).toMatchObject({
    cluster: 'polled',
    ok: false,
    says: expect.stringMatching(/^there is no container polled of \w+: /),
  });
  const container = await newContainer('polled');
  expect(await check()).toMatchObject({ ok: true, says: 'it can be read, and is empty', fix: null });
  const hour = new WrittenHour(container, hourName('00000000050A'));
  await hour.append(record(1), record(2));
  const bad = container.getBlockBlobClient(hourName('00000000050B'));
  await bad.upload('hello', 5);
  await expect.poll(() => [rows, measured('failing'), measured('waiting')], { timeout: 10_000 }).toEqual([2, 1, 0]);
  await logged();
  const before = azurite.requests.length;
  await expect.poll(() => azurite.requests.length, { timeout: 5_000 }).toBeGreaterThan(before + 12);
  // Five hours of one flow log: an hour ahead, for clocks that differ, and three back.
  const polls = azurite.requests.slice(before);
  expect(polls.every((line) => /comp=list/.test(line) && /h%3D0[1-5]/.test(line))).toBe(true);
  await hour.append(record(3));
  await expect.poll(() => [rows, measured('failing')], { timeout: 5_000 }).toEqual([3, 1]);
  const good = `{"records":[${record(4)}]}`;
  await bad.upload(good, good.length);
  await expect.poll(() => [rows, measured('failing'), measured('blocks_total')], { timeout: 5_000 }).toEqual([4, 0, 4]);
  expect(said.filter((line) => line.includes('00000000050B'))).toEqual([expect.stringContaining('it is tried again')]);
  stop.abort();
  await collecting;
}, 30_000);

test('a server that is killed while it reads, and hours that grow meanwhile: nothing is lost, and nothing stored twice', async () => {
  const container = await newContainer('served');
  const hours = simulated().map(({ name, records }) => ({ hour: new WrittenHour(container, name), records }));
  const grow = async (from: number, until: number): Promise<void> => {
    await Promise.all(hours.map(({ hour, records }) => hour.append(...records.slice(from, until))));
  };
  await grow(0, 40);
  const data = join(folder, 'served');
  const before = azurite.requests.length;
  let server = await serving(data, 'served');
  // It is killed at what it does with the first of them.
  const isReading = (line: string): boolean => line.includes('"GET') && line.includes('PT1H.json');
  await expect.poll(() => azurite.requests.slice(before).some(isReading), { timeout: 20_000, interval: 5 }).toBe(true);
  await server.end('SIGKILL');
  await grow(40, 1_000);
  server = await serving(data, 'served');
  await server.until(/^unmasq_blob_reads_total\{.*\} (\d+)$/m, (n) => n >= hours.length);
  const metrics = await server.metrics();
  expect(metrics).toMatch(/^unmasq_blob_waiting\{container="[^"]*\/served",cluster="prod"\} 0$/m);
  expect(metrics).toMatch(/^unmasq_blob_failures_total\{.*\} 0$/m);
  const { items } = (await server.sources()) as { items: readonly object[] };
  const [{ records }] = (await told('files')) as [{ records: number }];
  expect(items).toMatchObject([{ cluster: 'prod', rejects: 0, rows: records }]);
  const checked = {
    cluster: 'prod',
    source: containerName(urlOf('served')),
    status: 'ok',
    says: 'it can be read',
    fix: null,
  };
  expect(await server.doctor()).toMatchObject({ items: expect.arrayContaining([checked]) as unknown });
  expect(await server.end()).toBe(0);
}, 60_000);

/** A server that reads a container, from years ago on and all the time. */
const serving = async (data: string, container: string) => {
  const pace = ['--blobs-every', '1s', '--blobs-since', '2026-01-01T00:00Z'];
  const { url, end } = await startServer({
    dataDir: data,
    flags: [...pace, '--blobs', `prod=${azurite.url}/${container}`],
    env: { AZURE_STORAGE_KEY: KEY },
  });
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
  return {
    metrics,
    doctor: async (): Promise<unknown> => (await fetch(`${url}/api/v1/doctor`)).json(),
    sources: async (): Promise<unknown> => (await fetch(`${url}/api/v1/sources`)).json(),
    until: async (number: RegExp, holds: (n: number) => boolean): Promise<void> => {
      for (let i = 0; i < 300; i++) {
        if (holds(Number(number.exec(await metrics())?.[1] ?? 0))) return;
        await after(50);
      }
      throw new Error(`${number} was never so`);
    },
    end,
  };
};
