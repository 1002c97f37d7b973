import type { Model } from './model.ts';
import type { Tallied } from './tallied.ts';

/**
 * What applications tell of their calls, as evidence of rates. Of a sender that tells of a share of its calls, told flows are a second count at
 * the same rate: that it told of none is evidence that it sends little. Unless it does not tell of calls to this destination at all, as the
 * library that makes them is not instrumented: whether it does is drawn too, and where something was told it is known.
 */
export interface Telling {
  /** What the told flows of a sender count, and over how long. */
  readonly flows: (who: number) => number;
  readonly seconds: (who: number) => number;
  /** How probable it is that a sender with this rate tells of its calls there. */
  readonly tells: (who: number, rate: number) => number;
  /** The logarithm of how likely what was told is, at this rate. */
  readonly likelihood: (who: number, rate: number) => number;
}

const TINY = 1e-300;

export const tellingOf = ({ flowsTold, secondsTold }: Tallied, { tells }: Model): Telling => {
  // No discount for bursts: told and untold flows are of the same ones.
  const flows = (who: number): number => flowsTold[who] as number;
  const seconds = (who: number): number => secondsTold[who] as number;
  const silence = (who: number, rate: number): number => tells * Math.exp(-seconds(who) * rate);
  return {
    flows,
    seconds,
    tells: (who, rate) => {
      if (seconds(who) === 0) return 0;
      if (flows(who) > 0) return 1;
      return silence(who, rate) / (silence(who, rate) + 1 - tells);
    },
    likelihood: (who, rate) => {
      if (seconds(who) === 0) return 0;
      return flows(who) > 0
        ? flows(who) * Math.log(Math.max(TINY, rate)) - seconds(who) * rate
        : Math.log(silence(who, rate) + 1 - tells);
    },
  };
};
