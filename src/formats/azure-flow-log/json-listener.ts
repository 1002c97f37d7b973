/** What to do with a container: pass over it, look inside, or look inside and offer its strings as bytes first. */
export const MODES = { skip: 0, look: 1, strings: 2 } as const;
export type Mode = (typeof MODES)[keyof typeof MODES];

/** The bytes of a string as they stand in the input, without the quotes. They are the scanner's: copy what stays. */
export interface Text {
  readonly bytes: Uint8Array;
  readonly length: number;
  /** It holds a backslash. */
  readonly escaped: boolean;
  /** It was longer than `TEXT_LIMIT`, and only its beginning is here. */
  readonly cut: boolean;
  /** Of the opening quote, in the whole input. */
  readonly offset: number;
}

/** Longer strings are cut: names and identifiers of Azure end below 1,000 characters. */
export const TEXT_LIMIT = 4_096;

/** Hears what the scanner meets, in order. Nothing inside what it chose to skip is told. */
export interface Listener {
  enter(isArray: boolean, offset: number): Mode;
  leave(): void;
  key(text: Text): void;
  /** Asked before each string; false passes over it. */
  wantsText(): boolean;
  text(text: Text): void;
  /** A number, true, false or null, by its first byte. */
  scalar(first: number, offset: number): void;
  /**
   * Only in mode `strings`: strings may be read right from `bytes`, from behind an opening quote on; the last quote of
   * `bytes` stands at `lastQuote`, at or after `from`. Gives the place behind the closing quote of the last one that was read, or −1 to have the first one told as `text`.
   */
  strings(bytes: Uint8Array, from: number, lastQuote: number, base: number): number;
  tooDeep(offset: number): void;
  /** The input is no JSON at `offset`. `within` is the string that it is no JSON in, or null. */
  broken(why: string, offset: number, within: Text | null): void;
  /** After `broken`: what was passed over before the next record, or before the end of the input. */
  passedOver(byteCount: number, text: Text): void;
  /** The input is over. `whole`: between two values, not inside one that is being read or passed over. */
  ended(whole: boolean, offset: number, within: Text | null): void;
}
