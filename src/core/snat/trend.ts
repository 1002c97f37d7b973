import { medianSlope } from './forecast.ts';

/** Whether a row of numbers grows. */
export interface Trend {
  /** A step: the median of all slopes. */
  readonly slope: number;
  /** How often chance alone would make numbers that grow at least as steadily (Mann 1945, Kendall 1975, with ties). */
  readonly p: number;
}

export const trendOf = (values: readonly number[]): Trend => {
  const n = values.length;
  if (n < 2) return { slope: 0, p: 1 };
  let score = 0;
  for (let i = 0; i < n; i++)
    for (let k = i + 1; k < n; k++) score += Math.sign((values[k] as number) - (values[i] as number));
  const ties = [...Map.groupBy(values, (value) => value).values()].reduce((sum, { length }) => sum + varied(length), 0);
  const spread = Math.sqrt((varied(n) - ties) / 18);
  return { slope: medianSlope(values), p: spread === 0 ? 1 : above((score - 1) / spread) };
};

/** 18 times the variance of the score of so many. */
const varied = (n: number): number => n * (n - 1) * (2 * n + 5);

/** The normal distribution above `z` (Abramowitz and Stegun 26.2.17, to 10⁻⁷). */
const above = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? tail : 1 - tail;
};
