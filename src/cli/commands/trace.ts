import { ALL_TIME, type TraceRange } from '../../app/trace-find.ts';
import type { TraceItem } from '../../app/trace-item.ts';
import { type PropagationReport, propagationReport } from '../../app/trace-propagation.ts';
import { traceReport, type TraceReport } from '../../app/trace.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, chooseRange, type Context } from '../context.ts';
import { type AskedHere, withAsked } from '../in-workspace.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';
import { count, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { duration } from '../render/time.ts';
import { whenColumns } from './trace-bars.ts';
import { exitOf } from '../exit-of.ts';

export const runTrace = async (asking: Context, words: readonly string[], given: Given): Promise<number> => {
  const propagation = given['propagation'] === true;
  if (propagation && words.length > 0)
    refuse('E105', '--propagation is about all requests: it cannot stand beside an id');
  if (!propagation && words.length === 0)
    refuse('E103', 'an id is missing', { fix: 'Give a trace or correlation id, or --propagation.' });
  if (!propagation && asking.globals.namespaces.length > 0)
    refuse('E104', '--namespace has no meaning beside an id', {
      why: 'a journey is shown whole, whatever namespaces it passes',
    });
  const how = { given, notThere: ['propagation'], id: words.join(' ') };
  return withAsked(asking, how, async ({ store, context, told }) => {
    const cluster = await chooseCluster(store, context);
    const range = await traceRange(store, cluster, context);
    return propagation
      ? showPropagation(await propagationReport(store, { ...range, namespaces: context.globals.namespaces }), context)
      : showTrace(told(await traceReport(store, words.join(' '), range)), context);
  });
};

/** Without a range all there is: traces may be older than any flow. */
const traceRange = async (
  store: AskedHere['store'],
  cluster: string,
  context: Context,
): Promise<TraceRange & { readonly chosen: boolean }> => {
  const { since, until, at } = context.globals;
  if (since === null && until === null && at === null) return { cluster, ...ALL_TIME, chosen: false };
  const range = await chooseRange(store, cluster, context);
  return { cluster, from: range.from, until: range.until, chosen: true };
};

const showTrace = async (report: TraceReport, context: Context): Promise<number> => {
  const { voice } = context;
  const { items, traces, carry } = report;
  await print(
    {
      report,
      lines: items,
      csv: csvOf(CSV, items),
      table: (options) =>
        items.length === 0
          ? ['Nothing carries this id.']
          : tableOf(columns(context, items, options.width), items, context)(options),
    },
    context,
  );
  for (const reason of report.completeness.reasons) voice.warn(reason);
  for (const skew of report.skews) voice.warn(skewText(skew));
  if (items.length === 0) {
    voice.summary(
      '0 sightings: it was not recorded, is spelled otherwise, or stands in a field that unmasq does not read (ingest --id-field NAME)',
      'unmasq sources',
    );
    return exitOf(context.globals, { isWhole: report.completeness.complete });
  }
  const of = (kind: TraceItem['kind']): number => items.filter((item) => item.kind === kind).length;
  const flow = items.find((item) => item.flow !== undefined)?.flow?.flow;
  voice.summary(
    `${plural(carry, 'sighting')} with this id, ${plural(traces.length, 'trace')}: ${plural(of('span'), 'span')}, ${plural(of('log'), 'log line')}, ${plural(of('flow'), 'flow')}, ${plural(of('gap'), 'gap')}`,
    flow === undefined ? undefined : `unmasq why ${flow}`,
  );
  return exitOf(context.globals, { isWhole: report.completeness.complete });
};

const skewText = ({ node, against, leastMs, mostMs, calls }: TraceReport['skews'][number]): string => {
  const [a, b] = [leastMs ?? mostMs, mostMs];
  const behind = b < 0;
  const [small, large] = behind ? [-b, -a] : [a, b];
  const much =
    small === large || leastMs === null ? `at least ${duration(small)}` : `${duration(small)} to ${duration(large)}`;
  const hours = Math.round(small / 1_800_000) / 2;
  const zone =
    hours >= 0.5 && Math.abs(small - hours * 3_600_000) < 120_000 ? ': close to a difference of time zones' : '';
  return `the clock of ${node} is ${much} ${behind ? 'behind' : 'ahead of'} that of ${against} (${plural(calls, 'call')} between them)${zone}; times below are as each wrote them`;
};

const MARK: Readonly<Record<TraceItem['kind'], string>> = { span: '', log: '· ', flow: '⇢ ', gap: '? ' };

const what = ({ text, result, among }: TraceItem): string =>
  `${text}${result === undefined ? '' : `  ${result}`}${among === undefined || among < 2 ? '' : `, 1 of ${among} that fit`}`;

const who = ({ pod, service }: TraceItem): string =>
  pod === null ? (service ?? '-') : `${pod.namespace === '' ? '' : `${pod.namespace}/`}${pod.name || pod.uid}`;

/** The longest line of a log must not drive the pods from the screen. */
const roomFor = (width: number | null): number =>
  width === null ? Number.POSITIVE_INFINITY : Math.max(40, Math.floor(width * 0.4));

const short = (text: string, room: number): string => (text.length <= room ? text : `${text.slice(0, room - 1)}…`);

const columns = (context: Context, items: readonly TraceItem[], width: number | null): readonly Column<TraceItem>[] => [
  ...whenColumns(items, context),
  {
    header: 'WHAT',
    leaves: 0,
    means: (i) => (i.status === 'error' ? 'failure' : i.kind === 'gap' ? 'warning' : i.kind === 'log' ? 'dim' : null),
    of: (i) => short(`${'  '.repeat(Math.min(i.depth, 20))}${MARK[i.kind]}${what(i)}`, roomFor(width)),
  },
  { header: 'POD', leaves: 0, means: (i) => (i.pod === null ? null : 'identity'), of: who },
  { header: 'NODE', leaves: 3, of: (i) => i.node ?? '-' },
  { header: 'FLOW', leaves: 4, of: (i) => i.flow?.flow ?? '-' },
  {
    header: 'WORKLOAD',
    leaves: 4,
    wide: true,
    of: (i) => (i.workload === null ? '-' : `${i.workload.kind.toLowerCase()}/${i.workload.name}`),
  },
  { header: 'TIE', leaves: 4, wide: true, of: (i) => i.tie ?? i.reason ?? '-' },
  { header: 'SPAN', leaves: 4, wide: true, of: (i) => i.spanId ?? '-' },
  { header: 'SOURCE', leaves: 4, wide: true, of: (i) => i.source ?? '-' },
];

const CSV = [
  { name: 'at', of: (i: TraceItem) => i.at },
  { name: 'kind', of: (i: TraceItem) => i.kind },
  { name: 'depth', of: (i: TraceItem) => i.depth },
  { name: 'duration_ms', of: (i: TraceItem) => i.durationMs ?? null },
  { name: 'namespace', of: (i: TraceItem) => i.pod?.namespace ?? null },
  { name: 'workload', of: (i: TraceItem) => i.workload?.name ?? null },
  { name: 'pod', of: (i: TraceItem) => i.pod?.name ?? null },
  { name: 'node', of: (i: TraceItem) => i.node },
  { name: 'status', of: (i: TraceItem) => i.status ?? null },
  { name: 'text', of: what },
  { name: 'flow', of: (i: TraceItem) => i.flow?.flow ?? null },
  { name: 'verdict', of: (i: TraceItem) => i.flow?.verdict ?? null },
  { name: 'snat_port', of: (i: TraceItem) => i.flow?.snatPort ?? null },
  { name: 'reason', of: (i: TraceItem) => i.reason ?? null },
] as const;

type Hop = PropagationReport['items'][number];

const showPropagation = async (report: PropagationReport, context: Context): Promise<number> => {
  const { items } = report;
  await print(
    {
      report,
      lines: items,
      csv: csvOf(HOP_CSV, items),
      table: (options) =>
        items.length === 0 ? ['No calls between workloads found.'] : tableOf(HOPS, items, context)(options),
    },
    context,
  );
  for (const reason of report.completeness.reasons) context.voice.warn(reason);
  const losing = items.filter(({ lost }) => lost !== 'nowhere').length;
  context.voice.summary(
    `${plural(items.length, 'hop')}, ${count(losing)} of them with losses; ${plural(report.sightings, 'sighting')} looked at`,
  );
  return exitOf(context.globals, { isWhole: report.completeness.complete });
};

const share = (arrived: number, of: number): string =>
  of === 0 ? '-' : `${Math.floor((100 * arrived) / of)}% of ${count(of)}`;

const LOST: Readonly<Record<Hop['lost'], string>> = {
  nowhere: '-',
  'in-part': 'at some calls',
  'callee-silent': 'the callee tells nothing: it is not instrumented',
  'caller-silent': 'at the caller: no span of it tells of the call',
  'not-passed': 'between them: no id of the caller arrives',
  restarted: 'at the callee: it begins traces of its own',
};

const HOPS: readonly Column<Hop>[] = [
  { header: 'FROM', leaves: 0, means: () => 'identity', of: (h) => h.from },
  { header: 'TO', leaves: 0, means: () => 'identity', of: (h) => h.to },
  { header: 'CALLS', align: 'right', leaves: 1, of: (h) => count(h.calls) },
  { header: 'TRACE IDS', align: 'right', leaves: 0, of: (h) => share(h.traceIdsArrived, h.traceIds) },
  { header: 'OTHER IDS', align: 'right', leaves: 2, of: (h) => share(h.idsArrived, h.ids) },
  { header: 'LOST', leaves: 0, means: (h) => (h.lost === 'nowhere' ? null : 'warning'), of: (h) => LOST[h.lost] },
  { header: 'RESTARTED', align: 'right', leaves: 3, wide: true, of: (h) => count(h.restarted) },
  { header: 'FLOWS', align: 'right', leaves: 3, wide: true, of: (h) => count(h.flows) },
  { header: 'FOR EXAMPLE', leaves: 4, wide: true, of: (h) => h.examples.join(' ') || '-' },
];

const HOP_CSV = [
  { name: 'from', of: (h: Hop) => h.from },
  { name: 'to', of: (h: Hop) => h.to },
  { name: 'calls', of: (h: Hop) => h.calls },
  { name: 'trace_ids', of: (h: Hop) => h.traceIds },
  { name: 'trace_ids_arrived', of: (h: Hop) => h.traceIdsArrived },
  { name: 'ids', of: (h: Hop) => h.ids },
  { name: 'ids_arrived', of: (h: Hop) => h.idsArrived },
  { name: 'restarted', of: (h: Hop) => h.restarted },
  { name: 'flows', of: (h: Hop) => h.flows },
  { name: 'lost', of: (h: Hop) => h.lost },
] as const;
