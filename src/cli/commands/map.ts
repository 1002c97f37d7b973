import { type MapFrom, type MapItem, mapOf, type MapReport, type MapTarget } from '../../app/map.ts';
import { bytes, count, expected, percent, plural } from '../../base/number-text.ts';
import { allFlows } from '../../core/all-flows.ts';
import { MAP_BY, MAP_HIDE, MAP_SENDER, MAP_TO, type MapHide } from '../../core/flow-map.ts';
import { VERDICT_KINDS } from '../../core/ports.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, chooseRange, type Context, withStore } from '../context.ts';
import { textOf, texts, wholeNumber } from '../flag-values.ts';
import { exitOf } from '../exit-of.ts';
import { flowFilters } from '../flow-filters.ts';
import { type Given, oneOf } from '../globals.ts';
import type { Column } from '../render/table.ts';
import { shown } from '../render/time.ts';
import { coverageLine } from './who-words.ts';

const DEFAULT_LIMIT = 40;
/** More lines than this are no picture, and `flows` has them all. */
const MOST = 1_000;

export const runMap = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { globals, voice, zone } = context;
  const narrowed = flowFilters(words, given, globals.namespaces);
  const sender = oneOf('--sender', textOf(given, 'sender') ?? 'workload', MAP_SENDER);
  const to = oneOf('--to', textOf(given, 'to') ?? 'address', MAP_TO);
  const by = oneOf('--by', textOf(given, 'by') ?? 'flows', MAP_BY);
  const hide = hiding(given);
  const edges = wholeNumber(given, 'limit', '--limit', MOST) ?? DEFAULT_LIMIT;
  return withStore(context, async (store) => {
    const cluster = await chooseCluster(store, context);
    const range = await chooseRange(store, cluster, context);
    const query = { ...allFlows(cluster, range), ...narrowed, sender, to, by, hide, edges, named: [] };
    const report = await mapOf(store, { range, tz: zone.name, query });
    await print(
      {
        report,
        lines: report.items,
        csv: csvOf(CSV, report.items),
        table: (options) => [
          ...(report.items.length === 0
            ? ['No flows found.']
            : tableOf(columns(context, report), report.items, context)(options)),
          ...hiddenLines(report),
        ],
      },
      context,
    );
    for (const note of report.notes) voice.note(note);
    for (const reason of report.completeness.reasons) voice.warn(reason);
    if (report.tiers.length > 0) voice.note(`counted from ${report.tiers.join(', ')}`);
    voice.summary(coverageLine(report.coverage), nextOf(report));
    return exitOf(globals, { isWhole: report.completeness.complete });
  });
};

/** `--hide dns,azure --hide kube-system`. */
const hiding = (given: Given): readonly MapHide[] => [
  ...new Set(
    texts(given, 'hide')
      .flatMap((text) => text.split(','))
      .map((word) => oneOf('--hide', word.trim().toLowerCase(), MAP_HIDE)),
  ),
];

const nextOf = ({ items }: MapReport): string | undefined => {
  const dest = items.find(({ to }) => to.dest !== null)?.to.dest ?? null;
  return dest === null ? undefined : `unmasq who ${dest}`;
};

const hiddenLines = ({ hidden }: MapReport): readonly string[] =>
  hidden.length === 0
    ? []
    : ['', ...hidden.map((one) => `hidden by ${one.preset}: ${plural(one.flows, 'flow')}, ${bytes(one.bytes)}`)];

const fromText = ({ kind, workload, node, pod }: MapFrom, senders: number): string => {
  if (workload !== null && pod !== null) return `${workload.namespace}/${pod.name}`;
  if (workload !== null) return `${workload.namespace}/${workload.name}`;
  switch (kind) {
    case 'node':
      return `(node ${node ?? ''})`;
    case 'ambiguous':
      return '(several possible)';
    case 'outside':
      return '(from outside)';
    case 'other':
      return `(${plural(senders, 'other sender')})`;
    default:
      return '(unknown)';
  }
};

