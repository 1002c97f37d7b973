import type { Uniform } from './draws.ts';
import { expectation } from './expectation.ts';
import type { Model } from './model.ts';
import type { Placement } from './placement.ts';
import { pruned } from './pruning.ts';
import { type Posterior, posterior } from './sampling.ts';
import { type Exposure, type Tallied, type Tally, talliedOf } from './tallied.ts';

/** The rates towards one destination (or one kind of request to it), and who its flows are from, cell by cell. */
export interface Rates extends Posterior {
  readonly of: Tallied;
}

/** Fits one destination. The same tally and the same seed give the same rates. Whatever a node sends is in the last share of its cells. */
export const ratesOf = (
  placement: Placement,
  exposure: Exposure,
  tally: Tally,
  model: Model,
  uniform: Uniform,
): Rates => {
  const of = talliedOf(placement, exposure, tally, model.steady);
  const weighed = expectation(of, model);
  const left = pruned(of, weighed);
  const sampled = posterior(left.of, weighed, model, uniform);
  const probability = new Float64Array(of.share.length);
  for (const [share, place] of left.places.entries()) probability[place] = sampled.probability[share] as number;
  for (let cell = 0; cell < of.cells; cell++) {
    const own = (of.first[cell + 1] as number) - 1;
    probability[own] = (probability[own] as number) + (probability[own - 1] as number);
    probability[own - 1] = 0;
  }
  return { of, probability, rates: sampled.rates };
};
