import type { QueryText } from '../estate/alert.ts';

/** What of a query is known, comments left out. */
const wordsOf = ({ text, known }: QueryText): string =>
  (text ?? known.join('\n')).replaceAll(/(^|\s)\/\/[^\n]*/g, '$1');

/** Whether a query certainly says all of these. What is not told of it cannot take anything back. */
export const saysAll = (query: QueryText, ...patterns: readonly RegExp[]): boolean => {
  const words = wordsOf(query);
  return patterns.every((pattern) => pattern.test(words));
};

/** Whether a query may say one of these: certainly, or in what is not told. */
export const maySay = (query: QueryText, pattern: RegExp): boolean =>
  query.text === null || pattern.test(wordsOf(query));
