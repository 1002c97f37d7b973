import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, instant } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import { type Placement, placementOf } from '../../core/attribution/rates/placement.ts';
import { CandidateColumns, type Candidates, candidatesOf, weighed } from './candidates.ts';

const T = 10 * HOUR;
/** One cell: pods by workload, each for a share of the hour. */
const placed = (pods: readonly (readonly [name: string, uid: string])[]): Placement =>
  placementOf(
    pods.map(([name, podUid]) => ({
      podUid,
      namespace: 'shop',
      pod: podUid,
      workload: { kind: 'Deployment', namespace: 'shop', name },
      node: 'n',
      ip: '10.244.0.2' as Ip,
      hostNetwork: false,
      mayFrom: instant(T),
      heldFrom: instant(T),
      heldUntil: instant(T + HOUR),
      mayUntil: instant(T + HOUR),
    })),
    ['n'],
    instant(T),
    instant(T + HOUR),
  );

/** The columns of one row, by name. */
const listed = (candidates: Candidates) => {
  const into = new CandidateColumns();
  into.add(candidates);
  const { pod_uids, probabilities, node_probability, workload_probability } = into.columns();
  if (pod_uids?.type !== 'Dictionaries' || probabilities?.type !== 'Floats') throw new Error('other columns');
  const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    pods: Object.fromEntries(
      Array.from(probabilities.values, (value, i) => [pod_uids.words[pod_uids.values[i] as number], rounded(value)]),
    ),
    node: rounded(Number(node_probability?.values[0])),
    workload: rounded(Number(workload_probability?.values[0])),
  };
};

const two = placed([
  ['a', 'a1'],
  ['b', 'b1'],
  ['b', 'b2'],
]);

test.each<[string, readonly number[], ReturnType<typeof listed>]>([
  [
    'a workload’s chance is shared by its pods',
    [0.2, 0.6, 0, 0.2],
    { pods: { b1: 0.3, b2: 0.3, a1: 0.2 }, node: 0.2, workload: 0.6 },
  ],
  [
    'who is nearly impossible is left out, and the rest sums to 1',
    [0.0004, 0.7996, 0, 0.2],
    { pods: { b1: 0.4, b2: 0.4 }, node: 0.2001, workload: 0.7999 },
  ],
  [
    'just possible',
    [0.0006, 0.7994, 0, 0.2],
    { pods: { b1: 0.3997, b2: 0.3997, a1: 0.0006 }, node: 0.2, workload: 0.7994 },
  ],
  ['the node alone', [0, 0, 0, 1], { pods: {}, node: 1, workload: 0 }],
])('%s', (_, chances, expected) => {
  const got = listed(candidatesOf(two, 0, Float64Array.from(chances)));
  expect(got).toEqual(expected);
  expect(Object.keys(got.pods)).toEqual(Object.keys(expected.pods));
});

test('a factor moves one pod, and all still sum to 1', () => {
  const candidates = candidatesOf(two, 0, Float64Array.of(0.2, 0.6, 0, 0.2));
  expect(listed(weighed(candidates, new Map([['b2', 9]]), 1e-4))).toEqual({
    pods: { b2: 0.7941, b1: 0.0882, a1: 0.0588 },
    node: 0.0588,
    workload: 0.8824,
  });
  expect(listed(weighed(candidates, new Map([['nobody here', 9]]), 1e-4))).toEqual(listed(candidates));
});

test('a pod that the rates know nothing of can be told of', () => {
  const candidates = candidatesOf(two, 0, Float64Array.of(0, 0.5, 0, 0.5));
  expect(listed(weighed(candidates, new Map([['a1', 1e6]]), 1e-3)).pods['a1']).toBeGreaterThan(0.99);
});

test('whatever the chances, a row sums to 1', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }), (weights) => {
      const all = weights.reduce((sum, one) => sum + one, 0);
      fc.pre(all > 0);
      const [a, b, node] = weights.map((one) => one / all) as [number, number, number];
      const { pods, node: own } = listed(candidatesOf(two, 0, Float64Array.of(a, b, 0, node)));
      expect(Object.values<number>(pods).reduce((sum, one) => sum + one, 0) + own).toBeCloseTo(1, 3);
    }),
  );
});
