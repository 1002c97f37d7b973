import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsSeen } from './use-rows.ts';

const HEAD = 30;

test('law: wherever it is scrolled to, the place is full of rows, and each row can be shown', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 100, max: 2_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (count, scrolled, view, share) => {
        const seen = view - HEAD;
        const height = Math.min(rowsSeen({ top: 0, view, count }, () => undefined).height, 33_000_000);
        const top = scrolled * Math.max(0, height - seen);
        const rows = rowsSeen({ top, view, count }, () => undefined);
        expect(rows.topOf(rows.first)).toBeLessThanOrEqual(top + 1e-3);
        expect(rows.topOf(rows.last) + 30).toBeGreaterThanOrEqual(Math.min(top + seen, height) - 1e-3);
        expect(rows.last - rows.first).toBeLessThan(seen / 30 + 20);
        const row = Math.min(count - 1, Math.floor(share * count));
        let moved = top;
        rowsSeen({ top, view, count }, (to) => {
          moved = to;
        }).show(row);
        // Browsers keep less than a millionth of such heights.
        const then = rowsSeen({ top: moved, view, count }, () => undefined);
        expect(then.topOf(row)).toBeGreaterThanOrEqual(moved - 1);
        expect(then.topOf(row) + 30).toBeLessThanOrEqual(moved + seen + 1);
      },
    ),
    { numRuns: 2_000 },
  );
});