const target = ({ kind, name, workload, node, addressCount }: MapTarget, destinations: number): string => {
  if (kind === 'other') return `(${plural(destinations, 'other destination')})`;
  if (kind === 'all') return '(all)';
  const holder = workload === null ? node : `${workload.namespace}/${workload.name}`;
  if ((kind === 'address' || kind === 'port') && holder !== null) return `${name} (${holder})`;
  if (kind === 'node') return `(node ${name})`;
  return addressCount > 1 ? `${name} (${count(addressCount)} addresses)` : name;
};

/** `exact` where all are; else the shares, by what the lines are ordered by. */
const certainty =
  (by: MapReport['query']['by']) =>
  (item: MapItem): string => {
    // Bytes of a verdict are not told apart by direction.
    const measure = by === 'sent' ? 'bytes' : by;
    const shares = VERDICT_KINDS.filter((verdict) => item.byVerdict[verdict].flows > 0);
    if (shares.length === 1) return shares[0] as string;
    return shares.map((verdict) => `${verdict} ${percent(item.byVerdict[verdict][measure], item[measure])}`).join(', ');
  };

const columns = ({ zone }: Context, { query }: MapReport): readonly Column<MapItem>[] => [
  {
    header: 'FROM',
    leaves: 0,
    means: ({ from }) => (from.workload === null ? 'dim' : 'identity'),
    of: ({ from, senders }) => fromText(from, senders),
  },
  { header: 'TO', leaves: 0, of: ({ to, destinations }) => target(to, destinations) },
  { header: 'FLOWS', align: 'right', leaves: 0, of: ({ flows }) => expected(flows, Math.round(flows)) },
  { header: 'OUT', align: 'right', leaves: 1, of: ({ bytesOut }) => bytes(bytesOut) },
  { header: 'IN', align: 'right', leaves: 2, of: ({ bytesIn }) => bytes(bytesIn) },
  { header: 'VERDICTS', leaves: 3, of: certainty(query.by) },
  { header: 'FIRST', leaves: 5, of: ({ first }) => shown(first, zone) },
  { header: 'LAST', leaves: 4, of: ({ last }) => shown(last, zone) },
  { header: 'KIND', leaves: 6, wide: true, of: ({ from }) => from.workload?.kind ?? '-' },
  { header: 'ADDRESSES', leaves: 6, wide: true, of: ({ to }) => to.addresses.join(' ') || '-' },
];

const CSV = [
  { name: 'from', of: ({ from }: MapItem) => from.kind },
  { name: 'namespace', of: ({ from }: MapItem) => from.workload?.namespace ?? null },
  { name: 'kind', of: ({ from }: MapItem) => from.workload?.kind ?? null },
  { name: 'workload', of: ({ from }: MapItem) => from.workload?.name ?? null },
  { name: 'node', of: ({ from }: MapItem) => from.node },
  { name: 'pod', of: ({ from }: MapItem) => from.pod?.name ?? null },
  { name: 'to', of: ({ to }: MapItem) => to.kind },
  { name: 'to_name', of: ({ to }: MapItem) => to.name },
  { name: 'to_namespace', of: ({ to }: MapItem) => to.workload?.namespace ?? null },
  { name: 'to_workload', of: ({ to }: MapItem) => to.workload?.name ?? null },
  { name: 'to_node', of: ({ to }: MapItem) => to.node },
  { name: 'addresses', of: ({ to }: MapItem) => to.addressCount },
  { name: 'edges', of: ({ edges }: MapItem) => edges },
  { name: 'flows', of: ({ flows }: MapItem) => flows },
  { name: 'bytes_out', of: ({ bytesOut }: MapItem) => bytesOut },
  { name: 'bytes_in', of: ({ bytesIn }: MapItem) => bytesIn },
  ...VERDICT_KINDS.map((verdict) => ({
    name: `${verdict}_flows`,
    of: ({ byVerdict }: MapItem) => byVerdict[verdict].flows,
  })),
  { name: 'first', of: ({ first }: MapItem) => first },
  { name: 'last', of: ({ last }: MapItem) => last },
] as const;
