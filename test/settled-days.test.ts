import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DAY, HOUR, type Instant, instant, MINUTE, renderInstant } from '../src/base/instant.ts';
import { mapOf } from '../src/app/map.ts';
import type { TimeSpan } from '../src/core/ports.ts';
import { allFor, FOR_EVER, type Retention } from '../src/core/retention.ts';
import { backUp } from '../src/store/backup/back-up.ts';
import { restore } from '../src/store/backup/restore.ts';
import { compact } from '../src/store/compact.ts';
import type { Engine } from '../src/store/engine.ts';
import { openFolder, storeIn } from '../src/store/open-store.ts';
import { inOnePlace } from '../src/store/parts.ts';
import { forgetPlan, planPurge } from '../src/store/purge/plan.ts';
import { inventoryInForce } from '../src/store/read-flows.ts';
import { bySender } from './by-sender.ts';
import { entryAt, NODE_IP, nodeSeen, podSeen, recordAt, TUPLE } from './one-fact.ts';
import { batchesOf, emptyBatch, ip, type RandomWorld } from './random-world.ts';
import { HOUR_0, STEADY } from './steady-world.ts';

/* What flows leave behind is settled a day at a time, once, by what is said of them when they go; and is kept wherever the store is. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-settled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, 'data');
const CLUSTER = 'days';

const DAY_0 = Math.floor(HOUR_0 / DAY) * DAY;
const day = (n: number): Instant => instant(DAY_0 + n * DAY);
/** The first connection of the second day was begun on the first. */
const NIGHT = { srcPort: 43_000, bytes: 100_000 };
/** Whose it is only rates can tell. */
const UNTRANSLATED = { srcPort: 44_000, destPort: 8_443, bytes: 3 };
const LATER: RandomWorld = {
  ...STEADY,
  records: [
    ...STEADY.records.map((one) => ({ ...one, at: one.at + DAY })),
    recordAt(day(1) - 5_000, NIGHT),
    recordAt(day(1), { ...NIGHT, state: 2 }),
    recordAt(HOUR_0 + 45 * MINUTE, UNTRANSLATED),
  ],
  events: [...STEADY.events.map((one) => ({ ...one, at: one.at + DAY })), entryAt(day(1) - 5_000, NIGHT)],
  pods: [
    podSeen('older', day(-9), { ips: [ip('10.244.0.4')] }),
    ...[0, 2 * HOUR].map((ms) =>
      podSeen('quiet', HOUR_0, { namespace: 'data', ips: [ip('10.244.0.3')], at: instant(HOUR_0 + ms) }),
    ),
  ],
  nodes: [nodeSeen(HOUR_0 - HOUR)],
  watch: null,
};
const lateRecord = (at: number): RandomWorld => ({
  ...STEADY,
  records: [recordAt(at, { srcPort: 42_900, bytes: 7 })],
  events: [entryAt(at, { srcPort: 42_900 })],
  pods: [],
});

/** Each at an address of its own, from and until a day. */
const STAYS = { 'long-gone': [-15, -12], 'gone-since': [-5, -4.5], 'not-yet': [2.5, 4] } as const;
const others = {
  ...emptyBatch(CLUSTER, 'others'),
  format: 'kubernetes-watch' as const,
  pods: Object.entries(STAYS).flatMap(([name, days], i) =>
    days.map((n, end) =>
      podSeen(name, day(days[0]), {
        at: day(n),
        event: end === 0 ? 'added' : 'deleted',
        ips: [ip(`10.244.0.${i + 10}`)],
      }),
    ),
  ),
};

const ALL = { from: day(-1), until: day(3) };
/** Of whole days; and of what minutes have to tell, as an edge has flows of its hour on both sides. */
const SPANS: readonly TimeSpan[] = [
  ALL,
  { from: day(1), until: day(2) },
  { from: day(0), until: instant(HOUR_0 + 15 * MINUTE) },
  { from: instant(HOUR_0 + 20 * MINUTE), until: instant(HOUR_0 + 90 * MINUTE) },
];

