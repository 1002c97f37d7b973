import { redacted } from '../../base/redacted.ts';
import { isServerUrl } from '../../base/store-place.ts';
import { resolve } from 'node:path';
import { EXIT } from '../../app/errors.ts';
import { type EvaluatedStore, evaluatedStore, evaluationComparison } from '../../app/evaluation-comparison.ts';
import { type Evaluation, evaluate, type Mistake } from '../../app/evaluate.ts';
import { evaluationPage } from '../pages/evaluation-page.ts';
import { movesBetween } from '../../app/moves.ts';
import type { NodeHour } from '../../app/node-hours.ts';
import { readTruth } from '../../app/read-truth.ts';
import { ToldPile } from '../../app/told-pile.ts';
import { TruthPile } from '../../app/truth-pile.ts';
import { type ByteObject, VERDICT_KINDS } from '../../core/ports.ts';
import { print } from '../answer.ts';
import { chooseCluster, type Context, withStore, withStoreAt } from '../context.ts';
import { textOf } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { must, refuse } from '../refused.ts';
import { count, percent, plural } from '../../base/number-text.ts';
import { type Column, renderTable } from '../render/table.ts';
import { visible } from '../render/visible.ts';
import { comparisonLines } from './evaluate-comparison.ts';

/** Flows, and rows of the truth, that are held at a time: some hundred megabytes. */
const AT_A_TIME = 50_000;

export const runEvaluate = async (context: Context, given: Given): Promise<number> => {
  const path = textOf(given, 'truth') ?? refuse('E103', '--truth FILE is required');
  const pagePath = textOf(given, 'page');
  const other = textOf(given, 'compare');
  if (pagePath !== null && other !== null)
    refuse('E104', '--page has no meaning beside --compare', { fix: 'Make a page of each store, without --compare.' });
  const stores = other === null ? [] : await comparable([context.globals.data, other], context);
  const { outside, voice } = context;
  const page = pagePath === null ? null : await pageAt(pagePath, context);
  const truth = new TruthPile(() => outside.scratch());
  try {
    const object = await truthAt(path, context);
    must(await readTruth(object, truth, (rows) => voice.progress(`truth: ${plural(rows, 'row')} read`)));
    const [before, after] = stores;
    if (before !== undefined && after !== undefined) return await runComparison(before, after, truth, context);
    return await withStore(context, async (store) => {
      const cluster = await chooseCluster(store, context);
      const report = await evaluate(store, cluster, truth, {
        atATime: AT_A_TIME,
        progress: (flows) => voice.progress(`${plural(flows, 'flow')} compared`),
      });
      await print({ report, table: (options) => lines(report, { ...options, paint: context.paint }) }, context);
      await page?.save(evaluationPage(report, cluster));
      return verdictOn(report, context);
    });
  } catch (error) {
    await page?.drop();
    throw error;
  } finally {
    await truth.close();
  }
};

interface Page {
  save(html: string): Promise<void>;
  drop(): Promise<void>;
}

/** Before hours are spent: it can be written. */
const pageAt = async (path: string, { outside, voice }: Context): Promise<Page> => {
  const cannot = (error: unknown): never =>
    refuse('E205', `${path} cannot be written`, { why: (error as Error).message });
  const file = await outside.wholeFile(path).catch(cannot);
  return {
    save: async (html) => {
      await file.save(html).catch(cannot);
      voice.note(`the page is ${path}`);
    },
    drop: () => file.drop(),
  };
};

const truthAt = async (path: string, { outside }: Context): Promise<ByteObject> => {
  const { objects, skipped } = await outside.filesAt([path]);
  const [object] = objects;
  if (object === undefined || objects.length > 1)
    return refuse('E203', `${path} cannot be read`, { why: skipped[0]?.why ?? 'it is a folder' });
  return object;
};

interface Comparable {
  readonly data: string;
  readonly cluster: string;
}

