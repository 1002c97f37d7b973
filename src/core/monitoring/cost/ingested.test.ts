import { expect, test } from 'vitest';
import { IngestedTables } from './ingested.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const tell = (fill: (tables: IngestedTables) => void): IngestedTables => {
  const tables = new IngestedTables();
  fill(tables);
  return tables;
};

test("hours of Azure's count in any order are one time, that of all tables", () => {
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
    [1, 2, 0],
  ]) {
    const tables = tell((all) => {
      for (const hour of order) all.used('Perf', 1e9, hour * HOUR, (hour + 1) * HOUR);
      all.used('KubeEvents', 1e9, HOUR, 2 * HOUR);
    });
    expect(tables.measured()).toEqual([
      { table: 'KubeEvents', rows: 0, bytes: 1e9, by: 'usage', minutes: 180 },
      { table: 'Perf', rows: 0, bytes: 3e9, by: 'usage', minutes: 180 },
    ]);
    expect(tables.usages().map(({ gb }) => gb)).toEqual([240, 720]);
    expect(tables.rows).toBe(4);
  }
});

test('half a minute is a time as well', () => {
  expect(tell((all) => all.used('T', 1_000, 0, MINUTE / 2)).usages()).toMatchObject([{ gb: (1_000 * 86_400) / 1e9 }]);
});

test('what a workspace added up of namespaces counts by itself, and by share beside its count of the table', () => {
  const sums = (all: IngestedTables): void => {
    all.summed({ table: 'T', namespace: 'shop', rows: 30, bytes: 3e9, minutes: 1_440 });
    all.summed({ table: 'T', namespace: null, rows: 10, bytes: 1e9, minutes: 1_440 });
  };
  const alone = tell(sums);
  expect(alone.measured()).toEqual([{ table: 'T', rows: 40, bytes: 4e9, by: 'billed-size', minutes: 1_440 }]);
  expect(alone.usages().map(({ namespace, gb, rows }) => [namespace, gb, rows])).toEqual([
    ['shop', 90, 900],
    [null, 30, 300],
  ]);
  const beside = tell((all) => {
    sums(all);
    all.used('T', 2e9, 0, 24 * HOUR);
  });
  expect(beside.usages().map(({ namespace, gb }) => [namespace, gb])).toEqual([
    ['shop', 45],
    [null, 15],
  ]);
  expect([alone.rows, beside.rows]).toEqual([2, 3]);
});

test('rows without a byte take nothing from what Azure counted', () => {
  const tables = tell((all) => {
    all.row('T', 'shop', 0, 0, true);
    all.used('T', 1e9, 0, HOUR);
  });
  expect(tables.usages()).toMatchObject([{ namespace: null, gb: 720, rows: null }]);
});

test('two minutes that are hours apart stand for twice that', () => {
  const tables = tell((all) => {
    all.row('T', null, 0, 500, true);
    all.row('T', null, HOUR, 500, false);
  });
  expect(tables.measured()).toEqual([{ table: 'T', rows: 2, bytes: 1_000, by: 'columns', minutes: 120 }]);
});
