import type { Place } from '../../core/monitoring/hcl/syntax.ts';

/** Where lines begin, so that an offset becomes a line and a column without counting anew. */
export const placesIn = (text: string): ((from: number, until: number) => Place) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (from, until) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= from) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: from - (starts[low] ?? 0) + 1, from, until };
  };
};

/** Deeper than anybody writes, and shallow enough for functions that call themselves. */
export const DEEPEST = 400;
