import type { Column, Place, Query } from './query.ts';

/**
 * A cell of an answer: a datetime as `2026-11-27T03:00:00Z`, a timespan as `1.02:03:04`, whole numbers beyond 2^53 as text, dynamic as what
 * its JSON says. A string is never null.
 */
export type Cell = unknown;

export interface LocalRows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
  /** What was done otherwise than it is written, and changes no row. */
  readonly notes: readonly string[];
}

/** What became of a query over local tables. */
export type LocalAnswer =
  | ({ readonly kind: 'rows' } & LocalRows)
  /** Not in the subset: what, and where it stands. Nothing was run. */
  | { readonly kind: 'refused'; readonly what: string; readonly at: Place }
  /** It could not be run to its end: too long, too much memory, not a regular expression. */
  | { readonly kind: 'failed'; readonly why: string };

export interface LocalLimits {
  readonly rows: number;
  readonly seconds: number;
  readonly memoryMib: number;
}

export const LOCAL_LIMITS: LocalLimits = { rows: 10_000, seconds: 60, memoryMib: 2_048 };

/** A cell as it is loaded: datetimes and timespans as ticks of 100 ns, dynamic as its JSON; whole numbers of 64 bits as text. */
export type LoadedCell = string | number | boolean | null;

/** Tables of this machine that KQL can be asked of. */
export interface LocalTables {
  /** The names of those that the store tells of itself. */
  readonly derived: readonly string[];
  /** Adds rows to a table, which hides one of the same name that is derived. */
  add(table: string, columns: readonly Column[], rows: readonly (readonly LoadedCell[])[]): Promise<void>;
  /** `now` is what now() and ago() mean, in milliseconds since 1970. Never throws for what the query is. */
  run(query: Query, nowMs: number, limits: LocalLimits): Promise<LocalAnswer>;
  /** Forgets what was added. */
  close(): Promise<void>;
}
