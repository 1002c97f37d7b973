import { accuracySays } from '../../app/accuracy.ts';
import { only } from '../../app/address.ts';
import { type Asked, type Destination, parseDestination } from '../../app/destination.ts';
import { allFlows } from '../../core/all-flows.ts';
import { VERDICT_KINDS } from '../../core/ports.ts';
import type { FlowsOver } from '../../app/flows-over.ts';
import { type WhoItem, type WhoPod, type WhoReport, who } from '../../app/who.ts';
import { comparedRanges, compareWho } from '../../app/who-comparison.ts';
import { parseIp } from '../../base/ip.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, chooseRange, type Context } from '../context.ts';
import { type FromWorkspace, withAsked } from '../in-workspace.ts';
import { stepsOf, textOf, texts, verdicts } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { must, refuse } from '../refused.ts';
import { bytes, count, expected, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { range as renderRange, shown } from '../render/time.ts';
import { coverageLine, workloadOf } from './who-words.ts';
import { printComparison } from './who-comparison.ts';
import { exitOf } from '../exit-of.ts';

export const runWho = async (asking: Context, words: readonly string[], given: Given): Promise<number> => {
  const { globals, voice, zone } = asking;
  const narrowed = { verdicts: verdicts(given), nodes: texts(given, 'node') };
  const compare = textOf(given, 'compare');
  if (compare !== null && narrowed.verdicts.length > 0)
    refuse('E105', '--compare weighs the flows of every verdict: --verdict cannot stand beside it');
  const steps = stepsOf(given, globals.output, 'workload');
  if (steps !== null && compare !== null)
    refuse('E105', '--compare and --steps are two answers: ask for one at a time');
  const destination = await destinationOf(
    must(parseDestination(words.join(' '))),
    given['resolveNow'] === true,
    asking,
  );
  for (const note of destination.notes) voice.note(note);
  const how = { given, notThere: ['compare', 'steps'], at: destination.at };
  return withAsked(asking, how, async ({ store, context, isWorkspace, told }) => {
    const cluster = await chooseCluster(store, context);
    const range = await chooseRange(store, cluster, context, destination.at);
    const { dest, destPorts, srcIps, srcPorts, protocols } = destination;
    const query = {
      ...allFlows(cluster, range),
      dest,
      destPorts,
      srcIps,
      srcPorts,
      protocols,
      namespaces: globals.namespaces,
      ...narrowed,
    };
    if (compare !== null) {
      const ranges = must(comparedRanges(compare, range));
      if (!range.chosen) voice.note(`of that the newest: ${renderRange(ranges.range.from, ranges.range.until, zone)}`);
      voice.note(`compared with ${renderRange(ranges.before.from, ranges.before.until, zone)}`);
      const { namespaces } = globals;
      const report = await compareWho(store, {
        dest: destination.text,
        ...ranges,
        tz: zone.name,
        query: { ...query, namespaces: [] },
        namespaces,
      });
      await printComparison(report, context);
      const isWhole = report.completeness.complete && report.before.completeness.complete;
      return exitOf(globals, { isWhole });
    }
    const of = { dest: destination.text, range, tz: zone.name, query };
    const report = told(await who(store, steps === null ? of : { ...of, steps }));
    await printWho(report, context);
    if (report.accuracy !== null) voice.note(accuracySays(report.accuracy));
    for (const reason of report.completeness.reasons) voice.warn(reason);
    voice.summary(
      coverageLine(report.coverage),
      report.coverage.flows === 0 || isWorkspace
        ? undefined
        : `unmasq flows --dest ${destination.text.split(' ')[0]}${sameRange(context)} -o wide`,
    );
    return exitOf(globals, { isWhole: report.completeness.complete });
  });
};

/** The range flags as they were given, for a command to copy. */
const sameRange = ({ globals }: Context): string =>
  (['since', 'until', 'at'] as const)
    .map((name) => (globals[name] === null ? '' : ` --${name} ${shellWord(globals[name])}`))
    .join('');

const shellWord = (text: string): string => (/^[\w:.+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A host name is guessed where the user says so. */
export const destinationOf = async (
  asked: Asked,
  resolveNow: boolean,
  { outside, voice }: Context,
): Promise<Destination> => {
  if (asked.kind === 'address') return asked.destination;
  if (!resolveNow)
    return refuse('E110', `"${asked.name}" is a host name, and none of the sources that were read records names`);
  let addresses: readonly string[];
  try {
    addresses = await outside.resolve(asked.name);
  } catch (error) {
    return refuse('E116', `"${asked.name}" has no address here`, { why: (error as Error).message });
  }
  voice.warn(
    `a guess: ${asked.name} is ${addresses.join(', ')} at this moment; it may have been another address then, and others may share it`,
  );
  const dest = addresses.flatMap((text) => {
    const ip = parseIp(text);
    return ip.ok ? [only(ip.value)] : [];
  });
  return {
    text: addresses.join(' '),
    dest,
    destPorts: [],
    srcIps: [],
    srcPorts: [],
    protocols: [],
    at: null,
    notes: [],
  };
};

interface Line {
  readonly item: WhoItem;
  readonly pod: WhoPod | null;
}

/** Pods that are only possible, beyond which a table tells no more. */
const POSSIBLE_SHOWN = 10;

export const printWho = async (
  report: WhoReport & { readonly workspace?: FromWorkspace },
  context: Context,
): Promise<void> => {
  const { globals, voice } = context;
  const all = report.items.flatMap((item): readonly Line[] =>
    item.pods.length === 0 ? [{ item, pod: null }] : item.pods.map((pod) => ({ item, pod })),
  );
  const sure = all.filter((line) => of(line).exactFlows > 0).sort((a, b) => of(b).exactFlows - of(a).exactFlows);
  const possible = all.filter((line) => of(line).exactFlows === 0).sort((a, b) => of(b).flows - of(a).flows);
  const lines = [...sure, ...(globals.output === 'table' ? possible.slice(0, POSSIBLE_SHOWN) : possible)];
  await print(
    {
      report,
      lines: report.items,
      csv: csvOf(CSV, all),
      table: (options) => [
        ...(lines.length === 0
          ? [nobody(report)]
          : tableOf(columns(context, report.workspace !== undefined), lines, context)(options)),
        ...(report.over === undefined
          ? []
          : ['', ...tableOf(stepColumns(report.over, context), report.over.steps, context)(options)]),
      ],
    },
    context,
  );
  const hidden = sure.length + possible.length - lines.length;
  if (globals.output === 'table' && hidden > 0)
    voice.note(`and ${plural(hidden, 'pod')} more that are only possible: -o wide lists them`);
};

const nobody = ({ coverage: { flows } }: WhoReport): string =>
  flows === 0 ? 'No flows found.' : `${plural(flows, 'flow')} found, and nobody can be named for any of them.`;

const of = ({ item, pod }: Line): WhoItem | WhoPod => pod ?? item;

const columns = ({ zone }: Context, isWorkspace: boolean): readonly Column<Line>[] => [
  { header: 'NAMESPACE', leaves: 0, of: ({ item }) => item.workload?.namespace ?? '-' },
  { header: 'WORKLOAD', leaves: 0, means: () => 'identity', of: ({ item }) => workloadOf(item) },
  { header: 'POD', leaves: 0, of: ({ pod }) => pod?.name ?? '-' },
  {
    header: 'CERTAINTY',
    leaves: 0,
    means: (line) => (isExact(line) ? 'ok' : 'warning'),
    // Nothing tells the candidates apart: a share of few is no likelihood.
    of: (line) => (isWorkspace ? 'possible' : certainty(line)),
  },
  { header: 'FLOWS', align: 'right', leaves: 0, of: (line) => expected(of(line).flows, of(line).exactFlows) },
  { header: 'OUT', align: 'right', leaves: 2, of: (line) => bytes(of(line).bytesOut) },
  { header: 'IN', align: 'right', leaves: 3, of: (line) => bytes(of(line).bytesIn) },
  { header: 'NODE', leaves: 4, of: ({ item, pod }) => pod?.node ?? item.node ?? '-' },
  { header: 'FIRST', leaves: 5, of: (line) => shown(of(line).first, zone) },
  { header: 'LAST', leaves: 1, of: (line) => shown(of(line).last, zone) },
  { header: 'POD UID', leaves: 6, wide: true, of: ({ pod }) => pod?.uid ?? '-' },
];

type Step = FlowsOver['steps'][number];

/** Only verdicts that there are. */
const stepColumns = ({ steps }: FlowsOver, { zone }: Context): readonly Column<Step>[] => [
  { header: 'BEGAN FROM', leaves: 0, of: ({ from }) => shown(from, zone) },
  ...VERDICT_KINDS.filter((verdict) => steps.some((step) => step[verdict] > 0)).map(
    (verdict): Column<Step> => ({
      header: verdict.toUpperCase(),
      align: 'right',
      leaves: 0,
      of: (step) => expected(step[verdict], Math.round(step[verdict])),
    }),
  ),
];

const isExact = (line: Line): boolean => Math.abs(of(line).exactFlows - of(line).flows) < 1e-9;

/** Words, not numbers: the mean of many flows is no probability of any of them. */
const certainty = (line: Line): string => {
  const { exactFlows, flows, relayedFlows = 0 } = of(line);
  if (isExact(line) && relayedFlows > 0)
    return relayedFlows === exactFlows ? 'relay only' : `exact, ${count(relayedFlows)} only relayed`;
  if (isExact(line)) return line.pod === null ? 'certain' : 'exact';
  const confidence = line.pod?.confidence ?? 0;
  // Of the flows that it may have sent and did not surely send.
  const rest = confidence > 0 ? (flows - exactFlows) / (flows / confidence - exactFlows) : 0;
  const word = rest >= PROBABLE ? 'probable' : rest >= LIKELY ? 'likely' : 'possible';
  return exactFlows > 0 ? `${count(exactFlows)} exact, others ${word}` : word;
};

const PROBABLE = 0.95;
const LIKELY = 0.5;

const CSV = [
  { name: 'namespace', of: ({ item }: Line) => item.workload?.namespace ?? null },
  { name: 'kind', of: ({ item }: Line) => item.workload?.kind ?? null },
  { name: 'workload', of: ({ item }: Line) => item.workload?.name ?? null },
  { name: 'pod', of: ({ pod }: Line) => pod?.name ?? null },
  { name: 'pod_uid', of: ({ pod }: Line) => pod?.uid ?? null },
  { name: 'node', of: ({ item, pod }: Line) => pod?.node ?? item.node ?? null },
  { name: 'flows', of: (line: Line) => of(line).flows },
  { name: 'exact_flows', of: (line: Line) => of(line).exactFlows },
  { name: 'relayed_flows', of: (line: Line) => of(line).relayedFlows ?? 0 },
  { name: 'bytes_out', of: (line: Line) => of(line).bytesOut },
  { name: 'bytes_in', of: (line: Line) => of(line).bytesIn },
  { name: 'first', of: (line: Line) => of(line).first },
  { name: 'last', of: (line: Line) => of(line).last },
] as const;
