import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, instant } from '../../../base/instant.ts';
import { uniform } from '../../../base/random.ts';
import { podLease } from '../pod-lease.testing.ts';
import { MODEL, type Model } from './model.ts';
import { type Placement, placementOf } from './placement.ts';
import { type Rates, ratesOf } from './rates.ts';
import { exposureOf, type Tally } from './tallied.ts';

const QUICK: Model = { ...MODEL, warmUp: 20, samples: 40, chains: 2 };
const T = 10 * HOUR;

/** Pods by node: names of workloads. Each node is there for as many hours. */
const placed = (nodes: readonly (readonly string[])[], hours: number): Placement =>
  placementOf(
    nodes.flatMap((names, node) =>
      names.map((name, i) => ({
        ...podLease({ podUid: `${node}-${i}`, node: `n${node}`, edges: [T, T, T + hours * HOUR, T + hours * HOUR] }),
        workload: { kind: 'Deployment', namespace: 'shop', name },
      })),
    ),
    nodes.map((_, node) => `n${node}`),
    instant(T),
    instant(T + hours * HOUR),
  );

const NOTHING_BEFORE = new Map<number, { flows: number; seconds: number }>();

/** Counts by cell. */
const tallyOf = (placement: Placement, flowsIn: (cell: number) => number, rest: Partial<Tally> = {}): Tally => {
  const cells = Int32Array.from(
    Array.from({ length: placement.cells }, (_, cell) => cell).filter((cell) => flowsIn(cell) > 0),
  );
  return {
    cells,
    flows: Float64Array.from(cells, flowsIn),
    known: [],
    before: NOTHING_BEFORE,
    told: new Map(),
    ...rest,
  };
};

const fitted = (placement: Placement, tally: Tally, seed = 1, model = QUICK): Rates =>
  ratesOf(placement, exposureOf(placement), tally, model, uniform(seed));

/** The probability of each sender in a cell of the tally, by name. */
const chancesOf = (placement: Placement, { of, probability }: Rates, cell: number): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Array.from({ length: (of.first[cell + 1] as number) - (of.first[cell] as number) }, (_, i) => {
      const at = (of.first[cell] as number) + i;
      const place = of.senders[of.sender[at] as number] as number;
      return [placement.workloads[place]?.name ?? 'node', probability[at] as number];
    }),
  );

const mixed = [['a', 'b'], ['a', 'c'], ['b', 'c'], ['a'], ['b'], ['c'], []];

test('whose flows follow a workload from node to node, is that workload', () => {
  const placement = placed(mixed, 6);
  const onNodesOf = (name: string) => (cell: number) => (mixed[placement.node[cell] as number]?.includes(name) ? 9 : 0);
  for (const name of ['a', 'b', 'c']) {
    const rates = fitted(placement, tallyOf(placement, onNodesOf(name)));
    for (let cell = 0; cell < rates.of.cells; cell++)
      expect(chancesOf(placement, rates, cell)[name]).toBeGreaterThan(0.9);
  }
});

test('what every node sends, also those without pods, is the nodes own', () => {
  const placement = placed([...mixed, ...mixed, [], [], []], 6);
  const rates = fitted(
    placement,
    tallyOf(placement, () => 5),
  );
  const chances = Array.from(
    { length: rates.of.cells },
    (_, cell) => chancesOf(placement, rates, cell)['node'] as number,
  );
  for (const [cell, chance] of chances.entries())
    if ((rates.of.first[cell + 1] as number) - (rates.of.first[cell] as number) === 2) expect(chance).toBeCloseTo(1, 9);
  expect(chances.reduce((sum, chance) => sum + chance, 0) / chances.length).toBeGreaterThan(0.7);
});

test('workloads that are always together are not told apart', () => {
  const placement = placed([['a', 'b'], ['a', 'b'], []], 6);
  const rates = fitted(
    placement,
    tallyOf(placement, (cell) => ((placement.node[cell] as number) < 2 ? 9 : 0)),
    3,
    { ...MODEL, chains: 8 },
  );
  const { a = 0, b = 0 } = chancesOf(placement, rates, 0);
  expect(a + b).toBeGreaterThan(0.75);
  expect(Math.max(a, b)).toBeLessThan(0.9);
});

test('who is known to have sent some is rather who sent the rest', () => {
  const placement = placed([['a', 'b'], ['a', 'b'], []], 6);
  const flows = (cell: number): number => ((placement.node[cell] as number) < 2 ? 9 : 0);
  const place = placement.workloads.findIndex(({ name }) => name === 'b');
  const unknown = tallyOf(placement, flows);
  const known = Array.from(unknown.cells, (_, cell) => ({ cell, sender: place, flows: 3 }));
  expect(chancesOf(placement, fitted(placement, { ...unknown, known }), 0)['b']).toBeGreaterThan(0.95);
});

