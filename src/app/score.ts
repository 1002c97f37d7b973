/** What was said of one flow, as probabilities that sum to 1, and what is true. */
export interface Prediction {
  /** One for each workload that is named, and what each of the `others`, which are not, was given. */
  readonly chances: readonly number[];
  readonly others: number;
  readonly otherChance: number;
  /** The chance that the true workload was given; 0 when it was given none. */
  readonly truth: number;
  /** How far the pod that was named first is right; a share of 1 when several are equally probable. */
  readonly podTop1: number;
  /** The same for the workload, of whoever knows the true rates; null where the truth does not say. */
  readonly oracleTop1: number | null;
}

export interface Score {
  /** Share of flows whose most probable workload is the true one; ties count in proportion. */
  readonly top1: number;
  /** The best that is possible on the flows whose truth tells of it; absent when none does. */
  readonly oracleTop1?: number;
  /** Expected calibration error of the top workload, ten bins of equal width. */
  readonly ece: number;
  readonly brier: number;
  /** Natural logarithm. */
  readonly logLoss: number;
}

export interface Reliability {
  readonly from: number;
  readonly until: number;
  readonly n: number;
  readonly meanConfidence: number;
  readonly accuracy: number;
}

/** A truth that was given no chance would cost infinitely much; it costs this. */
const LEAST = 1e-9;
const BINS = 10;
/** Two chances that differ by less are equal: they came about by the same division. */
const EQUAL = 1e-12;

/**
 * A sum that does not depend on the order of what is added, as a sum of plain numbers does. Counts in units of 2^-40; a number that
 * is not a whole multiple is rounded to one.
 */
export class Sum {
  private high = 0;
  private low = 0;

  add(value: number): void {
    this.low += Math.round(value * UNITS);
    if (this.low >= CARRY) {
      this.low -= CARRY;
      this.high++;
    }
  }

  over(n: number): number {
    return n === 0 ? 0 : (this.high * (CARRY / UNITS) + this.low / UNITS) / n;
  }
}

const UNITS = 2 ** 40;
const CARRY = 2 ** 52;

interface Bin {
  n: number;
  readonly confidence: Sum;
  readonly right: Sum;
}

/** The expected calibration error of the flows in the bins; 0 of none. */
export const calibrationError = (bins: readonly Reliability[]): number => {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  return bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.meanConfidence - bin.accuracy), 0);
};

/** Scores one flow after the other, in any order, in the space of one. */
export class Scoring {
  private n = 0;
  private readonly top1 = new Sum();
  private readonly podTop1 = new Sum();
  private readonly brier = new Sum();
  private readonly logLoss = new Sum();
  private oracles = 0;
  private readonly oracleTop1 = new Sum();
  private readonly bins: readonly Bin[] = Array.from({ length: BINS }, () => ({
    n: 0,
    confidence: new Sum(),
    right: new Sum(),
  }));

  /** Gives how far the workload that is named first is the true one. */
  add({ chances, others, otherChance, truth, podTop1, oracleTop1 }: Prediction): number {
    let top = others > 0 ? otherChance : 0;
    let squares = others * otherChance ** 2;
    for (const chance of chances) {
      if (chance > top) top = chance;
      squares += chance ** 2;
    }
    top = Math.min(1, top);
    const right = rightness(chances, others, otherChance, truth, top);
    this.n++;
    this.top1.add(right);
    this.podTop1.add(podTop1);
    this.brier.add(squares - truth ** 2 + (1 - truth) ** 2);
    this.logLoss.add(-Math.log(Math.max(truth, LEAST)));
    if (oracleTop1 !== null) {
      this.oracles++;
      this.oracleTop1.add(oracleTop1);
    }
    const bin = this.bins[Math.min(BINS - 1, Math.floor(top * BINS + 1e-9))] as Bin;
    bin.n++;
    bin.confidence.add(top);
    bin.right.add(right);
    return right;
  }

  score(): { readonly workload: Score; readonly pod: { readonly top1: number } } {
    const { n } = this;
    return {
      workload: {
        top1: this.top1.over(n),
        ...(this.oracles === 0 ? {} : { oracleTop1: this.oracleTop1.over(this.oracles) }),
        ece: calibrationError(this.reliability()),
        brier: this.brier.over(n),
        logLoss: this.logLoss.over(n),
      },
      pod: { top1: this.podTop1.over(n) },
    };
  }

  /** By the confidence in the top workload; empty bins are left out. */
  reliability(): readonly Reliability[] {
    return this.bins.flatMap(({ n, confidence, right }, i) =>
      n === 0
        ? []
        : [
            {
              from: i / BINS,
              until: (i + 1) / BINS,
              n,
              meanConfidence: confidence.over(n),
              accuracy: right.over(n),
            },
          ],
    );
  }
}

/** 1 when the most probable one is the true one; a share of 1 when several are equally probable and the true one is among them. */
const rightness = (
  chances: readonly number[],
  others: number,
  otherChance: number,
  truth: number,
  top: number,
): number => {
  if (truth < top - EQUAL) return 0;
  let tied = otherChance >= top - EQUAL ? others : 0;
  for (const chance of chances) if (chance >= top - EQUAL) tied++;
  return 1 / tied;
};
