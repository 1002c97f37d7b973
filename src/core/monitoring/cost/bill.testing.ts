import { type MonitoringSpec, readSpec } from '../spec.ts';
import type { Written } from '../written.ts';

/** A spec of plain values, for tests. */
export const specOf = (value: unknown): MonitoringSpec => {
  const read = readSpec(written(value));
  if (!read.ok) throw new Error(read.problem.join('; '));
  return read.value;
};

const written = (value: unknown): Written => {
  if (Array.isArray(value)) return { kind: 'list', at: 'test', items: value.map(written) };
  return typeof value === 'object' && value !== null
    ? {
        kind: 'map',
        at: 'test',
        members: Object.entries(value).map(([name, one]) => ({ name, at: 'test', value: written(one) })),
      }
    : { kind: 'scalar', at: 'test', value: value as string | number | boolean | null };
};

export const CLUSTER = { name: 'prod', resourceGroup: 'rg', region: 'eastus', nodes: { now: 100 } };
