import {
  type CostAsked,
  type CostBreakdown,
  costBreakdown,
  type CostDifference,
  costDifference,
  type CostEstimate,
  costEstimate,
} from '../../app/cost.ts';
import { type Measured, measureIngestion } from '../../app/measure-ingestion.ts';
import type { BillItem } from '../../core/monitoring/cost/bill.ts';
import type { ChangedItem } from '../../core/monitoring/cost/bill-difference.ts';
import { BREAKDOWNS, type Slice } from '../../core/monitoring/cost/breakdown.ts';
import type { MonitoringSpec } from '../../core/monitoring/spec.ts';
import { type Answer, csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { texts, textOf } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import type { WorkspaceIngestion } from '../outside.ts';
import { choosePrices } from '../prices.ts';
import { readSpecFile, specFrom, specWith } from '../read-spec.ts';
import { refuse } from '../refused.ts';
import { markdownTable, markdownText } from '../render/markdown.ts';
import { percent, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { exitOf } from '../exit-of.ts';

const WHATS = ['estimate', 'diff', 'breakdown'] as const;

export const runCost = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const [first, ...files] = words;
  const what = oneOf('cost', first ?? '', WHATS);
  const set = texts(given, 'set');
  refuseAmount(what, files, set);
  if (textOf(given, 'by') !== null && what !== 'breakdown')
    refuse('E104', '--by has no meaning here', { fix: 'Ask `unmasq cost breakdown`.' });
  const [name = '', other = null] = files;
  const written = await readSpecFile(name, context.outside);
  const from = specFrom(name, written);
  const later = other === null ? written : await readSpecFile(other, context.outside);
  const spec = specWith(other ?? name, later, set);
  const measured = await measuredAt(given, context);
  const { table: prices, isStale } = await choosePrices(spec.cluster.region, given, context);
  const asked = (side: CostAsked['side'], as: MonitoringSpec): CostAsked => ({
    side,
    from: as,
    measured: measured?.tables ?? [],
    usages: measured?.usages ?? [],
    prices,
  });
  const before = asked({ name, set: [], spec: from }, from);
  // A second spec tells its own usage, or none: then what is known of the first holds for it too.
  const after = asked({ name: other ?? name, set, spec: withUsageOf(from, spec) }, from);
  const unknown = await answered(what, before, after, given, context);
  const isWhole = unknown.length === 0 && !isStale && (measured?.rejected ?? 0) === 0;
  return exitOf(context.globals, { isWhole });
};

const withUsageOf = (from: MonitoringSpec, to: MonitoringSpec): MonitoringSpec =>
  to.usage === null ? { ...to, usage: from.usage } : to;

const refuseAmount = (what: (typeof WHATS)[number], files: readonly string[], set: readonly string[]): void => {
  if (files.length === 0) refuse('E103', 'of which spec?', { fix: `Give a file: unmasq cost ${what} monitoring.yaml` });
  if (files.length > (what === 'diff' ? 2 : 1))
    refuse('E103', `cost ${what} takes ${what === 'diff' ? 'two specs' : 'one spec'}`);
  if (what === 'diff' && files.length === 1 && set.length === 0)
    refuse('E103', 'what is different?', { fix: 'Give a second spec, or --set inventory.interval=5m.' });
};

const measuredAt = async (given: Given, { outside, voice }: Context): Promise<Measured | null> => {
  const named = texts(given, 'measured');
  const workspaces = named.filter((one) => one.startsWith('log-analytics://'));
  const endpoint = textOf(given, 'logAnalyticsEndpoint');
  if (endpoint !== null && workspaces.length === 0)
    refuse('E104', '--log-analytics-endpoint has no meaning without a workspace');
  if (named.length === 0) return null;
  const { objects, skipped } = await outside.filesAt(named.filter((one) => !workspaces.includes(one)));
  for (const { name, why, isProblem } of skipped) if (isProblem) voice.warn(`${name}: ${why}`);
  const found: WorkspaceIngestion[] = [];
  for (const workspace of workspaces) found.push(await outside.ingestionAt({ workspace, endpoint }));
  for (const { table, why } of found.flatMap(({ unclear }) => unclear))
    voice.note(`which namespaces have ${table} is not known: ${why}`);
  const measured = await measureIngestion(
    [...objects, ...found.map(({ usage }) => usage)],
    found.flatMap(({ namespaces }) => namespaces),
  );
  for (const { name, why } of measured.useless) voice.warn(`${name} was not measured: ${why}`);
  if (measured.rejected > 0)
    voice.warn(`${plural(measured.rejected, 'row')} of what was to be measured cannot be used`);
  if (measured.free > 0) voice.note(`${plural(measured.free, 'row')} that nobody pays for`);
  return measured.tables.length === 0 ? refuse('E524', 'nothing could be measured') : measured;
};

/** Answers, and gives what the answer leaves out. */
const answered = async (
  what: (typeof WHATS)[number],
  before: CostAsked,
  after: CostAsked,
  given: Given,
  context: Context,
): Promise<readonly string[]> => {
  switch (what) {
    case 'estimate': {
      const report = costEstimate(after);
      await print(estimateAnswer(report, context), context);
      context.voice.summary(`${total(report.monthly, report.unknown)} a month`, nextOf(report.unknown));
      return report.unknown;
    }
    case 'breakdown': {
      const report = costBreakdown(after, oneOf('--by', textOf(given, 'by') ?? 'table', BREAKDOWNS));
      await print(breakdownAnswer(report, context), context);
      context.voice.summary(`${total(report.monthly, report.unknown)} a month`, nextOf(report.unknown));
      return report.unknown;
    }
    case 'diff': {
      const report = costDifference(before, after);
      await print(differenceAnswer(report, context), context);
      context.voice.summary(
        `${change(report.monthlyChange)} a month${report.unknown.length > 0 ? ', of what is known' : ''}: ${total(report.before.monthly, report.before.unknown)} before, ${total(report.after.monthly, report.after.unknown)} after`,
      );
      return [...report.before.unknown, ...report.after.unknown];
    }
  }
};

/** What to tell next, so that the answer is whole. */
const nextOf = (unknown: readonly string[]): string | undefined => {
  const member = unknown.map((one) => /: (usage\.[\w.-]+)/.exec(one)?.[1]).find((one) => one !== undefined);
  return member === undefined ? undefined : `the same with --set ${member}=…, or --measured FOLDER of exported tables`;
};

interface Cell<Row> {
  readonly header: string;
  readonly of: (row: Row) => string;
  readonly raw: (row: Row) => string | number | null;
  readonly align?: 'right';
  readonly leaves: number;
  readonly wide?: boolean;
}

const ITEM: readonly Cell<BillItem>[] = [
  { header: 'ITEM', leaves: 0, of: ({ item }) => item, raw: ({ item }) => item },
  { header: 'AREA', leaves: 2, wide: true, of: ({ area }) => area, raw: ({ area }) => area },
  {
    header: 'NAMESPACE',
    leaves: 2,
    wide: true,
    of: ({ namespace }) => namespace ?? '-',
    raw: ({ namespace }) => namespace,
  },
  { header: 'PLAN', leaves: 3, of: ({ plan }) => plan ?? '-', raw: ({ plan }) => plan },
  { header: 'FROM', leaves: 4, of: ({ origin }) => origin ?? '-', raw: ({ origin }) => origin },
  {
    header: 'QUANTITY',
    leaves: 0,
    align: 'right',
    of: ({ quantity }) => amount(quantity),
    raw: ({ quantity }) => quantity,
  },
  { header: 'UNIT', leaves: 1, of: ({ unit }) => unit, raw: ({ unit }) => unit },
  {
    header: 'PRICE',
    leaves: 1,
    align: 'right',
    of: ({ unitPrice }) => price(unitPrice),
    raw: ({ unitPrice }) => unitPrice,
  },
  { header: 'A MONTH', leaves: 0, align: 'right', of: ({ monthly }) => money(monthly), raw: ({ monthly }) => monthly },
];

const estimateAnswer = (report: CostEstimate, context: Context): Answer =>
  answerOf(report, report.items, ITEM, context, {
    title: `Monitoring of ${report.cluster}`,
    sum: `${total(report.monthly, report.unknown)} a month`,
    ...report,
  });

const SLICE: readonly Cell<Slice>[] = [
  { header: 'OF', leaves: 0, of: (slice) => slice.of ?? '(none, or not known)', raw: (slice) => slice.of },
  { header: 'GB', leaves: 1, align: 'right', of: ({ gb }) => (gb === null ? '-' : amount(gb)), raw: ({ gb }) => gb },
  {
    header: 'A MONTH',
    leaves: 0,
    align: 'right',
    of: ({ monthly, isAtLeast }) => `${isAtLeast ? '≥ ' : ''}${money(monthly)}`,
    raw: ({ monthly }) => monthly,
  },
  {
    header: 'SHARE',
    leaves: 1,
    align: 'right',
    of: ({ share }) => (share === null ? '-' : percent(Math.max(0, share), 1)),
    raw: ({ share }) => share,
  },
];

const breakdownAnswer = (report: CostBreakdown, context: Context): Answer =>
  answerOf(report, report.slices, SLICE, context, {
    title: `Monitoring of ${report.cluster}, by ${report.query.by}`,
    sum: `${total(report.monthly, report.unknown)} a month`,
    ...report,
  });

const CHANGED: readonly Cell<ChangedItem>[] = [
  { header: 'ITEM', leaves: 0, of: ({ item }) => item, raw: ({ item }) => item },
  { header: 'BEFORE', leaves: 1, align: 'right', of: ({ before }) => money(before), raw: ({ before }) => before },
  { header: 'AFTER', leaves: 1, align: 'right', of: ({ after }) => money(after), raw: ({ after }) => after },
  {
    header: 'CHANGE',
    leaves: 0,
    align: 'right',
    of: (item) => (item.change === null ? '?' : signed(item.change)),
    raw: (item) => item.change,
  },
];

const differenceAnswer = (report: CostDifference, context: Context): Answer =>
  answerOf(report, report.items, CHANGED, context, {
    title: `Monitoring of ${report.after.cluster}: ${sideName(report.before)} → ${sideName(report.after)}`,
    sum: `${change(report.monthlyChange)} a month`,
    ...report,
  });

const sideName = ({ spec, set }: CostDifference['before']): string => [spec, ...set].join(' ');

interface Around {
  readonly title: string;
  readonly sum: string;
  readonly unknown: readonly string[];
  readonly assumptions: readonly string[];
  readonly pricesAsOf: string | null;
  readonly pricesRegion: string;
}

/** Rows with what has to be read beside them: the sum, what it leaves out, what was taken for so, how old the prices are. */
const answerOf = <Row>(
  report: unknown,
  rows: readonly Row[],
  cells: readonly Cell<Row>[],
  context: Context,
  around: Around,
): Answer => {
  const columns: readonly Column<Row>[] = cells;
  const shown = cells.filter(({ wide }) => wide !== true);
  const prices = `${around.pricesAsOf === null ? 'No price was needed' : `List prices of ${around.pricesAsOf}, ${around.pricesRegion}`}, US dollars without tax; yours differ by contract`;
  return {
    report,
    lines: rows,
    csv: csvOf(
      cells.map(({ header, raw }) => ({ name: header.toLowerCase().replaceAll(' ', '_'), of: raw })),
      rows,
    ),
    table: (options) => [
      ...tableOf(columns, rows, context)(options),
      '',
      around.sum,
      ...under('Not in the sum', around.unknown),
      ...under('Taken for so', around.assumptions),
      '',
      prices,
    ],
    markdown: () => [
      `### ${markdownText(around.title)}`,
      '',
      `**${markdownText(around.sum)}**`,
      '',
      ...markdownTable(shown, rows),
      ...listed('Not in the sum', around.unknown),
      ...listed('Taken for so', around.assumptions),
      '',
      markdownText(prices),
    ],
  };
};

const under = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];

const listed = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, '', ...lines.map((line) => `- ${markdownText(line)}`)];

const money = (usd: number | null): string => (usd === null ? '?' : usd.toLocaleString('en-US', TWO));
const TWO = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;
const signed = (usd: number): string => `${usd > 0 ? '+' : ''}${money(usd)}`;
const amount = (n: number | null): string =>
  n === null ? '?' : n.toLocaleString('en-US', { maximumFractionDigits: Math.abs(n) < 100 ? 2 : 0 });
const price = (usd: number | null): string => (usd === null ? '?' : String(Number(usd.toPrecision(4))));
const dollars = (usd: number): string => `$${money(Math.abs(usd))}`;
const total = (usd: number, unknown: readonly string[]): string =>
  `${unknown.length > 0 ? 'at least ' : ''}${usd < 0 ? '-' : ''}${dollars(usd)}`;
const change = (usd: number): string => (usd === 0 ? 'no change' : `${dollars(usd)} ${usd > 0 ? 'more' : 'less'}`);
