import type { Workload } from '../plan/workloads.ts';

/** All calls of all workloads, one after the other. */
export interface Calls {
  /** Of a workload's calls the first. */
  readonly first: Int32Array;
  readonly workload: Int32Array;
  /** A destination outside; -1: a service. */
  readonly destination: Int32Array;
  /** The workload behind the service; -1: a destination outside. */
  readonly service: Int32Array;
  /** The same for a port of the node. */
  readonly nodePort: Int32Array;
  readonly perSecond: Float64Array;
  readonly holdMs: Float64Array;
  readonly kept: Float64Array;
  readonly bytesOut: Float64Array;
  readonly bytesIn: Float64Array;
}

export const flattenCalls = (workloads: readonly Workload[]): Calls => {
  const all = workloads.flatMap(({ index, calls }) => calls.map((call) => ({ index, call })));
  const first = new Int32Array(workloads.length + 1);
  for (const { index, calls } of workloads) first[index + 1] = (first[index] as number) + calls.length;
  return {
    first,
    workload: Int32Array.from(all, ({ index }) => index),
    destination: Int32Array.from(all, ({ call: { to } }) => ('destination' in to ? to.destination : -1)),
    service: Int32Array.from(all, ({ call: { to } }) => ('service' in to ? to.service : -1)),
    nodePort: Int32Array.from(all, ({ call: { to } }) => ('nodePort' in to ? to.nodePort : -1)),
    perSecond: Float64Array.from(all, ({ call }) => call.perSecond),
    holdMs: Float64Array.from(all, ({ call }) => call.holdMs),
    kept: Float64Array.from(all, ({ call }) => call.kept),
    bytesOut: Float64Array.from(all, ({ call }) => call.bytesOut),
    bytesIn: Float64Array.from(all, ({ call }) => call.bytesIn),
  };
};
