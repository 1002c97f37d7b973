import type { Turns } from './turns.ts';

/** Whoever has the turn may wait for bytes so long; then others have it until they are there. */
const PATIENCE_MS = 250;

/** One's turn, which ends with it: a source that is slow keeps nobody else waiting. */
export class Turn {
  private readonly turns: Turns;
  private release: () => void;

  private constructor(turns: Turns, release: () => void) {
    this.turns = turns;
    this.release = release;
  }

  /** `turns` with no bound of those that wait. */
  static async of(turns: Turns): Promise<Turn> {
    return new Turn(turns, await taken(turns));
  }

  end(): void {
    this.release();
  }

  /** The same values. While one is waited for, others may have their turn. */
  async *lending<Value>(values: AsyncIterable<Value>): AsyncGenerator<Value, void, undefined> {
    const iterator = values[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.waitFor(iterator.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  private async waitFor<Value>(coming: Promise<Value>): Promise<Value> {
    let isLate = false;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      isLate = true;
      late.resolve();
    }, PATIENCE_MS);
    try {
      await Promise.race([coming, late.promise]);
    } finally {
      clearTimeout(timer);
    }
    if (!isLate) return coming;
    this.release();
    try {
      return await coming;
    } finally {
      this.release = await taken(this.turns);
    }
  }
}

const taken = async (turns: Turns): Promise<() => void> => {
  const release = await turns.take();
  if (release === null) throw new Error('too many wait for their turn');
  return release;
};
