import { compareText } from '../base/compare-text.ts';
import type { Instant } from '../base/instant.ts';
import type { FlowRow } from '../core/ports.ts';
import { FirstOf } from './first-of.ts';
import type { TruthRow } from './truth.ts';
import { WITHIN } from './truth-clock.ts';

/** How many rows that no flow was found for are kept, the oldest ones. */
const ALONE_LISTED = 20;

type Timed = Pick<FlowRow, 'flow' | 'begin'>;

/** What is told of one tuple, until nothing that is still to come can be paired with it. */
interface Open<Flow> {
  readonly flows: Flow[];
  readonly rows: TruthRow[];
  /** On the truth's clock. */
  oldest: number;
}

/** A flow with what it truly was, null where the truth does not tell. */
export type Settle<Flow> = (flow: Flow, row: TruthRow | null) => void;

/**
 * Pairs each flow with the row of its tuple that began nearest to it, each once, the nearest pairs of all first. Flows and rows come from the
 * newest to the oldest; a tuple is settled when three seconds lie between it and all that is still to come, so neither the cut into
 * pages nor the order of the file can be seen in a pair.
 */
export class Pairing<Flow extends Timed = FlowRow> {
  /** Rows that no flow was found for, of those that are settled. */
  rowsAlone = 0;
  readonly alone = new FirstOf<TruthRow>(ALONE_LISTED, oldestFirst);
  private readonly tuples = new Map<string, Open<Flow>>();
  private readonly clock: Clock<Flow>;
  private readonly settle: Settle<Flow>;
  private readonly leaveAlone: (row: TruthRow) => void;

  constructor(clock: Clock<Flow>, settle: Settle<Flow>, leaveAlone: (row: TruthRow) => void = () => undefined) {
    this.clock = clock;
    this.settle = settle;
    this.leaveAlone = leaveAlone;
  }

  flow(flow: Flow, tuple: string): void {
    this.open(tuple, this.at(flow)).flows.push(flow);
  }

  row(row: TruthRow): void {
    this.open(row.tuple, row.begin).rows.push(row);
  }

  /** Whatever comes from now on began at `to` or before. Gives the newest begin of a flow that is not settled. */
  settleDownTo(to: number): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const [tuple, open] of this.tuples) {
      if (open.oldest > to + WITHIN) {
        this.tuples.delete(tuple);
        this.pair(open);
      } else for (const { begin } of open.flows) if (begin > newest) newest = begin;
    }
    return newest;
  }

  private open(tuple: string, at: number): Open<Flow> {
    const known = this.tuples.get(tuple);
    if (known !== undefined) {
      if (at < known.oldest) known.oldest = at;
      return known;
    }
    const fresh = { flows: [], rows: [], oldest: at };
    this.tuples.set(tuple, fresh);
    return fresh;
  }

  private pair({ flows, rows }: Open<Flow>): void {
    if (flows.length === 0) for (const row of rows) this.leave(row);
    else if (rows.length === 0) for (const flow of flows) this.settle(flow, null);
    else if (flows.length === 1 && rows.length === 1) this.pairOne(flows[0] as Flow, rows[0] as TruthRow);
    else {
      const pairs = nearestPairs(flows, rows, (flow) => this.at(flow));
      const taken = new Set(pairs.values());
      for (const flow of flows) this.settle(flow, pairs.get(flow) ?? null);
      for (const row of rows) if (!taken.has(row)) this.leave(row);
    }
  }

  /** What nearly every tuple comes to. */
  private pairOne(flow: Flow, row: TruthRow): void {
    const isNear = Math.abs(this.at(flow) - row.begin) <= WITHIN;
    this.settle(flow, isNear ? row : null);
    if (!isNear) this.leave(row);
  }

  private leave(row: TruthRow): void {
    this.rowsAlone++;
    this.alone.add(row);
    this.leaveAlone(row);
  }

  /** When it began, by the truth's clock. */
  private at(flow: Flow): number {
    return flow.begin - this.clock.aheadMs(flow);
  }
}

/** What the flow's clock is ahead of that of the rows. */
interface Clock<Flow> {
  readonly aheadMs: (flow: Flow) => number;
}

interface Near<Flow> {
  readonly flow: Flow;
  readonly row: TruthRow;
  readonly apart: number;
}

const nearestPairs = <Flow extends Timed>(
  flows: readonly Flow[],
  rows: readonly TruthRow[],
  atOf: (flow: Flow) => number,
): ReadonlyMap<Flow, TruthRow> => {
  const byTime = rows.toSorted((a, b) => a.begin - b.begin);
  const near: Near<Flow>[] = [];
  for (const flow of flows) {
    const at = atOf(flow);
    for (let i = firstFrom(byTime, at - WITHIN); i < byTime.length; i++) {
      const row = byTime[i] as TruthRow;
      if (row.begin > at + WITHIN) break;
      near.push({ flow, row, apart: Math.abs(at - row.begin) });
    }
  }
  near.sort(byNearness);
  const pairs = new Map<Flow, TruthRow>();
  const taken = new Set<TruthRow>();
  for (const { flow, row } of near) {
    if (pairs.has(flow) || taken.has(row)) continue;
    pairs.set(flow, row);
    taken.add(row);
  }
  return pairs;
};

/** Equally near ones in an order that depends on nothing but themselves. */
const byNearness = (a: Near<Timed>, b: Near<Timed>): number =>
  a.apart - b.apart ||
  a.flow.begin - b.flow.begin ||
  compareText(a.flow.flow, b.flow.flow) ||
  a.row.begin - b.row.begin ||
  compareText(a.row.podUid ?? '', b.row.podUid ?? '') ||
  (a.row.oracle ?? -1) - (b.row.oracle ?? -1);

const oldestFirst = (a: TruthRow, b: TruthRow): number =>
  a.begin - b.begin || compareText(a.tuple, b.tuple) || compareText(a.podUid ?? '', b.podUid ?? '');

const firstFrom = (rows: readonly TruthRow[], from: number): number => {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as TruthRow).begin < (from as Instant)) low = middle + 1;
    else high = middle;
  }
  return low;
};
