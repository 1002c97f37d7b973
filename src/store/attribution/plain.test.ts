import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant, MINUTE } from '../../base/instant.ts';
import type { Ip } from '../../base/ip.ts';
import type { Column, Table } from '../../base/table.ts';
import { type FlowRecord, flowsOf, IDLE } from '../../core/attribution/flow.ts';
import { type ConntrackEvent, type Translation, translationsOf } from '../../core/attribution/translation.ts';
import { CONNTRACK_KINDS, FLOW_STATES } from '../../core/facts.ts';
import { type LineSum, lineAdder, noSums, type RecordSum, recordAdder, translationFrom } from './plain.ts';

/* What a sum tells is what the core tells of the list; and which lists are plain enough for a sum. Times are since the start. */
const START = Date.UTC(2026, 10, 22, 3);
const i64 = (values: readonly number[]): Column => ({ type: 'Int64', values: BigInt64Array.from(values, BigInt) });
const u8 = (values: readonly number[]): Column => ({ type: 'UInt8', values: Uint8Array.from(values) });

interface Row {
  readonly at: number;
  readonly state: keyof typeof FLOW_STATES;
  /** How long before it the B was that rides on it. */
  readonly ago?: number;
  readonly rule?: number;
  readonly counters?: readonly [bigint, bigint, bigint, bigint];
}
const RULES = ['one', 'two'];
const countersOf = ({ counters: [packetsOut, bytesOut, packetsIn, bytesIn] = [1n, 20n, 300n, 4_000n] }: Row) => ({
  packetsOut,
  bytesOut,
  packetsIn,
  bytesIn,
});
const NOTHING = { packetsOut: 0n, bytesOut: 0n, packetsIn: 0n, bytesIn: 0n };

const recordTable = (rows: readonly Row[]): Table => {
  const counter = (of: keyof typeof NOTHING): Column => ({
    type: 'UInt64',
    values: BigUint64Array.from(rows, (row) => countersOf(row)[of]),
  });
  return {
    rows: rows.length,
    columns: {
      at_ms: i64(rows.map((row) => START + row.at)),
      begun_ago_ms: i64(rows.map((row) => row.ago ?? -1)),
      state: u8(rows.map((row) => FLOW_STATES[row.state])),
      rule: { type: 'Dictionary', values: Uint32Array.from(rows, (row) => row.rule ?? 0), words: RULES },
      packets_out: counter('packetsOut'),
      bytes_out: counter('bytesOut'),
      packets_in: counter('packetsIn'),
      bytes_in: counter('bytesIn'),
    },
  };
};
const recordsOf = (row: Row): FlowRecord[] => {
  const rule = RULES[row.rule ?? 0] as string;
  const own = { at: instant(START + row.at), state: FLOW_STATES[row.state], rule, ...countersOf(row) };
  return row.ago === undefined
    ? [own]
    : [{ ...NOTHING, at: instant(START + row.at - row.ago), state: FLOW_STATES.B, rule }, own];
};

/** null: sums do not tell. Sums that were used before, as those of a tuple are by the next. */
const summed = (rows: readonly Row[]) => {
  const add = recordAdder(recordTable(rows));
  const sums = noSums<RecordSum>();
  for (let again = 0; again < 2; again++) {
    sums.count = 0;
    for (const row of rows.keys()) if (!add(sums, row)) return null;
  }
  return sums.all.slice(0, sums.count).map((sum) => ({
    begin: sum.begin,
    last: sum.last,
    begun: sum.begun,
    ended: sum.ended,
    denied: sum.denied,
    rule: RULES[sum.rule],
    packetsOut: BigInt(sum.packetsOut),
    bytesOut: BigInt(sum.bytesOut),
    packetsIn: BigInt(sum.packetsIn),
    bytesIn: BigInt(sum.bytesIn),
    isOfRow: rows[sum.row] !== undefined && recordsOf(rows[sum.row] as Row)[0]?.at === sum.begin,
  }));
};
const byCore = (rows: readonly Row[]) => flowsOf(rows.flatMap(recordsOf)).map((flow) => ({ ...flow, isOfRow: true }));

const MOST = BigInt(Number.MAX_SAFE_INTEGER);
const only = (which: number, value: bigint): Required<Row>['counters'] =>
  [0n, 0n, 0n, 0n].with(which, value) as unknown as Required<Row>['counters'];

