import type { Uniform } from './draws.ts';
import { expectation } from './expectation.ts';
import type { Model } from './model.ts';
import type { Placement } from './placement.ts';
import { type Posterior, posterior } from './sampling.ts';
import { type Exposure, type Tallied, type Tally, talliedOf } from './tallied.ts';

/** The rates towards one destination (or one kind of request to it), and who its flows are from, cell by cell. */
export interface Rates extends Posterior {
  readonly of: Tallied;
}

/** Fits one destination. The same tally and the same seed give the same rates. */
export const ratesOf = (
  placement: Placement,
  exposure: Exposure,
  tally: Tally,
  model: Model,
  uniform: Uniform,
): Rates => {
  const of = talliedOf(placement, exposure, tally, model.steady);
  return { of, ...posterior(of, expectation(of, model), model, uniform) };
};
