import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, instant, MINUTE, SECOND } from '../../base/instant.ts';
import { FLOW_STATES } from '../facts.ts';
import { type FlowRecord, flowsOf, IDLE, type RecordedFlow } from './flow.ts';

const START = Date.UTC(2026, 10, 22, 3);
type State = keyof typeof FLOW_STATES;
const record = (ms: number, state: State, bytes = 0): FlowRecord => ({
  at: instant(START + ms),
  state: FLOW_STATES[state],
  rule: '',
  packetsOut: BigInt(bytes),
  bytesOut: BigInt(bytes),
  packetsIn: BigInt(bytes),
  bytesIn: BigInt(bytes),
});

/** begin, last, begun, ended, bytes; times since the start. */
type Row = readonly [number, number, boolean, boolean, number];
const rowOf = (flow: RecordedFlow): Row => [
  flow.begin - START,
  flow.last - START,
  flow.begun,
  flow.ended,
  Number(flow.bytesOut),
];

const MINUTES_5 = 5 * MINUTE;

test.each<[string, readonly FlowRecord[], readonly Row[]]>([
  ['nothing recorded is no flow', [], []],
  ['a flow runs from its begin to its end', [record(0, 'B'), record(4_000, 'E', 7)], [[0, 4_000, true, true, 7]]],
  [
    'a flow that still runs has no end',
    [record(0, 'B', 1), record(MINUTES_5, 'C', 2)],
    [[0, MINUTES_5, true, false, 3]],
  ],
  ['begin and end may share a millisecond', [record(0, 'B', 1), record(0, 'E', 2)], [[0, 0, true, true, 3]]],
  ['the order within one millisecond does not matter', [record(0, 'E', 2), record(0, 'B', 1)], [[0, 0, true, true, 3]]],
  ['an end without a begin is a flow whose begin nobody saw', [record(9, 'E', 5)], [[9, 9, false, true, 5]]],
  [
    'a flow that was there before the log began starts at its first record',
    [record(0, 'C', 1), record(60_000, 'E', 2)],
    [[0, 60_000, false, true, 3]],
  ],
  [
    'a begin without an end is closed by the next begin on that port',
    [record(0, 'B', 1), record(5_000, 'B', 2), record(6_000, 'E', 3)],
    [
      [0, 0, true, false, 1],
      [5_000, 6_000, true, true, 5],
    ],
  ],
  [
    'a port that is used again is another flow',
    [record(0, 'B'), record(1_000, 'E', 1), record(2_000, 'B'), record(3_000, 'E', 2)],
    [
      [0, 1_000, true, true, 1],
      [2_000, 3_000, true, true, 2],
    ],
  ],
  [
    'a record after the end begins another flow, even without a begin',
    [record(0, 'B', 1), record(1_000, 'E', 1), record(2_000, 'C', 9)],
    [
      [0, 1_000, true, true, 2],
      [2_000, 2_000, false, false, 9],
    ],
  ],
  [
    'one millisecond ends the flow before and begins the next',
    [record(0, 'B', 1), record(4_000, 'E', 2), record(4_000, 'B', 4)],
    [
      [0, 4_000, true, true, 3],
      [4_000, 4_000, true, false, 4],
    ],
  ],
  [
    'begin and end in one millisecond after a flow that had ended are one short flow',
    [record(0, 'B', 1), record(1_000, 'E', 2), record(4_000, 'B', 4), record(4_000, 'E', 8)],
    [
      [0, 1_000, true, true, 3],
      [4_000, 4_000, true, true, 12],
    ],
  ],
  ['ten idle minutes are still the same flow', [record(0, 'B', 1), record(IDLE, 'C', 2)], [[0, IDLE, true, false, 3]]],
  [
    'a millisecond more than ten idle minutes begins another',
    [record(0, 'B', 1), record(IDLE + 1, 'C', 2)],
    [
      [0, 0, true, false, 1],
      [IDLE + 1, IDLE + 1, false, false, 2],
    ],
  ],
  [
    'begin and end in one millisecond long after an open flow are one short flow',
    [record(0, 'B', 1), record(IDLE + 1, 'B', 2), record(IDLE + 1, 'E', 4)],
    [
      [0, 0, true, false, 1],
      [IDLE + 1, IDLE + 1, true, true, 6],
    ],
  ],
  [
    'begin and end in one millisecond exactly ten minutes after an open flow end that one',
    [record(0, 'B', 1), record(IDLE, 'B', 2), record(IDLE, 'E', 4)],
    [
      [0, IDLE, true, true, 5],
      [IDLE, IDLE, true, false, 2],
    ],
  ],
  [
    'counters are deltas and are summed',
    [
      record(0, 'B', 1),
      record(MINUTES_5, 'C', 10),
      record(2 * MINUTES_5, 'C', 100),
      record(2 * MINUTES_5 + SECOND, 'E', 1_000),
    ],
    [[0, 2 * MINUTES_5 + SECOND, true, true, 1_111]],
  ],
])('%s', (_, records, expected) => {
  expect(flowsOf(records).map(rowOf)).toEqual(expected);
});

test('a denied attempt is a flow of its own beside the allowed one on the same tuple', () => {
  const flows = flowsOf([record(0, 'B', 1), record(500, 'D', 2), record(1_000, 'E', 4)]);
  expect(flows.map((flow) => [flow.denied, ...rowOf(flow)])).toEqual([
    [true, 500, 500, false, false, 2],
    [false, 0, 1_000, true, true, 5],
  ]);
});

test('counters beyond 2^53 are exact, each of the four', () => {
  const huge = 2n ** 60n + 1n;
  const counters = { packetsOut: huge, bytesOut: huge + 1n, packetsIn: huge + 2n, bytesIn: huge + 3n };
  const records = [
    { ...record(0, 'B'), ...counters },
    { ...record(1, 'E'), ...counters },
  ];
  expect(flowsOf(records)).toMatchObject([
    { packetsOut: 2n * huge, bytesOut: 2n * huge + 2n, packetsIn: 2n * huge + 4n, bytesIn: 2n * huge + 6n },
  ]);
});

const anyRecord = fc
  .record({
    ms: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 40 * MINUTE })),
    state: fc.constantFrom<State>('B', 'C', 'E', 'D'),
    bytes: fc.nat(1_000),
  })
  .map(({ ms, state, bytes }) => record(ms, state, bytes));

test('no byte is lost or counted twice, whatever was recorded', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), (records) => {
      const sum = (list: readonly { readonly bytesOut: bigint }[]): bigint =>
        list.reduce((all, { bytesOut }) => all + bytesOut, 0n);
      expect(sum(flowsOf(records))).toBe(sum(records));
    }),
  );
});

test('the order of the records does not matter', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), (records) => {
      expect(flowsOf(records.toReversed())).toEqual(flowsOf(records));
    }),
  );
});

test('flows of one tuple do not overlap: each begins no earlier than the one before it ended', () => {
  fc.assert(
    fc.property(fc.array(anyRecord.filter(({ state }) => state !== FLOW_STATES.D)), (records) => {
      const flows = flowsOf(records);
      const ends: Instant[] = flows.map((flow) => flow.last);
      for (const [i, flow] of flows.slice(1).entries()) expect(flow.begin).toBeGreaterThanOrEqual(ends[i] as Instant);
    }),
  );
});
