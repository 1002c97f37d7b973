import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column, Table } from '../base/table.ts';
import { CONNTRACK_KINDS, FLOW_STATES } from '../core/facts.ts';
import { foldEntries, foldRecords } from './fold.ts';

interface Line {
  readonly at: number;
  readonly state: number;
  readonly ip: number;
  readonly port: number;
  readonly bytes: number;
  readonly rule: number;
}

const { B, C, D, E } = FLOW_STATES;
const line = (at: number, state: number, more: Partial<Line> = {}): Line => ({
  at,
  state,
  ip: 1,
  port: 40_000,
  bytes: 0,
  rule: 0,
  ...more,
});

const big = (values: readonly number[]): BigUint64Array => BigUint64Array.from(values.map(BigInt));
const address = (lines: readonly Line[]): Column => ({
  type: 'IPv6',
  values: Uint8Array.from(lines.flatMap(({ ip }) => [...Array<number>(15).fill(0), ip])),
});

const records = (lines: readonly Line[]): Table => {
  const zeros = big(lines.map(() => 0));
  return {
    rows: lines.length,
    columns: {
      at_ms: { type: 'Int64', values: BigInt64Array.from(lines.map(({ at }) => BigInt(at))) },
      src_ip: address(lines),
      dest_ip: address(lines),
      src_port: { type: 'UInt16', values: Uint16Array.from(lines.map(({ port }) => port)) },
      dest_port: { type: 'UInt16', values: new Uint16Array(lines.length).fill(443) },
      protocol: { type: 'UInt8', values: new Uint8Array(lines.length).fill(6) },
      direction: { type: 'UInt8', values: new Uint8Array(lines.length) },
      state: { type: 'UInt8', values: Uint8Array.from(lines.map(({ state }) => state)) },
      packets_out: { type: 'UInt64', values: zeros },
      bytes_out: { type: 'UInt64', values: big(lines.map(({ bytes }) => bytes)) },
      packets_in: { type: 'UInt64', values: zeros },
      bytes_in: { type: 'UInt64', values: zeros },
      encryption: { type: 'Dictionary', values: new Uint32Array(lines.length), words: ['NX'] },
      rule: { type: 'Dictionary', values: Uint32Array.from(lines.map(({ rule }) => rule)), words: ['a', 'b'] },
      mac: { type: 'UInt64', values: zeros },
      resource: { type: 'Dictionary', values: new Uint32Array(lines.length), words: ['vnet'] },
      log: { type: 'UInt8', values: new Uint8Array(lines.length) },
    },
  };
};

const cell = (table: Table, name: string, row: number): number =>
  Number((table.columns[name] as Exclude<Column, { type: 'String' }>).values[row]);

/** Rows as the store's queries see them: the one that rides stands by itself again. */
const taken = (table: Table): Line[] =>
  Array.from({ length: table.rows }, (_, row) => {
    const own = {
      at: cell(table, 'at_ms', row),
      state: cell(table, 'state', row),
      ip: Number((table.columns['src_ip'] as Column & { type: 'IPv6' }).values[row * 16 + 15]),
      port: cell(table, 'src_port', row),
      bytes: cell(table, 'bytes_out', row),
      rule: cell(table, 'rule', row),
    };
    const ago = cell(table, 'begun_ago_ms', row);
    return ago < 0 ? [own] : [{ ...own, at: own.at - ago, state: B, bytes: 0 }, own];
  }).flat();

const sorted = (lines: readonly Line[]): string[] => lines.map((l) => JSON.stringify(l)).sort();

