const MOST_WAIT_MS = 15 * 60_000;
/** Servers that were started together do not ask together. */
const SPREAD = 0.2;

/** How long until the next look: twice as long after each failure, and never the same for everybody. `random` is from 0 to 1. */
export const waitMs = (failures: number, everyMs: number, random: number): number =>
  Math.min(Math.max(MOST_WAIT_MS, everyMs), everyMs * 2 ** Math.min(failures, 16)) * (1 - SPREAD * random);
