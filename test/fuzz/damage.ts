import type { Random } from '../../simulator/random.ts';

/**
 * Damage that inputs meet or that somebody does on purpose: bits that flip, pieces that are lost, repeated, moved or taken from another input, and words
 * that readers trip over in the place of others. The same random numbers do the same damage.
 */
export const damaged = (input: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array => {
  let bytes: Uint8Array = input;
  for (let left = 1 + random.whole(0, 4); left > 0; left--) bytes = random.pick(DAMAGES)(bytes, others, random);
  return bytes.subarray(0, MOST_BYTES);
};

/** Enough for each reader to have read in pieces. */
const MOST_BYTES = 200_000;

type Damage = (bytes: Uint8Array, others: readonly Uint8Array[], random: Random) => Uint8Array;

const encoder = new TextEncoder();

const spliced = (bytes: Uint8Array, from: number, until: number, piece: Uint8Array): Uint8Array => {
  const result = new Uint8Array(from + piece.length + bytes.length - until);
  result.set(bytes.subarray(0, from));
  result.set(piece, from);
  result.set(bytes.subarray(until), from + piece.length);
  return result;
};

/** A stretch of it, mostly short. */
const stretch = (bytes: Uint8Array, random: Random): readonly [number, number] => {
  const from = random.whole(0, bytes.length + 1);
  const length = random.whole(0, random.whole(0, 4) === 0 ? bytes.length + 1 : 20);
  return [from, Math.min(bytes.length, from + length)];
};

/** What has a meaning to some reader, or none to any. */
const WORDS: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1e999',
  '1e-999',
  '18446744073709551616',
  '9223372036854775808',
  '0.1',
  '00',
  'NaN',
  '{',
  '}',
  '[',
  ']',
  '[[[[[[[[[[[[[[[[',
  '{"a":{"a":{"a":',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  ',',
  ',,',
  ':',
  ';',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\u0000',
  '\uFEFF',
  '\u2028',
  '\u202E',
  'é',
  '𝒳',
  '__proto__',
  'constructor',
  'toString',
  'undefined',
  '../..',
  "' OR 1=1 --",
  '{x:String}',
  '256.256.256.256',
  '::',
  '::ffff:10.0.0.1',
  'fe80::1%eth0',
  '010.0.0.1',
  '65536',
  '-1',
  '99999',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '1795316390000',
  '99999999999999',
  '"records":',
  '"time":',
  '"flowTuples":[',
  '"items":',
  '"kind":',
  '"metadata":{',
  '"resourceSpans":[',
  ' src=',
  ' dst=',
  ' id=',
  '[NEW]',
  '[DESTROY]',
];

const DAMAGES: readonly Damage[] = [
  // A bit flips.
  (bytes, _, random) => {
    if (bytes.length === 0) return bytes;
    const at = random.whole(0, bytes.length);
    return spliced(bytes, at, at + 1, Uint8Array.of((bytes[at] as number) ^ (1 << random.whole(0, 8))));
  },
  // A piece is lost; the end of it, mostly.
  (bytes, _, random) => {
    const [from, until] = stretch(bytes, random);
    return random.whole(0, 3) === 0 ? bytes.subarray(0, from) : spliced(bytes, from, until, new Uint8Array());
  },
  // A piece comes twice, or elsewhere.
  (bytes, _, random) => {
    const [from, until] = stretch(bytes, random);
    const to = random.whole(0, bytes.length + 1);
    return spliced(bytes, to, to, bytes.subarray(from, until));
  },
  // A piece of another.
  (bytes, others, random) => {
    const other = random.pick(others);
    const [from, until] = stretch(bytes, random);
    return spliced(bytes, from, until, other.subarray(...stretch(other, random)));
  },
  // A word in the place of something.
  (bytes, _, random) => {
    const [from, until] = stretch(bytes, random);
    return spliced(bytes, from, until, encoder.encode(random.pick(WORDS)));
  },
  // Another number in the place of one.
  (bytes, _, random) => {
    const digits = [...bytes.keys()].filter((i) => isDigit(bytes[i]) && !isDigit(bytes[i - 1]));
    if (digits.length === 0) return bytes;
    const from = random.pick(digits);
    let until = from;
    while (isDigit(bytes[until])) until++;
    return spliced(bytes, from, until, encoder.encode(random.pick(WORDS)));
  },
  // Very much of one thing.
  (bytes, _, random) => {
    const [from, until] = stretch(bytes, random);
    const piece = bytes.subarray(from, until);
    const many = new Uint8Array(Math.min(20_000, piece.length * 1_000));
    for (let i = 0; i < many.length; i += piece.length) many.set(piece.subarray(0, many.length - i), i);
    return spliced(bytes, until, until, many);
  },
];

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
