import type { PackQuery } from '../../app/kql-pack.ts';
import type { FilledQuery, ParametersAsked } from '../../app/kql-fill.ts';
import { lineColumn } from '../../core/kql/line-column.ts';
import type { QueryLanguage } from '../../core/kql/query-language.ts';
import type { Context } from '../context.ts';
import { texts } from '../flag-values.ts';
import { type Given, oneOf } from '../globals.ts';
import type { KqlPack } from '../outside.ts';
import { refuse } from '../refused.ts';

/** What commands about KQL have in common. */

export const withLanguage = async <Value>(
  { outside }: Pick<Context, 'outside'>,
  work: (language: QueryLanguage) => Promise<Value>,
): Promise<Value> => {
  const language = await outside.queryLanguage();
  try {
    return await work(language);
  } finally {
    await language.close();
  }
};

export const fileText = async (file: string, outside: Context['outside']): Promise<string> =>
  outside
    .readText(file)
    .catch(({ code, message }: NodeJS.ErrnoException) =>
      code === 'EACCES' || code === 'EPERM'
        ? refuse('E204', `${file} cannot be read`, { why: message })
        : refuse('E855', `${file} cannot be read`, { why: message }),
    );

export const schemaAsked = (given: Given, { versions }: Pick<KqlPack, 'versions'>): string | null => {
  const [version] = texts(given, 'schema');
  return version === undefined ? null : oneOf('--schema', version, versions);
};

/** A query of the pack by its name, or that of a file. */
export const queryNamed = async (
  word: string,
  pack: Pick<KqlPack, 'queries'>,
  outside: Context['outside'],
): Promise<Pick<PackQuery, 'name' | 'text'>> => {
  const known = pack.queries.find(({ name }) => name === word || `${name}.kql` === word);
  if (known !== undefined) return known;
  if (/[/\\.]/.test(word)) return { name: word, text: await fileText(word, outside) };
  return refuse('E855', `there is no query "${word}"`, { why: pack.queries.map(({ name }) => name).join(', ') });
};

/** `--param dest=203.0.113.66`, and the flags that are parameters too. */
export const parametersAsked = (given: Given, { globals }: Pick<Context, 'globals'>): ParametersAsked => {
  const values = new Map<string, string>();
  for (const text of texts(given, 'param')) {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    if (at < 1) refuse('E105', `--param ${text}: expected NAME=VALUE`);
    if (values.has(name)) refuse('E105', `--param ${name} is given twice`);
    values.set(name, text.slice(at + 1));
  }
  return { values, since: globals.since, until: globals.until, cluster: globals.cluster };
};

/** What may be wrong with a query is said. */
export const warnOf = (
  { text, findings }: Pick<FilledQuery, 'text' | 'findings'>,
  name: string,
  { voice }: Pick<Context, 'voice'>,
): void => {
  for (const { code, at, message, severity } of findings) {
    const { line, column } = lineColumn(text, at.from);
    if (severity !== 'note') voice.warn(`${name}:${line}:${column} ${code} ${message}`);
  }
};
