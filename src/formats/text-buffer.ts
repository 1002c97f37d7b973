const BILLION = 1_000_000_000;

/** ASCII text that grows, without a string for each piece. `reserve` first: the other methods do not look whether there is room. */
export class TextBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(room = 65_536) {
    this.#bytes = new Uint8Array(room);
  }

  get length(): number {
    return this.#length;
  }

  reserve(room: number): void {
    if (this.#length + room <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + room));
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
  }

  text(ascii: string): this {
    const bytes = this.#bytes;
    const from = this.#length;
    const count = ascii.length;
    for (let i = 0; i < count; i++) bytes[from + i] = ascii.charCodeAt(i);
    this.#length = from + count;
    return this;
  }

  /** Bytes that are ASCII already. */
  raw(ascii: Uint8Array): this {
    const bytes = this.#bytes;
    const from = this.#length;
    const count = ascii.length;
    for (let i = 0; i < count; i++) bytes[from + i] = ascii[i] as number;
    this.#length = from + count;
    return this;
  }

  whole(value: number): this {
    return value < BILLION ? this.#small(value | 0, digitsOf(value)) : this.padded(value, 10);
  }

  /** With zeros in front where it has fewer digits. */
  padded(value: number, width: number): this {
    if (value < BILLION) return this.#small(value | 0, Math.max(width, digitsOf(value)));
    const high = Math.floor(value / BILLION);
    return this.padded(high, width - 9).padded(value - high * BILLION, 9);
  }

  /** Below 2^31 a division is one instruction. */
  #small(value: number, width: number): this {
    const bytes = this.#bytes;
    const from = this.#length;
    let rest = value;
    for (let at = from + width - 1; at >= from; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = 48 + rest - tenth * 10;
      rest = tenth;
    }
    this.#length = from + width;
    return this;
  }

  big(value: bigint): this {
    return value <= 0xffff_ffffn ? this.whole(Number(value)) : this.text(value.toString());
  }

  /** What was written; valid until the next write. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written from there on. */
  cut(length: number): void {
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
  }
}

/** Of a number below a billion. */
const digitsOf = (value: number): number => {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4;
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  return value < 100_000_000 ? (value < 10_000_000 ? 7 : 8) : 9;
};
