import { DAY, type Instant } from '../base/instant.ts';
import { MAX_APART } from '../core/attribution/clock.ts';
import type { Dropped } from '../core/ports.ts';
import { ClockLeapt, type Horizons, horizonsAt, leaps, oldestKept, type Retention } from '../core/retention.ts';
import { COUNTED } from './attribution/flow-totals.ts';
import { isSpread } from './cluster-schema.ts';
import { dayNumber } from './day-number.ts';
import type { Engine } from './engine.ts';
import { expireInventory } from './expire-inventory.ts';
import type { Gate } from './gate.ts';
import { dropSuperseded as dropSupersededGrades } from './grading/grade-cluster.ts';
import type { Horizon } from './horizon.ts';
import { refreshInventory } from './inventory-generation.ts';
import type { Parts } from './parts.ts';
import { readClusters } from './read-sources.ts';
import { settle } from './settle.ts';
import { sql } from './sql.ts';

/**
 * Moves the horizons on to what is to be kept as of now, and drops what lies behind them, by whole days where a table has days. Horizons come first,
 * so a kill at any moment leaves nothing but rows that nobody is told of, and the next call drops them. Does nothing until a day has passed.
 */
export const expire = async (
  parts: Parts,
  gate: Gate,
  horizon: Horizon,
  retention: Retention,
  now: Instant,
  isSure: boolean,
): Promise<readonly Dropped[]> => {
  const next = horizonsAt(retention, now, horizon.current);
  if (isBehind(horizon.current, next)) {
    const known = (await horizon.lastClock()) ?? (await newestDay(parts));
    if (known === null) return [];
    if (!isSure && leaps(now, known)) throw new ClockLeapt(now, known);
    await settle(parts, horizon.current, next);
    // A write that is under way takes in what was not too old when it began.
    await gate.look(() => horizon.move(next, now));
  }
  const done = await horizon.dropped();
  if (!isBehind(done, next)) return [];
  const dropped: Dropped[] = [];
  const dropDays = async (tables: readonly string[], from: Instant): Promise<void> => {
    for (const table of tables) dropped.push({ table, rows: await dropDaysOf(parts, table, from) });
  };
  if (done.flows < next.flows) {
    await dropDays(['flow'], next.flows);
    for (const table of COUNTED) dropped.push({ table, rows: await dropCounted(parts, table, next.flows) });
    await dropWindows(parts, next, gate.next());
    await dropGrades(parts.every, next.flows);
  }
  if (done.records < next.records) {
    await dropDays(['flow_record', 'conntrack_event', 'flow_aggregate'], next.records);
    await dropInventory(parts, gate, next.records);
    await parts.every.run(sql('expire/events-drop'), { from_ms: next.records });
    await parts.every.run('INSERT INTO number_at SELECT {at_ms:Int64}, {number:UInt64}', {
      at_ms: now,
      number: gate.next(),
    });
    await dropByNumber(parts.every, next.records, now);
  }
  await dropDays(['settled_minute'], next.minutes);
  await dropDays(['settled_hour'], next.hours);
  if (done.hours < next.hours) await parts.every.run(sql('expire/pods-drop'), { from_ms: next.hours });
  await dropDays(['sighting', 'sighting_id'], next.sightings);
  await dropDays(['log_line'], next.logs);
  await dropDays(['metric_sample'], next.metrics);
  await dropCursors(parts, next);
  await horizon.noteDropped(next);
  return dropped.filter(({ rows }) => rows > 0);
};

/** The newest day that facts tell of; null: there are none. */
const newestDay = async ({ each }: Parts): Promise<Instant | null> => {
  const days = await Promise.all(
    each.map(async (engine) => (await engine.rows<{ at: Instant | null }>(sql('expire/newest-day')))[0]?.at ?? null),
  );
  const told = days.filter((day) => day !== null);
  return told.length === 0 ? null : (Math.max(...told) as Instant);
};

const isBehind = (a: Horizons, b: Horizons): boolean =>
  (Object.keys(b) as (keyof Horizons)[]).some((kind) => a[kind] < b[kind]);

const daysBefore = (engine: Engine, table: string, from: Instant) =>
  engine.rows<{ day: number; rows: number }>(sql('expire/days'), { table, day: dayNumber(from) });

