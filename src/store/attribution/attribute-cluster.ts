import { HOUR, type Instant, MINUTE, SECOND } from '../../base/instant.ts';
import { rowsInMemory } from '../memory.ts';
import type { Table } from '../../base/table.ts';
import { MAX_APART } from '../../core/attribution/clock.ts';
import { IDLE } from '../../core/attribution/flow.ts';
import { STAMP_WIDTH } from '../../core/attribution/lease.ts';
import type { Attributed } from '../../core/ports.ts';
import type { Horizons } from '../../core/retention.ts';
import { countRows, dropTables } from '../scratch-tables.ts';
import type { Engine, Params } from '../engine.ts';
import { EveryGate, type Gate } from '../gate.ts';
import { pooledClock } from '../inventory.ts';
import { applyInventory, type InForce, renewInventory } from '../inventory-generation.ts';
import { loadTable } from '../load-table.ts';
import { encodeNative, nativeStructure } from '../native.ts';
import { decodeNative } from '../native-read.ts';
import { allEnded, inOnePlace, type Parts } from '../parts.ts';
import { filtering, sql } from '../sql.ts';
import { changesOf, type Compared, recordChanges } from './changes.ts';
import { AGGREGATES, LINES, RECORDS } from './chunk-facts.ts';
import { type VerdictMaker, verdictMaker } from './verdict-maker.ts';
import { COUNTED, type Counted } from './flow-totals.ts';
import { forgetEntries, readForgotten } from './forget-entries.ts';
import { joinHours } from './join-hours.ts';
import type { Background, ChunkFacts } from './verdicts.ts';
import { CLOSE, CLOSED_AFTER, closeTogether, rangeOf, TICK, ticksOf, untilOf, type Window } from './windows.ts';

/** A TCP entry outlives its last packet by five days (nf_conntrack_tcp_timeout_established). */
const LOOKBACK = 5 * 24 * HOUR;
/** Records this far from a chunk are read with it: twice as long as a flow may be idle, as a B rides on the next record. */
const MARGIN = 2 * IDLE;
/** Times of an aggregate may be rounded. */
const SLACK = SECOND;
/** What a tick was answered so soon after its end nobody has built on: the sources of one moment do not tell of it at once. Of what changes no record is kept. */
const YOUNG = MINUTE;
/** Rows in a chunk, some 130 bytes each; three chunks are in memory at a time. */
const CHUNK_ROWS = rowsInMemory(1_000_000, 250);

interface DirtyWindow extends Window {
  readonly write: number;
  /** Of the verdicts so far; 0: there are none. */
  readonly generation: number;
}

/**
 * Brings the verdicts of one cluster up to date: recomputes each window that something touched, whole, as a new generation,
 * and makes a chunk of windows current in one insert. Windows depend on the facts alone, never on each other's results,
 * so neither the order of arrival nor the cut into chunks shows. Each of the parts that are this process's (`mine`) is worked on beside the others.
 */
export const attributeCluster = async (
  parts: Parts,
  mine: readonly OwnPart[],
  cluster: string,
  horizons: Horizons,
  now: Instant,
  progress: (done: number, of: number) => void,
  clocks: 'measured' | 'kept' = 'measured',
): Promise<Attributed> => {
  const looked = await look(parts, mine, cluster, horizons, now, clocks);
  const of = looked.reduce((sum, { dirty }) => sum + dirty.length, 0);
  let [windows, flows] = [0, 0];
  const compared: Compared[] = [];
  const add = (result: Written | undefined): void => {
    if (result === undefined) return;
    windows += result.windows;
    flows += result.flows;
    if (result.compared !== null) compared.push(result.compared);
    progress(windows, of);
  };
  const attributePart = async ({ place, gate, inForce, dirty }: Looked): Promise<void> => {
    const engine = parts.each[place] as Engine;
    // One chunk is written while the next is worked out.
    let writing = ahead<Written>(undefined);
    const chunkRows = Math.ceil(CHUNK_ROWS / mine.length);
    for await (const made of verdictsOnWindows(engine, cluster, gate, inForce, dirty, chunkRows)) {
      add(await writing);
      writing = ahead(writeVerdicts(engine, cluster, made, horizons.flows, now));
    }
    add(await writing);
    await joinHours(engine, cluster, gate, closedBefore(now));
    await forgetEntries(engine, cluster, gate, closedBefore(now), LOOKBACK);
    if (dirty.length > 0) await dropSuperseded(engine, cluster);
  };
  await allEnded(looked.map(attributePart));
  return { windows, flows, ...(await changesOf(parts.all, cluster, compared)) };
};

