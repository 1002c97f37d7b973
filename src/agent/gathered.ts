/** Bytes that wait to be written together, in buffers that are used again. */
export class Gathered {
  private readonly size: number;
  private readonly spare: Buffer[] = [];
  private current: Buffer;
  private used = 0;

  constructor(size: number) {
    this.size = size;
    this.current = Buffer.allocUnsafeSlow(size);
  }

  get bytes(): number {
    return this.used;
  }

  /** False: there is no room for all of it, and none of it was taken. */
  add(bytes: Uint8Array): boolean {
    if (this.used + bytes.length > this.size) return false;
    this.current.set(bytes, this.used);
    this.used += bytes.length;
    return true;
  }

  /** What was gathered; `giveBack` when it was used. */
  take(): { readonly bytes: Buffer; readonly giveBack: () => void } {
    const whole = this.current;
    const bytes = whole.subarray(0, this.used);
    this.current = this.spare.pop() ?? Buffer.allocUnsafeSlow(this.size);
    this.used = 0;
    return { bytes, giveBack: () => void (this.spare.length < MOST_SPARE && this.spare.push(whole)) };
  }
}

const MOST_SPARE = 4;
