import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uniform } from '../../../base/random.ts';
import { assumedSharpness, type Hidden, measuredSharpness, sharpen } from './sharpness.ts';

const sharpened = (probabilities: readonly number[], sharpness: number): number[] => {
  const all = Float64Array.from([0.7, ...probabilities, 0.7]);
  sharpen(all, 1, all.length - 1, sharpness);
  expect([all[0], all.at(-1)]).toEqual([0.7, 0.7]);
  return [...all.subarray(1, -1)];
};

test.each<[number, readonly number[], readonly number[]]>([
  [1, [0.5, 0.5], [0.5, 0.5]],
  [1, [0.2, 0.8], [0.2, 0.8]],
  [2, [0.2, 0.8], [0.04 / 0.68, 0.64 / 0.68]],
  [0.5, [0.04, 0.64], [0.2, 0.8]],
  [3, [1], [1]],
])('sharpened by %f', (sharpness, given, expected) => {
  for (const [i, one] of sharpened(given, sharpness).entries()) expect(one).toBeCloseTo(expected[i] as number, 12);
});

test('whatever the sharpness, probabilities sum to 1 and keep their order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      (given, sharpness) => {
        const got = sharpened(given, sharpness);
        expect(got.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
        const byGiven = [...got.keys()].sort((a, b) => (given[a] as number) - (given[b] as number));
        for (let i = 1; i < byGiven.length; i++)
          expect(got[byGiven[i] as number]).toBeGreaterThanOrEqual((got[byGiven[i - 1] as number] as number) - 1e-12);
      },
    ),
  );
});

/** Kinds of one flow of two candidates of which one is truly as probable as said raised to a power. */
const hiddenBy = (power: number, kinds: number, flows = 1): Hidden[][] => {
  const random = uniform(5);
  return Array.from({ length: kinds }, () => {
    const said = 0.5 + 0.45 * random();
    const truly = said ** power / (said ** power + (1 - said) ** power);
    return [{ probabilities: Float64Array.of(said, 1 - said), truth: random() < truly ? 0 : 1, flows }];
  });
};

test.each([0.6, 1, 1.5])('what is hidden tells that %f is right', (power) => {
  expect(Math.abs(measuredSharpness(hiddenBy(power, 20_000), 1) - power)).toBeLessThanOrEqual(0.1);
});

test('without hidden flows it is the assumed one; the more there are, the further from it', () => {
  expect(measuredSharpness([], 1.153)).toBe(1.153);
  const by = [20, 200, 20_000].map((kinds) => measuredSharpness(hiddenBy(1.8, kinds), 1));
  expect(by).toEqual(by.toSorted((a, b) => a - b));
  expect(by[0]).toBeLessThan(1.4);
  expect(by[2]).toBeGreaterThan(1.6);
});

test('a thousand flows of one kind that is rightly told say little more than twenty', () => {
  const [few, many] = [20, 1_000].map((flows) => measuredSharpness(hiddenBy(9, 1, flows), 1)) as [number, number];
  expect(few).toBeGreaterThan(1);
  expect(many).toBeGreaterThanOrEqual(few);
  expect(many).toBeLessThan(1.5);
});

test('a truth that is no candidate is never explained, and does not break the measure', () => {
  const lost: Hidden = { probabilities: Float64Array.of(0.5, 0.5), truth: -1, flows: 50 };
  expect(measuredSharpness([...hiddenBy(1, 5_000), [lost]], 1)).toBeCloseTo(1, 0);
});

test('the assumed sharpness grows with the nodes, from 1 to 1.4', () => {
  expect([1, 3, 5].map(assumedSharpness)).toEqual([1, 1, 1]);
  expect(assumedSharpness(7)).toBeCloseTo(1.194, 3);
  expect([10, 20, 500].map(assumedSharpness)).toEqual([1.4, 1.4, 1.4]);
});
