import type { ScalarType } from './query.ts';

/** What a column means, beside its type. */
export interface ColumnMeaning {
  /** When the value is "" although the type says string. Absent: it was never seen blank. */
  readonly blankWhen?: string;
  /** Rows in which it is filled all the same. */
  readonly filledWhere?: { readonly column: string; readonly values: readonly string[] };
  /** The column that has the value when this one is blank. */
  readonly elsewhere?: string;
  /** What the text is: `words` is no JSON, and parse_json of it has no members. */
  readonly holds?: 'json' | 'words' | 'packed-addresses';
  /** An address, which other clusters may have too. */
  readonly isAddress?: boolean;
  /** Given to one thing and never to another: a UID. */
  readonly isForEver?: boolean;
  /** The name of what a row of a snapshot is about: who joins by it does not ask who held something. */
  readonly isOwnName?: boolean;
  /** What a reader would take it for, and why that is wrong. */
  readonly notWhatItSeems?: string;
}

export interface ColumnFacts extends ColumnMeaning {
  readonly type: ScalarType;
}

/** What a table means, beside its columns. */
export interface TableMeaning {
  /** Columns that say when it happened, the two that tell it best first. Absent: TimeGenerated does. */
  readonly eventTime?: readonly string[];
  /** Rows of several sorts share the table; these are the ones that are asked about. */
  readonly rowKind?: { readonly column: string; readonly value: string };
  /** The column that tells inbound from outbound: both are rows. */
  readonly direction?: string;
  /** The column that says on whose interface a row was captured: who names it counts no flow twice unknowingly. */
  readonly observer?: string;
  /** Columns that say which cluster a row is of. */
  readonly cluster?: readonly string[];
  /** A row states what held at one moment, of something that lives for a while. */
  readonly snapshot?: boolean;
  /** A row is one of many of the same thing: what to count instead of rows. */
  readonly countBy?: string;
  /** Why nobody should ask it any more. */
  readonly retired?: string;
}

export interface TableFacts extends TableMeaning {
  /** In the order of the schema: `project *` and joins depend on it. */
  readonly columns: Readonly<Record<string, ColumnFacts>>;
  /** Columns that an older version of the schema had. */
  readonly gone: Readonly<Record<string, { readonly type: ScalarType; readonly last: string }>>;
}

export type Tables = Readonly<Record<string, TableFacts>>;
