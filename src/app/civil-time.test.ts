import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, type Instant, instant } from '../base/instant.ts';
import { type Civil, civilAt, placeCivil, renderOffset, type Zone } from './civil-time.ts';

/** A zone that changes its offset once. */
const zoneWith = (before: number, change: number, after: number): Zone => ({
  name: 'test',
  offsetAt: (at) => (at < change ? before : after),
});

const SPRING = Date.UTC(2026, 2, 29, 1);
const AUTUMN = Date.UTC(2026, 9, 25, 1);
const spring = zoneWith(HOUR, SPRING, 2 * HOUR);
const autumn = zoneWith(2 * HOUR, AUTUMN, HOUR);
const at = (day: number, hour: number, minute: number, month = 3): Civil => ({
  year: 2026,
  month,
  day,
  hour,
  minute,
  second: 0,
  ms: 0,
});

test.each<[string, Civil, Zone, ReturnType<typeof placeCivil>]>([
  [
    'the last minute before the clocks go forward',
    at(29, 1, 59),
    spring,
    { kind: 'once', at: instant(SPRING - 60_000) },
  ],
  [
    'a time that was skipped moves forward with the clocks',
    at(29, 2, 30),
    spring,
    { kind: 'skipped', at: instant(SPRING + HOUR / 2) },
  ],
  ['the first minute after the clocks went forward', at(29, 3, 0), spring, { kind: 'once', at: instant(SPRING) }],
  [
    'the first minute that comes twice',
    at(25, 2, 0, 10),
    autumn,
    { kind: 'twice', first: instant(AUTUMN - HOUR), second: instant(AUTUMN) },
  ],
  [
    'the last minute that comes twice',
    at(25, 2, 59, 10),
    autumn,
    { kind: 'twice', first: instant(AUTUMN - 60_000), second: instant(AUTUMN + HOUR - 60_000) },
  ],
  ['the first minute that comes once again', at(25, 3, 0, 10), autumn, { kind: 'once', at: instant(AUTUMN + HOUR) }],
])('%s', (_, civil, zone, expected) => {
  expect(placeCivil(civil, zone)).toEqual(expected);
});

test('what a clock showed leads back to a moment at which it showed that', () => {
  const offset = fc.integer({ min: -14 * 4, max: 14 * 4 }).map((quarters) => quarters * (HOUR / 4));
  const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(
      offset,
      fc.integer({ min: -4, max: 4 }),
      moment,
      fc.integer({ min: -2 * DAY, max: 2 * DAY }),
      (before, quarters, change, apart) => {
        const zone = zoneWith(before, change, before + quarters * (HOUR / 4));
        const now = instant(change + apart);
        const place = placeCivil(civilAt(now, zone), zone);
        const places: readonly Instant[] = place.kind === 'twice' ? [place.first, place.second] : [place.at];
        expect(places).toContain(now);
      },
    ),
  );
});

test.each<[number, string]>([
  [0, 'Z'],
  [HOUR, '+01:00'],
  [-3.5 * HOUR, '-03:30'],
  [5.75 * HOUR, '+05:45'],
])('an offset of %d ms is written %s', (ms, text) => {
  expect(renderOffset(ms)).toBe(text);
});
