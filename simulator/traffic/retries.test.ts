import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Retries } from './retries.ts';

test('what is to be tried again comes in order of time, however it was put in', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(1_000)), { maxLength: 200 }), (steps) => {
      const retries = new Retries();
      const expected: number[] = [];
      for (const [i, at] of steps.entries()) {
        if (at !== null) {
          retries.add(at, i, i % 5);
          expected.push(at);
          expected.sort((a, b) => a - b);
        } else if (expected.length > 0) {
          expect(steps[retries.pair]).toBe(retries.next);
          expect(retries.tries).toBe(retries.pair % 5);
          expect(retries.next).toBe(expected.shift());
          retries.drop();
        }
        expect(retries.next).toBe(expected[0] ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});
