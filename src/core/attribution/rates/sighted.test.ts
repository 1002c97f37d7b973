import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Call, tellings } from './sighted.ts';

/** What a pod's chance becomes by a factor of its odds. */
const after = (before: number, factor: number): number => {
  const odds = (before / (1 - before)) * factor;
  return odds / (1 + odds);
};
const told = (calls: readonly Call[], chances: readonly number[], podUid = 'a'): number[] => {
  const factors = tellings(calls, (flow) => chances[flow] as number);
  return chances.map((chance, flow) => after(chance, factors.get(flow)?.get(podUid) ?? 1));
};
const call = (flows: readonly number[], byPort = false, podUid = 'a'): Call => ({
  podUid,
  flows,
  byPort,
  chance: 1,
  named: null,
});

test.each<[string, readonly Call[], readonly number[], readonly number[]]>([
  ['a call that can only be one flow is nearly surely that', [call([0])], [0.1], [1]],
  ['of two equal flows it is either', [call([0, 1])], [0.01, 0.01], [0.5025, 0.5025]],
  ['of flows that were likely anyway both may be its', [call([0, 1])], [0.5, 0.5], [0.6667, 0.6667]],
  ['the likelier flow is likelier the call', [call([0, 1])], [0.2, 0.05], [0.8333, 0.2083]],
  ['two calls tell more than one', [call([0, 1]), call([0, 1])], [0.01, 0.01], [0.9902, 0.9902]],
  ['a flow that no call may be is as it was', [call([0])], [0.1, 0.3], [1, 0.3]],
  ['a port names the flow', [call([0], true)], [0.1], [0.9823]],
  ['a port on a pod that never called it says less', [call([0], true)], [0.001], [0.3336]],
  ['another pod’s call is no call of this one', [call([0], false, 'b')], [0.4], [0.4]],
])('%s', (_, calls, chances, expected) => {
  for (const [i, chance] of told(calls, chances).entries()) expect(chance).toBeCloseTo(expected[i] as number, 3);
});

test('a call never makes its pod less likely, and one of its flows is its own', () => {
  const chance = fc.double({ min: 0.0003, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(fc.array(chance, { minLength: 1, maxLength: 8 }), (chances) => {
      const got = told([call([...chances.keys()])], chances);
      for (const [i, one] of got.entries()) expect(one).toBeGreaterThanOrEqual((chances[i] as number) - 1e-9);
      // The expected number of its flows is what it was, given that there is one.
      const none = chances.reduce((product, one) => product * (1 - one), 1);
      expect(got.reduce((sum, one) => sum + one, 0)).toBeCloseTo(
        chances.reduce((sum, one) => sum + one, 0) / (1 - none),
        3,
      );
    }),
  );
});

test('a call that may have gone elsewhere counts as far as it did not', () => {
  const half = { ...call([0]), chance: 0.5 };
  const [sure, unsure, nowhere] = [[call([0])], [half], [{ ...half, chance: 0 }]].map((calls) => told(calls, [0.2])[0]);
  expect(sure).toBeGreaterThan(0.99);
  expect(unsure).toBeCloseTo(0.6, 3);
  expect(nowhere).toBeCloseTo(0.2, 9);
  // A port is told of whatever went there, if it did.
  expect(told([{ ...call([0], true), chance: 0 }], [0.2])[0]).toBeCloseTo(0.2, 9);
});
