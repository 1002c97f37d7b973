import { HOUR, type Instant } from '../../base/instant.ts';
import type { Cidr, Ip } from '../../base/ip.ts';
import type { Table } from '../../base/table.ts';
import { MAX_APART } from '../../core/attribution/clock.ts';
import { IDLE } from '../../core/attribution/flow.ts';
import type { Watched } from '../../core/attribution/lease.ts';
import { type World, worldOf } from '../../core/attribution/world.ts';
import type { Attributed } from '../../core/ports.ts';
import type { Engine, Params } from '../engine.ts';
import { type Inventory, pooledClock, watchedSpans } from '../inventory.ts';
import { refreshInventory } from '../inventory-generation.ts';
import { ipText } from '../ip-text.ts';
import { encodeNative, nativeStructure } from '../native.ts';
import { decodeNative } from '../native-read.ts';
import { sql } from '../sql.ts';
import { type Asked, attributeTuples, type TakeFlow } from './attribute-tuples.ts';
import { LINES, RECORDS } from './chunk-facts.ts';
import { flowRows } from './flow-rows.ts';

/** A TCP entry outlives its last packet by five days (nf_conntrack_tcp_timeout_established). */
const LOOKBACK = 5 * 24 * HOUR;
/** Records this far from a chunk are read with it: twice as long as a flow may be idle, as a B rides on the next record. */
const MARGIN = 2 * IDLE;
/** Rows that are in memory at a time: some 130 bytes each. */
const CHUNK_ROWS = 2_000_000;

