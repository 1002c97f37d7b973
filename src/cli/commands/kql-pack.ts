import { EXIT } from '../../app/errors.ts';
import { fillQuery } from '../../app/kql-fill.ts';
import { kqlList, type KqlList, kqlQuery } from '../../app/kql-pack.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import type { Given } from '../globals.ts';
import { must, refuse } from '../refused.ts';
import type { Column } from '../render/table.ts';
import { visible } from '../render/visible.ts';
import { parametersAsked, withLanguage } from './kql-shared.ts';

/** The list, where nothing else is said. */
export const runKql = async (context: Context, [word]: readonly string[]): Promise<number> =>
  word === undefined
    ? runKqlList(context)
    : refuse('E101', `there is no command "kql ${word}"`, {
        fix: 'Run `unmasq kql list`, `show`, `check`, `run` or `link`.',
      });

export const runKqlList = async (context: Context): Promise<number> => {
  const report = kqlList((await context.outside.kqlPack()).queries);
  const { items } = report;
  await print({ report, lines: items, csv: csvOf(CSV, items), table: tableOf(COLUMNS, items, context) }, context);
  context.voice.summary(`${items.length} queries`, `unmasq kql show ${items[0]?.name ?? ''}`);
  return EXIT.done;
};

/** The text alone, to be pasted; with parameters as it is sent. */
export const runKqlShow = async (context: Context, [name = '']: readonly string[], given: Given): Promise<number> => {
  const { outside, zone, voice } = context;
  const pack = await outside.kqlPack();
  const query = pack.queries.find((one) => one.name === name);
  if (query === undefined)
    return refuse('E855', `there is no query "${name}"`, { why: pack.queries.map((one) => one.name).join(', ') });
  const tables = pack.tables(null);
  const asked = parametersAsked(given, context);
  const isFilled = asked.values.size > 0 || [asked.since, asked.until, asked.cluster].some((one) => one !== null);
  const report = await withLanguage(context, async (language) => {
    const shown = await kqlQuery(query, language, tables);
    if (!isFilled) return shown;
    const filled = must(await fillQuery(query.text, asked, { now: outside.now(), zone }, language, tables));
    for (const note of filled.notes) voice.note(note);
    return { ...shown, text: filled.text };
  });
  await print({ report, table: () => report.text.trimEnd().split('\n').map(visible) }, context);
  return EXIT.done;
};

type Item = KqlList['items'][number];

const COLUMNS: readonly Column<Item>[] = [
  { header: 'NAME', leaves: 0, means: () => 'identity', of: ({ name }) => name },
  { header: 'QUESTION', leaves: 0, of: ({ question }) => question },
  { header: 'NEEDS', leaves: 1, wide: true, of: ({ needs }) => needs },
];

const CSV = (['name', 'title', 'question', 'needs'] as const).map((name) => ({ name, of: (item: Item) => item[name] }));
