import { EXIT } from '../../app/errors.ts';
import { type KqlDiagnostic, type KqlFile, kqlCheck } from '../../app/kql-check.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { type Given, oneOf } from '../globals.ts';
import type { KqlPack } from '../outside.ts';
import { refuse } from '../refused.ts';
import type { Column } from '../render/table.ts';

/** The name of a command that `kql` has not. */
export const runKql = async (_: Context, [word]: readonly string[]): Promise<number> =>
  refuse('E101', word === undefined ? 'kql needs to be told what to do' : `there is no command "kql ${word}"`, {
    fix: 'Run `unmasq kql list`, `show`, `check`, `run` or `link`.',
  });

/** Ends with 3 where a query has an error. */
export const runKqlCheck = async (context: Context, words: readonly string[], given: Given): Promise<number> => {
  const { outside, voice } = context;
  const pack = await outside.kqlPack();
  const texts = await Promise.all(words.map(async (file) => ({ file, text: await read(file, outside) })));
  const language = await outside.queryLanguage();
  try {
    const report = await kqlCheck(texts, language, pack.tables(asOf(given, pack)));
    const lines = report.files.flatMap(({ file, diagnostics }) => diagnostics.map((each) => ({ file, ...each })));
    await print({ report, lines, csv: csvOf(CSV, lines), table: tableOf(COLUMNS, lines, context) }, context);
    voice.summary(summaryOf(report.files));
    return report.files.every(({ ok }) => ok) ? EXIT.done : EXIT.findings;
  } finally {
    await language.close();
  }
};

const read = async (file: string, outside: Context['outside']): Promise<string> =>
  outside.readText(file).catch((error: Error) => refuse('E204', `${file} cannot be read`, { why: error.message }));

const asOf = (given: Given, { versions }: KqlPack): string | null => {
  const version = given['schema'];
  return typeof version === 'string' ? oneOf('--schema', version, versions) : null;
};

type Line = KqlDiagnostic & { readonly file: string };

const COLUMNS: readonly Column<Line>[] = [
  { header: 'PLACE', leaves: 0, of: ({ file, line, column }) => `${file}:${line}:${column}` },
  { header: 'CODE', leaves: 0, of: ({ code }) => code },
  { header: 'SEVERITY', leaves: 1, of: ({ severity }) => severity },
  { header: 'MESSAGE', leaves: 0, of: ({ message }) => message },
];

const CSV = (['file', 'line', 'column', 'code', 'severity', 'message'] as const).map((name) => ({
  name,
  of: (line: Line) => line[name],
}));

const summaryOf = (files: readonly KqlFile[]): string => {
  const errors = files.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === 'error')).length;
  return `${files.length} ${files.length === 1 ? 'query' : 'queries'}, ${errors} ${errors === 1 ? 'error' : 'errors'}`;
};
