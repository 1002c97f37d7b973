/** What may be said of flows by rates alone. */
export type Sure = 'none' | 'workload' | 'node';

/** At this probability one workload, or the node, is named. */
const THRESHOLD = 0.95;
/** With fewer flows to it in a day, or all of them within one hour, a destination is rare: what is usual says nothing of it. */
const RARE_FLOWS = 20;
const RARE_HOURS = 2;
/** A workload that was there for less is new: pod seconds. */
const NEW_SECONDS = 2 * 3_600;
/** A rate that is this many times what the days before taught has just changed; of fewer flows no change can be told. */
const CHANGED = 4;
const CHANGED_FLOWS = 20;

/** What is known of the most probable sender beside its probability. */
export interface Known {
  readonly isNode: boolean;
  readonly probability: number;
  /** To this destination, in this day. */
  readonly flows: number;
  readonly hours: number;
  /** The sender's: how long it was there, its flows per second now, and what the days before taught. */
  readonly seconds: number;
  readonly rate: number;
  readonly flowsBefore: number;
  readonly secondsBefore: number;
}

/**
 * Whether a sender may be named. Rates say what is usual; so they never name anyone behind a flow to a destination that is rare, nor a
 * workload that is new or whose rate has just changed.
 */
export const sureByRates = (known: Known): Sure => {
  const { isNode, probability, flows, hours, seconds, rate, flowsBefore, secondsBefore } = known;
  if (probability < THRESHOLD || flows < RARE_FLOWS || hours < RARE_HOURS || seconds < NEW_SECONDS) return 'none';
  const usual = secondsBefore > 0 ? flowsBefore / secondsBefore : rate;
  const expected = Math.max(usual, rate) * seconds;
  if (expected >= CHANGED_FLOWS && (rate > CHANGED * usual || usual > CHANGED * rate)) return 'none';
  return isNode ? 'node' : 'workload';
};

/** Whether the likeliest workload, or the node, may be named behind a flow that an application told of: then no destination is too rare. */
export const sureBySightings = (workload: number, node: number): Sure => {
  if (workload >= THRESHOLD) return 'workload';
  return node >= THRESHOLD ? 'node' : 'none';
};
