import { DAY, instant, type Instant } from '../base/instant.ts';
import { allFlows } from '../core/all-flows.ts';
import { OPEN } from '../core/attribution/lease.ts';
import type { Horizons } from '../core/retention.ts';
import { dayNumber } from './day-number.ts';
import type { Engine, Params } from './engine.ts';
import type { Parts } from './parts.ts';
import { filterParams, inventoryInForce, ofChosen } from './read-flows.ts';
import { readClusters } from './read-sources.ts';
import { sql } from './sql.ts';

/**
 * Counts together what senders sent by the flows that go when the horizons move on from `before` to `next`, where that is to be kept for longer
 * (schema/0025-settled.sql). Nobody is told of it until the horizons are there: readers take from it what ended before the horizon of flows. So it can be
 * done again after a kill, day by day: a day is a partition, and is made anew.
 */
export const settle = async (parts: Parts, before: Horizons, next: Horizons): Promise<void> => {
  if (next.hours >= next.flows) return;
  const from = Math.max(before.flows, next.hours);
  const going = async (): Promise<readonly number[]> =>
    Promise.all(
      parts.each.map(
        async (engine) =>
          (await engine.rows<{ newest: number }>(sql('expire/going-moved'), { until_ms: next.flows }))[0]?.newest ?? 0,
      ),
    );
  for (let tries = 0; tries < TRIES; tries++) {
    const at = await going();
    for (const engine of parts.each)
      for (const day of await daysOf(engine, from, next.flows)) await settleDay(engine, day);
    if ((await going()).join() === at.join()) break;
  }
  for (const cluster of await readClusters(parts.all)) {
    const inventory = await inventoryInForce(parts.all, cluster);
    const params = { cluster, inventory, from_ms: from, until_ms: next.flows };
    await parts.every.fill('settled_pod', sql('expire/settle-pods'), params);
  }
};
/** An answer may be replaced while it is counted; what comes so late that it does each time comes too late. */
const TRIES = 5;

/** The first milliseconds of the days on which flows ended. */
const daysOf = async (engine: Engine, from: number, until: number): Promise<readonly Instant[]> => {
  const days = await engine.rows<{ day: number }>(sql('expire/days'), {
    table: 'flow',
    day: dayNumber(instant(until)),
  });
  return days.map(({ day }) => firstOf(day)).filter((at) => at >= from);
};

/** Of 20261126. */
const firstOf = (day: number): Instant =>
  instant(Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100));

const settleDay = async (engine: Engine, at: Instant): Promise<void> => {
  const day = dayNumber(at);
  for (const table of SETTLED)
    await engine.run('ALTER TABLE {table:Identifier} DROP PARTITION {day:UInt32}', { table, day });
  for (const cluster of await readClusters(engine)) {
    const params: Params = {
      ...filterParams(allFlows(cluster, { from: at, until: OPEN }), at),
      inventory: await inventoryInForce(engine, cluster),
      ended_before_ms: at + DAY,
    };
    await engine.run(`INSERT INTO settled_minute (${COLUMNS})\n${ofChosen('settled', params)}`, params);
  }
  await engine.run(sql('expire/settle-hours'), { day });
};

/** What is kept of flows that are not. */
export const SETTLED = ['settled_minute', 'settled_hour'] as const;

const COLUMNS =
  'cluster, hour_ms, minute, shard, verdict, node, pod_uids, flows, bytes_out, bytes_in, first_begin_ms, last_begin_ms, first_last_ms, last_ms';
