import { expect, test } from 'vitest';
import { DAY, instant } from '../base/instant.ts';
import { EVERYTHING, FOR_EVER, horizonsAt, leaps } from './retention.ts';

const NOW = instant(Date.UTC(2026, 10, 22, 3));

test('a clock is believed a week ahead of what is known of the time, and behind it', () => {
  expect([-400, 0, 7].map((days) => leaps(instant(NOW + days * DAY), NOW))).toEqual([false, false, false]);
  expect(leaps(instant(NOW + 7 * DAY + 1), NOW)).toBe(true);
});

test('a horizon is the beginning of a day, and never moves back', () => {
  const month = { ...FOR_EVER, flows: 30 * DAY };
  const first = horizonsAt(month, NOW, EVERYTHING);
  expect(first).toEqual({ ...EVERYTHING, flows: Date.UTC(2026, 9, 23), records: Date.UTC(2026, 9, 17) });
  expect(horizonsAt({ ...month, flows: 90 * DAY }, NOW, first)).toEqual(first);
  expect(horizonsAt(FOR_EVER, NOW, first)).toEqual(first);
  expect(horizonsAt(month, instant(NOW - 5 * DAY), first)).toEqual(first);
  // Longer than there was time: everything.
  expect(horizonsAt({ ...month, flows: 1e15 }, NOW, EVERYTHING)).toEqual(EVERYTHING);
});
