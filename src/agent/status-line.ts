import type { KernelCounts } from '../core/kernel-counters.ts';

export interface Status {
  readonly events: number;
  readonly dumped: number;
  readonly dumps: number;
  readonly dropped: number;
  /** Bytes that waited in the kernel at most, when it was asked. */
  readonly mostWaiting: number;
  /** Events that the kernel says it dropped. */
  readonly kernelDropped: number;
  readonly gaps: number;
  readonly gapMs: number;
  readonly isLost: boolean;
  readonly spoolBytes: number;
  readonly segments: number;
  readonly sent: number;
  readonly sentBytes: number;
  readonly refused: number;
  /** Of the kernel, as they were read last. */
  readonly counters: KernelCounts;
  readonly rssBytes: number;
}

/** One line, `name=value`, so that whoever collects logs can read it. Counters run since the start; those of the kernel since it began. */
export const statusLine = (status: Status): string =>
  Object.entries({
    events: status.events,
    dumps: status.dumps,
    dumped: status.dumped,
    sent_segments: status.sent,
    sent_bytes: status.sentBytes,
    refused_segments: status.refused,
    spool_segments: status.segments,
    spool_bytes: status.spoolBytes,
    dropped_events: status.dropped,
    kernel_dropped_events: status.kernelDropped,
    gaps: status.gaps,
    gap_ms: status.gapMs,
    lost_now: status.isLost ? 1 : 0,
    kernel_queue_bytes: status.mostWaiting,
    insert_failed: status.counters.insert_failed ?? '?',
    drop: status.counters.drop ?? '?',
    early_drop: status.counters.early_drop ?? '?',
    table: `${status.counters.entries ?? '?'}/${status.counters.max ?? '?'}`,
    rss_bytes: status.rssBytes,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
