import { expect, test } from 'vitest';
import { uniform } from '../../../base/random.ts';
import { constantOf, SIZES, type SizeClass, type SizePoints, sizeClasses } from './sizes.ts';

/** Flows around some middles, 400 each. */
const around = (middles: readonly (readonly number[])[], spread = 0.3): SizePoints => {
  const random = uniform(9);
  const noise = (): number => spread * (random() + random() + random() - 1.5) * 2;
  const points = middles.flatMap((middle) => Array.from({ length: 400 }, () => middle.map((at) => at + noise())));
  return { at: Float64Array.from(points.flat()), flows: new Float64Array(points.length).fill(1) };
};
const middlesOf = (classes: readonly SizeClass[]): readonly string[] =>
  classes.map(({ mean }) => mean.map((at) => at.toFixed(0)).join(' ')).sort();

const kinds = [
  [6, 9, 4],
  [6, 9, 8],
  [10, 5, 4],
];

test.each([1, 2, 3])('%i kinds of requests are told apart, and no more', (many) => {
  const classes = sizeClasses(around(kinds.slice(0, many)), [], uniform(1));
  expect(middlesOf(classes)).toEqual(
    kinds
      .slice(0, many)
      .map((middle) => middle.join(' '))
      .sort(),
  );
  for (const { weight } of classes) expect(weight).toBeCloseTo(1 / many, 1);
});

test('few flows are one kind, however they differ', () => {
  const points = { at: Float64Array.from(kinds.flat()), flows: Float64Array.from([10, 10, 10]) };
  expect(sizeClasses(points, [], uniform(1))).toHaveLength(1);
});

test('a point that stands for many flows is as good as as many points', () => {
  const points = around(kinds.slice(0, 2));
  const twice = { at: Float64Array.from([...points.at, ...points.at]), flows: new Float64Array(1600).fill(1) };
  const counted = { at: points.at, flows: new Float64Array(800).fill(2) };
  expect(middlesOf(sizeClasses(counted, [], uniform(1)))).toEqual(middlesOf(sizeClasses(twice, [], uniform(1))));
});

test('the kinds of the day before stay as long as they explain the flows', () => {
  const before = sizeClasses(around(kinds.slice(0, 2)), [], uniform(1));
  expect(sizeClasses(around(kinds.slice(0, 2), 0.31), before, uniform(2))).toBe(before);
  expect(sizeClasses(around(kinds), before, uniform(2))).toHaveLength(3);
});

test('the constant of a class makes its density one over all sizes', () => {
  const one: SizeClass = { weight: 1, mean: [0, 0, 0], variance: [1, 4, 0.25] };
  const step = 0.25;
  let sum = 0;
  const half = 40;
  for (let a = -half; a <= half; a++)
    for (let b = -half; b <= half; b++)
      for (let c = -half; c <= half; c++) {
        const at = [a * step * 0.5, b * step, c * step * 0.25];
        const apart = at.reduce((all, x, i) => all + (0.5 * x * x) / (one.variance[i] as number), 0);
        sum += Math.exp(constantOf(one) - apart) * step ** SIZES * 0.5 * 0.25;
      }
  expect(sum).toBeCloseTo(1, 3);
});