/** Before hours are spent on the first: both are there, and this process may have either. */
const comparable = async (folders: readonly string[], context: Context): Promise<readonly Comparable[]> => {
  const { outside } = context;
  if (new Set(folders.map((path) => (isServerUrl(path) ? path : resolve(path)))).size < folders.length)
    refuse('E105', `--compare ${folders[1]} is the store that --data gives`, {
      fix: 'Give another one with --compare: the same flows, with more or less evidence.',
    });
  const stores: Comparable[] = [];
  for (const data of folders) {
    if (!(await outside.holdsStore(data))) refuse('E306', `there is no store in ${data}`);
    stores.push({ data, cluster: await withStoreAt(data, context, (store) => chooseCluster(store, context)) });
  }
  return stores;
};

/** The engine has one store open at a time: what the first says is remembered until the second has spoken. */
const runComparison = async (
  before: Comparable,
  after: Comparable,
  truth: TruthPile,
  context: Context,
): Promise<number> => {
  const { outside, voice } = context;
  const toldBefore = new ToldPile(new TruthPile(() => outside.scratch()));
  const toldAfter = new ToldPile(new TruthPile(() => outside.scratch()));
  const heard = ({ data, cluster }: Comparable, telling: ToldPile): Promise<EvaluatedStore> =>
    withStoreAt(data, context, async (store) => {
      const evaluation = await evaluate(store, cluster, truth, {
        atATime: AT_A_TIME,
        progress: (flows) => voice.progress(`${data}: ${plural(flows, 'flow')} compared`),
        telling,
      });
      return evaluatedStore(evaluation, { data: redacted(data), cluster, sources: await store.sources(cluster) });
    });
  try {
    const was = await heard(before, toldBefore);
    truth.rewind();
    const is = await heard(after, toldAfter);
    const report = evaluationComparison(was, is, await movesBetween(toldBefore, toldAfter, AT_A_TIME));
    await print({ report, table: (options) => comparisonLines(report, { ...options, paint: context.paint }) }, context);
    for (const why of report.unlike) voice.warn(why);
    const codes = [was, is].map(({ data, evaluation }) => verdictOn(evaluation, context, `${data}: `));
    return Math.max(...codes);
  } finally {
    await toldBefore.close();
    await toldAfter.close();
  }
};

/** What nobody must miss, and the exit code. */
const verdictOn = ({ exact, mismatch }: Evaluation, { voice }: Context, whose = ''): number => {
  if (mismatch.length > 0) voice.warn(`${whose}no row of the truth matches a flow: nothing was measured`);
  for (const why of mismatch) voice.warn(`${whose}${why}`);
  const wrong = exact.n - exact.correct;
  if (wrong === 0) return EXIT.done;
  voice.warn(`${whose}${count(wrong)} of ${plural(exact.n, 'exact verdict')} ${wrong === 1 ? 'is' : 'are'} wrong`);
  return EXIT.findings;
};

type Options = Parameters<typeof renderTable>[2];

/** Mistakes and hours on the page; `-o wide` has all that the report has. */
const MISTAKES_SHOWN = 3;
const HOURS_SHOWN = 10;
const FACTS_SHOWN = 4;

