import { type Instant, SECOND } from '../base/instant.ts';
import { clockOffset, MAX_APART, MIN_PAIRS } from '../core/attribution/clock.ts';
import type { FlowRow, SourceRow, Store } from '../core/ports.ts';
import { conntrackOf, isConntrack } from './completeness.ts';
import { newestFirst } from './newest-first.ts';
import { type TruthRow, tupleOfFlow } from './truth.ts';

/** Truth and flow may differ by that much and still be the same connection. */
export const WITHIN = 3 * SECOND;

/** Rows by which it is found out. */
export const SAMPLED = 2_000;

/**
 * Which clock the truth was written by. Flows are told in the time of the flow log; what is known of other clocks is how far each node's is
 * from that, so whoever wrote the truth may have gone by
 *
 * - `flow-log`: the same clock,
 * - `most-nodes`: the true time, which most nodes keep and the flow log does not,
 * - `own-node`: of each flow its node's clock, wrong or right,
 * - `another`: one that no source tells of; it is measured, as those of nodes are.
 */
export interface TruthClock {
  readonly goesBy: 'flow-log' | 'most-nodes' | 'own-node' | 'another';
  /** What the flow log is ahead of it where the flow was seen. */
  readonly aheadMs: (flow: FlowRow) => number;
  /** The least of all that `aheadMs` gives. */
  readonly leastAheadMs: number;
  /** One for all nodes, or null. */
  readonly everywhereMs: number | null;
}

const everywhere = (goesBy: TruthClock['goesBy'], ms: number): TruthClock => ({
  goesBy,
  aheadMs: () => ms,
  leastAheadMs: ms,
  everywhereMs: ms,
});

/** By what the sources state. Of those that pair equally well the first is taken. */
const statedClocks = (sources: readonly SourceRow[]): readonly TruthClock[] => {
  const offsets = new Map(
    sources
      .filter(isConntrack)
      .flatMap(({ name, clockOffsetMs }) => (clockOffsetMs === null ? [] : [[name, clockOffsetMs] as const])),
  );
  if (offsets.size === 0) return [everywhere('flow-log', 0)];
  const sorted = [...offsets.values()].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] as number;
  return [
    everywhere('most-nodes', median),
    everywhere('flow-log', 0),
    {
      goesBy: 'own-node',
      // A node whose clock was not measured keeps time as most do.
      aheadMs: ({ node }) => (node === null ? median : (offsets.get(conntrackOf(node)) ?? median)),
      leastAheadMs: sorted[0] as number,
      everywhereMs: null,
    },
  ];
};

/** A flow and a row of a tuple that has no other near: one connection, if the clocks are right. */
interface Pair {
  readonly flow: FlowRow;
  readonly row: TruthRow;
}

/**
 * The clock by which most of the newest rows have a flow within three seconds. It is one for the whole truth, so that a tuple that is used
 * again after a minute and a half is not taken for a clock that is off by as much.
 */
export const truthClock = async (
  store: Pick<Store, 'flows'>,
  cluster: string,
  newest: readonly TruthRow[],
  asked: {
    readonly sources: readonly SourceRow[];
    readonly extent: { readonly from: Instant; readonly until: Instant } | null;
    readonly atATime: number;
  },
): Promise<TruthClock> => {
  const stated = statedClocks(asked.sources);
  const usual = stated[0] as TruthClock;
  const rows = byTuple(newest);
  if (asked.extent === null || rows.size === 0) return usual;
  const farthest = Math.max(0, ...asked.sources.map(({ clockOffsetMs }) => Math.abs(clockOffsetMs ?? 0)));
  const stretch = { extent: asked.extent, atATime: asked.atATime };
  const near = await pairsWithin(farthest + WITHIN, rows, store, cluster, stretch);
  const [best, pairs] = bestOf(stated, near);
  if (2 * pairs > rows.size) return best;
  // Five minutes of flows to either side are a lot to read: only where what is stated does not do.
  const far = await pairsWithin(Math.max(farthest, MAX_APART) + WITHIN, rows, store, cluster, stretch);
  const measured = clockOffset(far.map(({ flow, row }) => flow.begin - row.begin));
  if (measured.pairs < MIN_PAIRS) return best;
  const another = everywhere('another', measured.offsetMs);
  return 2 * pairedBy(another, far) > far.length ? bestOf([...stated, another], far)[0] : best;
};

/** Rows whose tuple has no other, by it. */
const byTuple = (newest: readonly TruthRow[]): ReadonlyMap<string, TruthRow> => {
  const oldest = newest.at(-1)?.begin;
  // Others of the oldest millisecond may not be among them.
  const whole = newest.length < SAMPLED ? newest : newest.filter(({ begin }) => begin !== oldest);
  const alone = new Map<string, TruthRow>();
  for (const [row, another] of Map.groupBy(whole, ({ tuple }) => tuple).values())
    if (row !== undefined && another === undefined) alone.set(row.tuple, row);
  return alone;
};

const pairsWithin = async (
  reachMs: number,
  rows: ReadonlyMap<string, TruthRow>,
  store: Pick<Store, 'flows'>,
  cluster: string,
  {
    extent,
    atATime,
  }: { readonly extent: { readonly from: Instant; readonly until: Instant }; readonly atATime: number },
): Promise<readonly Pair[]> => {
  let [from, until] = [extent.until, extent.from];
  for (const { begin } of rows.values()) {
    from = Math.min(from, begin - reachMs) as Instant;
    until = Math.max(until, begin + reachMs + 1) as Instant;
  }
  from = Math.max(from, extent.from) as Instant;
  until = Math.min(until, extent.until) as Instant;
  const found = new Map<string, Pair | null>();
  for await (const { flows } of newestFirst(store, cluster, { from, until }, atATime)) {
    for (const flow of flows) {
      const tuple = tupleOfFlow(flow);
      const row = rows.get(tuple);
      if (row === undefined || Math.abs(flow.begin - row.begin) > reachMs) continue;
      found.set(tuple, found.has(tuple) ? null : { flow, row });
    }
  }
  return [...found.values()].filter((pair) => pair !== null);
};

/** The clock that pairs most of them, of equals the one by which they are nearest to each other; and how many it pairs. */
const bestOf = (clocks: readonly TruthClock[], pairs: readonly Pair[]): readonly [TruthClock, number] => {
  let [best, most, least] = [clocks[0] as TruthClock, -1, 0];
  for (const clock of clocks) {
    const near = pairs.map((pair) => apartBy(clock, pair)).filter((apart) => apart <= WITHIN);
    const sum = near.reduce((total, apart) => total + apart, 0);
    if (near.length < most || (near.length === most && sum >= least)) continue;
    [best, most, least] = [clock, near.length, sum];
  }
  return [best, most];
};

const pairedBy = (clock: TruthClock, pairs: readonly Pair[]): number =>
  pairs.filter((pair) => apartBy(clock, pair) <= WITHIN).length;

const apartBy = ({ aheadMs }: TruthClock, { flow, row }: Pair): number =>
  Math.abs(flow.begin - aheadMs(flow) - row.begin);
