import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { ingest } from '../../src/app/ingest.ts';
import { metricsTrouble } from '../../src/app/metrics-trouble.ts';
import { DAY, HOUR, instant, MINUTE } from '../../src/base/instant.ts';
import type { TakeIn } from '../../src/core/ports.ts';
import { parseMetricResource } from '../../src/sources/azure-metrics/metric-groups.ts';
import { MetricsCollector } from '../../src/sources/azure-metrics/metrics-collector.ts';
import { certificates } from '../kube-api-server/certificates.ts';
import { endAll, startServer } from '../program.ts';
import { temporaryStore } from '../temporary-store.ts';
import { LogAnalyticsStandIn, TOKEN } from './log-analytics-stand-in.ts';
import { MetricsStandIn } from './metrics-stand-in.ts';

/** Metrics of Azure in the store: what is revised replaces what was told before, in whatever order they are brought in. */

const { engine, store, folder, read } = await temporaryStore();
afterAll(endAll);

const answer = (until: string, ports: number): string => {
  const path = join(folder, `until-${until}.json`);
  const metric = {
    id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/loadBalancers/lb/providers/Microsoft.Insights/metrics/UsedSnatPorts',
    name: { value: 'UsedSnatPorts' },
    timeseries: ['10.224.0.4', '10.224.0.5'].map((node) => ({
      metadatavalues: [{ name: { value: 'backendipaddress' }, value: node }],
      data: [{ timeStamp: '2026-11-22T03:00:00Z', average: ports }],
    })),
  };
  const timespan = `2026-11-22T03:00:00Z/2026-11-22T03:${until}:00Z`;
  writeFileSync(path, JSON.stringify({ cost: 0, interval: 'PT1M', timespan, value: [metric] }));
  return path;
};

test('a value that was asked for later replaces the earlier one, whichever is brought in first, and twice changes nothing', async () => {
  const [early, late] = [answer('02', 3), answer('09', 812)];
  for (const [cluster, paths] of [
    ['in-order', [early, late, late]],
    ['late-first', [late, early]],
  ] as const) {
    for (const path of paths) await read(cluster, path);
    const rows = await engine.rows(
      'SELECT dimensions, value, interval_ms FROM metric_sample FINAL WHERE cluster = {cluster:String} ORDER BY dimensions',
      { cluster },
    );
    expect(rows).toEqual([
      { dimensions: ['backendipaddress=10.224.0.4'], value: 812, interval_ms: 60_000 },
      { dimensions: ['backendipaddress=10.224.0.5'], value: 812, interval_ms: 60_000 },
    ]);
    expect(await store.sources(cluster)).toMatchObject([
      { name: 'Azure metrics', kind: 'metric', rows: 2, rejects: 0, watermark: Date.UTC(2026, 10, 22, 3, 1) },
    ]);
  }
});

const LB = '/subscriptions/0f/resourceGroups/MC_rg/providers/Microsoft.Network/loadBalancers/kubernetes';
const BEGIN = Date.UTC(2026, 10, 22, 3);

test('a collector reads every backend, reads what was revised again, and outlasts failures and ends', async () => {
  const certs = certificates(folder);
  if (certs === null) throw new Error('openssl is needed');
  tls.setDefaultCACertificates([...tls.getCACertificates(), certs.ca]);
  let now = BEGIN;
  const backends = Array.from({ length: 30 }, (_, i) => `10.224.0.${4 + i}`);
  // For ten minutes a minute is told too small.
  const final = (metric: string, backend: string, at: number): number =>
    metric.length * 1_000 + Number(backend.split('.')[3]) + ((at / MINUTE) % 7);
  const standIn = new MetricsStandIn(
    LB,
    backends,
    (metric, backend, at) => final(metric, backend, at) / (now - at < 10 * MINUTE ? 2 : 1),
    certs,
  );
  const endpoint = await standIn.listen();
  const resource = parseMetricResource(LB);
  if (!resource.ok) throw new Error(resource.problem);
  const take: TakeIn = async (objects, of) => {
    const ingested = await ingest(objects, store, { ...of, interrupted: () => false, progress: () => undefined });
    if (!ingested.ok) throw new Error(ingested.problem.what);
    return ingested.value.objects;
  };
  const troubles = ['throttled', null, 'cut', null, 'error', null] as const;
  let asked = 0;
  const log: string[] = [];
  let collector: MetricsCollector | null = null;
  // Each lives for twelve minutes; then the next goes on.
  for (let life = 1; life <= 3; life++) {
    standIn.befalls = () => (life === 2 ? (troubles[asked++ % troubles.length] ?? null) : null);
    const stop = new AbortController();
    collector = new MetricsCollector({
      resource: resource.value,
      endpoint,
      cluster: 'live',
      everyMs: 3 * MINUTE,
      since: instant(BEGIN - 20 * MINUTE),
      credential: { getToken: async () => ({ token: TOKEN, expiresOnTimestamp: Date.now() + DAY }) },
      cursors: (source, span) => store.cursors('live', source, span),
      now: () => instant(now),
      random: () => 0,
      log: (line) => void log.push(line),
      explain: ({ kind, message }) => metricsTrouble(kind, message, LB),
      pause: async (ms) => {
        now += ms;
        if (now >= BEGIN + life * 12 * MINUTE) stop.abort();
      },
    });
    await collector.run(take, stop.signal);
  }
  const [row] = await engine.rows<{
    metrics: number;
    backends: number;
    minutes: number;
    from_ms: number;
    until_ms: number;
  }>(
    `SELECT uniqExact(metric) AS metrics, uniqExact(dimensions) AS backends, count() AS minutes, min(at_ms) AS from_ms, max(at_ms) AS until_ms
     FROM metric_sample FINAL WHERE cluster = 'live'`,
  );
  const until = row?.until_ms ?? 0;
  expect(row).toMatchObject({ metrics: 3, backends: 60, from_ms: BEGIN - 20 * MINUTE });
  expect(until).toBeGreaterThanOrEqual(BEGIN + 30 * MINUTE);
  const rows = await engine.rows<{ metric: string; backend: string; at_ms: number; value: number }>(
    `SELECT metric, substring(dimensions[1], 18) AS backend, at_ms, value FROM metric_sample FINAL WHERE cluster = 'live' AND at_ms < {settled:Int64}`,
    { settled: until - 10 * MINUTE },
  );
  expect(rows.length).toBe(3 * 30 * ((until - 10 * MINUTE - (BEGIN - 20 * MINUTE)) / MINUTE));
  expect(rows.filter(({ metric, backend, at_ms, value }) => value !== final(metric, backend, at_ms))).toEqual([]);
  // What has settled is not asked for again.
  expect(standIn.requests.filter((url) => url.includes('timespan=2026-11-22T02%3A40%3A00Z')).length).toBe(2);
  expect(standIn.requests.length).toBeLessThan(60);
  const check = () => (collector as MetricsCollector).check(new AbortController().signal);
  expect(await check()).toMatchObject({ ok: true });
  standIn.befalls = () => 'forbidden';
  expect(await check()).toMatchObject({ ok: false, fix: expect.stringContaining(`--scope "${LB}"`) as string });
  expect(now).toBeLessThan(BEGIN + HOUR);
  standIn.close();
}, 30_000);

