import { HOUR } from '../../base/instant.ts';
import type { Table } from '../../base/table.ts';
import { type Known, worldOf } from '../../core/attribution/world.ts';
import { attributeAggregates } from './attribute-aggregates.ts';
import { attributeTuples } from './attribute-tuples.ts';
import { flowRows, OBSERVED_BY } from './flow-rows.ts';
import { flowTotals } from './flow-totals.ts';

/** What is known of a cluster beside records and lines. */
export interface Background {
  readonly known: Known;
  /** The nodes whose conntrack each object is. */
  readonly tellers: ReadonlyMap<string, readonly string[]>;
}

/** A shard's hour. */
interface Window {
  readonly shard: number;
  readonly hour_ms: number;
}

/** What the verdicts on some windows rest on. */
export interface ChunkFacts {
  readonly records: Table;
  readonly lines: Table;
  /** What Traffic Analytics tells and the two others do not; null: nothing. */
  readonly aggregates: Table | null;
  readonly windows: readonly Window[];
  /** There are records further away than these: a translation that no record shows may be one of theirs. */
  readonly mayBeRecordedElsewhere: boolean;
  /** Hashes of tuples; the lines of others are not asked about. null: all are. */
  readonly only: ReadonlySet<bigint> | null;
}

export interface Verdicts {
  /** Rows of the table `flow`. */
  readonly flows: readonly Table[];
  /** Rows of the table `flow_total`. */
  readonly totals: Table;
  /** Hashes of tuples that cannot be told without the records further away. */
  readonly later: readonly bigint[];
}

const SHARDS = 256;

/** Rows in one table of flows. */
const TOGETHER = 250_000;

/** The verdicts on the flows of some windows. Pure: the same wherever it runs. */
export const verdictsFrom = ({ known, tellers }: Background): ((facts: ChunkFacts) => Verdicts) => {
  const world = worldOf(known);
  const nodesOf = (object: string): readonly string[] => tellers.get(object) ?? [];
  return ({ records, lines, aggregates, windows, mayBeRecordedElsewhere, only }) => {
    const full: Table[] = [];
    let rows = flowRows(TOGETHER);
    const totals = flowTotals();
    const isWanted = among(windows);
    const later = attributeTuples(records, lines, world, {
      isWanted,
      mayBeRecordedElsewhere,
      only,
      nodesOf,
      take: (tuple, at, flow, rule, isOutbound, seenBy, judgement) => {
        rows.push(tuple, at, flow, rule, isOutbound, seenBy, judgement);
        totals.add(tuple, at, flow, seenBy === OBSERVED_BY.conntrack ? flow.begin : flow.last, judgement);
        if (rows.rows() < TOGETHER) return;
        full.push(rows.table());
        rows = flowRows(TOGETHER);
      },
    });
    if (rows.rows() > 0) full.push(rows.table());
    if (aggregates !== null) full.push(attributeAggregates(aggregates, world, isWanted, totals));
    return { flows: full, totals: totals.table(), later };
  };
};

/** From the first of the hours to the end of the last. */
export const rangeOf = (windows: readonly Window[]): { readonly from_ms: number; readonly until_ms: number } => ({
  from_ms: windows.reduce((least, { hour_ms }) => Math.min(least, hour_ms), Number.POSITIVE_INFINITY),
  until_ms: windows.reduce((most, { hour_ms }) => Math.max(most, hour_ms + HOUR), 0),
});

/** Whether a flow of that shard, at that time, lies in one of the windows. */
const among = (windows: readonly Window[]): ((shard: number, at: number) => boolean) => {
  const { from_ms: from, until_ms: until } = rangeOf(windows);
  const wanted = new Uint8Array(((until - from) / HOUR) * SHARDS);
  for (const { shard, hour_ms } of windows) wanted[((hour_ms - from) / HOUR) * SHARDS + shard] = 1;
  // Of an hour before the first or after the last there is no such place.
  return (shard, at) => wanted[Math.floor((at - from) / HOUR) * SHARDS + shard] === 1;
};
