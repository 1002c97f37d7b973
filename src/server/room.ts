/** So many bytes may be in memory at a time, for all who bring in together. */
export class Room {
  private used = 0;
  private readonly bytes: number;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** false: there is no room for as many more. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.bytes) return false;
    this.used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}
