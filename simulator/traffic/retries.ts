/** Calls that failed and will be made again, on one node, the next one first: a heap without an object for an entry. */
export class Retries {
  #at = new Float64Array(16);
  #pair = new Int32Array(16);
  #tries = new Uint8Array(16);
  #size = 0;

  /** When the next one is due; infinity: there is none. */
  get next(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#at[0] as number);
  }

  /** Of the next one; `drop` takes it out. */
  get pair(): number {
    return this.#pair[0] as number;
  }

  /** How often it was tried before. */
  get tries(): number {
    return this.#tries[0] as number;
  }

  add(at: number, pair: number, tries: number): void {
    if (this.#size === this.#at.length) this.#widen();
    let place = this.#size++;
    for (; place > 0; place = (place - 1) >> 1) {
      const above = (place - 1) >> 1;
      if ((this.#at[above] as number) <= at) break;
      this.#move(above, place);
    }
    this.#put(place, at, pair, tries);
  }

  drop(): void {
    const last = --this.#size;
    const at = this.#at[last] as number;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= last) break;
      if (below + 1 < last && (this.#at[below + 1] as number) < (this.#at[below] as number)) below++;
      if ((this.#at[below] as number) >= at) break;
      this.#move(below, place);
      place = below;
    }
    this.#put(place, at, this.#pair[last] as number, this.#tries[last] as number);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#at[from] as number, this.#pair[from] as number, this.#tries[from] as number);
  }

  #put(place: number, at: number, pair: number, tries: number): void {
    this.#at[place] = at;
    this.#pair[place] = pair;
    this.#tries[place] = tries;
  }

  #widen(): void {
    const [at, pair, tries] = [this.#at, this.#pair, this.#tries];
    this.#at = new Float64Array(at.length * 2);
    this.#pair = new Int32Array(at.length * 2);
    this.#tries = new Uint8Array(at.length * 2);
    this.#at.set(at);
    this.#pair.set(pair);
    this.#tries.set(tries);
  }
}
