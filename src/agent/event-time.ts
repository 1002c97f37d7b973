import { type Instant, instantOf } from '../base/instant.ts';

const NEWLINE = 10;
const STAMP = /^\[(\d{9,11})\.(\d{3})\d*\]/;

/** The time of the last line of whole lines of events; null where it has none. */
export const timeOfLast = (lines: Uint8Array | null): Instant | null => {
  if (lines === null || lines.length === 0) return null;
  const from = lines.lastIndexOf(NEWLINE, lines.length - 2) + 1;
  const [, seconds, ms] = STAMP.exec(String.fromCharCode(...lines.subarray(from, from + 24))) ?? [];
  const at = instantOf(Number(seconds) * 1_000 + Number(ms));
  return at.ok ? at.value : null;
};
