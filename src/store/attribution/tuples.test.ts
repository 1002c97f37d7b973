import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Table } from '../../base/table.ts';
import { tuplesOf } from './tuples.ts';

const tableOf = (hashes: readonly bigint[]): Table => ({
  rows: hashes.length,
  columns: { tuple: { type: 'UInt64', values: BigUint64Array.from(hashes) } },
});

/** Rows of each tuple: of the records, and of the lines that are heard. */
const listed = (records: readonly bigint[], lines: readonly bigint[], heard: (row: number) => boolean): string[] => {
  const { count, firstRecord, nextRecord, firstLine, nextLine } = tuplesOf(tableOf(records), tableOf(lines), heard);
  const rowsOf = (first: Int32Array, next: Int32Array, tuple: number): number[] => {
    const rows: number[] = [];
    for (let row = first[tuple] as number; row >= 0; row = next[row] as number) rows.push(row);
    return rows;
  };
  return Array.from({ length: count }, (_, tuple) =>
    JSON.stringify([rowsOf(firstRecord, nextRecord, tuple), rowsOf(firstLine, nextLine, tuple)]),
  );
};

const grouped = (records: readonly bigint[], lines: readonly bigint[], heard: (row: number) => boolean): string[] => {
  const rowsOf = (hashes: readonly bigint[], hash: bigint, counts: (row: number) => boolean): number[] =>
    hashes.flatMap((other, row) => (other === hash && counts(row) ? row : []));
  return [...new Set([...records, ...lines])]
    .map((hash) => [rowsOf(records, hash, () => true), rowsOf(lines, hash, heard)] as const)
    .filter((rows) => rows.some((list) => list.length > 0))
    .map((rows) => JSON.stringify(rows));
};

/** Halves that many hashes share; all bits are used. */
const half = fc.oneof(fc.constantFrom(0n, 1n, 0xffff_ffffn, 0x8000_0001n), fc.bigInt({ min: 0n, max: 0xffff_ffffn }));
const hashes = fc.array(
  fc.tuple(half, half).map(([high, low]) => high * 0x1_0000_0000n + low),
  { maxLength: 12 },
);

test('each tuple has its rows, in the order of the table', () => {
  fc.assert(
    fc.property(hashes, hashes, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (some, more, kept) => {
      const [records, lines] = [
        [...some, ...more.slice(0, 3)],
        [...more, ...some.slice(0, 3)],
      ];
      const heard = (row: number): boolean => kept[row % 12] as boolean;
      expect(listed(records, lines, heard).sort()).toEqual(grouped(records, lines, heard).sort());
    }),
  );
});

test('a chunk of many tuples has room for each', () => {
  const many = Array.from({ length: 70_000 }, (_, i) => BigInt.asUintN(64, BigInt(i + 1) * 0x9e37_79b9_7f4a_7c15n));
  expect(tuplesOf(tableOf(many), tableOf([]), () => true).count).toBe(many.length);
});
