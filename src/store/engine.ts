/** A value that takes the place of `{name:Type}` in a statement. Never text inside SQL. */
export type Param = string | number | boolean | bigint | readonly Param[];
export type Params = Readonly<Record<string, Param>>;

/**
 * The engine that runs SQL: chDB in this process, or a ClickHouse server. The statements are the same.
 * Settings travel inside the statement (`SETTINGS …`): a session that remembers them would leak them into the next.
 */
export interface Engine {
  /**
   * Ends the number in the name of a table that is there for one piece of work: of those who share the engine each has its own.
   * Empty where whoever has the engine has it alone.
   */
  readonly mark: string;
  /** Runs a statement that gives no rows. */
  run(sql: string, params?: Params): Promise<void>;
  /** All rows of a small answer. */
  rows<Row>(sql: string, params?: Params): Promise<Row[]>;
  /** A large answer, piece by piece, in ClickHouse's Native format. */
  blocks(sql: string, params?: Params): AsyncIterable<Uint8Array>;
  /**
   * Inserts what a file holds: `{source}` in the statement becomes a table function over it.
   * `structure` is the file's columns, as `name Type, …`.
   */
  load(sql: string, file: LoadFile, params?: Params): Promise<void>;
  /** Inserts what a query gives, which names its columns as the table does. */
  fill(table: string, select: string, params?: Params): Promise<void>;
  /** The same, for whoever may go away: what is read is ended when the signal aborts, and throws. What writes is not. */
  until(signal: AbortSignal): Engine;
  close(): Promise<void>;
}

export interface LoadFile {
  readonly bytes: readonly Uint8Array[];
  readonly format: 'Native' | 'JSONEachRow';
  readonly structure: string;
}
