import { MOST_SLOTS, SLICE } from './schedule.ts';

/** Slots of connections that one slice opened, on whatever node. */
export class OpenedSlots {
  #keys = new Float64Array(1_024);
  #length = 0;

  add(at: number, slot: number): void {
    if (this.#length === this.#keys.length) {
      const wider = new Float64Array(this.#length * 2);
      wider.set(this.#keys);
      this.#keys = wider;
    }
    this.#keys[this.#length++] = (at % SLICE) * MOST_SLOTS + slot;
  }

  /** By the time of their opening. */
  *inOrder(): Generator<number> {
    for (const key of this.#keys.subarray(0, this.#length).sort()) yield key % MOST_SLOTS;
  }

  clear(): void {
    this.#length = 0;
  }
}
