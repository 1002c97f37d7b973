/** What was said of one flow, as probabilities that sum to 1, and what is true. */
export interface Prediction {
  readonly byWorkload: ReadonlyMap<string, number>;
  readonly byPod: ReadonlyMap<string, number>;
  readonly workload: string;
  readonly pod: string;
}

export interface Score {
  /** Share of flows whose most probable workload is the true one; ties count in proportion. */
  readonly top1: number;
  readonly podTop1: number;
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

export const scoreOf = (predictions: readonly Prediction[]): Score => {
  const bins = reliabilityOf(predictions);
  const n = predictions.length;
  const mean = (of: (p: Prediction) => number): number =>
    n === 0 ? 0 : predictions.reduce((sum, p) => sum + of(p), 0) / n;
  return {
    top1: mean((p) => rightness(p.byWorkload, p.workload)),
    podTop1: mean((p) => rightness(p.byPod, p.pod)),
    ece: n === 0 ? 0 : bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.meanConfidence - bin.accuracy), 0),
    brier: mean((p) => brierOf(p.byWorkload, p.workload)),
    logLoss: mean((p) => -Math.log(Math.max(p.byWorkload.get(p.workload) ?? 0, LEAST))),
  };
};

/** By the confidence in the top workload; empty bins are left out. */
export const reliabilityOf = (predictions: readonly Prediction[]): readonly Reliability[] => {
  const bins = Map.groupBy(predictions, (p) => Math.min(BINS - 1, Math.floor(topOf(p.byWorkload) * BINS + 1e-9)));
  return [...bins.entries()]
    .sort(([a], [b]) => a - b)
    .map(([bin, of]) => ({
      from: bin / BINS,
      until: (bin + 1) / BINS,
      n: of.length,
      meanConfidence: of.reduce((sum, p) => sum + topOf(p.byWorkload), 0) / of.length,
      accuracy: of.reduce((sum, p) => sum + rightness(p.byWorkload, p.workload), 0) / of.length,
    }));
};

const topOf = (chances: ReadonlyMap<string, number>): number => Math.min(1, Math.max(...chances.values()));

/** 1 when the most probable one is the true one; a share of 1 when several are equally probable and the true one is among them. */
const rightness = (chances: ReadonlyMap<string, number>, truth: string): number => {
  const top = topOf(chances);
  const tied = [...chances].filter(([, chance]) => chance >= top - 1e-12).map(([name]) => name);
  return tied.includes(truth) ? 1 / tied.length : 0;
};

const brierOf = (chances: ReadonlyMap<string, number>, truth: string): number => {
  const others = [...chances].reduce((sum, [name, chance]) => sum + (name === truth ? 0 : chance ** 2), 0);
  return others + (1 - (chances.get(truth) ?? 0)) ** 2;
};