test.each<[string, readonly Row[], 'sum' | 'core']>([
  ['one record', [{ at: 0, state: 'C' }], 'sum'],
  [
    'begin and end',
    [
      { at: 0, state: 'B' },
      { at: 9, state: 'E' },
    ],
    'sum',
  ],
  ['an end that carries its begin', [{ at: 9, state: 'E', ago: 9 }], 'sum'],
  ['an end that carries a begin of its own millisecond', [{ at: 9, state: 'E', ago: 0 }], 'sum'],
  ['an end that carries the begin ten minutes before', [{ at: IDLE, state: 'E', ago: IDLE }], 'sum'],
  ['one that carries a begin still earlier', [{ at: IDLE + 1, state: 'E', ago: IDLE + 1 }], 'core'],
  [
    'two records ten minutes apart',
    [
      { at: 0, state: 'C' },
      { at: IDLE, state: 'C' },
    ],
    'sum',
  ],
  [
    'two that are further apart',
    [
      { at: 0, state: 'C' },
      { at: IDLE + 1, state: 'C' },
    ],
    'sum',
  ],
  [
    'two in one millisecond',
    [
      { at: 0, state: 'C' },
      { at: 0, state: 'E' },
    ],
    'sum',
  ],
  [
    'two in one millisecond of two rules',
    [
      { at: 0, state: 'C' },
      { at: 0, state: 'C', rule: 1 },
    ],
    'core',
  ],
  [
    'two rules, one after the other',
    [
      { at: 0, state: 'C' },
      { at: 1, state: 'C', rule: 1 },
    ],
    'sum',
  ],
  [
    'a begin in the millisecond of another record',
    [
      { at: 0, state: 'C' },
      { at: 0, state: 'B' },
    ],
    'core',
  ],
  [
    'an end, and in its millisecond another record',
    [
      { at: 0, state: 'E' },
      { at: 0, state: 'C' },
    ],
    'core',
  ],
  [
    'an end, and then another record',
    [
      { at: 0, state: 'E' },
      { at: 1, state: 'C' },
    ],
    'sum',
  ],
  [
    'a begin after an end that was lost',
    [
      { at: 0, state: 'B' },
      { at: 1, state: 'B' },
    ],
    'sum',
  ],
  [
    'one flow after the other',
    [
      { at: 5, state: 'E', ago: 5 },
      { at: 9, state: 'E', ago: 3 },
    ],
    'sum',
  ],
  [
    'a second that began as the first ended',
    [
      { at: 5, state: 'E', ago: 5 },
      { at: 9, state: 'E', ago: 4 },
    ],
    'core',
  ],
  [
    'a second that began before the first ended',
    [
      { at: 5, state: 'E', ago: 5 },
      { at: 9, state: 'E', ago: 5 },
    ],
    'core',
  ],
  [
    'records that do not come by time',
    [
      { at: 5, state: 'C' },
      { at: 4, state: 'C' },
    ],
    'core',
  ],
  [
    'begin and end in one millisecond',
    [
      { at: 0, state: 'B' },
      { at: 0, state: 'E' },
    ],
    'sum',
  ],
  [
    'the same after a flow',
    [
      { at: 0, state: 'C' },
      { at: 9, state: 'E', ago: 0 },
    ],
    'core',
  ],
  [
    'a flow whose begin nobody saw after another, in one millisecond',
    [
      { at: 0, state: 'E' },
      { at: 9, state: 'C' },
      { at: 9, state: 'E' },
    ],
    'sum',
  ],
  ['a denied attempt', [{ at: 0, state: 'D' }], 'sum'],
  [
    'two denied attempts',
    [
      { at: 0, state: 'D' },
      { at: 9, state: 'D' },
    ],
    'sum',
  ],
  [
    'a denied attempt beside a flow',
    [
      { at: 0, state: 'C' },
      { at: 9, state: 'D' },
    ],
    'core',
  ],
  [
    'a flow beside a denied attempt',
    [
      { at: 0, state: 'D' },
      { at: 9, state: 'C' },
    ],
    'core',
  ],
  [
    'nothing counted at the begin',
    [
      { at: 0, state: 'B', counters: [0n, 0n, 0n, 0n] },
      { at: 5 * MINUTE, state: 'C' },
    ],
    'sum',
  ],
  ...[0, 1, 2, 3].flatMap((which): [string, Row[], 'sum' | 'core'][] => [
    [`a counter ${which} that a number holds`, [{ at: 0, state: 'C', counters: only(which, MOST) }], 'sum'],
    [`a counter ${which} beyond`, [{ at: 0, state: 'C', counters: only(which, MOST + 1n) }], 'core'],
  ]),
])('%s', (_, rows, by) => {
  expect(summed(rows)).toEqual(by === 'sum' ? byCore(rows) : null);
});

