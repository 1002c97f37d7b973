import { type ConntrackItem, snatConntrackLedger } from '../../app/snat-conntrack-ledger.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { count, percent, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { shown } from '../render/time.ts';
import type { Answering } from './snat.ts';
import { cutWords } from '../cut-words.ts';
import { exitOf } from '../exit-of.ts';

/** How full the connection tracking of each node was. */
export const conntrackLedger: Answering = async (store, query, _range, limit, context) => {
  const { voice, globals } = context;
  const whole = await snatConntrackLedger(store, query);
  const items = whole.items.slice(0, limit);
  const report = { ...whole, items };
  await print(
    {
      report,
      lines: items,
      csv: csvOf(CSV, items),
      table: (options) =>
        items.length === 0
          ? ['No kernel of a node told of its connection tracking.']
          : tableOf(columns(context), items, context)(options),
    },
    context,
  );
  for (const reason of report.completeness.reasons) voice.warn(reason);
  const lost = whole.items.filter(({ dropped, earlyDropped }) => (dropped ?? 0) + (earlyDropped ?? 0) > 0);
  voice.summary(
    [
      `connection tracking of ${cutWords(items.length, whole.items.length, { one: 'node', many: 'nodes', most: 'that were fullest' })}`,
      ...(lost.length > 0 ? [`${plural(lost.length, 'node')} dropped packets or put out entries`] : []),
    ].join(', '),
    items[0] === undefined ? undefined : `unmasq snat ledger --inside --node ${items[0].node}`,
  );
  return exitOf(globals, { isWhole: report.completeness.complete });
};

/** At this share somebody has to look. */
const TIGHT = 0.8;

const orDash = (n: number | null): string => (n === null ? '-' : count(n));

const columns = ({ zone }: Context): readonly Column<ConntrackItem>[] => [
  { header: 'NODE', leaves: 0, means: () => 'identity' as const, of: ({ node }) => node },
  { header: 'PEAK', align: 'right', leaves: 0, of: ({ peakEntries }) => orDash(peakEntries) },
  { header: 'MAXIMUM', align: 'right', leaves: 0, of: ({ maximum }) => orDash(maximum) },
  {
    header: 'SHARE',
    align: 'right',
    leaves: 0,
    means: ({ share }) => ((share ?? 0) >= 1 ? 'failure' : (share ?? 0) >= TIGHT ? 'warning' : null),
    of: ({ share }) => (share === null ? '-' : percent(share, 1)),
  },
  { header: 'AT', leaves: 4, of: ({ peakAt }) => shown(peakAt, zone) },
  { header: 'AT END', align: 'right', leaves: 5, of: ({ entriesAtEnd }) => orDash(entriesAtEnd) },
  {
    header: 'DROPPED',
    align: 'right',
    leaves: 1,
    means: ({ dropped }) => ((dropped ?? 0) > 0 ? 'failure' : null),
    of: ({ dropped }) => orDash(dropped),
  },
  {
    header: 'EARLY',
    align: 'right',
    leaves: 2,
    means: ({ earlyDropped }) => ((earlyDropped ?? 0) > 0 ? 'warning' : null),
    of: ({ earlyDropped }) => orDash(earlyDropped),
  },
  { header: 'NOT MADE', align: 'right', leaves: 3, of: ({ insertFailed }) => orDash(insertFailed) },
];

const CSV = [
  { name: 'node', of: ({ node }: ConntrackItem) => node },
  { name: 'peak_entries', of: ({ peakEntries }: ConntrackItem) => peakEntries },
  { name: 'peak_at', of: ({ peakAt }: ConntrackItem) => peakAt },
  { name: 'entries_at_end', of: ({ entriesAtEnd }: ConntrackItem) => entriesAtEnd },
  { name: 'maximum', of: ({ maximum }: ConntrackItem) => maximum },
  { name: 'share', of: ({ share }: ConntrackItem) => share },
  { name: 'dropped', of: ({ dropped }: ConntrackItem) => dropped },
  { name: 'early_dropped', of: ({ earlyDropped }: ConntrackItem) => earlyDropped },
  { name: 'insert_failed', of: ({ insertFailed }: ConntrackItem) => insertFailed },
];
