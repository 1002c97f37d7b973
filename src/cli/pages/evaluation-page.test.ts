import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Evaluation, Mistake } from '../../app/evaluate.ts';
import { VERDICT_KINDS } from '../../core/ports.ts';
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

const mistake = (name: string): Mistake => ({
  flow: name,
  begin: name,
  said: name,
  truth: name,
  saidPod: name,
  truthPod: null,
  node: name,
  tuple: name,
  for: [],
  against: [],
  ruledOut: [],
});
const headlines = (page: string): readonly string[] =>
  [...page.matchAll(/<p class="headline (\w*)">([^<]*)<\/p>/g)].map(([, kind, says]) => `${kind}:${says}`);

test.each<[string, Partial<Evaluation>, readonly string[]]>([
  [
    'a wrong exact verdict comes before all else',
    { exact: { n: 1_000, correct: 999 } },
    ['bad:WRONG: 1 of 1,000 exact verdicts named the wrong pod.', 'plain:No flow has probabilities.'],
  ],
  [
    'the worst slice is in the headline',
    {
      exact: { n: 10, correct: 10 },
      graded: { surest: { n: 0, right: 0 }, slices: [slice, { ...slice, slice: 'rare-destination', ece: 0.25 }] },
    },
    [
      'plain:Exact: 10 of 10 right.',
      'plain:Calibration error 0.021 where nothing proves who it was; worst, rare destination: 0.250.',
    ],
  ],
  [
    'a truth that matches nothing says so first',
    { matched: 0, exact: { n: 0, correct: 0 }, mismatch: ['another day'] },
    [
      'bad:No row of the truth matches a flow: nothing was measured. another day',
      'plain:No exact verdict could be compared.',
      'plain:No flow has probabilities.',
    ],
  ],
])('%s', (_, rest, says) => {
  expect(headlines(evaluationPage(evaluation(rest), 'c'))).toEqual(says);
});

const figure = (page: string, what: string): string | undefined =>
  new RegExp(`<dt>${what}</dt><dd>([^<]*)</dd>`).exec(page)?.[1];

test('of the flows that were said to be at least 0.99 sure, how many were right; and nothing is all right that is not', () => {
  const page = evaluationPage(
    evaluation({ graded: { surest: { n: 20_000, right: 19_999 }, slices: [] }, reliability: bins }),
    'c',
  );
  expect(figure(page, 'said at least 0.99 by rates, right')).toBe('&gt;99.9% of 20,000');
  expect(figure(page, 'workload named first, right')).toBe('81.3%');
  expect(figure(page, 'of whoever knows the true rates')).toBe('the truth does not say');
  expect(figure(page, 'Brier score, log loss')).toBe('0.300, 0.900');
});

const bins = [
  { from: 0.4, until: 0.5, n: 100, meanConfidence: 0.5, accuracy: 0.25 },
  { from: 0.9, until: 1, n: 14_600, meanConfidence: 1, accuracy: 1 },
];

test('a dot is where was said and was right, and a bar under it is as high as its flows are many', () => {
  const page = evaluationPage(evaluation({ reliability: bins }), 'c');
  const all = (pattern: RegExp): readonly (readonly string[])[] =>
    [...page.matchAll(pattern)].map(([, ...groups]) => groups);
  const numbers = (pattern: RegExp): readonly (readonly number[])[] => all(pattern).map((groups) => groups.map(Number));
  const [[x0 = 0, y0 = 0, x1 = 0, y1 = 0] = []] = numbers(
    /class="even" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/g,
  );
  const share = ([x = 0, y = 0]: readonly number[]): readonly number[] => [(x - x0) / (x1 - x0), (y - y0) / (y1 - y0)];
  expect(numbers(/cx="([\d.]+)" cy="([\d.]+)"/g).map(share)).toEqual([
    [0.5, 0.25],
    [1, 1],
  ]);
  expect(numbers(/class="bar" .* height="([\d.]+)"/g)).toEqual([[1], [72]]);
  expect(all(/class="n" .*>(.*)<\/text>/g)).toEqual([['100'], ['14.6k']]);
  // Of 25 in 100 the interval of Wilson is 0.1755 to 0.3430.
  const [[from = 0, until = 0] = []] = numbers(/class="spread" .* y1="([\d.]+)" y2="([\d.]+)"/g);
  expect(share([0, from])[1]).toBeCloseTo(0.1755, 3);
  expect(share([0, until])[1]).toBeCloseTo(0.343, 3);
});

test('a page of nothing says so, and no error of nothing is none', () => {
  const page = evaluationPage(
    evaluation({ flows: 0, matched: 0, workload: { top1: 0, ece: 0, brier: 0, logLoss: 0 } }),
    'c',
  );
  expect(page.match(/<p>None\.<\/p>/g)).toHaveLength(4);
  expect(figure(page, 'calibration error \\(ECE\\)')).toBe('-');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

/** Every tag is one of ours, opened and closed in order; what stands between is text. */
const unbalanced = (page: string): readonly string[] => {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [tag, slash = '', name = '', end = ''] of page
    .replace('<!doctype html>', '')
    .matchAll(/<(\/?)([^\s/>]*)[^>]*?(\/?)>/g)) {
    if (!TAGS.has(name)) wrong.push(tag);
    if (slash === '/') {
      if (open.pop() !== name) wrong.push(tag);
    } else if (end !== '/') open.push(name);
  }
  return [...wrong, ...open];
};
const TAGS = new Set(
  'html head meta title style body h1 h2 p dl div dt dd table thead tbody tr th td svg line text polyline circle rect'.split(
    ' ',
  ),
);
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '"><script>alert(1)</script>&',
    "' onload='x",
    '</title><img src=x>',
    '\u202egpj.exe',
    '</style><b>',
    '\u001b[31m',
  ),
);

test('whatever a name is, it is text: the page has no tag but its own, loads nothing, and turns nothing round', () => {
  fc.assert(
    fc.property(hostile, hostile, (cluster, name) => {
      const page = evaluationPage(
        evaluation({ wrong: [mistake(name)], mismatch: [name], matched: 0, reliability: bins }),
        cluster,
      );
      expect(unbalanced(page)).toEqual([]);
      expect(page.match(/<[^>]* (?:src|href|on\w+)=/g)).toBeNull();
      expect(page.match(/<style>[^<]*(?:url\(|@import)/)).toBeNull();
      expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }),
  );
});

test('a name that is markup can be read as it is', () => {
  const page = evaluationPage(evaluation({}), '"><script>alert(1)</script>&');
  expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;');
});
