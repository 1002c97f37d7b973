import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expiredIn, type ObjectReport, untimedIn } from '../app/ingest.ts';
import type { Collector, Dropped, Measure, Store } from '../core/ports.ts';

type MeasuredStore = Pick<Store, 'clusters' | 'sources' | 'tables' | 'horizons'>;

const SECONDS = [0.01, 0.05, 0.1, 0.3, 1, 3, 10, 30, 120];

/** What Prometheus is told. Names never change: docs/reference/metrics.md. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'unmasq_http_requests_total',
    help: 'Requests by route and status.',
    labelNames: ['route', 'status'] as const,
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: 'unmasq_http_request_duration_seconds',
    help: 'How long requests took, by route.',
    labelNames: ['route'] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly rows = new Counter({
    name: 'unmasq_ingest_rows_total',
    help: 'What became of rows that were received: stored, known (the store had them), rejected, expired (older than is kept), ignored (without a time), or failed (not written: to be sent again).',
    labelNames: ['cluster', 'outcome'] as const,
    registers: [this.registry],
  });
  private readonly received = new Counter({
    name: 'unmasq_ingest_rows_received_total',
    help: 'Rows that were read from what was brought in. When nothing is being written each has an outcome.',
    labelNames: ['cluster'] as const,
    registers: [this.registry],
  });
  private readonly bytes = new Counter({
    name: 'unmasq_ingest_bytes_total',
    help: 'Bytes that were brought in, unpacked.',
    labelNames: ['cluster'] as const,
    registers: [this.registry],
  });
  private readonly failures = new Counter({
    name: 'unmasq_attribution_failures_total',
    help: 'Passes of attribution that failed; they are tried again.',
    labelNames: ['cluster'] as const,
    registers: [this.registry],
  });

  private readonly ended = new Counter({
    name: 'unmasq_questions_ended_total',
    help: 'Questions that were ended before they were answered: late (beyond the time limit), or left (the asker went away).',
    labelNames: ['why'] as const,
    registers: [this.registry],
  });
  private readonly exports = new Counter({
    name: 'unmasq_otlp_exports_total',
    help: 'Exports of OTLP: taken, busy (to be sent again), or refused.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  private readonly droppedRows = new Counter({
    name: 'unmasq_expired_rows_total',
    help: 'Rows that were dropped as they were older than is kept.',
    labelNames: ['table'] as const,
    registers: [this.registry],
  });
  private readonly droppingFailures = new Counter({
    name: 'unmasq_expiry_failures_total',
    help: 'Times that what is older than is kept could not be dropped; tried again.',
    registers: [this.registry],
  });
  private readonly keptFrom = new Gauge({
    name: 'unmasq_kept_from_timestamp_seconds',
    help: 'From when on what is kept; not there where it is kept for ever.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  });
  private readonly tableRows = new Gauge({
    name: 'unmasq_table_rows',
    help: 'Rows of a table of the store, those that are replaced and not yet merged among them.',
    labelNames: ['table'] as const,
    registers: [this.registry],
  });
  private readonly tableBytes = new Gauge({
    name: 'unmasq_table_bytes',
    help: 'Bytes of a table on the disk.',
    labelNames: ['table'] as const,
    registers: [this.registry],
  });
  private readonly pending = new Gauge({
    name: 'unmasq_attribution_pending',
    help: 'Clusters whose verdicts are not yet up to date with what was brought in.',
    registers: [this.registry],
  });
  private readonly watermark = this.ofSource(
    'unmasq_source_watermark_timestamp_seconds',
    'The time up to which a source is complete.',
  );
  private readonly gaps = this.ofSource('unmasq_source_gaps', 'Intervals in which a source may have lost data.');
  private readonly rejects = this.ofSource('unmasq_source_rejects', 'Rows of a source that were refused.');
  private readonly stored = this.ofSource('unmasq_source_rows', 'Rows that the store has of a source.');
  private readonly store: MeasuredStore;
  private readonly collectors: readonly Pick<Collector, 'measures'>[];

  constructor(store: MeasuredStore, collectors: readonly Pick<Collector, 'measures'>[]) {
    this.store = store;
    this.collectors = collectors;
    collectDefaultMetrics({ register: this.registry });
  }

  request(route: string, status: number, seconds: number): void {
    this.requests.inc({ route, status });
    this.seconds.observe({ route }, seconds);
  }

  receivedRows(cluster: string, rows: number): void {
    this.received.inc({ cluster }, rows);
  }

  failedRows(cluster: string, rows: number): void {
    this.rows.inc({ cluster, outcome: 'failed' }, rows);
  }

  ingested(cluster: string, report: ObjectReport): void {
    const { rows: stored, known, rejects: rejected } = report;
    for (const [outcome, count] of Object.entries({
      stored,
      known,
      rejected,
      expired: expiredIn(report),
      ignored: untimedIn(report),
    }))
      this.rows.inc({ cluster, outcome }, count);
    this.bytes.inc({ cluster }, report.bytes);
  }

  dropped(rows: readonly Dropped[]): void {
    for (const { table, rows: count } of rows) this.droppedRows.inc({ table }, count);
  }

  droppingFailed(): void {
    this.droppingFailures.inc();
  }

  questionEnded(why: 'late' | 'left'): void {
    this.ended.inc({ why });
  }

  exported(outcome: string): void {
    this.exports.inc({ outcome });
  }

  attributionFailed(cluster: string): void {
    this.failures.inc({ cluster });
  }

  /** In Prometheus' text format, with its media type. */
  async text(pending: number): Promise<{ readonly type: string; readonly body: string }> {
    this.pending.set(pending);
    await Promise.all([this.lookAtSources(), this.lookAtTables()]);
    const collected = measured(this.collectors.flatMap((collector) => collector.measures()));
    const bodies = await Promise.all([this.registry, collected].map((registry) => registry.metrics()));
    return { type: this.registry.contentType, body: bodies.filter((body) => body.trim() !== '').join('\n') };
  }

  private ofSource(name: string, help: string): Gauge<'cluster' | 'source' | 'kind'> {
    return new Gauge({ name, help, labelNames: ['cluster', 'source', 'kind'], registers: [this.registry] });
  }

  private async lookAtTables(): Promise<void> {
    const { keptFrom, tableRows, tableBytes, store } = this;
    const [tables, horizons] = await Promise.all([store.tables(), store.horizons()]);
    for (const gauge of [tableRows, tableBytes]) gauge.reset();
    for (const { table, rows, bytes } of tables) {
      tableRows.set({ table }, rows);
      tableBytes.set({ table }, bytes);
    }
    for (const [kind, from] of Object.entries(horizons)) if (from > 0) keptFrom.set({ kind }, from / 1_000);
  }

  private async lookAtSources(): Promise<void> {
    const { watermark, gaps, rejects, stored, store } = this;
    const rows = (await Promise.all((await store.clusters()).map((cluster) => store.sources(cluster)))).flat();
    for (const gauge of [watermark, gaps, rejects, stored]) gauge.reset();
    for (const { cluster, name: source, kind, ...row } of rows) {
      const labels = { cluster, source, kind };
      stored.set(labels, row.rows);
      gaps.set(labels, row.gaps.length);
      rejects.set(labels, row.rejects);
      if (row.watermark !== null) watermark.set(labels, row.watermark / 1_000);
    }
  }
}

/** Collectors keep their own numbers: they are asked for them. */
const measured = (measures: readonly Measure[]): Registry => {
  const registry = new Registry();
  const metrics = new Map<string, Counter | Gauge>();
  for (const { name, help, kind, labels, value } of measures) {
    const known = metrics.get(name);
    const Metric = kind === 'counter' ? Counter : Gauge;
    const metric = known ?? new Metric({ name, help, labelNames: Object.keys(labels), registers: [registry] });
    metrics.set(name, metric);
    metric.inc(labels, value);
  }
  return registry;
};
