import type { FlowQuery } from '../core/ports.ts';
import type { TimeRange } from './time-range.ts';

/** Every flow of a cluster that was alive in the range; narrow it with `{ ...allFlows(…), dest }`. */
export const allFlows = (cluster: string, { from, until }: Pick<TimeRange, 'from' | 'until'>): FlowQuery => ({
  cluster,
  from,
  until,
  dest: [],
  destPorts: [],
  srcPorts: [],
  srcIps: [],
  protocols: [],
  verdicts: [],
  namespaces: [],
  workloads: [],
  nodes: [],
  flow: null,
  changedSince: null,
  limit: null,
});
