import { type Instant, renderInstant } from '../base/instant.ts';
import type { FlowRow } from '../core/ports.ts';
import type { TruthRow } from './truth.ts';
import type { TruthClock } from './truth-clock.ts';

/** Some rows of the truth, and how near in time a flow of the same tuple comes to one of them. */
export class Sample {
  /** Flow less truth; null: no flow has the tuple of any of them. */
  apartMs: number | null = null;
  private readonly begins: ReadonlyMap<string, readonly TruthRow[]>;
  private readonly clock: Pick<TruthClock, 'aheadMs'>;

  constructor(rows: readonly TruthRow[], clock: Pick<TruthClock, 'aheadMs'>) {
    this.begins = Map.groupBy(rows, ({ tuple }) => tuple);
    this.clock = clock;
  }

  compare(flow: FlowRow, tuple: string): void {
    for (const row of this.begins.get(tuple) ?? []) {
      const apart = flow.begin - this.clock.aheadMs(flow) - row.begin;
      const nearest = this.apartMs === null ? Number.POSITIVE_INFINITY : Math.abs(this.apartMs);
      if (Math.abs(apart) < nearest || (Math.abs(apart) === nearest && apart > 0)) this.apartMs = apart;
    }
  }
}

interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
}

/** Why no row of the truth may match: one sentence each, what was looked at and what to look at. */
export const mismatchOf = (
  { apartMs }: Sample,
  truth: Stretch,
  cluster: string,
  flows: Stretch | null,
): readonly string[] => {
  if (flows === null) return [`cluster ${cluster} has no flow: ingest its flow logs or conntrack first`];
  const says = (what: string, { from, until }: Stretch): string =>
    `${what} from ${renderInstant(from)} to ${renderInstant(until)}`;
  const times = `${says('rows of the truth begin', truth)}, ${says(`flows of cluster ${cluster} run`, flows)}`;
  const overlap = truth.from <= flows.until && flows.from <= truth.until;
  return [
    overlap ? times : `${times}: another time range, or a time zone that is not UTC`,
    apartMs === null
      ? 'none of the first rows has the addresses and ports of any flow: another cluster or another run, or a port that is not the one on the wire'
      : `addresses and ports are there, but the nearest flow began ${seconds(apartMs)} than its row: a clock or a time zone, or a port that was used again`,
  ];
};

const seconds = (ms: number): string => `${(Math.abs(ms) / 1_000).toFixed(3)} s ${ms < 0 ? 'earlier' : 'later'}`;
