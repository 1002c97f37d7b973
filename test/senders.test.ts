import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, instant, MINUTE } from '../src/base/instant.ts';
import { MAP_SENDER, MAP_TIERS, type MapQuery, type MapTier, mapSenderOf } from '../src/core/flow-map.ts';
import type { Store, TimeSpan } from '../src/core/ports.ts';
import { schemaSteps } from '../src/store/schema.ts';
import { bySender } from './by-sender.ts';
import { dyingAt } from './dying-at.ts';
import { batchesOf, NOW, randomWorld, START } from './random-world.ts';
import { HOUR_0, STEADY } from './steady-world.ts';
import { temporaryStore } from './temporary-store.ts';

/* What senders sent is counted by the hour and the minute, and comes to what the flows one by one come to: to the unit, whatever came when. */

const { store, parts, reopened } = await temporaryStore();

type Sums = readonly [flows: number, out: number, received: number, first: number, last: number];

const counted = async (query: MapQuery): Promise<ReadonlyMap<string, Sums>> => {
  const sums = new Map<string, Sums>();
  for (const row of await store.flows({ ...query, limit: null })) {
    const key = JSON.stringify(mapSenderOf(row, query.sender));
    const [flows, out, received, first, last] = sums.get(key) ?? [0, 0, 0, Infinity, 0];
    sums.set(key, [
      flows + row.flows,
      out + Number(row.bytesOut),
      received + Number(row.bytesIn),
      Math.min(first, row.begin),
      Math.max(last, row.last),
    ]);
  }
  return sums;
};

const told = async (query: MapQuery, of: Store = store) => {
  const { edges, tiers } = await of.flowMap(query);
  return {
    tiers,
    sums: new Map(
      edges.map(({ from, byVerdict, bytesOut, bytesIn, first, last }): [string, Sums] => [
        JSON.stringify(from),
        [Object.values(byVerdict).reduce((sum, { flows }) => sum + flows, 0), bytesOut, bytesIn, first, last],
      ]),
    ),
  };
};

/** Of an hour that is told, of one that is over, of both. */
const passes = fc.constantFrom(START + 5 * MINUTE, START + 16 * MINUTE, START + 80 * MINUTE, NOW);
/** From whole hours, from whole minutes, from any moment. */
const edge = fc
  .tuple(fc.constantFrom(HOUR, MINUTE, 1), fc.integer({ min: -60_000, max: 2_400_000 }))
  .map(([step, ms]) => instant(Math.floor((START + ms) / step) * step));
const ranges = fc.array(
  fc
    .tuple(edge, edge)
    .map(([a, b]): TimeSpan => ({ from: instant(Math.min(a, b)), until: instant(Math.max(a, b) + 1) })),
  { minLength: 2, maxLength: 2 },
);
const hours = fc
  .tuple(fc.integer({ min: -1, max: 1 }), fc.integer({ min: 1, max: 2 }))
  .map(([from, lasts]): TimeSpan => {
    const first = Math.floor(START / HOUR) + from;
    return { from: instant(first * HOUR), until: instant((first + lasts) * HOUR) };
  });

let worlds = 0;

test('of what is told in any pieces, after each pass, for any time', { timeout: 240_000 }, async () => {
  const named = new Set<MapTier>();
  const pieces = fc.array(
    fc.record({ kept: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 7, maxLength: 7 }), now: passes }),
    {
      minLength: 2,
      maxLength: 3,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      randomWorld,
      pieces,
      ranges,
      hours,
      fc.constantFrom(...MAP_SENDER),
      async (world, pieced, some, whole, sender) => {
        const cluster = `w${worlds++}`;
        for (const [number, { kept, now }] of pieced.entries()) {
          const among = <Fact>(facts: readonly Fact[]): Fact[] =>
            facts.filter((_, i) => number === pieced.length - 1 || kept[i % kept.length] === number);
          await store.write(
            batchesOf({ ...world, records: among(world.records), events: among(world.events) }, cluster),
          );
          await store.attribute(cluster, instant(now));
          for (const range of [...some, whole]) {
            const query = bySender(cluster, range, sender);
            const { sums, tiers } = await told(query);
            expect([range, sums]).toEqual([range, await counted(query)]);
            for (const tier of tiers) named.add(tier);
          }
        }
      },
    ),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 3), endOnFailure: process.env['SHRINK'] === undefined },
  );
  expect(named).toEqual(new Set<MapTier>(['sender-hours', 'sender-minutes', 'flows']));
});

