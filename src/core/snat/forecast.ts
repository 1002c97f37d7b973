/** What is said of when a number that was counted at equal steps reaches a limit. Steps are counted from the first one counted. */
export interface Forecast {
  /** Half the futures have reached it by this step; null: they have not within the horizon, or nothing can be said. */
  readonly at: number | null;
  /** Four futures out of five reach it between these; `high` null: some not within the horizon. */
  readonly low: number | null;
  readonly high: number | null;
  /** Why there is no `at`, or why there is nothing to forecast; null: it is said. */
  readonly reason: 'not-enough-data' | 'not-growing' | 'beyond-horizon' | 'exhausted' | null;
}

/** As answers call it: docs/guide/snat.md, "When they run out". */
export const FORECAST_MODEL = 'trend-futures' as const;

/** Fewer steps tell no trend. */
const LEAST_STEPS = 20;
/** Steps that the trend is taken from. */
const MOST_STEPS = 240;
const FUTURES = 400;
/** Where none of so many reaches the limit, not a tenth of all will: by chance that is so once in 37,000 times. */
const ENOUGH_FUTURES = 100;
/** As many standard deviations are not strayed by chance within the futures of one forecast. */
const SURE = 5;

/**
 * When `counted` first reaches `limit`, at most `horizon` steps after the last one. What was counted is taken for a straight line (its slope the median of
 * all slopes, Theil 1950, Sen 1968: a burst does not bend it), a part that wanders, and errors that stay near the line. Futures are made of these: the slope as
 * far off as it may be, steps that wander, and stretches of the errors that were seen, bursts among them; more ports err more, as counts do.
 * The same numbers give the same futures.
 */
export const forecast = (counted: readonly number[], limit: number, horizon: number): Forecast => {
  const last = counted.length - 1;
  if (last >= 0 && (counted[last] as number) >= limit) return { at: last, low: last, high: last, reason: 'exhausted' };
  if (counted.length < LEAST_STEPS) return { at: null, low: null, high: null, reason: 'not-enough-data' };
  const trend = trendOf(counted.slice(-MOST_STEPS));
  const chance = chances();
  const reached: number[] = [];
  while (reached.length < FUTURES) {
    reached.push(firstReach(trend, limit, horizon, chance));
    if (reached.length === ENOUGH_FUTURES && reached.every((ahead) => ahead > horizon)) break;
  }
  reached.sort((a, b) => a - b);
  const by = (share: number): number | null => {
    const ahead = reached[Math.floor(share * reached.length)] as number;
    return ahead <= horizon ? last + ahead : null;
  };
  const [low, at, high] = [by(0.1), by(0.5), by(0.9)];
  return { at, low, high, reason: at !== null ? null : trend.slope <= 0 ? 'not-growing' : 'beyond-horizon' };
};

interface Trend {
  /** Where it is at the last step. */
  readonly level: number;
  readonly slope: number;
  /** How far the slope may be off, as a standard deviation. */
  readonly slopeStrays: number;
  /** How far it wanders in a step, likewise. */
  readonly wanders: number;
  /** What is left of each step. */
  readonly errors: readonly number[];
  readonly largestError: number;
  /** So many neighbouring steps err together. */
  readonly together: number;
}

const trendOf = (values: readonly number[]): Trend => {
  const n = values.length;
  const slope = medianSlope(values);
  const start = median(values.map((value, i) => value - slope * i));
  const off = values.map((value, i) => value - start - slope * i);
  const parts = partsOf(off);
  const { noise } = parts;
  // What grows by ones grows unevenly, as counts do.
  const wander = Math.max(parts.wander, Math.abs(slope));
  // Where it has wandered to, as a filter of the steps so far has it (Kalman 1960, local level).
  const q = noise === 0 ? 1e9 : wander / noise;
  const gain = (Math.sqrt(q * q + 4 * q) - q) / 2;
  let wandered = off[0] as number;
  const errors = off.map((one) => {
    wandered += gain * (one - wandered);
    return one - wandered;
  });
  const centre = median(errors);
  const together = timeTogether(errors);
  const ofNoise = (12 * noise * together) / n ** 3;
  const ofWander = (1.2 * wander) / n;
  return {
    level: start + slope * (n - 1) + wandered,
    slope,
    slopeStrays: Math.sqrt(ofNoise + ofWander),
    wanders: Math.sqrt(wander),
    errors: errors.map((error) => error - centre),
    largestError: Math.max(...errors) - centre,
    together: Math.ceil(together),
  };
};

/** A line drawn through something that wanders follows it: about half of the wandering is left. */
const UNBENT = 2;

