import { type RefObject, useLayoutEffect, useState } from 'react';

/** Pixels; the heading is as high. */
const ROW = 30;
/** Rows that are drawn beyond those that are seen. */
const AHEAD = 8;
/** Browsers draw nothing beyond some millions of pixels: a list that would be higher scrolls by more than it is moved. */
const HIGHEST = 12_000_000;

export interface Rows {
  /** Those that are drawn, both included; none where `last` is below `first`. */
  readonly first: number;
  readonly last: number;
  /** Of all rows, pixels. */
  readonly height: number;
  /** Where a row is drawn, pixels from the top. */
  topOf(row: number): number;
  /** Scrolls until the row is seen. */
  show(row: number): void;
}

/** Which rows of a list are seen in a place that scrolls: all are as high, so it is reckoned. */
export const useRows = (place: RefObject<HTMLElement | null>, count: number): Rows => {
  const [{ top, view }, setSeen] = useState({ top: 0, view: 0 });
  useLayoutEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const look = (): void => setSeen({ top: current.scrollTop, view: current.clientHeight });
    look();
    const watcher = new ResizeObserver(look);
    watcher.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    return () => {
      watcher.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, [place]);
  return rowsSeen({ top, view, count }, (to) => place.current?.scrollTo({ top: to }));
};

interface Seen {
  readonly top: number;
  /** With the heading, which stays. */
  readonly view: number;
  readonly count: number;
}

export const rowsSeen = ({ top, view, count }: Seen, scrollTo: (top: number) => void): Rows => {
  const whole = count * ROW;
  const height = Math.min(whole, HIGHEST);
  const seen = Math.max(0, view - ROW);
  // How far the list moves for each pixel that is scrolled.
  const pace = height > seen ? (whole - seen) / (height - seen) : 1;
  const from = Math.min(top, Math.max(0, height - seen)) * pace;
  const first = Math.max(0, Math.floor(from / ROW) - AHEAD);
  const last = Math.min(count, Math.ceil((from + seen) / ROW) + AHEAD) - 1;
  return {
    first,
    last,
    height,
    topOf: (row) => row * ROW - from + from / pace,
    show: (row) => {
      const [begin, end] = [row * ROW, (row + 1) * ROW - seen];
      if (begin < from) scrollTo(begin / pace);
      else if (end > from) scrollTo(end / pace);
    },
  };
};
