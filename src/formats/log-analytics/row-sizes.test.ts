import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IngestedTables, type MeasuredTable } from '../../core/monitoring/cost/ingested.ts';
import type { TableUsage } from '../../core/monitoring/cost/usage.ts';
import { RowSizes } from './row-sizes.ts';

const read = (text: string, name = 'export.json', pieces = [text.length]) => {
  const tables = new IngestedTables();
  const sizes = new RowSizes(tables, name);
  const bytes = new TextEncoder().encode(text);
  let from = 0;
  for (const piece of pieces) sizes.push(bytes.subarray(from, (from += piece)));
  sizes.push(bytes.subarray(from));
  sizes.end();
  return { tables, sizes };
};
const rows = (...some: readonly object[]): string => JSON.stringify(some);
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 3, minute)).toISOString();
const pod = (minute: number, more: object = {}): object => ({
  TimeGenerated: at(minute),
  Type: 'KubePodInventory',
  Namespace: 'shop',
  PodUid: 'u',
  _BilledSize: 600,
  ...more,
});

test('bytes are what was billed, where the rows say it', () => {
  const { tables, sizes } = read(rows(pod(0), pod(1), pod(2, { Namespace: 'batch', _BilledSize: 300 })));
  expect(tables.measured()).toEqual([
    { table: 'KubePodInventory', rows: 3, bytes: 1_500, by: 'billed-size', minutes: 3 },
  ] satisfies readonly MeasuredTable[]);
  // 43,200 minutes a month, three of them seen.
  expect(tables.usages()).toEqual([
    {
      table: 'KubePodInventory',
      namespace: 'shop',
      gb: (1_200 * 14_400) / 1e9,
      rows: 2 * 14_400,
      origin: 'measured',
      missing: null,
    },
    {
      table: 'KubePodInventory',
      namespace: 'batch',
      gb: (300 * 14_400) / 1e9,
      rows: 14_400,
      origin: 'measured',
      missing: null,
    },
  ] satisfies readonly TableUsage[]);
  expect(sizes).toMatchObject({ rejected: 0, free: 0 });
});

test('without it they are the columns as text, less those that are never billed', () => {
  const row = {
    TimeGenerated: '2026-11-22T03:00:00Z',
    Type: 'Perf',
    CounterValue: 12.5,
    Tags: { a: 1 },
    InstanceName: 'é€😀',
    Empty: null,
    _ResourceId: '/subscriptions/0',
  };
  const { tables } = read(rows(row));
  expect(tables.measured()).toEqual([{ table: 'Perf', rows: 1, bytes: 20 + 4 + 7 + 9, by: 'columns', minutes: 1 }]);
});

test.each<[string, string, string, string]>([
  ['by the column Type', rows({ TimeGenerated: at(0), Type: 'Perf' }), 'x.json', 'Perf'],
  ['of an application, which no decoder knows', rows({ TimeGenerated: at(0), Type: 'Shop_CL' }), 'x.json', 'Shop_CL'],
  ['by the name of the file', rows({ TimeGenerated: at(0), CounterName: 'c' }), 'exports/Perf-2026-11.json', 'Perf'],
  ['by its columns', rows({ TimeGenerated: at(0), LogMessage: 'x' }), 'x.json', 'ContainerLogV2'],
  [
    'in CSV of the portal',
    `"TimeGenerated [UTC]",LogMessage\n"11/22/2026, 3:04:17.000 AM",x\n`,
    'x.csv',
    'ContainerLogV2',
  ],
  [
    'in an answer of the API',
    JSON.stringify({
      tables: [
        { name: 'PrimaryResult', columns: [{ name: 'TimeGenerated' }, { name: 'Type' }], rows: [[at(0), 'Perf']] },
      ],
    }),
    'x.json',
    'Perf',
  ],
])('the table is known %s', (_, text, name, table) => {
  const { tables, sizes } = read(text, name);
  expect(tables.measured().map((one) => one.table)).toEqual([table]);
  expect(sizes.rejected).toBe(0);
});

test('rows of no known table, without a time, or no rows at all are refused with their place', () => {
  const { tables, sizes } = read(rows({ TimeGenerated: at(0), x: 1 }, pod(0, { TimeGenerated: 'noon' }), pod(1)));
  expect(tables.measured()).toMatchObject([{ rows: 1 }]);
  expect(sizes.rejects).toMatchObject([
    { place: expect.stringMatching(/^row 1/), why: expect.stringMatching(/^of which table/) },
    { place: expect.stringMatching(/^row 2.*TimeGenerated/) },
  ]);
});

test('what nobody pays for is counted, not billed', () => {
  const { tables, sizes } = read(rows(pod(0, { _IsBillable: 'False' }), pod(1, { _IsBillable: true })));
  expect(tables.measured()).toMatchObject([{ rows: 1 }]);
  expect(sizes.free).toBe(1);
});

