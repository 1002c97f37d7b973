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
  [
    'namespaces that differ by a digit are two',
    { logs: {}, usage: { namespaces: { shop1: { logGb: 100 }, shop2: { logGb: 10 } } } },
    { logs: { withoutNamespaces: ['kube-system', 'shop2'] } },
    [['ContainerLogV2 of shop2', -23]],
  ],
  [
    'another interval of Traffic Analytics is the same line',
    { flowLogs: { trafficAnalytics: '60m' }, usage: { flowLogGb: 100, tables: { NTANetAnalytics: 0 } } },
    { flowLogs: { trafficAnalytics: '10m' } },
    [['Traffic Analytics each 60m', 120]],
  ],
  [
    'the dearest change is first, then by name',
    { usage: { tables: { B: 10, A: 10, C: 20 } } },
    { usage: { tables: { B: 0, A: 0, C: 0 } } },
    [
      ['C', -46],
      ['A', -23],
      ['B', -23],
    ],
  ],
  ['not known, and then known', { ...PODS, usage: {} }, PODS, [['KubePodInventory', null]]],
  ['known of neither', { ...PODS, usage: {} }, { cluster: { ...CLUSTER, nodes: { now: 7 } } }, []],
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

test('a bill of nothing, or less, has no shares; one of two lines with a part that is not known is at least so much', () => {
  const [free] = bills({ usage: { tables: { T: 5 } } }, {});
  expect([free.monthly, breakdown(free, 'table').map(({ share }) => share)]).toEqual([0, [null, null]]);
  const [one] = bills({ usage: { tables: { T: 5.2 } } }, {});
  expect(breakdown(one, 'area')).toEqual([{ of: 'ingestion', gb: 5.2, monthly: 0.46, share: 1, isAtLeast: false }]);
  const [kept] = bills({ workspace: { retentionDays: 61 }, usage: { tables: { T: 100 } } }, {});
  // What is kept is no second hundred.
  expect(breakdown(kept, 'table')[0]).toMatchObject({ of: 'T', gb: 100, monthly: 240 });
});

test('parts of one price are in the order of their names, and one of which a part is not known is at least so much', () => {
  const [bill] = bills(
    {
      logs: {},
      inventory: { tables: ['KubePodInventory'] },
      usage: { namespaces: { b: { logGb: 10 }, a: { logGb: 10, pods: 1 } }, tables: { T: 10 } },
    },
    {},
  );
  expect(breakdown(bill, 'table').map(({ of, gb, isAtLeast }) => [of, gb, isAtLeast])).toEqual([
    ['ContainerLogV2', 20, false],
    ['T', 10, false],
    // One pod is told of, the others are not.
    ['KubePodInventory', null, true],
    [null, null, false],
  ]);
  expect(breakdown(bill, 'namespace').map(({ of }) => of)).toEqual(['a', 'b', null]);
  const [even] = bills(
    { logs: {}, usage: { namespaces: { b: { logGb: 10 }, a: { logGb: 10 } }, tables: { T: 15 } } },
    {},
  );
  expect(breakdown(even, 'namespace').map(({ of }) => of)).toEqual([null, 'a', 'b']);
});

test('two lines of one thing are one, and not known where one of them is not', () => {
  const [before, after] = bills(
    { logs: {}, usage: { namespaces: { shop: { logGb: 10 } }, tables: { ContainerLogV2: 30 } } },
    { logs: { withoutNamespaces: ['kube-system', 'batch'] } },
  );
  const [line] = before.items;
  if (line === undefined) throw new Error('no line');
  const once = { ...before, items: [line] };
  const twice = { ...before, items: [line, line] };
  expect(billDifference(once, twice).items[0]).toMatchObject({ before: 23, after: 46, change: 23 });
  const unknown = { ...before, items: [line, { ...line, monthly: null }] };
  expect(billDifference(once, unknown).items[0]).toMatchObject({ before: 23, after: null, change: null });
  expect(billDifference(unknown, once).unknown).toEqual(['ContainerLogV2 of shop']);
  expect(billDifference(before, after)).toMatchObject({ unknown: ['ContainerLogV2 of others'] });
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
