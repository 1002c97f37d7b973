import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Prediction, Scoring, Sum } from './score.ts';

const scored = (predictions: readonly Prediction[]) => {
  const scoring = new Scoring();
  for (const prediction of predictions) scoring.add(prediction);
  return { ...scoring.score(), reliability: scoring.reliability() };
};
const said = (chances: readonly number[], truth: number, more: Partial<Prediction> = {}): Prediction => ({
  chances,
  others: 0,
  otherChance: 0,
  truth,
  podTop1: 0,
  oracleTop1: null,
  ...more,
});
const near = (n: number): unknown => expect.closeTo(n, 9);

test.each<[string, readonly Prediction[], object]>([
  ['nothing was said', [], { top1: 0, ece: 0, brier: 0, logLoss: 0 }],
  ['sure and right', [said([1], 1)], { top1: 1, ece: 0, brier: 0, logLoss: 0 }],
  ['sure and wrong', [said([1], 0)], { top1: 0, ece: 1, brier: 2, logLoss: near(-Math.log(1e-9)) }],
  [
    'a third, and right',
    [said([0.5, 0.3, 0.2], 0.5)],
    { top1: 1, ece: 0.5, brier: near(0.38), logLoss: near(Math.LN2) },
  ],
  ['the second was right', [said([0.5, 0.3, 0.2], 0.3)], { top1: 0, ece: 0.5, brier: near(0.25 + 0.04 + 0.49) }],
  ['a tie counts in proportion', [said([0.5, 0.5], 0.5)], { top1: 0.5, ece: 0, brier: 0.5 }],
  [
    'those that are only counted tie too',
    [said([0.25], 0.25, { others: 3, otherChance: 0.25 })],
    { top1: 0.25, brier: near(0.75), logLoss: near(Math.log(4)) },
  ],
  [
    'errors of two bins do not make up for each other',
    [said([0.9, 0.1], 0.1), said([0.6, 0.4], 0.6)],
    { top1: 0.5, ece: near(0.65) },
  ],
  [
    'who knows the rates is measured where the truth tells of it',
    [said([1], 1, { oracleTop1: 0.5 }), said([1], 1, { oracleTop1: 1 }), said([1], 0)],
    { oracleTop1: 0.75 },
  ],
])('%s', (_, predictions, expected) => {
  expect(scored(predictions).workload).toMatchObject(expected);
});

test('without a word of who knows the rates there is no number for it', () => {
  expect(scored([said([1], 1)]).workload).not.toHaveProperty('oracleTop1');
});

test('bins are by confidence, and empty ones are left out', () => {
  expect(scored([said([1], 1), said([0.9, 0.1], 0.1), said([0.3, 0.3, 0.3, 0.1], 0.3)]).reliability).toEqual([
    { from: 0.3, until: 0.4, n: 1, meanConfidence: near(0.3), accuracy: near(1 / 3) },
    { from: 0.9, until: 1, n: 2, meanConfidence: near(0.95), accuracy: 0.5 },
  ]);
});

test('the order of the flows does not show in the last digit of any score', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const prediction = fc
    .tuple(fc.array(chance, { minLength: 1, maxLength: 4 }), chance, chance)
    .map(([chances, podTop1, oracleTop1]) => said(chances, chances[0] as number, { podTop1, oracleTop1 }));
  fc.assert(
    fc.property(fc.array(prediction, { minLength: 2 }), (predictions) => {
      expect(scored(predictions.toReversed())).toEqual(scored(predictions));
    }),
  );
});

test('a sum stays exact beyond what one number holds', () => {
  const sum = new Sum();
  for (let i = 0; i < 20_000; i++) sum.add(1.5);
  expect(sum.over(1)).toBe(30_000);
});
