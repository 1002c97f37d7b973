import type { Uniform } from './draws.ts';

/** What is measured of a flow: the logarithms of its bytes out and its bytes in, 1 added, and of its milliseconds, 5 added. */
export const SIZES = 3;

/** Flows of one destination that look alike: a normal distribution in each size, and the share of the destination's flows. */
export interface SizeClass {
  readonly weight: number;
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/** Points as columns side by side (`SIZES` numbers each), and how many flows each stands for. */
export interface SizePoints {
  readonly at: Float64Array;
  readonly flows: Float64Array;
}

const MOST_CLASSES = 8;
/** Fewer flows than this do not make a class. */
const FEWEST = 30;
const TRIES = 2;
const STEPS = 40;
/** Half of this in a logarithm is where sizes of one kind of request differ anyway. */
const LEAST_VARIANCE = 0.02;
const TWO_PI = Math.log(2 * Math.PI);
/** Numbers of a class beside its weight. */
const OF_CLASS = 2 * SIZES + 1;

/**
 * Kinds of requests to one destination, told apart by their sizes: a mixture of normal distributions by expectation–maximisation (Dempster,
 * Laird & Rubin 1977), as many of them as the flows pay for (Bayesian information criterion, Schwarz 1978; each number at twice its price, as
 * sizes are never quite normal). A kind of request comes from few workloads, mostly from one.
 */
export const sizeClasses = (
  points: SizePoints,
  before: readonly SizeClass[],
  uniform: Uniform,
): readonly SizeClass[] => {
  const all = points.flows.reduce((sum, flows) => sum + flows, 0);
  let best = mixture(points, all, 1, uniform);
  let bestScore = scoreOf(best, all);
  for (let many = 2; many <= MOST_CLASSES && many * FEWEST <= all && many <= points.flows.length; many++) {
    let tried = mixture(points, all, many, uniform);
    for (let again = 1; again < TRIES; again++) {
      const other = mixture(points, all, many, uniform);
      if (other.likelihood > tried.likelihood) tried = other;
    }
    const score = scoreOf(tried, all);
    if (score > bestScore) [best, bestScore] = [tried, score];
    else if (many > best.classes.length + 1) break;
  }
  // Those of the day before are paid for; with them the rates of the day before go on.
  return before.length > 0 && likelihoodOf(points, before) >= bestScore ? before : best.classes;
};

/** The logarithm of a class's density that does not depend on the flow. */
export const constantOf = ({ weight, variance }: SizeClass): number =>
  variance.reduce((sum, one) => sum - 0.5 * (TWO_PI + Math.log(one)), Math.log(weight));

const likelihoodOf = ({ at, flows }: SizePoints, classes: readonly SizeClass[]): number => {
  const constants = classes.map(constantOf);
  return flows.reduce((all, count, point) => {
    const density = classes.reduce((sum, { mean, variance }, c) => {
      let one = constants[c] as number;
      for (let i = 0; i < SIZES; i++)
        one -= (0.5 * ((at[point * SIZES + i] as number) - (mean[i] as number)) ** 2) / (variance[i] as number);
      return sum + Math.exp(one);
    }, 0);
    return all + count * Math.log(Math.max(Number.MIN_VALUE, density));
  }, 0);
};

interface Mixture {
  readonly classes: readonly SizeClass[];
  readonly likelihood: number;
}

const scoreOf = ({ classes, likelihood }: Mixture, flows: number): number =>
  likelihood - classes.length * OF_CLASS * Math.log(Math.max(2, flows));

const mixture = (points: SizePoints, all: number, many: number, uniform: Uniform): Mixture => {
  const { at, flows } = points;
  const mean = farApart(points, all, many, uniform);
  const variance = new Float64Array(many * SIZES).fill(0.5);
  const weight = new Float64Array(many).fill(1 / many);
  const share = new Float64Array(many);
  const [gotWeight, gotMean, gotSquare] = [
    new Float64Array(many),
    new Float64Array(many * SIZES),
    new Float64Array(many * SIZES),
  ];
  let likelihood = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < STEPS; step++) {
    gotWeight.fill(1e-9);
    gotMean.fill(0);
    gotSquare.fill(0);
    const constant = Float64Array.from(weight, (w, c) => {
      let sum = Math.log(w);
      for (let i = 0; i < SIZES; i++) sum -= 0.5 * (TWO_PI + Math.log(variance[c * SIZES + i] as number));
      return sum;
    });
    let now = 0;
    for (let point = 0; point < flows.length; point++) {
      const count = flows[point] as number;
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < many; c++) {
        let density = constant[c] as number;
        for (let i = 0; i < SIZES; i++) {
          const apart = (at[point * SIZES + i] as number) - (mean[c * SIZES + i] as number);
          density -= (0.5 * apart * apart) / (variance[c * SIZES + i] as number);
        }
        share[c] = density;
        if (density > most) most = density;
      }
      let sum = 0;
      for (let c = 0; c < many; c++) {
        share[c] = Math.exp((share[c] as number) - most);
        sum += share[c] as number;
      }
      now += count * (most + Math.log(sum));
      for (let c = 0; c < many; c++) {
        const part = (count * (share[c] as number)) / sum;
        gotWeight[c] = (gotWeight[c] as number) + part;
        for (let i = 0; i < SIZES; i++) {
          const x = at[point * SIZES + i] as number;
          const place = c * SIZES + i;
          gotMean[place] = (gotMean[place] as number) + part * x;
          gotSquare[place] = (gotSquare[place] as number) + part * x * x;
        }
      }
    }
    for (let c = 0; c < many; c++) {
      const got = gotWeight[c] as number;
      weight[c] = got / all;
      for (let place = c * SIZES; place < (c + 1) * SIZES; place++) {
        const middle = (gotMean[place] as number) / got;
        mean[place] = middle;
        variance[place] = Math.max(LEAST_VARIANCE, (gotSquare[place] as number) / got - middle * middle);
      }
    }
    const isDone = now - likelihood < 1e-4 * all;
    likelihood = now;
    if (isDone) break;
  }
  return {
    likelihood,
    classes: Array.from(weight, (w, c) => ({
      weight: w,
      mean: Array.from(mean.subarray(c * SIZES, (c + 1) * SIZES)),
      variance: Array.from(variance.subarray(c * SIZES, (c + 1) * SIZES)),
    })),
  };
};

