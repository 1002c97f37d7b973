import type { Instant } from '../base/instant.ts';
import type { MetricSample } from './facts.ts';

/**
 * What the kernel of a node counts of its connection tracking, by the names that `conntrack -S` has for it, and how each is summed up over an
 * interval: the size of the table as it was in the end, of the others what came.
 */
export const KERNEL_COUNTERS = {
  /** Entries in the table, and how many it holds at most. */
  entries: 'maximum',
  max: 'maximum',
  /** Entries that could not be made: a translation that found no port, mostly. The packet was dropped. */
  insert_failed: 'total',
  /** Packets dropped as no entry could be had: the table is full. */
  drop: 'total',
  /** Entries that were put out before their time to make room. */
  early_drop: 'total',
  /** Packets of one connection that raced each other to make its entry. */
  clash_resolve: 'total',
} as const satisfies Readonly<Record<string, MetricSample['aggregation']>>;

export type KernelCounter = keyof typeof KERNEL_COUNTERS;
export type KernelCounts = { readonly [Name in KernelCounter]?: number };

export const isKernelCounter = (name: string): name is KernelCounter => Object.hasOwn(KERNEL_COUNTERS, name);

const PREFIX = 'conntrack_';

/** As `Store.metrics` is asked for it. */
export const kernelMetric = (name: KernelCounter): `conntrack_${KernelCounter}` => `${PREFIX}${name}`;
export const KERNEL_METRICS: readonly string[] = Object.keys(KERNEL_COUNTERS).filter(isKernelCounter).map(kernelMetric);

const NODES = 'nodes/';

/** The resource of what a node's kernel counts. Those of Azure begin with a slash. */
export const nodeResource = (node: string): string => `${NODES}${node}`;
/** The node of such a resource; null: it is one of Azure's. */
export const nodeOfResource = (resource: string): string | null =>
  resource.startsWith(NODES) ? resource.slice(NODES.length) : null;

/** What a node's kernel counted in `[from, until)`. */
export interface KernelCounted {
  readonly from: Instant;
  readonly until: Instant;
  readonly counts: KernelCounts;
}

export const kernelSamples = (resource: string, { from, until, counts }: KernelCounted): readonly MetricSample[] =>
  Object.entries(counts).flatMap(([name, value]) =>
    isKernelCounter(name)
      ? {
          resource,
          metric: kernelMetric(name),
          aggregation: KERNEL_COUNTERS[name],
          dimensions: [],
          at: from,
          intervalMs: until - from,
          value,
          told: until,
        }
      : [],
  );
