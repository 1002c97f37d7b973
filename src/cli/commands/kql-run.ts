import { EXIT } from '../../app/errors.ts';
import { type FilledQuery, fillQuery } from '../../app/kql-fill.ts';
import { CLOUDS, type KqlLink, LONG_LINK, portalLink } from '../../app/kql-link.ts';
import { type KqlRun, kqlRun } from '../../app/kql-run.ts';
import { lineColumn } from '../../core/kql/line-column.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { textOf } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import { must, refuse } from '../refused.ts';
import { gzipped } from '../render/gzipped.ts';
import { count } from '../render/number.ts';
import { parametersAsked, queryNamed, withLanguage } from './kql-shared.ts';

interface Ready extends FilledQuery {
  readonly name: string;
}

/** The query as it is sent. What may be wrong with it is said, and keeps nobody from sending it. */
const readyQuery = async (context: Context, word: string, given: Given): Promise<Ready> => {
  const { outside, zone, voice } = context;
  const pack = await outside.kqlPack();
  const { name, text } = await queryNamed(word, pack, outside);
  const moment = { now: outside.now(), zone };
  const filled = await withLanguage(context, async (language) =>
    must(await fillQuery(text, parametersAsked(given, context), moment, language, pack.tables(null))),
  );
  for (const note of filled.notes) voice.note(note);
  for (const { code, at, message, severity } of filled.findings) {
    const { line, column } = lineColumn(filled.text, at.from);
    if (severity !== 'note') voice.warn(`${name}:${line}:${column} ${code} ${message}`);
  }
  return { ...filled, name };
};

export const runKqlRun = async (context: Context, [word = '']: readonly string[], given: Given): Promise<number> => {
  const { outside, globals, voice } = context;
  const workspace = textOf(given, 'workspace') ?? refuse('E103', 'which workspace? Give its id with --workspace');
  const { name, text, parameters } = await readyQuery(context, word, given);
  const answer = await outside.askWorkspace({ workspace, endpoint: textOf(given, 'logAnalyticsEndpoint'), text });
  const told = Object.fromEntries(parameters.map((each) => [each.name, each.literal]));
  const report = kqlRun({ name, workspace, parameters: told, text }, answer);
  await printRows(report, context);
  for (const reason of report.completeness.reasons) voice.warn(reason);
  voice.summary(`${count(report.items.length)} ${report.items.length === 1 ? 'row' : 'rows'}`);
  return globals.strict && !report.completeness.complete ? EXIT.incomplete : EXIT.done;
};

/** The table of an answer, whatever its columns are. */
const printRows = async (report: KqlRun, context: Context): Promise<void> => {
  const { items, columns } = report;
  const cell = (row: KqlRun['items'][number], name: string): string => textOfCell(row[name]);
  const shown = columns.map(({ name, type }, i) => ({
    header: name,
    leaves: i,
    ...(/^(?:int|long|real|decimal)$/.test(type) ? { align: 'right' as const } : {}),
    of: (row: KqlRun['items'][number]) => cell(row, name),
  }));
  const inCsv = columns.map(({ name }) => ({
    name,
    of: (row: KqlRun['items'][number]) => {
      const value = row[name];
      return typeof value === 'number' || typeof value === 'boolean' ? value : cell(row, name);
    },
  }));
  await print({ report, lines: items, csv: csvOf(inCsv, items), table: tableOf(shown, items, context) }, context);
};

const textOfCell = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

export const runKqlLink = async (context: Context, [word = '']: readonly string[], given: Given): Promise<number> => {
  const workspace =
    textOf(given, 'workspace') ?? refuse('E103', 'which workspace? Give the id of its resource with --workspace');
  const cloud = oneOf('--cloud', textOf(given, 'cloud') ?? 'public', CLOUDS);
  const { name, text } = await readyQuery(context, word, given);
  const url = must(portalLink(text, { workspace, tenant: textOf(given, 'tenant'), cloud }, gzipped));
  const report: KqlLink = { schemaVersion: 1, kind: 'KqlLink', name, workspace, url, text };
  await print({ report, table: () => [url] }, context);
  if (url.length > LONG_LINK)
    context.voice.warn(`the link has ${count(url.length)} characters: some programs cut it off`);
  return EXIT.done;
};
