import { expect, test } from 'vitest';
import type { Evaluation } from '../../app/evaluate.ts';
import { evaluatedStore, evaluationComparison } from '../../app/evaluation-comparison.ts';
import type { Move, Moves } from '../../app/moves.ts';
import { type SourceRow, VERDICT_KINDS, type VerdictKind } from '../../core/ports.ts';
import { plain } from '../render/colour.ts';
import { asItIs } from '../render/table.ts';
import { comparisonLines } from './evaluate-comparison.ts';

const source = (name: string, kind: string, rows: number): SourceRow => ({ name, kind, rows }) as SourceRow;
const evaluation = (shares: Partial<Record<VerdictKind, number>>, more: Partial<Evaluation> = {}): Evaluation => {
  const byVerdict = (of: (n: number) => object): object =>
    Object.fromEntries(VERDICT_KINDS.map((verdict) => [verdict, of(shares[verdict] ?? 0)]));
  const flows = Object.values(shares).reduce((sum, n) => sum + n, 0);
  return {
    flows,
    matched: flows,
    coverage: { flows, bytes: 10 * flows, byVerdict: byVerdict((n) => ({ flows: n, bytes: 10 * n })) },
    byVerdict: byVerdict((n) => ({ n })),
    exact: { n: shares.exact ?? 0, correct: shares.exact ?? 0 },
    workload: { top1: 0.5, ece: 0.1, brier: 0.2, logLoss: 0.3 },
    pod: { top1: 0.25 },
    graded: { surest: { n: 0, right: 0 }, slices: [] },
    ...more,
  } as unknown as Evaluation;
};
const move = (from: VerdictKind | null, to: VerdictKind | null, flows: number, more: Partial<Move> = {}): Move => ({
  from,
  to,
  flows,
  renamed: 0,
  withTruth: flows,
  rightBefore: 0,
  rightAfter: 0,
  first: ['f_1'],
  ...more,
});
const bare = evaluatedStore(evaluation({ probable: 200, ambiguous: 790, node: 10 }), {
  data: 'bare',
  cluster: 'c',
  sources: [source('flow log', 'flow-log', 3_000), source('pods', 'inventory', 7)],
});
const full = evaluatedStore(
  evaluation(
    { exact: 900, relayed: 50, node: 50 },
    {
      workload: { top1: 1, oracleTop1: 0.75, ece: 0, brier: 0, logLoss: 0 },
      graded: { surest: { n: 40, right: 39 }, slices: [] },
    },
  ),
  {
    data: 'full',
    cluster: 'c',
    sources: [
      source('flow log', 'flow-log', 3_000),
      source('pods', 'inventory', 7),
      source('conntrack n1', 'conntrack', 1_000),
      source('conntrack n2', 'conntrack', 500),
    ],
  },
);
const lines = (moves: Moves, wide = false): readonly string[] =>
  comparisonLines(evaluationComparison(bare, full, moves), { width: null, wide, paint: plain, row: asItIs });

test('what more evidence buys is said first, then by what, for which verdicts, how right, and who moved', () => {
  expect(
    lines({
      flows: { both: 1_000, onlyBefore: 1, onlyAfter: 2 },
      moves: [
        move('ambiguous', 'exact', 700, { rightBefore: 210, rightAfter: 700 }),
        move('probable', 'exact', 200, { withTruth: 0, renamed: 3 }),
        move('ambiguous', 'ambiguous', 5, { rightBefore: 1, rightAfter: 2 }),
        move('node', 'node', 10),
        move(null, 'exact', 2, { rightAfter: 2 }),
      ],
    }),
  ).toEqual([
    'named, as a pod, a workload or the node itself: 21% → 95% of flows, 21% → 95% of bytes',
    '',
    'before: bare',
    'after:  full',
    '  conntrack: 0 → 1,500 rows',
    '',
    'VERDICT     BEFORE   AFTER   POINTS',
    'exact           0%     90%    +90.0',
    'probable       20%      0%    -20.0',
    'ambiguous      79%      0%    -79.0',
    'relayed         0%      5%     +5.0',
    'node            1%      5%     +4.0',
    '',
    'HOW RIGHT                                         BEFORE         AFTER',
    'workload named first (who knows the rates: 75%)      50%          100%',
    'pod named first                                      25%           25%',
    'calibration error                                  0.100         0.000',
    'exact and wrong                                   0 of 0      0 of 900',
    'said at least 0.99 by rates, and right                 -   97.5% of 40',
    '',
    'flows: 1,000 in both; 1 only before, 2 only after',
    '',
    'FROM          TO          FLOWS   NAMES ANOTHER   WITH TRUTH   RIGHT BEFORE   RIGHT AFTER',
    'ambiguous     exact         700               0          700            30%          100%',
    'probable      exact         200               3            0              -             -',
    'ambiguous     ambiguous       5               0            5            20%           40%',
    '(not there)   exact           2               0            2              -          100%',
  ]);
});

test('twelve moves are shown, all with -o wide', () => {
  const moves = Array.from({ length: 14 }, (_, i) => move('ambiguous', 'exact', 100 - i));
  const shown = (wide: boolean): readonly string[] =>
    lines({ flows: { both: 9, onlyBefore: 0, onlyAfter: 0 }, moves }, wide).filter((line) =>
      /^ambiguous +exact/.test(line),
    );
  expect(shown(false)).toHaveLength(12);
  expect(lines({ flows: { both: 9, onlyBefore: 0, onlyAfter: 0 }, moves }).at(-1)).toBe(
    'and 2 moves more: -o wide shows all',
  );
  expect(shown(true)).toHaveLength(14);
});

test.each<[string, readonly SourceRow[], number, readonly string[]]>([
  ['the same flow logs', [source('flow log', 'flow-log', 3_000)], 1_000, []],
  [
    'fewer records',
    [source('flow log', 'flow-log', 2_999)],
    900,
    ['the stores were not fed the same flow logs: 3000 and 2999 records'],
  ],
  ['no flow log at all', [], 900, ['the stores were not fed the same flow logs: 3000 and 0 records']],
  [
    'no flow in common',
    [source('flow log', 'flow-log', 3_000)],
    0,
    ['no flow is in both stores: another time, or another cluster'],
  ],
])('what makes two stores unlike: %s', (_, sources, both, unlike) => {
  const other = evaluatedStore(evaluation({ exact: 1 }), { data: 'other', cluster: 'c', sources });
  const flows = { both, onlyBefore: 0, onlyAfter: 0 };
  expect(evaluationComparison(bare, other, { flows, moves: [] }).unlike).toEqual(unlike);
});
