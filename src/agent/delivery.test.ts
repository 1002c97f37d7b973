import { expect, test } from 'vitest';
import { outcomeOf, waitMs } from './delivery.ts';

test.each<[number, string]>([
  [200, 'delivered'],
  [299, 'delivered'],
  [300, 'again'],
  [400, 'again'],
  [401, 'again'],
  [403, 'again'],
  [404, 'again'],
  [413, 'refused'],
  [422, 'refused'],
  [429, 'again'],
  [500, 'again'],
  [503, 'again'],
  [0, 'again'],
])('%i is %s', (status, outcome) => {
  expect(outcomeOf(status)).toBe(outcome);
});

test.each<[string, number, number, number | null, number]>([
  ['the first wait is short', 0, 1, null, 500],
  ['and half as long at the least', 0, 0, null, 250],
  ['it doubles', 3, 1, null, 4_000],
  ['up to a minute', 7, 1, null, 60_000],
  ['and no further, however often', 5_000, 1, null, 60_000],
  ['what the server asks for is the least', 0, 1, 5, 5_000],
  ['but it cannot ask for more than a minute', 0, 1, 3_600, 60_000],
])('%s', (_, failures, chance, retryAfter, ms) => {
  expect(waitMs(failures, chance, retryAfter)).toBe(ms);
});
