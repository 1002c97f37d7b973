import { expect, test } from 'vitest';
import { instant } from '../../base/instant.ts';
import { ServerClock } from './server-clock.ts';

const NOON = Date.UTC(2026, 10, 22, 12);

test.each<[string, number, number, number | null, number]>([
  ['a clock that agrees is taken as it is', 300, 350, 0, 0],
  ['so is one that could agree: the answer may have been made at any time in between', 900, 2_100, 2_000, 0],
  ['a server that is ahead', 300, 400, 10_000, 9_600],
  ['a server that is behind, by as little as makes its second fit', 10_300, 10_400, 5_000, -4_300],
  ['a server that states no time', 300, 400, null, 0],
])('%s', (_, sent, answered, date, expected) => {
  const clock = new ServerClock(() => instant(NOON + answered));
  const serverDate = date === null ? null : NOON + date;
  clock.learn({ body: null as never, sentAt: instant(NOON + sent), answeredAt: instant(NOON + answered), serverDate });
  expect(clock.aheadMs).toBe(expected);
  expect(clock.now()).toBe(NOON + answered + expected);
});
