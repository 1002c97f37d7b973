import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import type { FlowRow, Store } from '../core/ports.ts';
import { newestFirst } from './newest-first.ts';

const HOUR = 3_600_000;
/** As every store answers: alive in the stretch, the newest of them, oldest first. */
const storeOf = (all: readonly FlowRow[], asked: number[]): Pick<Store, 'flows'> => ({
  flows: async ({ from, until, limit }) => {
    const alive = all.filter(({ begin, last }) => begin < until && last >= from).toSorted((a, b) => a.begin - b.begin);
    asked.push(limit ?? Number.POSITIVE_INFINITY);
    return alive.slice(-(limit ?? alive.length));
  },
});
const flow = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 50 * HOUR })),
    fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 * HOUR })),
  )
  .map(([begin, length]) => ({ begin, last: begin + length }) as FlowRow);

test('every flow is in one page, newest pages first, and no more are asked for than at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(flow, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), async (all, most) => {
      const extent = {
        from: instant(Math.min(...all.map(({ begin }) => begin))),
        until: instant(Math.max(...all.map(({ last }) => last)) + 1),
      };
      const asked: number[] = [];
      const seen: FlowRow[] = [];
      let before: number = Number.POSITIVE_INFINITY;
      for await (const { flows, from } of newestFirst(storeOf(all, asked), 'default', extent, most)) {
        expect(from).toBeLessThan(before);
        for (const { begin } of flows) expect(from <= begin && begin < before).toBe(true);
        before = from;
        seen.push(...flows);
      }
      expect(seen).toHaveLength(all.length);
      expect(new Set(seen)).toEqual(new Set(all));
      const together = [...Map.groupBy(all, ({ begin }) => begin).values()].map((of) => of.length);
      expect(Math.max(0, ...asked)).toBeLessThanOrEqual(Math.max(most, 2 * Math.max(0, ...together)));
    }),
  );
});
