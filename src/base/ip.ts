import type { Brand } from './brand.ts';
import { fail, ok, type Result } from './result.ts';

/**
 * An address in its one canonical spelling: `10.0.0.1`, or IPv6 as RFC 5952 writes it.
 * An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address. Two equal addresses are equal strings.
 */
export type Ip = Brand<string, 'Ip'>;

/** Sixteen bytes, network order; IPv4 sits in `::ffff:0:0/96`, as the store keeps it. */
export const IP_BYTES = 16;

export const parseIp = (text: string): Result<Ip, string> => {
  const bytes = new Uint8Array(IP_BYTES);
  return writeIp(text, bytes, 0) ? ok(renderIp(bytes, 0)) : fail(`expected an IP address, got "${text.slice(0, 60)}"`);
};

/** Writes the address at `offset`; false, and nothing promised about the bytes, when the text is no address. */
export const writeIp = (text: string, into: Uint8Array, offset: number): boolean =>
  text.includes(':') ? writeIpv6(text, into, offset) : writeIpv4(text, into, offset);

const writeIpv4 = (text: string, into: Uint8Array, offset: number): boolean => {
  into.fill(0, offset, offset + 10);
  into[offset + 10] = 0xff;
  into[offset + 11] = 0xff;
  return writeQuad(text, into, offset + 12);
};

const writeQuad = (text: string, into: Uint8Array, offset: number): boolean => {
  const parts = text.split('.');
  if (parts.length !== 4) return false;
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return false;
    into[offset + i] = Number(part);
  }
  return true;
};

const writeIpv6 = (text: string, into: Uint8Array, offset: number): boolean => {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const head = groupsOf(halves[0] ?? '');
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  // The form of IPv4 is the last 32 bits, or nothing (RFC 4291, 2.2).
  if (head === null || tail === null || (halves.length === 2 && halves[0]?.includes('.'))) return false;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return false;
  const groups = [...head, ...Array<number>(Math.max(0, missing)).fill(0), ...tail];
  for (const [i, group] of groups.entries()) {
    into[offset + 2 * i] = group >> 8;
    into[offset + 2 * i + 1] = group & 0xff;
  }
  return true;
};

const groupsOf = (text: string): number[] | null => {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes('.')) {
      const quad = new Uint8Array(4);
      if (!writeQuad(part, quad, 0)) return null;
      groups.push(((quad[0] as number) << 8) | (quad[1] as number), ((quad[2] as number) << 8) | (quad[3] as number));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
};

/** The canonical text of the sixteen bytes at `offset`. */
export const renderIp = (bytes: Uint8Array, offset: number): Ip => {
  if (isMapped(bytes, offset)) return bytes.subarray(offset + 12, offset + 16).join('.') as Ip;
  const groups: number[] = [];
  for (let i = 0; i < 8; i++)
    groups.push(((bytes[offset + 2 * i] as number) << 8) | (bytes[offset + 2 * i + 1] as number));
  const [start, length] = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  return (
    length < 2 ? hex.join(':') : `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
  ) as Ip;
};

const isMapped = (bytes: Uint8Array, offset: number): boolean => {
  for (let i = 0; i < 10; i++) if (bytes[offset + i] !== 0) return false;
  return bytes[offset + 10] === 0xff && bytes[offset + 11] === 0xff;
};

const longestZeroRun = (groups: readonly number[]): readonly [number, number] => {
  let best: readonly [number, number] = [0, 0];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > best[1]) best = [i, end - i];
    i = Math.max(i, end - 1);
  }
  return best;
};

/** By value, as the sixteen bytes compare. */
export const compareIp = (a: Ip, b: Ip): number => {
  const [x, y] = [new Uint8Array(IP_BYTES), new Uint8Array(IP_BYTES)];
  writeIp(a, x, 0);
  writeIp(b, y, 0);
  for (let i = 0; i < IP_BYTES; i++) if (x[i] !== y[i]) return (x[i] as number) - (y[i] as number);
  return 0;
};

/** A block of addresses, by its first and its last. */
export interface Cidr {
  readonly first: Ip;
  readonly last: Ip;
}

export const parseCidr = (text: string): Result<Cidr, string> => {
  const [address = '', width, more] = text.split('/');
  const bytes = new Uint8Array(IP_BYTES);
  const wide = address.includes(':') ? 128 : 32;
  const refuse = fail(`expected a block like 10.0.0.0/8 or 2001:db8::/32, got "${text.slice(0, 60)}"`);
  if (
    width === undefined ||
    more !== undefined ||
    !/^\d{1,3}$/.test(width) ||
    Number(width) > wide ||
    !writeIp(address, bytes, 0)
  )
    return refuse;
  const kept = Number(width) + (wide === 32 ? 96 : 0);
  const first = bytes.slice();
  const last = bytes.slice();
  for (let bit = kept; bit < 128; bit++) {
    const mask = 0x80 >> (bit & 7);
    first[bit >> 3] = (first[bit >> 3] as number) & ~mask;
    last[bit >> 3] = (last[bit >> 3] as number) | mask;
  }
  return ok({ first: renderIp(first, 0), last: renderIp(last, 0) });
};
