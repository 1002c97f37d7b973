/**
 * 64-bit columns are written as pairs of 32-bit words, because a BigInt for each number would be an allocation for each number.
 * Which word comes first is the machine's choice, so it is asked once.
 */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** `value` is a whole number from 0 to 2^53. */
export const putUint64 = (words: Uint32Array, row: number, value: number): void => {
  words[2 * row + LOW] = value;
  words[2 * row + HIGH] = value / 4_294_967_296;
};

export const putUint32 = (words: Uint32Array, row: number, value: number): void => {
  words[2 * row + LOW] = value;
  words[2 * row + HIGH] = 0;
};

export const putBig = (words: Uint32Array, row: number, value: bigint): void => {
  words[2 * row + LOW] = Number(value & 0xffff_ffffn);
  words[2 * row + HIGH] = Number(value >> 32n);
};

/** A MAC has 48 bits; the top bit of the 64 says, while a record is open, that the row's MAC is known already. */
const KNOWN = 0x8000_0000;

export const isMacKnown = (words: Uint32Array, row: number): boolean =>
  ((words[2 * row + HIGH] as number) & KNOWN) !== 0;

export const putMac = (words: Uint32Array, row: number, mac: number): void => {
  words[2 * row + LOW] = mac;
  words[2 * row + HIGH] = Math.floor(mac / 4_294_967_296) + KNOWN;
};

export const settleMac = (words: Uint32Array, row: number): void => {
  words[2 * row + HIGH] = (words[2 * row + HIGH] as number) & ~KNOWN;
};
