import type { Random } from '../random.ts';

/** Digits of a threshold that are written, after those that a small share begins with. */
const PRECISION = 4;
const MOST_DIGITS = 8;
const TWO_TO_32 = 2 ** 32;

/**
 * Decides at the head of a trace, by its id: a trace is kept when the last 56 bits of its id are not below the threshold.
 * https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export class Sampling {
  /** As a span carries it; empty: every trace is kept. */
  readonly traceState: string;
  /** The first 32 of the 56 bits: a threshold has no more digits than they. */
  readonly #threshold: number;

  constructor(share: number) {
    const digits = Math.min(Math.round((1 - share) * TWO_TO_32), TWO_TO_32 - 1)
      .toString(16)
      .padStart(MOST_DIGITS, '0');
    const leading = /^f*/.exec(digits)?.[0].length ?? 0;
    const written = digits.slice(0, leading + PRECISION).replace(/0+$/, '');
    this.#threshold = written === '' ? 0 : Number.parseInt(written.padEnd(MOST_DIGITS, '0'), 16);
    this.traceState = written === '' ? '' : `ot=th:${written}`;
  }

  /** The id of a new trace; null: it is not kept. */
  traceId(random: Random): string | null {
    const randomness = Math.floor(random.next() * TWO_TO_32);
    if (randomness < this.#threshold) return null;
    return `${random.hex(18)}${randomness.toString(16).padStart(8, '0')}${random.hex(6)}`;
  }
}
