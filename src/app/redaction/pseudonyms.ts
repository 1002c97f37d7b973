import { IP_BYTES, parseIp, renderIp, writeIp } from '../../base/ip.ts';
import { type Digest, permutation } from './permutation.ts';

/** What a name is of: the pseudonym says it. `word`: of nothing that is known. */
export type Named =
  | 'cluster'
  | 'file'
  | 'host'
  | 'id'
  | 'namespace'
  | 'node'
  | 'pod'
  | 'text'
  | 'uid'
  | 'word'
  | 'workload';

export interface Pseudonyms {
  /** The same for the same, another for another. */
  readonly of: (what: Named, name: string) => string;
  /** An address for an address: private ones stay in their range, all others are of ranges that nobody has. null: it is none. */
  readonly ofIp: (ip: string) => string | null;
  /** That a word is a pseudonym already. */
  readonly isGiven: (word: string) => boolean;
}

export const pseudonyms = (digestOf: Digest): Pseudonyms => {
  const digest = (...parts: readonly string[]): Uint8Array => digestOf(JSON.stringify(parts));
  const given = new Map<string, string>();
  const kept = (name: string, make: () => string): string => {
    const made = given.get(name) ?? make();
    given.set(name, made);
    return made;
  };
  const taken = new Set<string>(STAYING);
  /** Two that come out the same would be taken for one. */
  const once = (make: (tries: number) => string): string => {
    let [tries, made] = [0, make(0)];
    while (taken.has(made)) made = make(++tries);
    taken.add(made);
    return made;
  };
  const inside = INSIDE.map((range) => ({ range, other: otherIn(range, digestOf) }));
  const outside = (ip: bigint): string => {
    const range = isIn(ip, V4) ? OUTSIDE_V4 : OUTSIDE_V6;
    return once((tries) => ipOf(range.first | (bigintOf(digest('ip', ipOf(ip), String(tries))) & hostsOf(range))));
  };
  return {
    of: (what, name) =>
      kept(`${what} ${name}`, () => once((tries) => `${what}-${hex(digest(what, name, String(tries)))}`)),
    isGiven: (word) => taken.has(word) && !parseIp(word).ok,
    ofIp: (text) => {
      const parsed = parseIp(text);
      if (!parsed.ok) return null;
      if (STAYING.has(parsed.value)) return parsed.value;
      return kept(`ip ${parsed.value}`, () => {
        const ip = valueOf(parsed.value);
        const own = inside.find(({ range }) => isIn(ip, range));
        return own === undefined ? outside(ip) : own.other(ip);
      });
    },
  };
};

/** Whose place is that of one that stays gets the place that is that one's: nobody else has it. */
const otherIn = (range: Range, digest: Digest): ((ip: bigint) => string) => {
  const permuted = permutation(digest, `ip ${ipOf(range.first)}`, IP_BITS - range.bits);
  const other = (ip: bigint): string => {
    const made = range.first | permuted(ip & hostsOf(range));
    return STAYING.has(ipOf(made)) ? other(made) : ipOf(made);
  };
  return other;
};

/** The first 48 bits. */
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Azure's own and those of no machine: they say nothing of anybody. */
const STAYING: ReadonlySet<string> = new Set([
  '0.0.0.0',
  '255.255.255.255',
  '::',
  '::1',
  '127.0.0.1',
  '168.63.129.16',
  '169.254.169.254',
]);

const IP_BITS = 8 * IP_BYTES;

const bigintOf = (bytes: Uint8Array): bigint =>
  bytes.subarray(0, IP_BYTES).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

const bytesOf = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: IP_BYTES }, (_, i) => Number((value >> BigInt(IP_BITS - 8 - 8 * i)) & 0xffn));

const ipOf = (value: bigint): string => renderIp(bytesOf(value), 0);

const valueOf = (ip: string): bigint => {
  const bytes = new Uint8Array(IP_BYTES);
  writeIp(ip, bytes, 0);
  return bigintOf(bytes);
};

interface Range {
  /** That all its addresses begin with. */
  readonly bits: number;
  readonly first: bigint;
}

const rangeOf = (cidr: string): Range => {
  const [ip = '', length = ''] = cidr.split('/');
  return { bits: Number(length) + (ip.includes(':') ? 0 : 96), first: valueOf(ip) };
};

const hostsOf = ({ bits }: Range): bigint => (1n << BigInt(IP_BITS - bits)) - 1n;

const isIn = (ip: bigint, range: Range): boolean => (ip & ~hostsOf(range)) === range.first;

/** RFC 1918, 6598, 3927, 1122, 4193, 4291: whoever reads it should see that it is an address of the inside. */
const INSIDE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '127.0.0.0/8',
  'fc00::/7',
  'fe80::/10',
].map(rangeOf);
/** RFC 1112: never given to anybody. RFC 3849: for documentation. */
const [OUTSIDE_V4, OUTSIDE_V6] = [rangeOf('240.0.0.0/4'), rangeOf('2001:db8::/32')];
const V4 = rangeOf('0.0.0.0/0');
