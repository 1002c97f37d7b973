import { expect, test } from 'vitest';
import type { Holder, RequestsTold } from './holding.ts';
import { holdingOf } from './holding.testing.ts';
import { poolingOf, type Reuse, reuseOf, reuseSaid, type ReuseSaid } from './reuse.ts';

const HOUR = 3_600_000;
/** Two pods, 1,200 connections of 100 ms each in an hour, in even steps; both pods at once. */
const HOLDING = holdingOf(
  Array.from({ length: 2_400 }, (_, i) => {
    const from = Math.floor(i / 2) * 3_000;
    return { from, shut: from + 100, freeAt: from + 60_100, until: from + 120_100, pod: `pod-${i % 2}` };
  }),
  { from: 0, until: HOUR },
);
const NONE: RequestsTold = { spans: 0, requests: 0, unsampled: 0, meanMs: 0, lines: 0, ids: 0 };
const withTold = (told: readonly (Partial<RequestsTold> | null)[]) => ({
  ...HOLDING,
  holders: HOLDING.holders.map(
    (holder, i): Holder => ({
      ...holder,
      requests: told[i] === null || told[i] === undefined ? null : { ...NONE, ...told[i] },
    }),
  ),
});

test.each<[string, readonly (Partial<RequestsTold> | null)[], Partial<Reuse> | null]>([
  ['nobody tells', [], null],
  ['of other calls alone', [{}], null],
  [
    'spans of one pod are set against its own connections',
    [{ spans: 120, requests: 1_200, meanMs: 50 }],
    {
      by: 'spans',
      told: 120,
      requests: 1_200,
      share: 0.1,
      connections: 1_200,
      perConnection: 1,
      atLeast: 1,
      meanMs: 50,
      pods: 1,
    },
  ],
  [
    'of two pods together, durations by how many they are of',
    [
      { spans: 100, requests: 100, meanMs: 40 },
      { spans: 300, requests: 300, meanMs: 80 },
    ],
    { told: 400, share: 1, connections: 2_400, meanMs: 70, pods: 2 },
  ],
  ['one span that tells no share, and none is known', [{ spans: 100, requests: 100, unsampled: 1 }], { share: null }],
  [
    'lines count where there are no spans at all',
    [
      { lines: 2_400, ids: 1_200 },
      { lines: 600, ids: 600 },
    ],
    {
      by: 'logs',
      told: 3_000,
      requests: 3_000,
      share: null,
      perConnection: 1.25,
      atLeast: 0.75,
      meanMs: null,
      pods: 2,
    },
  ],
  [
    'and only of pods without spans: no',
    [
      { spans: 5, requests: 5 },
      { lines: 900, ids: 900 },
    ],
    { by: 'spans', told: 5, connections: 1_200 },
  ],
])('%s', (_, told, reuse) => {
  if (reuse === null) expect(reuseOf(withTold(told))).toBeNull();
  else expect(reuseOf(withTold(told))).toMatchObject(reuse);
});

const reuse = (rest: Partial<Reuse>): Reuse => ({
  by: 'spans',
  told: 2_400,
  requests: 2_400,
  share: 1,
  connections: 2_400,
  perConnection: 1,
  atLeast: rest.perConnection ?? 1,
  meanMs: 100,
  pods: 2,
  ...rest,
});

test.each<[string, Reuse | null, ReuseSaid]>([
  ['nothing is seen', null, 'unseen'],
  ['31 requests', reuse({ told: 31 }), 'few-told'],
  ['32 requests', reuse({ told: 32 }), 'not-reused'],
  ['two for each', reuse({ perConnection: 2 }), 'reused'],
  ['fewer than two', reuse({ perConnection: 1.99 }), 'not-reused'],
  ['one for two', reuse({ perConnection: 0.5 }), 'not-reused'],
  ['fewer: not all are told', reuse({ perConnection: 0.49 }), 'partly-told'],
  ['two lines of one request', reuse({ by: 'logs', perConnection: 2, atLeast: 1 }), 'unclear'],
  ['two requests by their ids', reuse({ by: 'logs', perConnection: 4, atLeast: 2 }), 'reused'],
])('%s', (_, told, said) => {
  expect(reuseSaid(told)).toBe(said);
});

test('a pool needs what is in flight at once: rate times duration, with room, and one for each pod', () => {
  // 200 begin in 300 s of each slice; of 3 s each two are in flight, and 2 + 2√2 is 4.8. Never more than are open at once now: that are two.
  expect(HOLDING.peakPorts).toBe(82);
  expect(poolingOf({ ...HOLDING, peakOpen: 50 }, reuse({ meanMs: 3_000 }), HOUR)).toEqual({
    ports: 5,
    factor: 82 / 5,
    assumes: null,
  });
  expect(poolingOf({ ...HOLDING, peakOpen: 1 }, reuse({ meanMs: 3_000 }), HOUR)?.ports).toBe(3);
  expect(poolingOf(HOLDING, reuse({ meanMs: 100 }), HOUR)?.ports).toBe(2);
  expect(poolingOf({ ...HOLDING, peakOpen: 9 }, reuse({ meanMs: null, by: 'logs', share: null }), HOUR)).toMatchObject({
    ports: 15,
    assumes: expect.stringContaining('logs do not say'),
  });
});

test.each<[string, Reuse | null]>([
  ['requests that are not seen', null],
  ['connections that are reused', reuse({ perConnection: 2 })],
  ['requests of which some are not told', reuse({ perConnection: 0.4 })],
])('no pool is reckoned for %s', (_, told) => {
  expect(poolingOf(HOLDING, told, HOUR)).toBeNull();
});

test('nor where it would spare less than a third', () => {
  const slow = { ...HOLDING, peakOpen: 40 };
  expect(poolingOf(slow, reuse({ meanMs: 61_500 }), HOUR)?.ports).toBe(53);
  expect(poolingOf({ ...slow, peakPorts: 79 }, reuse({ meanMs: 61_500 }), HOUR)).toBeNull();
});
