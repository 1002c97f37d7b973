import type { Table } from '../../base/table.ts';
import { type Known, worldOf } from '../../core/attribution/world.ts';
import { attributeAggregates } from './attribute-aggregates.ts';
import { attributeTuples } from './attribute-tuples.ts';
import { flowRows, OBSERVED_BY } from './flow-rows.ts';
import { type Counted, flowTotals } from './flow-totals.ts';
import { tickAmong, type Window } from './windows.ts';

/** What is known of a cluster beside records and lines. */
export interface Background {
  readonly known: Known;
  /** The nodes whose conntrack each object is. */
  readonly tellers: ReadonlyMap<string, readonly string[]>;
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
  /** The same flows, counted together. */
  readonly counted: Counted;
  /** Hashes of tuples that cannot be told without the records further away. */
  readonly later: readonly bigint[];
}

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
    const tickOf = tickAmong(windows);
    const isWanted = (shard: number, at: number): boolean => tickOf(shard, at) >= 0;
    const later = attributeTuples(records, lines, world, {
      isWanted,
      mayBeRecordedElsewhere,
      only,
      nodesOf,
      take: (tuple, at, flow, rule, isOutbound, seenBy, judgement) => {
        const hourOf = seenBy === OBSERVED_BY.conntrack ? flow.begin : flow.last;
        const tick = tickOf(tuple.shard[at] as number, hourOf);
        rows.push(tuple, at, flow, rule, isOutbound, seenBy, judgement, tick);
        totals.add(tuple, at, flow, hourOf, tick, judgement);
        if (rows.rows() < TOGETHER) return;
        full.push(rows.table());
        rows = flowRows(TOGETHER);
      },
    });
    if (rows.rows() > 0) full.push(rows.table());
    if (aggregates !== null) full.push(attributeAggregates(aggregates, world, tickOf, totals));
    return { flows: full, counted: totals.tables(), later };
  };
};