/** A part that this process owns, by its place among all. */
export interface OwnPart {
  readonly place: number;
  readonly gate: Gate;
}

interface Looked extends OwnPart {
  readonly inForce: InForce;
  readonly dirty: readonly DirtyWindow[];
}

/**
 * What verdicts rest on beside records and lines, and the windows of each part that something touched. Whoever has the first part works the inventory out anew. While there is none
 * yet, nothing is answered.
 */
const look = (
  parts: Parts,
  mine: readonly OwnPart[],
  cluster: string,
  horizons: Horizons,
  now: Instant,
  clocks: 'measured' | 'kept',
): Promise<readonly Looked[]> =>
  new EveryGate(mine.map(({ gate }) => gate)).look(async () => {
    const first = mine.find(({ place }) => place === 0);
    const renewed =
      first === undefined
        ? null
        : await renewInventory(parts, cluster, () => first.gate.next(), horizons.records, clocks);
    const looked = await Promise.all(
      mine.map(async ({ place, gate }): Promise<readonly Looked[]> => {
        const engine = parts.each[place] as Engine;
        const inForce = await applyInventory(engine, cluster, renewed, () => gate.next());
        if (inForce === null) return [];
        const asked = { cluster, closed_ms: closedBefore(now) };
        return [{ place, gate, inForce, dirty: await engine.rows<DirtyWindow>(sql('attribution/dirty'), asked) }];
      }),
    );
    return looked.flat();
  });

/** Verdicts on a chunk of windows, not yet written. */
interface Made {
  readonly windows: readonly DirtyWindow[];
  readonly generation: number;
  /** Rows of the table `flow`. */
  readonly flows: readonly Table[];
  readonly counted: readonly Counted[];
}

/** The verdicts on each window that something touched, chunk by chunk. */
export async function* dirtyVerdicts(
  engine: Engine,
  cluster: string,
  gate: Gate,
  horizons: Horizons,
  now: Instant,
  clocks: 'measured' | 'kept' = 'measured',
): AsyncGenerator<Made, void, void> {
  const looked = await look(inOnePlace(engine), [{ place: 0, gate }], cluster, horizons, now, clocks);
  for (const { inForce, dirty } of looked) yield* verdictsOnWindows(engine, cluster, gate, inForce, dirty, CHUNK_ROWS);
}

/** While one chunk is worked out, the next is read. */
async function* verdictsOnWindows(
  engine: Engine,
  cluster: string,
  gate: Gate,
  inForce: InForce,
  dirty: readonly DirtyWindow[],
  chunkRows: number,
): AsyncGenerator<Made, void, void> {
  if (dirty.length === 0) return;
  const skewMs = skewOf(inForce.inventory.clocks);
  const shared: Shared = {
    params: {
      cluster,
      inventory: inForce.generation,
      margin_ms: MARGIN,
      apart_ms: MAX_APART,
      lookback_ms: LOOKBACK,
      slack_ms: SLACK,
      skew_ms: skewMs,
    },
    skewMs,
    forgottenUntil: await readForgotten(engine, cluster),
    scratch: () => `${gate.next()}${engine.mark}`,
  };
  const verdicts = verdictMaker(backgroundOf(inForce));
  try {
    const chunks: DirtyWindow[][] = [];
    for (const group of closeTogether(dirty)) chunks.push(...(await chunksOf(engine, cluster, group, chunkRows)));
    let reading = ahead(chunks[0] && readChunk(engine, chunks[0], shared));
    for (const [i, windows] of chunks.entries()) {
      const chunk = (await reading) as Chunk;
      const next = chunks[i + 1];
      reading = ahead(next && readChunk(engine, next, shared));
      const generation = gate.next();
      const made = await verdictsOn(engine, chunk, verdicts, generation);
      yield { windows, generation, ...made };
    }
  } finally {
    await verdicts.close();
  }
}

/** Hours that began before are over. */
const closedBefore = (now: Instant): number => now - CLOSED_AFTER - HOUR;

/** How far a line may be from the flow that it alone shows: the clocks differ, and a stamp is of a whole second. */
const skewOf = (clocks: InForce['inventory']['clocks']): number =>
  STAMP_WIDTH + [...clocks.values()].reduce((most, { offsetMs }) => Math.max(most, Math.abs(offsetMs)), 0);

/** Work that is waited for later; should it fail before, it is not yet an error that nobody took. */
const ahead = <Value>(work: Promise<Value> | undefined): Promise<Value | undefined> => {
  work?.catch(() => undefined);
  return work ?? Promise.resolve(undefined);
};

