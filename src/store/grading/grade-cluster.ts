import { createHash } from 'node:crypto';
import { DAY, type Instant } from '../../base/instant.ts';
import type { Table } from '../../base/table.ts';
import { type Placement, placementOf } from '../../core/attribution/rates/placement.ts';
import {
  assumedSharpness,
  assumedSharpnessTold,
  measuredSharpness,
  sharpenCells,
} from '../../core/attribution/rates/sharpness.ts';
import type { Graded } from '../../core/ports.ts';
import type { Horizons } from '../../core/retention.ts';
import type { Engine, Params } from '../engine.ts';
import type { Gate } from '../gate.ts';
import { type InForce, renewInventory } from '../inventory-generation.ts';
import { loadTable } from '../load-table.ts';
import { decodeNative } from '../native-read.ts';
import type { Parts } from '../parts.ts';
import { sql } from '../sql.ts';
import { type KindTally, kindTallies, TALLIES } from './day-tallies.ts';
import { fitter, heldOut, hiddenOf, sendersOf, storedRates } from './fit-kinds.ts';
import { type GradingPool, gradingPool } from './grading-pool.ts';
import { HiddenScore } from './hidden-score.ts';
import { loadNames } from './names.ts';
import { SIGHTED, sightedByDest } from './sighted-flows.ts';
import { tellersOf } from './tellers.ts';
import { classTable, SIZES_READ, storedClasses } from './size-classes.ts';

/** Flows whose destinations are counted in one statement: that many rows fit into memory. */
const SLICE_FLOWS = 10_000_000;
/** Flows of a destination that its kinds of requests are told from. */
const SAMPLE = 4_000;
/** A sighting and its flow may be so far apart by their clocks, and by how long a connection takes. */
const SLACK = 2_000;
/** One of so many flows whose sender is known is hidden from the rates, to see how right they are. */
const HIDE = 10;

/** The slice of `hidden_flow` of nodes that were graded as if nothing translated them. */
const HELD_OUT = 'untranslated-node';

interface Day {
  readonly day_ms: number;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly flows: number;
  readonly verdicts: string;
}

/**
 * Fits the rates of each day whose verdicts or inventory changed, or whose day before did, and stores who its untranslated flows are from.
 * A day is graded whole from the facts alone, so that the order of arrival does not show.
 */
export const gradeCluster = async (
  parts: Parts,
  cluster: string,
  gate: Gate,
  horizons: Horizons,
  progress: (done: number, of: number) => void,
): Promise<Graded> => {
  const engine = parts.every;
  const from = gradedFrom(horizons);
  // While no write is under way, which says that sightings come before they are there.
  const [days, inForce] = await gate.look(async () => {
    const ungraded = await engine.rows<Day>(sql('grading/days'), { cluster, from_ms: from });
    return ungraded.length === 0
      ? [[], null]
      : [ungraded, (await renewInventory(parts, cluster, () => gate.next(), horizons.records)).now];
  });
  if (inForce === null) return { days: 0, flows: 0 };
  const current = new Map(
    (await engine.rows<{ day_ms: number; generation: number; basis: string }>(sql('grading/current'), { cluster })).map(
      (row) => [row.day_ms, row],
    ),
  );
  const frozen = [...current.keys()].filter((day) => day < from);
  let before: { basis: string; generation: number } | null = current.get(Math.max(...frozen)) ?? null;
  let [graded, flows, superseded] = [0, 0, false];
  for (const [i, day] of days.entries()) {
    progress(i, days.length);
    const basis = basisOf(day, inForce, before?.basis ?? '');
    const known = current.get(day.day_ms);
    if (known?.basis === basis) {
      before = known;
      continue;
    }
    const generation = gate.next();
    await gradeDay(engine, { cluster, day, inForce, generation, before: before?.generation ?? 0 }, basis);
    superseded ||= known !== undefined;
    before = { basis, generation };
    graded++;
    flows += day.flows;
  }
  progress(days.length, days.length);
  if (superseded) await dropSuperseded(engine, cluster);
  return { days: graded, flows };
};

/** Days of which flows or sightings are no longer kept stay as they were graded; the first after them begins with what the last of them taught. */
const gradedFrom = ({ flows, sightings }: Horizons): number => Math.max(flows, sightings === 0 ? 0 : sightings + DAY);

const leasesOf = ({ inventory }: InForce, { from_ms, until_ms }: Day) =>
  inventory.podLeases.filter((lease) => lease.mayFrom < until_ms && lease.mayUntil > from_ms);

/** Leases that go beyond the day are the same for it wherever they end. */
const basisOf = (day: Day, inForce: InForce, before: string): string => {
  const clip = (at: number): number => Math.min(Math.max(at, day.from_ms), day.until_ms);
  const hash = createHash('sha256').update(`${before}\n${day.verdicts}\n${day.from_ms} ${day.until_ms}\n`);
  for (const { podUid, node, workload, mayFrom, heldFrom, heldUntil, mayUntil } of leasesOf(inForce, day))
    hash.update(JSON.stringify([podUid, node, workload, ...[mayFrom, heldFrom, heldUntil, mayUntil].map(clip)]));
  return hash.digest('hex');
};

