import type { Sighting } from '../facts.ts';

export interface Skew {
  /** The nodes whose clocks are compared. */
  readonly node: string;
  readonly against: string;
  /** The clock of `node` is ahead of that of `against` by something between these. */
  readonly leastMs: number;
  readonly mostMs: number;
  /** Calls that tell of it. */
  readonly calls: number;
}

export interface Call {
  readonly caller: Sighting;
  readonly callee: Sighting;
  readonly callerNode: string;
  readonly calleeNode: string;
}

/**
 * How far the clocks of two nodes are apart, from calls between them: a call cannot be taken before it was made, nor be answered after
 * its answer came. Only pairs whose clocks certainly differ are told of.
 */
export const skewsOf = (calls: readonly Call[]): readonly Skew[] => {
  const apart = calls.filter(
    ({ callerNode, calleeNode, caller }) =>
      // What goes through a broker is taken whenever it is taken.
      callerNode !== '' && calleeNode !== '' && callerNode !== calleeNode && caller.kind === 'client',
  );
  return [...Map.groupBy(apart, (call) => `${call.calleeNode}\n${call.callerNode}`).values()].flatMap((pair) => {
    const [first] = pair;
    if (first === undefined) return [];
    // callee.begin − caller.begin ≥ skew, and callee.until − caller.until ≤ skew, as far as the caller waited for the answer.
    const most = Math.min(...pair.map(({ caller, callee }) => callee.begin - caller.begin));
    const least = Math.max(...pair.map(({ caller, callee }) => callee.until - caller.until));
    if (most >= 0 && least <= 0) return [];
    // A callee that worked on after its answer bounds nothing from below.
    const leastMs = least <= most ? least : Number.NEGATIVE_INFINITY;
    if (most >= 0 && leastMs === Number.NEGATIVE_INFINITY) return [];
    return [{ node: first.calleeNode, against: first.callerNode, leastMs, mostMs: most, calls: pair.length }];
  });
};
