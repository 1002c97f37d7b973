import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 800;
const LONGEST_MS = 30_000;
/** A server may ask for more than our longest, and not for ever. */
const LONGEST_ASKED_MS = 300_000;

/** How long to wait before the next try: doubled with each failure in a row, spread by half, and no less than the server asked for. */
export const pauseMs = (failures: number, chance: number, askedMs: number | null): number => {
  const doubled = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  const asked = Math.min(LONGEST_ASKED_MS, askedMs ?? 0);
  // Those who were told the same time must not come at the same time.
  return Math.round(Math.max(doubled * (0.5 + chance / 2), asked * (1 + chance / 10)));
};

/** Resolves early when it is told to stop. */
export type Pause = (ms: number, stop: AbortSignal) => Promise<void>;

export const pause: Pause = (ms, stop) => sleep(ms, undefined, { signal: stop }).catch(() => undefined);
