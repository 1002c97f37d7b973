import type { Weighed } from './expectation.ts';
import type { Tallied } from './tallied.ts';

/** With fewer cells there is time for everybody, and too little to be sure that somebody is nobody. */
const MANY_CELLS = 2_000;
/** Who is given less than this of every cell after the first steps is given nothing. */
const LEAST_SHARE = 0.002;

/** A tally without the shares that explain nothing, and where the others stood. */
export interface Pruned {
  readonly of: Tallied;
  /** By share: its place before. */
  readonly places: Int32Array;
}

/**
 * Most workloads never call most destinations, and the most probable rates show it. Leaving them out makes sampling several times faster where
 * there is much to sample; on small clusters all stay.
 */
export const pruned = (of: Tallied, { rates }: Weighed): Pruned => {
  const places: number[] = [];
  const first = new Int32Array(of.cells + 1);
  for (let cell = 0; cell < of.cells; cell++) {
    const [from, until] = [of.first[cell] as number, of.first[cell + 1] as number];
    let expected = 0;
    for (let at = from; at < until; at++)
      expected += (of.seconds[at] as number) * (rates[of.sender[at] as number] as number);
    for (let at = from; at < until; at++) {
      const isNode = (of.sender[at] as number) >= of.firstNode;
      const share = (of.seconds[at] as number) * (rates[of.sender[at] as number] as number);
      if (isNode || of.cells < MANY_CELLS || share >= LEAST_SHARE * expected) places.push(at);
    }
    first[cell + 1] = places.length;
  }
  return {
    places: Int32Array.from(places),
    of: {
      ...of,
      first,
      share: Int32Array.from(places, (at) => of.share[at] as number),
      sender: Int32Array.from(places, (at) => of.sender[at] as number),
      pods: Float64Array.from(places, (at) => of.pods[at] as number),
      seconds: Float64Array.from(places, (at) => of.seconds[at] as number),
    },
  };
};
