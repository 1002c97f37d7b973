import { expect, test } from 'vitest';
import { type ToldIn, withBursts } from './bursts.ts';
import type { Tallied } from './tallied.ts';

/** Cells of two workloads, one pod of each for 100 s, and a node; rates in flows a second. */
const cellsOf = (cells: number): Tallied => ({
  cells,
  open: cells,
  nodeCells: new Int32Array(0),
  flows: new Float64Array(cells).fill(9),
  firstCell: Int32Array.from({ length: cells + 1 }, (_, i) => i),
  first: Int32Array.from({ length: cells + 1 }, (_, i) => 3 * i),
  share: Int32Array.from({ length: 3 * cells }, (_, i) => i),
  sender: Int32Array.from({ length: 3 * cells }, (_, i) => i % 3),
  pods: new Float64Array(3 * cells).fill(1),
  seconds: new Float64Array(3 * cells).fill(100),
  senders: Int32Array.of(7, 8, 20),
  exposure: new Float64Array(3).fill(100 * cells),
  known: [],
  flowsBefore: new Float64Array(3),
  secondsBefore: new Float64Array(3),
  flowsTold: new Float64Array(3),
  secondsTold: new Float64Array(3),
  firstNode: 2,
});
const RATES = Float64Array.of(0.1, 0.1, 0.01);
const after = (
  told: readonly (readonly [cell: number, sender: number, count: number])[],
  secondsTold = new Float64Array(3),
): number[][] => {
  const toldIn = new Map<number, Map<number, number>>();
  for (const [cell, sender, count] of told)
    toldIn.set(cell, (toldIn.get(cell) ?? new Map<number, number>()).set(sender, count));
  const probability = Float64Array.from({ length: 6 }, (_, i) => [0.45, 0.45, 0.1][i % 3] as number);
  withBursts({ ...cellsOf(2), secondsTold }, RATES, toldIn satisfies ToldIn, probability);
  return [0, 1].map((cell) => [...probability.subarray(3 * cell, 3 * cell + 3)]);
};

test('nothing told, nothing changed', () => {
  expect(after([])).toEqual([
    [0.45, 0.45, 0.1],
    [0.45, 0.45, 0.1],
  ]);
});

test('who was told of more often than usual is in a burst, and who was silent is less likely', () => {
  const [busy, silent] = after([[0, 7, 4]]) as [number[], number[]];
  expect(busy[0]).toBeGreaterThan(0.45);
  expect(silent[0]).toBeLessThan(0.4);
  for (const cell of [busy, silent]) expect(cell.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  // The others keep their odds against each other.
  for (const cell of [busy, silent]) expect((cell[1] as number) / (cell[2] as number)).toBeCloseTo(4.5, 9);
});

test('the more of its calls a workload tells of, the more its silence says', () => {
  const silentWith = (count: number): number => (after([[0, 7, count]])[1] as number[])[0] as number;
  expect(silentWith(1)).toBeGreaterThan(silentWith(3));
  expect(silentWith(3)).toBeGreaterThan(silentWith(9));
});

test('a workload that tells of each call is not out of the question where it told of none: some are lost', () => {
  expect((after([[0, 7, 1_000]])[1] as number[])[0]).toBeGreaterThan(0.001);
});

test('who tells of a workload that is no candidate tells nothing', () => {
  expect(after([[0, 99, 4]])).toEqual(after([]));
});

test('where rates are of untold flows alone, one that is told of as usual stays as likely as it was', () => {
  // Ten untold flows are expected of it in each cell, and ten were told.
  const told = [
    [0, 7, 10],
    [1, 7, 10],
  ] as const;
  for (const cell of after(told, Float64Array.of(200, 0, 0))) expect(cell[0]).toBeCloseTo(0.45, 2);
  for (const cell of after(told)) expect(cell[0]).toBeLessThan(0.3);
});
