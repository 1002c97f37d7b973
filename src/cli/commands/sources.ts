import { EXIT } from '../../app/errors.ts';
import { type SourceItem, sourcesReport } from '../../app/sources.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { type Context, quoted, withStore } from '../context.ts';
import { refuse } from '../refused.ts';
import { count, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { shown } from '../render/time.ts';

export const runSources = async (context: Context): Promise<number> =>
  withStore(context, async (store) => {
    const { globals, voice, zone } = context;
    const all = await store.clusters();
    if (globals.cluster !== null && all.length > 0 && !all.includes(globals.cluster)) {
      refuse('E115', `there is no cluster "${globals.cluster}"`, { why: `the store holds ${quoted(all)}` });
    }
    const report = await sourcesReport(store, globals.cluster === null ? all : [globals.cluster]);
    const { items } = report;
    if (store.server !== null) voice.note(`the store is ${store.server}`);
    await print(
      {
        report,
        lines: items,
        csv: csvOf(CSV, items),
        table: (options) =>
          items.length === 0
            ? ['No sources found.']
            : tableOf(columns(context, all.length > 1), items, context)(options),
      },
      context,
    );
    for (const item of items) {
      for (const gap of item.gaps.slice(0, 3)) {
        voice.warn(
          `${item.name} may have lost data from ${shown(gap.from, zone)} to ${shown(gap.until, zone)}: ${gap.why}`,
        );
      }
      if ((item.toldOtherwise ?? 0) > 0)
        voice.note(
          `${item.name}: ${count(item.toldOtherwise ?? 0)} of ${plural(item.rows, 'row')} are not counted, as the flow log, conntrack or the sender's own row tells of the same flows`,
        );
      if (item.byName !== undefined) {
        const { told, learned, unknown } = item.byName;
        voice.note(
          `${item.name}: ${plural(told + learned + unknown, 'call')} told only the name of the destination: the address of ${count(told)} is told by other sightings, that of ${count(learned)} was learned; ${count(unknown)} of unknown address count nowhere`,
        );
      }
      if (item.gaps.length > 3) voice.warn(`${item.name}: and ${item.gaps.length - 3} more gaps (-o json lists them)`);
    }
    for (const { object, place, why, text } of report.rejects.slice(0, 10))
      voice.note(`rejected: ${object} ${place}: ${why} (${text})`);
    const rejects = items.reduce((sum, item) => sum + item.rejects, 0);
    if (items.length === 0) voice.summary('nothing has been ingested yet', 'unmasq ingest PATH…');
    else
      voice.summary(
        `${plural(items.length, 'source')}, ${plural(
          items.reduce((n, i) => n + i.rows, 0),
          'row',
        )}, ${count(rejects)} rejected`,
      );
    return EXIT.done;
  });

const columns = ({ zone }: Context, severalClusters: boolean): readonly Column<SourceItem>[] => [
  ...(severalClusters ? [{ header: 'CLUSTER', leaves: 0, of: (s: SourceItem) => s.cluster }] : []),
  { header: 'SOURCE', leaves: 0, means: () => 'identity' as const, of: (s) => s.name },
  { header: 'KIND', leaves: 3, of: (s) => s.kind },
  { header: 'ROWS', align: 'right', leaves: 0, of: (s) => count(s.rows) },
  {
    header: 'REJECTED',
    align: 'right',
    leaves: 0,
    means: (s) => (s.rejects > 0 ? 'warning' : null),
    of: (s) => count(s.rejects),
  },
  { header: 'FROM', leaves: 2, of: (s) => shown(s.first, zone) },
  { header: 'COMPLETE TO', leaves: 0, of: (s) => shown(s.watermark, zone) },
  {
    header: 'GAPS',
    align: 'right',
    leaves: 1,
    means: (s) => (s.gaps.length > 0 ? 'warning' : null),
    of: (s) => count(s.gaps.length),
  },
  { header: 'CLOCK', leaves: 1, of: clock },
];

/** The flow log's clock less the node's. */
const clock = ({ clockOffsetMs, clockUncertaintyMs }: SourceItem): string =>
  clockOffsetMs === null ? '-' : `${clockOffsetMs > 0 ? '+' : ''}${clockOffsetMs} ms ± ${clockUncertaintyMs ?? '?'} ms`;

const CSV = [
  { name: 'cluster', of: (s: SourceItem) => s.cluster },
  { name: 'name', of: (s: SourceItem) => s.name },
  { name: 'kind', of: (s: SourceItem) => s.kind },
  { name: 'rows', of: (s: SourceItem) => s.rows },
  { name: 'rejects', of: (s: SourceItem) => s.rejects },
  { name: 'first', of: (s: SourceItem) => s.first },
  { name: 'watermark', of: (s: SourceItem) => s.watermark },
  { name: 'gaps', of: (s: SourceItem) => s.gaps.length },
  { name: 'clock_offset_ms', of: (s: SourceItem) => s.clockOffsetMs },
  { name: 'clock_uncertainty_ms', of: (s: SourceItem) => s.clockUncertaintyMs },
] as const;
