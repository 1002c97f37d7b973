import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import tls from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ingest, type IngestStore } from '../../src/app/ingest.ts';
import { workspaceTrouble } from '../../src/app/workspace-trouble.ts';
import { DAY, HOUR, type Instant, instant, LATEST, MINUTE } from '../../src/base/instant.ts';
import type { ByteObject, TakeIn } from '../../src/core/ports.ts';
import { recogniseTable, TABLES } from '../../src/formats/log-analytics/recognise-table.ts';
import { TABLE_COLUMNS } from '../../src/formats/log-analytics/table-columns.ts';
import {
  LogAnalyticsCollector,
  type LogAnalyticsOptions,
} from '../../src/sources/log-analytics/log-analytics-collector.ts';
import { endAll, startServer } from '../program.ts';
import { certificates } from '../kube-api-server/certificates.ts';
import { temporaryStore } from '../temporary-store.ts';
import { type Befalls, LogAnalyticsStandIn, type StoredRow, TOKEN } from './log-analytics-stand-in.ts';
import { addTables, asExport, eventRow, lineRow, podRow, traceId, traceRow } from './rows.ts';

/** Log Analytics read live: against a stand-in for its query API, over TLS, with Azure's own client of identities. */

const WORKSPACE = '7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978';
const { engine, store, folder } = await temporaryStore();
const certs = certificates(folder);
if (certs === null) throw new Error('openssl is needed');
const standIn = new LogAnalyticsStandIn(WORKSPACE, certs);
addTables(standIn);
let at: Awaited<ReturnType<LogAnalyticsStandIn['listen']>>;

beforeAll(async () => {
  // What NODE_EXTRA_CA_CERTS does for a process.
  tls.setDefaultCACertificates([...tls.getCACertificates(), certs.ca]);
  at = await standIn.listen();
});
beforeEach(() => {
  standIn.rows.length = 0;
  standIn.queries.length = 0;
  standIn.largest = 0;
  standIn.limits = { rows: 500_000, bytes: 64_000_000 };
  standIn.befalls = () => null;
});
afterAll(() => {
  endAll();
  standIn.close();
});

const BEGIN = Date.UTC(2026, 10, 22, 3);

/** What was stored, added up: whatever is missing, there twice or different shows. */
const told = (cluster: string): Promise<unknown> =>
  engine.rows(
    `SELECT * FROM (
       SELECT 'trace' AS kind, count() AS rows, uniqExact(identity) AS different, sum(identity) AS sum FROM sighting WHERE cluster = {cluster:String}
       UNION ALL
       SELECT 'pod', count(), uniqExact(uid, at_ms), sum(cityHash64(uid, at_ms, name, toString(ips), started_ms)) FROM pod_seen WHERE cluster = {cluster:String}
       UNION ALL
       SELECT 'line', count(), uniqExact(at_ms, message), sum(cityHash64(at_ms, pod, message)) FROM log_line FINAL WHERE cluster = {cluster:String}
     ) ORDER BY kind`,
    { cluster },
  );

const takeInto =
  (into: IngestStore): TakeIn =>
  async (objects, of) => {
    const ingested = await ingest(objects, into, { ...of, interrupted: () => false, progress: () => undefined });
    if (!ingested.ok) throw new Error(ingested.problem.what);
    return ingested.value.objects;
  };

const fromExports = async (cluster: string, rows: readonly StoredRow[]): Promise<void> => {
  const objects = async function* (): AsyncGenerator<ByteObject> {
    for (const table of ['KubePodInventory', 'AppTraces', 'ContainerLogV2']) {
      const text = asExport(rows, table);
      if (text !== '')
        yield {
          name: `${table}.jsonl`,
          read: async function* () {
            yield { ok: true, value: new TextEncoder().encode(text) };
          },
        };
    }
  };
  await takeInto(store)(objects(), { cluster, node: '', at: null });
};

interface Living {
  readonly cluster: string;
  readonly everyMs: number;
  readonly until: number;
  readonly since?: Instant;
  readonly into?: IngestStore;
  /** Asked at each wait: whether the collector is killed and started anew. */
  readonly isKilled?: () => boolean;
  readonly more?: Partial<LogAnalyticsOptions>;
}