test('a server reads them by itself, throttled, killed on the way, and tells how far it is', async () => {
  const certs = certificates(folder);
  if (certs === null) throw new Error('openssl is needed');
  // Of Log Analytics it is the identity alone that is asked.
  const workspace = new LogAnalyticsStandIn('none', certs);
  const { identity } = await workspace.listen();
  const standIn = new MetricsStandIn(LB, ['10.224.0.4', '10.224.0.5'], (metric) => metric.length, certs);
  const endpoint = await standIn.listen();
  let asked = 0;
  standIn.befalls = () => (asked++ % 3 === 1 ? 'throttled' : null);
  const dataDir = join(folder, 'served');
  const flags = ['--metrics', `shop=${LB}`, '--metrics-endpoint', endpoint, '--metrics-since', '30m'];
  const env = { ...identity, NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt') };
  const start = () => startServer({ dataDir, flags: [...flags, '--metrics-every', '1s'], env });

  const first = await start();
  await expect.poll(() => standIn.requests.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await first.end('SIGKILL');
  const second = await start();
  const text = async (path: string): Promise<string> => (await fetch(`${second.url}${path}`)).text();
  const told = async (name: string): Promise<number> =>
    Number(new RegExp(`^${name}(?:\\{[^\\n]*\\})? (\\d+)`, 'm').exec(await text('/metrics'))?.[1] ?? -1);
  await expect.poll(() => told('unmasq_azure_metrics_throttled_total'), { timeout: 30_000 }).toBeGreaterThan(0);
  // Three metrics of two backends, by the minute, but for the newest.
  const rows = 'unmasq_source_rows\\{cluster="shop",source="Azure metrics",kind="metric"\\}';
  await expect.poll(() => told(rows), { timeout: 30_000 }).toBeGreaterThanOrEqual(3 * 2 * 25);
  const stored = await told(rows);
  expect(stored % 6).toBe(0);
  expect(stored).toBeLessThanOrEqual(3 * 2 * 40);
  expect(await told('unmasq_azure_metrics_behind_seconds')).toBeLessThan(600);
  expect(await text('/api/v1/sources')).toContain('Azure metrics');

  // What it may not read it says, with what mends it, and goes on.
  standIn.befalls = () => 'forbidden';
  await expect.poll(() => told('unmasq_azure_metrics_failures_total'), { timeout: 30_000 }).toBeGreaterThan(0);
  expect(second.said.join('\n')).toContain('no authorization over scope');
  expect(await text('/api/v1/doctor')).toContain(`--scope \\"${LB}\\"`);
  expect(second.said.join('\n')).not.toContain(TOKEN);
  expect(await told(rows)).toBeGreaterThanOrEqual(stored);
  expect(await second.end()).toBe(0);
  standIn.close();
  workspace.close();
}, 120_000);

test.each([
  [['--metrics', '/subscriptions/0f'], 'E831'],
  [['--metrics', LB, '--metrics-endpoint', 'http://plain'], 'E105'],
  [['--metrics-endpoint', 'https://x'], 'E104'],
])(
  '%j is refused at the start',
  async (flags, code) => {
    await expect(startServer({ dataDir: join(folder, 'refused'), flags })).rejects.toThrow(code);
  },
  20_000,
);
