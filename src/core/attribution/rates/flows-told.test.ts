import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countTold, flowsTold, shareTold } from './flows-told.ts';
import type { Call } from './sighted.ts';

const call = (flows: readonly number[], podUid = 'a'): Call => ({
  podUid,
  flows,
  byPort: false,
  chance: 1,
  named: null,
});
const of = (calls: readonly Call[]): Readonly<Record<string, number>> =>
  Object.fromEntries(flowsTold(calls).map(({ flow, podUid, chance }) => [`${podUid}${flow}`, chance]));

test('the only flow of a call is surely told', () => {
  expect(of([call([3])])).toEqual({ a3: 1 });
});

test('one of two alike: either, half each', () => {
  expect(of([call([1, 2])])).toEqual({ a1: 0.5, a2: 0.5 });
});

test('many calls that may all be one long connection are one flow rather than many', () => {
  const told = flowsTold([call([0, 1]), call([0, 2]), call([0, 3]), call([0, 4])]);
  const long = told.find(({ flow }) => flow === 0);
  expect(long?.chance).toBeGreaterThan(0.99);
  expect(long?.calls).toBeGreaterThan(3.5);
  expect(told.reduce((sum, { chance }) => sum + chance, 0)).toBeLessThan(1.5);
});

test('a call that may have gone elsewhere is of its flows as far as it did not', () => {
  expect(of([{ ...call([3]), chance: 0.3 }])['a3']).toBeCloseTo(0.3, 9);
});

test('what another pod told of a flow is counted for itself', () => {
  expect(of([call([1]), call([1, 2], 'b')])).toEqual({ a1: 1, b1: 0.5, b2: 0.5 });
});

test('law: each call is of its flows; no flow is told of more surely than surely', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 }), { maxLength: 12 }), (lists) => {
      const told = flowsTold(lists.map((flows) => call(flows)));
      expect(told.reduce((sum, { calls }) => sum + calls, 0)).toBeCloseTo(lists.length, 9);
      for (const { chance, calls } of told) {
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        expect(chance).toBeLessThanOrEqual(calls + 1e-9);
      }
    }),
  );
});

test.each([
  ['each told once: nothing says how many are passed over', 10, 10, 0],
  ['none', 0, 0, 0],
  ['told 1.58 times each: one in e is passed over', 10, 15.82, 1 - 1 / Math.E],
  ['told a hundred times each: none is passed over', 1, 100, 1],
])('%s', (_, flows, calls, share) => {
  expect(shareTold(flows, calls)).toBeCloseTo(share, 3);
});

test('three calls that may each be any of three short flows are three flows, and not one that is hardly ever passed over', () => {
  const { flows, share } = countTold(flowsTold([call([9]), call([1, 2, 3]), call([1, 2, 3]), call([1, 2, 3])]));
  expect(flows).toBeCloseTo(4, 9);
  expect(share).toBe(0);
});

test('a connection that surely carried many calls tells how many others carry', () => {
  const many = Array.from({ length: 10 }, () => call([9]));
  const { flows, share } = countTold(flowsTold([...many, ...Array.from({ length: 10 }, () => call([1, 2]))]));
  expect(flows).toBeCloseTo(2, 9);
  expect(share).toBeGreaterThan(0.99);
});

test('where no call is surely one flow, nothing is said of how many are passed over', () => {
  expect(countTold(flowsTold([call([1, 2]), call([1, 2])]))).toEqual({ flows: 1.5, share: 0 });
});
