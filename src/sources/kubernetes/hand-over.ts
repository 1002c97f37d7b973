import { each } from '../../base/each.ts';
import { ok } from '../../base/result.ts';
import type { TakeIn } from '../../core/ports.ts';
import { type Pause, pauseMs } from '../pause.ts';

export interface HandOverOptions {
  readonly take: TakeIn;
  /** The object that all of it is of, for the store. */
  readonly object: string;
  /** null: the store's default. */
  readonly cluster: string | null;
  /** How old lines become before they are handed over. */
  readonly everyMs: number;
  readonly pause: Pause;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** So much waits at most; then whoever adds waits, and with it the watch. Much, as the store takes large pieces almost as fast as small ones. */
const MOST_WAITING = 8 * 1_048_576;

/** Gathers lines and hands them over in order, one piece after another, each until the store has it. */
export class HandOver {
  handed = 0;
  failures = 0;
  private lines: string[] = [];
  /** Characters of what is gathered and of what is being handed over. */
  private waiting = 0;
  private timer: NodeJS.Timeout | null = null;
  private handing: Promise<void> = Promise.resolve();
  /** Something was given up, at the end: what came after it says nothing without it. */
  private isBroken = false;
  private readonly options: HandOverOptions;
  private readonly stop: AbortSignal;

  constructor(options: HandOverOptions, stop: AbortSignal) {
    this.options = options;
    this.stop = stop;
  }

  /** Returns when there is room for more. */
  async add(line: string): Promise<void> {
    this.lines.push(line);
    this.waiting += line.length;
    if (this.waiting >= MOST_WAITING) return this.flush();
    this.timer ??= setTimeout(() => void this.flush(), this.options.everyMs);
  }

  /** Returns when everything that was added is durable, or it was told to stop and the store refused. */
  flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.handing = this.after(this.handing);
    return this.handing;
  }

  private async after(before: Promise<void>): Promise<void> {
    await before;
    const lines = this.lines;
    this.lines = [];
    if (lines.length > 0 && !this.isBroken) await this.hand(lines);
    this.waiting -= lines.reduce((sum, line) => sum + line.length, 0);
  }

  private async hand(lines: readonly string[]): Promise<void> {
    const { take, object, cluster, log } = this.options;
    const bytes = new TextEncoder().encode(lines.join(''));
    for (let tries = 0; ; tries++) {
      try {
        const [taken] = await take(each([{ name: object, read: () => each([ok(bytes)]) }]), {
          cluster,
          node: '',
          at: null,
        });
        if (tries > 0) log(`${object}: handed over, after ${tries} failures`);
        if (taken?.problem !== null) log(`${object}: ${taken?.problem ?? 'nothing was said of it'}`);
        this.handed += lines.length;
        return;
      } catch (error) {
        this.failures++;
        if (tries === 0) log(`${object}: not handed over, it is tried again: ${(error as Error).message}`);
        this.isBroken = this.stop.aborted;
        if (this.isBroken) return;
        await this.options.pause(pauseMs(tries, this.options.random(), null), this.stop);
      }
    }
  }
}
