import { type Instant, MINUTE } from '../../base/instant.ts';
import type { TimeSpan } from '../../core/ports.ts';

/** The rows of one table whose `TimeGenerated` is in one minute. */
export interface Slice {
  readonly at: Instant;
  readonly rows: number;
  /** What they were billed for; 0 where nobody says. */
  readonly bytes: number;
}

/** Slices that are read together, with one query as a rule. */
export interface Window extends TimeSpan {
  readonly slices: readonly Slice[];
  readonly rows: number;
  readonly bytes: number;
}

export interface Budget {
  readonly rows: number;
  readonly bytes: number;
}

/** A fifth of what Azure lets one answer have, and half of it in bytes: what is read stays in memory until it is decoded. */
export const BUDGET: Budget = { rows: 100_000, bytes: 32 * 1_048_576 };

/** Where nobody says how long rows are. */
const ROW_BYTES = 600;

export const sliceOf = (at: Instant): Instant => (at - (((at % MINUTE) + MINUTE) % MINUTE)) as Instant;

/** How its cursor is called. */
export const sliceName = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/**
 * Whether not everything of it was read. Rows are added to a table and never changed: whoever once had as many rows of a minute
 * as it has now has all of them, however late they came. `read` has how many that were, by the slice's name.
 */
export const isDue = ({ at, rows }: Slice, read: ReadonlyMap<string, string>): boolean =>
  read.get(sliceName(at)) !== String(rows);

/** All slices that there are, in order; those that are due as windows of a size that can be held. One slice alone may be larger. */
export const windowsOf = (
  counted: readonly Slice[],
  due: (slice: Slice) => boolean,
  budget: Budget,
): readonly Window[] => {
  const windows: Window[] = [];
  let group: Slice[] = [];
  let [rows, bytes] = [0, 0];
  const close = (): void => {
    const [first, last] = [group[0], group.at(-1)];
    if (first !== undefined && last !== undefined)
      windows.push({ from: first.at, until: (last.at + MINUTE) as Instant, slices: group, rows, bytes });
    [group, rows, bytes] = [[], 0, 0];
  };
  for (const slice of counted) {
    // Minutes without rows do not part a window; one that was read before does: it is not read again.
    if (!due(slice)) {
      close();
      continue;
    }
    const long = Math.max(slice.bytes, slice.rows * ROW_BYTES);
    if (rows + slice.rows > budget.rows || bytes + long > budget.bytes) close();
    group.push(slice);
    rows += slice.rows;
    bytes += long;
  }
  close();
  return windows;
};
