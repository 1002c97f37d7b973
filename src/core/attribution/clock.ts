import { MINUTE, SECOND } from '../../base/instant.ts';

/** The flow log's clock less a node's clock, and how far single pairs stray from it. */
export interface ClockOffset {
  readonly offsetMs: number;
  /** ε: two times that differ by less than this, once corrected, may be the same moment. */
  readonly uncertaintyMs: number;
  /** Pairs it rests on; 0 when nothing was measured. */
  readonly pairs: number;
}

/** Without a measurement nothing is known but that machines keep time by NTP. */
export const UNMEASURED: ClockOffset = { offsetMs: 0, uncertaintyMs: 10 * SECOND, pairs: 0 };

/** Fewer pairs could all belong to one odd burst. */
export const MIN_PAIRS = 8;
/** A pair further apart is not one connection seen twice. */
export const MAX_APART = 5 * MINUTE;
/** ε is rounded up to one of these, so that a new record seldom re-opens what was decided. */
const UNCERTAINTY_STEPS = [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000] as const;

/**
 * From moments that only one thing can have caused: a tuple that has one B record and one NEW entry in the whole stretch.
 * `apart` is the record's time less the entry's. The offset is the median; ε covers 99.9 % of the pairs around it, and half as much again.
 */
export const clockOffset = (apart: readonly number[]): ClockOffset => {
  const close = apart.filter((ms) => Math.abs(ms) <= MAX_APART).sort((a, b) => a - b);
  if (close.length < MIN_PAIRS) return UNMEASURED;
  const offsetMs = quantile(close, 0.5);
  const strays = close.map((ms) => Math.abs(ms - offsetMs)).sort((a, b) => a - b);
  const needed = quantile(strays, 0.999) * 1.5 + 1;
  const uncertaintyMs = UNCERTAINTY_STEPS.find((step) => step >= needed) ?? UNMEASURED.uncertaintyMs;
  return { offsetMs, uncertaintyMs, pairs: close.length };
};

/** The value at that share of the sorted list, an element of it (ClickHouse's `quantileExactLow`). */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
