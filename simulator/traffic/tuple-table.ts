const EMPTY = -1;

/** Which connection holds a wire tuple, by a number that stands for the tuple. Open addressing: no object for an entry. */
export class TupleTable {
  #keys = new Float64Array(1 << 12).fill(EMPTY);
  #slots = new Int32Array(1 << 12);
  #size = 0;

  /** -1: nobody. */
  get(key: number): number {
    const mask = this.#keys.length - 1;
    for (let at = hash(key) & mask; ; at = (at + 1) & mask) {
      const found = this.#keys[at];
      if (found === key) return this.#slots[at] as number;
      if (found === EMPTY) return -1;
    }
  }

  set(key: number, slot: number): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const mask = this.#keys.length - 1;
    let at = hash(key) & mask;
    while (this.#keys[at] !== EMPTY && this.#keys[at] !== key) at = (at + 1) & mask;
    if (this.#keys[at] === EMPTY) this.#size++;
    this.#keys[at] = key;
    this.#slots[at] = slot;
  }

  /** Forgets the tuple, if it is still this slot that holds it. */
  release(key: number, slot: number): void {
    const mask = this.#keys.length - 1;
    let at = hash(key) & mask;
    while (this.#keys[at] !== key) {
      if (this.#keys[at] === EMPTY) return;
      at = (at + 1) & mask;
    }
    if (this.#slots[at] !== slot) return;
    this.#size--;
    // Those that stand behind because this place was taken move up, so that no search ends too soon.
    for (let next = (at + 1) & mask; this.#keys[next] !== EMPTY; next = (next + 1) & mask) {
      const home = hash(this.#keys[next] as number) & mask;
      if (((next - home) & mask) < ((next - at) & mask)) continue;
      this.#keys[at] = this.#keys[next] as number;
      this.#slots[at] = this.#slots[next] as number;
      at = next;
    }
    this.#keys[at] = EMPTY;
  }

  #grow(): void {
    const [keys, slots] = [this.#keys, this.#slots];
    this.#keys = new Float64Array(keys.length * 2).fill(EMPTY);
    this.#slots = new Int32Array(keys.length * 2);
    this.#size = 0;
    for (let i = 0; i < keys.length; i++) if (keys[i] !== EMPTY) this.set(keys[i] as number, slots[i] as number);
  }
}

const hash = (key: number): number => {
  let mixed = Math.imul((key / 65_536) | 0, 0x9e3779b1) ^ Math.imul(key & 0xffff, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
};
