import { type ForecastItem, snatForecast } from '../../app/snat-forecast.ts';
import { type LedgerItem, type LedgerPod, snatLedger } from '../../app/snat-ledger.ts';
import type { SourceLine } from '../../app/completeness.ts';
import type { SharedEgress, SharedUse } from '../../app/shared-egress.ts';
import type { PortsAsked } from '../../app/of-namespaces.ts';
import { snatStatus, type StatusItem } from '../../app/snat-status.ts';
import type { TimeRange } from '../../app/time-range.ts';
import { PRIVATE } from '../../base/address-block.ts';
import type { Store } from '../../core/ports.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, chooseRange, type Context, withStore } from '../context.ts';
import { endpoints, MOST_STEPS, textOf, texts, wholeNumber } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { refuseUnknown } from '../known-names.ts';
import { refuse } from '../refused.ts';
import type { Meaning } from '../render/colour.ts';
import { count, percent, plural } from '../../base/number-text.ts';
import type { CsvColumn, CsvValue } from '../render/csv.ts';
import type { Column } from '../render/table.ts';
import { duration, shown } from '../render/time.ts';
import { advice } from './snat-advice.ts';
import { conntrackLedger } from './snat-conntrack-ledger.ts';
import { podLedger } from './snat-pod-ledger.ts';
import { cutWords } from '../cut-words.ts';
import { tellAssumed } from '../tell-assumed.ts';
import { exitOf } from '../exit-of.ts';

const KINDS = ['status', 'ledger', 'forecast', 'advice'] as const;
const LEDGERS = ['node', 'pod', 'conntrack'] as const;
/** Destinations that are listed. */
const LISTED = 100;

/** Of an address that nobody says is a node's nothing is charged to a node. */
const nothingHeld = (sources: readonly SourceLine[]): string =>
  sources.some(({ kind, rows }) => kind === 'inventory' && rows > 0)
    ? 'No ports of nodes were held towards the outside.'
    : 'Of no address it is known that it is a node’s, so no port is charged to one: bring in `kubectl get nodes -o json` and `kubectl get pods -A -o json`.';

export const runSnat = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { globals } = context;
  const what = oneOf('snat', words[0] ?? 'status', KINDS);
  if (words.length > 1)
    refuse('E105', `snat ${words.join(' ')}: one answer at a time`, {
      fix: `Write unmasq snat ${what}; --dest and --node narrow it.`,
    });
  const of = oneOf('--of', textOf(given, 'of') ?? 'node', LEDGERS);
  if (of !== 'node' && what !== 'ledger')
    refuse('E105', `snat ${what} has no --of ${of}`, { fix: `Write unmasq snat ledger --of ${of}.` });
  const narrows = texts(given, 'dest').length > 0 ? '--dest' : given['inside'] === true ? '--inside' : null;
  if (of === 'conntrack' && narrows !== null)
    refuse('E105', `${narrows}: a table of connection tracking is told of a node as a whole`, {
      fix: `Leave ${narrows} away, or ask for --of node.`,
    });
  const { namespaces } = globals;
  if (namespaces.length > 0 && (what === 'forecast' || of === 'conntrack'))
    refuse(
      'E105',
      `--namespace: ${what === 'forecast' ? 'a limit is reached' : 'a table of connection tracking is filled'} by all pods of a node together`,
      {
        fix: 'Leave it away; `unmasq snat ledger -n NAMESPACE` says what its pods hold.',
      },
    );
  const steps = wholeNumber(given, 'steps', '--steps', MOST_STEPS);
  if (steps !== null && what !== 'status')
    refuse('E105', `snat ${what} has no --steps`, { fix: 'Write unmasq snat status --steps 60 -o json.' });
  if (steps !== null && globals.output !== 'json' && globals.output !== 'yaml')
    refuse('E105', `--steps has no place in -o ${globals.output}`, { fix: 'Use -o json or yaml.' });
  const limit = wholeNumber(given, 'limit', '--limit') ?? LISTED;
  if (what === 'status' && given['limit'] !== undefined)
    refuse('E105', 'snat status has no --limit: it tells of every node', {
      fix: 'Leave it away; --node narrows it.',
    });
  const dest = endpoints(given, 'dest', '--dest');
  return withStore(context, async (store) => {
    const cluster = await chooseCluster(store, context);
    const nodes = texts(given, 'node');
    await refuseUnknown(store, cluster, { nodes, namespaces });
    const range = await chooseRange(store, cluster, context);
    const query: PortsAsked = {
      namespaces,
      cluster,
      from: range.from,
      until: range.until,
      dest,
      destPorts: [],
      nodes,
      inside: given['inside'] === true || dest.length > 0 ? [] : PRIVATE,
    };
    if (what === 'status') return status(store, query, range, steps, context);
    const answer = what === 'ledger' ? LEDGER_OF[of] : ANSWERS[what];
    return answer(store, query, range, limit, context);
  });
};

