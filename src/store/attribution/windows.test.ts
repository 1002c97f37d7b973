import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../base/instant.ts';
import { CLOSED_AFTER, closeTogether, rangeOf, TICK, tickAmong, ticksOf } from './windows.ts';

test('a tick is as long as the SQL has it, and an hour is over when clocks that differ by five minutes agree that it is', () => {
  expect([TICK, CLOSED_AFTER]).toEqual([5_000, 15 * MINUTE]);
});

test('windows reach from the first of them to the end of the last', () => {
  const hours = [5, 3, 4].map((hour) => ({ shard: 7, hour_ms: hour * HOUR, tick: 0 }));
  expect(rangeOf(hours)).toEqual({ from_ms: 3 * HOUR, until_ms: 6 * HOUR });
  expect(rangeOf(hours.slice(0, 1))).toEqual({ from_ms: 5 * HOUR, until_ms: 6 * HOUR });
  const ticks = [2, 720].map((tick) => ({ shard: 7, hour_ms: 5 * HOUR, tick }));
  expect(rangeOf(ticks)).toEqual({ from_ms: 5 * HOUR + TICK, until_ms: 6 * HOUR });
  expect(rangeOf(ticks.slice(0, 1))).toEqual({ from_ms: 5 * HOUR + TICK, until_ms: 5 * HOUR + 2 * TICK });
});

test('a flow is in the window of its shard and time, an hour or a tick, or in none of them', () => {
  const tickOf = tickAmong([
    { shard: 7, hour_ms: 3 * HOUR, tick: 0 },
    { shard: 7, hour_ms: 4 * HOUR, tick: 2 },
    { shard: 8, hour_ms: 4 * HOUR, tick: 720 },
  ]);
  expect([3 * HOUR - 1, 3 * HOUR, 4 * HOUR - 1].map((at) => tickOf(7, at))).toEqual([-1, 0, 0]);
  expect([TICK - 1, TICK, 2 * TICK - 1, 2 * TICK].map((ms) => tickOf(7, 4 * HOUR + ms))).toEqual([-1, 2, 2, -1]);
  expect([5 * HOUR - TICK - 1, 5 * HOUR - TICK, 5 * HOUR - 1, 5 * HOUR].map((at) => tickOf(8, at))).toEqual([
    -1, 720, 720, -1,
  ]);
  expect([3 * HOUR, 4 * HOUR + TICK].map((at) => tickOf(9, at))).toEqual([-1, -1]);
  expect(tickAmong([{ shard: 7, hour_ms: 4 * HOUR, tick: 2 }])(7, 4 * HOUR + TICK)).toBe(2);
});

test('ticks are named only where no window is an hour', () => {
  const ticks = [1, 3].map((tick) => ({ shard: 7, hour_ms: HOUR, tick }));
  expect(ticksOf([...ticks, ...ticks.map((window) => ({ ...window, shard: 8 }))])).toEqual([720, 722]);
  expect(ticksOf([...ticks, { shard: 7, hour_ms: 0, tick: 0 }])).toEqual([]);
});

test('hours are answered apart from ticks, and ticks apart from those that are further away than a minute', () => {
  const window = (hour: number, tick: number) => ({ shard: 7, hour_ms: hour * HOUR, tick });
  const [hour, last, first] = [window(1, 0), window(2, 720), window(3, 1)];
  const near = window(3, 1 + (MINUTE + TICK) / TICK);
  expect(closeTogether([near, hour, first, last])).toEqual([[hour], [last, first, near]]);
  const far = window(3, 2 + (MINUTE + TICK) / TICK);
  expect(closeTogether([far, first, last])).toEqual([[last, first], [far]]);
  expect(closeTogether([])).toEqual([]);
});
