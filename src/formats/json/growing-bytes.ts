/** Bytes that arrive in pieces and are needed whole once. Used again after `clear`, so that a long list costs one buffer. */
export class GrowingBytes {
  private bytes = new Uint8Array(1_024);
  length = 0;

  append(piece: Uint8Array): void {
    const needed = this.length + piece.length;
    if (needed > this.bytes.length) {
      const wider = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      wider.set(this.bytes.subarray(0, this.length));
      this.bytes = wider;
    }
    this.bytes.set(piece, this.length);
    this.length = needed;
  }

  /** The bytes in `[from, until)`, valid until the next `append`. */
  view(from = 0, until = this.length): Uint8Array {
    return this.bytes.subarray(from, until);
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > 1_048_576) this.bytes = new Uint8Array(1_024);
  }
}