const anyRow: fc.Arbitrary<Row> = fc
  .record({
    at: fc.oneof(
      fc.nat(12),
      fc.nat(3).map((n) => n * IDLE),
    ),
    state: fc.constantFrom<Row['state']>('B', 'C', 'C', 'E', 'E', 'D'),
    ago: fc.option(fc.nat(5)),
    rule: fc.nat(1),
    bytes: fc.nat(9),
  })
  .map(({ at, state, ago, rule, bytes }) => ({
    at,
    state,
    rule,
    counters: [1n, BigInt(bytes), 2n, 3n] as const,
    ...(ago === null || state === 'B' || state === 'D' ? {} : { ago }),
  }));
const byTime = <Timed extends { readonly at: number }>(rows: readonly Timed[]): Timed[] =>
  [...rows].sort((a, b) => a.at - b.at);

test('what a sum tells is what the core tells', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 5 }), (some) => {
      const rows = byTime(some);
      const told = summed(rows);
      if (told !== null) expect(told).toEqual(byCore(rows));
    }),
    { numRuns: 1_000 },
  );
});

interface Line {
  readonly at: number;
  readonly kind: keyof typeof CONNTRACK_KINDS;
  /** How long before it the NEW was that rides on it. */
  readonly ago?: number;
  readonly started?: number;
  readonly timeout?: number;
  readonly forced?: boolean;
  /** The four words of the origin's address; and its port. */
  readonly origin?: readonly [number, number, number, number];
  readonly port?: number;
}
const originOf = ({ origin = [0, 0, 0, 0] }: Line) => origin;
const nameOf = (line: Line): Ip => originOf(line).join() as Ip;

const lineTable = (lines: readonly Line[]): Table => ({
  rows: lines.length,
  columns: {
    at_ms: i64(lines.map((line) => START + line.at)),
    new_ago_ms: i64(lines.map((line) => line.ago ?? -1)),
    kind: u8(lines.map((line) => CONNTRACK_KINDS[line.kind])),
    started_ms: i64(lines.map((line) => (line.started === undefined ? 0 : START + line.started))),
    timeout_s: { type: 'UInt32', values: Uint32Array.from(lines, (line) => line.timeout ?? 0) },
    forced: u8(lines.map((line) => Number(line.forced ?? false))),
    origin_ip: { type: 'IPv6', values: new Uint8Array(Uint32Array.from(lines.flatMap(originOf)).buffer) },
    origin_port: { type: 'UInt16', values: Uint16Array.from(lines, (line) => line.port ?? 50_000) },
  },
});
const eventsOf = (line: Line): ConntrackEvent[] => {
  const timeoutMs = (line.timeout ?? 0) * 1_000;
  const shared = { ...NOTHING, originIp: nameOf(line), originPort: line.port ?? 50_000 };
  const own: ConntrackEvent = {
    ...shared,
    at: instant(START + line.at),
    kind: CONNTRACK_KINDS[line.kind],
    startedAt: line.started === undefined ? 0 : instant(START + line.started),
    timeoutMs: line.ago === undefined ? timeoutMs : 0,
    forced: line.forced ?? false,
  };
  return line.ago === undefined
    ? [own]
    : [
        {
          ...shared,
          at: instant(own.at - line.ago),
          kind: CONNTRACK_KINDS.NEW,
          startedAt: 0,
          timeoutMs,
          forced: false,
        },
        own,
      ];
};
const entriesOf = (lines: readonly Line[]): Translation[] | null => {
  const add = lineAdder(lineTable(lines));
  const sums = noSums<LineSum>();
  for (let again = 0; again < 2; again++) {
    sums.count = 0;
    for (const row of lines.keys()) if (!add(sums, row)) return null;
  }
  return sums.all.slice(0, sums.count).map((sum) => {
    const of = lines[sum.row] as Line;
    return translationFrom(sum, nameOf(of), of.port ?? 50_000);
  });
};
const entriesByCore = (lines: readonly Line[]): Translation[] => translationsOf(lines.flatMap(eventsOf));