/** Rates that name a pod up to a time of the node's own clock, which is behind by ten minutes: it is as if they had been learned. */
const rate = async (engine: Engine): Promise<void> => {
  const of = { cluster: CLUSTER, grade: 1, inventory: await inventoryInForce(engine, CLUSTER), day: day(0) };
  await engine.run('ALTER TABLE clock_offset DELETE WHERE 1 SETTINGS mutations_sync = 1');
  for (const statement of [
    `clock_offset SELECT {cluster:String}, {inventory:UInt64}, toIPv6('${NODE_IP}'), 600000, 1000, 5`,
    `stretch SELECT {cluster:String}, {grade:UInt64}, 'node-0', at.1, at.2 FROM (SELECT arrayJoin([({day:Int64}, 1), (${HOUR_0 + 40 * MINUTE}, 2)]) AS at)`,
    `posterior SELECT {cluster:String}, {grade:UInt64}, toIPv6('${TUPLE.destIp}'), ${UNTRANSLATED.destPort}, 6, 0, 1, 1, ['uid-of-steady'], [0.99], 0.01, 0.99`,
    "grade_current SELECT {cluster:String}, {day:Int64}, {grade:UInt64}, '', 0",
  ])
    await engine.run(`INSERT INTO ${statement}`, of);
};

type Opened = Awaited<ReturnType<typeof openFolder>>;

const told = async ({ store }: Pick<Opened, 'store'>, spans = SPANS) => {
  const answers: unknown[] = [];
  for (const span of spans) {
    const { edges, uncut } = await store.flowMap(bySender(CLUSTER, span));
    answers.push({ span, edges, uncut });
  }
  return answers;
};

const TABLES = ['settled_minute', 'settled_hour', 'settled_pod FINAL'] as const;
const rowsOf = async ({ engine }: Pick<Opened, 'engine'>): Promise<Readonly<Record<string, unknown>>> => {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) rows[table] = await engine.rows(`SELECT * FROM ${table} ORDER BY ALL`);
  return rows;
};
/** The pods whose names are kept, and up to which day. */
const namesOf = async ({ engine }: Pick<Opened, 'engine'>): Promise<readonly string[]> =>
  (
    await engine.rows<{ pod: string; at: number }>('SELECT pod, until_ms AS at FROM settled_pod FINAL ORDER BY pod')
  ).map(({ pod, at }) => `${pod} ${Math.floor((at - DAY_0) / DAY)}`);

/** How many pods of a namespace a purge of a time means. */
const meant = async (engine: Engine, namespace: string, from: number, until: number): Promise<number> => {
  const asked = { cluster: CLUSTER, namespace, pod: null, everyMention: false };
  let n = 0;
  const random = (): string => `${n++}`.padStart(24, 'x');
  const { pods } = await planPurge(engine, { ...asked, from: instant(from), until: instant(until) }, random);
  await forgetPlan(engine);
  return pods;
};

/** `quiet` was told of for two hours, and nobody saw its end. */
const expectMeant = async ({ engine }: Pick<Opened, 'engine'>): Promise<void> => {
  const of = (from: number, until: number): Promise<number> => meant(engine, 'data', from, until);
  expect([
    await of(HOUR_0, HOUR_0 + 3 * HOUR),
    await of(HOUR_0, HOUR_0 + HOUR),
    await of(HOUR_0 + 1, HOUR_0 + 3 * HOUR),
  ]).toEqual([1, 0, 0]);
};

const KEPT: Retention = { ...allFor(400 * DAY), flows: DAY };

/** An engine that does something before it counts the hours of a day, each time another. */
const minding = (engine: Engine, works: readonly (() => Promise<void>)[]) => {
  let counted = 0;
  const run: Engine['run'] = async (statement, params) => {
    if (statement.includes('INSERT INTO settled_hour')) await works[counted++]?.();
    return engine.run(statement, params);
  };
  return { engine: { ...engine, run }, times: () => counted };
};

