import type { Instant } from '../base/instant.ts';
import type { TimeSpan } from './ports.ts';

/** An interval in equal steps, the last one perhaps shorter. */
export const stepMsOf = ({ from, until }: TimeSpan, steps: number): number =>
  Math.max(1, Math.ceil((until - from) / steps));

/** How many of these steps there are. */
export const stepsIn = ({ from, until }: TimeSpan, stepMs: number): number =>
  Math.max(1, Math.ceil((until - from) / stepMs));

/** The step that counts a flow of the interval: the one it began in, the first if it was alive before. */
export const stepOfFlow = (begin: Instant, { from }: Pick<TimeSpan, 'from'>, stepMs: number): number =>
  Math.floor(Math.max(0, begin - from) / stepMs);