export type Answering = (
  store: Store,
  query: PortsAsked,
  range: TimeRange,
  limit: number,
  context: Context,
) => Promise<number>;

/** At this share of what is allocated somebody has to look. */
const TIGHT = 0.8;
/** Nodes of which it is said that Azure counted what flows do not explain; `-o wide` shows all. */
const WARNED = 3;

const nameOf = (resource: string): string => resource.split('/').at(-1) ?? resource;

/** What Azure counts of it. */
const isFull = ({ utilization, failed }: SharedEgress): boolean =>
  (utilization ?? 0) >= TIGHT * 100 || (failed ?? 0) > 0;

/** Flows count a closed connection for as long as its node does, which is longer than a NAT gateway: so many, at the most. A firewall's ports serve several destinations at once. */
const mayBeFull = ({ egressPath, uses }: SharedEgress): boolean =>
  egressPath === 'nat-gateway' && uses.some(({ largest }) => (largest?.share ?? 0) >= TIGHT);

/** What Azure tells of it, and below for each protocol what flows do. */
const sharedLines = (shared: SharedEgress): readonly string[] => {
  const { resource, egressPath, failed, dropped, connections, utilization, addresses, capacity, uses } = shared;
  const told = [
    ...(connections === null ? [] : [`at most ${plural(connections, 'connection')}`]),
    ...(failed === null ? [] : [`${count(failed)} failed for want of a port`]),
    ...(dropped === null ? [] : [`${plural(dropped, 'packet')} dropped`]),
    ...(utilization === null ? [] : [`ports used up to ${utilization}%`]),
  ];
  const has =
    capacity === null || addresses === null
      ? 'how many ports it has is not told'
      : `${plural(addresses, 'address', 'addresses')}, ${count(capacity)} ports${egressPath === 'firewall' ? ' with two instances' : ''}`;
  return [
    `${egressPath} ${nameOf(resource)}: ${told.join(', ') || 'Azure told nothing of its ports'}`,
    ...(uses.length === 0 ? [] : [`  ${has}`]),
    ...uses.map((use) => `  ${use.protocol}: ${useSays(use, shared)}`),
  ];
};

const useSays = ({ atMost, largest }: SharedUse, { capacity, capacityToOne }: SharedEgress): string => {
  const of = (limit: number | null): string => (limit === null ? '' : ` of ${count(limit)}`);
  return [
    `flows of all nodes held up to ${plural(atMost, 'connection')}${of(capacity)}`,
    ...(largest === null
      ? []
      : [`to ${largest.destIp}:${largest.destPort} alone up to ${count(largest.connections)}${of(capacityToOne)}`]),
  ].join(', ');
};

const status = async (
  store: Store,
  query: PortsAsked,
  range: TimeRange,
  steps: number | null,
  context: Context,
): Promise<number> => {
  const { voice, globals } = context;
  const report = await snatStatus(store, query, range, steps);
  const { items } = report;
  await print(
    {
      report,
      lines: items,
      csv: csvOf(STATUS_CSV, items),
      table: (options) => [
        ...(items.length === 0
          ? [nothingHeld(report.sources)]
          : tableOf(statusColumns(context), items, context)(options)),
        ...report.shared.flatMap((shared) => ['', ...sharedLines(shared)]),
      ],
    },
    context,
  );
  tellAssumed(report, context);
  for (const reason of report.completeness.reasons) voice.warn(reason);
  for (const { outside, counted, protocol, ...item } of items.filter((one) => one.outside !== null).slice(0, WARNED))
    voice.warn(
      `${nodeOf(item)} ${protocol}: Azure counted ${count(counted ?? 0)} ports, ${count(outside?.ports ?? 0)} ${outside?.side === 'above' ? 'more' : 'fewer'} than flows explain: ${outside?.likely ?? ''}`,
    );
  if (report.unknownPorts > 0)
    voice.note(
      `unknown path: up to ${plural(report.unknownPorts, 'port')}, charged to nobody: documents of Azure tell how they leave (docs/guide/egress.md)`,
    );
  const failing = items.filter(({ failed }) => (failed ?? 0) > 0);
  const tight = items.filter(({ surelyUsed }) => surelyUsed !== null && surelyUsed >= TIGHT);
  const maybeTight = items.filter((item) => (item.share ?? 0) >= TIGHT && !tight.includes(item));
  const full = report.shared.filter(isFull);
  const maybeFull = report.shared.filter((shared) => mayBeFull(shared) && !isFull(shared));
  if (items.length > 0 && items.every(({ allocated }) => allocated === null))
    voice.note(
      'what a load balancer allocated to the nodes is not known: its metrics AllocatedSnatPorts and UsedSnatPorts tell (docs/guide/azure-metrics.md)',
    );
  const first = items[0];
  voice.summary(
    items.length === 0
      ? 'no ports of known nodes held'
      : [
          plural(new Set(items.map(nodeOf)).size, 'node'),
          ...(failing.length > 0 ? [`${plural(failing.length, 'node')} with failed connections`] : []),
          `${tight.length} at ${TIGHT * 100}% or more of what is allocated`,
          ...(maybeTight.length > 0 ? [`${maybeTight.length} perhaps, as up to so many ports are used`] : []),
          ...(full.length > 0
            ? [`${full.map(({ resource }) => nameOf(resource)).join(', ')} ran out of ports, or nearly`]
            : []),
          ...(maybeFull.length > 0
            ? [
                `${maybeFull.map(({ resource }) => nameOf(resource)).join(', ')} perhaps at ${TIGHT * 100}% or more towards one destination`,
              ]
            : []),
        ].join(', '),
    first?.largest === null || first === undefined
      ? undefined
      : `unmasq snat ledger${first.node === null ? '' : ` --node ${first.node}`}`,
  );
  const isFound = failing.length > 0 || tight.length > 0 || full.length > 0;
  return exitOf(globals, { isFound, isWhole: report.completeness.complete });
};

