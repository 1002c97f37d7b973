import type { Place } from './query.ts';

/**
 * A comment, a string (verbatim, of several lines, plain), or one character that structures a query. Linear: each alternative begins
 * differently. https://learn.microsoft.com/kusto/query/scalar-data-types/string
 */
export const TOKENS =
  /\/\/[^\r\n]*|@"(?:[^"\r\n]|"")*"|@'(?:[^'\r\n]|'')*'|```[\s\S]*?```|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|[()[\]{};]/g;

export interface Comment {
  /** Without the slashes. */
  readonly text: string;
  readonly at: Place;
}

export const commentsIn = (text: string): readonly Comment[] =>
  [...text.matchAll(TOKENS)]
    .filter(([token]) => token.startsWith('//'))
    .map(({ 0: token, index }) => ({
      text: token.slice(2).trim(),
      at: { from: index, until: index + token.length },
    }));
