import { visible } from './visible.ts';

export interface MarkdownColumn<Row> {
  readonly header: string;
  readonly of: (row: Row) => string;
  readonly align?: 'right';
}

/** A table as GitHub and Azure DevOps show it. https://github.github.com/gfm/#tables-extension- */
export const markdownTable = <Row>(
  columns: readonly MarkdownColumn<Row>[],
  rows: readonly Row[],
): readonly string[] => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ header }) => markdownText(header))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(columns.map(({ of }) => markdownText(of(row))))),
  ];
};

/** Text that stays text: nothing in it is a link, a tag or the end of a cell. */
export const markdownText = (text: string): string => visible(text).replace(/[\\`*_[\]<>|#]/g, (c) => `\\${c}`);
