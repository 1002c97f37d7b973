/** Texts of the program as Markdown. */

/** Outside of code `<` begins a tag; in a table a line ends a cell, also within code. */
export const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll('<', '&lt;').replaceAll('*', '\\*')))
    .join('');

const cell = (text: string): string => prose(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${'---|'.repeat(head.length)}`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
];

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Ends like a sentence, whether or not it did. */
export const sentence = (text: string): string => (/[.?!:]$/.test(text) ? capital(text) : `${capital(text)}.`);

export const page = (lines: readonly string[]): string =>
  `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