/** Runs collectors, one after the other, on a clock that goes on where they wait. */
const live = async ({ cluster, everyMs, until, since, into = store, isKilled = () => false, more = {} }: Living) => {
  const log: string[] = [];
  let last: LogAnalyticsCollector | null = null;
  while (standIn.now < until) {
    const stop = new AbortController();
    const collector: LogAnalyticsCollector = new LogAnalyticsCollector({
      id: WORKSPACE,
      endpoint: at.endpoint,
      credential: { getToken: async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + DAY }) },
      cluster,
      tables: ['KubePodInventory', 'AppTraces', 'ContainerLogV2'],
      everyMs,
      since: since ?? instant(BEGIN - 4 * DAY),
      cursors: (source, span) => store.cursors(cluster, source, span),
      now: () => instant(standIn.now),
      random: () => 0,
      log: (line) => void log.push(line),
      explain: ({ kind, message }) => workspaceTrouble(kind, message, WORKSPACE),
      pause: async (ms) => {
        standIn.now += Math.max(ms, 1);
        if (standIn.now >= until || isKilled()) stop.abort();
      },
      ...more,
    });
    last = collector;
    await collector.run(takeInto(into), stop.signal);
  }
  const measured = (name: string): number =>
    last?.measures().find((one) => one.name === `unmasq_log_analytics_${name}`)?.value ?? -1;
  return { log, measured, check: () => last?.check(new AbortController().signal) };
};

test('the columns that are asked for are enough to recognise each table, and give what all columns give', () => {
  expect(Object.keys(TABLE_COLUMNS).sort()).toEqual([...TABLES].sort());
  for (const table of TABLES)
    expect([table, recogniseTable(new Set(TABLE_COLUMNS[table]), [])]).toEqual([table, { ok: true, value: table }]);
});

const LATENESS = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 * MINUTE }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 8 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: 40 * HOUR, max: 47 * HOUR }) },
);
const BEFALLS: readonly Befalls[] = ['throttled', 'unavailable', 'cut', 'partial', 'garbled'];

test('however late rows come, whatever fails, and wherever it is killed: the store ends with exactly the rows', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          minute: fc.integer({ min: 0, max: 5 }),
          of: fc.constantFrom(podRow, traceRow, lineRow),
          late: LATENESS,
        }),
        {
          minLength: 20,
          maxLength: 40,
        },
      ),
      fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
      fc.integer({ min: 2, max: 9 }),
      async (drawn, chances, limit) => {
        const cluster = `law-${run++}`;
        const chance = (percent: number): boolean => (chances.next().value as number) < percent;
        standIn.rows.splice(
          0,
          Infinity,
          ...drawn.map(({ minute, of, late }, i) => {
            const when = BEGIN + minute * MINUTE + (of === podRow ? 0 : (i * 7_919) % MINUTE);
            return of(when, i, when + late);
          }),
        );
        standIn.queries.length = 0;
        standIn.limits = { rows: Math.max(limit, 8) * 10, bytes: 2_000 * limit };
        standIn.now = BEGIN;
        let isCalm = false;
        standIn.befalls = (query) =>
          isCalm || !chance(15) ? null : (BEFALLS[query.length % BEFALLS.length] as Befalls);
        // The rows are written, the process is gone before the cursors are.
        const into: IngestStore = {
          write: (batches) => store.write(batches),
          writeRows: store.writeRows,
          keepCursors: async (...kept) => {
            if (!isCalm && chance(15)) throw new Error('killed');
            await store.keepCursors(...kept);
          },
        };
        const budget = { rows: limit * 3, bytes: 1_000_000 };
        const isKilled = (): boolean => chance(5);
        await live({ cluster, everyMs: 4 * HOUR, until: BEGIN + 48 * HOUR, into, isKilled, more: { budget } });
        isCalm = true;
        const { measured } = await live({ cluster, everyMs: 30 * MINUTE, until: BEGIN + 50 * HOUR, more: { budget } });
        await fromExports(`${cluster}-files`, standIn.rows);
        expect(await told(cluster)).toEqual(await told(`${cluster}-files`));
        expect([measured('failing'), measured('waiting')]).toEqual([0, 0]);
        // With nothing new, a look counts and does no more.
        standIn.queries.length = 0;
        await live({ cluster, everyMs: 30 * MINUTE, until: standIn.now + HOUR });
        expect(standIn.queries.filter((query) => query.includes('project TimeGenerated'))).toEqual([]);
        expect(standIn.queries.length).toBeLessThan(40);
      },
    ),
    { numRuns: 2 },
  );
}, 120_000);

