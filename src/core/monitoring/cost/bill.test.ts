import { expect, test } from 'vitest';
import type { PriceTable } from '../../prices/price-table.ts';
import { SHIPPED_PRICES } from '../../prices/shipped-prices.ts';
import type { MonitoringSpec } from '../spec.ts';
import { CLUSTER, specOf } from './bill.testing.ts';
import { type Area, type Bill, billOf } from './bill.ts';
import { usageFor } from './usage.ts';

const bill = (value: object, prices: PriceTable = SHIPPED_PRICES): Bill => {
  const spec = specOf({ cluster: CLUSTER, ...value });
  return billOf(spec, usageFor(spec, spec), prices);
};
const item = (of: Bill, name: string) => of.items.find((one) => one.item === name);
const sumOf = (of: Bill, area: Area): number =>
  of.items.filter((one) => one.area === area).reduce((sum, { monthly }) => sum + (monthly ?? 0), 0);

const INVENTORY = { tables: ['KubePodInventory'] };
const PODS = { podsPerNode: 30 };

test('100 nodes of 30 pods each minute: 155.5 million rows, 98 GB, 226 dollars', () => {
  const found = item(bill({ workspace: {}, inventory: INVENTORY, usage: PODS }), 'KubePodInventory');
  expect(found?.quantity).toBeCloseTo(98.13, 2);
  expect(found).toMatchObject({ unitPrice: 2.3, monthly: 225.71, origin: 'reckoned', plan: 'Analytics' });
});

test('at five minutes it is 20 GB', () => {
  const found = item(
    bill({ workspace: {}, inventory: { ...INVENTORY, interval: '5m' }, usage: PODS }),
    'KubePodInventory',
  );
  expect(found?.quantity).toBeCloseTo(19.63, 2);
  expect(found?.monthly).toBe(45.14);
});

test.each<[number, number]>([
  [50, 103.5],
  [100, 218.5],
  [5, 0],
  [4, 0],
])('%d GB a month less the first five: %d dollars', (gb, usd) => {
  const found = bill({ workspace: {}, usage: { tables: { AppTraces: gb } } });
  expect(found).toMatchObject({ monthly: usd, unknown: [] });
});

test.each<[number, number, number]>([
  [50, 31, 0],
  [50, 32, 0.17],
  [50, 361, 55],
  [100, 361, 110],
  [50, 365, 55.67],
])('%d GB a month kept %d days cost %d beside their ingestion', (gb, retentionDays, usd) => {
  const found = bill({ workspace: { retentionDays }, usage: { tables: { AppTraces: gb } } });
  expect(sumOf(found, 'retention')).toBeCloseTo(usd, 2);
});

test('a NAT gateway with one address is 36.50, and its data cost by the GB', () => {
  expect(sumOf(bill({ egress: { natGateway: {} } }), 'egress')).toBe(36.5);
  const found = bill({ egress: { natGateway: { outboundIps: 3 } }, usage: { egressGb: 1_000 } });
  expect(found).toMatchObject({ monthly: 32.85 + 3 * 3.65 + 45, unknown: [] });
});

test('what is not known is ?, named with what is missing, and not in the sum', () => {
  const found = bill({
    workspace: {},
    inventory: { tables: ['KubePodInventory', 'Perf'] },
    flowLogs: { trafficAnalytics: '10m' },
    egress: { natGateway: {} },
  });
  expect(found.monthly).toBe(36.5);
  expect(found.unknown).toEqual([
    'KubePodInventory: usage.podsPerNode',
    'Perf: usage.tables.Perf, GB a month',
    'NTANetAnalytics: usage.tables.NTANetAnalytics, GB a month',
    'collection of flow logs: usage.flowLogGb',
    'flow logs of 7 days: usage.flowLogGb',
    'Traffic Analytics each 10m: usage.flowLogGb',
    'data through the NAT gateway: usage.egressGb',
  ]);
});

test('a price that is not known is missing, not 0', () => {
  const found = bill({ flowLogs: { redundancy: 'GRS' }, usage: { flowLogGb: 40 } });
  expect(item(found, 'flow logs of 7 days')).toMatchObject({
    unitPrice: null,
    monthly: null,
    missing: 'its price in eastus',
  });
  expect(found.unknown).toEqual(['flow logs of 7 days: its price in eastus']);
});

test('flow logs: five GB are free, blobs are kept for days, Traffic Analytics costs by its interval', () => {
  const of = (trafficAnalytics: string): Bill =>
    bill({
      workspace: {},
      flowLogs: { trafficAnalytics, days: 15 },
      usage: { flowLogGb: 105, tables: { NTANetAnalytics: 0 } },
    });
  expect(item(of('60m'), 'collection of flow logs')?.monthly).toBe(50);
  expect(item(of('60m'), 'flow logs of 15 days')?.monthly).toBe(0.97);
  expect(item(of('60m'), 'Traffic Analytics each 60m')?.monthly).toBe(241.5);
  expect(item(of('10m'), 'Traffic Analytics each 10m')?.monthly).toBe(367.5);
  expect(of('60m').unknown).toEqual([]);
});

