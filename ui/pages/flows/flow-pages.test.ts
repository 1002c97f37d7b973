import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { listedOver } from '../../../src/app/flows-over.ts';
import { instant } from '../../../src/base/instant.ts';
import { stepMsOf, stepOfFlow } from '../../../src/core/flow-steps.ts';
import { FlowPages, type AskFlows } from './flow-pages.ts';

interface One {
  readonly flow: string;
  readonly begin: number;
  readonly last: number;
}

const [FROM, UNTIL] = [1_000_000, 4_600_000];

/** What the server answers of these flows, oldest first. */
const serverOf = (flows: readonly One[], most: { rows: number }): AskFlows => {
  const alive = (from: number, until: number): readonly One[] =>
    flows.filter(({ begin, last }) => last >= from && begin < until);
  return {
    lines: async (from, until, limit) => {
      most.rows = Math.max(most.rows, limit);
      return alive(from, until)
        .slice(-limit)
        .map((flow) => JSON.stringify(flow));
    },
    over: async (from, until) => {
      const span = { from: instant(from), until: instant(until) };
      const stepMs = stepMsOf(span, 1_000);
      const counts = new Map<number, number>();
      for (const { begin } of alive(from, until)) {
        const step = stepOfFlow(instant(begin), span, stepMs);
        counts.set(step, (counts.get(step) ?? 0) + 1);
      }
      const told = [...counts].map(([step, rows]) => ({ step, verdict: 'exact' as const, flows: rows, rows }));
      return listedOver(span, stepMs, told);
    },
  };
};

const flowsOf = (begins: readonly (readonly [number, number])[]): readonly One[] =>
  begins
    .map(([begin, lasted]) => ({ begin, last: begin + lasted }))
    .filter(({ last }) => last >= FROM)
    .toSorted((a, b) => a.begin - b.begin)
    .map((one, i) => ({ ...one, flow: `f_${i}` }));

const settled = async (pages: FlowPages, row: number): Promise<void> => {
  pages.want(row, row);
  for (let i = 0; i < 10 && pages.flowAt(row) === undefined; i++) await vi.advanceTimersByTimeAsync(100);
};

test('law: each row is the flow that stands there in the whole list, and no page is heavy', async () => {
  vi.useFakeTimers();
  const begin = fc.oneof(
    fc.integer({ min: FROM - 300_000, max: UNTIL - 1 }),
    // So many in one step that it has to be looked at step by step.
    fc.integer({ min: 2_000_000, max: 2_000_900 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(begin, fc.integer({ min: 0, max: 400_000 })), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      async (begins, times, rows) => {
        const flows = flowsOf(Array.from({ length: times }, () => begins).flat());
        if (flows.length === 0) return;
        const most = { rows: 0 };
        const server = serverOf(flows, most);
        const none = new AbortController().signal;
        const pages = new FlowPages(await server.over(FROM, UNTIL, none), UNTIL, server);
        expect(pages.count).toBe(flows.length);
        for (const any of rows) {
          const row = any % flows.length;
          await settled(pages, row);
          expect(pages.flowAt(row)?.flow).toBe(flows[flows.length - 1 - row]?.flow);
        }
        // As many may begin in one millisecond.
        const atOnce = Math.max(...[...Map.groupBy(flows, (one) => one.begin).values()].map((of) => of.length));
        expect(most.rows).toBeLessThanOrEqual(Math.max(4_000, atOnce));
      },
    ),
    { numRuns: 60 },
  );
  vi.useRealTimers();
});

test('what went wrong is told, and asked again where it is looked at again', async () => {
  vi.useFakeTimers();
  const flows = flowsOf([[FROM, 0]]);
  const server = serverOf(flows, { rows: 0 });
  let fails = true;
  const failing: AskFlows = {
    ...server,
    lines: (...asked) => (fails ? Promise.reject(new Error('gone')) : server.lines(...asked)),
  };
  const pages = new FlowPages(await server.over(FROM, UNTIL, new AbortController().signal), UNTIL, failing);
  await settled(pages, 0);
  expect([pages.flowAt(0), pages.trouble?.message]).toEqual([undefined, 'gone']);
  fails = false;
  await settled(pages, 0);
  expect([pages.flowAt(0)?.flow, pages.trouble]).toEqual(['f_0', null]);
  vi.useRealTimers();
});
