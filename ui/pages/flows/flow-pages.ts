import type { Flow, Flows } from '../../../src/contract/answers.ts';

export type Over = NonNullable<Flows['over']>;

/** What of the list is asked for: flows that were alive in `[from, until)`, milliseconds since the epoch. */
export interface AskFlows {
  /** The newest `limit` of them, each as a line of JSON, oldest first. */
  lines(from: number, until: number, limit: number, signal: AbortSignal): Promise<readonly string[]>;
  /** How many of them began when. */
  over(from: number, until: number, signal: AbortSignal): Promise<Over>;
}

interface Page {
  readonly from: number;
  readonly until: number;
  /** Its first row; newest first. */
  readonly row: number;
  readonly rows: number;
  /** One step that has too many rows to be had at once. */
  readonly isHeavy: boolean;
}

/** Rows of a page: steps are put together up to so many. */
const PAGE = 1_000;
/** More rows in one step are first looked at step by step. */
const HEAVY = 4_000;
/** Of pages that were read so many are kept. */
const KEPT = 40;
/** Whoever scrolls past does not want what is in between. */
const SETTLE_MS = 60;

/**
 * A list of flows of any length, newest first: what is looked at is asked for, a page at a time. How many began when is known; of those that were alive in a stretch of
 * time the newest so many are the ones that began in it.
 */
export class FlowPages {
  readonly count: number;
  private readonly pages: Page[];
  private readonly ask: AskFlows;
  private readonly read = new Map<number, readonly string[]>();
  private readonly reading = new Map<number, AbortController>();
  private readonly listeners = new Set<() => void>();
  private wanted: readonly [number, number] = [0, 0];
  private settling: ReturnType<typeof setTimeout> | undefined;
  private changes = 0;
  private why: Error | null = null;

  constructor(over: Over, until: number, ask: AskFlows) {
    this.ask = ask;
    this.pages = pagesOf(over, until, 0);
    this.count = this.pages.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** undefined: not read yet. */
  flowAt(row: number): Flow | undefined {
    const page = this.pages[this.placeOf(row)];
    if (page === undefined) return undefined;
    const line = this.read.get(page.row)?.at(page.row - row - 1);
    return line === undefined ? undefined : (JSON.parse(line) as Flow);
  }

  /** These rows are looked at, the last one included. */
  want(first: number, last: number): void {
    this.wanted = [first, last];
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.readWanted(), SETTLE_MS);
  }

  /** Why rows are missing that were asked for; null: nothing went wrong. */
  get trouble(): Error | null {
    return this.why;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Changes whenever rows came in. */
  readonly version = (): number => this.changes;

  /** Nobody looks any more. */
  end(): void {
    clearTimeout(this.settling);
    for (const reading of this.reading.values()) reading.abort();
  }

  private readWanted(): void {
    const [first, last] = this.wanted;
    const pages = this.pages.slice(this.placeOf(first), this.placeOf(last) + 1);
    for (const [row, reading] of this.reading) if (!pages.some((page) => page.row === row)) reading.abort();
    for (const page of pages) if (!this.read.has(page.row) && !this.reading.has(page.row)) void this.readPage(page);
  }

  private async readPage(page: Page): Promise<void> {
    const reading = new AbortController();
    this.reading.set(page.row, reading);
    const { from, until, row, rows, isHeavy } = page;
    try {
      if (isHeavy) this.divide(page, await this.ask.over(from, until, reading.signal));
      else this.keep(row, await this.ask.lines(from, until, rows, reading.signal));
      this.why = null;
    } catch (error) {
      if (!reading.signal.aborted) this.why = error as Error;
    }
    this.reading.delete(row);
    this.changes++;
    for (const listener of this.listeners) listener();
    if (isHeavy && this.why === null) this.readWanted();
  }

  private keep(row: number, lines: readonly string[]): void {
    this.read.set(row, lines);
    const [oldest] = this.read.keys();
    if (this.read.size > KEPT && oldest !== undefined) this.read.delete(oldest);
  }

  /** The rows of one page become those of several. */
  private divide(page: Page, over: Over): void {
    const told = over.steps.map(({ rows }) => rows);
    // In the first step those are counted too that were alive before: they are rows of other pages.
    const others = told.slice(1).reduce((sum, rows) => sum + rows, 0);
    const steps = over.steps.map((step, i) => (i === 0 ? { ...step, rows: Math.max(0, page.rows - others) } : step));
    const parts = pagesOf({ ...over, steps }, page.until, page.row);
    this.pages.splice(this.placeOf(page.row), 1, ...parts);
  }

  /** Among the pages, of which there may be many. */
  private placeOf(row: number): number {
    let [low, high] = [0, this.pages.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.pages[middle] as Page).row <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const pagesOf = ({ steps, stepMs }: Over, until: number, firstRow: number): Page[] => {
  const pages: Page[] = [];
  let [row, rows, end] = [firstRow, 0, until];
  const close = (from: number, isHeavy: boolean): void => {
    if (rows > 0) pages.push({ from, until: end, row, rows, isHeavy });
    [row, rows, end] = [row + rows, 0, from];
  };
  for (const step of steps.toReversed()) {
    const from = Date.parse(step.from);
    if (step.rows > HEAVY && stepMs > 1) {
      close(from + stepMs < end ? from + stepMs : end, false);
      rows = step.rows;
      close(from, true);
      continue;
    }
    if (rows > 0 && rows + step.rows > PAGE) close(from + stepMs, false);
    rows += step.rows;
  }
  const [first] = steps;
  if (first !== undefined) close(Date.parse(first.from), false);
  return pages;
};
