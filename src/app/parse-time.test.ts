import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, instant, parseInstant, renderInstant } from '../base/instant.ts';
import { UTC, type Zone } from './civil-time.ts';
import { type Edge, parseDuration, parseTime } from './parse-time.ts';

/** A Sunday. */
const NOW = instant(Date.UTC(2026, 10, 22, 12, 30));
const iso = (text: string, zone: Zone = UTC, edge: Edge = 'first', now = NOW): string => {
  const told = parseTime(text, now, zone, edge);
  return told.ok ? renderInstant(told.value.at) : `refused: ${told.problem}`;
};

/** Two hours ahead until 25 October 2026 01:00Z, then one; forward again on 29 March 2026 01:00Z. */
const berlin: Zone = {
  name: 'Europe/Berlin',
  offsetAt: (at) => (at >= Date.UTC(2026, 2, 29, 1) && at < Date.UTC(2026, 9, 25, 1) ? 2 * HOUR : HOUR),
};

test.each<[string, string]>([
  ['now', '2026-11-22T12:30:00.000Z'],
  ['15m', '2026-11-22T12:15:00.000Z'],
  ['now-15m', '2026-11-22T12:15:00.000Z'],
  ['1h30m', '2026-11-22T11:00:00.000Z'],
  ['2d', '2026-11-20T12:30:00.000Z'],
  ['1w', '2026-11-15T12:30:00.000Z'],
  ['250ms', '2026-11-22T12:29:59.750Z'],
  ['03:00', '2026-11-22T03:00:00.000Z'],
  ['03:00:30', '2026-11-22T03:00:30.000Z'],
  ['12:30', '2026-11-22T12:30:00.000Z'],
  ['12:31', '2026-11-21T12:31:00.000Z'],
  ['23:59:59.5', '2026-11-21T23:59:59.500Z'],
  ['today', '2026-11-22T00:00:00.000Z'],
  ['yesterday', '2026-11-21T00:00:00.000Z'],
  ['yesterday 03:00', '2026-11-21T03:00:00.000Z'],
  ['mon 03:00', '2026-11-16T03:00:00.000Z'],
  ['sun 03:00', '2026-11-22T03:00:00.000Z'],
  ['sun 13:00', '2026-11-15T13:00:00.000Z'],
  ['2026-11-22', '2026-11-22T00:00:00.000Z'],
  ['2026-11-22 03:00', '2026-11-22T03:00:00.000Z'],
  ['2026-11-22T03:00', '2026-11-22T03:00:00.000Z'],
  ['2026-11-22T03:04:17.003123456Z', '2026-11-22T03:04:17.003Z'],
  ['2026-11-22T03:04+01:00', '2026-11-22T02:04:00.000Z'],
  ['1795403057', '2026-11-23T03:04:17.000Z'],
  ['1795403057003', '2026-11-23T03:04:17.003Z'],
  ['1795403057003999', '2026-11-23T03:04:17.003Z'],
  ['1795403057003999999', '2026-11-23T03:04:17.003Z'],
])('%s means %s', (text, expected) => {
  expect(iso(text)).toBe(expected);
});

test.each<[string, RegExp]>([
  ['30M', /write 30d or 30m/],
  ['', /no time in/],
  ['25:00', /no such time/],
  ['2026-02-30', /no such day/],
  ['2026-11-22T25:00:00Z', /no such time/],
  ['12345', /has 5 digits/],
  ['last tuesday', /is not a time/],
  ['mon', /2026-11-16/],
  ['3 hours ago', /is not a time/],
  ['0000000001', /from 2000 to 2099/],
  ['x'.repeat(1_000), /^refused: no time in "x{64}"$/],
])('%s is refused, or read, with a sentence', (text, says) => {
  expect(iso(text)).toMatch(says);
});

test.each<[string, Edge, string]>([['a skipped time moves forward', 'first', '2026-03-29T01:30:00.000Z']])(
  '%s',
  (_, edge, expected) => {
    expect(iso('2026-03-29 02:30', berlin, edge)).toBe(expected);
  },
);

test('a range begins at the first of two equal readings and ends at the second, and says so', () => {
  expect(iso('2026-10-25 02:30', berlin, 'first')).toBe('2026-10-25T00:30:00.000Z');
  expect(iso('2026-10-25 02:30', berlin, 'second')).toBe('2026-10-25T01:30:00.000Z');
  const told = parseTime('2026-10-25 02:30', NOW, berlin, 'second');
  expect(told.ok && told.value.notes[0]).toMatch(/came twice \(\+02:00 and \+01:00\); the second is meant/);
});

test('a clock time is never in the future, in whatever zone and at whatever edge', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2026, 2, 27), max: Date.UTC(2026, 9, 28) }),
      fc.nat({ max: 23 }),
      fc.nat({ max: 59 }),
      fc.constantFrom<Edge>('first', 'second'),
      (now, hour, minute, edge) => {
        const told = parseTime(`${hour}:${String(minute).padStart(2, '0')}`, instant(now), berlin, edge);
        expect(told.ok && told.value.at <= now && told.value.at > now - 26 * HOUR).toBe(true);
      },
    ),
  );
});

test('what is written out in full is read back as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2099, 0, 1) }), (ms) => {
      expect(iso(renderInstant(instant(ms)))).toBe(renderInstant(instant(ms)));
      expect(iso(String(ms).padStart(13, '0'))).toBe(renderInstant(instant(ms)));
    }),
  );
});

test('no text makes it throw, and what it takes is a time that records can carry', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-zTZ:. +-]{0,40}$/)), (text) => {
      const told = parseTime(text, NOW, berlin, 'first');
      if (told.ok) expect(parseInstant(renderInstant(told.value.at)).ok).toBe(true);
    }),
  );
});

test.each<[string, number | null]>([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['', null],
  ['5', null],
  ['5y', null],
])('the duration %s is %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
