import { LOCAL, PRIVATE } from '../base/address-block.ts';
import { HOUR, type Instant } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import { type ClockOffset, MAX_APART, UNMEASURED } from '../core/attribution/clock.ts';
import { IDLE } from '../core/attribution/flow.ts';
import { OPEN, STAMP_WIDTH } from '../core/attribution/lease.ts';
import { TWICE } from '../core/attribution/tuple.ts';
import type { Attributed } from '../core/ports.ts';
import type { Engine, Params } from './engine.ts';
import { pooledClock, watchedSpans } from './inventory.ts';
import { refreshInventory } from './inventory-generation.ts';
import { sql } from './sql.ts';

/** A TCP entry outlives its last packet by five days (nf_conntrack_tcp_timeout_established). */
const LOOKBACK = 5 * 24 * HOUR;
/** Rows in one statement: about a gigabyte of the engine's memory. */
const CHUNK_ROWS = 3_000_000;

interface DirtyWindow {
  readonly shard: number;
  readonly hour_ms: number;
  readonly write: number;
}

/**
 * Brings the verdicts of one cluster up to date: recomputes each window that something touched, whole, as a new generation,
 * and makes a chunk of windows current in one insert. Windows depend on the facts alone, never on each other's results,
 * so neither the order of arrival nor the cut into chunks shows.
 */
export const attributeCluster = async (
  engine: Engine,
  cluster: string,
  nextWrite: () => number,
  progress: (done: number, of: number) => void,
): Promise<Attributed> => {
  const inventory = await refreshInventory(engine, cluster, nextWrite);
  const dirty = await engine.rows<DirtyWindow>(sql('attribution/dirty'), { cluster });
  if (dirty.length === 0) return { windows: 0, flows: 0, changes: [] };
  const shared = await sharedParams(engine, cluster, inventory);
  let flows = 0;
  const moved = new Map<string, { from: string; to: string; flows: number }>();
  let done = 0;
  for (const windows of await chunksOf(engine, cluster, dirty)) {
    progress(done, dirty.length);
    const result = await attributeChunk(engine, windows, nextWrite(), shared);
    flows += result.flows;
    for (const { moved_from: from, moved_to: to, flows: n } of result.changes) {
      moved.set(`${from}\n${to}`, { from, to, flows: n + (moved.get(`${from}\n${to}`)?.flows ?? 0) });
    }
    done += windows.length;
  }
  progress(done, dirty.length);
  await dropSuperseded(engine, cluster);
  return { windows: dirty.length, flows, changes: [...moved.values()].sort((a, b) => b.flows - a.flows) };
};

const sharedParams = async (
  engine: Engine,
  cluster: string,
  inventory: { generation: number; clocks: ReadonlyMap<Ip, ClockOffset> },
): Promise<Params> => {
  const watched = await watchedSpans(engine, cluster);
  const [blocks] = await engine.rows<{ firsts: string[]; lasts: string[] }>(sql('inventory/pod-blocks'), { cluster });
  const pooled = pooledClock(inventory.clocks);
  return {
    cluster,
    inventory: inventory.generation,
    watched_from: watched.map((span) => span.from),
    watched_until: watched.map((span) => span.until),
    pods_first: blocks?.firsts ?? [],
    pods_last: blocks?.lasts ?? [],
    private_first: PRIVATE.map((block) => block.first),
    private_last: PRIVATE.map((block) => block.last),
    local_first: LOCAL.map((block) => block.first),
    local_last: LOCAL.map((block) => block.last),
    pooled_offset_ms: pooled.offsetMs,
    pooled_uncertainty_ms: pooled.uncertaintyMs,
    unmeasured_ms: UNMEASURED.uncertaintyMs,
    idle_ms: IDLE,
    twice_ms: TWICE,
    apart_ms: MAX_APART,
    stamp_ms: STAMP_WIDTH,
    lookback_ms: LOOKBACK,
    open_ms: OPEN,
  };
};

/** Chunks are whole shards, so that a flow that spans hours is read once. */
const chunksOf = async (engine: Engine, cluster: string, dirty: readonly DirtyWindow[]): Promise<DirtyWindow[][]> => {
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
      room = CHUNK_ROWS;
    }
    chunks.at(-1)?.push(...windows);
    room -= rows;
  }
  return chunks;
};