test.each<[string, readonly Line[], 'sum' | 'core']>([
  ['one line', [{ at: 0, kind: 'DUMP' }], 'sum'],
  ['a line that states the start', [{ at: 9_500, kind: 'DUMP', started: 4_000 }], 'sum'],
  ['a start in the second of the line', [{ at: 9_500, kind: 'DUMP', started: 9_000 }], 'sum'],
  [
    'NEW with a start stated later',
    [
      { at: 4_300, kind: 'NEW' },
      { at: 9_500, kind: 'DUMP', started: 4_000 },
    ],
    'sum',
  ],
  [
    'of several starts the latest',
    [
      { at: 9_500, kind: 'DUMP', started: 4_000 },
      { at: 9_600, kind: 'DUMP', started: 3_000 },
    ],
    'sum',
  ],
  [
    'opened and closed',
    [
      { at: 0, kind: 'NEW' },
      { at: 9, kind: 'DESTROY' },
    ],
    'sum',
  ],
  [
    'opened and closed in one millisecond',
    [
      { at: 0, kind: 'NEW' },
      { at: 0, kind: 'DESTROY' },
    ],
    'sum',
  ],
  ['an end that carries its NEW', [{ at: 90_000, kind: 'DESTROY', ago: 90_000, timeout: 30 }], 'sum'],
  ['an end that carries a NEW of its own millisecond', [{ at: 9, kind: 'DESTROY', ago: 0, timeout: 30 }], 'sum'],
  ['an end by a program', [{ at: 90_000, kind: 'DESTROY', ago: 90_000, timeout: 30, forced: true }], 'sum'],
  [
    'an end that states a timeout',
    [
      { at: 0, kind: 'NEW' },
      { at: 90_000, kind: 'DESTROY', timeout: 30 },
    ],
    'sum',
  ],
  [
    'the shortest of two timeouts',
    [
      { at: 0, kind: 'NEW', timeout: 30 },
      { at: 9, kind: 'UPDATE', timeout: 5 },
      { at: 90_000, kind: 'DESTROY' },
    ],
    'sum',
  ],
  [
    'the shorter one first',
    [
      { at: 0, kind: 'NEW', timeout: 5 },
      { at: 9, kind: 'UPDATE', timeout: 30 },
      { at: 90_000, kind: 'DESTROY' },
    ],
    'sum',
  ],
  [
    'a dump states none',
    [
      { at: 0, kind: 'NEW' },
      { at: 9, kind: 'DUMP', timeout: 5 },
      { at: 90_000, kind: 'DESTROY' },
    ],
    'sum',
  ],
  [
    'an entry that still lives',
    [
      { at: 0, kind: 'NEW', timeout: 30 },
      { at: 9, kind: 'UPDATE' },
    ],
    'sum',
  ],
  [
    'not idle since the moment before',
    [
      { at: 0, kind: 'UPDATE', timeout: 30 },
      { at: 9, kind: 'UPDATE' },
      { at: 20, kind: 'DESTROY' },
    ],
    'sum',
  ],
  [
    'two lines in the last moment',
    [
      { at: 0, kind: 'UPDATE', timeout: 30 },
      { at: 9, kind: 'UPDATE' },
      { at: 9, kind: 'DESTROY' },
    ],
    'sum',
  ],
  [
    'the next connection',
    [
      { at: 9, kind: 'DESTROY', ago: 9 },
      { at: 19, kind: 'DESTROY', ago: 9 },
    ],
    'sum',
  ],
  [
    'the next one, that opened as the first went',
    [
      { at: 9, kind: 'DESTROY', ago: 9 },
      { at: 19, kind: 'DESTROY', ago: 10 },
    ],
    'core',
  ],
  [
    'the next one, not seen from its first packet on',
    [
      { at: 9, kind: 'DESTROY', ago: 9 },
      { at: 19, kind: 'UPDATE' },
    ],
    'core',
  ],
  [
    'the next one, its first packet and then its last',
    [
      { at: 9, kind: 'DESTROY' },
      { at: 19, kind: 'NEW' },
      { at: 29, kind: 'DESTROY' },
    ],
    'sum',
  ],
  [
    'a second NEW',
    [
      { at: 0, kind: 'NEW' },
      { at: 9, kind: 'NEW' },
    ],
    'core',
  ],
  [
    'a NEW after a line',
    [
      { at: 0, kind: 'UPDATE' },
      { at: 9, kind: 'NEW' },
    ],
    'core',
  ],
  [
    'a NEW that rides on the end, from before all lines',
    [
      { at: 5, kind: 'UPDATE' },
      { at: 9, kind: 'DESTROY', ago: 9, timeout: 30 },
    ],
    'sum',
  ],
  [
    'from the millisecond of the first',
    [
      { at: 5, kind: 'UPDATE' },
      { at: 9, kind: 'DESTROY', ago: 4 },
    ],
    'sum',
  ],
  [
    'from after the first',
    [
      { at: 5, kind: 'UPDATE' },
      { at: 9, kind: 'DESTROY', ago: 3 },
    ],
    'core',
  ],
  [
    'of an entry that had opened',
    [
      { at: 0, kind: 'NEW' },
      { at: 9, kind: 'DESTROY', ago: 9 },
    ],
    'core',
  ],
  [
    'where all else is one moment',
    [
      { at: 40_000, kind: 'UPDATE' },
      { at: 40_000, kind: 'DESTROY', ago: 9, timeout: 30 },
    ],
    'sum',
  ],
  [
    'all in one moment',
    [
      { at: 9, kind: 'UPDATE' },
      { at: 9, kind: 'DESTROY', ago: 0, timeout: 30 },
    ],
    'sum',
  ],
  [
    'lines that do not come by time',
    [
      { at: 5, kind: 'UPDATE' },
      { at: 4, kind: 'UPDATE' },
    ],
    'core',
  ],
  [
    'another port of the origin',
    [
      { at: 0, kind: 'UPDATE' },
      { at: 9, kind: 'UPDATE', port: 50_001 },
    ],
    'core',
  ],
  ...[0, 1, 2, 3].map((word): [string, Line[], 'core'] => [
    `another origin, by word ${word} of its address`,
    [
      { at: 0, kind: 'UPDATE' },
      { at: 9, kind: 'UPDATE', origin: [0, 0, 0, 0].with(word, 1) as unknown as Required<Line>['origin'] },
    ],
    'core',
  ]),
  ['three lines of one origin', [0, 9, 19].map((at) => ({ at, kind: 'UPDATE', origin: [1, 2, 3, 4] })), 'sum'],
  [
    'another origin after an end',
    [
      { at: 9, kind: 'DESTROY', ago: 9 },
      { at: 19, kind: 'NEW', origin: [0, 0, 0, 1], port: 50_001 },
    ],
    'sum',
  ],
])('%s', (_, lines, by) => {
  expect(entriesOf(lines)).toEqual(by === 'sum' ? entriesByCore(lines) : null);
});

