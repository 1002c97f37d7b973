import fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianSlope } from './forecast.ts';
import { trendOf } from './trend.ts';

const upTo = (n: number, of: (i: number) => number): readonly number[] => Array.from({ length: n }, (_, i) => of(i));

test.each<[string, readonly number[], slope: number, p: number]>([
  ['nothing', [], 0, 1],
  ['one', [5], 0, 1],
  ['all the same', [4, 4, 4, 4], 0, 1],
  // Worked by hand: S = 78, variance 268.67, z = 77 / 16.39.
  ['a line', upTo(13, (i) => 2 * i), 2, 1.3e-6],
  ['the same downwards', upTo(13, (i) => -2 * i), -2, 1 - 6.9e-7],
  // S = 9 with the tie of two: variance (5·4·15 − 2·1·9) / 18 = 15.67, z = 8 / 3.96.
  ['with a tie', [1, 2, 2, 3, 4], 17 / 24, 0.0216],
])('%s', (_, values, slope, p) => {
  const trend = trendOf(values);
  expect(trend.slope).toBeCloseTo(slope, 6);
  expect(trend.p).toBeCloseTo(p, 4);
});

test('the median of slopes is the one in the middle of all in order, or between the two there', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 30 }), (values) => {
      const slopes = values
        .flatMap((value, i) => values.slice(i + 1).map((later, k) => (later - value) / (k + 1)))
        .sort((a, b) => a - b);
      const middle = (slopes.length - 1) / 2;
      const around = [Math.floor(middle), Math.ceil(middle)].map((at) => slopes[at] as number);
      expect(medianSlope(values)).toBeCloseTo(((around[0] as number) + (around[1] as number)) / 2, 9);
    }),
  );
});

test('of numbers by chance as many seem to grow as the test says', () => {
  let state = 7;
  const chance = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const seem = upTo(4_000, () => Number(trendOf(upTo(13, chance)).p < 0.05)).reduce((sum, one) => sum + one, 0);
  expect(seem / 4_000).toBeGreaterThan(0.035);
  expect(seem / 4_000).toBeLessThan(0.065);
});
