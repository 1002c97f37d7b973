import { EXIT } from '../../app/errors.ts';
import { type KqlDiagnostic, type KqlFile, kqlCheck } from '../../app/kql-check.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { parseTables, withTables } from '../../core/kql/table-schemas.ts';
import type { Tables } from '../../core/kql/tables.ts';
import { texts } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import type { KqlPack } from '../outside.ts';
import { refuse } from '../refused.ts';
import type { Column } from '../render/table.ts';
import { count } from '../../base/number-text.ts';
import { fileText, schemaAsked, withLanguage } from './kql-shared.ts';

/** Ends with 3 where a query has an error. */
export const runKqlCheck = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { outside, voice } = context;
  const pack = await outside.kqlPack();
  const tables = await tablesAsked(given, pack, outside);
  const queries = await Promise.all(words.map(async (file) => ({ file, text: await fileText(file, outside) })));
  const report = await withLanguage(context, (language) => kqlCheck(queries, language, tables));
  const lines = report.files.flatMap(({ file, diagnostics }) => diagnostics.map((each) => ({ file, ...each })));
  await print({ report, lines, csv: csvOf(CSV, lines), table: tableOf(COLUMNS, lines, context) }, context);
  voice.summary(summaryOf(report.files));
  return report.files.every(({ ok }) => ok) ? EXIT.done : EXIT.findings;
};

/** Those that are published, and those of one's own. */
const tablesAsked = async (given: Given, pack: KqlPack, outside: Context['outside']): Promise<Tables> => {
  let tables = pack.tables(schemaAsked(given, pack));
  for (const file of texts(given, 'tables')) {
    const own = parseTables(tablesIn(await fileText(file, outside)));
    if (!own.ok) refuse('E105', `--tables ${file}: ${own.problem}`, { fix: TABLES_FORM });
    else tables = withTables(tables, own.value);
  }
  return tables;
};

/** null where it is no JSON. */
const tablesIn = (text: string): unknown => {
  try {
    const json = JSON.parse(text) as { readonly tables?: unknown } | null;
    return json?.tables;
  } catch {
    return null;
  }
};

const TABLES_FORM = 'Write { "tables": { "MyApp_CL": { "columns": { "TimeGenerated": "datetime", … } } } } as JSON.';

type Line = KqlDiagnostic & { readonly file: string };

const MEANINGS = { error: 'failure', warning: 'warning', note: 'dim' } as const;

const COLUMNS: readonly Column<Line>[] = [
  { header: 'PLACE', leaves: 0, means: () => 'identity', of: ({ file, line, column }) => `${file}:${line}:${column}` },
  { header: 'CODE', leaves: 0, of: ({ code }) => code },
  { header: 'SEVERITY', leaves: 1, means: ({ severity }) => MEANINGS[severity], of: ({ severity }) => severity },
  { header: 'MESSAGE', leaves: 0, of: ({ message }) => message },
  { header: 'FIX', leaves: 2, wide: true, of: ({ fix }) => fix ?? '-' },
];

const CSV = (['file', 'line', 'column', 'code', 'severity', 'message', 'fix'] as const).map((name) => ({
  name,
  of: (line: Line) => line[name],
}));

const summaryOf = (files: readonly KqlFile[]): string => {
  const of = (wanted: string): number =>
    files.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === wanted)).length;
  const several = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`;
  const queries = `${count(files.length)} ${files.length === 1 ? 'query' : 'queries'}`;
  return `${queries}: ${several(of('error'), 'error')}, ${several(of('warning'), 'warning')}, ${several(of('note'), 'note')}`;
};