const backgroundOf = ({ inventory, beside }: InForce): Background => ({
  known: {
    podLeases: inventory.podLeases,
    nodeLeases: inventory.nodeLeases,
    watched: beside.watched,
    podBlocks: beside.podBlocks,
    clocks: inventory.clocks,
    pooledClock: pooledClock(inventory.clocks),
    relays: new Map(beside.relays.map(({ podUid, role }) => [podUid, role])),
    conntrackGaps: Map.groupBy(beside.gaps, (gap) => gap.ip),
  },
  tellers: new Map(beside.objects.map(({ object, nodes }) => [object, nodes])),
});

/** Chunks are whole shards, so that a flow that spans hours is read once. */
const chunksOf = async (
  engine: Engine,
  cluster: string,
  dirty: readonly DirtyWindow[],
  chunkRows: number,
): Promise<DirtyWindow[][]> => {
  const { from_ms, until_ms } = rangeOf(dirty);
  const sizes = await engine.rows<{ shard: number; rows: number }>(sql('attribution/chunk-size'), {
    cluster,
    from_ms,
    until_ms,
  });
  const rowsOf = new Map(sizes.map(({ shard, rows }) => [shard, rows]));
  const chunks: DirtyWindow[][] = [];
  let room = 0;
  for (const [shard, windows] of [...Map.groupBy(dirty, (window) => window.shard)].sort(([a], [b]) => a - b)) {
    const rows = rowsOf.get(shard) ?? 0;
    if (chunks.length === 0 || rows > room) {
      chunks.push([]);
      room = chunkRows;
    }
    chunks.at(-1)?.push(...windows);
    room -= rows;
  }
  return chunks;
};

/** What a chunk's verdicts rest on, and how more is asked for. */
interface Chunk extends ChunkFacts {
  readonly params: Params;
}

/** What is the same for all chunks of a pass. */
interface Shared {
  readonly params: Params;
  /** How far a line may be from the flow that it alone shows. */
  readonly skewMs: number;
  readonly forgottenUntil: number;
  /** Gives a name for scratch tables, another each time. */
  readonly scratch: () => string;
}

const readChunk = async (engine: Engine, windows: readonly DirtyWindow[], shared: Shared): Promise<Chunk> => {
  const { forgottenUntil, skewMs } = shared;
  const range = rangeOf(windows);
  const near: Params = { ...shared.params, ...range, shards: [...new Set(windows.map(({ shard }) => shard))] };
  const [[far], [summed]] = await Promise.all([
    engine.rows<{ early: number; late: number; wide: number }>(sql('attribution/far'), near),
    engine.rows<{ summed: number }>(sql('attribution/summed'), near),
  ]);
  const { early, late, wide } = far ?? { early: 0, late: 0, wide: 0 };
  const params: Params = { ...near, early, wide };
  const ticks = ticksOf(windows);
  // Where clocks differ by more, a line's tick says nothing.
  const isOfTicks = ticks.length > 0 && skewMs < TICK && linesFrom(range.from_ms, skewMs) >= forgottenUntil;
  const facts = isOfTicks
    ? await readTicks(engine, { ...params, ticks, ...reachOf(range.from_ms, skewMs) }, shared.scratch())
    : await readHours(engine, params);
  const aggregates =
    summed?.summed === 1 ? await decodeNative(engine.blocks(sql('attribution/aggregates'), params), AGGREGATES) : null;
  // Of ticks' tuples all earlier records are there that can matter.
  const mayBeRecordedElsewhere = late > 0 || (early > 0 && !isOfTicks);
  return { ...facts, aggregates, windows, mayBeRecordedElsewhere, only: null, params };
};

type Facts = Pick<Chunk, 'records' | 'lines'>;

const readHours = async (engine: Engine, params: Params): Promise<Facts> => {
  const [records, lines] = await Promise.all([
    decodeNative(engine.blocks(sql('attribution/records'), params), RECORDS),
    decodeNative(engine.blocks(sql('attribution/lines'), params), LINES),
  ]);
  return { records, lines };
};

/** What bears on ticks, tuple by tuple: mostly what was told close to them is all. `name`: of scratch tables. */
const readTicks = async (engine: Engine, given: Params, name: string): Promise<Facts> => {
  const params: Params = { ...given, asked: `asked_${name}`, reaching: `reaching_${name}`, far: `far_${name}` };
  const countOf = async (table: 'reaching' | 'far'): Promise<number> => {
    await engine.run(sql(`attribution/tick-${table}`), params);
    return countRows(engine, params[table] as string);
  };
  try {
    await engine.run(sql('attribution/tick-tuples'), params);
    const reaches = await countOf('reaching');
    const all: Params = { ...params, reaches, reaches_far: reaches > 0 ? await countOf('far') : 0 };
    const [records, lines] = await Promise.all([
      decodeNative(engine.blocks(filtering('attribution/tick-records', all), all), RECORDS),
      decodeNative(engine.blocks(filtering('attribution/tick-lines', all), all), LINES),
    ]);
    return { records, lines };
  } finally {
    await dropTables(
      engine,
      ['asked', 'reaching', 'far'].map((table) => params[table] as string),
    );
  }
};

