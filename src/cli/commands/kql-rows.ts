import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';

interface Rows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

/** The table of an answer, whatever its columns are. */
export const printRows = async (report: Rows, context: Context): Promise<void> => {
  const { items, columns } = report;
  const cell = (row: Rows['items'][number], name: string): string => textOfCell(row[name]);
  const shown = columns.map(({ name, type }, i) => ({
    header: name,
    leaves: i,
    ...(/^(?:int|long|real|decimal)$/.test(type) ? { align: 'right' as const } : {}),
    of: (row: Rows['items'][number]) => cell(row, name),
  }));
  const inCsv = columns.map(({ name }) => ({
    name,
    of: (row: Rows['items'][number]) => {
      const value = row[name];
      return typeof value === 'number' || typeof value === 'boolean' ? value : cell(row, name);
    },
  }));
  await print({ report, lines: items, csv: csvOf(inCsv, items), table: tableOf(shown, items, context) }, context);
};

const textOfCell = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
