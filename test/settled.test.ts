import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, type Instant, instant, MINUTE } from '../src/base/instant.ts';
import { type FlowMap, MAP_SENDER } from '../src/core/flow-map.ts';
import { type TimeSpan, VERDICT_KINDS } from '../src/core/ports.ts';
import { allFor, type Retention } from '../src/core/retention.ts';
import type { Engine } from '../src/store/engine.ts';
import { planPurge } from '../src/store/purge/plan.ts';
import { runPlan } from '../src/store/purge/run-plan.ts';
import { bySender } from './by-sender.ts';
import { dyingAt } from './dying-at.ts';
import { entryAt, podSeen, recordAt } from './one-fact.ts';
import { batchesOf, fewWorlds, NOW, type RandomWorld, START } from './random-world.ts';
import { HOUR_0, STEADY } from './steady-world.ts';
import { temporaryStore } from './temporary-store.ts';

/* What senders sent is told after their flows are gone, as the flows told it: to the unit where nothing is cut, and else within what is said to be cut. */

const { store, engine, parts, reopened } = await temporaryStore();

/** Its pod goes. */
const LEAVING: RandomWorld = {
  ...STEADY,
  pods: [
    ...STEADY.pods,
    ...(
      [
        ['modified', 150 * MINUTE],
        ['deleted', 3 * HOUR],
      ] as const
    ).map(([event, ms]) => podSeen('steady', HOUR_0 - HOUR, { event, at: instant(HOUR_0 + ms) })),
  ],
};
/** Late evidence of the same hours. */
const LATE: RandomWorld = {
  ...LEAVING,
  records: [recordAt(HOUR_0 + 40 * MINUTE, { srcPort: 42_900, bytes: 7 })],
  events: [entryAt(HOUR_0 + 40 * MINUTE, { srcPort: 42_900 })],
};

const CLUSTERS = ['steady', 'random'] as const;
const span = (from: number, until: number): TimeSpan => ({
  from: instant(HOUR_0 + from),
  until: instant(HOUR_0 + until),
});
const ALL = span(-HOUR, 4 * HOUR);
const EVERY = [
  ALL,
  span(0, HOUR),
  span(HOUR, 2 * HOUR),
  span(20 * MINUTE, 91 * MINUTE),
  span(15_000, 90 * MINUTE + 30_000),
  span(7 * MINUTE + 1_234, 4 * HOUR),
];

/** The first and the last of these: whole, and cut. */
const FEW = [EVERY[0], EVERY.at(-1)] as readonly TimeSpan[];
const fewOf = (every: readonly Told[]): readonly Told[] =>
  every.filter((_, i) => [0, EVERY.length - 1].includes(i % EVERY.length));

type Told = Pick<FlowMap, 'tiers' | 'uncut' | 'edges'>;

const ask = async (ranges: readonly TimeSpan[]): Promise<readonly Told[]> => {
  const told: Told[] = [];
  for (const cluster of CLUSTERS)
    for (const [i, range] of ranges.entries()) {
      const sender = MAP_SENDER[i % MAP_SENDER.length];
      const { tiers, uncut, edges } = await store.flowMap(bySender(cluster, range, sender));
      told.push({ tiers, uncut, edges });
    }
  return told;
};

interface Sum {
  readonly flows: number;
  readonly bytes: number;
}
const sumOf = ({ edges }: Told): Sum => ({
  flows: edges.reduce((sum, { byVerdict }) => sum + VERDICT_KINDS.reduce((n, kind) => n + byVerdict[kind].flows, 0), 0),
  bytes: edges.reduce((sum, { bytesOut, bytesIn }) => sum + bytesOut + bytesIn, 0),
});

const expectAsBefore = (before: readonly Told[], after: readonly Told[]): void => {
  for (const [i, was] of before.entries()) {
    const is = after[i] as Told;
    if (is.uncut.length === 0) expect([i, is.edges]).toEqual([i, was.edges]);
    else {
      const [more, most] = [sumOf(is), { flows: 0, bytes: 0 }];
      for (const { flows, bytes } of is.uncut) {
        most.flows += flows;
        most.bytes += bytes;
      }
      const less = sumOf(was);
      for (const of of ['flows', 'bytes'] as const) {
        expect([i, more[of] >= less[of]]).toEqual([i, true]);
        expect([i, more[of] - less[of] <= most[of]]).toEqual([i, true]);
      }
    }
    expect(is.tiers).not.toContain('flows');
  }
};

const rowsOf = async (table: string): Promise<number> =>
  (await engine.rows<{ n: number }>(`SELECT count() AS n FROM ${table}`))[0]?.n ?? 0;

const LONG: Retention = allFor(400 * DAY);
const days = (n: number): Instant => instant(START + n * DAY);

