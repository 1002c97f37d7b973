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

/** The rows that are not marked with 1. Columns of several values a row are not taken. */
export const withoutRows = (table: Table, marked: Uint8Array): Table => {
  let left = 0;
  for (let row = 0; row < table.rows; row++) left += marked[row] === 0 ? 1 : 0;
  if (left === table.rows) return table;
  const places = new Uint32Array(left);
  let n = 0;
  for (let row = 0; row < table.rows; row++) if (marked[row] === 0) places[n++] = row;
  const columns = Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [name, gathered(column, places)]),
  );
  return { rows: left, columns };
};

const gathered = (column: Column, places: Uint32Array): Column => {
  if (column.type === 'String') {
    return { ...column, values: Array.from(places, (row) => column.values[row] as string) };
  }
  if (column.type === 'IPv6') {
    const words = wordsIn(column.values, column.values.length);
    return { ...column, values: new Uint8Array(gatheredWords(words, places, 4).buffer) };
  }
  if (column.type === 'Int64' || column.type === 'UInt64') {
    const { buffer, byteOffset, length } = column.values;
    const bits = gatheredWords(new Uint32Array(buffer, byteOffset, length * 2), places, 2).buffer;
    return column.type === 'Int64'
      ? { ...column, values: new BigInt64Array(bits) }
      : { ...column, values: new BigUint64Array(bits) };
  }
  const values = new (
    column.values.constructor as new (
      length: number,
    ) => Exclude<Column, { type: 'IPv6' | 'String' }>['values']
  )(places.length);
  for (let i = 0; i < places.length; i++) values[i] = column.values[places[i] as number] as never;
  return { ...column, values } as Column;
};

/** The first bytes as words; a copy only where they do not lie as words do. */
export const wordsIn = (bytes: Uint8Array, length: number): Uint32Array => {
  const { buffer, byteOffset } = bytes;
  return byteOffset % 4 === 0
    ? new Uint32Array(buffer, byteOffset, length / 4)
    : new Uint32Array(bytes.slice(0, length).buffer);
};

/** Values of `width` words each, moved as bits. */
const gatheredWords = (from: Uint32Array, places: Uint32Array, width: number): Uint32Array<ArrayBuffer> => {
  const into = new Uint32Array(places.length * width);
  for (let i = 0; i < places.length; i++) {
    const at = (places[i] as number) * width;
    for (let word = 0; word < width; word++) into[i * width + word] = from[at + word] as number;
  }
  return into;
};
