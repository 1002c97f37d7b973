import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, instant } from '../base/instant.ts';
import { decodeRemark } from '../formats/conntrack/remark-lines.ts';
import { Coverage } from './coverage.ts';

const ZERO = Date.UTC(2026, 10, 22, 3, 4, 5);
const at = (seconds: number): Instant => instant(ZERO + seconds * 1_000);

type Step =
  | readonly ['lose', from: number, why: string]
  | readonly ['regain', at: number]
  | readonly ['complete', at: number];

/** `+0–5`: covered from 0 to 5 s; `!5–7 why`: a gap. */
const said = (steps: readonly Step[]): string[] => {
  const coverage = new Coverage(at(0));
  const text = steps
    .map((step) => {
      if (step[0] === 'lose') coverage.lose(at(step[1]), step[2]);
      return step[0] === 'regain'
        ? coverage.regain(at(step[1]))
        : step[0] === 'complete'
          ? coverage.complete(at(step[1]))
          : '';
    })
    .join('');
  return linesOf(text);
};

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const read = decodeRemark(line);
      if (!read.ok || read.value.kind === 'comment' || read.value.kind === 'dump') throw new Error(line);
      const { from, until } = read.value;
      const span = `${(from - ZERO) / 1_000}–${(until - ZERO) / 1_000}`;
      return read.value.kind === 'gap' ? `!${span} ${read.value.why}` : `+${span}`;
    });

test.each<[string, readonly Step[], readonly string[]]>([
  [
    'stretches touch',
    [
      ['complete', 5],
      ['complete', 9],
    ],
    ['+0–5', '+5–9'],
  ],
  [
    'nothing new says nothing',
    [
      ['complete', 5],
      ['complete', 5],
      ['complete', 4],
    ],
    ['+0–5'],
  ],
  [
    'a gap lies between what is covered',
    [
      ['complete', 5],
      ['lose', 6, 'a'],
      ['complete', 7],
      ['regain', 8],
      ['complete', 9],
    ],
    ['+0–5', '+5–6', '!6–8 a', '+8–9'],
  ],
  [
    'while a gap is open nothing behind its beginning is covered',
    [
      ['lose', 6, 'a'],
      ['complete', 20],
    ],
    ['+0–6'],
  ],
  [
    'what was covered already stays covered',
    [
      ['complete', 5],
      ['lose', 3, 'a'],
      ['regain', 6],
    ],
    ['+0–5', '!5–6 a'],
  ],
  [
    'two losses in one gap: the earlier begins it, both are named',
    [
      ['lose', 6, 'a'],
      ['lose', 4, 'b'],
      ['lose', 8, 'a'],
      ['regain', 9],
    ],
    ['+0–4', '!4–9 a; b'],
  ],
  [
    'a gap that ends as it begins is a moment',
    [
      ['lose', 6, 'a'],
      ['regain', 6],
    ],
    ['+0–6', '!6–6 a'],
  ],
  [
    'a clock that was set back makes no gap of less than nothing',
    [
      ['lose', 6, 'a'],
      ['regain', 2],
    ],
    ['+0–6', '!6–6 a'],
  ],
  ['there is nothing to regain', [['regain', 3]], []],
])('%s', (_, steps, expected) => {
  expect(said(steps)).toEqual(expected);
});

test('gaps are counted with their length', () => {
  const coverage = new Coverage(at(0));
  coverage.lose(at(1), 'a');
  expect(coverage.isLost).toBe(true);
  coverage.regain(at(3));
  expect([coverage.isLost, coverage.gaps, coverage.gapMs, coverage.until]).toEqual([false, 1, 2_000, at(3)]);
});

test('law: whatever happens, what is said follows upon itself without a hole, and no covered moment lies in a loss', () => {
  const time = fc.integer({ min: 1, max: 20 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    time.map((from) => ['lose', from, 'a'] as const),
    time.map((until) => ['regain', until] as const),
    time.map((until) => ['complete', until] as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const spans = said(steps).map((line) => line.slice(1).split(' ')[0]?.split('–').map(Number) as [number, number]);
      for (const [i, [from]] of spans.entries()) expect(from).toBe(i === 0 ? 0 : spans[i - 1]?.[1]);
    }),
  );
});