test('known flows count no more than unknown ones: bursts are discounted from both', () => {
  const placement = placed(
    [
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ],
    6,
  );
  const place = placement.workloads.findIndex(({ name }) => name === 'b');
  const node = placement.workloads.length + 1;
  const unknown = tallyOf(placement, () => 400);
  // The first two nodes have translations, which tell a workload's flows and the node's.
  const isTold = Array.from(unknown.cells, (cell) => (placement.node[cell] as number) < 2);
  const known = isTold.flatMap((told, cell) =>
    told
      ? [
          { cell, sender: place, flows: 300 },
          { cell, sender: node + (placement.node[cell] as number), flows: 100 },
        ]
      : [],
  );
  const flows = unknown.flows.map((count, cell) => (isTold[cell] ? 0 : count));
  const { of, rates } = fitted(placement, { ...unknown, flows, known });
  const sent = Array.from(of.senders, (_, who) => (rates[who] as number) * (of.exposure[who] as number));
  const all = sent.reduce((sum, count) => sum + count, 0);
  expect(all / (400 * unknown.cells.length)).toBeGreaterThan(0.8);
  expect(all / (400 * unknown.cells.length)).toBeLessThan(1.25);
});

test('what the day before taught counts as far as it is kept', () => {
  const placement = placed([['a', 'b'], ['a', 'b'], []], 1);
  const flows = (cell: number): number => ((placement.node[cell] as number) < 2 ? 4 : 0);
  const place = placement.workloads.findIndex(({ name }) => name === 'b');
  const before = new Map([
    [place, { flows: 40, seconds: 36_000 }],
    [1 - place, { flows: 0, seconds: 36_000 }],
  ]);
  expect(chancesOf(placement, fitted(placement, tallyOf(placement, flows, { before })), 0)['b']).toBeGreaterThan(0.9);
});

test('whatever is counted: probabilities sum to 1 in every cell, none is negative, and the same seed gives the same', () => {
  const nodes = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(
      nodes,
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1 }),
      fc.integer(),
      (names, hours, counts, seed) => {
        const placement = placed(names, hours);
        const tally = tallyOf(placement, (cell) => counts[cell % counts.length] as number);
        const rates = fitted(placement, tally, seed);
        for (let cell = 0; cell < rates.of.cells; cell++) {
          const chances = rates.probability.subarray(rates.of.first[cell], rates.of.first[cell + 1]);
          expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9);
          expect(Math.min(...chances)).toBeGreaterThanOrEqual(0);
        }
        expect(fitted(placement, tally, seed).probability).toEqual(rates.probability);
      },
    ),
    { numRuns: 40 },
  );
});

const together = placed([['a', 'b'], ['a', 'b'], []], 6);
const nine = (cell: number): number => ((together.node[cell] as number) < 2 ? 9 : 0);
const placeOf = (name: string): number => together.workloads.findIndex((workload) => workload.name === name);
const chanceOfB = (told: Tally['told'], model = QUICK): number =>
  chancesOf(together, fitted(together, tallyOf(together, nine, { told }), 1, model), 0)['b'] as number;

test('who tells of a tenth of its calls and told of none of these is hardly who made them', () => {
  expect(chanceOfB(new Map([[placeOf('a'), { flows: 0, share: 0.1 }]]))).toBeGreaterThan(0.7);
  // Of no share nothing follows.
  expect(chanceOfB(new Map([[placeOf('a'), { flows: 0, share: 0 }]]))).toBe(chanceOfB(new Map()));
});

test('who told of as many as its share of them all made them all', () => {
  expect(chanceOfB(new Map([[placeOf('b'), { flows: 12, share: 0.1 }]]))).toBeGreaterThan(0.9);
});

test('told flows are scaled by the share: few of them, where most are told, leave the rest to others', () => {
  expect(chanceOfB(new Map([[placeOf('b'), { flows: 12, share: 0.8 }]]))).toBeLessThan(0.2);
});

test('silence excludes nobody for certain: one library may not be instrumented', () => {
  // Only a is on the node whose flows these are.
  const alone = placed([['a'], ['b'], []], 6);
  const tally = tallyOf(alone, (cell) => (alone.node[cell] === 0 ? 40 : 0), {
    told: new Map([[0, { flows: 0, share: 0.5 }]]),
  });
  expect(chancesOf(alone, fitted(alone, tally), 0)['a']).toBeGreaterThan(0.02);
  const sure = fitted(alone, tally, 1, { ...QUICK, tells: 1 - 1e-12 });
  expect(chancesOf(alone, sure, 0)['a']).toBeLessThan(0.02);
});
