import { expect, test } from 'vitest';
import type { Column } from '../../base/table.ts';
import { dictionary, flowRows, type TupleAt } from './flow-rows.ts';

test('a word has one place, and a column of more words than there was room for has each of them', () => {
  const column = dictionary(0);
  const words = Array.from({ length: 5_000 }, (_, i) => `pod-${Math.floor(i / 2) % 700}`);
  for (const word of words) column.push(word);
  const { values, words: known } = column.done();
  expect(column.size()).toBe(5_000);
  expect(known).toHaveLength(700);
  expect(Array.from(values.subarray(0, 5_000), (place) => known[place])).toEqual(words);
});

test('the first word that is asked for may be the empty one', () => {
  const { placeOf, words } = dictionary(1);
  expect([placeOf(''), placeOf(''), placeOf('node-0'), placeOf('')]).toEqual([0, 0, 1, 0]);
  expect(words).toEqual(['', 'node-0']);
});

test('a row has all of both addresses, whichever row of the facts it is of', () => {
  const [srcIp, destIp] = [
    Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    Uint32Array.of(11, 12, 13, 14, 15, 16, 17, 18),
  ] as const;
  const ports = new Uint16Array(2);
  const bytes = new Uint8Array(2);
  const tuples: TupleAt = { shard: bytes, srcIp, destIp, srcPort: ports, destPort: ports, protocol: bytes };
  const counters = { packetsOut: 0, bytesOut: 0, packetsIn: 0, bytesIn: 0 };
  const flow = { begin: 1_000, last: 2_000, begun: true, ended: true, denied: false, ...counters };
  const rows = flowRows(2);
  for (const at of [1, 0]) {
    rows.push(
      tuples,
      at,
      flow,
      '',
      true,
      1,
      {
        verdict: { kind: 'exact', podUid: 'web', by: 'lease' },
        node: '',
        isTranslated: false,
        podPort: 0,
        goneAt: 0,
      },
      0,
    );
  }
  const { columns } = rows.table();
  const words = (column: Column | undefined): number[] => [
    ...new Uint32Array((column as Extract<Column, { type: 'IPv6' }>).values.buffer),
  ];
  expect(words(columns['src_ip'])).toEqual([5, 6, 7, 8, 1, 2, 3, 4]);
  expect(words(columns['dest_ip'])).toEqual([15, 16, 17, 18, 11, 12, 13, 14]);
});