const dropDay = (engine: Engine, table: string, day: number): Promise<void> =>
  engine.run('ALTER TABLE {table:Identifier} DROP PARTITION {day:UInt32}', { table, day });

const dropDaysOf = async ({ each }: Parts, table: string, from: Instant): Promise<number> => {
  const dropped: number[] = [];
  for (const engine of each) {
    const days = await daysBefore(engine, table, from);
    for (const { day } of days) await dropDay(engine, table, day);
    dropped.push(days.reduce((sum, { rows }) => sum + rows, 0));
  }
  // What is whole is the same on each.
  return isSpread(table) ? dropped.reduce((sum, rows) => sum + rows, 0) : (dropped[0] ?? 0);
};

/** A day's windows may have flows that ended later. */
const dropCounted = async ({ each }: Parts, table: string, from: Instant): Promise<number> => {
  let dropped = 0;
  for (const engine of each) {
    for (const { day } of await daysBefore(engine, table, from)) {
      const [rows] = await engine.rows<{ expired: number; kept: number }>(sql('expire/totals'), {
        table,
        day,
        from_ms: from,
      });
      const { expired, kept } = rows ?? { expired: 0, kept: 0 };
      if (kept === 0) await dropDay(engine, table, day);
      else if (expired > 0) await engine.run(sql('expire/totals-drop'), { table, day, from_ms: from });
      dropped += expired;
    }
  }
  return dropped;
};

const dropWindows = async ({ each }: Parts, horizons: Horizons, write: number): Promise<void> => {
  const params = { records_from_ms: horizons.records, from_ms: horizons.flows, apart_ms: MAX_APART, write };
  for (const engine of each) {
    await engine.run(sql('expire/cut-flows'), params);
    for (const table of ['window_current', 'window_touched', 'window_reopened', 'verdict_change'])
      await engine.run(sql('expire/windows-drop'), { ...params, table });
  }
};

const dropGrades = async (engine: Engine, from: Instant): Promise<void> => {
  const left = await engine.rows<{ cluster: string; day_ms: number }>(sql('expire/days-left'), { from_ms: from });
  await engine.run(sql('expire/grades-drop'), {
    from_ms: from,
    clusters: left.map(({ cluster }) => cluster),
    days: left.map(({ day_ms }) => day_ms),
  });
  for (const cluster of await readClusters(engine)) await dropSupersededGrades(engine, cluster);
};

const dropInventory = async (parts: Parts, gate: Gate, from: Instant): Promise<void> => {
  const engine = parts.every;
  for (const cluster of await readClusters(engine)) {
    await gate.look(() => refreshInventory(parts, cluster, () => gate.next(), from));
    await expireInventory(engine, cluster, from);
    await engine.run(sql('expire/spans-drop'), { table: 'gap', cluster, from_ms: from });
  }
};

const dropByNumber = async (engine: Engine, from: Instant, now: Instant): Promise<void> => {
  const numberAt = async (at: number): Promise<number> =>
    (await engine.rows<{ number: number }>(sql('expire/number-then'), { at_ms: at }))[0]?.number ?? 0;
  const written = await numberAt(from);
  for (const table of ['reject', 'write_log'])
    if (written > 0) await engine.run(sql('expire/numbers-drop'), { table, number: written });
  // Whoever asked a day ago has its answer.
  const inForce = await numberAt(now - DAY / 2);
  for (const table of ['pod_lease', 'node_lease', 'clock_offset'])
    if (inForce > 0) await engine.run(sql('expire/generations-drop'), { table, number: inForce });
};

/** Of what tells of a time of which nothing is kept. The month that it is in is kept whole; those of metrics tell of no time. */
const dropCursors = async ({ each }: Parts, horizons: Horizons): Promise<void> => {
  const oldest = oldestKept(horizons);
  for (const engine of each) {
    const months = await engine.rows<{ month: number }>(sql('expire/cursor-months'), { month: monthNumber(oldest) });
    for (const { month } of months) await dropDay(engine, 'cursor', month);
  }
};

const monthNumber = (at: Instant): number => Math.floor(dayNumber(at) / 100);