const ledger: Answering = async (store, query, range, limit, context) => {
  const { voice, globals } = context;
  const report = await snatLedger(store, query, range, limit);
  const lines = report.items.flatMap((item): readonly LedgerLine[] => item.pods.map((pod, i) => ({ item, pod, i })));
  const kept = globals.output === 'table' ? lines.filter(({ i }) => i < PODS_SHOWN) : lines;
  await print(
    {
      report,
      lines: report.items,
      csv: csvOf(LEDGER_CSV, lines),
      table: (options) =>
        lines.length === 0 ? [nothingHeld(report.sources)] : tableOf(ledgerColumns(context), kept, context)(options),
    },
    context,
  );
  tellAssumed(report, context);
  for (const reason of report.completeness.reasons) voice.warn(reason);
  if (kept.length < lines.length)
    voice.note(`and ${plural(lines.length - kept.length, 'holder')} more: -o wide lists them`);
  const top = report.items[0];
  voice.summary(
    cutWords(report.items.length, report.destinations, { one: 'destination of nodes', many: 'destinations of nodes' }),
    top === undefined ? undefined : `unmasq who ${top.destIp}:${top.destPort}`,
  );
  return exitOf(globals, { isWhole: report.completeness.complete });
};

const rest = (): Promise<void> => new Promise(setImmediate);

const forecastAnswer: Answering = async (store, query, range, limit, context) => {
  const { voice, globals } = context;
  const report = await snatForecast(store, query, range, limit, rest);
  const { items } = report;
  await print(
    {
      report,
      lines: items,
      csv: csvOf(FORECAST_CSV, items),
      table: (options) =>
        items.length === 0
          ? ['Nothing to forecast: no load balancer is known to allocate ports, and no destination holds many.']
          : tableOf(forecastColumns(context), items, context)(options),
    },
    context,
  );
  tellAssumed(report, context);
  for (const reason of report.completeness.reasons) voice.warn(reason);
  const coming = items.filter(({ exhaustionAt }) => exhaustionAt !== null);
  const sure = coming.filter(({ isBound }) => !isBound);
  const bound = coming.length - sure.length;
  voice.summary(
    `${plural(sure.length, 'limit')} expected to be reached within ${duration(report.query.horizonMs)}, of ${items.length}${bound > 0 ? `; ${bound} more at the earliest, as up to so many ports are used` : ''}${report.lookedAt < report.destinations ? `; looked at ${cutWords(report.lookedAt, report.destinations, { one: 'destination of nodes', many: 'destinations of nodes' })}` : ''}`,
  );
  return exitOf(globals, { isFound: sure.length > 0, isWhole: report.completeness.complete });
};

const ANSWERS: Readonly<Record<Exclude<(typeof KINDS)[number], 'status' | 'ledger'>, Answering>> = {
  forecast: forecastAnswer,
  advice,
};
const LEDGER_OF: Readonly<Record<(typeof LEDGERS)[number], Answering>> = {
  node: ledger,
  pod: podLedger,
  conntrack: conntrackLedger,
};