test.each<[string, readonly Line[], number]>([
  ['B and E of one connection are one row', [line(0, B), line(5, E, { bytes: 9 })], 1],
  ['B rides on the C that follows it, and not on the E after that', [line(0, B), line(5, C), line(9, E)], 2],
  ['of two connections each B has its own', [line(0, B), line(5, E), line(6, B), line(9, E)], 2],
  ['B and E in one millisecond', [line(5, B), line(5, E)], 1],
  ['E before B is another connection', [line(5, E), line(6, B)], 2],
  ['an E whose time lies before the B', [line(5, B), line(4, E)], 2],
  ['ten idle minutes are not one connection', [line(0, B), line(600_001, E)], 2],
  ['just ten minutes are', [line(0, B), line(600_000, E)], 1],
  ['a B that counts something stays', [line(0, B, { bytes: 1 }), line(5, E)], 2],
  ['another port', [line(0, B), line(5, E, { port: 40_001 })], 2],
  ['another address', [line(0, B), line(5, E, { ip: 2 })], 2],
  ['another rule', [line(0, B), line(5, E, { rule: 1 })], 2],
  ['denied attempts carry nothing', [line(0, B), line(5, D)], 2],
])('%s', (_, lines, rows) => {
  const folded = foldRecords(records(lines));
  expect(folded.rows).toBe(rows);
  expect(sorted(taken(folded))).toEqual(sorted(lines));
});

const anyLine = fc.record({
  at: fc.integer({ min: 0, max: 1_000_000 }),
  state: fc.constantFrom(B, B, C, D, E, E),
  ip: fc.constantFrom(1, 2),
  port: fc.constantFrom(40_000, 40_001, 40_002),
  bytes: fc.constantFrom(0, 0, 7),
  rule: fc.constantFrom(0, 0, 1),
});

test('no record is lost or made up by folding', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 60 }), (lines) => {
      expect(sorted(taken(foldRecords(records(lines))))).toEqual(sorted(lines));
    }),
  );
});

const entries = (kinds: readonly number[], timeouts: readonly number[]): Table => {
  const n = kinds.length;
  const ip: Column = { type: 'IPv6', values: new Uint8Array(n * 16).fill(1) };
  const port: Column = { type: 'UInt16', values: new Uint16Array(n).fill(9) };
  const zeros: Column = { type: 'UInt64', values: new BigUint64Array(n) };
  const none: Column = { type: 'UInt8', values: new Uint8Array(n) };
  return {
    rows: n,
    columns: {
      at_ms: { type: 'Int64', values: BigInt64Array.from(kinds.map((_, i) => BigInt(i * 10))) },
      kind: { type: 'UInt8', values: Uint8Array.from(kinds) },
      protocol: none,
      orig_src_ip: ip,
      orig_dest_ip: ip,
      reply_src_ip: ip,
      reply_dest_ip: ip,
      orig_src_port: port,
      orig_dest_port: port,
      reply_src_port: port,
      reply_dest_port: port,
      started_ms: { type: 'Int64', values: new BigInt64Array(n).fill(-1n) },
      packets_orig: zeros,
      bytes_orig: zeros,
      packets_reply: zeros,
      bytes_reply: zeros,
      counted: none,
      unreplied: { type: 'UInt8', values: Uint8Array.from(kinds.map((kind) => Number(kind === CONNTRACK_KINDS.NEW))) },
      assured: none,
      forced: none,
      timeout_s: { type: 'UInt32', values: Uint32Array.from(timeouts) },
    },
  };
};

test('NEW rides on its DESTROY and leaves its timeout there; the caller keeps its own rows as they were', () => {
  const { NEW, UPDATE, DESTROY } = CONNTRACK_KINDS;
  const given = entries([NEW, UPDATE, DESTROY], [30, 120, 0]);
  const folded = foldEntries(given);
  expect(folded.rows).toBe(2);
  expect([0, 1].map((row) => cell(folded, 'kind', row))).toEqual([UPDATE, DESTROY]);
  expect([0, 1].map((row) => cell(folded, 'new_ago_ms', row))).toEqual([-1, 20]);
  expect([0, 1].map((row) => cell(folded, 'timeout_s', row))).toEqual([120, 30]);
  expect(cell(given, 'timeout_s', 2)).toBe(0);
});
