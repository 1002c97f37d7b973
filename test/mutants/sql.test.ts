import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { HOUR, type Instant, instant } from '../../src/base/instant.ts';
import type { Attributed } from '../../src/core/ports.ts';
import { rawSql, replaceSql, sql } from '../../src/store/sql.ts';
import { fromCore, type Said, stored } from '../parity.ts';
import { batchesOf, lateWorld, loneWorlds, type RandomWorld, richWorld } from '../random-world.ts';
import { temporaryStore } from '../temporary-store.ts';
import { type Ask, answersOn } from './answers.ts';
import { isListed, mutantsOf } from './slips.ts';
import { EQUIVALENT } from './known.ts';
import { SAMPLE } from './sample.ts';

/*
 * Would the parity law notice a wrong query? Each query with one token changed must disagree with the core on one of a few fixed worlds,
 * or stand in the list of those that cannot matter, with the reason. `npm test` tries some, on the smallest worlds, `npm run mutants` all.
 */
const QUERIES = [
  ...['near-records', 'records', 'records-of', 'lines', 'far', 'dirty', 'chunk-size'].map(
    (name) => `attribution/${name}`,
  ),
  ...['tuples', 'reaching', 'far', 'records', 'lines'].map((name) => `attribution/tick-${name}`),
  'inventory/conntrack-gaps',
  'inventory/conntrack-objects',
  'inventory/clock-pairs',
  ...['compare', 'changes-insert', 'reopened-insert', 'changes', 'reopened', 'aggregates', 'summed'].map(
    (name) => `attribution/${name}`,
  ),
  'inventory/relay-clients',
];
const fileOf = (query: string): string => `src/store/sql/${query}.sql`;
const whole = process.env['MUTANTS'] === 'all';
const all = QUERIES.flatMap((query) => mutantsOf(fileOf(query), rawSql(query)).map((mutant) => ({ ...mutant, query })));
/** What those answer that decide no verdict of a flow, and their right answers. */
let answers: Readonly<Record<string, Ask>> = {};
const right = new Map<string, string>();
const tried = all.filter((mutant) => !isListed(EQUIVALENT, mutant) && (whole || isListed(SAMPLE, mutant)));

interface Prepared {
  readonly cluster: string;
  readonly answeredBy: AnsweredBy;
  /** Hours are computed anew one at a time, which shows the borders between them. */
  readonly passes: readonly { readonly hours: readonly number[]; readonly windows: number }[];
  readonly said: readonly Said[];
  /** What the clocks are measured by. */
  readonly pairs: string;
}
/** By hours, as all of them are over, or by ticks, as none is. */
type AnsweredBy = 'hours' | 'ticks';
const NOW: Readonly<Record<AnsweredBy, Instant>> = { hours: instant(Date.UTC(2100, 0)), ticks: instant(0) };
const clockPairs = (cluster: string) => engine.rows(sql('inventory/clock-pairs'), { cluster });

const { engine, store } = await temporaryStore();
const prepared: Prepared[] = [];
beforeAll(async () => {
  if (whole) answers = await answersOn(engine, store);
  for (const [query, ask] of Object.entries(answers)) right.set(query, JSON.stringify(await ask()));
  const drawn = whole ? fc.sample(richWorld, { numRuns: 1, seed: 20_261_122 }) : [];
  const lone = loneWorlds.flatMap((world) => fc.sample(world, { numRuns: 1, seed: 1 }));
  const worlds = [...lone, ...drawn].flatMap((world) =>
    (['hours', 'ticks'] as const).map((by) => [world, by] as const),
  );
  for (const [i, [world, answeredBy]] of worlds.entries()) {
    const cluster = `w${i}`;
    // In two steps, so that verdicts changed once.
    const batches = batchesOf(world, cluster);
    await store.write(batches.slice(0, -1));
    await store.attribute(cluster, NOW[answeredBy]);
    await store.write(batches.slice(-1));
    await store.attribute(cluster, NOW[answeredBy]);
    const hours = await engine.rows<{ hour: number; windows: number }>(
      `SELECT hour_ms AS hour, uniqExact(shard, tick) AS windows FROM (${TOUCHED[answeredBy]}) GROUP BY hour ORDER BY hour`,
      { cluster },
    );
    prepared.push({
      cluster,
      answeredBy,
      passes: hours.map(({ hour, windows }) => ({ hours: [hour], windows })),
      said: await fromCore(engine, world, cluster),
      pairs: JSON.stringify(await clockPairs(cluster)),
    });
  }
}, 300_000);

const TOUCHED: Readonly<Record<AnsweredBy, string>> = {
  hours: 'SELECT DISTINCT cluster, shard, hour_ms, 0 AS tick FROM window_touched WHERE cluster = {cluster:String}',
  ticks:
    'SELECT DISTINCT cluster, shard, hour_ms, tick FROM window_touched WHERE cluster = {cluster:String} AND tick > 0',
};

