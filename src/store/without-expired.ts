import { type Table, withoutRows } from '../base/table.ts';
import type { Instant } from '../base/instant.ts';
import type { Batch } from '../core/ports.ts';
import type { Horizons } from '../core/retention.ts';

export interface Sifted {
  readonly batch: Batch;
  /** Rows that were left out. */
  readonly expired: number;
}

/**
 * A batch without the facts that are older than is kept, and how many these are. Of the inventory nothing is left out: that a pod was seen long ago
 * does not say that it is gone.
 */
export const withoutExpired = (batch: Batch, horizons: Horizons): Sifted => {
  const { records, sightings, logs, metrics } = horizons;
  let expired = 0;
  const rows = <Row>(all: readonly Row[], lastOf: (row: Row) => Instant, from: Instant): readonly Row[] => {
    const kept = from === 0 ? all : all.filter((row) => lastOf(row) >= from);
    expired += all.length - kept.length;
    return kept;
  };
  const table = (all: Table | null): Table | null => {
    const kept = all === null ? null : rowsFrom(all, records);
    expired += (all?.rows ?? 0) - (kept?.rows ?? 0);
    return kept;
  };
  const kept: Batch = {
    ...batch,
    flowRecords: table(batch.flowRecords),
    conntrack: table(batch.conntrack),
    aggregates: rows(batch.aggregates, ({ until }) => until, records),
    sightings: rows(batch.sightings, ({ begin }) => begin, sightings),
    logLines: rows(batch.logLines, ({ at }) => at, logs),
    events: rows(batch.events ?? [], ({ last }) => last, records),
    samples: rows(batch.samples ?? [], ({ at }) => at, metrics),
  };
  return expired === 0 ? { batch, expired } : { batch: kept, expired };
};

/** Those without a time, at −1, are not what is left out here. */
const rowsFrom = (table: Table, from: Instant): Table => {
  const at = table.columns['at_ms'];
  if (from === 0 || at?.type !== 'Int64') return table;
  const [oldest, untimed] = [BigInt(from), 0n];
  const marked = new Uint8Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const ms = at.values[row] as bigint;
    if (ms >= untimed && ms < oldest) marked[row] = 1;
  }
  return withoutRows(table, marked);
};
