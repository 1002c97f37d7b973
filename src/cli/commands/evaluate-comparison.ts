import type { EvaluatedStore, EvaluationComparison } from '../../app/evaluation-comparison.ts';
import type { Move } from '../../app/moves.ts';
import { VERDICT_KINDS } from '../../core/ports.ts';
import { count, percent, plural, points } from '../../base/number-text.ts';
import { type Column, renderTable } from '../render/table.ts';
import { visible } from '../render/visible.ts';

type Options = Parameters<typeof renderTable>[2];

/** Moves on the page; `-o wide` has all. */
const MOVES_SHOWN = 12;

/** What the second store says more, or less, than the first. */
export const comparisonLines = (c: EvaluationComparison, options: Options): readonly string[] => {
  const { before, after, flows } = c;
  const moved = c.moves.filter(
    ({ from, to, renamed, rightBefore, rightAfter }) => from !== to || renamed > 0 || rightBefore !== rightAfter,
  );
  const shown = options.wide ? moved : moved.slice(0, MOVES_SHOWN);
  return [
    options.paint(
      'ok',
      `named, as a pod, a workload or the node itself: ${arrow(...sharesOf('flows', before, after))} of flows, ${arrow(...sharesOf('bytes', before, after))} of bytes`,
    ),
    '',
    ...evidenceLines(c),
    ...renderTable(SHARE_COLUMNS, sharesByVerdict(before, after), options),
    '',
    ...renderTable(MEASURE_COLUMNS, measuresOf(before, after), options),
    '',
    `flows: ${count(flows.both)} in both; ${count(flows.onlyBefore)} only before, ${count(flows.onlyAfter)} only after`,
    ...(moved.length === 0
      ? [flows.both === 0 ? 'nothing could be compared' : 'none of them moved: the same is said of every flow']
      : ['', ...renderTable(MOVE_COLUMNS, shown, options)]),
    ...(moved.length > shown.length
      ? [options.paint('dim', `and ${plural(moved.length - shown.length, 'move')} more: -o wide shows all`)]
      : []),
  ];
};

const arrow = (before: string, after: string): string => `${before} → ${after}`;

const sharesOf = (of: 'flows' | 'bytes', before: EvaluatedStore, after: EvaluatedStore): readonly [string, string] => {
  const share = ({ named, evaluation }: EvaluatedStore): string => percent(named[of], evaluation.coverage[of]);
  return [share(before), share(after)];
};

interface Line {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly change?: string;
}

/** What only one was fed, or more of: the reader sees at once whether these are the two that were meant. */
const evidenceLines = ({ before, after }: EvaluationComparison): readonly string[] => {
  const sources = [...new Set([...before.fed, ...after.fed].map(({ source }) => source))].sort();
  const rows = ({ fed }: EvaluatedStore, of: string): number => fed.find(({ source }) => source === of)?.rows ?? 0;
  const differing = sources.filter((source) => rows(before, source) !== rows(after, source));
  return [
    `before: ${visible(before.data)}`,
    `after:  ${visible(after.data)}`,
    ...(differing.length === 0
      ? ['both were fed the same number of rows of every source']
      : differing.map(
          (source) => `  ${visible(source)}: ${count(rows(before, source))} → ${plural(rows(after, source), 'row')}`,
        )),
    '',
  ];
};

const sharesByVerdict = (before: EvaluatedStore, after: EvaluatedStore): readonly Line[] =>
  VERDICT_KINDS.flatMap((verdict) => {
    const [was, is] = [before, after].map(({ evaluation: { byVerdict, flows } }) => ({
      n: byVerdict[verdict].n,
      share: flows === 0 ? 0 : byVerdict[verdict].n / flows,
      text: percent(byVerdict[verdict].n, flows),
    })) as [Share, Share];
    if (was.n + is.n === 0) return [];
    return [{ what: verdict, before: was.text, after: is.text, change: points(is.share - was.share) }];
  });

interface Share {
  readonly n: number;
  readonly share: number;
  readonly text: string;
}

const measuresOf = (before: EvaluatedStore, after: EvaluatedStore): readonly Line[] => {
  const line = (what: string, of: (side: EvaluatedStore['evaluation']) => string): Line => ({
    what,
    before: of(before.evaluation),
    after: of(after.evaluation),
  });
  const oracle = before.evaluation.workload.oracleTop1 ?? after.evaluation.workload.oracleTop1;
  const measured =
    (text: (side: EvaluatedStore['evaluation']) => string) =>
    (side: EvaluatedStore['evaluation']): string =>
      side.matched === 0 ? '-' : text(side);
  return [
    line(
      `workload named first${oracle === undefined ? '' : ` (who knows the rates: ${percent(oracle, 1)})`}`,
      measured(({ workload }) => percent(workload.top1, 1)),
    ),
    line(
      'pod named first',
      measured(({ pod }) => percent(pod.top1, 1)),
    ),
    line(
      'calibration error',
      measured(({ workload }) => workload.ece.toFixed(3)),
    ),
    line('exact and wrong', ({ exact }) => `${count(exact.n - exact.correct)} of ${count(exact.n)}`),
    line('said at least 0.99 by rates, and right', ({ graded: { surest } }) =>
      surest.n === 0 ? '-' : `${percent(surest.right, surest.n)} of ${count(surest.n)}`,
    ),
  ];
};

const SHARE_COLUMNS: readonly Column<Line>[] = [
  { header: 'VERDICT', leaves: 0, of: ({ what }) => what },
  { header: 'BEFORE', leaves: 0, align: 'right', of: ({ before }) => before },
  { header: 'AFTER', leaves: 0, align: 'right', of: ({ after }) => after },
  { header: 'POINTS', leaves: 1, align: 'right', of: ({ change }) => change ?? '' },
];

const MEASURE_COLUMNS: readonly Column<Line>[] = [
  { header: 'HOW RIGHT', leaves: 0, of: ({ what }) => what },
  { header: 'BEFORE', leaves: 0, align: 'right', of: ({ before }) => before },
  { header: 'AFTER', leaves: 0, align: 'right', of: ({ after }) => after },
];

const right = (of: number, { withTruth }: Move): string => (withTruth === 0 ? '-' : percent(of, withTruth));

const MOVE_COLUMNS: readonly Column<Move>[] = [
  { header: 'FROM', leaves: 0, of: ({ from }) => from ?? '(not there)' },
  { header: 'TO', leaves: 0, of: ({ to }) => to ?? '(not there)' },
  { header: 'FLOWS', leaves: 0, align: 'right', of: ({ flows }) => count(flows) },
  {
    header: 'NAMES ANOTHER',
    leaves: 2,
    align: 'right',
    means: ({ renamed }) => (renamed > 0 ? 'warning' : null),
    of: ({ renamed }) => count(renamed),
  },
  { header: 'WITH TRUTH', leaves: 3, align: 'right', of: ({ withTruth }) => count(withTruth) },
  {
    header: 'RIGHT BEFORE',
    leaves: 1,
    align: 'right',
    of: (move) => (move.from === null ? '-' : right(move.rightBefore, move)),
  },
  {
    header: 'RIGHT AFTER',
    leaves: 1,
    align: 'right',
    of: (move) => (move.to === null ? '-' : right(move.rightAfter, move)),
  },
  { header: 'THE OLDEST', leaves: 4, wide: true, of: ({ first }) => first.join(' ') },
];
