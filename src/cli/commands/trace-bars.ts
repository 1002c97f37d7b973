import type { TraceItem } from '../../app/trace-item.ts';
import { type Instant, parseInstant } from '../../base/instant.ts';
import type { Context } from '../context.ts';
import type { Column } from '../render/table.ts';
import { clock, dateTime, duration } from '../render/time.ts';

const BAR = 20;

/** When each step was and how long it took; the day and the zone stand in the first line. */
export const whenColumns = (items: readonly TraceItem[], { zone }: Context): readonly Column<TraceItem>[] => {
  const spans = items.filter(({ kind }) => kind === 'span');
  const begins = spans.map(beginOf);
  const [from, until] = [Math.min(...begins), Math.max(...spans.map((span) => beginOf(span) + (span.durationMs ?? 0)))];
  const [first] = items;
  return [
    {
      header: 'AT',
      leaves: 0,
      of: (item) => (item === first ? dateTime(beginOf(item) as Instant, zone) : clock(beginOf(item) as Instant, zone)),
    },
    {
      header: 'TOOK',
      align: 'right',
      leaves: 0,
      of: ({ durationMs, kind }) =>
        durationMs === undefined ? '' : kind === 'span' && durationMs === 0 ? '<1ms' : duration(durationMs),
    },
    { header: 'WHEN', leaves: 5, of: (item) => (item.kind === 'span' && until > from ? bar(item, from, until) : '') },
  ];
};

const beginOf = ({ at }: TraceItem): number => {
  const read = parseInstant(at);
  return read.ok ? read.value : 0;
};

/** The part of the whole that a span took. */
const bar = (item: TraceItem, from: number, until: number): string => {
  const at = (ms: number): number => ((ms - from) / (until - from)) * BAR;
  const begin = Math.min(BAR - 1, Math.floor(at(beginOf(item))));
  const end = Math.min(BAR, Math.max(begin + 1, Math.ceil(at(beginOf(item) + (item.durationMs ?? 0)))));
  return `${'·'.repeat(begin)}${'█'.repeat(end - begin)}${'·'.repeat(BAR - end)}`;
};