const nodeOf = ({ node, nodeIp }: { readonly node: string | null; readonly nodeIp: string }): string => node ?? nodeIp;

const tightness = ({ share, surelyUsed, failed }: StatusItem): Meaning | null =>
  (failed ?? 0) > 0 || (surelyUsed ?? 0) >= 1 ? 'failure' : (share ?? 0) >= TIGHT ? 'warning' : null;

const orDash = (n: number | null): string => (n === null ? '-' : count(n));

const holder = ({ workload, pod, verdict, reason }: LedgerPod): string =>
  workload !== null
    ? `${workload.namespace}/${workload.name}`
    : pod !== null
      ? pod
      : verdict === 'node'
        ? '(the node itself)'
        : verdict === 'exact'
          ? '(another pod)'
          : `(${reason ?? verdict})`;

const statusColumns = ({ zone }: Context): readonly Column<StatusItem>[] => [
  { header: 'NODE', leaves: 0, means: () => 'identity' as const, of: nodeOf },
  { header: 'PROTO', leaves: 4, of: ({ protocol }) => protocol },
  { header: 'EGRESS', leaves: 3, of: ({ egressPath }) => egressPath },
  {
    header: 'USED',
    align: 'right',
    leaves: 0,
    of: ({ atLeast, atMost }) => (atLeast === atMost ? count(atMost) : `${count(atLeast)}–${count(atMost)}`),
  },
  { header: 'COUNTED', align: 'right', leaves: 3, of: ({ counted }) => orDash(counted) },
  {
    header: 'OUTSIDE',
    align: 'right',
    leaves: 3,
    wide: true,
    means: ({ outside }) => (outside === null ? null : 'warning'),
    of: ({ outside }) => (outside === null ? '-' : `${outside.side === 'above' ? '+' : '-'}${count(outside.ports)}`),
  },
  { header: 'ALLOCATED', align: 'right', leaves: 0, of: ({ allocated }) => orDash(allocated) },
  {
    header: 'SHARE',
    align: 'right',
    leaves: 0,
    means: tightness,
    of: ({ share, shareIs }) => (share === null ? '-' : `${shareIs === 'at-most' ? '≤' : ''}${percent(share, 1)}`),
  },
  { header: 'FAILED', align: 'right', leaves: 1, means: tightness, of: ({ failed }) => orDash(failed) },
  { header: 'AT', leaves: 5, of: ({ atMostAt }) => shown(atMostAt, zone) },
  {
    header: 'LARGEST DESTINATION',
    leaves: 2,
    of: ({ largest }) => (largest === null ? '-' : `${largest.destIp}:${largest.destPort} (${count(largest.ports)})`),
  },
  {
    header: 'MOSTLY',
    leaves: 2,
    of: ({ largest }) => (largest?.pods[0] === undefined ? '-' : holder(largest.pods[0])),
  },
];

/** `atMost` is the column `at_most`. */
const columnsOf = <Name extends string>(
  names: readonly Name[],
): readonly CsvColumn<Readonly<Record<Name, CsvValue>>>[] =>
  names.map((name) => ({
    name: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    of: (item) => item[name],
  }));

const STATUS_CSV: readonly CsvColumn<StatusItem>[] = [
  ...columnsOf([
    'node',
    'nodeIp',
    'protocol',
    'egressPath',
    'atLeast',
    'atMost',
    'atMostAt',
    'atEnd',
    'allocated',
    'counted',
    'share',
    'failed',
  ]),
  ...columnsOf(['shareIs', 'surelyUsed']),
  { name: 'outside', of: ({ outside }) => outside?.side ?? '' },
  { name: 'outside_ports', of: ({ outside }) => outside?.ports ?? '' },
];

interface LedgerLine {
  readonly item: LedgerItem;
  readonly pod: LedgerPod;
  /** Which of the item's it is. */
  readonly i: number;
}
/** Holders of one destination that a table shows. */
const PODS_SHOWN = 5;

