import type { Tallied } from './tallied.ts';

/** Probabilities raised to a power, and made to sum to 1 again: above 1 surer than before, below 1 less sure. In place. */
export const sharpen = (probabilities: Float64Array, from: number, until: number, sharpness: number): void => {
  let sum = 0;
  for (let at = from; at < until; at++) {
    probabilities[at] = (probabilities[at] as number) ** sharpness;
    sum += probabilities[at] as number;
  }
  for (let at = from; at < until; at++) probabilities[at] = (probabilities[at] as number) / sum;
};

/** The same for the cells of which flows are unknown. */
export const sharpenCells = ({ open, first }: Tallied, probability: Float64Array, sharpness: number): void => {
  for (let cell = 0; cell < open; cell++)
    sharpen(probability, first[cell] as number, first[cell + 1] as number, sharpness);
};

/** Flows whose sender is known and was hidden from the rates. */
export interface Hidden {
  /** The probability of each candidate, and which is the true one; -1: none of them. */
  readonly probabilities: Float64Array;
  readonly truth: number;
  readonly flows: number;
}

/** How far the right sharpness may be from the assumed one: a standard deviation. The fewer hidden flows, the less they move it. */
const DOUBT = 0.2;
/** Flows of one kind are rightly or wrongly told together: more than this many say little more than these. */
const TOGETHER = 20;
const LEAST = 1e-6;
const STEPS = Array.from({ length: 31 }, (_, step) => 0.5 + step * 0.05);

const MOST_ASSUMED = 1.4;

/**
 * The sharpness where nothing is known exactly. Where nodes are few, the discount for bursts is all that keeps the rates from being sure of a
 * coincidence; the more nodes there are, on which a workload stands or does not, the less of it is needed. More hours do not replace them: pods
 * mostly stay where they are. Chosen on seeds that the reported figures do not use (docs/reference/rates.md).
 */
export const assumedSharpness = (nodes: number): number =>
  Math.min(MOST_ASSUMED, Math.max(1, 1 + 0.4 * Math.log2(nodes / 5)));

/** The same where applications tell of their calls: what they tell does not come in coincidences. */
export const assumedSharpnessTold = (nodes: number): number => Math.min(MOST_ASSUMED, assumedSharpness(nodes) + 0.25);

/** The sharpness under which hidden flows, by kind of request, are likeliest, as far as they are many; else the assumed one. */
export const measuredSharpness = (hidden: readonly (readonly Hidden[])[], assumed: number): number => {
  let [best, bestLikelihood] = [assumed, Number.NEGATIVE_INFINITY];
  const counts = hidden.map((ofKind) => 1 / (1 + ofKind.reduce((sum, { flows }) => sum + flows, 0) / TOGETHER));
  for (const sharpness of [assumed, ...STEPS]) {
    const likelihood = hidden.reduce(
      (sum, ofKind, kind) =>
        sum +
        (counts[kind] as number) *
          ofKind.reduce((of, one) => of + one.flows * Math.log(Math.max(LEAST, chanceOf(one, sharpness))), 0),
      -((sharpness - assumed) ** 2) / (2 * DOUBT ** 2),
    );
    if (likelihood > bestLikelihood) [best, bestLikelihood] = [sharpness, likelihood];
  }
  return best;
};

const chanceOf = ({ probabilities, truth }: Hidden, sharpness: number): number => {
  if (truth < 0) return 0;
  const all = probabilities.reduce((sum, probability) => sum + probability ** sharpness, 0);
  return (probabilities[truth] as number) ** sharpness / all;
};
