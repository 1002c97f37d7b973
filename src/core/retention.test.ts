import { expect, test } from 'vitest';
import { DAY, HOUR, instant } from '../base/instant.ts';
import { allFor, EVERYTHING, FOR_EVER, horizonsAt, leaps, oldestKept } from './retention.ts';

const NOW = instant(Date.UTC(2026, 10, 22, 3));

test('a clock is believed a week ahead of what is known of the time, and behind it', () => {
  expect([-400, 0, 7].map((days) => leaps(instant(NOW + days * DAY), NOW))).toEqual([false, false, false]);
  expect(leaps(instant(NOW + 7 * DAY + 1), NOW)).toBe(true);
});

test('a horizon is the beginning of a day, and never moves back', () => {
  const month = { ...FOR_EVER, flows: 30 * DAY, minutes: 30 * DAY, hours: 30 * DAY };
  const first = horizonsAt(month, NOW, EVERYTHING);
  const from = Date.UTC(2026, 9, 23);
  expect(first).toEqual({ ...EVERYTHING, flows: from, minutes: from, hours: from, records: Date.UTC(2026, 9, 17) });
  expect(horizonsAt({ ...month, flows: 90 * DAY, minutes: 90 * DAY, hours: 90 * DAY }, NOW, first)).toEqual(first);
  expect(horizonsAt(FOR_EVER, NOW, first)).toEqual(first);
  expect(horizonsAt(month, instant(NOW - 5 * DAY), first)).toEqual(first);
  // Longer than there was time: everything.
  expect(horizonsAt(allFor(1e15), NOW, EVERYTHING)).toEqual(EVERYTHING);
});

test('what is told more coarsely is kept from no later on, and says nothing of what sources tell', () => {
  const { flows, minutes, hours } = horizonsAt(
    { ...allFor(400 * DAY), flows: 10 * DAY, minutes: 90 * DAY },
    NOW,
    EVERYTHING,
  );
  expect([flows, minutes, hours].map((at) => (NOW - 3 * HOUR - at) / DAY)).toEqual([10, 90, 400]);
  const odd = horizonsAt({ ...allFor(30 * DAY), minutes: 20 * DAY, hours: DAY }, NOW, EVERYTHING);
  expect([odd.minutes, odd.hours]).toEqual([odd.flows, odd.flows]);
  expect(oldestKept({ ...odd, hours: instant(0) })).toBe(odd.records);
});
