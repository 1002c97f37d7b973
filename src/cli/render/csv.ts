export type CsvValue = string | number | boolean | null;

/**
 * One record, RFC 4180. A text that a spreadsheet would run as a formula gets a quote before it.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csvLine = (values: readonly CsvValue[]): string => values.map(field).join(',');

const field = (value: CsvValue): string => {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export interface CsvColumn<Row> {
  readonly name: string;
  readonly of: (row: Row) => CsvValue;
}

/** Header first. Columns are only ever added at the end. */
export const csvLines = <Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): readonly string[] => [
  csvLine(columns.map((column) => column.name)),
  ...rows.map((row) => csvLine(columns.map((column) => column.of(row)))),
];
