import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK, padding, readTarHeader, tarHeader } from './tar.ts';

const name = fc.stringMatching(/^[A-Za-z0-9._%-]{1,60}$/);
/** As long as those of the parts of tables get. */
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

test('what a header says is read as it was written, large files and long paths too', () => {
  fc.assert(
    fc.property(path, fc.maxSafeNat(), fc.nat(), (written, size, seconds) => {
      expect(readTarHeader(tarHeader(written, size, seconds))).toEqual({ path: written, size });
    }),
  );
});

test('a header of which one bit is another is refused', () => {
  fc.assert(
    fc.property(path, fc.nat(), fc.nat(BLOCK - 1), fc.nat(7), (written, size, at, bit) => {
      const block = tarHeader(written, size, 0);
      block[at] = (block[at] as number) ^ (1 << bit);
      // A checksum has digits that say nothing: blanks behind it, and what stands before it.
      expect(readTarHeader(block)).toSatisfy((read) => (read !== null && 'problem' in read) || (at >= 148 && at < 156));
    }),
  );
});

test.each<[number, number]>([
  [0, 0],
  [1, 511],
  [511, 1],
  [512, 0],
  [513, 511],
])('%i bytes are followed by %i of padding', (size, expected) => {
  expect(padding(size)).toBe(expected);
});

test('a path that an archive cannot say is refused when it is written', () => {
  expect(() => tarHeader('x'.repeat(101), 0, 0)).toThrow(/too long/);
  expect(() => tarHeader(`${'d'.repeat(156)}/${'x'.repeat(100)}`, 0, 0)).toThrow(/too long/);
});
