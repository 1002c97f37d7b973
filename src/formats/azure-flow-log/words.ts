const LONGEST_MEMO = 64;

/** Text that repeats, each once. The first word is always the empty one, so a row that nobody filled says "nothing". */
export class Words {
  readonly list: string[] = [''];
  private readonly ids = new Map<string, number>([['', 0]]);
  /** The word that was met last, as bytes: neighbouring rows nearly always share it, and then no string is made. */
  readonly memo = new Uint8Array(LONGEST_MEMO);
  private memoLength = 0;
  private memoId = 0;

  idOf(word: string): number {
    const known = this.ids.get(word);
    if (known !== undefined) return known;
    const id = this.list.push(word) - 1;
    this.ids.set(word, id);
    return id;
  }

  /** The word at `from`, when it is the one met last and `after` follows it; else −1. */
  again(bytes: Uint8Array, from: number, after: number): number {
    const length = this.memoLength;
    for (let k = 0; k < length; k++) if (bytes[from + k] !== this.memo[k]) return -1;
    return bytes[from + length] === after ? this.memoId : -1;
  }

  lengthOfLast(): number {
    return this.memoLength;
  }

  idOfLast(): number {
    return this.memoId;
  }

  /** ASCII only, at most 64 bytes. */
  idOfBytes(bytes: Uint8Array, from: number, until: number): number {
    const id = this.idOf(String.fromCharCode(...bytes.subarray(from, until)));
    this.memo.set(bytes.subarray(from, until));
    this.memoLength = until - from;
    this.memoId = id;
    return id;
  }
}
