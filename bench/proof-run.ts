import type { Asked } from './data.ts';

/** A million connections of a cluster keep a hundred nodes as busy as real ones are in an hour. */
const FLOWS_PER_NODE = 100_000;

/** A cluster with all that makes attribution hard: addresses and ports that change hands, clocks that are off, lost lines, late records. */
export const proofRun = (flows: number): Asked => ({
  nodes: Math.min(100, Math.max(3, Math.round(flows / FLOWS_PER_NODE))),
  podsPerNode: 30,
  flows,
  ipReuse: 'high',
  portReuse: 'high',
  flowLogAheadMs: 700,
  skewSpreadMs: 2_000,
  loseConntrack: 0.01,
  late: 0.01,
});