test('what is too large for one answer is split by time, and a second by the hash of its rows; what cannot be split is told and waits', async () => {
  const many = Array.from({ length: 300 }, (_, i) => traceRow(BEGIN + (i < 200 ? 500 : i * 150), i, BEGIN));
  standIn.rows.push(...many, podRow(BEGIN, 1, BEGIN));
  standIn.limits = { rows: 60, bytes: 1_000_000 };
  standIn.now = BEGIN + HOUR;
  await live({ cluster: 'large', everyMs: MINUTE, until: BEGIN + HOUR + MINUTE });
  await fromExports('large-files', standIn.rows);
  expect(await told('large')).toEqual(await told('large-files'));
  expect(standIn.queries.some((query) => query.includes('hash(tostring(pack_all()), 4) == 3'))).toBe(true);
  expect(standIn.largest).toBeLessThanOrEqual(60);
  // The same row 100 times in one second: no hash tells them apart.
  standIn.rows.push(...Array.from({ length: 100 }, () => lineRow(BEGIN + 2 * MINUTE, 1, BEGIN)));
  const { log, measured } = await live({ cluster: 'large', everyMs: 5 * MINUTE, until: standIn.now + 10 * MINUTE });
  expect(log.filter((line) => line.includes('ContainerLogV2'))).toEqual([
    expect.stringContaining('reading'),
    expect.stringMatching(/ContainerLogV2\/2026-11-22T03:02Z: only a part was answered: .*it is tried again/),
  ]);
  expect(measured('failing')).toBe(1);
  standIn.limits = { rows: 500_000, bytes: 64_000_000 };
  const freed = await live({ cluster: 'large', everyMs: 5 * MINUTE, until: standIn.now + 10 * MINUTE });
  expect(freed.measured('failing')).toBe(0);
});

test('of a workspace with several clusters the one that is named is read, and none where no name fits', async () => {
  standIn.rows.push(podRow(BEGIN, 1, BEGIN, 'shop'), podRow(BEGIN, 2, BEGIN, 'other'));
  standIn.rows.push(lineRow(BEGIN, 1, BEGIN, 'shop'), lineRow(BEGIN, 2, BEGIN, 'other'));
  standIn.table('KubeEvents', TABLE_COLUMNS.KubeEvents);
  standIn.rows.push(eventRow(BEGIN, 1, BEGIN, 'shop'), eventRow(BEGIN, 2, BEGIN, 'other'));
  standIn.now = BEGIN + HOUR;
  const more = { tables: ['KubePodInventory', 'ContainerLogV2', 'KubeEvents'] } as const;
  await live({ cluster: 'shop', everyMs: MINUTE, until: standIn.now + MINUTE, more });
  await fromExports('shop-files', [podRow(BEGIN, 1, BEGIN), lineRow(BEGIN, 1, BEGIN)]);
  expect(await told('shop')).toEqual(await told('shop-files'));
  const events = async (cluster: string): Promise<readonly string[]> =>
    (await store.events({ cluster, from: instant(0), until: LATEST })).map(({ name }) => name);
  expect(await events('shop')).toEqual(['checkout-1']);
  const { log } = await live({ cluster: 'neither', everyMs: MINUTE, until: standIn.now + MINUTE, more });
  expect(log.join('\n')).toMatch(/not read: rows are of the clusters other, shop, and none is called "neither"/);
  expect(await told('neither')).toEqual(await told('nobody'));
  expect(await events('neither')).toEqual([]);
});

test('a row that comes two days late is found by a collector that ran all the time, also where days cannot be counted at once', async () => {
  standIn.rows.push(traceRow(BEGIN, 1, BEGIN), traceRow(BEGIN + 1, 2, BEGIN + 2 * DAY));
  standIn.now = BEGIN + HOUR;
  standIn.befalls = (query) => {
    const [from = 0, until = 0] = [...query.matchAll(/datetime\((\S+Z)\)/g)].map(([, time]) => Date.parse(time ?? ''));
    return query.includes('bin(TimeGenerated') && until - from > 30 * HOUR ? 'late' : null;
  };
  const { check } = await live({ cluster: 'late', everyMs: 6 * HOUR, until: BEGIN + 55 * HOUR });
  await fromExports('late-files', standIn.rows);
  expect(await told('late')).toEqual(await told('late-files'));
  expect(await check()).toMatchObject({ ok: true, fix: null });
  standIn.befalls = () => 'forbidden';
  expect(await check()).toMatchObject({
    ok: false,
    fix: expect.stringContaining('az role assignment create') as string,
  });
});

test('a table that is not there is looked for again, and a wall of failures is asked ever less often', async () => {
  standIn.now = BEGIN;
  standIn.befalls = () => 'unavailable';
  const { log } = await live({ cluster: 'later', everyMs: MINUTE, until: BEGIN + 2 * HOUR });
  expect(standIn.queries.length).toBeLessThan(80);
  expect(log.length).toBeLessThan(6);
  standIn.befalls = () => null;
  standIn.table('AppRequests', TABLE_COLUMNS.AppRequests);
  const tables = ['AppRequests', 'AppDependencies'] as const;
  const told2 = await live({ cluster: 'later', everyMs: MINUTE, until: standIn.now + 3 * HOUR, more: { tables } });
  expect(told2.log).toEqual([expect.stringContaining('reading AppRequests')]);
  expect(standIn.queries.filter((query) => query.startsWith('AppDependencies')).length).toBeLessThan(5);
});

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ...at.identity,
  NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
});

