/** ASCII text that grows, without a string for each piece. `reserve` first: the other methods do not look whether there is room. */
export class TextBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  readonly #digits = new Uint8Array(20);

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
    for (let i = 0; i < ascii.length; i++) this.#bytes[this.#length++] = ascii.charCodeAt(i);
    return this;
  }

  /** Bytes that are ASCII already. */
  raw(ascii: Uint8Array): this {
    const length = ascii.length;
    for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = ascii[i] as number;
    this.#length += length;
    return this;
  }

  whole(value: number): this {
    return this.padded(value, 1);
  }

  padded(value: number, width: number): this {
    let count = 0;
    let rest = value;
    // Beyond 31 bits division is slow and rounds; below, it is one instruction.
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 10)) this.#digits[count++] = 48 + (rest % 10);
    for (let small = rest | 0; small > 0 || count < width; small = (small / 10) | 0)
      this.#digits[count++] = 48 + (small % 10);
    while (count > 0) this.#bytes[this.#length++] = this.#digits[--count] as number;
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
