import type { Column, Expr, Place } from './query.ts';
import type { TableFacts, Tables } from './tables.ts';

/** A column of a table that a value comes from, however it was renamed or computed since. */
export interface Origin {
  readonly table: string;
  readonly column: string;
}

/** What is known of a column at one point of a pipeline. */
export interface Known {
  readonly type: Column['type'];
  readonly origins: readonly Origin[];
  /** Why the value can be ""; null: it cannot, or nothing says so. */
  readonly blank: string | null;
  /** Where it got its name; null: in the schema. */
  readonly at: Place | null;
  /** Whether it is the column of its origin as it is, under whatever name. */
  readonly isPlain: boolean;
}

export type Rows = ReadonlyMap<string, Known>;

/** One reading of a table, and what the query says of its rows. Grows as the query is walked. */
export interface Reading {
  readonly table: string;
  readonly facts: TableFacts;
  readonly at: Place;
  isBounded: boolean;
  /** By a time days back. */
  isWide: boolean;
  /** On a time of the events, where that is not TimeGenerated. */
  isEventBounded: boolean;
  isOfOneCluster: boolean;
}

/** The rows at one point of a pipeline. */
export interface Flow {
  readonly rows: Rows;
  readonly readings: readonly Reading[];
  /** Whether they have an order that somebody asked for. */
  readonly isOrdered: boolean;
  /** Whether a condition from here on is too late to bound what is read. */
  readonly isSummarized: boolean;
  /** Columns of whose values no two rows have the same; null: no such are known. */
  readonly unique: ReadonlySet<string> | null;
  /** The table whose rows these are, one to one; null: they are not. */
  readonly rowsOf: TableFacts | null;
}

export const unknown = (type: Column['type']): Known => ({
  type,
  origins: [],
  blank: null,
  at: null,
  isPlain: false,
});

export const unknownFlow = (columns: readonly Column[]): Flow => ({
  rows: new Map(columns.map(({ name, type }) => [name, unknown(type)])),
  readings: [],
  isOrdered: false,
  isSummarized: false,
  unique: null,
  rowsOf: null,
});

export const nameOfOrigin = ({ table, column }: Origin): string => `${table}.${column}`;

export const factsOf = (tables: Tables, { table, column }: Origin): TableFacts['columns'][string] | undefined =>
  Object.hasOwn(tables, table) ? tables[table]?.columns[column] : undefined;

/** The columns of tables that a value is made of. */
export const originsOf = (expr: Expr, rows: Rows): readonly Origin[] => {
  switch (expr.kind) {
    case 'column':
      return rows.get(expr.name)?.origins ?? [];
    case 'call':
      return expr.args.flatMap((arg) => originsOf(arg, rows));
    case 'member':
    case 'negate':
      return originsOf(expr.of, rows);
    case 'operator':
      return [...originsOf(expr.left, rows), ...originsOf(expr.right, rows)];
    default:
      return [];
  }
};

/** A column by its name alone, also where `tostring` or the like is around it. */
export const soleColumn = (expr: Expr | undefined): string | null => {
  if (expr?.kind === 'column') return expr.name;
  return expr?.kind === 'call' && expr.args.length === 1 && KEEPS_BLANK.has(expr.name)
    ? soleColumn(expr.args[0])
    : null;
};

/** What makes "" of "" and of nothing else. */
const KEEPS_BLANK: ReadonlySet<string> = new Set(['tostring', 'tolower', 'toupper']);