interface DirtyWindow {
  readonly shard: number;
  readonly hour_ms: number;
  readonly write: number;
  /** Of the verdicts so far; 0: there are none. */
  readonly generation: number;
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
  const { generation, inventory } = await refreshInventory(engine, cluster, nextWrite);
  const dirty = await engine.rows<DirtyWindow>(sql('attribution/dirty'), { cluster });
  if (dirty.length === 0) return { windows: 0, flows: 0, changes: [] };
  const [world, nodesOf] = await Promise.all([
    worldFor(engine, cluster, inventory),
    nodesOfObjects(engine, cluster, generation),
  ]);
  const shared: Params = {
    cluster,
    inventory: generation,
    margin_ms: MARGIN,
    apart_ms: MAX_APART,
    lookback_ms: LOOKBACK,
  };
  let flows = 0;
  const moved = new Map<string, { from: string; to: string; flows: number }>();
  let done = 0;
  for (const windows of await chunksOf(engine, cluster, dirty)) {
    progress(done, dirty.length);
    const result = await attributeChunk(engine, windows, nextWrite(), shared, { world, nodesOf });
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

/** What is known of the cluster, for the core. */
const worldFor = async (engine: Engine, cluster: string, inventory: Inventory): Promise<World> => {
  const [watched, blocks, gaps] = await Promise.all([
    watchedSpans(engine, cluster),
    engine.rows<{ first: string; last: string }>(sql('inventory/pod-blocks'), { cluster }),
    engine.rows<{ ip: string; from_ms: number; until_ms: number }>(sql('inventory/conntrack-gaps'), { cluster }),
  ]);
  const spans = gaps.map(({ ip, from_ms, until_ms }) => ({
    ip: ipText(ip),
    from: from_ms as Instant,
    until: until_ms as Instant,
  }));
  return worldOf({
    podLeases: inventory.podLeases,
    nodeLeases: inventory.nodeLeases,
    watched,
    podBlocks: blocks.map(({ first, last }): Cidr => ({ first: ipText(first), last: ipText(last) })),
    clocks: inventory.clocks,
    pooledClock: pooledClock(inventory.clocks),
    conntrackGaps: Map.groupBy<Ip, Watched & { ip: Ip }>(spans, (span) => span.ip),
  });
};

/** Whose conntrack each object is, as far as its translations tell. */
const nodesOfObjects = async (engine: Engine, cluster: string, inventory: number): Promise<Asked['nodesOf']> => {
  const rows = await engine.rows<{ object: string; nodes: string[] }>(sql('attribution/tellers'), {
    cluster,
    inventory,
  });
  const nodes = new Map(rows.map((row) => [row.object, row.nodes]));
  return (object) => nodes.get(object) ?? [];
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
  { world, nodesOf }: { readonly world: World; readonly nodesOf: Asked['nodesOf'] },
): Promise<{ flows: number; changes: readonly Change[] }> => {
  const near: Params = { ...shared, ...rangeOf(windows), shards: [...new Set(windows.map(({ shard }) => shard))] };
  const [far] = await engine.rows<{ early: number; late: number; wide: number }>(sql('attribution/far'), near);
  const { early, late, wide } = far ?? { early: 0, late: 0, wide: 0 };
  const params: Params = { ...near, early, wide };
  const [records, lines] = await Promise.all([
    decodeNative(engine.blocks(sql('attribution/records'), params), RECORDS),
    decodeNative(engine.blocks(sql('attribution/lines'), params), LINES),
  ]);
  const rows = flowWriter(engine, { cluster: shared['cluster'] as string, generation });
  const isWanted = among(windows);
  const asked = { isWanted, nodesOf, take: rows.take, mayBeRecordedElsewhere: early + late > 0, only: null };
  const later = attributeTuples(records, lines, world, asked);
  if (later.length > 0) {
    const all = await recordsOf(engine, later, params, generation);
    attributeTuples(all, lines, world, { ...asked, mayBeRecordedElsewhere: false, only: new Set(later) });
  }
  const flows = await rows.done();
  const before = [...new Set(windows.map((window) => window.generation))].filter((known) => known > 0);
  const named: Params = {
    cluster: shared['cluster'] as string,
    generation,
    generations: [...before, generation],
    w_shard: windows.map((window) => window.shard),
    w_hour: windows.map((window) => window.hour_ms),
    w_write: windows.map((window) => window.write),
  };
  const changes = before.length === 0 ? [] : await engine.rows<Change>(sql('attribution/changes'), named);
  await engine.run(sql('attribution/make-current'), named);
  return { flows, changes };
};

/** Whether a flow of that shard, at that time, lies in one of the windows. */
const among = (windows: readonly DirtyWindow[]): ((shard: number, at: number) => boolean) => {
  const { from_ms, until_ms } = rangeOf(windows);
  const hours = (until_ms - from_ms) / HOUR;
  const wanted = new Uint8Array(256 * hours);
  for (const { shard, hour_ms } of windows) wanted[shard * hours + (hour_ms - from_ms) / HOUR] = 1;
  return (shard, at) =>
    at >= from_ms && at < until_ms && wanted[shard * hours + Math.floor((at - from_ms) / HOUR)] === 1;
};

/** All records of some tuples, however far from the chunk. */
const recordsOf = async (
  engine: Engine,
  tuples: readonly bigint[],
  params: Params,
  generation: number,
): Promise<Table> => {
  const asked = `asked_${generation}`;
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
    await engine.run('DROP TABLE IF EXISTS {asked:Identifier} SYNC', { asked });
  }
};

/** Rows that go to the store together. */
const TOGETHER = 500_000;

/** Collects flows and writes them, one load at a time beside the work on the next. */
const flowWriter = (engine: Engine, params: Params) => {
  let rows = flowRows(TOGETHER);
  let written = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = (): void => {
    const table = rows.table();
    written += table.rows;
    const file = { bytes: encodeNative(table), format: 'Native' as const, structure: nativeStructure(table) };
    const columns = Object.keys(table.columns).join(', ');
    writing = writing.then(() =>
      engine.load(
        `INSERT INTO flow (cluster, generation, ${columns}) SELECT {cluster:String}, {generation:UInt64}, ${columns} FROM {source}
         SETTINGS max_insert_threads = 2`,
        file,
        params,
      ),
    );
    rows = flowRows(TOGETHER);
  };
  const take: TakeFlow = (...flow) => {
    rows.push(...flow);
    if (rows.rows() === TOGETHER) flush();
  };
  return {
    take,
    done: async (): Promise<number> => {
      if (rows.rows() > 0) flush();
      await writing;
      return written;
    },
  };
};

/** Rows of a generation that no window names any more, or that a crash left before one did. */
const dropSuperseded = async (engine: Engine, cluster: string): Promise<void> => {
  const [share] = await engine.rows<{ stale: number; all: number }>(sql('attribution/superseded'), { cluster });
  if (share !== undefined && share.stale > 100_000 && share.stale * 3 > share.all) {
    await engine.run(sql('attribution/drop-superseded'), { cluster });
  }
};
