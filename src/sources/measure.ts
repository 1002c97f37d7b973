import type { Measure } from '../core/ports.ts';

/** Makes the measures of one source: their names begin alike, and they have the same labels. */
export const measuring =
  (prefix: string, labels: Measure['labels']) =>
  (kind: Measure['kind'], name: string, help: string, value: number): Measure => ({
    name: `unmasq_${prefix}_${name}`,
    help,
    kind,
    labels,
    value,
  });
