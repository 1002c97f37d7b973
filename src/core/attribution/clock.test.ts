import { expect, test } from 'vitest';
import { type ClockOffset, clockOffset, MAX_APART, MIN_PAIRS, UNMEASURED } from './clock.ts';

const times = (n: number, ms: number): number[] => Array<number>(n).fill(ms);

test.each<[string, readonly number[], ClockOffset]>([
  ['without a pair nothing is known but NTP', [], { offsetMs: 0, uncertaintyMs: 10_000, pairs: 0 }],
  ['seven pairs could all belong to one odd burst', times(MIN_PAIRS - 1, 40), UNMEASURED],
  ['eight pairs that agree measure the clock', times(MIN_PAIRS, 40), { offsetMs: 40, uncertaintyMs: 5, pairs: 8 }],
  ['a node may be ahead of the flow log', times(MIN_PAIRS, -2_500), { offsetMs: -2_500, uncertaintyMs: 5, pairs: 8 }],
  [
    'pairs that are five minutes apart count',
    times(MIN_PAIRS, MAX_APART),
    { offsetMs: MAX_APART, uncertaintyMs: 5, pairs: 8 },
  ],
  [
    'pairs further apart are not one connection seen twice',
    [...times(MIN_PAIRS - 1, 40), MAX_APART + 1, -MAX_APART - 1],
    UNMEASURED,
  ],
  [
    'one pair that strays widens the uncertainty by half as much again',
    [...times(20, 0), 100],
    { offsetMs: 0, uncertaintyMs: 200, pairs: 21 },
  ],
  [
    'a millisecond is added for what both clocks cut off',
    [...times(20, 0), 3],
    { offsetMs: 0, uncertaintyMs: 10, pairs: 21 },
  ],
  [
    'an uncertainty that is just one of the steps is that step',
    [...times(20, 0), 6],
    { offsetMs: 0, uncertaintyMs: 10, pairs: 21 },
  ],
  [
    'one pair in two thousand may stray without a word',
    [...times(2_000, 0), 4_000],
    { offsetMs: 0, uncertaintyMs: 5, pairs: 2_001 },
  ],
  [
    'pairs that agree on nothing are as uncertain as no measurement',
    [...times(5, -200_000), ...times(5, 200_000)],
    { offsetMs: 200_000, uncertaintyMs: UNMEASURED.uncertaintyMs, pairs: 10 },
  ],
  [
    'the order of the pairs does not matter',
    [30, 10, 20, 10, 30, 20, 10, 30, 20],
    { offsetMs: 20, uncertaintyMs: 20, pairs: 9 },
  ],
])('%s', (_, apart, expected) => {
  expect(clockOffset(apart)).toEqual(expected);
});

test('the uncertainty never leaves a pair outside that it claims to cover', () => {
  for (const stray of [0, 1, 2, 3, 5, 8, 13, 31, 32, 33, 65, 66, 67, 332, 333, 334, 6_665, 6_666, 6_667]) {
    const { offsetMs, uncertaintyMs } = clockOffset([...times(20, 0), stray]);
    expect(Math.min(stray - offsetMs, UNMEASURED.uncertaintyMs)).toBeLessThan(uncertaintyMs);
  }
});
