import { expect, test } from 'vitest';
import fc from 'fast-check';
import { SHIPPED_PRICES } from '../../prices/shipped-prices.ts';
import { CLUSTER, specOf } from './bill.testing.ts';
import { type Bill, billOf } from './bill.ts';
import { type AnswerableRow, costPerQuestion, type QuestionNumber } from './cost-per-question.ts';
import { usageFor } from './usage.ts';

const bill = (value: object): Bill => {
  const spec = specOf({ cluster: CLUSTER, workspace: {}, ...value });
  return billOf(spec, usageFor(spec, spec), SHIPPED_PRICES);
};
const row = (question: QuestionNumber, answerable: AnswerableRow['answerable'] = 'yes'): AnswerableRow => ({
  question,
  answerable,
});
const ALL = [1, 2, 3, 4, 5].map((question) => row(question as QuestionNumber));
const MONTH = bill({
  inventory: { tables: ['KubePodInventory', 'Perf'] },
  logs: {},
  flowLogs: { days: 30 },
  egress: { natGateway: {} },
  usage: { tables: { KubePodInventory: 40, Perf: 10, ContainerLogV2: 100 }, flowLogGb: 5, egressGb: 0 },
});

test('what is shared is told whole and by share; what nothing uses is named', () => {
  // 92 for pods, 23 for Perf, 230 for logs, 0.09 for blobs.
  expect(costPerQuestion(ALL, MONTH)).toEqual({
    rows: [
      { question: 1, answerable: 'yes', alone: 92.09, share: 23.02, isAtLeast: false },
      { question: 2, answerable: 'yes', alone: 92.09, share: 23.02, isAtLeast: false },
      { question: 3, answerable: 'yes', alone: 322.09, share: 138.02, isAtLeast: false },
      { question: 4, answerable: 'yes', alone: 322.09, share: 138.02, isAtLeast: false },
      { question: 5, answerable: 'yes', alone: 0, share: 0, isAtLeast: false },
    ],
    unused: { monthly: 23, items: ['Perf'] },
  });
});

test('a question that is not answered costs nothing that could be told, and what only it would use is unused', () => {
  const found = costPerQuestion([row(1), row(3, 'no'), row(4, 'cannot-tell')], MONTH);
  expect(found.rows.map(({ alone, share }) => [alone, share])).toEqual([
    [92.09, 92.09],
    [null, null],
    [null, null],
  ]);
  expect(found.unused).toEqual({ monthly: 253, items: ['Perf', 'ContainerLogV2'] });
});

test('partly is answered; what is not known makes a lower bound of those that use it only', () => {
  const found = costPerQuestion(
    [row(1, 'partly'), row(3)],
    bill({ logs: {}, inventory: { tables: ['KubePodInventory'] }, usage: { podsPerNode: 1 } }),
  );
  expect(found.rows.map(({ question, isAtLeast }) => [question, isAtLeast])).toEqual([
    [1, false],
    [3, true],
  ]);
});

test('shares and what is unused add up to what the tables, flow logs and alerts cost', () => {
  const rows = fc.subarray(ALL);
  const gb = fc.integer({ min: 0, max: 1_000 });
  fc.assert(
    fc.property(rows, gb, gb, gb, (some, pods, perf, flows) => {
      const of = bill({
        inventory: { tables: ['KubePodInventory', 'Perf'] },
        flowLogs: {},
        usage: { tables: { KubePodInventory: pods, Perf: perf, AppTraces: perf }, flowLogGb: flows },
      });
      const found = costPerQuestion(some, of);
      const shares = found.rows.reduce((sum, { share }) => sum + (share ?? 0), 0);
      const whole = of.items.filter(({ table, area }) => table !== null || area === 'flow-logs');
      // Each share is rounded to a cent.
      expect(
        Math.abs(shares + found.unused.monthly - whole.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0)),
      ).toBeLessThan(0.05);
    }),
  );
});