const usage = (table: string, hour: number, megabytes: number, more: object = {}): object => ({
  TimeGenerated: at(60 * hour + 60),
  StartTime: at(60 * hour),
  EndTime: at(60 * hour + 60),
  DataType: table,
  Quantity: megabytes,
  QuantityUnit: 'MBytes',
  IsBillable: true,
  ...more,
});

test("Azure's own count of two hours: 360 times as much a month, for each table the same two hours", () => {
  const { tables, sizes } = read(
    rows(
      usage('Perf', 0, 100),
      usage('Perf', 1, 100),
      usage('KubeEvents', 1, 10),
      usage('Heartbeat', 0, 1, { IsBillable: false }),
    ),
  );
  expect(tables.measured()).toMatchObject([
    { table: 'KubeEvents', by: 'usage', minutes: 120 },
    { table: 'Perf', bytes: 200_000_000, by: 'usage', minutes: 120 },
  ]);
  expect(tables.usages().map(({ table, gb, rows: n }) => [table, gb, n])).toEqual([
    ['KubeEvents', 3.6, null],
    ['Perf', 72, null],
  ]);
  expect(sizes.free).toBe(1);
});

test('as `az` writes it: every value as text, a null as None', () => {
  const { tables, sizes } = read(
    rows(
      { TableName: 'PrimaryResult', TimeGenerated: at(0), Type: 'Perf', _BilledSize: '700', Computer: 'None' },
      { TableName: 'PrimaryResult', ...usage('KubeEvents', 0, 5), Quantity: '5.0', IsBillable: 'True' },
    ),
  );
  expect(tables.measured()).toMatchObject([
    { table: 'KubeEvents', bytes: 5_000_000 },
    { table: 'Perf', bytes: 700 },
  ]);
  expect(sizes.rejected).toBe(0);
});

test('Azure counts how much a table is, its rows say of which namespace', () => {
  const { tables } = read(
    rows(usage('KubePodInventory', 0, 1_000), pod(0), pod(1, { Namespace: 'batch', _BilledSize: 200 })),
  );
  expect(tables.usages().map(({ namespace, gb }) => [namespace, gb])).toEqual([
    ['shop', 540],
    ['batch', 180],
  ]);
});

test.each<[string, readonly number[], number]>([
  ['one minute', [7], 1],
  ['each minute', [0, 1, 2, 3], 4],
  ['each five minutes', [0, 5, 10], 15],
  ['in whatever order', [10, 0, 5], 15],
  ['many rows of one minute', [0, 0, 0, 1], 2],
])('samples of %s stand for so many minutes', (_, minutes, expected) => {
  expect(read(rows(...minutes.map((minute) => pod(minute)))).tables.measured()).toMatchObject([{ minutes: expected }]);
});

test('the namespace of a metric is none of Kubernetes', () => {
  const { tables } = read(rows({ TimeGenerated: at(0), Type: 'InsightsMetrics', Namespace: 'container.azm.ms/disk' }));
  expect(tables.usages()).toMatchObject([{ namespace: null }]);
});

test('every row is counted, free or refused, and however the bytes were cut it comes to the same', () => {
  const row = fc.oneof(
    fc.integer({ min: 0, max: 59 }).map((minute) => pod(minute)),
    fc.constant(pod(1, { _IsBillable: false })),
    fc.record({ TimeGenerated: fc.constantFrom(at(3), 'never', null), Type: fc.constantFrom('Perf', 'x y', 7) }),
    usageRow(),
  );
  fc.assert(
    fc.property(fc.array(row), fc.array(fc.integer({ min: 0, max: 40 })), (some, pieces) => {
      const text = JSON.stringify(some);
      const [whole, cut] = [read(text), read(text, 'export.json', pieces)];
      expect(cut.tables.usages()).toEqual(whole.tables.usages());
      const { rejects, free } = whole.sizes;
      expect(rejects.length).toBeLessThanOrEqual(10);
      // A refused cell and a refused row are two refusals.
      expect(whole.tables.rows + free + whole.sizes.rejected).toBeGreaterThanOrEqual(some.length);
      expect(whole.tables.rows + free).toBeLessThanOrEqual(some.length);
    }),
  );
});

function usageRow(): fc.Arbitrary<object> {
  return fc
    .record({ hour: fc.integer({ min: 0, max: 5 }), mb: fc.integer({ min: -1, max: 5 }) })
    .map(({ hour, mb }) => usage('Perf', hour, mb));
}

test('any bytes give numbers or refusals', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { tables } = read(text);
      for (const { gb } of tables.usages()) expect(gb).toBeGreaterThanOrEqual(0);
    }),
  );
});
