import { IP_BYTES, parseIp, renderIp, writeIp } from '../../base/ip.ts';

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
  /** That it is an address of the estate: no other's pseudonym is it. */
  readonly meet: (ip: string) => void;
}

/** 32 bytes of a text, that nobody can work out who has not the key: there are but four billion addresses to try. */
export type Digest = (text: string) => Uint8Array;

export const pseudonyms = (digestOf: Digest): Pseudonyms => {
  const digest = (...parts: readonly string[]): Uint8Array => digestOf(JSON.stringify(parts));
  const given = new Map<string, string>();
  const taken = new Set<string>();
  /** Two that come out the same would be taken for one. */
  const once = (name: string, make: (tries: number) => string): string => {
    const known = given.get(name);
    if (known !== undefined) return known;
    let [tries, made] = [0, make(0)];
    while (taken.has(made)) made = make(++tries);
    taken.add(made);
    given.set(name, made);
    return made;
  };
  return {
    of: (what, name) => once(`${what} ${name}`, (tries) => `${what}-${hex(digest(what, name, String(tries)))}`),
    meet: (text) => {
      const parsed = parseIp(text);
      if (parsed.ok) taken.add(parsed.value);
    },
    ofIp: (text) => {
      const parsed = parseIp(text);
      if (!parsed.ok) return null;
      const ip = parsed.value;
      if (SAID_OF_ALL.has(ip)) return ip;
      return once(`ip ${ip}`, (tries) => {
        const bytes = new Uint8Array(IP_BYTES);
        writeIp(ip, bytes, 0);
        const { bits, first } = rangeOf(bytes);
        const own = digest('ip', ip, String(tries));
        for (let i = 0; i < IP_BYTES; i++) {
          const kept = Math.min(8, Math.max(0, bits - 8 * i));
          const mask = (0xff00 >> kept) & 0xff;
          bytes[i] = ((first[i] as number) & mask) | ((own[i] as number) & ~mask & 0xff);
        }
        return renderIp(bytes, 0);
      });
    },
  };
};

/** The first 48 bits. */
const hex = (bytes: Uint8Array): string =>
  Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Azure's own and those of no machine: they say nothing of anybody. */
const SAID_OF_ALL: ReadonlySet<string> = new Set([
  '0.0.0.0',
  '::',
  '::1',
  '127.0.0.1',
  '168.63.129.16',
  '169.254.169.254',
]);

interface Range {
  /** That all its addresses begin with. */
  readonly bits: number;
  readonly first: Uint8Array;
}

const range = (cidr: string): Range => {
  const [ip = '', length = ''] = cidr.split('/');
  const first = new Uint8Array(IP_BYTES);
  writeIp(ip, first, 0);
  return { bits: Number(length) + (ip.includes(':') ? 0 : 96), first };
};

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
].map(range);
/** RFC 1112: never given to anybody. RFC 3849: for documentation. */
const [OUTSIDE_V4, OUTSIDE_V6] = [range('240.0.0.0/4'), range('2001:db8::/32')];
const V4 = range('0.0.0.0/0');

const rangeOf = (ip: Uint8Array): Range =>
  INSIDE.find((one) => isIn(ip, one)) ?? (isIn(ip, V4) ? OUTSIDE_V4 : OUTSIDE_V6);

const isIn = (ip: Uint8Array, { bits, first }: Range): boolean =>
  first.every((byte, i) => {
    const mask = (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff;
    return ((byte ^ (ip[i] as number)) & mask) === 0;
  });
