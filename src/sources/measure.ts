import type { MetricName } from '../core/metrics.ts';
import type { Measure } from '../core/ports.ts';

/** The metrics whose names begin with that of an area, without it. */
type Within<Area extends string> = MetricName extends infer Name
  ? Name extends `unmasq_${Area}_${infer Rest}`
    ? Rest
    : never
  : never;

/** Makes the measures of one source: their names begin alike, and they have the same labels. */
export const measuring =
  <Area extends string>(area: Area, labels: Measure['labels']) =>
  (name: Within<Area>, value: number): Measure => ({ name: `unmasq_${area}_${name}` as MetricName, labels, value });
