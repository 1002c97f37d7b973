import { expect, test } from 'vitest';
import { adviceOn } from './advice.ts';
import type { RequestsTold } from './holding.ts';
import { type HeldBy, holdingOf } from './holding.testing.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const churning = Array.from({ length: 1_200 }, (_, i): HeldBy => {
  const from = i * 3_000;
  return { from, shut: from + 100, freeAt: from + 60_100, until: from + 120_100, pod: 'pod-0' };
});
const leaking = Array.from({ length: 60 }, (_, i): HeldBy => {
  const never = 1_000 * HOUR;
  return { from: i * MINUTE, shut: never, freeAt: never, until: never, pod: 'pod-0', seen: i * MINUTE + 1_000 };
});
const fanned = Array.from(
  { length: 120 },
  (_, i): HeldBy => ({ ...(leaking[0] as HeldBy), seen: null, from: -HOUR, pod: `pod-${i % 40}` }),
);
const span = { from: 0, until: HOUR };
const asked = (connections: readonly HeldBy[], told: Partial<RequestsTold> | null) => {
  const holding = holdingOf(connections, span);
  const requests = told === null ? null : { spans: 0, requests: 0, unsampled: 0, meanMs: 0, lines: 0, ids: 0, ...told };
  return adviceOn({ ...holding, holders: holding.holders.map((holder) => ({ ...holder, requests })) }, HOUR);
};
const POOL = /Reuse connections .*keep-alive/;

test.each<[string, Partial<RequestsTold> | null, fix: RegExp, unknown: RegExp | null]>([
  [
    'one request for each connection',
    { spans: 1_200, requests: 1_200, meanMs: 90 },
    /they carry 1\.0 requests each\. About 1 open ones would do, 41 times fewer ports\./,
    null,
  ],
  [
    'the same of an unknown share',
    { spans: 1_200, requests: 1_200, unsampled: 1_200, meanMs: 90 },
    /41 times fewer ports, if every request is told/,
    null,
  ],
  [
    'twenty for each',
    { spans: 2_400, requests: 24_000, meanMs: 90 },
    /^Let connections live longer: they carry 20\.0 requests each already/,
    null,
  ],
  ['none are seen', null, /^See whether connections are reused/, /requests are not seen/],
  ['few are told', { spans: 9, requests: 9 }, /^See whether/, /too few requests/],
  [
    'not all are told',
    { spans: 100, requests: 100, meanMs: 90 },
    /^See whether/,
    /fewer requests are told than there are connections/,
  ],
  [
    'lines that may be of one request',
    { lines: 2_400, ids: 1_200 },
    /^See whether/,
    /lines of logs may be of one request or of several/,
  ],
])('churn, and %s', (_, told, fix, unknown) => {
  const { pattern, fixes, unknown: lacking, pooling, why } = asked(churning, told);
  expect(pattern).toBe('churn');
  expect(why).toBe(
    '40 of 41 ports were held by connections that had ended: 20.0 a minute began, open for 100 ms, and each port stayed taken for 2 min more',
  );
  expect(fixes[0]).toMatch(fix);
  expect(fixes.some((one) => POOL.test(one))).toBe(pooling !== null);
  expect(lacking).toEqual(unknown === null ? [] : [expect.stringMatching(unknown)]);
});

test('a leak: what closes it, and that what is old is silent', () => {
  const { pattern, why, fixes, unknown, pooling } = asked(leaking, { spans: 60, requests: 60, meanMs: 10 });
  expect([pattern, pooling, unknown]).toEqual(['leak', null, []]);
  expect(why).toBe(
    'open connections grow steadily, 0 to 60 (60 an hour): 60 began and 0 closed; the oldest has been open for 60 min, and of 40 that began in the first two thirds 40 were silent for the last five minutes',
  );
  expect(fixes[0]).toMatch(/^Close what is no longer used/);
  const unseen = asked(
    leaking.map((one) => ({ ...one, seen: null })),
    null,
  );
  expect(unseen).toMatchObject({ pattern: 'not-enough-data', fixes: [] });
  expect(unseen.why).toMatch(/nothing tells whether the old ones are in use: a flow log would$/);
});

test('fan-out: many pods are told from one, and smaller pools are advised where most is idle', () => {
  const many = asked(fanned, null);
  expect([many.pattern, many.pooling]).toEqual(['fan-out', null]);
  expect(many.why).toContain('of 40 pods with at most 3 each');
  expect(many.fixes.at(-1)).toMatch(/shares connections between the pods/);
  expect(many.fixes.join()).not.toMatch(/smaller/);
  const one = asked(
    fanned.map((held) => ({ ...held, pod: 'pod-0' })),
    { spans: 72_000, requests: 72_000, meanMs: 1_000 },
  );
  expect(one.why).toContain('up to 120 of one pod; about 20 requests were in flight');
  expect(one.fixes[0]).toMatch(/^Make pools smaller/);
  expect(one.fixes.at(-1)).toMatch(/more nodes/);
  const busy = asked(
    fanned.map((held) => ({ ...held, pod: 'pod-0' })),
    { spans: 72_000, requests: 72_000, meanMs: 4_000 },
  );
  expect(busy.fixes.join()).not.toMatch(/smaller/);
  const untold = asked(
    fanned.map((held) => ({ ...held, pod: 'pod-0' })),
    { spans: 72_000, requests: 72_000, unsampled: 1, meanMs: 1_000 },
  );
  expect(untold.fixes.join()).not.toMatch(/smaller/);
});

test('where nothing shows, nothing is advised', () => {
  expect(asked(fanned.slice(0, 20), null)).toMatchObject({
    pattern: 'not-enough-data',
    fixes: [],
    unknown: [],
    pooling: null,
  });
  expect(asked(fanned.slice(0, 15), null)).toMatchObject({ pattern: 'none', fixes: [], pooling: null });
});
