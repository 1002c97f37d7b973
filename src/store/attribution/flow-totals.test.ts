import { expect, test } from 'vitest';
import { HOUR } from '../../base/instant.ts';
import type { Column } from '../../base/table.ts';
import type { Judgement } from '../../core/attribution/attribute.ts';
import type { TupleAt } from './flow-rows.ts';
import { flowTotals } from './flow-totals.ts';

/* How flows are added up is a law of test/verdicts.test.ts; this is of more of them than its worlds have. */
const HOURS = [3, 4];
const addresses = (count: number, word: number): TupleAt => {
  const destIp = Uint32Array.from({ length: 4 * count }, (_, i) => (i % 4 === word ? Math.floor(i / 4) : 7));
  const ports = new Uint16Array(count).fill(443);
  const bytes = new Uint8Array(count).fill(6);
  return { shard: bytes, srcIp: destIp, destIp, srcPort: ports, destPort: ports, protocol: bytes };
};
const flow = (begin: number) => ({
  begin,
  last: begin + 5,
  begun: true,
  ended: true,
  denied: false,
  packetsOut: 1,
  bytesOut: begin,
  packetsIn: 1,
  bytesIn: 2 * begin,
});
const judgement = (podUid: string): Judgement => ({
  verdict: { kind: 'exact', podUid, by: 'translation' },
  node: 'node-0',
  isTranslated: true,
  podPort: 0,
  goneAt: 0,
});
const numbers = (column: Column | undefined): number[] =>
  Array.from(column?.values as Iterable<number | bigint>, Number);

test.each([0, 1, 2, 3])('ten thousand destinations that differ in word %s alone are as many rows', (word) => {
  const count = 10_000;
  const tuples = addresses(count, word);
  const totals = flowTotals();
  // Each twice an hour, all of them before any comes again.
  for (const hour of [...HOURS, ...HOURS]) {
    for (let at = 0; at < count; at++) {
      totals.add(tuples, at, flow(hour * HOUR + at), hour * HOUR, 0, judgement(`pod-${at % 3}`));
    }
  }
  const { rows, columns } = totals.tables().flow_total;
  const of = (name: string): number[] => numbers(columns[name]);
  const each = (value: (hour: number, at: number) => number): number[] =>
    HOURS.flatMap((hour) => Array.from({ length: count }, (_, at) => value(hour, at)));
  expect(rows).toBe(2 * count);
  const destIp = columns['dest_ip']?.values as Uint8Array;
  expect(new Uint32Array(destIp.buffer)).toEqual(Uint32Array.of(...tuples.destIp, ...tuples.destIp));
  expect(of('hour_ms')).toEqual(each((hour) => hour * HOUR));
  expect(of('flows')).toEqual(each(() => 2));
  expect(of('bytes_out')).toEqual(each((hour, at) => 2 * (hour * HOUR + at)));
  expect(of('first_begin_ms')).toEqual(each((hour, at) => hour * HOUR + at));
  expect(of('last_ms')).toEqual(each((hour, at) => hour * HOUR + at + 5));
  const pods = columns['pod_uids'] as Extract<Column, { type: 'Dictionaries' }>;
  expect(numbers(pods).map((place) => pods.words[place])).toEqual([...each((_, at) => at % 3)].map((n) => `pod-${n}`));
});

test('whatever stands in UIDs, each list keeps its own', () => {
  const lists = [['a b'], ['a', 'b'], ['["a","b"]'], ['1a', ''], ['a'], [''], []];
  const tuples = addresses(1, 0);
  const totals = flowTotals();
  for (const podUids of lists)
    totals.add(tuples, 0, flow(0), 0, 0, {
      ...judgement(''),
      verdict:
        podUids.length === 1
          ? { kind: 'exact', podUid: podUids[0] as string, by: 'translation' }
          : { kind: 'ambiguous', podUids, orNode: false, reason: 'tuple-shared', by: null },
    });
  const { columns } = totals.tables().flow_total;
  const pods = columns['pod_uids'] as Extract<Column, { type: 'Dictionaries' }>;
  const ends = Array.from(pods.ends, Number);
  const kept = ends.map((end, i) =>
    numbers(pods)
      .slice(ends[i - 1] ?? 0, end)
      .map((place) => pods.words[place]),
  );
  expect(new Set(kept.map((list) => JSON.stringify(list)))).toEqual(new Set(lists.map((list) => JSON.stringify(list))));
});
