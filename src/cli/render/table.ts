import { type Meaning, type Paint, plain } from './colour.ts';
import { visible } from './visible.ts';

export interface Column<Row> {
  readonly header: string;
  readonly of: (row: Row) => string;
  readonly align?: 'right';
  /** Columns with the highest number leave first when the terminal is narrow; 0 stays. */
  readonly leaves: number;
  /** Only in `-o wide`. */
  readonly wide?: boolean;
  readonly means?: (row: Row) => Meaning | null;
}

/** A row as it may be told. */
export type Told = <Row>(row: Row) => Row;
export const asItIs: Told = (row) => row;

export interface TableOptions {
  /** Of the terminal; null: piped, nothing is left out or cut. */
  readonly width: number | null;
  readonly wide: boolean;
  readonly paint: Paint;
  readonly row: Told;
}

const GAP = '   ';
/** A name cut shorter tells nobody anything. */
const MIN_CUT = 12;

/** Lines as kubectl prints them: capital headers, three blanks, no borders. Cells are made safe for a terminal here. */
export const renderTable = <Row>(
  columns: readonly Column<Row>[],
  all: readonly Row[],
  options: TableOptions,
): readonly string[] => {
  const rows = all.map(options.row);
  let shown = columns.filter((column) => options.wide || column.wide !== true);
  const cells = new Map(shown.map((column) => [column, rows.map((row) => visible(column.of(row)))]));
  const widthOf = (column: Column<Row>): number =>
    Math.max(column.header.length, ...(cells.get(column) ?? []).map(length));
  const total = (): number => shown.reduce((sum, column) => sum + widthOf(column), 0) + GAP.length * (shown.length - 1);
  const limit = options.width ?? Number.POSITIVE_INFINITY;
  while (total() > limit) {
    const leaving = shown.reduce<Column<Row> | undefined>((a, b) => (b.leaves > (a?.leaves ?? 0) ? b : a), undefined);
    if (leaving === undefined) break;
    shown = shown.filter((column) => column !== leaving);
  }
  cut(shown, cells, widthOf, total() - limit);
  const widths = shown.map(widthOf);
  const line = (texts: readonly string[], paints: readonly ((text: string) => string)[]): string =>
    texts
      .map((text, i) => {
        const blank = ' '.repeat(Math.max(0, (widths[i] as number) - length(text)));
        const painted = (paints[i] as (text: string) => string)(text);
        if (shown[i]?.align === 'right') return blank + painted;
        return i === texts.length - 1 ? painted : painted + blank;
      })
      .join(GAP)
      .trimEnd();
  const header = line(
    shown.map((column) => column.header),
    shown.map(() => (text) => options.paint('dim', text)),
  );
  const body = rows.map((row, r) =>
    line(
      shown.map((column) => cells.get(column)?.[r] ?? ''),
      shown.map((column) => {
        const meaning = column.means?.(row) ?? null;
        return (text) => (meaning === null ? plain('dim', text) : options.paint(meaning, text));
      }),
    ),
  );
  return [header, ...body];
};

const length = (text: string): number => Array.from(text).length;

/** Takes `over` characters out of the middle of the longest cells: names differ at their ends. */
const cut = <Row>(
  shown: readonly Column<Row>[],
  cells: Map<Column<Row>, string[]>,
  widthOf: (column: Column<Row>) => number,
  over: number,
): void => {
  let left = over;
  const texts = shown.filter((column) => column.align !== 'right');
  while (left > 0) {
    const widest = texts.reduce<Column<Row> | undefined>(
      (a, b) => (a === undefined || widthOf(b) > widthOf(a) ? b : a),
      undefined,
    );
    if (widest === undefined || widthOf(widest) <= Math.max(MIN_CUT, widest.header.length)) return;
    const width = widthOf(widest) - 1;
    cells.set(
      widest,
      (cells.get(widest) ?? []).map((text) => middle(text, width)),
    );
    left--;
  }
};

const middle = (text: string, width: number): string => {
  const all = Array.from(text);
  if (all.length <= width) return text;
  const bare = all.filter((c) => c !== '…');
  const tail = Math.floor((width - 1) / 2);
  return `${bare.slice(0, width - 1 - tail).join('')}…${bare.slice(bare.length - tail).join('')}`;
};
