import { expect, test } from 'vitest';
import { DAY, HOUR, type Instant, instant } from '../base/instant.ts';
import type { SourceRow } from '../core/ports.ts';
import { completenessOf, type Summed, unseenIn } from './completeness.ts';

const AT = Date.UTC(2026, 10, 26);
const source = (kind: string, name: string, rest: Partial<SourceRow> = {}): SourceRow => ({
  name,
  kind,
  cluster: 'c',
  rows: 1,
  rejects: 0,
  first: instant(AT - 36 * DAY),
  watermark: instant(AT),
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
  ...rest,
});
const keptFrom: Instant = instant(AT - 30 * DAY);
const kept = [
  source('flow-log', 'flow log', { keptFrom }),
  source('conntrack', 'conntrack n', { keptFrom, first: instant(AT - 2 * DAY) }),
  source('inventory', 'pods'),
  source('metric', 'Azure metrics', { keptFrom: instant(AT - DAY) }),
];
const NO_MORE = 'flows are kept from 2026-10-27T00:00:00.000Z on: earlier ones are no longer known';

test.each<[number, boolean, readonly string[]]>([
  // Records are there six days longer; flows are not.
  [33, true, [NO_MORE]],
  [30, true, []],
  [29, true, []],
  // Nobody chose it: everything there is.
  [33, false, []],
])('of %i days ago, chosen: %s, it says %j', (daysAgo, chosen, reasons) => {
  const range = { from: instant(AT - daysAgo * DAY), until: instant(AT), chosen };
  expect(completenessOf(range, kept, []).reasons).toEqual(reasons);
  expect(unseenIn(range, kept)).toEqual(reasons);
});

const SUMMED_FROM = instant(AT - 400 * DAY);

test('what is left of flows is told of', () => {
  const summed = kept.map((one) => (one.keptFrom === keptFrom ? { ...one, summedFrom: SUMMED_FROM } : one));
  const of = (daysAgo: number): readonly string[] =>
    completenessOf({ from: instant(AT - daysAgo * DAY), until: instant(AT), chosen: true }, summed, []).reasons;
  const still = 'what each sender sent is still told, from 2025-10-22T00:00:00.000Z on: unmasq map --to all';
  expect(of(33)).toEqual([`${NO_MORE}; ${still}`]);
  expect(of(30)).toEqual([]);
});

const NO_SUMS =
  'what each sender sent is kept from 2025-10-22T00:00:00.000Z on: what was sent earlier is no longer known';
const BEGINS = (day: string): string =>
  `what was read tells of flows from ${day}T00:00:00.000Z on: earlier flows are not known`;
const ALL: Summed = { from: SUMMED_FROM, first: instant(AT - 400 * DAY) };
/** All that was read when there were flows is gone. */
const quiet = kept.filter(({ kind }) => kind === 'metric');

test.each<[string, number, Summed, readonly SourceRow[], readonly string[]]>([
  ['as far as sums reach', 400, ALL, kept, []],
  ['before sums are kept', 401, ALL, kept, [NO_SUMS]],
  ['a quiet night first', 400, { ...ALL, first: instant(SUMMED_FROM + 5 * HOUR) }, kept, []],
  ['before anything was read', 300, { ...ALL, first: instant(AT - 200 * DAY) }, kept, [BEGINS('2026-05-10')]],
  ['since then', 200, { ...ALL, first: instant(AT - 200 * DAY) }, kept, []],
  ['before both', 401, { ...ALL, first: instant(AT - 200 * DAY) }, kept, [NO_SUMS, BEGINS('2026-05-10')]],
  ['where sums go for ever', 900, { from: instant(0), first: instant(AT - 800 * DAY) }, kept, [BEGINS('2024-09-17')]],
  ['where there are no sums', 300, { ...ALL, first: null }, kept, [BEGINS('2026-10-21')]],
  ['where sums alone are left', 300, ALL, quiet, []],
])('whoever is answered from sums hears what they reach: %s', (_, daysAgo, summed, rows, reasons) => {
  const range = { from: instant(AT - daysAgo * DAY), until: instant(AT), chosen: true };
  expect(completenessOf(range, rows, [], summed).reasons).toEqual(reasons);
  expect(completenessOf({ ...range, chosen: false }, rows, [], summed).reasons).toEqual([]);
});

test('where everything is kept, what was not read is not known', () => {
  const range = { from: instant(AT - 40 * DAY), until: instant(AT), chosen: true };
  const all = kept.map(({ keptFrom: _keptFrom, ...rest }) => rest);
  expect(completenessOf(range, all, []).reasons).toEqual([
    'what was read tells of flows from 2026-10-21T00:00:00.000Z on: earlier flows are not known',
  ]);
});
