import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRequest } from '../src/app/trace-find.ts';
import { DAY, instant, LATEST, MINUTE } from '../src/base/instant.ts';
import { type Sighting, SIGHTING_KINDS } from '../src/core/facts.ts';
import type { SightingQuery } from '../src/core/ports.ts';
import { inOrder } from '../src/core/trace/span-tree.ts';
import { sighting } from '../src/core/trace/sighting.testing.ts';
import { nodeSeen, podSeen, recordAt } from './one-fact.ts';
import { emptyBatch, ip, recordTable, START, NOW } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

const { engine, store } = await temporaryStore();

const asked = (cluster: string, rest: Partial<SightingQuery> = {}): SightingQuery => ({
  cluster,
  from: instant(0),
  until: LATEST,
  ids: [],
  kinds: [],
  limit: 10_000,
  ...rest,
});
const write = (cluster: string, object: string, sightings: readonly Sighting[]) =>
  writeOne(store, { ...emptyBatch(cluster, object), format: 'otlp', sightings });
const at = (ms: number, rest: Partial<Sighting> = {}): Sighting =>
  sighting({ begin: instant(START + ms), until: instant(START + ms), ...rest });

const text = fc.oneof(
  fc.constant(''),
  fc.string({ maxLength: 12 }),
  fc.constantFrom('\u001b[31m', '__proto__', "'; DROP TABLE flow", '\0', 'ü✓', '\\N', '\t\n'),
);
const address = fc.constantFrom(null, ip('10.244.1.7'), ip('203.0.113.66'), ip('2001:db8::1'));
const port = fc.nat(65_535);
const anySighting: fc.Arbitrary<Sighting> = fc.record({
  kind: fc.constantFrom(...SIGHTING_KINDS),
  begin: fc.integer({ min: START - 200_000_000, max: START + 200_000_000 }).map(instant),
  beginNanos: fc.nat(999_999),
  until: fc.integer({ min: START, max: START + 200_000_000 }).map(instant),
  podUid: text,
  namespace: text,
  pod: text,
  node: text,
  podIp: address,
  container: text,
  service: text,
  destIp: address,
  destPort: port,
  destHost: text,
  protocol: fc.nat(255),
  localIp: address,
  localPort: port,
  clientIp: address,
  clientPort: port,
  traceId: text,
  spanId: text,
  parentSpanId: text,
  ids: fc.uniqueArray(text, { maxLength: 3 }),
  text,
  status: fc.constantFrom('ok', 'error', ''),
  result: text,
  probability: fc.constantFrom(null, 1, 0.25, 0.1),
  redirected: fc.boolean(),
  times: fc.nat(4_000_000_000),
});

test('law: what is written is read, once, however often and from whatever object it comes', async () => {
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anySighting, { minLength: 1, maxLength: 30 }), async (sightings) => {
      const cluster = `law ${++n}`;
      const distinct = new Set(sightings.map((s) => JSON.stringify(s)));
      expect((await write(cluster, 'one', sightings)).rows).toBe(distinct.size);
      expect(await write(cluster, 'two', sightings.toReversed())).toEqual({ rows: 0, known: sightings.length });
      const read = await store.sightings(asked(cluster));
      expect(new Set(read.map(({ format, object, ...rest }) => `${format} ${object} ${inKeyOrder(rest)}`))).toEqual(
        new Set(sightings.map((s) => `otlp one ${inKeyOrder(s)}`)),
      );
      expect(read).toHaveLength(distinct.size);
      expect(read.map((s) => s.begin)).toEqual(read.toSorted(inOrder).map((s) => s.begin));
    }),
    { numRuns: 15 },
  );
}, 60_000);

const inKeyOrder = (s: Sighting): string =>
  JSON.stringify(Object.fromEntries(Object.entries(s).sort(([a], [b]) => (a < b ? -1 : 1))));

test('found by trace id and by any correlation id, in the order of nanoseconds', async () => {
  await write('ids', 'f', [
    at(1, { traceId: 'aa', ids: ['r1', 'r2'], beginNanos: 2, text: 'second' }),
    at(1, { traceId: 'bb', ids: ['r1'], beginNanos: 1, text: 'first' }),
    at(86_400_000, { traceId: 'cc', kind: 'log', text: 'next day' }),
  ]);
  const found = async (...ids: readonly string[]): Promise<readonly string[]> =>
    (await store.sightings(asked('ids', { ids }))).map((s) => s.text);
  expect(await found('r1')).toEqual(['first', 'second']);
  expect(await found('r2', 'cc')).toEqual(['second', 'next day']);
  expect(await found('none')).toEqual([]);
  expect(await store.sightingCounts(asked('ids', { ids: ['r1', 'cc', 'none'] }))).toEqual(
    new Map([
      ['r1', 2],
      ['cc', 1],
    ]),
  );
  expect((await store.sightings(asked('ids', { kinds: ['log'] }))).map((s) => s.text)).toEqual(['next day']);
  expect((await store.sightings(asked('ids', { limit: 1 }))).map((s) => s.text)).toEqual(['next day']);
  expect((await store.sightings(asked('ids', { until: instant(START + 2) }))).length).toBe(2);
});