test.each<[string, object, number, number]>([
  ['Analytics', {}, 2.3, 0],
  ['Basic', { plan: 'Basic' }, 0.5, 0],
  ['Auxiliary', { plan: 'Auxiliary' }, 0.05, 0],
  ['Basic, kept for 90 days in all: 60 of them in long-term retention', { plan: 'Basic', totalDays: 90 }, 0.5, 4],
  ['Analytics, 90 for queries and 390 in all', { retentionDays: 91, totalDays: 391 }, 2.3, 20 + 20],
  ['days for queries have no meaning for Basic', { plan: 'Basic', retentionDays: 90, totalDays: 90 }, 0.5, 4],
])('100 GB of logs, %s', (_, table, usd, kept) => {
  const found = bill({
    workspace: { tables: { Shop_CL: table } },
    usage: { tables: { Shop_CL: 100 } },
  });
  expect(item(found, 'Shop_CL')).toMatchObject({ unitPrice: usd, monthly: Math.round(usd * 100) });
  expect(sumOf(found, 'retention')).toBeCloseTo(kept, 2);
});

const withTier = (usd: number | null): PriceTable => ({
  ...SHIPPED_PRICES,
  prices: { ...SHIPPED_PRICES.prices, commitment100: usd === null ? null : { usd, asOf: '2026', source: 'a test' } },
});

test.each<[string, number, number | null, number]>([
  ['is paid for whole, however little comes in', 30, 200, 6_000],
  ['has what is over it at the same price a GB', 3_100, 200, 6_000 + 200],
  ['has nothing over it up to its last GB', 3_000, 200, 6_000],
  ['of no known price is not in the sum', 3_100, null, 0],
])('a commitment tier %s', (_, gb, usd, monthly) => {
  const found = bill({ workspace: { commitmentGbPerDay: 100 }, usage: { tables: { AppTraces: gb } } }, withTier(usd));
  expect(found.monthly).toBeCloseTo(monthly, 2);
  expect(found.unknown.length > 0).toBe(usd === null);
  // Nothing is free in a tier.
  expect(item(found, 'the first 5 GB of a billing account')).toBeUndefined();
});

test('what is in a tier costs nothing more, and what is over a tier of no known price is ?', () => {
  const found = (gb: number, usd: number | null): Bill =>
    bill({ workspace: { commitmentGbPerDay: 100 }, usage: { tables: { AppTraces: gb } } }, withTier(usd));
  expect(item(found(30, 200), 'AppTraces')).toMatchObject({ quantity: 30, unitPrice: 0, monthly: 0 });
  expect(item(found(3_000, 200), 'over the commitment tier')).toBeUndefined();
  expect(item(found(3_100, 200), 'over the commitment tier')).toMatchObject({
    quantity: 100,
    unitPrice: 2,
    missing: null,
  });
  expect(item(found(3_100, null), 'over the commitment tier')).toMatchObject({
    monthly: null,
    missing: 'the price of the tier',
  });
});

test('days of a table of which a part is not known are not known', () => {
  const found = bill({
    workspace: { retentionDays: 61 },
    inventory: { tables: ['KubePodInventory'] },
    usage: { namespaces: { shop: { pods: 100 } } },
  });
  expect(item(found, 'KubePodInventory: 30 days beyond those that are free')).toMatchObject({
    quantity: null,
    missing: 'usage.podsPerNode',
  });
});

test('rows of others are named so where some are told, and only of that table', () => {
  const found = bill({
    workspace: {},
    inventory: { tables: ['KubePodInventory'] },
    usage: { podsPerNode: 30, namespaces: { shop: { pods: 100 }, web: { pods: 1 } }, tables: { AppTraces: 1 } },
  });
  expect(found.items.map((one) => one.item)).toEqual([
    'KubePodInventory of shop',
    'KubePodInventory of web',
    'KubePodInventory of others',
    'AppTraces',
    'the first 5 GB of a billing account',
  ]);
});

test('a load balancer: its addresses, and data by the GB', () => {
  expect(sumOf(bill({ egress: { loadBalancer: {} } }), 'egress')).toBe(3.65);
  expect(bill({ egress: { loadBalancer: { outboundIps: 3 } }, usage: { egressGb: 100 } }).monthly).toBe(3 * 3.65 + 0.5);
});

test('no day beyond what is free is no line', () => {
  const found = bill({ workspace: { tables: { T: { totalDays: 31 } } }, usage: { tables: { T: 300 } } });
  expect(sumOf(found, 'retention')).toBe(0);
  const more = bill({ workspace: { tables: { T: { totalDays: 32 } } }, usage: { tables: { T: 300 } } });
  expect(sumOf(more, 'retention')).toBe(0.2);
});

test('tables of other plans are paid for beside the tier', () => {
  const spec = {
    workspace: { commitmentGbPerDay: 100, tables: { T: { plan: 'Basic' } } },
    usage: { tables: { T: 10, A: 10 } },
  };
  expect(bill(spec, withTier(200)).monthly).toBe(6_005);
});

test('Heartbeat and Usage cost nothing', () => {
  expect(bill({ workspace: {}, usage: { tables: { Heartbeat: 50, Usage: 50 } } }).items).toEqual([]);
});

test('alerts are not priced, and that is said', () => {
  const found = bill({
    egress: { natGateway: {} },
    alerts: { actionGroup: '/subscriptions/0/resourceGroups/rg/providers/Microsoft.Insights/actionGroups/a' },
    usage: { egressGb: 0 },
  });
  expect(found).toMatchObject({ monthly: 36.5, unknown: [expect.stringMatching(/^alerts: /)] });
});

test('the date is that of the oldest price used', () => {
  const asOf = (value: object): MonitoringSpec | string | null => bill(value).pricesAsOf;
  expect(asOf({ workspace: {}, usage: { tables: { T: 1 } } })).toBe('2026');
  expect(asOf({ egress: { natGateway: {} } })).toBe('2025');
  expect(asOf({})).toBe(null);
});
