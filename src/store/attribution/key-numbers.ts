/**
 * Numbers keys of `width` 32-bit words in the order in which they come: open addressing, at most half full. A key is given as the place
 * of its first word in an array, so that none is made of the rows of a column.
 */
export const keyNumbers = (width: number) => {
  let room = 4_096;
  let keys = new Uint32Array(room * width);
  let numbers = new Int32Array(room * 2).fill(FREE);
  let mask = numbers.length - 1;
  let count = 0;

  const isKey = (number: number, words: Uint32Array, at: number): boolean => {
    for (let i = 0; i < width; i++) if (keys[number * width + i] !== words[at + i]) return false;
    return true;
  };
  const numberOf = (words: Uint32Array, at: number): number => {
    if (count === room) widen();
    for (let slot = hashOf(words, at, width); ; slot++) {
      const known = numbers[slot & mask] as number;
      if (known === FREE) {
        numbers[slot & mask] = count;
        for (let i = 0; i < width; i++) keys[count * width + i] = words[at + i] as number;
        return count++;
      }
      if (isKey(known, words, at)) return known;
    }
  };
  const widen = (): void => {
    const [known, before] = [keys, count];
    room *= 2;
    keys = new Uint32Array(room * width);
    numbers = new Int32Array(room * 2).fill(FREE);
    mask = numbers.length - 1;
    count = 0;
    for (let number = 0; number < before; number++) numberOf(known, number * width);
  };

  return {
    count: () => count,
    numberOf,
    /** Word `i` of a key. */
    word: (number: number, i: number): number => keys[number * width + i] as number,
  };
};

const FREE = -1;

/** Each word reaches the low bits, which choose the slot. */
export const hashOf = (words: Uint32Array, at: number, width: number): number => {
  let hash = width;
  for (let i = 0; i < width; i++) {
    hash = Math.imul(hash ^ (words[at + i] as number), 0x9e37_79b1);
    hash ^= hash >>> 15;
  }
  return hash;
};