test('as the flows told it, whatever comes later, until it goes itself', { timeout: 400_000 }, async () => {
  const [world] = fc.sample(fewWorlds, { numRuns: 1, seed: 20261127 }) as [RandomWorld];
  await store.write(batchesOf(LEAVING, 'steady'));
  await store.write(batchesOf(world, 'random'));
  for (const cluster of CLUSTERS) {
    await store.attribute(cluster, NOW);
    await store.grade(cluster);
  }
  const before = await ask(EVERY);
  const whole = before.filter((_, i) => i % EVERY.length === 0);
  expect(JSON.stringify(whole)).toContain('"name":"steady"');

  // Killed before anybody is told.
  const flowsGo: Retention = { ...LONG, flows: DAY };
  for (const table of ['settled_hour', 'settled_pod']) {
    const dying = await reopened((one) => dyingAt(one, table));
    await expect(dying.expire(flowsGo, days(3))).rejects.toThrow('killed');
    expect(await ask([ALL])).toEqual(whole);
  }
  await store.expire(flowsGo, days(3), true);
  expect(await rowsOf('flow')).toBe(0);
  const settled = await ask(EVERY);
  expectAsBefore(before, settled);
  expect(settled.filter(({ uncut }) => uncut.length > 0).length).toBeGreaterThan(1);
  expect(settled.filter(({ uncut }) => uncut.length === 0).length).toBeGreaterThan(5);
  // Where all flows of a minute are on one side of an edge, nothing is cut.
  const [steadily] = await ask([span(20 * MINUTE, 90 * MINUTE)]);
  expect([steadily?.tiers, steadily?.uncut, sumOf(steadily as Told)]).toEqual([
    ['sender-minutes'],
    [],
    sumOf(await steadyOf(20 * MINUTE, 90 * MINUTE)),
  ]);

  // Facts are kept for longer than flows: windows are answered anew, and what was settled stays.
  const written = await store.write(batchesOf(LATE, 'steady'));
  expect(written.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(0);
  expect((await store.attribute('steady', days(3))).windows).toBeGreaterThan(0);
  expect(await ask(FEW)).toEqual(fewOf(settled));

  // Facts go too, and whatever the inventory knows; names stay.
  await store.expire(flowsGo, days(40), true);
  await store.attribute('steady', days(40));
  expect(await rowsOf('flow_record')).toBe(0);
  for (const part of parts.each)
    for (const table of ['pod_seen', 'pod_lease'])
      await part.run(`ALTER TABLE ${table} DELETE WHERE 1 SETTINGS mutations_sync = 1`);
  expect(await ask(FEW)).toEqual(fewOf(settled));

  // Of hours alone.
  await store.expire({ ...LONG, flows: DAY, minutes: DAY }, days(41), true);
  expect(await rowsOf('settled_minute')).toBe(0);
  const hourly = await ask(EVERY);
  expectAsBefore(before, hourly);
  expect(new Set(hourly.flatMap(({ tiers }) => tiers))).toEqual(new Set(['sender-hours']));
  expect(hourly.flatMap(({ uncut }) => uncut).length).toBeGreaterThan(settled.flatMap(({ uncut }) => uncut).length);

  // Whoever is purged has a stand-in.
  const asked = {
    cluster: 'steady',
    namespace: 'shop',
    pod: null,
    from: days(-400),
    until: days(400),
    everyMention: false,
  };
  for (const part of parts.each) await purged(part, asked);
  const few = await ask(FEW);
  expect(JSON.stringify(few)).not.toContain('steady');
  expect(few.map(sumOf)).toEqual(fewOf(hourly).map(sumOf));

  await store.expire({ ...LONG, flows: DAY, minutes: DAY, hours: DAY }, days(60), true);
  expect((await ask([ALL])).flatMap(({ edges }) => edges)).toEqual([]);
  for (const table of ['settled_hour', 'settled_pod']) expect(await rowsOf(table)).toBe(0);
});

/** What the connections of that time come to. */
const steadyOf = async (from: number, until: number): Promise<Told> => {
  const cluster = 'anew';
  const moved = { ...STEADY, records: STEADY.records.map((one) => ({ ...one, at: one.at + 10 * DAY })) };
  await store.write(batchesOf({ ...moved, events: [], pods: [] }, cluster));
  await store.attribute(cluster, days(11));
  return store.flowMap(bySender(cluster, span(from + 10 * DAY, until + 10 * DAY)));
};

const purged = async (of: Engine, asked: Parameters<typeof planPurge>[1]): Promise<void> => {
  let n = 0;
  await planPurge(of, asked, () => `${n++}`.padStart(24, 'x'));
  await runPlan(of, asked, () => undefined);
  await of.run('TRUNCATE TABLE purge_name');
};
