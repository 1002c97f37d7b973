/** Probabilities raised to a power, and made to sum to 1 again: above 1 surer than before, below 1 less sure. In place. */
export const sharpen = (probabilities: Float64Array, from: number, until: number, sharpness: number): void => {
  let sum = 0;
  for (let at = from; at < until; at++) {
    probabilities[at] = (probabilities[at] as number) ** sharpness;
    sum += probabilities[at] as number;
  }
  for (let at = from; at < until; at++) probabilities[at] = (probabilities[at] as number) / sum;
};

/** Flows whose sender is known and was hidden from the rates. */
export interface Hidden {
  /** The probability of each candidate, and which is the true one; -1: none of them. */
  readonly probabilities: Float64Array;
  readonly truth: number;
  readonly flows: number;
}

/** With fewer hidden flows, what is assumed says more than they do. */
const ENOUGH = 200;
const LEAST = 1e-6;
const STEPS = Array.from({ length: 31 }, (_, step) => 0.5 + step * 0.05);

/**
 * The sharpness where nothing is known exactly: the more hours there are, the less the discount for bursts is needed that keeps a small
 * cluster from being sure of a coincidence. Chosen on seeds that the reported figures do not use (docs/reference/rates.md).
 */
export const assumedSharpness = (hours: number): number => Math.min(1.35, Math.max(1, 1 + 0.14 * Math.log(hours / 2)));

/** The same where applications tell of their calls: what they tell does not come in coincidences. */
export const assumedSharpnessTold = (hours: number): number => Math.min(1.35, assumedSharpness(hours) + 0.25);

/** The sharpness under which hidden flows are likeliest; null where there are too few of them. */
export const measuredSharpness = (hidden: readonly Hidden[]): number | null => {
  if (hidden.reduce((sum, { flows }) => sum + flows, 0) < ENOUGH) return null;
  let [best, bestLikelihood] = [1, Number.NEGATIVE_INFINITY];
  for (const sharpness of STEPS) {
    const likelihood = hidden.reduce(
      (sum, one) => sum + one.flows * Math.log(Math.max(LEAST, chanceOf(one, sharpness))),
      0,
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
