import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Table } from '../base/table.ts';
import { encodeNative, nativeStructure } from './native.ts';

const bytesOf = (table: Table): number[] => encodeNative(table).flatMap((part) => [...part]);
const whole = (value: number): number[] => [value & 0xff, value >> 8, 0, 0, 0, 0, 0, 0];
const ascii = (text: string): number[] => [text.length, ...Buffer.from(text)];

test.each<[string, Table, readonly number[]]>([
  ['nothing is a block of no columns and no rows', { rows: 0, columns: {} }, [0, 0]],
  [
    'numbers lie as in memory',
    { rows: 2, columns: { port: { type: 'UInt16', values: Uint16Array.of(443, 1) } } },
    [1, 2, ...ascii('port'), ...ascii('UInt16'), 0xbb, 1, 1, 0],
  ],
  [
    'spare room behind the last row is left out',
    { rows: 1, columns: { port: { type: 'UInt16', values: Uint16Array.of(443, 1) } } },
    [1, 1, ...ascii('port'), ...ascii('UInt16'), 0xbb, 1],
  ],
  [
    'a column that is a part of a larger buffer',
    { rows: 1, columns: { port: { type: 'UInt16', values: Uint16Array.of(1, 443, 2).subarray(1) } } },
    [1, 1, ...ascii('port'), ...ascii('UInt16'), 0xbb, 1],
  ],
  [
    'text has its length in bytes, not characters',
    { rows: 1, columns: { s: { type: 'String', values: ['é'] } } },
    [1, 1, ...ascii('s'), ...ascii('String'), 2, 0xc3, 0xa9],
  ],
  [
    'words are written once, and places in them',
    { rows: 3, columns: { s: { type: 'Dictionary', values: Uint32Array.of(1, 0, 1), words: ['', 'b'] } } },
    [1, 3, ...ascii('s'), ...ascii('LowCardinality(String)')].concat(
      [...whole(1), ...whole(0x600), ...whole(2), 0, 1, 98],
      [...whole(3), 1, 0, 1],
    ),
  ],
  [
    'an address is sixteen bytes',
    { rows: 1, columns: { ip: { type: 'IPv6', values: new Uint8Array(32).fill(7) } } },
    [1, 1, ...ascii('ip'), ...ascii('IPv6'), ...Array<number>(16).fill(7)],
  ],
  [
    'more than 127 of anything takes two bytes to say',
    { rows: 128, columns: { x: { type: 'UInt8', values: new Uint8Array(128) } } },
    [1, 128, 1, ...ascii('x'), ...ascii('UInt8'), ...Array<number>(128).fill(0)],
  ],
])('%s', (_, table, expected) => {
  expect(bytesOf(table)).toEqual(expected);
});

test('the structure names each column with the type that the file has', () => {
  const table: Table = {
    rows: 0,
    columns: {
      at_ms: { type: 'Int64', values: new BigInt64Array() },
      rule: { type: 'Dictionary', values: new Uint32Array(), words: [] },
    },
  };
  expect(nativeStructure(table)).toBe('at_ms Int64, rule LowCardinality(String)');
});

test('text of any length is as long as it says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), (length) => {
      const [, , , cell] = encodeNative({ rows: 1, columns: { s: { type: 'String', values: ['x'.repeat(length)] } } });
      const prefix = length < 0x80 ? 1 : length < 0x4000 ? 2 : 3;
      expect(cell?.length).toBe(length + prefix);
    }),
  );
});
