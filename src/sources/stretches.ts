import { type Instant, instant } from '../base/instant.ts';
import type { TimeSpan } from '../core/ports.ts';

/** The time from one moment to another, in pieces that are no longer than `mostMs`. */
export const stretches = (from: Instant, until: Instant, mostMs: number): readonly TimeSpan[] => {
  const spans: TimeSpan[] = [];
  for (let at = from; at < until; at = instant(at + mostMs))
    spans.push({ from: at, until: instant(Math.min(until, at + mostMs)) });
  return spans;
};
