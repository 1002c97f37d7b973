import { IP_BYTES, writeIp } from '../../base/ip.ts';

const [QUOTE, COMMA, DOT, ZERO, COLON] = [0x22, 0x2c, 0x2e, 0x30, 0x3a] as const;
const LONGEST_IP = 45;
/** The third 32-bit word of ::ffff:0:0/96, as this machine holds it. */
const MAPPED = new Uint32Array(new Uint8Array([0, 0, 0xff, 0xff]).buffer)[0] as number;
/** The value of a hexadecimal digit; 16 for what is none. */
const HEX_OF = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase());
  return digit < 0 ? 16 : digit;
});

/**
 * Writes the address that stands between `from` and the next comma as `row`, and gives the place behind the comma, or −1.
 * Does what `writeIp` does, without a string. A quote must stand somewhere at or after `from`.
 */
export const putIp = (bytes: Uint8Array, from: number, into: Uint8Array, words: Uint32Array, row: number): number => {
  const at = row * IP_BYTES + 12;
  let i = putOctet(bytes, from, into, at);
  if (i > 0 && bytes[i] === DOT) i = putOctet(bytes, i + 1, into, at + 1);
  else return putIpv6(bytes, from, into, row);
  if (i < 0 || bytes[i] !== DOT) return -1;
  i = putOctet(bytes, i + 1, into, at + 2);
  if (i < 0 || bytes[i] !== DOT) return -1;
  i = putOctet(bytes, i + 1, into, at + 3);
  if (i < 0 || bytes[i] !== COMMA) return -1;
  words[4 * row] = 0;
  words[4 * row + 1] = 0;
  words[4 * row + 2] = MAPPED;
  return i + 1;
};

/** One to three digits, at most 255, and no leading zero: some readers would take it for octal. */
const putOctet = (bytes: Uint8Array, from: number, into: Uint8Array, at: number): number => {
  const first = (bytes[from] as number) - ZERO;
  if (first >>> 0 > 9) return -1;
  let i = from + 1;
  let value = first;
  if (first !== 0) {
    let digit = (bytes[i] as number) - ZERO;
    if (digit >>> 0 <= 9) {
      value = 10 * value + digit;
      digit = (bytes[++i] as number) - ZERO;
      if (digit >>> 0 <= 9) {
        value = 10 * value + digit;
        i++;
      }
    }
  }
  into[at] = value;
  return value > 255 ? -1 : i;
};

/** Groups of hexadecimal digits with at most one gap; the mixed spelling (`::ffff:10.0.0.1`) goes through its text. */
const putIpv6 = (bytes: Uint8Array, from: number, into: Uint8Array, row: number): number => {
  const at = row * IP_BYTES;
  let i = from;
  let filled = 0;
  let gapAt = -1;
  if (bytes[i] === COLON && bytes[i + 1] === COLON) {
    gapAt = 0;
    i += 2;
  }
  while (bytes[i] !== COMMA) {
    let group = 0;
    const begin = i;
    for (let digit = HEX_OF[bytes[i] as number] as number; digit < 16; digit = HEX_OF[bytes[++i] as number] as number) {
      group = (group << 4) | digit;
    }
    if (bytes[i] === DOT) return putMixedIp(bytes, from, into, row);
    if (i === begin || i > begin + 4 || filled === IP_BYTES) return -1;
    into[at + filled++] = group >> 8;
    into[at + filled++] = group;
    if (bytes[i] === COMMA) break;
    if (bytes[i] !== COLON) return -1;
    i++;
    if (bytes[i] === COLON) {
      if (gapAt >= 0) return -1;
      gapAt = filled;
      i++;
    } else if (bytes[i] === COMMA) return -1;
  }
  if (gapAt < 0) return filled === IP_BYTES ? i + 1 : -1;
  if (filled === IP_BYTES) return -1;
  const moved = IP_BYTES - filled;
  into.copyWithin(at + gapAt + moved, at + gapAt, at + filled);
  into.fill(0, at + gapAt, at + gapAt + moved);
  return i + 1;
};

const putMixedIp = (bytes: Uint8Array, from: number, into: Uint8Array, row: number): number => {
  let text = '';
  for (let i = from; i <= from + LONGEST_IP; i++) {
    const byte = bytes[i] as number;
    if (byte === COMMA) return writeIp(text, into, row * IP_BYTES) ? i + 1 : -1;
    if (byte === QUOTE || byte > 0x7f) return -1;
    text += String.fromCharCode(byte);
  }
  return -1;
};
