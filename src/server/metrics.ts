import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expiredIn, type ObjectReport, untimedIn } from '../app/ingest.ts';
import { type MetricName, METRICS } from '../core/metrics.ts';
import type { Collector, Dropped, Measure, Store } from '../core/ports.ts';

type MeasuredStore = Pick<Store, 'clusters' | 'sources' | 'tables' | 'horizons' | 'workers'>;

const SECONDS = [0.01, 0.05, 0.1, 0.3, 1, 3, 10, 30, 120];

/** As Prometheus' client takes it. */
const told = <Name extends MetricName>(
  name: Name,
): { readonly name: Name; readonly help: string; readonly labelNames: (typeof METRICS)[Name]['labels'] } => {
  const { says, labels } = METRICS[name];
  return { name, help: says, labelNames: labels };
};

/** What Prometheus is told. Names never change: docs/reference/metrics.md. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({ ...told('unmasq_http_requests_total'), registers: [this.registry] });
  private readonly seconds = new Histogram({
    ...told('unmasq_http_request_duration_seconds'),
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly rows = new Counter({ ...told('unmasq_ingest_rows_total'), registers: [this.registry] });
  private readonly received = new Counter({ ...told('unmasq_ingest_rows_received_total'), registers: [this.registry] });
  private readonly bytes = new Counter({ ...told('unmasq_ingest_bytes_total'), registers: [this.registry] });
  private readonly failures = new Counter({ ...told('unmasq_attribution_failures_total'), registers: [this.registry] });

  private readonly ended = new Counter({ ...told('unmasq_questions_ended_total'), registers: [this.registry] });
  private readonly exports = new Counter({ ...told('unmasq_otlp_exports_total'), registers: [this.registry] });
  private readonly droppedRows = new Counter({ ...told('unmasq_expired_rows_total'), registers: [this.registry] });
  private readonly droppingFailures = new Counter({
    ...told('unmasq_expiry_failures_total'),
    registers: [this.registry],
  });
  private readonly keptFrom = new Gauge({ ...told('unmasq_kept_from_timestamp_seconds'), registers: [this.registry] });
  private readonly tableRows = new Gauge({ ...told('unmasq_table_rows'), registers: [this.registry] });
  private readonly tableBytes = new Gauge({ ...told('unmasq_table_bytes'), registers: [this.registry] });
  private readonly pending = new Gauge({ ...told('unmasq_attribution_pending'), registers: [this.registry] });
  private readonly workers = new Gauge({ ...told('unmasq_store_workers'), registers: [this.registry] });
  private readonly parts = new Gauge({ ...told('unmasq_store_parts'), registers: [this.registry] });
  private readonly watermark = new Gauge({
    ...told('unmasq_source_watermark_timestamp_seconds'),
    registers: [this.registry],
  });
  private readonly gaps = new Gauge({ ...told('unmasq_source_gaps'), registers: [this.registry] });
  private readonly rejects = new Gauge({ ...told('unmasq_source_rejects'), registers: [this.registry] });
  private readonly stored = new Gauge({ ...told('unmasq_source_rows'), registers: [this.registry] });
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
    const { seenOf, places } = this.store.workers;
    this.workers.set(seenOf.length);
    this.parts.set({ owner: 'this' }, places.owned);
    this.parts.set({ owner: 'others' }, places.all - places.owned);
    await Promise.all([this.lookAtSources(), this.lookAtTables()]);
    const collected = measured(this.collectors.flatMap((collector) => collector.measures()));
    const bodies = await Promise.all([this.registry, collected].map((registry) => registry.metrics()));
    return { type: this.registry.contentType, body: bodies.filter((body) => body.trim() !== '').join('\n') };
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
  for (const { name, labels, value } of measures) {
    const Metric = METRICS[name].kind === 'counter' ? Counter : Gauge;
    const metric = metrics.get(name) ?? new Metric<string>({ ...told(name), registers: [registry] });
    metrics.set(name, metric);
    metric.inc(labels, value);
  }
  return registry;
};
