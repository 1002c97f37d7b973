import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from './near.ts';

test.each<[string, readonly string[], string | null]>([
  ['nodes', ['node', 'notes'], 'node'],
  ['subnte', ['subnet'], 'subnet'],
  ['subnetty', ['subnet'], 'subnet'],
  ['subnettys', ['subnet'], null],
  ['dep', ['de'], 'de'],
  ['dep', ['d'], null],
  ['', ['a'], 'a'],
  ['same', ['some', 'same'], 'same'],
  ['ab', ['ba'], null],
  ['aa', ['aaa', 'aa'], 'aa'],
  ['aaab', ['aaaab'], 'aaaab'],
])('%j of %j is %j', (word, words, expected) => {
  expect(nearest(word, words)).toBe(expected);
});

/** All ways, one letter at a time. */
const apart = (a: string, b: string): number => {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(1), b.slice(1)];
  return a[0] === b[0] ? apart(x, y) : 1 + Math.min(apart(x, y), apart(a, y), apart(x, b));
};

test('it is one from which the fewest letters are to be changed, the first of several, and none beyond two', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 4 }), (meant, words) => {
      const most = meant.length < 5 ? 1 : 2;
      const least = Math.min(...words.map((other) => apart(meant, other)));
      expect(nearest(meant, words)).toBe(
        least > most ? null : (words.find((other) => apart(meant, other) === least) ?? null),
      );
    }),
  );
});
