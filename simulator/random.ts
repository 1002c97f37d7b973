/** Numbers that a seed decides: the same seed plans the same run. What the kernel then does with it is its own. */
export interface Random {
  /** From 0, up to but not including 1. */
  next(): number;
  /** From `low`, up to but not including `high`. */
  between(low: number, high: number): number;
  whole(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  /** Waiting time to the next of events that come `perSecond` times a second, ms. */
  gapMs(perSecond: number): number;
  hex(digits: number): string;
  /** The letters that Kubernetes gives pods and replica sets: no vowels, no look-alikes. */
  suffix(length: number): string;
  uuid(): string;
}

/** Kubernetes' own choice: apimachinery/pkg/util/rand/rand.go. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low));
  const letters = (alphabet: string, length: number): string => {
    let text = '';
    while (text.length < length) text += alphabet[whole(0, alphabet.length)];
    return text;
  };
  const hex = (digits: number): string => letters('0123456789abcdef', digits);
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    whole,
    pick: (from) => {
      const picked = from[whole(0, from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    gapMs: (perSecond) => (-Math.log(1 - next()) * 1_000) / perSecond,
    hex,
    suffix: (length) => letters(SUFFIX_LETTERS, length),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${letters('89ab', 1)}${hex(3)}-${hex(12)}`,
  };
};
