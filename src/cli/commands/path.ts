import { pathReport, type PathReport } from '../../app/path.ts';
import type { Hop, Limit } from '../../app/path-outside.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import { chooseCluster, type Context, withStore } from '../context.ts';
import { must } from '../refused.ts';
import { count } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';
import { shown } from '../render/time.ts';
import { visible } from '../render/visible.ts';
import { exitOf } from '../exit-of.ts';

export const runPath = async (context: Context, words: readonly string[]): Promise<number> =>
  withStore(context, async (store) => {
    const { globals, voice, zone } = context;
    const [pod = '', dest = ''] = words;
    const cluster = await chooseCluster(store, context);
    const report = must(await pathReport(store, cluster, pod, dest));
    const lines = linesOf(report);
    await print(
      {
        report,
        lines: report.items,
        csv: csvOf(CSV, lines),
        table: (options) => [...tableOf(COLUMNS, lines, context)(options), '', ...below(report, context)],
      },
      context,
    );
    if (report.pod.until !== null)
      voice.note(
        `${report.pod.namespace}/${report.pod.name} gave its address back by ${shown(report.pod.until, zone)}`,
      );
    return exitOf(globals, { isWhole: report.completeness.complete });
  });

/** A hop with one of its limits; those that follow the first stand below it. */
interface Line {
  readonly hop: Hop;
  readonly limit: Limit | null;
  readonly isFirst: boolean;
}

const linesOf = ({ items }: PathReport): readonly Line[] =>
  items.flatMap((hop) => {
    const [first = null, ...more] = hop.limits;
    return [{ hop, limit: first, isFirst: true }, ...more.map((limit) => ({ hop, limit, isFirst: false }))];
  });

const once =
  (of: (hop: Hop) => string) =>
  ({ hop, isFirst }: Line): string =>
    isFirst ? of(hop) : '';

const addresses = ({ addresses: told }: Hop): string => (told === null ? 'not known' : told.join(', '));

const COLUMNS: readonly Column<Line>[] = [
  { header: 'HOP', leaves: 0, of: once(({ hop }) => hop) },
  { header: 'WHERE', leaves: 0, means: () => 'identity', of: once(({ where }) => where) },
  { header: 'SOURCE THEN', leaves: 0, of: once(addresses) },
  {
    header: 'TRANSLATION',
    leaves: 1,
    means: ({ hop }) => (hop.translation === null ? 'warning' : null),
    of: once(({ translation }) => translation ?? 'not known'),
  },
  {
    header: 'PORTS',
    leaves: 0,
    align: 'right',
    of: ({ limit }) => (limit === null || limit.ports === null ? '-' : count(limit.ports)),
  },
  { header: 'LIMIT', leaves: 2, of: ({ limit }) => limit?.says ?? '-' },
  { header: 'SAYS', leaves: 3, wide: true, of: once(({ says }) => says) },
];

const below = ({ egressPath, why, seenAs, query, missing }: PathReport, { paint }: Context): readonly string[] => [
  `${paint(egressPath === 'unknown' ? 'warning' : 'ok', egressPath)}: ${visible(why)}`,
  `${visible(query.dest)} sees ${seenAs === null ? 'an address that is not known' : visible(seenAs.join(' or '))}`,
  ...missing.flatMap(({ what, how }) => [`not told: ${visible(what)}`, `  → ${visible(how)}`]),
];

const CSV = [
  { name: 'hop', of: ({ hop }: Line) => hop.hop },
  { name: 'where', of: ({ hop }: Line) => hop.where },
  { name: 'addresses', of: ({ hop }: Line) => hop.addresses?.join(' ') ?? null },
  { name: 'translation', of: ({ hop }: Line) => hop.translation },
  { name: 'says', of: ({ hop }: Line) => hop.says },
  { name: 'ports', of: ({ limit }: Line) => limit?.ports ?? null },
  { name: 'limit', of: ({ limit }: Line) => limit?.says ?? null },
] as const;
