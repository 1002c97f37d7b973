import { IP_BYTES, writeIp } from '../../base/ip.ts';

/** The whole number written in `[from, until)`, at most 15 digits so that it is exact; -1 when it is anything else. */
export const wholeNumber = (bytes: Uint8Array, from: number, until: number): number => {
  if (until <= from || until - from > 15) return -1;
  let value = 0;
  for (let i = from; i < until; i++) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
};

/** The longest spelling of an IPv6 address: eight groups, the last two written as IPv4. */
const LONGEST_IP = 45;

/**
 * Writes the address that begins at `from` into row `row`; returns where it ends, or -1 when there is none.
 * IPv4 is read byte by byte: it is nearly every line.
 */
export const readAddress = (bytes: Uint8Array, from: number, into: Uint8Array, row: number): number => {
  const offset = row * IP_BYTES;
  let part = offset + 12;
  let value = -1;
  for (let i = from; ; i++) {
    const c = bytes[i] as number;
    if (c >= 48 && c <= 57) {
      if (value === 0) return readIpv6(bytes, from, into, offset);
      value = value < 0 ? c - 48 : value * 10 + c - 48;
    } else if (c === DOT && value >= 0 && value <= 255 && part < offset + 15) {
      into[part++] = value;
      value = -1;
    } else if (isBlank(c) && value >= 0 && value <= 255 && part === offset + 15) {
      into[part] = value;
      for (let zero = offset; zero < offset + 10; zero++) into[zero] = 0;
      into[offset + 10] = 0xff;
      into[offset + 11] = 0xff;
      return i;
    } else {
      return readIpv6(bytes, from, into, offset);
    }
  }
};

const readIpv6 = (bytes: Uint8Array, from: number, into: Uint8Array, offset: number): number => {
  let end = from;
  let colons = 0;
  for (; !isBlank(bytes[end]); end++) {
    if (bytes[end] === COLON) colons++;
    if (end - from > LONGEST_IP) return -1;
  }
  return colons > 0 && writeIp(String.fromCharCode(...bytes.subarray(from, end)), into, offset) ? end : -1;
};

/** Writes the whole number, at most `most`, that begins at `from`; returns where it ends, or -1 when there is none. */
export const readNumber = (
  bytes: Uint8Array,
  from: number,
  most: number,
  into: Uint8Array | Uint16Array | Uint32Array | Float64Array,
  row: number,
): number => {
  let value = 0;
  let i = from;
  for (; ; i++) {
    const digit = (bytes[i] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
    if (value > most) return -1;
  }
  into[row] = value;
  return i > from && isBlank(bytes[i]) ? i : -1;
};

/** A blank or the end of the line; also the end of the input. */
export const isBlank = (c: number | undefined): boolean => c === undefined || c === 32 || (c <= 13 && c >= 9);

const DOT = 46;
const COLON = 58;
