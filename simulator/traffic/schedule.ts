/** Four microseconds: a minute of them fits into 24 bits. Times in the traffic are whole numbers of these since its first slice. */
export const UNITS_PER_MS = 250;
export const SLICE_MS = 60_000;
export const SLICE = SLICE_MS * UNITS_PER_MS;

/** How far ahead something may be scheduled, in slices. */
const RING = 32;

const SLOT = 2 ** 4;
const UNIT = 2 ** 28;
/** 24 bits of time, 24 of slot, 4 of kind: exact in a double, and ordered by time when sorted as numbers. */
export const MOST_SLOTS = 2 ** 24;

/** What is to happen on each node, a minute at a time: numbers in rings of growing arrays. */
export class Schedule {
  readonly #rings: Float64Array<ArrayBuffer>[][];
  readonly #lengths: Int32Array;

  constructor(nodes: number) {
    this.#rings = Array.from({ length: nodes }, () => Array.from({ length: RING }, () => new Float64Array(16)));
    this.#lengths = new Int32Array(nodes * RING);
  }

  push(node: number, at: number, slot: number, kind: number): void {
    const slice = Math.floor(at / SLICE);
    const place = slice % RING;
    const ring = this.#rings[node] as Float64Array<ArrayBuffer>[];
    let keys = ring[place] as Float64Array<ArrayBuffer>;
    const length = this.#lengths[node * RING + place] as number;
    if (length === keys.length) {
      keys = new Float64Array(length * 2);
      keys.set(ring[place] as Float64Array);
      ring[place] = keys;
    }
    keys[length] = (at - slice * SLICE) * UNIT + slot * SLOT + kind;
    this.#lengths[node * RING + place] = length + 1;
  }

  /** Everything of one node's slice in the order of time; valid until the slice is pushed to again, a ring later. */
  take(node: number, slice: number): Float64Array {
    const place = slice % RING;
    const keys = (this.#rings[node] as Float64Array[])[place] as Float64Array;
    const length = this.#lengths[node * RING + place] as number;
    this.#lengths[node * RING + place] = 0;
    return keys.subarray(0, length).sort();
  }
}

/** The time within the slice that a key stands for. */
export const unitOf = (key: number): number => Math.floor(key / UNIT);
/** The rest of it, slot and kind: an integer, which is quick to take apart. */
export const restOf = (key: number, unit: number): number => (key - unit * UNIT) | 0;
export const slotOf = (rest: number): number => rest >>> 4;
export const kindOf = (rest: number): number => rest & 15;
