import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NamedCall, nameKnown } from './named.ts';

const NOBODY = new Map<string, number>();
/** Calls that come with flows to these addresses, each with how often it does by chance. */
const calls = (times: number, ...addresses: readonly (readonly [string, number])[]): readonly NamedCall[] =>
  Array.from({ length: times }, () => ({
    addresses: addresses.map(([address, byChance]) => ({ address, byChance })),
  }));
const of = (known: ReturnType<typeof nameKnown>): Readonly<Record<string, string>> =>
  Object.fromEntries(known.addresses.map(({ address, how }) => [address, how]));

test('an address that comes with every call, and seldom without one, is the name’s', () => {
  const known = nameKnown(calls(12, ['A', 0.05]), NOBODY);
  expect(of(known)).toEqual({ A: 'learned' });
  expect(known.addresses[0]?.share).toBeGreaterThan(0.9);
});

test('one that is always there tells nothing', () => {
  expect(of(nameKnown(calls(500, ['A', 1]), NOBODY))).toEqual({});
});

test('few calls teach nothing, however telling each is', () => {
  expect(of(nameKnown(calls(4, ['A', 0.005]), NOBODY))).toEqual({});
  expect(of(nameKnown(calls(6, ['A', 0.005]), NOBODY))).toEqual({ A: 'learned' });
});

test('one that comes as often as by chance is not learned, beside one that comes always', () => {
  const mixed = [...calls(10, ['A', 0.1], ['B', 0.3]), ...calls(20, ['A', 0.1])];
  expect(of(nameKnown(mixed, NOBODY))).toEqual({ A: 'learned' });
});

test('a name has several addresses, one after the other', () => {
  const { addresses, elsewhere } = nameKnown([...calls(20, ['A', 0.02]), ...calls(10, ['B', 0.02])], NOBODY);
  const shares = Object.fromEntries(addresses.map(({ address, share }) => [address, share]));
  expect(shares['A']).toBeCloseTo(2 / 3, 1);
  expect(shares['B']).toBeCloseTo(1 / 3, 1);
  expect(elsewhere).toBeLessThan(0.05);
});

test('two that always come together are not told apart: each may be it', () => {
  for (const { share } of nameKnown(calls(40, ['A', 0.05], ['B', 0.05]), NOBODY).addresses)
    expect(share).toBeCloseTo(0.5, 1);
});

test('calls that come with no flow at all go elsewhere', () => {
  const known = nameKnown([...calls(10, ['A', 0.02]), ...calls(30)], NOBODY);
  expect(known.elsewhere).toBeGreaterThan(0.6);
});

test('what other sightings tell needs no proof, and still counts less than what calls show', () => {
  expect(of(nameKnown(calls(1, ['A', 0.5]), new Map([['A', 1]])))).toEqual({ A: 'told' });
  const moved = nameKnown(calls(200, ['B', 0.02]), new Map([['A', 1_000]]));
  expect(moved.addresses.find(({ address }) => address === 'B')?.share).toBeGreaterThan(0.85);
});

test('law: an address that comes by chance alone is hardly ever learned', () => {
  const random = fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(random, fc.constantFrom(0.05, 0.2, 0.6), (drawn, byChance) => {
      const byLuck = drawn.map((each) => ({
        addresses: each.flatMap((u, i) => (u < byChance ? [{ address: `${i}`, byChance }] : [])),
      }));
      const { addresses, elsewhere } = nameKnown(byLuck, NOBODY);
      const sum = addresses.reduce((total, { share }) => total + share, elsewhere);
      expect(sum).toBeCloseTo(1, 9);
      // fast-check likes zeros: what comes with every call is no chance.
      for (const { address } of addresses)
        expect(byLuck.filter((call) => call.addresses.some((one) => one.address === address)).length).toBeGreaterThan(
          byLuck.length * byChance,
        );
    }),
  );
});
