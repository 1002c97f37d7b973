import type { Column, Table } from '../base/table.ts';

/**
 * A table in ClickHouse's Native format: one block, its columns one after another, numbers little-endian as they lie in memory.
 * https://clickhouse.com/docs/interfaces/formats/Native
 */
export const encodeNative = ({ rows, columns }: Table): Uint8Array[] => {
  const names = Object.keys(columns);
  const parts: Uint8Array[] = [varints([names.length, rows])];
  for (const name of names) {
    const column = columns[name] as Column;
    parts.push(text(name), text(nativeType(column.type)), ...cells(column, rows));
  }
  return parts;
};

/** `name Type, …` of the same file. */
export const nativeStructure = ({ columns }: Table): string =>
  Object.entries(columns)
    .map(([name, column]) => `${name} ${nativeType(column.type)}`)
    .join(', ');

const NATIVE_TYPES: Readonly<Record<string, string>> = {
  Dictionary: 'LowCardinality(String)',
  Dictionaries: 'Array(LowCardinality(String))',
  Floats: 'Array(Float32)',
};
/** The engine's name of a column's type. */
export const nativeType = (type: Column['type']): string => NATIVE_TYPES[type] ?? type;

const cells = (column: Column, rows: number): Uint8Array[] => {
  switch (column.type) {
    case 'String':
      return column.values.slice(0, rows).map(text);
    case 'Dictionary':
      return rows === 0 ? [] : [KEYS, ...lowCardinality(column.values, column.words, rows)];
    case 'Dictionaries': {
      const { ends, values, words } = column;
      if (rows === 0) return [];
      const all = Number(ends[rows - 1]);
      const own = new Uint8Array(ends.buffer, ends.byteOffset, rows * 8);
      return all === 0 ? [KEYS, own] : [KEYS, own, ...lowCardinality(values, words, all)];
    }
    case 'Floats': {
      const { ends, values } = column;
      const all = rows === 0 ? 0 : Number(ends[rows - 1]);
      return [
        new Uint8Array(ends.buffer, ends.byteOffset, rows * 8),
        new Uint8Array(values.buffer, values.byteOffset, all * 4),
      ];
    }
    case 'IPv6':
      return [column.values.subarray(0, rows * 16)];
    default: {
      const { buffer, byteOffset, BYTES_PER_ELEMENT } = column.values;
      return [new Uint8Array(buffer, byteOffset, rows * BYTES_PER_ELEMENT)];
    }
  }
};

/**
 * A dictionary of its own for the block, and places in it: what the engine's SerializationLowCardinality reads.
 * Kind of the places with the flags "has keys" and "update the dictionary", then keys and places, each with its count.
 */
const lowCardinality = (places: Uint32Array, words: readonly string[], rows: number): Uint8Array[] => {
  const [kind, values] =
    words.length <= 0x100
      ? [0, Uint8Array.from(places.subarray(0, rows))]
      : words.length <= 0x1_0000
        ? [1, Uint16Array.from(places.subarray(0, rows))]
        : [2, places.subarray(0, rows)];
  const { buffer, byteOffset, byteLength } = values;
  return [
    numbers64([0x600 | kind, words.length]),
    ...words.map(text),
    numbers64([rows]),
    new Uint8Array(buffer, byteOffset, byteLength),
  ];
};

const numbers64 = (values: readonly number[]): Uint8Array => new Uint8Array(BigUint64Array.from(values, BigInt).buffer);

/** The version of the keys that follow. */
const KEYS = numbers64([1]);

const encoder = new TextEncoder();
const text = (value: string): Uint8Array => {
  const bytes = encoder.encode(value);
  const length = varints([bytes.length]);
  const into = new Uint8Array(length.length + bytes.length);
  into.set(length);
  into.set(bytes, length.length);
  return into;
};

const varints = (values: readonly number[]): Uint8Array => {
  const bytes: number[] = [];
  for (let value of values) {
    while (value > 0x7f) {
      bytes.push((value % 0x80) | 0x80);
      value = Math.floor(value / 0x80);
    }
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
};
