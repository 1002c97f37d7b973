import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CostBreakdown, CostDifference, CostEstimate } from '../src/app/cost.ts';
import { METERS, PRICE_NAMES } from '../src/core/prices/meters.ts';
import type { Meter } from '../src/core/prices/meters.ts';
import { PRICE_FILE_SCHEMA } from '../src/core/prices/price-file.ts';
import { differences, type Schema } from './json-schema.ts';
import { RetailPricesStandIn } from './retail-prices/retail-prices-stand-in.ts';

/** The program: specs and exports of files, prices of a stand-in for the Retail Prices API. */

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-cost-'));
const standIn = new RetailPricesStandIn();
let endpoint = '';
beforeAll(async () => {
  endpoint = await standIn.listen();
});
beforeEach(() => {
  standIn.befalls = () => null;
  standIn.items.length = 0;
  rmSync(join(folder, 'cache'), { recursive: true, force: true });
});
afterAll(async () => {
  await standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const unmasq = (...words: readonly string[]): Promise<Ran> =>
  new Promise((done) => {
    const child = execFile(
      process.execPath,
      [join(root, 'src/main.ts'), 'cost', ...words],
      { env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), NO_COLOR: '1' }, maxBuffer: 1 << 26 },
      (_, out, err) => done({ code: child.exitCode ?? -1, out, err }),
    );
  });
const json = async <Report>(...words: readonly string[]): Promise<Report> => {
  const { code, out, err } = await unmasq(...words, '-o', 'json');
  expect([code, err]).toEqual([0, expect.any(String)]);
  return JSON.parse(out) as Report;
};
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const cluster = (nodes: number, region = 'westeurope'): string =>
  `cluster: { name: shop, resourceGroup: rg, region: ${region}, nodes: { now: ${nodes} } }\n`;
const PODS = 'workspace: {}\ninventory: { tables: [KubePodInventory] }\nusage: { podsPerNode: 30 }\n';
const spec = file('monitoring.yaml', `${cluster(100)}${PODS}`);

/** A list in which every price of West Europe is twice what East US pays. */
const list = (): void => {
  for (const name of PRICE_NAMES) {
    const { retail }: Meter = METERS[name];
    const item = {
      serviceName: retail.serviceName,
      productName: retail.productNames?.[0] ?? retail.serviceName,
      meterName: retail.meterName,
      unitOfMeasure: retail.unitOfMeasure,
    };
    standIn.items.push(
      { ...item, armRegionName: 'westeurope', retailPrice: 2 },
      { ...item, armRegionName: 'eastus', retailPrice: 1 },
    );
  }
};
const kept = join(folder, 'cache/unmasq/prices-westeurope.json');

test('an estimate with the prices that unmasq brings along says of which region they are', async () => {
  const report = await json<CostEstimate>('estimate', spec);
  expect(report).toMatchObject({
    kind: 'CostEstimate',
    cluster: 'shop',
    monthly: 214.21,
    unknown: [],
    pricesRegion: 'eastus',
    pricesAsOf: '2026',
  });
  expect(report.assumptions).toContain('prices are those of eastus, and the cluster is in westeurope');
});

test('prices are refreshed, kept for the region, and used from then on without asking', async () => {
  list();
  const first = await json<CostEstimate>('estimate', spec, '--refresh', '--prices-endpoint', endpoint);
  expect(first).toMatchObject({ pricesRegion: 'westeurope', items: [{ unitPrice: 2 }, { unitPrice: 2 }] });
  expect(first.assumptions.filter((one) => one.includes('prices are'))).toEqual([]);
  const asked = standIn.asked.length;
  expect(await json<CostEstimate>('estimate', spec)).toEqual(first);
  expect(standIn.asked).toHaveLength(asked);
  const table: unknown = JSON.parse(readFileSync(kept, 'utf8'));
  expect(differences(table, PRICE_FILE_SCHEMA as Schema, () => ({}))).toEqual([]);
  expect(table).toMatchObject({ region: 'westeurope', prices: { retention: { usd: 2, source: endpoint } } });
});

test('a refresh that fails leaves what was there, says so, and is incomplete', async () => {
  list();
  await json('estimate', spec, '--refresh', '--prices-endpoint', endpoint);
  const before = readFileSync(kept, 'utf8');
  standIn.befalls = (filter) => (filter.includes('Storage') ? 'unavailable' : null);
  const refreshed = await unmasq(
    'estimate',
    spec,
    '--refresh',
    '--prices-endpoint',
    endpoint,
    '--strict',
    '-o',
    'json',
  );
  expect(refreshed.err).toMatch(/^warning: the prices were not refreshed, and what was there stays: .* answers 503/m);
  expect(refreshed.code).toBe(5);
  expect((JSON.parse(refreshed.out) as CostEstimate).pricesRegion).toBe('westeurope');
  expect(readFileSync(kept, 'utf8')).toBe(before);
});

