import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeIp } from '../../base/ip.ts';
import type { FlowRecords } from '../../core/facts.ts';
import { decodeAll, rowsOf } from './decode-all.testing.ts';
import { encodeFlowLog, encodeFlowLogRecords } from './encode-flow-log.ts';

const time = fc.integer({ min: 946_684_800_000, max: 4_102_444_799_999 });
const port = fc.nat({ max: 65_535 });
const counter = fc.oneof(fc.nat().map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const row = fc.record({
  at: time,
  src: fc.oneof(fc.ipV4(), fc.ipV6()),
  dest: fc.oneof(fc.ipV4(), fc.ipV6()),
  srcPort: port,
  destPort: port,
  protocol: fc.nat({ max: 255 }),
  direction: fc.nat({ max: 1 }),
  state: fc.nat({ max: 3 }),
  counters: fc.tuple(counter, counter, counter, counter),
  encryption: fc.nat({ max: 2 }),
  rule: fc.nat({ max: 3 }),
  mac: fc.oneof(fc.constantFrom(0n, 1n), fc.bigInt({ min: 0n, max: 2n ** 48n - 1n })),
  resource: fc.nat({ max: 1 }),
  logged: fc.oneof(fc.constant(1795316700123), time),
});
type Made = typeof row extends fc.Arbitrary<infer Value> ? Value : never;

const tableOf = (rows: readonly Made[], rules: readonly string[]): FlowRecords => {
  const ips = (pick: (made: Made) => string): Uint8Array => {
    const bytes = new Uint8Array(16 * rows.length);
    for (const [k, made] of rows.entries()) writeIp(pick(made), bytes, 16 * k);
    return bytes;
  };
  const int64 = (pick: (made: Made) => number) =>
    ({ type: 'Int64', values: BigInt64Array.from(rows, (made) => BigInt(pick(made))) }) as const;
  const uint64 = (pick: (made: Made) => bigint) =>
    ({ type: 'UInt64', values: BigUint64Array.from(rows, pick) }) as const;
  const uint16 = (pick: (made: Made) => number) => ({ type: 'UInt16', values: Uint16Array.from(rows, pick) }) as const;
  const uint8 = (pick: (made: Made) => number) => ({ type: 'UInt8', values: Uint8Array.from(rows, pick) }) as const;
  const word = (pick: (made: Made) => number, words: readonly string[]) =>
    ({ type: 'Dictionary', values: Uint32Array.from(rows, pick), words }) as const;
  return {
    rows: rows.length,
    columns: {
      at_ms: int64(({ at }) => at),
      src_ip: { type: 'IPv6', values: ips(({ src }) => src) },
      dest_ip: { type: 'IPv6', values: ips(({ dest }) => dest) },
      src_port: uint16(({ srcPort }) => srcPort),
      dest_port: uint16(({ destPort }) => destPort),
      protocol: uint8(({ protocol }) => protocol),
      direction: uint8(({ direction }) => direction),
      state: uint8(({ state }) => state),
      packets_out: uint64(({ counters }) => counters[0]),
      bytes_out: uint64(({ counters }) => counters[1]),
      packets_in: uint64(({ counters }) => counters[2]),
      bytes_in: uint64(({ counters }) => counters[3]),
      encryption: word(({ encryption }) => encryption, ['', 'NX', 'NX_LOCAL_DST']),
      rule: word(({ rule }) => rule, rules),
      mac: uint64(({ mac }) => mac),
      resource: word(({ resource }) => resource, ['', '/subscriptions/s/"vnet"']),
      logged_ms: int64(({ logged }) => logged),
      log: uint8(() => 0),
    },
  };
};

test('what was written is read again', () => {
  const rules = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), rules, (rows, names) => {
      const table = tableOf(rows, names);
      expect(decodeAll(encodeFlowLog(table))).toEqual({ rows: rowsOf(table), rejects: [], ignored: {} });
    }),
  );
});

test('neighbours that share a record and a rule are written together, and it is JSON', () => {
  const one: Made = {
    at: 1795316640000,
    src: '10.224.0.6',
    dest: '203.0.113.9',
    srcPort: 40001,
    destPort: 443,
    protocol: 6,
    direction: 0,
    state: 0,
    counters: [0n, 0n, 0n, 0n],
    encryption: 1,
    rule: 0,
    mac: 0xd3a9882cen,
    resource: 0,
    logged: 1795316700123,
  };
  const records = encodeFlowLogRecords(tableOf([one, one, { ...one, rule: 1 }, { ...one, mac: 2n }], ['R', 'S']));
  const tuple = '1795316640000,10.224.0.6,203.0.113.9,40001,443,6,O,B,NX,0,0,0,0';
  expect(records.map((text) => JSON.parse(text) as unknown)).toMatchObject([
    {
      time: '2026-11-22T03:05:00.1230000Z',
      macAddress: '000D3A9882CE',
      flowRecords: {
        flows: [
          {
            flowGroups: [
              { rule: 'R', flowTuples: [tuple, tuple] },
              { rule: 'S', flowTuples: [tuple] },
            ],
          },
        ],
      },
    },
    { macAddress: '000000000002', flowRecords: { flows: [{ flowGroups: [{ rule: 'R', flowTuples: [tuple] }] }] } },
  ]);
});
