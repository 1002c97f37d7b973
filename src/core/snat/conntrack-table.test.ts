import { expect, test } from 'vitest';
import type { Instant } from '../../base/instant.ts';
import { type KernelCounter, kernelMetric, nodeResource } from '../kernel-counters.ts';
import type { MetricRow } from '../ports.ts';
import { conntrackTables, TABLE_METRICS } from './conntrack-table.ts';

const row = (node: string, name: KernelCounter, rest: Partial<MetricRow>): MetricRow => ({
  resource: nodeResource(node),
  metric: kernelMetric(name),
  dimensions: new Map(),
  peak: 0,
  peakAt: 5 as Instant,
  last: 0,
  lastAt: 9 as Instant,
  total: 0,
  ...rest,
});

test('a table is its entries at their peak of the maximum that holds now, with what was lost beside it', () => {
  expect(
    conntrackTables([
      row('a', 'entries', { peak: 90, peakAt: 7 as Instant, last: 40 }),
      row('a', 'max', { peak: 400, last: 100 }),
      row('a', 'drop', { total: 3 }),
      row('a', 'early_drop', { total: 2 }),
      row('a', 'insert_failed', { total: 1 }),
    ]),
  ).toEqual([
    {
      node: 'a',
      peakEntries: 90,
      peakAt: 7,
      entriesAtEnd: 40,
      maximum: 100,
      share: 0.9,
      dropped: 3,
      earlyDropped: 2,
      insertFailed: 1,
    },
  ]);
});

test('fullest first; what a kernel does not tell is not guessed, and Azure’s resources are no nodes', () => {
  const tables = conntrackTables([
    row('late', 'drop', { total: 0 }),
    row('half', 'entries', { peak: 50 }),
    row('half', 'max', { last: 100 }),
    row('many', 'entries', { peak: 900 }),
    row('full', 'entries', { peak: 80 }),
    row('full', 'max', { last: 100 }),
    row('none', 'entries', { peak: 3 }),
    row('none', 'max', { last: 0 }),
    { ...row('x', 'entries', { peak: 1 }), resource: '/subscriptions/x' },
  ]);
  expect(tables.map(({ node, share, dropped }) => [node, share, dropped])).toEqual([
    ['full', 0.8, null],
    ['half', 0.5, null],
    ['many', null, null],
    ['none', null, null],
    ['late', null, 0],
  ]);
});

test('no more is asked for than is told', () => {
  expect(TABLE_METRICS).toEqual([
    'conntrack_entries',
    'conntrack_max',
    'conntrack_drop',
    'conntrack_early_drop',
    'conntrack_insert_failed',
  ]);
});
