/**
 * What is written, and the moments in which a pass looks which windows were touched. A window is marked before the rows that touch it are there:
 * a pass that looked in between would answer it without them, and take the mark for done. So a pass looks while no write is under way.
 */
export class Gate {
  private last: number;
  private writing = 0;
  private looking = 0;
  private looked = false;
  private readonly waiting: (() => void)[] = [];

  /** After the newest number that was given before. */
  constructor(last: number) {
    this.last = last;
  }

  /** Numbers of writes and generations: each is higher than those before it. */
  next(): number {
    return ++this.last;
  }

  /** Whether anybody has looked. */
  get hasLooked(): boolean {
    return this.looked;
  }

  /** What is given from now on is higher than this too. */
  after(last: number): void {
    this.last = Math.max(this.last, last);
  }

  /** Waits for whoever looks; writes may be under way together. */
  async write<Value>(work: (write: number) => Promise<Value>): Promise<Value> {
    while (this.looking > 0) await this.change();
    this.writing++;
    try {
      return await work(this.next());
    } finally {
      this.writing--;
      this.changed();
    }
  }

  /** Waits for the writes that are under way, and keeps others waiting. */
  async look<Value>(work: () => Promise<Value>): Promise<Value> {
    this.looking++;
    this.looked = true;
    try {
      while (this.writing > 0) await this.change();
      return await work();
    } finally {
      this.looking--;
      this.changed();
    }
  }

  /** Nothing is waited for where the way is free: between the look at a count and its change nobody else has a turn. */
  private change(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.waiting.push(resolve);
    });
  }

  private changed(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
