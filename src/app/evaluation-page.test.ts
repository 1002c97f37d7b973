import { expect, test } from 'vitest';
import { VERDICT_KINDS } from '../core/ports.ts';
import type { Evaluation } from './evaluate.ts';
import { evaluationPage } from './evaluation-page.ts';

const NOTHING = { n: 0, withTruth: 0, right: 0, madeByPod: 0 };
const evaluation = (rest: Partial<Evaluation>): Evaluation => ({
  schemaVersion: 1,
  kind: 'Evaluation',
  flows: 1_200,
  matched: 1_000,
  truthWithoutFlow: 0,
  unpaired: [],
  truthClock: { goesBy: 'flow-log', aheadMs: 0 },
  mismatch: [],
  coverage: { flows: 0, bytes: 0, byVerdict: {} } as unknown as Evaluation['coverage'],
  byVerdict: Object.fromEntries(
    VERDICT_KINDS.map((verdict) => [verdict, NOTHING]),
  ) as unknown as Evaluation['byVerdict'],
  exact: { n: 10, correct: 9 },
  exactWithoutTruth: { n: 0, flows: [] },
  wrong: [],
  translated: { flows: 0, exact: 0 },
  byNodeHour: {} as Evaluation['byNodeHour'],
  workload: { top1: 0.8125, ece: 0.02, brier: 0.3, logLoss: 0.9 },
  pod: { top1: 0.5 },
  reliability: [],
  graded: { surest: { n: 0, right: 0 }, slices: [] },
  ...rest,
});
const slice = { slice: 'all', n: 900, top1: 0.8, meanConfidence: 0.79, ece: 0.0214 } as const;

test('the worst slice is in the headline', () => {
  const page = evaluationPage(
    evaluation({
      graded: { surest: { n: 200, right: 199 }, slices: [slice, { ...slice, slice: 'rare-destination', ece: 0.25 }] },
    }),
    'c',
  );
  expect(page).toContain('<p class="headline">Calibration error 0.021; worst, rare destination: 0.250.</p>');
  expect(page).toContain('Of 200 flows that were said to be at least 0.99 sure, 99.5% are right.');
});

test('a dot is where was said and was right, the larger the more flows', () => {
  const bins = [
    { from: 0.4, until: 0.5, n: 100, meanConfidence: 0.5, accuracy: 0.25 },
    { from: 0.9, until: 1, n: 900, meanConfidence: 1, accuracy: 1 },
  ];
  const page = evaluationPage(evaluation({ reliability: bins }), 'c');
  const dots = [...page.matchAll(/cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g)].map(([, ...at]) => at.map(Number));
  expect(dots).toEqual([
    [224, 292, 6.5],
    [404, 22, 13.4],
  ]);
});

test('a page of nothing says so', () => {
  const page = evaluationPage(evaluation({}), 'c');
  expect(page).toContain('No flow has probabilities.');
  expect(page.match(/<p>None\.<\/p>/g)).toHaveLength(4);
  expect(page).not.toContain('NaN');
});

test('a hostile name is text, and the page loads nothing', () => {
  const page = evaluationPage(evaluation({}), '"><script>alert(1)</script>&');
  expect(page).not.toContain('<script');
  expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;');
  expect(page).not.toMatch(/(src|href)=|url\(|@import/);
});
