import { expect, test } from 'vitest';
import { uniform } from '../../../base/random.ts';
import { binomial, gamma } from './draws.ts';

const MANY = 40_000;
const momentsOf = (draw: () => number): { mean: number; variance: number } => {
  const drawn = Array.from({ length: MANY }, draw);
  const mean = drawn.reduce((sum, one) => sum + one, 0) / MANY;
  return { mean, variance: drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / MANY };
};
/** Within six times what chance moves a mean by; a variance within a tenth. */
const isNear = (got: { mean: number; variance: number }, mean: number, variance: number): boolean =>
  Math.abs(got.mean - mean) < 6 * Math.sqrt(variance / MANY) + 1e-12 &&
  Math.abs(got.variance - variance) < 0.1 * variance + 1e-12;

test.each([0.05, 0.5, 1, 3, 400])('gamma of shape %f has its mean and variance', (shape) => {
  const random = uniform(1);
  const got = momentsOf(() => gamma(shape, random));
  expect(isNear(got, shape, shape)).toBe(true);
});

test.each([
  [1, 0.5],
  [10, 0.03],
  [10, 0.97],
  [60, 0.4],
  [1_000, 0.5],
  [100_000, 0.001],
])('binomial of %i at %f has its mean and variance, and stays in range', (count, probability) => {
  const random = uniform(2);
  let [least, most] = [count, 0];
  const got = momentsOf(() => {
    const drawn = binomial(count, probability, random);
    [least, most] = [Math.min(least, drawn), Math.max(most, drawn)];
    return drawn;
  });
  expect(isNear(got, count * probability, count * probability * (1 - probability))).toBe(true);
  expect(least).toBeGreaterThanOrEqual(0);
  expect(most).toBeLessThanOrEqual(count);
});

test.each([
  [0, 0.5, 0],
  [7, 0, 0],
  [7, 1, 7],
])('binomial of %i at %f is certain', (count, probability, expected) => {
  expect(binomial(count, probability, uniform(3))).toBe(expected);
});
