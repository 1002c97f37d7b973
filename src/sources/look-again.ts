import { HOUR } from '../base/instant.ts';
import type { Pause } from './pause.ts';
import { waitMs } from './wait.ts';

export interface LookAgainOptions {
  /** As lines of the log call the source. */
  readonly name: string;
  readonly everyMs: number;
  readonly random: () => number;
  readonly pause: Pause;
  readonly log: (line: string) => void;
  /** What a look threw, in words that hold no secret. After it the next look begins anew. */
  readonly failed: (error: unknown) => { readonly message: string; readonly retryAfterMs: number | null };
}

/** However long a source asks to wait. */
export const MOST_WAIT_MS = HOUR;

/** Looks again and again until it is told to stop; less and less often while looks fail. */
export const lookAgain = async (
  look: () => Promise<void>,
  { name, everyMs, random, pause, log, failed }: LookAgainOptions,
  stop: AbortSignal,
): Promise<void> => {
  let failures = 0;
  while (!stop.aborted) {
    try {
      await look();
      if (failures > 0) log(`${name}: reading again, after ${failures} failures`);
      failures = 0;
      await pause(waitMs(0, everyMs, random()), stop);
    } catch (error) {
      if (stop.aborted) return;
      const { message, retryAfterMs } = failed(error);
      // Once, and then at each doubling: an outage of a day is no log of a day.
      if ((failures & (failures - 1)) === 0) log(`${name}: not read (${failures + 1} times): ${message}`);
      const wait = Math.max(waitMs(failures, everyMs, random()), Math.min(retryAfterMs ?? 0, MOST_WAIT_MS));
      failures++;
      await pause(wait, stop);
    }
  }
};