const lines = (e: Evaluation, options: Options): readonly string[] => {
  const { paint, wide } = options;
  const wrong = e.exact.n - e.exact.correct;
  const shown = wide ? e.wrong : e.wrong.slice(0, MISTAKES_SHOWN);
  return [
    wrong > 0
      ? paint('failure', `WRONG: ${count(wrong)} of ${plural(e.exact.n, 'exact verdict')} named the wrong pod`)
      : paint(e.exact.n > 0 ? 'ok' : 'warning', `exact: ${count(e.exact.correct)} of ${count(e.exact.n)} right`),
    ...shown.flatMap((mistake) => mistakeLines(mistake, options)),
    ...(wrong > shown.length ? [paint('dim', `  and ${count(wrong - shown.length)} more${more(e, wide)}`)] : []),
    '',
    ...(e.flows === 0 ? ['no flows'] : renderTable(VERDICT_COLUMNS, verdictsOf(e), options)),
    '',
    ...hourLines(e, options),
    `truth: ${plural(e.matched, 'flow')} matched, ${plural(e.truthWithoutFlow, 'row')} without a flow; ${plural(e.exactWithoutTruth.n, 'exact flow')} that it does not mention`,
    ...unpairedLines(e, options),
    ...clockLine(e.truthClock),
    `translated: ${count(e.translated.exact)} of ${plural(e.translated.flows, 'flow')} exact (${percent(e.translated.exact, e.translated.flows)})`,
    `workload named first: ${percent(e.workload.top1, 1)} right${e.workload.oracleTop1 === undefined ? '' : ` (who knows the rates: ${percent(e.workload.oracleTop1, 1)})`}; pod: ${percent(e.pod.top1, 1)}`,
    ...gradedLines(e.graded),
    `calibration: error ${e.workload.ece.toFixed(3)}, Brier ${e.workload.brier.toFixed(3)}, log loss ${e.workload.logLoss.toFixed(3)}`,
    ...e.reliability.map(
      (r) =>
        `  said ${r.from.toFixed(1)} to ${r.until.toFixed(1)}: ${plural(r.n, 'flow')}, mean ${r.meanConfidence.toFixed(3)}, right ${r.accuracy.toFixed(3)}`,
    ),
  ];
};

const UNPAIRED_SHOWN = 3;

const unpairedLines = ({ unpaired, truthWithoutFlow }: Evaluation, { paint, wide }: Options): readonly string[] => {
  const shown = wide ? unpaired : unpaired.slice(0, UNPAIRED_SHOWN);
  const left = truthWithoutFlow - shown.length;
  return [
    ...shown.map(({ begin, tuple, truth }) => `  no flow  ${begin}  ${visible(tuple)}  ${visible(truth)}`),
    ...(left > 0 ? [paint('dim', `  and ${plural(left, 'other row')}${wide ? '' : ': -o wide shows more'}`)] : []),
  ];
};

/** Clocks that are a second apart are none that anybody set wrong. */
const TELLING_MS = 1_000;

const clockLine = ({ goesBy, aheadMs }: Evaluation['truthClock']): readonly string[] => {
  if (aheadMs === null) return ["the truth's clock: of each flow that of its node, as it was measured"];
  if (Math.abs(aheadMs) < TELLING_MS) return [];
  const apart = `the flow log is ${(Math.abs(aheadMs) / 1_000).toFixed(3)} s ${aheadMs > 0 ? 'ahead' : 'behind'}`;
  return [
    goesBy === 'another'
      ? `the truth's clock: ${apart}, which no source tells of: measured by the rows themselves`
      : `the truth's clock: ${apart}, as most nodes tell`,
  ];
};

/** By rates alone, the worst slice in the headline. */
const gradedLines = ({ slices, surest }: Evaluation['graded']): readonly string[] => {
  const [all, worst, ...rest] = slices;
  if (all === undefined) return [];
  const line = ({ slice, n, top1, meanConfidence, ece }: typeof all): string =>
    `${slice.replace('-', ' ')}: ${plural(n, 'flow')}, mean ${meanConfidence.toFixed(3)}, right ${top1.toFixed(3)}, error ${ece.toFixed(3)}`;
  return [
    `graded: ${line(all)}${worst === undefined ? '' : `; worst, ${line(worst)}`}`,
    ...rest.map((slice) => `  ${line(slice)}`),
    `  said at least 0.99: ${plural(surest.n, 'flow')}, right ${percent(surest.right, surest.n)}`,
  ];
};

const more = ({ wrong }: Evaluation, wide: boolean): string =>
  wide ? '' : `: -o wide shows ${wrong.length === 1 ? 'it' : `the first ${wrong.length}`}`;

const mistakeLines = (m: Mistake, { paint, wide }: Options): readonly string[] => {
  const facts = [...m.for.map(({ text }) => `for      ${text}`), ...m.against.map(({ text }) => `against  ${text}`)];
  const kept = wide ? facts : facts.slice(0, FACTS_SHOWN);
  return [
    `  ${paint('identity', visible(m.flow))}  ${m.begin}  ${visible(m.tuple)}  node ${visible(m.node ?? '-')}`,
    `    said     ${visible(podText(m.saidPod, m.said))}`,
    `    truth    ${visible(podText(m.truthPod, m.truth))}`,
    ...kept.map((fact) => `    ${visible(fact)}`),
    ...(facts.length > kept.length
      ? [paint('dim', `    and ${facts.length - kept.length} more: unmasq why ${m.flow}`)]
      : []),
  ];
};