interface Asked {
  readonly cluster: string;
  readonly day: Day;
  readonly inForce: InForce;
  readonly generation: number;
  /** The generation of the day before; 0: none. */
  readonly before: number;
}

const gradeDay = async (engine: Engine, asked: Asked, basis: string): Promise<void> => {
  const { cluster, day, inForce, generation } = asked;
  const same = { cluster, generation };
  const placement = placementOf(
    leasesOf(inForce, day),
    inForce.inventory.nodeLeases
      .filter((lease) => lease.mayFrom < day.until_ms && lease.mayUntil > day.from_ms)
      .map(({ node }) => node),
    day.from_ms as Instant,
    (day.until_ms + 1) as Instant,
  );
  await loadTable(engine, 'stretch', stretchTable(placement), same);
  const slices = Math.ceil(day.flows / SLICE_FLOWS);
  const params: Params = {
    ...same,
    inventory: inForce.generation,
    day_ms: day.day_ms,
    slices,
    sample: SAMPLE,
    slack_ms: SLACK,
    hide: HIDE,
    ...ALL,
  };
  const classesBefore = await storedClasses(engine, cluster, asked.before);
  for (let slice = 0; slice < slices; slice++) {
    const sizes = await decodeNative(engine.blocks(sql('grading/sizes'), { ...params, slice }), SIZES_READ);
    await loadTable(engine, 'size_class', classTable(sizes, classesBefore), same);
  }
  await loadNames(engine, params);
  const before = await storedRates(engine, cluster, asked.before);
  const senderOf = sendersOf(placement, inForce);
  const tellers = await tellersOf(engine, params, placement, senderOf);
  const score = new HiddenScore();
  let sharpness = 1;
  let pool: GradingPool | undefined;
  try {
    for (let slice = 0; slice < slices; slice++) {
      const table = await decodeNative(engine.blocks(sql('grading/tallies'), { ...params, slice }), TALLIES);
      // Of a destination all of whose flows are known, nobody asks.
      const tallies = kindTallies(table, placement, senderOf).filter(hasOpen);
      if (pool === undefined) {
        const fit = fitter(placement, before);
        const checks = heldOut(tallies, placement).map(fit);
        const [hidden, nodes] = [hiddenOf(checks), placement.nodes.length];
        sharpness = measuredSharpness(hidden, assumedSharpness(nodes));
        const sharpnessTold = measuredSharpness(hidden, assumedSharpnessTold(nodes));
        for (const check of checks) {
          sharpenCells(check.of, check.probability, sharpness);
          score.add(check, [HELD_OUT]);
        }
        pool = gradingPool({ placement, before, senderOf, tellers, sharpness, sharpnessTold });
      }
      const sighted = sightedByDest(
        await decodeNative(engine.blocks(sql('grading/sighted'), { ...params, slice }), SIGHTED),
      );
      for await (const { hidden, ...tables } of pool.grades({ tallies, sighted })) {
        for (const [name, rows] of Object.entries(tables)) await loadTable(engine, name, rows, same);
        score.addAll(hidden);
      }
    }
  } finally {
    await pool?.close();
  }
  await loadTable(engine, 'hidden_flow', score.table(), same);
  await engine.run(
    'INSERT INTO grade_current SELECT {cluster:String}, {day_ms:Int64}, {generation:UInt64}, {basis:String}, {sharpness:Float64}',
    { ...same, day_ms: day.day_ms, basis, sharpness },
  );
};

/** Whether some of the flows are of nobody knows whom; hidden ones are known. */
const hasOpen = ({ flows, hidden }: KindTally): boolean =>
  flows.reduce((sum, count) => sum + count, 0) > hidden.reduce((sum, { flows: count }) => sum + count, 0);

const ALL = { dest_from: '::', dest_until: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' };

/** A flow that began before the day's first is in the first cell. */
const stretchTable = ({ nodes, stretches }: Placement): Table => {
  const rows = nodes.flatMap((_, node) => {
    const { from, cell } = stretches[node] as Placement['stretches'][number];
    return Array.from(from, (at, i) => ({ node, at: i === 0 ? 0 : at, cell: cell[i] as number }));
  });
  return {
    rows: rows.length,
    columns: {
      node: { type: 'Dictionary', values: Uint32Array.from(rows, ({ node }) => node), words: nodes },
      from_ms: { type: 'Int64', values: BigInt64Array.from(rows, ({ at }) => BigInt(at)) },
      cell: { type: 'UInt32', values: Uint32Array.from(rows, ({ cell }) => cell) },
    },
  };
};

const GRADED_TABLES = [
  'stretch',
  'size_class',
  'posterior',
  'sighted_flow',
  'rate',
  'hidden_flow',
  'name_address',
  'named_call',
  'named_total',
] as const;

/** What no day names any more, or a crash left before one did. */
export const dropSuperseded = async (engine: Engine, cluster: string): Promise<void> => {
  for (const table of GRADED_TABLES) await engine.run(sql('grading/drop-superseded'), { cluster, table });
};
