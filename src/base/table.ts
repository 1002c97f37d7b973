/**
 * A column of values that all have one type, kept in the bytes the store wants, so that a million rows cost no million objects.
 * Names follow ClickHouse's types; the store writes them without converting.
 */
export type Column =
  | { readonly type: 'UInt8'; readonly values: Uint8Array }
  | { readonly type: 'UInt16'; readonly values: Uint16Array }
  | { readonly type: 'UInt32'; readonly values: Uint32Array }
  | { readonly type: 'UInt64'; readonly values: BigUint64Array }
  | { readonly type: 'Int8'; readonly values: Int8Array }
  | { readonly type: 'Int64'; readonly values: BigInt64Array }
  | { readonly type: 'Float32'; readonly values: Float32Array }
  | { readonly type: 'Float64'; readonly values: Float64Array }
  /** Sixteen bytes a row, network order, IPv4 mapped. */
  | { readonly type: 'IPv6'; readonly values: Uint8Array }
  | { readonly type: 'String'; readonly values: readonly string[] }
  /** For text that repeats: `values[row]` is a place in `words`. */
  | { readonly type: 'Dictionary'; readonly values: Uint32Array; readonly words: readonly string[] }
  /** Several such a row: those of a row end at `ends[row]`, where the next row's begin. */
  | {
      readonly type: 'Dictionaries';
      readonly ends: BigUint64Array;
      readonly values: Uint32Array;
      readonly words: readonly string[];
    }
  /** Several numbers a row, in the same way. */
  | { readonly type: 'Floats'; readonly ends: BigUint64Array; readonly values: Float32Array };

/** Rows by column. Each column has at least `rows` values; what lies behind is spare room. */
export interface Table {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Column>>;
}
