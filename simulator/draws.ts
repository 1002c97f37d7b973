import type { Random } from './random.ts';

/** How many of events that come at random there are, when `mean` are to be expected. */
export const poisson = (mean: number, random: Random): number => {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > least; product *= random.next()) count++;
  return count;
};

/** Near enough to normal: three uniform numbers, scaled to a spread of one. */
export const normal = (random: Random): number => 2 * (random.next() + random.next() + random.next() - 1.5);

/** Around a median, spread by that many powers of e. */
export const lognormal = (median: number, spread: number, random: Random): number =>
  median * Math.exp(spread * normal(random));

export const exponential = (mean: number, random: Random): number => -Math.log(1 - random.next()) * mean;