test('a list without the region refreshes nothing', async () => {
  list();
  const other = file('elsewhere.yaml', `${cluster(100, 'nowhere')}${PODS}`);
  const { code, err } = await unmasq('estimate', other, '--refresh', '--prices-endpoint', endpoint);
  expect([code, err]).toEqual([0, expect.stringMatching(/not refreshed.* has none of nowhere/)]);
});

test('what a list lacks is ?, never what it was before', async () => {
  list();
  const { meterName } = METERS.analyticsLogs.retail;
  standIn.items.splice(0, Number.POSITIVE_INFINITY, ...standIn.items.filter((one) => one.meterName !== meterName));
  const { out, err } = await unmasq('estimate', spec, '--refresh', '--prices-endpoint', endpoint, '-o', 'json');
  expect(JSON.parse(out)).toMatchObject({
    monthly: 0,
    unknown: [expect.stringMatching(/KubePodInventory: its price in westeurope/), expect.anything()],
  });
  expect(err).toMatch(/no price of westeurope is listed for analyticsLogs: they are \?/);
});

test.each<[string, readonly string[], number, RegExp]>([
  ['a table of prices that is not there', ['--prices', join(folder, 'none.json')], 2, /E522/],
  ['one that is none', ['--prices', spec], 2, /monitoring\.yaml:1:1: there is no cluster: there are schemaVersion,.*/],
  ['a setting that is none', ['--set', 'x'], 2, /--set x: expected MEMBER\.MEMBER=VALUE/],
  [
    'a setting of nothing',
    ['--set', 'inventory.intervall=5m'],
    2,
    /--set inventory\.intervall: there is no inventory\.intervall: there are interval,/,
  ],
  ['exports that are none', ['--measured', spec], 1, /E524/],
  ['exports that are not there', ['--measured', join(folder, 'none')], 1, /there is no such file/],
])('%s', async (_, words, code, err) => {
  expect(await unmasq('estimate', spec, ...words)).toEqual({ code, out: '', err: expect.stringMatching(err) });
});

test('a kept table that is broken is not used, and that is said', async () => {
  file('cache/unmasq/prices-westeurope.json', '{"schemaVersion":1');
  const { code, out, err } = await unmasq('estimate', spec, '-o', 'json');
  expect([code, err]).toEqual([0, expect.stringMatching(/prices-westeurope\.json is not understood, and not used/)]);
  expect((JSON.parse(out) as CostEstimate).pricesRegion).toBe('eastus');
});

test('a table that cannot be written is said', async () => {
  list();
  // A file is no folder.
  const { code, err } = await unmasq(
    'estimate',
    spec,
    '--refresh',
    '--prices-endpoint',
    endpoint,
    '--prices',
    join(spec, 'p.json'),
  );
  expect([code, err]).toEqual([1, expect.stringMatching(/E523/)]);
});

test('what another setting saves', async () => {
  const report = await json<CostDifference>('diff', spec, '--set', 'inventory.interval=5m');
  expect(report).toMatchObject({
    kind: 'CostDifference',
    before: { spec, set: [], monthly: 214.21 },
    after: { set: ['inventory.interval=5m'], monthly: 33.64 },
    monthlyChange: -180.57,
  });
});

test('what another spec costs, by what the first tells of use', async () => {
  const other = file('other.yaml', `${cluster(50)}workspace: {}\ninventory: { tables: [KubePodInventory] }\n`);
  const report = await json<CostDifference>('diff', spec, other);
  expect(report).toMatchObject({ after: { spec: other, monthly: 101.35, unknown: [] }, monthlyChange: -112.86 });
});