/** What two sources tell of one moment is no further apart. */
const closeTo = (skewMs: number): number => skewMs + CLOSE;

/** Since when lines are read of tuples of which nothing goes further back: an entry that was gone before bears on no flow whose records are read. */
const linesFrom = (from: number, skewMs: number): number => from - 3 * closeTo(skewMs);

/** How far back of ticks that begin at `from` what is read. Each step leaves room for what one source told before the other. */
const reachOf = (from: number, skewMs: number): Params => {
  const close = closeTo(skewMs);
  return {
    open_ms: from - close,
    records_ms: from - 2 * close,
    lines_ms: linesFrom(from, skewMs),
    middle_records_ms: from - MARGIN,
    middle_lines_ms: from - MARGIN - close,
    far_ms: from - MARGIN + close,
    idle_ms: IDLE,
  };
};

const verdictsOn = async (
  engine: Engine,
  { params, ...facts }: Chunk,
  verdicts: VerdictMaker,
  generation: number,
): Promise<Pick<Made, 'flows' | 'counted'>> => {
  const made = await verdicts.of(facts);
  if (made.later.length === 0) return { flows: made.flows, counted: [made.counted] };
  const records = await recordsOf(engine, made.later, params, generation);
  const rest = await verdicts.of({
    ...facts,
    records,
    aggregates: null,
    mayBeRecordedElsewhere: false,
    only: new Set(made.later),
  });
  return { flows: [...made.flows, ...rest.flows], counted: [made.counted, rest.counted] };
};

interface Written {
  readonly windows: number;
  readonly flows: number;
  /** null: no window had an answer before. */
  readonly compared: Compared | null;
}

const writeVerdicts = async (
  engine: Engine,
  cluster: string,
  { windows, generation, flows, counted }: Made,
  keptFrom: Instant,
  now: Instant,
): Promise<Written> => {
  for (const table of flows) await loadTable(engine, 'flow', table, { cluster, generation }, keptFrom);
  for (const tables of counted)
    for (const name of COUNTED) await loadTable(engine, name, tables[name], { cluster, generation }, keptFrom);
  const answered = windows.filter((window) => window.generation > 0 && untilOf(window) < now - YOUNG);
  // Before the new answer is in force: a pass that is killed between the two compares anew.
  const compared =
    answered.length === 0 ? null : await recordChanges(engine, cluster, answered, generation, keptFrom, now);
  const named: Params = {
    cluster,
    generation,
    w_shard: windows.map((window) => window.shard),
    w_hour: windows.map((window) => window.hour_ms),
    w_tick: windows.map((window) => window.tick),
    w_write: windows.map((window) => window.write),
  };
  await engine.run(sql('attribution/make-current'), named);
  return { windows: windows.length, flows: flows.reduce((sum, { rows }) => sum + rows, 0), compared };
};

/** All records of some tuples, however far from the chunk. */
const recordsOf = async (
  engine: Engine,
  tuples: readonly bigint[],
  params: Params,
  generation: number,
): Promise<Table> => {
  const asked = `asked_${generation}${engine.mark}`;
  const table: Table = {
    rows: tuples.length,
    columns: { tuple: { type: 'UInt64', values: BigUint64Array.from(tuples) } },
  };
  try {
    await engine.load(
      'CREATE TABLE {asked:Identifier} ENGINE = Memory AS SELECT tuple FROM {source}',
      { bytes: encodeNative(table), format: 'Native', structure: nativeStructure(table) },
      { asked },
    );
    return await decodeNative(engine.blocks(sql('attribution/records-of'), { ...params, asked }), RECORDS);
  } finally {
    await dropTables(engine, [asked]);
  }
};

/** Rows of a generation that no window names any more, or that a crash left before one did. */
const dropSuperseded = async (engine: Engine, cluster: string): Promise<void> => {
  const [share] = await engine.rows<{ stale: number; all: number }>(sql('attribution/superseded'), { cluster });
  if (share !== undefined && share.stale > 100_000 && share.stale * 3 > share.all) {
    for (const table of ['flow', ...COUNTED]) await engine.run(sql('attribution/drop-superseded'), { cluster, table });
  }
};
