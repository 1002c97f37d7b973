import type { Param, Params } from './engine.ts';

/** Parameters of a statement as the HTTP interface takes them: `param_NAME`, each as the engine reads its type. */
export const httpParams = (params: Params): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [`param_${name}`, spelled(value)]));

/** A text by itself is as in a line of TSV; within an array it stands in quotes. https://clickhouse.com/docs/interfaces/http#cli-queries-with-parameters */
const spelled = (value: Param): string =>
  typeof value === 'string' ? escaped(value, /[\\\t\n\r\0]/g) : literal(value);

const literal = (value: Param): string => {
  if (typeof value === 'string') return `'${escaped(value, /[\\'\t\n\r\0]/g)}'`;
  if (typeof value !== 'object') {
    if (typeof value === 'number' && !(Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)))
      throw new RangeError(`a parameter that no number is exactly: ${value}`);
    return String(value);
  }
  return `[${value.map(literal).join(',')}]`;
};

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
};

const escaped = (text: string, what: RegExp): string => text.replace(what, (character) => ESCAPES[character] as string);
