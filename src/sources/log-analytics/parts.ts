import { type Instant, SECOND } from '../../base/instant.ts';
import type { Part } from './queries.ts';
import type { Budget, Window } from './slices.ts';

/** A second that has more rows than fit in so many answers is not read. */
const MOST_SHARES = 256;
const SHARES = 4;

/** A window as parts of about a size that fits: as many equal ones as it is too large by, of a second or more. */
export const partsOf = ({ from, until, rows, bytes }: Window, budget: Budget): readonly Part[] => {
  const seconds = (until - from) / SECOND;
  const count = Math.min(seconds, Math.max(1, Math.ceil(rows / budget.rows), Math.ceil(bytes / budget.bytes)));
  const edge = (i: number): Instant => (from + Math.round((seconds * i) / count) * SECOND) as Instant;
  return Array.from({ length: count }, (_, i) => ({ from: edge(i), until: edge(i + 1), share: null }));
};

/** A part that did not fit in one answer, as parts that may: by time, and a second by the hash of its rows. null: it cannot be made smaller. */
export const smaller = ({ from, until, share }: Part): readonly Part[] | null => {
  if (until - from > SECOND) {
    const middle = (from + Math.ceil((until - from) / SECOND / 2) * SECOND) as Instant;
    return [
      { from, until: middle, share },
      { from: middle, until, share },
    ];
  }
  const { index, of } = share ?? { index: 0, of: 1 };
  if (of >= MOST_SHARES) return null;
  // Of a hash modulo `of` the same modulo four times as much.
  return Array.from({ length: SHARES }, (_, i) => ({ from, until, share: { index: index + i * of, of: of * SHARES } }));
};