/** Newer than any write of the store. */
let write = 1_000_000_000;

const anew = async (
  { cluster, answeredBy }: Pick<Prepared, 'cluster' | 'answeredBy'>,
  hours: readonly number[],
): Promise<Attributed> => {
  await engine.run(
    `INSERT INTO window_touched (cluster, shard, hour_ms, tick, write)
     SELECT *, {write:UInt64} FROM (${TOUCHED[answeredBy]}) WHERE hour_ms IN {hours:Array(Int64)}`,
    { cluster, hours, write: write++ },
  );
  return store.attribute(cluster, NOW[answeredBy]);
};

/** Makes the store look again at what it keeps from pass to pass, as after a write. */
const lookAgain = (cluster: string): Promise<void> =>
  engine.run("INSERT INTO write_log SELECT {cluster:String}, {write:UInt64}, '', '', 0, 0", {
    cluster,
    write: write++,
  });
const isKept = (query: string): boolean =>
  query === 'inventory/conntrack-gaps' || query === 'inventory/conntrack-objects';

/** What becomes of verdicts as facts come late shows only in a cluster that sees it happen. */
const late = fc.sample(lateWorld, { numRuns: 1, seed: 1 })[0] as RandomWorld;
const isSeenLate = (query: string): boolean => query === 'attribution/dirty' || query === 'inventory/conntrack-objects';
const noticedLate = async (): Promise<string | null> => {
  const cluster = `late${write++}`;
  // Else the older rows of a window may be gone before anybody could take one for the newest.
  await engine.run('SYSTEM STOP MERGES window_current');
  try {
    await store.write(batchesOf({ ...late, events: late.events.slice(0, -1) }, cluster));
    await store.attribute(cluster, NOW.hours);
    await store.write(batchesOf(late, cluster));
    if ((await store.attribute(cluster, NOW.hours)).changes.length === 0) return `${cluster} has not changed`;
    const said = await fromCore(engine, late, cluster);
    if (JSON.stringify(await stored(engine, cluster)) !== JSON.stringify(said)) return cluster;
    const hours = [...new Set(late.events.map(({ at }) => at - (at % HOUR)))];
    return (await anew({ cluster, answeredBy: 'hours' }, hours)).changes.length > 0 ? `${cluster} has changed` : null;
  } finally {
    await engine.run('SYSTEM START MERGES window_current');
  }
};

/** Who notices: a world whose flows come out differently, or the engine, which refuses the query. null: nobody. */
const noticed = async (query: string, text: string): Promise<string | null> => {
  // What changed is told against the verdicts before: those must be right.
  if (query === 'attribution/dirty')
    for (const one of prepared) for (const { hours } of one.passes) await anew(one, hours);
  replaceSql(query, text);
  try {
    const ask = answers[query];
    if (ask !== undefined) return JSON.stringify(await ask()) === right.get(query) ? null : 'another answer';
    const lateNotice = isSeenLate(query) ? await noticedLate() : null;
    if (lateNotice !== null) return lateNotice;
    for (const one of prepared) {
      const { cluster, passes, said, pairs } = one;
      if (query === 'inventory/clock-pairs') {
        if (JSON.stringify(await clockPairs(cluster)) !== pairs) return cluster;
        continue;
      }
      if (isKept(query)) await lookAgain(cluster);
      for (const { hours, windows } of passes) {
        const done = await anew(one, hours);
        if (done.windows !== windows) return `${cluster} has other windows`;
        if (query === 'attribution/dirty' && done.changes.length > 0) return `${cluster} has changed`;
      }
      if (JSON.stringify(await stored(engine, cluster)) !== JSON.stringify(said)) return cluster;
    }
    return null;
  } catch (error) {
    return `refused: ${String(error)}`;
  } finally {
    replaceSql(query, null);
    for (const { cluster, answeredBy } of isKept(query) ? prepared : []) {
      await lookAgain(cluster);
      await store.attribute(cluster, NOW[answeredBy]);
    }
  }
};

test.each(QUERIES.slice(0, whole ? QUERIES.length : 1))(
  '%s as it is, run the same way, agrees with the core',
  { timeout: 60_000 },
  async (query) => {
    expect(await noticed(query, rawSql(query))).toBeNull();
  },
);

test.each(tried.map((mutant) => [mutant.query, mutant.line, mutant.name, mutant] as const))(
  '%s:%s  %s',
  { timeout: 60_000 },
  async (_, __, ___, { query, text }) => {
    expect(await noticed(query, text), 'no world tells this query from the right one').not.toBeNull();
  },
);