const podText = (name: string | null, uid: string | null): string => {
  if (uid === null) return 'nobody';
  if (uid === 'node') return 'the node itself';
  return name === null ? `${uid} (no pod that the inventory knows)` : `${name} (${uid})`;
};

interface VerdictLine {
  readonly verdict: string;
  readonly share: string;
  readonly n: number;
  readonly withTruth: number;
  readonly right: number | null;
  readonly madeByPod: number;
}

/** In the order of what is claimed: a mistake weighs most where most was claimed. */
const verdictsOf = ({ byVerdict, flows }: Evaluation): readonly VerdictLine[] =>
  VERDICT_KINDS.flatMap((verdict) => {
    const score = byVerdict[verdict];
    return score.n === 0 ? [] : [{ verdict, share: percent(score.n, flows), ...score }];
  });

const wrongIn = ({ withTruth, right }: VerdictLine): number => (right === null ? 0 : withTruth - right);

const VERDICT_COLUMNS: readonly Column<VerdictLine>[] = [
  { header: 'VERDICT', leaves: 0, of: ({ verdict }) => verdict },
  { header: 'FLOWS', leaves: 0, align: 'right', of: ({ n }) => count(n) },
  { header: 'SHARE', leaves: 3, align: 'right', of: ({ share }) => share },
  { header: 'WITH TRUTH', leaves: 1, align: 'right', of: ({ withTruth }) => count(withTruth) },
  { header: 'RIGHT', leaves: 0, align: 'right', of: ({ right }) => (right === null ? '-' : count(right)) },
  {
    header: 'WRONG',
    leaves: 0,
    align: 'right',
    means: (line) => (wrongIn(line) > 0 ? 'failure' : null),
    of: (line) => (line.right === null ? '-' : count(wrongIn(line))),
  },
  { header: 'MADE BY A POD', leaves: 2, align: 'right', of: ({ madeByPod }) => count(madeByPod) },
];

const HOUR_COLUMNS: readonly Column<NodeHour>[] = [
  { header: 'HOUR', leaves: 0, of: ({ hour }) => hour.replace(':00.000Z', 'Z') },
  { header: 'NODE', leaves: 0, of: ({ node }) => node ?? '(unknown)' },
  {
    header: 'WRONG',
    leaves: 0,
    align: 'right',
    means: ({ exact }) => (exact.n > exact.correct ? 'failure' : null),
    of: ({ exact }) => count(exact.n - exact.correct),
  },
  {
    header: 'NOT EXACT',
    leaves: 0,
    align: 'right',
    of: ({ translated }) => count(translated.flows - translated.exact),
  },
  { header: 'TRANSLATED', leaves: 1, align: 'right', of: ({ translated }) => count(translated.flows) },
  { header: 'FLOWS', leaves: 2, align: 'right', of: ({ flows }) => count(flows) },
];

/** Hours in which nothing went wrong say nothing at 3 a.m. */
const hourLines = ({ byNodeHour }: Evaluation, options: Options): readonly string[] => {
  const bad = byNodeHour.items.filter(
    ({ exact, translated }) => exact.n > exact.correct || translated.flows > translated.exact,
  );
  if (bad.length === 0) return [];
  const shown = options.wide ? bad : bad.slice(0, HOURS_SHOWN);
  const left = byNodeHour.nodeHours - shown.length;
  return [
    'worst hours of nodes (a translation is known, and the verdict is not exact):',
    ...renderTable(HOUR_COLUMNS, shown, options),
    ...(left > 0 ? [options.paint('dim', `and ${plural(left, 'hour of a node', 'hours of nodes')} no worse`)] : []),
    '',
  ];
};