/** A cluster with a flow that may be any pod's of its node on each of two days; all is answered and graded. */
const gradedCluster = async (cluster: string): Promise<void> => {
  const records = recordTable([recordAt(START), recordAt(START + 2 * DAY)]);
  const pods = [podSeen('a', START - MINUTE), podSeen('b', START - MINUTE, { ips: [ip('10.244.0.3')] })];
  await writeOne(store, {
    ...emptyBatch(cluster, 'flows'),
    flowRecords: records,
    pods,
    nodes: [nodeSeen(START - MINUTE)],
  });
  await store.attribute(cluster, NOW);
  expect(await store.grade(cluster)).toMatchObject({ days: 2 });
  expect(await regraded(cluster)).toEqual([0, 0]);
};
const regraded = async (cluster: string): Promise<readonly number[]> => [
  (await store.attribute(cluster, NOW)).windows,
  (await store.grade(cluster)).days,
];

test('with a sighting that comes late its day is graded anew, and the days after it; no flow is answered anew', async () => {
  await gradedCluster('late');
  await write('late', 'traces', [at(10)]);
  expect(await regraded('late')).toEqual([0, 2]);
  await write('late', 'traces again', [at(10)]);
  expect(await regraded('late')).toEqual([0, 0]);
  await write('late', 'later traces', [at(2 * DAY)]);
  expect(await regraded('late')).toEqual([0, 1]);
});

test('a line of a log that names no destination changes no grade', async () => {
  await gradedCluster('trouble alone');
  const line = { kind: 'log', destIp: null, destHost: '', status: 'error', result: 'connect-timeout' } as const;
  expect((await write('trouble alone', 'alone', [at(10, line)])).rows).toBe(1);
  expect(await regraded('trouble alone')).toEqual([0, 0]);
  await write('trouble alone', 'named', [at(11, { ...line, destHost: 'pay.example.com' })]);
  expect(await regraded('trouble alone')).toEqual([0, 2]);
});

test('what a killed process left between ids and sightings is found once, when it is read again', async () => {
  const one = at(77, { traceId: 'killed' });
  await write('killed', 'f', [one]);
  await engine.run("ALTER TABLE sighting DELETE WHERE cluster = 'killed' SETTINGS mutations_sync = 1");
  expect(await store.sightings(asked('killed', { ids: ['killed'] }))).toEqual([]);
  expect(await write('killed', 'f', [one])).toEqual({ rows: 1, known: 0 });
  expect(await store.sightings(asked('killed', { ids: ['killed'] }))).toHaveLength(1);
  expect(await store.sightingCounts(asked('killed', { ids: ['killed'] }))).toEqual(new Map([['killed', 1]]));
});

test('an id that everything carries is limited, and not followed', async () => {
  const many = Array.from({ length: 5_000 }, (_, i) =>
    at(i, { traceId: `t${i % 700}`, ids: ['tenant42'], text: `${i}` }),
  );
  await write('many', 'f', [...many, at(9_000, { traceId: 'mine', ids: ['tenant42', 'request7'] })]);
  const range = { cluster: 'many', from: instant(0), until: LATEST };
  const all = await findRequest(store, 'tenant-42', range);
  expect([all.sightings.length, all.carry, all.limits.length]).toEqual([2_000, 5_001, 2]);
  expect(all.limits[0]).toBe('5001 sightings carry this id: the first 2000 are shown');
  const mine = await findRequest(store, 'request-7', range);
  expect([mine.sightings.length, mine.limits]).toEqual([
    1,
    ["id tenant42 is carried by 5001 sightings: it is no single request's and is not followed"],
  ]);
});

test('as many addresses as a hundred thousand sightings may name can be looked up at once', async () => {
  const ips = Array.from({ length: 60_000 }, (_, i) => `198.${18 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
  expect(await store.podsTold('many', { uids: [], names: ips, ips: ips.slice(0, 60_000) })).toEqual([]);
});

test('a request is what shares an id with what was asked for', async () => {
  await write('hops', 'f', [
    at(1, { traceId: 'one', ids: ['req123'], text: 'a' }),
    at(2, { traceId: 'one', text: 'b' }),
    at(3, { traceId: 'two', ids: ['req123'], text: 'c' }),
    at(4, { traceId: 'two', ids: ['other9'], text: 'd' }),
    at(5, { traceId: 'far', ids: ['other9'], text: 'two steps away' }),
  ]);
  const { sightings } = await findRequest(store, 'REQ-123', { cluster: 'hops', from: instant(0), until: LATEST });
  expect(sightings.map((s) => s.text)).toEqual(['a', 'b', 'c', 'd']);
});
