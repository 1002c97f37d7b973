import type { Table } from '../../base/table.ts';
import { wordsOf } from './chunk-facts.ts';
import { keyNumbers } from './key-numbers.ts';

/**
 * Which rows are about which wire tuple. Each list of rows begins at `first…[tuple]`, goes on at `next…[row]`, and ends with -1;
 * it is in the order of the table.
 */
export interface Tuples {
  readonly count: number;
  readonly firstRecord: Int32Array;
  readonly nextRecord: Int32Array;
  readonly firstLine: Int32Array;
  readonly nextLine: Int32Array;
}

/** Both tables have a column `tuple`, the hash of the five things that make a wire tuple. Lines that are not `heard` are in no list. */
export const tuplesOf = (records: Table, lines: Table, heard: (line: number) => boolean): Tuples => {
  const hashes = keyNumbers(2);
  const most = records.rows + lines.rows;
  const record = lists(records.rows, most);
  const line = lists(lines.rows, most);
  chain(records, record, hashes.numberOf, () => true);
  chain(lines, line, hashes.numberOf, heard);
  return {
    count: hashes.count(),
    firstRecord: record.first,
    nextRecord: record.next,
    firstLine: line.first,
    nextLine: line.next,
  };
};

interface Lists {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

const lists = (rows: number, tuples: number): Lists => ({
  first: new Int32Array(tuples).fill(-1),
  next: new Int32Array(rows),
});

/** Backwards, so that each row goes to the head of its list. */
const chain = (
  table: Table,
  { first, next }: Lists,
  numberOf: (words: Uint32Array, at: number) => number,
  counts: (row: number) => boolean,
): void => {
  const words = wordsOf(table, 'tuple', 'UInt64');
  for (let row = table.rows - 1; row >= 0; row--) {
    if (!counts(row)) continue;
    const tuple = numberOf(words, 2 * row);
    next[row] = first[tuple] as number;
    first[tuple] = row;
  }
};
