import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leaseChanges } from './lease-changes.ts';

interface Lease {
  readonly pod: string;
  readonly mayFrom: number;
  readonly heldFrom: number;
  readonly heldUntil: number;
  readonly mayUntil: number;
}

const lease = (pod: string, ...[mayFrom, heldFrom, heldUntil, mayUntil]: readonly number[]): Lease =>
  ({ pod, mayFrom, heldFrom, heldUntil, mayUntil }) as Lease;

const changes = (before: readonly Lease[], after: readonly Lease[]): unknown[] =>
  leaseChanges(before, after).map((change) => [change.lease.pod, change.from, change.until]);

test.each<[string, readonly Lease[], readonly Lease[], unknown[]]>([
  ['the same', [lease('a', 0, 1, 5, 9)], [lease('a', 0, 1, 5, 9)], []],
  ['a pod that was seen again', [lease('a', 0, 1, 5, 9)], [lease('a', 0, 1, 7, 9)], [['a', 5, 7]]],
  ['a pod that ended', [lease('a', 0, 1, 5, 9)], [lease('a', 0, 1, 4, 8)], [['a', 4, 9]]],
  ['a pod that is new', [], [lease('a', 0, 1, 5, 9)], [['a', 0, 9]]],
  ['a pod that was none', [lease('a', 0, 1, 5, 9)], [], [['a', 0, 9]]],
])('%s', (_, before, after, expected) => {
  expect(changes(before, after)).toEqual(expected);
});

test('law: outside of what changed both say the same of every moment', () => {
  const leases = fc.array(
    fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.array(fc.nat(12), { minLength: 4, maxLength: 4 }))
      .map(([pod, edges]) => lease(pod, ...edges.sort((x, y) => x - y))),
    { maxLength: 4 },
  );
  const said = (of: readonly Lease[], at: number): string[] =>
    of
      .filter(({ mayFrom, mayUntil }) => mayFrom <= at && at < mayUntil)
      .map(({ pod, heldFrom, heldUntil }) => `${pod} ${heldFrom <= at && at < heldUntil}`)
      .sort();
  fc.assert(
    fc.property(leases, leases, (before, after) => {
      const changed = leaseChanges(before, after);
      for (let at = 0; at < 13; at++) {
        if (changed.some(({ from, until }) => from <= at && at < until)) continue;
        expect(said(before, at)).toEqual(said(after, at));
      }
    }),
    { numRuns: 500 },
  );
});
