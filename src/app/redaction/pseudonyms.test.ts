import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IP_BYTES, renderIp, writeIp } from '../../base/ip.ts';
import { type Digest, permutation } from './permutation.ts';
import { pseudonyms } from './pseudonyms.ts';

const digest =
  (key: string): Digest =>
  (text) =>
    createHmac('sha256', key).update(text).digest();

const keys = fc.string({ minLength: 1 });

test.each([2, 3, 7, 8, 11])('every number of %i bits gets another, and none two get', (bits) => {
  fc.assert(
    fc.property(keys, (key) => {
      const other = permutation(digest(key), 'x', bits);
      const made = Array.from({ length: 2 ** bits }, (_, i) => Number(other(BigInt(i)))).sort((a, b) => a - b);
      expect(made).toEqual(made.map((_, i) => i));
    }),
    { numRuns: 10 },
  );
});

interface Range {
  readonly first: string;
  readonly bits: number;
}
const RANGES: readonly Range[] = [
  { first: '10.0.0.0', bits: 96 + 8 },
  { first: '172.16.0.0', bits: 96 + 12 },
  { first: '192.168.0.0', bits: 96 + 16 },
  { first: '100.64.0.0', bits: 96 + 10 },
  { first: '169.254.0.0', bits: 96 + 16 },
  { first: '127.0.0.0', bits: 96 + 8 },
  { first: 'fc00::', bits: 7 },
  { first: 'fe80::', bits: 10 },
];
const STAYING = ['0.0.0.0', '255.255.255.255', '::', '::1', '127.0.0.1', '168.63.129.16', '169.254.169.254'];

const bitsOf = (ip: string): string => {
  const bytes = new Uint8Array(IP_BYTES);
  writeIp(ip, bytes, 0);
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
};
const prefixOf = ({ first, bits }: Range): string => bitsOf(first).slice(0, bits);
const within = (range: Range): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: IP_BYTES, maxLength: IP_BYTES }).map((bytes) => {
    const bits = prefixOf(range) + bitsOf(renderIp(bytes, 0)).slice(range.bits);
    return renderIp(
      Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2)),
      0,
    );
  });
const inside = fc.oneof(...RANGES.map(within));
const canonical = (ip: string): string => {
  const bytes = new Uint8Array(IP_BYTES);
  writeIp(ip, bytes, 0);
  return renderIp(bytes, 0);
};
const addresses = fc.uniqueArray(fc.oneof(inside, fc.ipV4(), fc.ipV6(), fc.constantFrom(...STAYING)).map(canonical), {
  minLength: 1,
  maxLength: 100,
});

const told = (key: string, ips: readonly string[]): ReadonlyMap<string, string> => {
  const { ofIp } = pseudonyms(digest(key));
  return new Map(ips.map((ip) => [ip, ofIp(ip) as string]));
};

test.each(RANGES)('what is of $first stays there, and is of one key the same in any answer', (range) => {
  fc.assert(
    fc.property(
      keys,
      fc.uniqueArray(within(range), { minLength: 1, maxLength: 50 }),
      fc.array(inside),
      (key, ips, others) => {
        const here = told(key, ips);
        for (const one of here.values()) expect(bitsOf(one).startsWith(prefixOf(range))).toBe(true);
        const elsewhere = told(key, [...others, ...ips.toReversed()]);
        for (const ip of ips) expect(elsewhere.get(ip)).toBe(here.get(ip));
      },
    ),
  );
});

test('no two addresses become one', () => {
  fc.assert(
    fc.property(keys, addresses, (key, ips) => {
      expect(new Set(told(key, ips).values()).size).toBe(ips.length);
    }),
  );
});

test('a range becomes all of itself but what stays, each address another of another key', () => {
  const all = Array.from({ length: 2 ** 16 }, (_, i) => `169.254.${i >> 8}.${i & 255}`);
  const [a, b] = [told('a', all), told('b', all)];
  expect(new Set(a.values())).toEqual(new Set(all));
  expect(a.get('169.254.169.254')).toBe('169.254.169.254');
  // Of 65,536 places one is the same by chance.
  expect(all.filter((ip) => a.get(ip) === b.get(ip)).length).toBeLessThan(20);
  expect(all.filter((ip) => a.get(ip) === ip).length).toBeLessThan(20);
});

test('the addresses of no machine stay', () => {
  fc.assert(
    fc.property(keys, (key) => {
      for (const [ip, one] of told(key, STAYING)) expect(one).toBe(ip);
    }),
  );
});

test('an address of elsewhere is one that nobody has, of one key the same unless it meets another', () => {
  fc.assert(
    fc.property(keys, addresses, (key, ips) => {
      const here = told(key, ips);
      for (const [ip, one] of here) {
        if (STAYING.includes(ip) || RANGES.some((range) => bitsOf(ip).startsWith(prefixOf(range)))) continue;
        expect(one).toMatch(ip.includes(':') ? /^2001:db8:/ : /^2(?:4\d|5[0-5])\./);
        expect(told(key, [ip]).get(ip)).toBe(one);
      }
    }),
  );
});

test('two addresses of elsewhere that come out the same become two', () => {
  const few: Digest = (text) => new Uint8Array(32).fill(digest('k')(text)[0] as number, 15, 16);
  const { ofIp } = pseudonyms(few);
  const ips = Array.from({ length: 200 }, (_, i) => `198.51.100.${i}`);
  expect(new Set(ips.map(ofIp)).size).toBe(ips.length);
});

test('of another key it is another', () => {
  fc.assert(
    fc.property(addresses, fc.uniqueArray(keys, { minLength: 2, maxLength: 2 }), (ips, [a = '', b = '']) => {
      const going = ips.filter((ip) => !STAYING.includes(ip));
      const [here, there] = [told(a, going), told(b, going)];
      fc.pre(going.length > 5);
      expect(going.filter((ip) => here.get(ip) === there.get(ip)).length).toBeLessThan(3);
    }),
  );
});
