/** A source of numbers from 0 up to but not including 1. */
export type Uniform = () => number;

const gauss = (uniform: Uniform): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** From a Gamma distribution of that shape, scale 1 (Marsaglia & Tsang, 2000). */
export const gamma = (shape: number, uniform: Uniform): number => {
  if (shape < 1) return gamma(shape + 1, uniform) * (1 - uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = gauss(uniform);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
};

/** Where the normal distribution is near enough. */
const NORMAL_VARIANCE = 20;

/** How many of `count` come true that each do with that probability. */
export const binomial = (count: number, probability: number, uniform: Uniform): number => {
  if (probability <= 0 || count === 0) return 0;
  if (probability >= 1) return count;
  if (probability > 0.5) return count - binomial(count, 1 - probability, uniform);
  const variance = count * probability * (1 - probability);
  if (variance > NORMAL_VARIANCE) {
    const drawn = Math.round(count * probability + Math.sqrt(variance) * gauss(uniform));
    return Math.min(count, Math.max(0, drawn));
  }
  // By inversion: from none upwards.
  const odds = probability / (1 - probability);
  let left = uniform();
  let chance = (1 - probability) ** count;
  for (let drawn = 0; drawn < count; drawn++) {
    left -= chance;
    if (left < 0) return drawn;
    chance *= ((count - drawn) * odds) / (drawn + 1);
  }
  return count;
};
