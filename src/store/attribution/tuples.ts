import type { Table } from '../../base/table.ts';
import { wordsOf } from './chunk-facts.ts';

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
  const numbers = tupleNumbers(records.rows + lines.rows);
  const record = lists(records.rows, numbers.room);
  const line = lists(lines.rows, numbers.room);
  chain(records, record, numbers.of, () => true);
  chain(lines, line, numbers.of, heard);
  return {
    count: numbers.count(),
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
  numberOf: (low: number, high: number) => number,
  counts: (row: number) => boolean,
): void => {
  const words = wordsOf(table, 'tuple', 'UInt64');
  for (let row = table.rows - 1; row >= 0; row--) {
    if (!counts(row)) continue;
    const tuple = numberOf(words[2 * row] as number, words[2 * row + 1] as number);
    next[row] = first[tuple] as number;
    first[tuple] = row;
  }
};

/** Numbers tuples in the order in which they come: open addressing over their hashes. */
const tupleNumbers = (most: number) => {
  const slots = 1 << Math.max(4, 32 - Math.clz32(most * 2));
  const numberAt = new Int32Array(slots);
  const lows = new Uint32Array(most);
  const highs = new Uint32Array(most);
  let count = 0;
  return {
    room: most,
    count: () => count,
    of: (low: number, high: number): number => {
      for (let slot = low & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
        const known = (numberAt[slot] as number) - 1;
        if (known < 0) {
          numberAt[slot] = count + 1;
          lows[count] = low;
          highs[count] = high;
          return count++;
        }
        if (lows[known] === low && highs[known] === high) return known;
      }
    },
  };
};
