import { expect, test } from 'vitest';
import type { Call } from '../../core/attribution/rates/sighted.ts';
import type { KindTally } from './day-tallies.ts';
import type { Sighted } from './sighted-flows.ts';
import { taughtBy, type Tellers } from './tellers.ts';

/** Two cells with ten flows each, over TCP to port 443. */
const TALLY: KindTally = {
  destIp: new Uint8Array(16),
  destPort: 443,
  protocol: 6,
  class: 0,
  destFlows: 20,
  destHours: 2,
  cells: Int32Array.of(4, 5),
  flows: Float64Array.of(10, 10),
  known: [],
  hidden: [],
  toldIn: new Map(),
  told: new Map(),
};
const SENDERS = { senderOf: new Map([['a', 0]]), workloads: 3 };
const call = (flows: readonly number[], rest: Partial<Call> = {}): Call => ({
  podUid: 'a',
  flows,
  byPort: false,
  chance: 1,
  named: null,
  ...rest,
});
/** Flows one and two are of cell 4, three of cell 5. */
const sighted = (...calls: readonly Call[]): Sighted => ({
  flows: [4, 4, 5].map((cell, i) => ({ tuple: BigInt(i), beginMs: 0n, class: 0, cell })),
  calls,
});
const tellers = (nowhere: readonly (readonly [port: number, calls: number])[] = []): Tellers => ({
  shares: new Map([[6, new Map([[0, 0.1]])]]),
  nowhere: new Map([[0, new Map(nowhere)]]),
});

test('who tells of a tenth of its calls is silent where it told of none', () => {
  expect(taughtBy(undefined, TALLY, tellers(), SENDERS).told).toEqual(new Map([[0, { flows: 0, share: 0.1 }]]));
});

test('over a protocol of which nobody tells, nobody is silent', () => {
  expect(taughtBy(undefined, { ...TALLY, protocol: 17 }, tellers(), SENDERS).told).toEqual(new Map());
});

test.each<[string, readonly (readonly [number, number])[], number]>([
  ['to this port', [[443, 4]], 0.02],
  ['to a port that was not told', [[0, 4]], 0.02],
  ['to another port', [[8_443, 4]], 0.1],
])('calls that went nobody knows where, %s: silence tells as much less', (_, nowhere, share) => {
  expect(taughtBy(undefined, TALLY, tellers(nowhere), SENDERS).told.get(0)?.share).toBeCloseTo(share, 9);
});

test('a flow that is surely told leaves those that are open, and is counted once', () => {
  const taught = taughtBy(sighted(call([0]), call([2])), TALLY, tellers(), SENDERS);
  expect([...taught.flows]).toEqual([9, 9]);
  expect(taught.known).toEqual([]);
  expect(taught.told.get(0)).toEqual({ flows: 2, share: 0.1 });
});

test('where it is not told how many calls are recorded, a told flow is a known one', () => {
  const taught = taughtBy(sighted(call([0])), TALLY, { shares: new Map(), nowhere: new Map() }, SENDERS);
  expect(taught.known).toEqual([{ cell: 0, sender: 0, flows: 1 }]);
  expect(taught.told).toEqual(new Map());
});

test('where more calls went nobody knows where than here, nothing follows for those that are not told', () => {
  const taught = taughtBy(sighted(call([0])), TALLY, tellers([[443, 2]]), SENDERS);
  expect(taught.known).toEqual([{ cell: 0, sender: 0, flows: 1 }]);
  expect(taught.told).toEqual(new Map());
  expect(taughtBy(sighted(call([0])), TALLY, tellers([[443, 1]]), SENDERS).told.get(0)?.flows).toBe(1);
});

test('of a call by name that may have gone elsewhere no flow is surely known', () => {
  const taught = taughtBy(sighted(call([0], { chance: 0.6, named: 'learned' })), TALLY, tellers(), SENDERS);
  expect([...taught.flows]).toEqual([10, 10]);
  expect(taught.told.get(0)?.flows).toBeCloseTo(0.6, 9);
});
