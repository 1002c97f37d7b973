/** So many at a time, the others in order; null when too many wait already. */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly atATime: number;
  private readonly mostWaiting: number;

  constructor(atATime: number, mostWaiting: number) {
    this.atATime = atATime;
    this.mostWaiting = mostWaiting;
  }

  /** Gives what ends the turn. */
  async take(): Promise<(() => void) | null> {
    if (this.running >= this.atATime) {
      if (this.waiting.length >= this.mostWaiting) return null;
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    } else this.running++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    };
  }
}
