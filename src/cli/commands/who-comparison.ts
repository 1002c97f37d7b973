import type { ComparedItem, ComparedSide, WhoComparison } from '../../app/who-comparison.ts';
import type { ChangeKind } from '../../core/comparison/change.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import type { Meaning } from '../render/colour.ts';
import { bytes, expected, percent, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { shown } from '../render/time.ts';
import { coverageLine, workloadOf } from './who-words.ts';

/** Senders that have only perhaps changed, beyond which a table tells no more. */
const POSSIBLE_SHOWN = 10;

export const printComparison = async (report: WhoComparison, context: Context): Promise<void> => {
  const { globals, voice } = context;
  const { items } = report;
  const changed = items.filter(({ change }) => change !== 'same');
  const possible = changed.filter(({ certainty }) => certainty === 'possible').slice(POSSIBLE_SHOWN);
  const lines = globals.output === 'wide' ? items : changed.filter((item) => !possible.includes(item));
  await print(
    {
      report,
      lines: items,
      csv: csvOf(CSV, items),
      table: (options) => (lines.length === 0 ? [nothing(report)] : tableOf(columns(context), lines, context)(options)),
    },
    context,
  );
  if (globals.output === 'table') {
    if (possible.length > 0)
      voice.note(`and ${plural(possible.length, 'sender')} more that may have changed: -o wide lists them`);
    const same = items.length - changed.length;
    if (same > 0) voice.note(`${plural(same, 'sender')} changed little: -o wide lists them`);
  }
  for (const reason of report.before.completeness.reasons) voice.warn(`before: ${reason}`);
  for (const reason of report.completeness.reasons) voice.warn(`now: ${reason}`);
  voice.summary(
    `${summaryOf(items)}; now ${coverageLine(report.coverage)}; before ${coverageLine(report.before.coverage)}`,
    undefined,
  );
};

const KINDS: readonly ChangeKind[] = ['new', 'grown', 'gone', 'shrunk', 'same'];

/** `2 new (1 only possibly), 1 gone, 7 same`. */
const summaryOf = (items: readonly ComparedItem[]): string => {
  const parts = KINDS.flatMap((kind) => {
    const of = items.filter(({ change }) => change === kind);
    const possible = of.filter(({ certainty }) => certainty === 'possible').length;
    if (of.length === 0) return [];
    return [`${of.length} ${kind}${possible === 0 || kind === 'same' ? '' : ` (${possible} only possibly)`}`];
  });
  return parts.length === 0 ? 'nobody, neither now nor before' : parts.join(', ');
};

const nothing = ({ items, coverage, before }: WhoComparison): string => {
  if (items.length > 0) return 'Nobody is new, gone, or sends much more or less than before.';
  return coverage.flows + before.coverage.flows === 0
    ? 'No flows found, neither now nor before.'
    : 'Flows were found, and nobody can be named for any of them.';
};

const MEANS: Readonly<Record<ChangeKind, Meaning>> = {
  new: 'warning',
  grown: 'warning',
  gone: 'dim',
  shrunk: 'dim',
  same: 'dim',
};

const flowsOf = (side: ComparedSide | null): string => (side === null ? '-' : expected(side.flows, side.exactFlows));
const sent = (side: ComparedSide | null): string => (side === null ? '-' : bytes(side.bytesOut));
const received = (side: ComparedSide | null): string => (side === null ? '-' : bytes(side.bytesIn));
const shareOf = (side: ComparedSide | null): string => (side === null ? '-' : percent(side.share, 1));

const columns = ({ zone }: Context): readonly Column<ComparedItem>[] => [
  { header: 'CHANGE', leaves: 0, means: ({ change }) => MEANS[change], of: ({ change }) => change },
  {
    header: 'CERTAINTY',
    leaves: 0,
    means: ({ certainty }) => (certainty === 'certain' ? 'ok' : 'warning'),
    of: ({ certainty }) => certainty,
  },
  { header: 'NAMESPACE', leaves: 0, of: ({ workload }) => workload?.namespace ?? '-' },
  {
    header: 'WORKLOAD',
    leaves: 0,
    means: () => 'identity',
    of: (item) => (item.workload === null ? `(node ${item.node ?? ''} itself)` : workloadOf(item)),
  },
  { header: 'FLOWS', align: 'right', leaves: 0, of: ({ now }) => flowsOf(now) },
  { header: 'BEFORE', align: 'right', leaves: 0, of: ({ before }) => flowsOf(before) },
  { header: 'OUT', align: 'right', leaves: 4, of: ({ now }) => sent(now) },
  { header: 'BEFORE', align: 'right', leaves: 4, of: ({ before }) => sent(before) },
  { header: 'IN', align: 'right', leaves: 5, of: ({ now }) => received(now) },
  { header: 'BEFORE', align: 'right', leaves: 5, of: ({ before }) => received(before) },
  { header: 'SHARE', align: 'right', leaves: 3, of: ({ now }) => shareOf(now) },
  { header: 'BEFORE', align: 'right', leaves: 3, of: ({ before }) => shareOf(before) },
  { header: 'FIRST SEEN', leaves: 2, of: ({ firstSeen }) => shown(firstSeen, zone) },
  { header: 'NOTES', leaves: 1, of: ({ notes }) => notes.join('; ') },
];

const CSV = [
  { name: 'change', of: (item: ComparedItem) => item.change },
  { name: 'certainty', of: (item: ComparedItem) => item.certainty },
  { name: 'namespace', of: (item: ComparedItem) => item.workload?.namespace ?? null },
  { name: 'kind', of: (item: ComparedItem) => item.workload?.kind ?? null },
  { name: 'workload', of: (item: ComparedItem) => item.workload?.name ?? null },
  { name: 'node', of: (item: ComparedItem) => item.node ?? null },
  ...(['now', 'before'] as const).flatMap((when) => [
    { name: `flows_${when}`, of: (item: ComparedItem) => item[when]?.flows ?? 0 },
    { name: `exact_flows_${when}`, of: (item: ComparedItem) => item[when]?.exactFlows ?? 0 },
    { name: `bytes_out_${when}`, of: (item: ComparedItem) => item[when]?.bytesOut ?? 0 },
    { name: `bytes_in_${when}`, of: (item: ComparedItem) => item[when]?.bytesIn ?? 0 },
    { name: `share_${when}`, of: (item: ComparedItem) => item[when]?.share ?? 0 },
  ]),
  { name: 'first_seen', of: (item: ComparedItem) => item.firstSeen },
  { name: 'notes', of: (item: ComparedItem) => item.notes.join('; ') },
] as const;
