import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, instant, MINUTE } from '../src/base/instant.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { recordAt } from './one-fact.ts';
import { emptyBatch, NOW, recordTable, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/* The newest few are the last of all, however far back they lie and however long others went on; and the time that flows are known of is theirs. */

const { store } = await temporaryStore();
const HOURS = 30;

/** Flows that began minutes, hours or a day before the end, and lasted as long as they like. */
const flows = fc.array(
  fc.record({
    age: fc.oneof(fc.nat(3 * MINUTE), fc.nat(2 * HOUR), fc.nat(HOURS * HOUR)),
    minutes: fc.constantFrom(0, 1, 3, 90),
  }),
  { minLength: 1, maxLength: 12 },
);
let clusters = 0;

test('the newest few are the last of all, and the extent is that of all', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(flows, fc.integer({ min: 1, max: 13 }), async (drawn, limit) => {
      const cluster = `newest ${clusters++}`;
      const records = drawn.flatMap(({ age, minutes }, i) => {
        const begin = START - age;
        const last = Math.min(START, begin + minutes * MINUTE);
        const at = Array.from({ length: Math.floor((last - begin) / MINUTE) + 1 }, (_, n) => begin + n * MINUTE);
        return at.map((ms, n) => recordAt(ms, { srcPort: 30_000 + i, state: n === 0 ? 0 : 1 }));
      });
      await store.write([{ ...emptyBatch(cluster, 'records'), flowRecords: recordTable(records) }]);
      await store.attribute(cluster, NOW);
      const query = allFlows(cluster, { from: instant(START - (HOURS + 1) * HOUR), until: instant(START + 1) });
      const all = await store.flows(query);
      expect(all).toHaveLength(drawn.length);
      expect(await store.flows({ ...query, limit })).toEqual(all.slice(-limit));
      expect(await store.extent(cluster)).toEqual({
        from: Math.min(...all.map(({ begin }) => begin)),
        until: Math.max(...all.map(({ last }) => last)) + 1,
      });
    }),
    { numRuns: 12 },
  );
});
