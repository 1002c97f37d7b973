import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Table } from '../base/table.ts';
import { encodeNative } from './native.ts';
import { decodeNative } from './native-read.ts';

const block = fc
  .array(fc.record({ port: fc.nat(65_535), at: fc.bigInt({ min: -5n, max: 2n ** 40n }), word: fc.string() }), {
    maxLength: 20,
  })
  .map((rows): Table => {
    const words = [...new Set(rows.map(({ word }) => word.toWellFormed()))];
    return {
      rows: rows.length,
      columns: {
        port: { type: 'UInt16', values: Uint16Array.from(rows, ({ port }) => port) },
        at: { type: 'Int64', values: BigInt64Array.from(rows, ({ at }) => at) },
        word: {
          type: 'Dictionary',
          values: Uint32Array.from(rows, ({ word }) => words.indexOf(word.toWellFormed())),
          words,
        },
      },
    };
  });
const STRUCTURE = { port: 'UInt16', at: 'Int64', word: 'Dictionary' } as const;

const bytesOf = (blocks: readonly Table[]): Buffer => Buffer.concat(blocks.flatMap(encodeNative));

async function* cut(bytes: Buffer, at: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...at.map((share) => Math.floor(share * bytes.length)).toSorted((a, b) => a - b), bytes.length];
  for (const [i, from] of places.slice(0, -1).entries()) yield bytes.subarray(from, places[i + 1]);
}

const rowsOf = ({ rows, columns }: Table): readonly unknown[] =>
  Array.from({ length: rows }, (_, row) =>
    Object.values(columns).map((column) =>
      column.type === 'Dictionary'
        ? column.words[column.values[row] as number]
        : (column.values as ArrayLike<unknown>)[row],
    ),
  );

test('however a network cuts an answer, it is the same table', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(block, { maxLength: 5 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }),
      async (blocks, at) => {
        const read = await decodeNative(cut(bytesOf(blocks), at), STRUCTURE);
        expect(rowsOf(read)).toEqual(blocks.flatMap(rowsOf));
      },
    ),
  );
});

test('an answer that ends in the middle of a block is refused, wherever it ends', async () => {
  const word = { type: 'Dictionary', values: Uint32Array.of(0, 1), words: ['a', 'bc'] } as const;
  const table: Table = {
    rows: 2,
    columns: {
      port: { type: 'UInt16', values: Uint16Array.of(1, 2) },
      at: { type: 'Int64', values: BigInt64Array.of(1n, 2n) },
      word,
    },
  };
  const bytes = bytesOf([table]);
  for (let length = 1; length < bytes.length; length++)
    await expect(decodeNative(cut(bytes.subarray(0, length), []), STRUCTURE), `${length} bytes`).rejects.toThrow(
      'in the middle of a column',
    );
});
