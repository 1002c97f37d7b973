import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashOf, keyNumbers } from './key-numbers.ts';

/** The number of each key of a column. */
const numbersOf = (keys: readonly (readonly number[])[], width: number): number[] => {
  const words = Uint32Array.from(keys.flat());
  const { numberOf } = keyNumbers(width);
  return keys.map((_, row) => numberOf(words, row * width));
};

test('equal keys have one number, others their own, in the order in which they come', () => {
  const word = fc.constantFrom(0, 1, 0x8000_0000, 0xffff_ffff);
  const keys = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.tuple(fc.constant(width), fc.array(fc.array(word, { minLength: width, maxLength: width }), { maxLength: 40 })),
    );
  fc.assert(
    fc.property(keys, ([width, rows]) => {
      const seen = [...new Set(rows.map((row) => row.join()))];
      expect(numbersOf(rows, width)).toEqual(rows.map((row) => seen.indexOf(row.join())));
    }),
  );
});

test.each([0, 1, 2])('thirty thousand keys that differ in word %s alone keep their numbers', (word) => {
  const count = 30_000;
  const words = new Uint32Array(3 * count);
  for (let row = 0; row < count; row++) words[3 * row + word] = row;
  const keys = keyNumbers(3);
  const rows = Array.from({ length: count }, (_, row) => row);
  expect(rows.map((row) => keys.numberOf(words, 3 * row))).toEqual(rows);
  expect(rows.map((row) => keys.numberOf(words, 3 * row))).toEqual(rows);
  expect(keys.count()).toBe(count);
  expect([0, 1, 2].map((i) => keys.word(count - 1, i))).toEqual([...words.subarray(3 * (count - 1))]);
});

test.each([0, 1, 2])('keys that differ in word %s alone are spread: no more share a slot than by chance', (word) => {
  const slots = new Set(
    Array.from({ length: 4_096 }, (_, i) => hashOf(Uint32Array.of(...[5, 6, 7].with(word, i << 16)), 0, 3) & 8_191),
  );
  // 4,096 thrown into 8,192 at random fill 3,223, give or take 30.
  expect(slots.size).toBeGreaterThan(3_000);
});
