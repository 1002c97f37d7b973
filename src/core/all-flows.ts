import type { FlowQuery, TimeSpan } from './ports.ts';

/** Every flow of a cluster that was alive in the range; narrow it with `{ ...allFlows(…), dest }`. */
export const allFlows = (cluster: string, { from, until }: TimeSpan): FlowQuery => ({
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