const ledgerColumns = ({ zone }: Context): readonly Column<LedgerLine>[] => [
  { header: 'NODE', leaves: 1, of: ({ item, i }) => (i === 0 ? nodeOf(item) : '') },
  {
    header: 'DESTINATION',
    leaves: 0,
    means: () => 'identity' as const,
    of: ({ item, i }) => (i === 0 ? `${item.destIp}:${item.destPort}/${item.protocol}` : ''),
  },
  { header: 'EGRESS', leaves: 3, of: ({ item, i }) => (i === 0 ? item.egressPath : '') },
  { header: 'PEAK', align: 'right', leaves: 0, of: ({ item, i }) => (i === 0 ? count(item.peakPorts) : '') },
  { header: 'AT', leaves: 4, of: ({ item, i }) => (i === 0 ? shown(item.peakAt, zone) : '') },
  { header: 'AT END', align: 'right', leaves: 5, of: ({ item, i }) => (i === 0 ? count(item.portsAtEnd) : '') },
  { header: 'BEGAN', align: 'right', leaves: 4, of: ({ item, i }) => (i === 0 ? count(item.began) : '') },
  {
    header: 'HELD FOR',
    align: 'right',
    leaves: 4,
    of: ({ item, i }) => (i > 0 ? '' : item.lastedMs === null ? '-' : duration(item.lastedMs)),
  },
  { header: 'PORTS', align: 'right', leaves: 0, of: ({ pod }) => count(pod.portsAtPeak) },
  { header: 'WORKLOAD', leaves: 0, of: ({ pod }) => holder(pod) },
  { header: 'POD', leaves: 2, of: ({ pod }) => pod.pod ?? '-' },
  { header: 'VERDICT', leaves: 3, of: ({ pod }) => pod.verdict },
];

const LEDGER_CSV = [
  { name: 'node', of: ({ item }: LedgerLine) => item.node ?? '' },
  { name: 'node_ip', of: ({ item }: LedgerLine) => item.nodeIp },
  { name: 'dest_ip', of: ({ item }: LedgerLine) => item.destIp },
  { name: 'dest_port', of: ({ item }: LedgerLine) => item.destPort },
  { name: 'protocol', of: ({ item }: LedgerLine) => item.protocol },
  { name: 'peak_ports', of: ({ item }: LedgerLine) => item.peakPorts },
  { name: 'peak_at', of: ({ item }: LedgerLine) => item.peakAt },
  { name: 'namespace', of: ({ pod }: LedgerLine) => pod.workload?.namespace ?? '' },
  { name: 'workload', of: ({ pod }: LedgerLine) => pod.workload?.name ?? '' },
  { name: 'pod', of: ({ pod }: LedgerLine) => pod.pod ?? '' },
  { name: 'pod_uid', of: ({ pod }: LedgerLine) => pod.podUid ?? '' },
  { name: 'ports_at_peak', of: ({ pod }: LedgerLine) => pod.portsAtPeak },
  { name: 'verdict', of: ({ pod }: LedgerLine) => pod.verdict },
  { name: 'reason', of: ({ pod }: LedgerLine) => pod.reason ?? '' },
  { name: 'egress_path', of: ({ item }: LedgerLine) => item.egressPath },
];

const REASONS: Readonly<Record<NonNullable<ForecastItem['reason']>, string>> = {
  'not-enough-data': 'not enough data',
  'not-growing': 'not growing',
  'beyond-horizon': 'not within the horizon',
  exhausted: 'exhausted now',
  'path-unknown': 'unknown how it leaves',
};

const forecastColumns = ({ zone }: Context): readonly Column<ForecastItem>[] => [
  { header: 'NODE', leaves: 0, means: () => 'identity' as const, of: nodeOf },
  { header: 'PROTO', leaves: 3, of: ({ protocol }) => protocol },
  {
    header: 'LIMIT OF',
    leaves: 0,
    of: ({ destIp, destPort }) => (destIp === null ? 'the load balancer' : `${destIp}:${destPort ?? ''}`),
  },
  { header: 'PORTS', align: 'right', leaves: 0, of: ({ ports }) => count(ports) },
  { header: 'LIMIT', align: 'right', leaves: 0, of: ({ limit }) => count(limit) },
  {
    header: 'EXHAUSTED',
    leaves: 0,
    means: ({ exhaustionAt }) => (exhaustionAt === null ? null : 'warning'),
    of: ({ exhaustionAt, reason, isBound }) =>
      exhaustionAt !== null
        ? `${isBound ? 'not before ' : ''}${shown(exhaustionAt, zone)}`
        : reason === null
          ? '-'
          : `${REASONS[reason]}${isBound && reason === 'exhausted' ? ', at the most' : ''}`,
  },
  { header: '4 TIMES OF 5 FROM', leaves: 2, of: ({ low }) => (low === null ? '-' : shown(low, zone)) },
  {
    header: 'TO',
    leaves: 2,
    of: ({ low, high }) => (high === null ? (low === null ? '-' : 'later') : shown(high, zone)),
  },
];

const FORECAST_CSV = columnsOf([
  'node',
  'nodeIp',
  'protocol',
  'destIp',
  'destPort',
  'limit',
  'ports',
  'exhaustionAt',
  'low',
  'high',
  'model',
  'reason',
  'isBound',
]);
