import { expect, test } from 'vitest';
import { SHIPPED_PRICES } from '../../prices/shipped-prices.ts';
import { CLUSTER, specOf } from './bill.testing.ts';
import { type BillDifference, billDifference } from './bill-difference.ts';
import { type Bill, billOf } from './bill.ts';
import { breakdown } from './breakdown.ts';
import { usageFor } from './usage.ts';

const bills = (before: object, after: object): readonly [Bill, Bill] => {
  const from = specOf({ cluster: CLUSTER, workspace: {}, ...before });
  const to = specOf({ cluster: CLUSTER, workspace: {}, ...before, ...after });
  return [billOf(from, usageFor(from, from), SHIPPED_PRICES), billOf(to, usageFor(to, from), SHIPPED_PRICES)];
};
const difference = (before: object, after: object): BillDifference => billDifference(...bills(before, after));

const PODS = { inventory: { tables: ['KubePodInventory'] }, usage: { podsPerNode: 30 } };

test('an interval of five minutes saves four fifths', () => {
  const found = difference(PODS, { inventory: { tables: ['KubePodInventory'], interval: '5m' } });
  expect(found).toEqual({
    items: [{ area: 'ingestion', item: 'KubePodInventory', before: 225.71, after: 45.14, change: -180.57 }],
    monthlyChange: -180.57,
    unknown: [],
  });
});

test.each<[string, object, object, readonly [string, number | null][]]>([
  ['nothing', PODS, {}, []],
  [
    'a plan',
    { logs: {}, usage: { tables: { ContainerLogV2: 105 } } },
    { workspace: { tables: { ContainerLogV2: { plan: 'Basic' } } } },
    [
      ['ContainerLogV2', 52.5 - 241.5],
      ['the first 5 GB of a billing account', 11.5],
    ],
  ],
  [
    'days that are in the name of a line',
    { flowLogs: { days: 7 }, usage: { flowLogGb: 1_000 } },
    { flowLogs: { days: 14 } },
    [['flow logs of 7 days', 4.3]],
  ],
  [
    'longer kept',
    { usage: { tables: { T: 300 } } },
    { workspace: { retentionDays: 41 } },
    [['T: 10 days beyond those that are free', 10]],
  ],
  ['known, and then not', PODS, { usage: { podsPerNode: null } }, [['KubePodInventory', null]]],
  [
    'another way out',
    { egress: { loadBalancer: { outboundIps: 2 } }, usage: { egressGb: 100 } },
    { egress: { natGateway: {} } },
    [
      ['NAT gateway', 32.85],
      ['data through the NAT gateway', 4.5],
      ['public addresses', -3.65],
      ['data through the load balancer', -0.5],
    ],
  ],
])('%s', (_, before, after, expected) => {
  const found = difference(before, after);
  const known = found.items.filter(
    ({ item }) => !item.startsWith('the first') || expected.some(([name]) => name === item),
  );
  expect(known.map(({ item, change }) => [item, change])).toEqual(expected);
});

test('two bills differ by what their sums differ by, where all is known', () => {
  const [before, after] = bills(PODS, { cluster: { ...CLUSTER, nodes: { now: 137 } } });
  expect(billDifference(before, after).monthlyChange).toBeCloseTo(after.monthly - before.monthly, 2);
});

test('the parts of a bill by table, by namespace and by area', () => {
  const [bill] = bills(
    {
      inventory: { tables: ['KubePodInventory', 'Perf'] },
      workspace: { retentionDays: 61 },
      usage: { podsPerNode: 30, namespaces: { shop: { pods: 1_500 } } },
    },
    {},
  );
  expect(breakdown(bill, 'table')).toMatchObject([
    { of: 'KubePodInventory', monthly: 235.51, isAtLeast: false },
    { of: 'Perf', gb: null, monthly: 0, isAtLeast: true },
    { of: null, monthly: -11.5, gb: null },
  ]);
  expect(breakdown(bill, 'table')[0]?.gb).toBeCloseTo(98.13, 2);
  expect(breakdown(bill, 'namespace').map(({ of, monthly }) => [of, monthly])).toEqual([
    ['shop', 112.85],
    [null, 111.16],
  ]);
  const shares = breakdown(bill, 'area').map(({ share }) => share ?? 0);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
});