/** Variances of what stays near the line and of what wanders a step: differences over more steps grow by the second alone. */
const partsOf = (off: readonly number[]): { readonly noise: number; readonly wander: number } => {
  const n = off.length;
  const over = (lag: number): number => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += ((off[i] as number) - (off[i - lag] as number)) ** 2;
    return sum / (n - lag);
  };
  const [near, far] = [Math.max(1, Math.floor(n / 12)), Math.max(2, Math.floor(n / 4))];
  // What stays near the line is as far apart over many steps as over few. Below a quarter more it passes for that, from twice as much on for wandering.
  const grows = over(far) / Math.max(Number.MIN_VALUE, over(near));
  const sure = Math.min(1, Math.max(0, (grows - 1.25) / 0.75));
  const wander = (sure * UNBENT * Math.max(0, over(far) - over(near))) / (far - near);
  const all = off.reduce((sum, one) => sum + one * one, 0) / n;
  const noise = Math.max(0, Math.min(all, over(near) / 2 - (wander * near) / 2));
  return { noise, wander };
};

/**
 * So many steps ahead one future first reaches the limit; infinite: not within the horizon. Where no error that was seen could carry it there, it goes as many steps at
 * once as surely stay below: what wanders in several steps wanders by the root of their number.
 */
const firstReach = (trend: Trend, limit: number, horizon: number, chance: () => number): number => {
  const { errors, together, level, wanders } = trend;
  const slope = trend.slope + trend.slopeStrays * normal(chance);
  const near = nearestLine(trend, limit);
  let wandered = 0;
  let stretch = 0;
  let from = Math.floor(chance() * errors.length);
  for (let ahead = 0; ahead < horizon; ) {
    const steps = Math.min(horizon - ahead, stepsBelow(near - (level + slope * ahead + wandered), slope, wanders));
    ahead += steps;
    if (wanders > 0) wandered += wanders * Math.sqrt(steps) * normal(chance);
    const line = level + slope * ahead + wandered;
    if (line < near) continue;
    if (Math.floor(ahead / together) !== stretch) {
      stretch = Math.floor(ahead / together);
      from = Math.floor(chance() * errors.length) - ahead;
    }
    const error = errors[(((from + ahead) % errors.length) + errors.length) % errors.length] as number;
    if (line + error * Math.sqrt(Math.max(1, line) / Math.max(1, level)) >= limit) return ahead;
  }
  return Number.POSITIVE_INFINITY;
};

/** From where on the largest error carries the line to the limit: the line that x + error × √(x ÷ level) = limit gives, a little lower. */
const nearestLine = ({ largestError, level }: Trend, limit: number): number => {
  const grows = Math.max(0, largestError) / Math.sqrt(Math.max(1, level));
  const root = (Math.sqrt(grows * grows + 4 * Math.max(0, limit)) - grows) / 2;
  return Math.min(root * root, limit - Math.max(0, largestError) / Math.sqrt(Math.max(1, level))) - 1e-6;
};

/** After how many steps a line so far below may be there at the soonest: slope × steps + SURE × wanders × √steps = below. One at least. */
const stepsBelow = (below: number, slope: number, wanders: number): number => {
  if (below <= 0) return 1;
  const strays = SURE * wanders;
  if (slope <= 0) return strays === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor((below / strays) ** 2));
  const root = (Math.sqrt(strays * strays + 4 * slope * below) - strays) / (2 * slope);
  return Math.max(1, Math.floor(root * root));
};

/** Numbers from 0 to 1 that look as if by chance, the same each time (Marsaglia 2003, xorshift). */
const chances = (): (() => number) => {
  let state = 2_463_534_242;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
};

const normal = (chance: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

/** Theil (1950), Sen (1968). */
export const medianSlope = (values: readonly number[]): number => {
  const n = values.length;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++)
    for (let k = i + 1; k < n; k++) slopes[at++] = ((values[k] as number) - (values[i] as number)) / (k - i);
  return medianOf(slopes);
};

const median = (values: readonly number[]): number => medianOf(Float64Array.from(values));

/** Puts them in another order. */
const medianOf = (all: Float64Array): number => {
  const middle = all.length >> 1;
  const upper = selected(all, middle);
  if (all.length % 2 === 1) return upper;
  // What is left of it is no larger.
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < middle; i++) lower = Math.max(lower, all[i] as number);
  return (lower + upper) / 2;
};

/** The number that would stand at `place` if all were in order; smaller ones stand before it then (Hoare 1961). */
const selected = (all: Float64Array, place: number): number => {
  let [first, last] = [0, all.length - 1];
  while (first < last) {
    const pivot = all[(first + last) >> 1] as number;
    let [i, k] = [first, last];
    while (i <= k) {
      while ((all[i] as number) < pivot) i++;
      while ((all[k] as number) > pivot) k--;
      if (i > k) break;
      const one = all[i] as number;
      all[i++] = all[k] as number;
      all[k--] = one;
    }
    if (place <= k) last = k;
    else if (place >= i) first = i;
    else break;
  }
  return all[place] as number;
};

/** How many neighbouring steps err together: 1 where each errs for itself. */
const timeTogether = (errors: readonly number[]): number => {
  const variance = errors.reduce((sum, error) => sum + error * error, 0);
  if (variance === 0) return 1;
  let together = 1;
  for (let lag = 1; lag < errors.length / 3; lag++) {
    let product = 0;
    for (let i = lag; i < errors.length; i++) product += (errors[i] as number) * (errors[i - lag] as number);
    const correlation = product / variance;
    if (correlation < 0.05) break;
    together += 2 * correlation;
  }
  return together;
};
