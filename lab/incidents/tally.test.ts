import { expect, test } from 'vitest';
import type { Hypothesis } from './diagnosis.ts';
import { judge, renderSummary, type Scored, type Verdict } from './tally.ts';

const said = (...causes: readonly (readonly [string, Hypothesis['status']])[]): readonly Hypothesis[] =>
  causes.map(([cause, status], i) => ({ cause, status, rank: i + 1 }));
const scored = (truth: readonly string[], hypotheses: readonly Hypothesis[], seed = 1): Scored => ({
  seed,
  truth,
  isTold: !truth.includes('destination-throttling'),
  hypotheses,
});

test.each<[string, Scored, Verdict]>([
  [
    'the truth is first',
    scored(['path-loss'], said(['path-loss', 'ruled-in'], ['dns-failing', 'ruled-out'])),
    { first: 'path-loss', truths: [{ cause: 'path-loss', status: 'ruled-in' }], blamed: [] },
  ],
  [
    'what cannot be told is not first, however high it stands',
    scored(['path-loss'], said(['path-loss', 'cannot-tell'], ['dns-failing', 'ruled-in'])),
    { first: 'dns-failing', truths: [{ cause: 'path-loss', status: 'cannot-tell' }], blamed: ['dns-failing'] },
  ],
  [
    'a healthy run in which nothing is ruled in',
    scored([], said(['dns-failing', 'ruled-out'])),
    { first: null, truths: [], blamed: [] },
  ],
  [
    'a cause that was not asked about',
    scored(['terminating'], []),
    { first: null, truths: [{ cause: 'terminating', status: 'not asked' }], blamed: [] },
  ],
])('%s', (_, one, verdict) => {
  expect(judge(one)).toEqual(verdict);
});

test('the summary counts by cause, and names the seeds in which the truth was ruled out', () => {
  const [both, out] = [
    said(['path-loss', 'ruled-in'], ['dns-failing', 'ruled-in']),
    said(['dns-failing', 'ruled-in'], ['path-loss', 'ruled-out']),
  ];
  const lines = renderSummary([
    scored(['path-loss'], both, 1),
    scored(['path-loss'], out, 2),
    scored(['dns-failing', 'path-loss'], both, 3),
    scored(['dns-failing', 'path-loss'], out, 4),
    scored([], out, 5),
    scored(['destination-throttling'], out, 6),
  ]).split('\n');
  expect(lines.map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([
    'cause runs first ruled in cannot tell ruled out',
    'path-loss 2 50.0 % 50.0 % 0.0 % 50.0 % seeds 2',
    'two at once 2 100.0 % 50.0 % 0.0 % 50.0 % seeds 4',
    'all 4 75.0 % 50.0 % 0.0 % 50.0 % seeds 2 4',
    'that no source tells of 1 0.0 % 0.0 % 0.0 % 100.0 % seeds 6',
    'healthy runs: 1, blamed: 1',
    ' seed 5: dns-failing',
    'runs in which something untrue was ruled in beside the truth: 3',
  ]);
});
