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

  /** Whether anybody has looked since it was made. */
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

/** The gates of several parts as one: whoever looks keeps writes to each of them waiting, and a number is higher than any that was given. */
export class EveryGate extends Gate {
  private readonly gates: readonly Gate[];

  constructor(gates: readonly Gate[]) {
    super(0);
    this.gates = gates;
  }

  override next(): number {
    const next = Math.max(...this.gates.map((gate) => gate.next()));
    for (const gate of this.gates) gate.after(next);
    return next;
  }

  override look<Value>(work: () => Promise<Value>): Promise<Value> {
    // Always in the same order, so that nobody waits for another who waits for it.
    return this.gates.reduceRight((inner, gate) => () => gate.look(inner), work)();
  }
}
