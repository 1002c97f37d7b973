import type { Column, Table } from '../../base/table.ts';
import type { Structure } from '../native-read.ts';

const SHARED: Structure = {
  src_ip: 'IPv6',
  dest_ip: 'IPv6',
  src_port: 'UInt16',
  dest_port: 'UInt16',
};
const COUNTERS: Structure = { packets_out: 'UInt64', bytes_out: 'UInt64', packets_in: 'UInt64', bytes_in: 'UInt64' };

/** The columns of `attribution/records.sql`. */
export const RECORDS: Structure = {
  shard: 'UInt8',
  at_ms: 'Int64',
  begun_ago_ms: 'Int64',
  ...SHARED,
  protocol: 'UInt8',
  direction: 'UInt8',
  state: 'UInt8',
  ...COUNTERS,
  rule: 'Dictionary',
  tuple: 'UInt64',
};

/** The columns of `attribution/lines.sql`. */
export const LINES: Structure = {
  shard: 'UInt8',
  at_ms: 'Int64',
  new_ago_ms: 'Int64',
  kind: 'UInt8',
  protocol: 'UInt8',
  origin_ip: 'IPv6',
  origin_port: 'UInt16',
  ...SHARED,
  started_ms: 'Int64',
  timeout_s: 'UInt32',
  forced: 'UInt8',
  object: 'Dictionary',
  ...COUNTERS,
  tuple: 'UInt64',
};

/** The columns of `attribution/aggregates.sql`. */
export const AGGREGATES: Structure = {
  shard: 'UInt8',
  from_ms: 'Int64',
  until_ms: 'Int64',
  ...SHARED,
  protocol: 'UInt8',
  direction: 'UInt8',
  denied: 'UInt8',
  flows: 'UInt32',
  ...COUNTERS,
  rule: 'Dictionary',
};

type Of<Type extends Column['type']> = Extract<Column, { type: Type }>;

const columnOf = <Type extends Column['type']>(table: Table, name: string, type: Type): Of<Type> => {
  const column = table.columns[name];
  if (column?.type !== type) throw new Error(`the table has no column ${name} of type ${type}`);
  return column as Of<Type>;
};

/** The values of a column. Throws when the table has none of that name and type. */
export const valuesOf = <Type extends Column['type']>(table: Table, name: string, type: Type): Of<Type>['values'] =>
  columnOf(table, name, type).values as Of<Type>['values'];

/** The words of a column of text: its values are places among them. */
export const textWordsOf = (table: Table, name: string): readonly string[] => columnOf(table, name, 'Dictionary').words;

/** The text of each row. */
export const textsOf = (table: Table, name: string): ((row: number) => string) => {
  const { values, words } = columnOf(table, name, 'Dictionary');
  return (row) => words[values[row] as number] as string;
};

/** Each value of 64 bits as two words of 32, the lower first: whole numbers below 2^53 are read without a bigint. */
export const wordsOf = (table: Table, name: string, type: 'UInt64' | 'Int64' | 'IPv6'): Uint32Array => {
  const { buffer, byteOffset, byteLength } = valuesOf(table, name, type);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
};

const HIGH = 0x1_0000_0000;
/** A signed number out of its two words. */
export const signedAt = (words: Uint32Array, row: number): number =>
  (words[2 * row] as number) + ((words[2 * row + 1] as number) | 0) * HIGH;
/** A counter out of its two words; beyond 2^53 it is not exact. */
export const unsignedAt = (words: Uint32Array, row: number): number =>
  (words[2 * row] as number) + (words[2 * row + 1] as number) * HIGH;
/** Writes a whole number of at most 2^53 as two words. */
export const putWords = (words: Uint32Array, row: number, value: number): void => {
  words[2 * row] = value;
  words[2 * row + 1] = Math.floor(value / HIGH);
};