const rangeOf = (windows: readonly DirtyWindow[]): { from_ms: Instant; until_ms: Instant } => {
  let from = Number.POSITIVE_INFINITY;
  let until = 0;
  for (const { hour_ms } of windows) {
    from = Math.min(from, hour_ms);
    until = Math.max(until, hour_ms + HOUR);
  }
  return { from_ms: from as Instant, until_ms: until as Instant };
};

/** Most tuples are plain: sums tell their flows, entries and verdicts. */
const PLAIN_STEPS = ['1-pod', '2-address', '3-repeated', '4-session', '5-several', '6-entry', '7-met', '8-tangled'].map(
  (step) => `plain/${step}`,
);
/** The rest is worked out record by record and line by line. */
const TANGLED_STEPS = ['1-recorded', '2-translation', '3-judged', '4-named', '5-write'].map(
  (step) => `tangled/${step}`,
);
const SCRATCH = [
  'dirty',
  'pod',
  'address',
  'repeated',
  'session',
  'several',
  'entry',
  'met',
  'tangled',
  'recorded',
  'translation',
  'judged',
  'named',
];

interface Change {
  readonly moved_from: string;
  readonly moved_to: string;
  readonly flows: number;
}

const attributeChunk = async (
  engine: Engine,
  windows: readonly DirtyWindow[],
  generation: number,
  shared: Params,
): Promise<{ flows: number; changes: readonly Change[] }> => {
  const table = (name: string): string => `${name}_${generation}`;
  const scratch = Object.fromEntries(SCRATCH.map((name) => [name, table(name)]));
  const near: Params = {
    ...shared,
    ...scratch,
    ...rangeOf(windows),
    generation,
    shards: [...new Set(windows.map((window) => window.shard))],
  };
  const [far] = await engine.rows<{ early: number; far: number; wide: number }>(sql('attribution/far'), near);
  const params: Params = { ...near, early: 0, far: 0, wide: 0, ...far };
  try {
    await engine.run(
      `CREATE TABLE {dirty:Identifier} ENGINE = Memory AS
       SELECT tupleElement(w, 1) AS shard, tupleElement(w, 2) AS hour_ms, tupleElement(w, 3) AS write
       FROM (SELECT arrayJoin(arrayZip({w_shard:Array(UInt8)}, {w_hour:Array(Int64)}, {w_write:Array(UInt64)})) AS w)`,
      {
        dirty: table('dirty'),
        w_shard: windows.map((window) => window.shard),
        w_hour: windows.map((window) => window.hour_ms),
        w_write: windows.map((window) => window.write),
      },
    );
    const run = (step: string): Promise<void> => engine.run(sql(`attribution/${step}`), params);
    for (const step of PLAIN_STEPS) await run(step);
    if (params['far'] === 1) await run('plain/8-tangled-far');
    await run('plain/9-write');
    const [tangled] = await engine.rows<{ tuples: number }>(
      'SELECT count() AS tuples FROM {tangled:Identifier}',
      params,
    );
    if (tangled !== undefined && tangled.tuples > 0) for (const step of TANGLED_STEPS) await run(step);
    const before = await engine.rows<{ generation: number }>(
      `SELECT DISTINCT generation FROM window_current FINAL
       WHERE cluster = {cluster:String} AND (shard, hour_ms) IN (SELECT shard, hour_ms FROM {dirty:Identifier})`,
      params,
    );
    const changes =
      before.length === 0
        ? []
        : await engine.rows<Change>(sql('attribution/changes'), {
            ...params,
            generations: [...before.map((row) => row.generation), generation],
          });
    const [count] = await engine.rows<{ flows: number }>(
      'SELECT count() AS flows FROM flow WHERE generation = {generation:UInt64}',
      params,
    );
    await engine.run(
      `INSERT INTO window_current SELECT {cluster:String}, shard, hour_ms, {generation:UInt64}, write FROM {dirty:Identifier}`,
      params,
    );
    return { flows: count?.flows ?? 0, changes };
  } finally {
    for (const name of Object.values(scratch))
      await engine.run('DROP TABLE IF EXISTS {name:Identifier} SYNC', { name });
  }
};

/** Rows of a generation that no window names any more, or that a crash left before one did. */
const dropSuperseded = async (engine: Engine, cluster: string): Promise<void> => {
  const [share] = await engine.rows<{ stale: number; all: number }>(sql('attribution/superseded'), { cluster });
  if (share !== undefined && share.stale > 100_000 && share.stale * 3 > share.all) {
    await engine.run(sql('attribution/drop-superseded'), { cluster });
  }
};
