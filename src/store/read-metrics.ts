import { type Instant, MINUTE } from '../base/instant.ts';
import type { MetricRow, MetricsQuery } from '../core/ports.ts';
import type { Engine } from './engine.ts';
import { inventoryInForce } from './read-flows.ts';
import { sql } from './sql.ts';

interface Row {
  readonly resource: string;
  readonly metric: string;
  readonly dimensions: readonly string[];
  readonly peak: number;
  readonly peak_ms: number;
  readonly last: number;
  readonly last_ms: number;
  readonly total: number;
}

/** Metrics of an interval, also of the minute that it begins in. */
export const readMetrics = async (
  engine: Engine,
  { cluster, from, until, metrics }: MetricsQuery,
  keptFrom: Instant,
): Promise<readonly MetricRow[]> => {
  const rows = await engine.rows<Row>(sql('read/metrics'), {
    cluster,
    inventory: await inventoryInForce(engine, cluster),
    from_ms: Math.max(from, keptFrom),
    until_ms: until,
    grain_ms: MINUTE,
    metrics: [...metrics],
  });
  return rows.map(({ resource, metric, dimensions, peak, peak_ms, last, last_ms, total }) => ({
    resource,
    metric,
    dimensions: new Map(
      dimensions.map((text) => {
        const at = text.indexOf('=');
        return [text.slice(0, at), text.slice(at + 1)] as const;
      }),
    ),
    peak,
    peakAt: peak_ms as Instant,
    last,
    lastAt: last_ms as Instant,
    total,
  }));
};
