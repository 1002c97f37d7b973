import type { Random } from '../random.ts';

/** Lines in a burst, on average: a full socket buffer loses all until its reader has caught up. */
const BURST = 150;

/** Says of each line of one file whether the kernel dropped it. */
export class Bursts {
  readonly #share: number;
  readonly #random: Random;
  #left = 0;

  constructor(share: number, random: Random) {
    this.#share = share;
    this.#random = random;
  }

  /** 'begins' is lost too, and is where conntrack warns. */
  next(): 'kept' | 'begins' | 'lost' {
    if (this.#left > 0) {
      this.#left--;
      return 'lost';
    }
    if (this.#share === 0 || this.#random.next() * BURST >= this.#share) return 'kept';
    this.#left = this.#random.whole(0, 2 * BURST - 1);
    return 'begins';
  }
}
