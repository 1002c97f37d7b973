import { expect, test } from 'vitest';
import { DAY, type Instant, instant } from '../base/instant.ts';
import type { SourceRow } from '../core/ports.ts';
import { completenessOf, keptBySums, unseenIn } from './completeness.ts';

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

test('what is left of flows is told of; whoever is answered from that hears from when on there is any', () => {
  const summed = kept.map((one) => (one.keptFrom === keptFrom ? { ...one, summedFrom: instant(AT - 400 * DAY) } : one));
  const of = (daysAgo: number, rows: readonly SourceRow[]): readonly string[] =>
    completenessOf({ from: instant(AT - daysAgo * DAY), until: instant(AT), chosen: true }, rows, []).reasons;
  const still = 'what each sender sent is still told, from 2025-10-22T00:00:00.000Z on: unmasq map --to all';
  expect(of(33, summed)).toEqual([`${NO_MORE}; ${still}`]);
  expect(of(30, summed)).toEqual([]);
  expect(of(400, keptBySums(summed))).toEqual([]);
  expect(of(401, keptBySums(summed))).toEqual([NO_MORE.replace('2026-10-27', '2025-10-22')]);
});

test('where everything is kept, what was not read is not known', () => {
  const range = { from: instant(AT - 40 * DAY), until: instant(AT), chosen: true };
  const all = kept.map(({ keptFrom: _keptFrom, ...rest }) => rest);
  expect(completenessOf(range, all, []).reasons).toEqual([
    'what was read tells of flows from 2026-10-21T00:00:00.000Z on: earlier flows are not known',
  ]);
});
