/** A place in a file of lines, from 1. */
export interface LinePlace {
  readonly file: string;
  readonly line: number;
}

/** One leaf of a structured line. */
export interface LineField {
  /** `http.method`, as the line has it. */
  readonly path: string;
  readonly value: string;
  /** Of the name, the value and what is around them. */
  readonly bytes: number;
}

/** How a line writes its time. */
export type TimeForm =
  | 'RFC 3339'
  | 'without a zone'
  | 'epoch seconds'
  | 'epoch milliseconds'
  | 'epoch nanoseconds'
  | 'of its own';

/** What one line of a log tells. */
export interface ToldLine {
  /** Who wrote it, as far as that is known: `shop/checkout`, or the file. */
  readonly service: string;
  readonly place: LinePlace;
  readonly bytes: number;
  readonly isJson: boolean;
  /** It goes on with the line before: a stack trace. */
  readonly isContinuation: boolean;
  readonly fields: readonly LineField[];
  /** As it is written; null: it tells none. */
  readonly level: string | null;
  readonly time: { readonly form: TimeForm; readonly atMs: number | null } | null;
  /** When whoever kept the line took it; null: nobody did. */
  readonly takenMs: number | null;
  /** It speaks of a request. */
  readonly isRequest: boolean;
  readonly traceId: string;
  readonly ids: readonly string[];
  /** The host that it says was called; empty: none. */
  readonly calls: string;
}

/** Takes lines as they are told. */
export interface LineTaker {
  line(line: ToldLine): void;
}
