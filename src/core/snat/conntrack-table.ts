import type { Instant } from '../../base/instant.ts';
import { type KernelCounter, kernelMetric, nodeOfResource } from '../kernel-counters.ts';
import type { MetricRow } from '../ports.ts';

/** How full the connection tracking of one node was, as its kernel counts. null: it does not tell. */
export interface ConntrackTable {
  readonly node: string;
  readonly peakEntries: number | null;
  readonly peakAt: Instant | null;
  readonly entriesAtEnd: number | null;
  /** As told last (nf_conntrack_max). */
  readonly maximum: number | null;
  /** `peakEntries` of `maximum`. */
  readonly share: number | null;
  /** Packets dropped for want of an entry, entries put out before their time, entries that could not be made: in the interval. */
  readonly dropped: number | null;
  readonly earlyDropped: number | null;
  readonly insertFailed: number | null;
}

const COUNTED = ['entries', 'max', 'drop', 'early_drop', 'insert_failed'] as const satisfies readonly KernelCounter[];

/** As `Store.metrics` is asked for it. */
export const TABLE_METRICS: readonly string[] = COUNTED.map(kernelMetric);

/** Fullest first. */
export const conntrackTables = (metrics: readonly MetricRow[]): readonly ConntrackTable[] =>
  [...Map.groupBy(metrics, ({ resource }) => nodeOfResource(resource))]
    .flatMap(([node, rows]) => (node === null ? [] : [tableOf(node, rows)]))
    .sort(
      (a, b) =>
        (b.share ?? -1) - (a.share ?? -1) ||
        (b.peakEntries ?? -1) - (a.peakEntries ?? -1) ||
        (a.node < b.node ? -1 : 1),
    );

const tableOf = (node: string, rows: readonly MetricRow[]): ConntrackTable => {
  const told = (name: (typeof COUNTED)[number]): MetricRow | undefined =>
    rows.find(({ metric }) => metric === kernelMetric(name));
  const [entries, max] = [told('entries'), told('max')];
  return {
    node,
    peakEntries: entries?.peak ?? null,
    peakAt: entries?.peakAt ?? null,
    entriesAtEnd: entries?.last ?? null,
    maximum: max?.last ?? null,
    share: entries === undefined || max === undefined || max.last === 0 ? null : entries.peak / max.last,
    dropped: told('drop')?.total ?? null,
    earlyDropped: told('early_drop')?.total ?? null,
    insertFailed: told('insert_failed')?.total ?? null,
  };
};
