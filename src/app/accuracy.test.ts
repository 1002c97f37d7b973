import { expect, test } from 'vitest';
import { accuracyOf, accuracySays } from './accuracy.ts';

const all = { slice: 'all', flows: 4_000, right: 0.875, ece: 0.0214 };
const host = { slice: 'node', flows: 300, right: 0.5, ece: 0.2 };
const rare = { slice: 'rare-destination', flows: 12, right: 0.1, ece: 0.6 };
const UNCHECKED = 'probabilities are by rates, and nothing on this cluster checks them: conntrack of a few nodes would';

test.each<[string, Parameters<typeof accuracyOf>[0], string | null]>([
  ['no day was graded: nothing is said', null, null],
  ['no translations: nothing checks', { days: 3, slices: [] }, UNCHECKED],
  ['too few of them', { days: 1, slices: [{ ...all, flows: 199 }] }, UNCHECKED],
  [
    'enough',
    { days: 1, slices: [{ ...all, flows: 200 }] },
    'probabilities are by rates: of 200 flows of one day whose translation was hidden from them, 87.5% named first were right, calibration error 0.021',
  ],
  [
    'the worst slice that is large enough is in the headline',
    { days: 7, slices: [all, rare, host] },
    'probabilities are by rates: of 4000 flows of 7 days whose translation was hidden from them, 87.5% named first were right, calibration error 0.021 (worst, node: 0.200)',
  ],
])('%s', (_, rates, expected) => {
  const accuracy = accuracyOf(rates);
  expect(accuracy === null ? null : accuracySays(accuracy)).toBe(expected);
});

test('slices are listed the worst calibrated first', () => {
  expect(accuracyOf({ days: 7, slices: [all, host, rare] })?.slices).toEqual([rare, host]);
});
