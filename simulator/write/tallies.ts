/**
 * Sums over everything that was written, by which a reader can tell that it lost nothing and counted nothing twice.
 * Whole numbers: exact up to 2^53.
 */
export const recordTally = () => ({
  records: 0,
  byState: { B: 0, C: 0, E: 0, D: 0 },
  packetsOut: 0,
  bytesOut: 0,
  packetsIn: 0,
  bytesIn: 0,
  srcPorts: 0,
  destPorts: 0,
  /** Sum of what each time is after the start of the run, ms. */
  afterStartMs: 0,
});
export type RecordTally = ReturnType<typeof recordTally>;

export const lineTally = () => ({
  lines: 0,
  byKind: { NEW: 0, UPDATE: 0, DESTROY: 0 },
  packetsOrig: 0,
  bytesOrig: 0,
  packetsReply: 0,
  bytesReply: 0,
  replyDestPorts: 0,
  ids: 0,
});
export type LineTally = ReturnType<typeof lineTally>;

export const truthTally = () => ({
  rows: 0,
  ofPods: 0,
  ofNodes: 0,
  denied: 0,
  udp: 0,
  ipv6: 0,
  /** Sum of the oracle's probabilities: by the number of rows, the share that it would name right if it drew by them. */
  oracle: 0,
  /** Sum of its best guesses: the share that it would name right if it always named the most probable. */
  oracleTop1: 0,
  /** Rows of the two other files. */
  eastWest: 0,
  inbound: 0,
});
export type TruthTally = ReturnType<typeof truthTally>;