/** Points to begin from, each likelier the farther it is from those before (k-means++, Arthur & Vassilvitskii 2007). */
const farApart = ({ at, flows }: SizePoints, all: number, many: number, uniform: Uniform): Float64Array => {
  const mean = new Float64Array(many * SIZES);
  const apart = new Float64Array(flows.length).fill(Number.POSITIVE_INFINITY);
  const pick = (weighs: (point: number) => number, sum: number): number => {
    let mark = uniform() * sum;
    for (let point = 0; point < flows.length - 1; point++) {
      mark -= weighs(point);
      if (mark < 0) return point;
    }
    return flows.length - 1;
  };
  for (let c = 0; c < many; c++) {
    let sum = 0;
    if (c > 0)
      for (let point = 0; point < flows.length; point++) sum += (flows[point] as number) * (apart[point] as number);
    const chosen =
      c === 0
        ? pick((point) => flows[point] as number, all)
        : pick((point) => (flows[point] as number) * (apart[point] as number), sum);
    mean.set(at.subarray(chosen * SIZES, (chosen + 1) * SIZES), c * SIZES);
    for (let point = 0; point < flows.length; point++) {
      let square = 0;
      for (let i = 0; i < SIZES; i++)
        square += ((at[point * SIZES + i] as number) - (mean[c * SIZES + i] as number)) ** 2;
      apart[point] = Math.min(apart[point] as number, square);
    }
  }
  return mean;
};
