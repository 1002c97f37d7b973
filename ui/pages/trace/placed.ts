import type { Trace } from '../../../src/contract/answers.ts';

type Item = Trace['items'][number];

export interface Placed {
  readonly item: Item;
  readonly key: string;
  /** Percent of the width. */
  readonly left: number;
  readonly width: number;
}

const endOf = ({ at, durationMs, flow }: Item): number =>
  durationMs !== undefined
    ? Date.parse(at) + durationMs
    : flow?.end === undefined || flow.end === null
      ? Date.parse(at)
      : Date.parse(flow.end);

/** Where each item lies between the first that happened and the last that ended; what took no time has a place all the same. */
export const placed = (
  items: readonly Item[],
): { readonly rows: readonly Placed[]; readonly from: number; readonly until: number } => {
  const from = Math.min(...items.map(({ at }) => Date.parse(at)));
  // A flow may stay open for hours behind a request of milliseconds: spans and lines say how long the picture is.
  const told = items.filter(({ kind }) => kind !== 'flow');
  const until = Math.max(from + 1, ...(told.length > 0 ? told : items).map(endOf));
  const share = (ms: number): number => ((Math.min(Math.max(ms, from), until) - from) / (until - from)) * 100;
  return {
    from,
    until,
    rows: items.map((item, i) => {
      const left = share(Date.parse(item.at));
      return { item, key: `${i} ${item.at}`, left, width: Math.max(0, share(endOf(item)) - left) };
    }),
  };
};