/** By table the tiers that need it. The hours say which of them the time cuts, the minutes of those which of them it cuts. */
const NEEDED: Readonly<Record<string, readonly MapTier[]>> = {
  sender_hour: MAP_TIERS,
  sender_minute: ['sender-minutes', 'flows'],
  flow: ['flows'],
};

test('what is named is what it is counted from, and nothing else is', { timeout: 120_000 }, async () => {
  const emptied = async (table: string): Promise<string> => {
    const cluster = `without ${table}`;
    await store.write(batchesOf(STEADY, cluster));
    await store.attribute(cluster, NOW);
    for (const engine of table === '' ? [] : parts.each)
      await engine.run(
        'ALTER TABLE {table:Identifier} DELETE WHERE cluster = {cluster:String} SETTINGS mutations_sync = 1',
        { table, cluster },
      );
    return cluster;
  };
  const whole = await emptied('');
  const without = new Map<string, string>();
  for (const table of Object.keys(NEEDED)) without.set(table, await emptied(table));
  for (const [from, until, tiers] of [
    [0, 120 * MINUTE, ['sender-hours']],
    [60 * MINUTE, 120 * MINUTE, ['sender-hours']],
    [20 * MINUTE, 60 * MINUTE, ['sender-minutes']],
    [20 * MINUTE, 120 * MINUTE, ['sender-hours', 'sender-minutes']],
    // No minute that the time cuts has flows on both sides of the cut.
    [15_000, 90 * MINUTE, ['sender-hours', 'sender-minutes']],
    [0, 90 * MINUTE + 30_000, ['sender-hours', 'sender-minutes', 'flows']],
    [90 * MINUTE + 30_000, 120 * MINUTE, ['flows']],
  ] as [number, number, MapTier[]][]) {
    const range = { from: instant(HOUR_0 + from), until: instant(HOUR_0 + until) };
    const expected = await told(bySender(whole, range));
    expect([range, expected.tiers]).toEqual([range, tiers]);
    expect(expected.sums).toEqual(await counted(bySender(whole, range)));
    for (const [table, needing] of Object.entries(NEEDED)) {
      const { sums } = await told(bySender(without.get(table) as string, range));
      const isSame = isDeepStrictEqual(sums, expected.sums);
      expect([range, table, isSame]).toEqual([range, table, !tiers.some((tier) => needing.includes(tier))]);
    }
  }
});

test('a pass that dies between two tables changes no sum, and the next brings all of it', {
  timeout: 120_000,
}, async () => {
  const ALL = { from: instant(HOUR_0 - HOUR), until: instant(HOUR_0 + 4 * HOUR) };
  for (const table of ['sender_minute', 'sender_hour', 'window_current']) {
    const cluster = `killed before ${table}`;
    const some = { ...STEADY, records: STEADY.records.slice(0, 6), events: STEADY.events.slice(0, 3) };
    await store.write(batchesOf(some, cluster));
    await store.attribute(cluster, NOW);
    const before = await told(bySender(cluster, ALL));
    await store.write(batchesOf(STEADY, cluster));
    const dying = await reopened((engine) => dyingAt(engine, table));
    await expect(dying.attribute(cluster, NOW)).rejects.toThrow('killed');
    expect(await told(bySender(cluster, ALL))).toEqual(before);
    await store.attribute(cluster, NOW);
    const { sums } = await told(bySender(cluster, ALL));
    expect(sums).toEqual(await counted(bySender(cluster, ALL)));
    expect(sums).not.toEqual(before.sums);
  }
});

test('a store from before has them made of its flows, also where that was cut short', async () => {
  const cluster = 'before';
  await store.write(batchesOf(STEADY, cluster));
  // The first hour is over, the second is told.
  await store.attribute(cluster, instant(HOUR_0 + 95 * MINUTE));
  const { statements } = schemaSteps().find(({ version }) => version === 24) ?? { statements: [] };
  for (const engine of parts.each)
    for (const statement of [...statements.slice(0, 4), ...statements]) await engine.run(statement);
  for (const until of [HOUR, 60 * MINUTE + 15_000, 90 * MINUTE + 30_000, 2 * HOUR]) {
    const query = bySender(cluster, { from: instant(HOUR_0 + 15_000), until: instant(HOUR_0 + until) });
    const { sums } = await told(query);
    expect([until, sums]).toEqual([until, await counted(query)]);
  }
});
