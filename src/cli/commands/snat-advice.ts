import { type AdviceItem, snatAdvice } from '../../app/snat-advice.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { count } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { duration, shown } from '../render/time.ts';
import type { Answering } from './snat.ts';
import { cutWords } from '../cut-words.ts';
import { tellAssumed } from '../tell-assumed.ts';
import { exitOf } from '../exit-of.ts';

/** Why so many ports are held, by workload and destination, and what mends it. */
export const advice: Answering = async (store, query, range, limit, context) => {
  const { voice, globals } = context;
  const report = await snatAdvice(store, query, range, limit);
  const { items, holdings } = report;
  const advised = items.filter(({ fixes }) => fixes.length > 0);
  await print(
    {
      report,
      lines: items,
      csv: csvOf(CSV, items),
      table: (options) =>
        items.length === 0
          ? ['No workload is known to hold ports of note.']
          : [
              ...tableOf(columns(context), items, context)(options),
              ...(globals.output === 'wide' ? items : advised.slice(0, SHOWN)).flatMap(saidOf),
            ],
    },
    context,
  );
  tellAssumed(report, context);
  for (const reason of report.completeness.reasons) voice.warn(reason);
  if (globals.output === 'table' && advised.length > SHOWN)
    voice.note(`and advice on ${count(advised.length - SHOWN)} more: -o wide lists it`);
  const named = (['churn', 'leak', 'fan-out'] as const).flatMap((pattern) => {
    const found = items.filter((item) => item.pattern === pattern).length;
    return found === 0 ? [] : [`${found} ${pattern}`];
  });
  voice.summary(
    `${cutWords(items.length, holdings, { one: 'workload and destination with ports of note', many: 'workloads and destinations with ports of note' })}${named.length === 0 ? '' : `: ${named.join(', ')}`}`,
  );
  return exitOf(globals, { isWhole: report.completeness.complete });
};

/** Of the workloads and destinations that a table lists, those with their advice. */
const SHOWN = 5;
/** Growth that chance makes more often is none. */
const SURE = 0.05;

const saidOf = (item: AdviceItem): readonly string[] => [
  '',
  `${holderOf(item)} → ${item.destIp}:${item.destPort}: ${item.pattern}`,
  `  ${item.why}`,
  ...item.fixes.map((fix) => `  - ${fix}`),
  ...item.unknown.map((unknown) => `  ? ${unknown}`),
];

const holderOf = ({ workload }: AdviceItem): string =>
  workload === null ? '(nodes themselves)' : `${workload.namespace}/${workload.name}`;

const columns = ({ zone }: Context): readonly Column<AdviceItem>[] => [
  { header: 'WORKLOAD', leaves: 0, means: () => 'identity' as const, of: holderOf },
  {
    header: 'DESTINATION',
    leaves: 0,
    of: ({ destIp, destPort, protocol }) => `${destIp}:${destPort}/${protocol}`,
  },
  {
    header: 'PATTERN',
    leaves: 0,
    means: ({ pattern }) => (pattern === 'leak' ? 'failure' : pattern === 'churn' ? 'warning' : null),
    of: ({ pattern }) => pattern,
  },
  { header: 'PEAK', align: 'right', leaves: 0, of: ({ peakPorts }) => count(peakPorts) },
  { header: 'OPEN', align: 'right', leaves: 2, of: ({ openAtPeak }) => count(openAtPeak) },
  { header: 'ENDED', align: 'right', leaves: 2, of: ({ closedAtPeak }) => count(closedAtPeak) },
  { header: 'AT', leaves: 5, of: ({ peakAt }) => shown(peakAt, zone) },
  { header: 'PODS', align: 'right', leaves: 3, of: ({ holders }) => count(holders) },
  { header: 'BEGAN/S', align: 'right', leaves: 3, of: ({ perSecond }) => perSecond.toFixed(perSecond < 10 ? 2 : 0) },
  {
    header: 'LIFE',
    align: 'right',
    leaves: 3,
    of: ({ lifeMs }) => (lifeMs === null ? '-' : duration(Math.round(lifeMs))),
  },
  {
    header: 'OLDEST',
    align: 'right',
    leaves: 5,
    of: ({ oldestMs }) => (oldestMs === null ? '-' : duration(oldestMs)),
  },
  {
    header: 'GROWS/H',
    align: 'right',
    leaves: 4,
    of: ({ growth }) => (growth === null || growth.p >= SURE ? '-' : count(growth.perHour)),
  },
  {
    header: 'REQ/CONN',
    align: 'right',
    leaves: 1,
    of: ({ reuse }) =>
      reuse === null
        ? 'not seen'
        : `${reuse.by === 'spans' && reuse.share === null ? '≥' : ''}${reuse.perConnection.toFixed(1)}`,
  },
  {
    header: 'POOLED',
    align: 'right',
    leaves: 2,
    of: ({ pooling }) => (pooling === null ? '-' : count(pooling.ports)),
  },
];

const CSV = [
  { name: 'namespace', of: ({ workload }: AdviceItem) => workload?.namespace ?? '' },
  { name: 'workload', of: ({ workload }: AdviceItem) => workload?.name ?? '' },
  { name: 'dest_ip', of: ({ destIp }: AdviceItem) => destIp },
  { name: 'dest_port', of: ({ destPort }: AdviceItem) => destPort },
  { name: 'protocol', of: ({ protocol }: AdviceItem) => protocol },
  { name: 'pattern', of: ({ pattern }: AdviceItem) => pattern },
  { name: 'peak_ports', of: ({ peakPorts }: AdviceItem) => peakPorts },
  { name: 'peak_at', of: ({ peakAt }: AdviceItem) => peakAt },
  { name: 'open_at_peak', of: ({ openAtPeak }: AdviceItem) => openAtPeak },
  { name: 'closed_at_peak', of: ({ closedAtPeak }: AdviceItem) => closedAtPeak },
  { name: 'holders', of: ({ holders }: AdviceItem) => holders },
  { name: 'largest', of: ({ largest }: AdviceItem) => largest.ports },
  { name: 'largest_node', of: ({ largestNode }: AdviceItem) => largestNode.ports },
  { name: 'began', of: ({ began }: AdviceItem) => began },
  { name: 'closed', of: ({ closed }: AdviceItem) => closed },
  { name: 'per_second', of: ({ perSecond }: AdviceItem) => perSecond },
  { name: 'open_at_start', of: ({ openAtStart }: AdviceItem) => openAtStart },
  { name: 'open_at_end', of: ({ openAtEnd }: AdviceItem) => openAtEnd },
  { name: 'life_ms', of: ({ lifeMs }: AdviceItem) => lifeMs },
  { name: 'kept_ms', of: ({ keptMs }: AdviceItem) => keptMs },
  { name: 'oldest_ms', of: ({ oldestMs }: AdviceItem) => oldestMs },
  { name: 'growth_per_hour', of: ({ growth }: AdviceItem) => growth?.perHour ?? null },
  { name: 'requests_per_connection', of: ({ reuse }: AdviceItem) => reuse?.perConnection ?? null },
  { name: 'recorded_share', of: ({ reuse }: AdviceItem) => reuse?.share ?? null },
  { name: 'pooled_ports', of: ({ pooling }: AdviceItem) => pooling?.ports ?? null },
  { name: 'why', of: ({ why }: AdviceItem) => why },
  { name: 'fix', of: ({ fixes }: AdviceItem) => fixes[0] ?? '' },
];