test('a month as exports measure it, by namespace', async () => {
  const at = (minute: number): string => `2026-11-22T03:${String(minute).padStart(2, '0')}:00Z`;
  const rows = Array.from({ length: 30 }, (_, i) => ({
    TimeGenerated: at(i),
    Type: 'KubePodInventory',
    Namespace: i % 3 === 0 ? 'batch' : 'shop',
    _BilledSize: 1_000_000,
  }));
  file('exports/pods.json', JSON.stringify(rows));
  file(
    'exports/usage.csv',
    `DataType,Quantity,QuantityUnit,IsBillable,StartTime [UTC],EndTime [UTC]\nPerf,500,MBytes,true,${at(0)},${at(30)}\n`,
  );
  const report = await json<CostBreakdown>(
    'breakdown',
    spec,
    '--measured',
    join(folder, 'exports'),
    '--by',
    'namespace',
    '--set',
    'inventory.tables=[KubePodInventory, Perf]',
  );
  // 1 MB a minute is 43.2 GB a month, and 500 MB in half an hour 720.
  expect(report.slices.map(({ of, gb }) => [of, gb])).toEqual([
    [null, 720],
    ['shop', expect.closeTo(28.8, 5)],
    ['batch', expect.closeTo(14.4, 5)],
  ]);
  expect(report.assumptions).toContain('a month of KubePodInventory is as the 30 min that were read, as it was billed');
  const thinner = await json<CostEstimate>(
    'estimate',
    spec,
    '--measured',
    join(folder, 'exports'),
    '--set',
    'inventory.interval=2m',
  );
  expect(thinner.items.map(({ item, quantity }) => [item, quantity])).toEqual([
    ['KubePodInventory of batch', expect.closeTo(7.2, 5)],
    ['KubePodInventory of shop', expect.closeTo(14.4, 5)],
    ['the first 5 GB of a billing account', -5],
  ]);
});

test.each<[string, readonly string[], RegExp, RegExp]>([
  [
    'estimate',
    [],
    /^KubePodInventory +Analytics +reckoned +98\.13 +GB +2\.3 +225\.71$/m,
    /^\| KubePodInventory \| Analytics \| reckoned \| 98\.13 \|/m,
  ],
  ['breakdown', [], /^KubePodInventory +98\.13 +225\.71 +>?[\d.]+%$/m, /^\| KubePodInventory \| 98\.13 \|/m],
  [
    'diff',
    ['--set', 'cluster.nodes.now=60'],
    /^KubePodInventory +225\.71 +135\.42 +-90\.29$/m,
    /^\| KubePodInventory \| 225\.71 \|/m,
  ],
])('%s in every form', { timeout: 120_000 }, async (what, words, table, markdown) => {
  const forms = {
    table,
    wide: /KubePodInventory/,
    csv: /^KubePodInventory,/m,
    jsonl: /^\{.*"KubePodInventory"/m,
    yaml: /^kind: Cost/m,
    markdown,
  };
  for (const [form, expected] of Object.entries(forms)) {
    const { code, out } = await unmasq(what, spec, ...words, '-o', form);
    expect([form, code]).toEqual([form, 0]);
    expect(out).toMatch(expected);
  }
});

const named = (name: string): Schema =>
  JSON.parse(readFileSync(join(root, 'docs/reference/schemas', name), 'utf8')) as Schema;

test.each<[string, readonly string[]]>([
  ['cost-estimate.schema.json', ['estimate']],
  ['cost-breakdown.schema.json', ['breakdown', '--by', 'namespace']],
  ['cost-difference.schema.json', ['diff', '--set', 'egress.natGateway={}', '--set', 'logs={}']],
])('%s is the shape of what is printed', async (schema, words) => {
  const rich = file(
    'rich.yaml',
    `${cluster(10)}workspace: { retentionDays: 90, tables: { ContainerLogV2: { plan: Basic } } }\nlogs: {}\nflowLogs: {}\nusage: { namespaces: { shop: { logGb: 1 } } }\n`,
  );
  const [what = '', ...rest] = words;
  expect(differences(await json(what, rich, ...rest), named(schema), named)).toEqual([]);
});

test('the published shape of a table of prices is that of the reader', () => {
  const { $schema, title, ...published } = named('price-table.schema.json') as Record<string, unknown>;
  expect([$schema, title, published]).toEqual([expect.any(String), expect.any(String), PRICE_FILE_SCHEMA]);
});

test.each<[readonly string[], RegExp]>([
  [[], /E103|missing/],
  [['guess', spec], /expected estimate, diff, breakdown/],
  [['estimate', spec, spec], /takes one spec/],
  [['diff', spec], /what is different\?/],
  [['estimate', spec, '--by', 'table'], /--by has no meaning here/],
  [['breakdown', spec, '--by', 'pod'], /expected table, namespace, area, plan/],
])('%j is refused', async (words, why) => {
  expect(await unmasq(...words)).toEqual({ code: 2, out: '', err: expect.stringMatching(why) });
});

test('a spec on standard input', async () => {
  const child = execFile(process.execPath, [join(root, 'src/main.ts'), 'cost', 'estimate', '-', '-o', 'json'], {
    env: { ...process.env, XDG_CACHE_HOME: folder },
  });
  child.stdin?.end(readFileSync(spec, 'utf8'));
  let out = '';
  for await (const piece of child.stdout ?? []) out += String(piece);
  expect(JSON.parse(out)).toMatchObject({ monthly: 214.21 });
});