const anyLine: fc.Arbitrary<Line> = fc
  .record({
    at: fc.oneof(
      fc.nat(9),
      fc.nat(9).map((n) => n * 5_000),
    ),
    kind: fc.constantFrom<Line['kind']>('NEW', 'UPDATE', 'DUMP', 'DESTROY', 'DESTROY'),
    ago: fc.option(fc.oneof(fc.nat(5), fc.nat(50_000))),
    started: fc.option(fc.integer({ min: -3, max: 0 })),
    timeout: fc.constantFrom(0, 5, 30),
    forced: fc.boolean(),
    port: fc.constantFrom(50_000, 50_000, 50_000, 50_001),
  })
  .map(({ at, kind, ago, started, timeout, forced, port }) => ({
    at,
    kind,
    timeout: kind === 'DESTROY' && ago === null ? 0 : timeout,
    forced: kind === 'DESTROY' && forced,
    port,
    ...(ago === null || kind !== 'DESTROY' ? {} : { ago }),
    ...(started === null ? {} : { started: started * 1_000 }),
  }));

test('the entries that a sum tells are those that the core tells', () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 5 }), (some) => {
      const lines = byTime(some);
      const told = entriesOf(lines);
      if (told !== null) expect(told).toEqual(entriesByCore(lines));
    }),
    { numRuns: 1_000 },
  );
});