test('a day at a time, by what is said of it when it goes', { timeout: 400_000 }, async () => {
  const opened = await openFolder(data);
  const { engine, store } = opened;
  await store.write([
    ...batchesOf(STEADY, CLUSTER),
    ...batchesOf(LATER, CLUSTER).map((one) => ({ ...one, object: `later ${one.object}` })),
  ]);
  await store.attribute(CLUSTER, day(2));
  await rate(engine);
  const before = await told(opened);
  for (const text of ['"name":"steady"', '"probable":{"flows":1']) expect(JSON.stringify(before)).toContain(text);
  await expectMeant(opened);

  // Where nothing is kept for longer, nothing is settled.
  await store.expire(allFor(DAY), instant(day(0) + HOUR), true);
  expect(await namesOf(opened)).toEqual([]);
  await store.expire(KEPT, instant(day(2) + HOUR), true);
  expect(await told(opened)).toEqual(before);
  expect(await namesOf(opened)).toEqual(['older 1', 'quiet 1', 'steady 1']);
  await expectMeant(opened);

  // Whoever was killed may have left some of the first day; it is not counted again. What is said of the second changes while it is counted.
  await store.write([others]);
  await store.attribute(CLUSTER, day(3));
  await engine.run('INSERT INTO flow (cluster, last_ms) VALUES ({cluster:String}, {at:Int64})', {
    cluster: CLUSTER,
    at: day(0),
  });
  let now: unknown = null;
  const { engine: disturbed, times } = minding(engine, [
    async () => {
      await store.write(
        batchesOf(lateRecord(HOUR_0 + DAY + 40 * MINUTE), CLUSTER).map((one) => ({
          ...one,
          object: `late ${one.object}`,
        })),
      );
      await store.attribute(CLUSTER, day(3));
      now = await told(opened);
    },
    () => engine.run("INSERT INTO grade_current SELECT 'nobody', {day:Int64}, 2000000, '', 0", { day: day(1) }),
  ]);
  const other = await storeIn(inOnePlace(disturbed));
  await other.expire(KEPT, instant(day(3) + HOUR), true);
  expect(times()).toBe(3);
  expect(await engine.rows('SELECT 1 FROM flow LIMIT 1')).toEqual([]);
  expect(now).not.toEqual(before);
  const expired = { engine, store: other };
  expect(await told(expired)).toEqual(now);
  expect(await namesOf(opened)).toEqual(['gone-since -5', 'older 2', 'quiet 2', 'steady 2']);

  // The inventory may know nobody any more.
  for (const table of ['pod_seen', 'pod_lease'])
    await engine.run(`ALTER TABLE ${table} DELETE WHERE 1 SETTINGS mutations_sync = 1`);
  await expectMeant(opened);
  // Nor is anything left of what told of flows.
  await other.expire(KEPT, instant(day(10) + HOUR), true);
  expect((await other.sources(CLUSTER)).map(({ name }) => name)).toEqual(['nodes']);
  const range = { from: day(-30), until: day(1), chosen: true, notes: [] };
  const { completeness } = await mapOf(other, { range, tz: 'UTC', query: bySender(CLUSTER, range) });
  expect(completeness.reasons).toEqual([
    `what each sender sent is kept from ${renderInstant(day(-1))} on: what was sent earlier is no longer known`,
    `what was read tells of flows from ${renderInstant(instant(HOUR_0 + 10_000))} on: earlier flows are not known`,
  ]);
  const whole = await told(expired, [ALL]);
  expect(whole).toEqual((now as unknown[]).slice(0, 1));
  const rows = await rowsOf(opened);
  expect(Object.values(rows)).not.toContainEqual([]);
  await store.close();

  // A copy of the store, and one that is compact, have it all.
  const backup = join(folder, 'backup.tar');
  await backUp({ dataDir: data, to: backup, version: '0.0.0', now: day(11), progress: () => undefined });
  const restored = join(folder, 'restored');
  await restore({ from: backup, dataDir: restored, progress: () => undefined });
  await compact({ dataDir: data, retention: FOR_EVER, now: day(11), progress: () => undefined });
  for (const place of [restored, data]) {
    const again = await openFolder(place);
    expect([place, await rowsOf(again)]).toEqual([place, rows]);
    expect([place, await told(again, [ALL])]).toEqual([place, whole]);
    await again.store.close();
  }
});
