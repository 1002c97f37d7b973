/** How much of the flows to a destination one sender has, in one interval. */
export interface Amount {
  /** Expected number: a sum of probabilities. */
  readonly flows: number;
  /** Flows that are surely its. */
  readonly sureFlows: number;
  /** Flows that may be its, the sure ones among them: it cannot have more. */
  readonly mostFlows: number;
  readonly bytes: number;
}

export type ChangeKind = 'new' | 'grown' | 'gone' | 'shrunk' | 'same';

export interface Change {
  readonly kind: ChangeKind;
  /** It is so whichever of the flows that may be the sender's are its. */
  readonly isCertain: boolean;
}

/** Less than twice, or half, is no news. */
const FACTOR = 2;
/** Standard errors of the logarithm of a ratio of two counts: what chance alone brings about once in some hundred times. */
const ERRORS = 3;
/** Of less it more probably had none. */
const HARDLY = 0.5;

/**
 * What became of one sender between two intervals of the same length. Growth is of flows or of bytes: a pod that sends a hundred times
 * as much over as many connections has grown. Where the one grew and the other shrank, it grew: that is what somebody has to look at.
 */
export const changeOf = (before: Amount, now: Amount): Change => {
  if (before.flows === 0 || (before.flows < HARDLY && now.flows >= HARDLY))
    return { kind: 'new', isCertain: now.sureFlows > 0 && before.mostFlows === 0 };
  if (now.flows === 0 || (now.flows < HARDLY && before.flows >= HARDLY))
    return { kind: 'gone', isCertain: before.sureFlows > 0 && now.mostFlows === 0 };
  const isKnown = isWhole(before) && isWhole(now);
  if (isMore(before.flows, now.flows)) return { kind: 'grown', isCertain: isMore(before.mostFlows, now.sureFlows) };
  if (isHeavier(before, now)) return { kind: 'grown', isCertain: isKnown };
  if (isMore(now.flows, before.flows)) return { kind: 'shrunk', isCertain: isMore(now.mostFlows, before.sureFlows) };
  return { kind: isHeavier(now, before) ? 'shrunk' : 'same', isCertain: isKnown };
};

const isWhole = ({ sureFlows, mostFlows }: Amount): boolean => mostFlows - sureFlows < 1e-9;

/** Twice as many, and more than chance makes of the same habit. */
const isMore = (few: number, many: number): boolean => many >= few * leastFactor(few, many);

/** Of bytes chance is taken to be that of the flows that carried them. */
const isHeavier = (light: Amount, heavy: Amount): boolean =>
  heavy.bytes > 0 && heavy.bytes >= light.bytes * leastFactor(light.flows, heavy.flows);

const leastFactor = (a: number, b: number): number => Math.max(FACTOR, Math.exp(ERRORS * Math.sqrt(1 / a + 1 / b)));
