import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EARLIEST, HOUR, hourOf, instant, instantOf, LATEST, parseInstant, renderInstant } from './instant.ts';

const read = (text: string): string => {
  const parsed = parseInstant(text);
  return parsed.ok ? renderInstant(parsed.value) : parsed.problem;
};

test.each<[string, string, string]>([
  ['a time in UTC', '2026-11-22T03:04:17Z', '2026-11-22T03:04:17.000Z'],
  ['small letters', '2026-11-22t03:04:17z', '2026-11-22T03:04:17.000Z'],
  ['a space for the T', '2026-11-22 03:04:17Z', '2026-11-22T03:04:17.000Z'],
  ['an offset east of Greenwich', '2026-11-22T03:04:17+05:30', '2026-11-21T21:34:17.000Z'],
  ['an offset west of Greenwich', '2026-11-22T03:04:17-08:00', '2026-11-22T11:04:17.000Z'],
  ['an offset without a colon', '2026-11-22T03:04:17+0100', '2026-11-22T02:04:17.000Z'],
  ['one digit of a second is tenths', '2026-11-22T03:04:17.5Z', '2026-11-22T03:04:17.500Z'],
  ["Azure's seven digits", '2026-11-22T03:04:17.1234567Z', '2026-11-22T03:04:17.123Z'],
  ['nanoseconds are cut, not rounded', '2026-11-22T03:04:17.999999999Z', '2026-11-22T03:04:17.999Z'],
  ['more digits than nanoseconds are cut too', '2026-11-22T03:04:17.999999999999999999Z', '2026-11-22T03:04:17.999Z'],
  ['a fraction that binary numbers cannot hold', '2026-11-22T03:04:17.001Z', '2026-11-22T03:04:17.001Z'],
  ['the leap day of a leap year', '2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['a leap second is the next one', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
])('%s is read', (_, text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each<[string, string]>([
  ['a local time without an offset', '2026-11-22T03:04:17'],
  ['a date without a time', '2026-11-22'],
  ['a leap day of another year', '2026-02-29T00:00:00Z'],
  ['a thirteenth month', '2026-13-01T00:00:00Z'],
  ['month zero', '2026-00-01T00:00:00Z'],
  ['day zero', '2026-01-00T00:00:00Z'],
  ['the 31st of a month of 30', '2026-11-31T00:00:00Z'],
  ['hour 24', '2026-11-22T24:00:00Z'],
  ['hour 24 and a half', '2026-11-22T24:30:00Z'],
  ['minute 60', '2026-11-22T03:60:00Z'],
  ['second 61', '2026-11-22T03:04:61Z'],
  ['an offset of a hundred hours', '2026-11-22T03:04:17+99:00'],
  ['an offset of 60 minutes', '2026-11-22T03:04:17+01:60'],
  ['a fraction without digits', '2026-11-22T03:04:17.Z'],
  ['a year of two digits', '26-11-22T03:04:17Z'],
  ['something before it', ' 2026-11-22T03:04:17Z'],
  ['a line after it', '2026-11-22T03:04:17Z\n2026'],
  ['digits of another script', '２０２６-11-22T03:04:17Z'],
  ['a year before computers', '0000-01-01T00:00:00Z'],
  ['the year 99', '0099-06-01T00:00:00Z'],
  ['a time before 2000, the mark of a clock that was not set', '1970-01-01T00:00:00Z'],
  ["Go's zero time", '0001-01-01T00:00:00Z'],
  ['a time after 2099', '2100-01-01T00:00:00Z'],
  ['nothing', ''],
])('%s is refused', (_, text) => {
  expect(parseInstant(text)).toMatchObject({ ok: false });
});

test('a refusal quotes no more than a line of what it refuses', () => {
  const parsed = parseInstant('x'.repeat(1_000_000));
  expect(parsed.ok ? '' : parsed.problem.length).toBeLessThan(200);
});

test.each<[string, number, boolean]>([
  ['the first millisecond of 2000', EARLIEST, true],
  ['a millisecond before it', EARLIEST - 1, false],
  ['the last millisecond of 2099', LATEST - 1, true],
  ['the first of 2100', LATEST, false],
  ['seconds where milliseconds are meant', 1_790_000_000, false],
  ['microseconds where milliseconds are meant', 1_790_000_000_000_000, false],
  ['not a number', Number.NaN, false],
  ['no end', Number.POSITIVE_INFINITY, false],
  ['a fraction of a millisecond', EARLIEST + 0.5, true],
])('%s: an instant or not', (_, ms, isInstant) => {
  const at = instantOf(ms);
  expect([at.ok, at.ok && !Number.isInteger(at.value)]).toEqual([isInstant, false]);
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: EARLIEST, max: LATEST - 1 }), (ms) => {
      expect(parseInstant(renderInstant(instant(ms)))).toEqual({ ok: true, value: ms });
    }),
  );
});

test('the hour of an instant begins no later and ends after it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -HOUR * 3, max: LATEST }), (ms) => {
      const hour = hourOf(instant(ms));
      expect(hour % HOUR === 0 && hour <= ms && ms < hour + HOUR).toBe(true);
    }),
  );
});