const unmasq = async (...words: readonly string[]) => {
  const child = spawn(process.execPath, ['src/main.ts', ...words], { env: environment() });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (piece: Buffer) => (said[stream] += piece.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
};

test('the program reads a workspace as it reads exports of it: once, and all the time though it is killed', async () => {
  const begin = Date.now() - 2 * HOUR;
  standIn.now = Date.now();
  const rows = Array.from({ length: 60 }, (_, i) => [
    podRow(begin + (i % 6) * MINUTE, i % 10, 0),
    traceRow(begin + i * 977, i, 0),
    lineRow(begin + i * 977, i, 0),
  ]).flat();
  const unique = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
  standIn.rows.push(...unique);
  const exported = ['KubePodInventory', 'AppTraces', 'ContainerLogV2'].map((table) => {
    const path = join(folder, `${table}.jsonl`);
    writeFileSync(path, asExport(unique, table));
    return path;
  });
  const [files, once_, served] = ['files', 'once', 'served'].map((name) => join(folder, `data-${name}`)) as [
    string,
    string,
    string,
  ];
  const place = [`log-analytics://${WORKSPACE}`, '--log-analytics-endpoint', at.endpoint, '--since', '1d'];
  const [byFile, byApi] = await Promise.all([
    unmasq('ingest', ...exported, '--data', files),
    unmasq('ingest', ...place, '--data', once_),
  ]);
  expect([byFile.code, byApi.code, byApi.stderr.match(/warn/g)]).toEqual([0, 0, null]);
  const asked = async (data: string, ...words: readonly string[]): Promise<string> =>
    (await unmasq(...words, '-o', 'csv', '--data', data)).stdout;
  const expected = {
    sources: await asked(files, 'sources'),
    trace: await asked(files, 'trace', traceId(7), '--since', '1d'),
  };
  expect(expected).toEqual({
    sources: expect.stringContaining('container logs'),
    trace: expect.stringContaining('checkout-0'),
  });
  expect(await asked(once_, 'sources')).toEqual(expected.sources);
  const again = await unmasq('ingest', ...place, '--data', once_);
  expect([again.code, again.stderr]).toEqual([
    0,
    expect.stringContaining("minutes of the workspace's tables have nothing new"),
  ]);

  const pace = ['--log-analytics-every', '1s', '--log-analytics-endpoint', at.endpoint];
  const start = () =>
    startServer({
      dataDir: served,
      flags: ['--log-analytics', `default=${WORKSPACE}`, ...pace, '--keep-log-text'],
      env: environment(),
    });
  const before = standIn.queries.length;
  const first = await start();
  while (!standIn.queries.slice(before).some((query) => query.includes('project TimeGenerated'))) await after(5);
  await first.end('SIGKILL');
  const second = await start();
  const served_ = async (question: string): Promise<string> =>
    (await fetch(`${second.url}/api/v1/${question}`, { headers: { accept: 'text/csv' } })).text();
  await expect.poll(() => served_('sources'), { timeout: 40_000 }).toEqual(expected.sources);
  expect(await served_(`trace?id=${traceId(7)}&since=1d`)).toEqual(expected.trace);
  expect(await second.end()).toBe(0);
}, 120_000);

test('what Azure refuses is refused with what to do', async () => {
  const asked = ['--log-analytics-endpoint', at.endpoint, '--since', '1h', '--data', join(folder, 'refused')];
  standIn.befalls = () => 'forbidden';
  const [forbidden, absent, id] = await Promise.all([
    unmasq('ingest', `log-analytics://${WORKSPACE}`, ...asked),
    unmasq('ingest', 'log-analytics://00000000-0000-0000-0000-000000000000', ...asked.with(5, join(folder, 'absent'))),
    unmasq('ingest', 'log-analytics://shop', ...asked.with(5, join(folder, 'id'))),
  ]);
  expect([forbidden.code, forbidden.stderr]).toEqual([
    4,
    expect.stringMatching(/E824[^]*Log Analytics Reader[^]*customerId=='7b2f6a31/),
  ]);
  expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('E823')]);
  expect([id.code, id.stderr]).toEqual([2, expect.stringContaining('E821')]);
}, 30_000);
