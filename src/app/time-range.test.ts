import { expect, test } from 'vitest';
import { type Instant, instant, MINUTE } from '../base/instant.ts';
import { UTC } from './civil-time.ts';
import { type RangeAsked, resolveRange } from './time-range.ts';

const NOW = instant(Date.UTC(2026, 10, 22, 12, 0));
const EXTENT = { from: instant(NOW - 60 * MINUTE), until: instant(NOW - 10 * MINUTE) };
const nothing: RangeAsked = { since: null, until: null, at: null };
const ago = (minutes: number): Instant => instant(NOW - minutes * MINUTE);

test.each<[string, Partial<RangeAsked>, Instant | null, readonly [number, number]]>([
  ['nothing said: everything there is, its last moment included', {}, null, [EXTENT.from, EXTENT.until + 1]],
  ['--since alone ends now', { since: '15m' }, null, [ago(15), NOW]],
  ['--until alone begins where the store does', { until: '15m' }, null, [EXTENT.from, ago(15)]],
  ['both', { since: '30m', until: '15m' }, null, [ago(30), ago(15)]],
  ['--at is five minutes on either side', { at: '30m' }, null, [ago(35), ago(25)]],
  ['a pasted time is such a moment', {}, ago(20), [ago(25), ago(15)]],
  ['a flag goes before a pasted time', { since: '5m' }, ago(20), [ago(5), NOW]],
  ['an end in the future is cut to now', { since: '5m', until: '2026-11-22T13:00Z' }, null, [ago(5), NOW]],
])('%s', (_, asked, moment, [from, until]) => {
  const range = resolveRange({ ...nothing, ...asked }, NOW, UTC, EXTENT, moment);
  expect(range).toMatchObject({ ok: true, value: { from, until } });
});

test.each<[string, Partial<RangeAsked>, string, string]>([
  ['minutes are meant to the second', { since: '59m', until: '1m' }, '11:01:37.500', '11:59:37.500'],
  ['hours go outwards to whole minutes', { since: '2h', until: '1h' }, '10:00:00.000', '11:01:00.000'],
  ['a day until now ends now', { since: '3h' }, '09:00:00.000', '12:00:37.500'],
  ['a moment stays where it is', { at: '1h' }, '10:55:37.500', '11:05:37.500'],
  ['a clock is meant as it is told', { since: '10:00:30' }, '10:00:30.000', '12:00:37.500'],
])('%s', (_, asked, from, until) => {
  const range = resolveRange({ ...nothing, ...asked }, instant(NOW + 37_500), UTC, EXTENT);
  const at = (clock: string): number => Date.parse(`2026-11-22T${clock}Z`);
  expect(range).toMatchObject({ ok: true, value: { from: at(from), until: at(until) } });
});

test('two edges that are told alike are no range, though a minute lies around them', () => {
  const range = resolveRange({ since: '2h', until: '120m', at: null }, instant(NOW + 37_500), UTC, EXTENT);
  expect(range).toMatchObject({ ok: false, problem: { code: 'E107' } });
});

test.each<[string, Partial<RangeAsked>, string, RegExp]>([
  ['--since after --until', { since: '5m', until: '10m' }, 'E107', /not before/],
  ['--since at --until', { since: '5m', until: '5m' }, 'E107', /not before/],
  ['--at beside --since', { at: '5m', since: '10m' }, 'E107', /of its own/],
  ['--since after --until, both in the future', { since: '2026-11-24', until: '2026-11-23' }, 'E107', /not before/],
  ['--since after --until, which is now', { since: '2026-11-24', until: '0s' }, 'E107', /not before/],
  ['--since in the future', { since: '2026-11-24' }, 'E107', /future: it begins 2026-11-24T/],
  ['a range in the future', { since: '2026-11-23', until: '2026-11-24' }, 'E107', /future/],
  ['a time that is none', { since: 'soon' }, 'E106', /--since: "soon"/],
])('%s is refused', (_, asked, code, says) => {
  const range = resolveRange({ ...nothing, ...asked }, NOW, UTC, EXTENT);
  expect(range.ok ? range : range.problem).toMatchObject({ code, what: expect.stringMatching(says) });
});
