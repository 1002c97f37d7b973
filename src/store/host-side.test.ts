import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPrivate } from '../base/address-block.ts';
import { IP_BYTES, renderIp, writeIp } from '../base/ip.ts';
import { hostSide, isPrivateAt } from './host-side.ts';

const bytesOf = (...texts: readonly string[]): Uint8Array => {
  const bytes = new Uint8Array(texts.length * IP_BYTES);
  for (const [i, text] of texts.entries()) writeIp(text, bytes, i * IP_BYTES);
  return bytes;
};

test.each<[string, string, string, string]>([
  ['what we send to the internet is on our side', '10.224.0.4', '203.0.113.9', '10.224.0.4'],
  ['what the internet sends to us is on our side', '203.0.113.9', '10.224.0.4', '10.224.0.4'],
  ["between two of ours it is the sender's", '10.224.0.4', '10.224.0.5', '10.224.0.4'],
  ["between two of the internet it is the sender's", '203.0.113.9', '198.51.100.7', '203.0.113.9'],
  ['IPv6 inside the organisation', '2001:db8::1', 'fd00::4', 'fd00::4'],
])('%s', (_, sender, receiver, expected) => {
  expect(renderIp(hostSide(bytesOf(sender), bytesOf(receiver), 1), 0)).toBe(expected);
});

test('each row is decided for itself, and neither column is written to', () => {
  const [senders, receivers] = [
    bytesOf('203.0.113.9', '10.0.0.1', '8.8.8.8'),
    bytesOf('10.0.0.2', '203.0.113.9', '9.9.9.9'),
  ];
  const before = senders.slice();
  const hosts = hostSide(senders, receivers, 2);
  expect([0, 1].map((row) => renderIp(hosts, row * IP_BYTES))).toEqual(['10.0.0.2', '10.0.0.1']);
  expect([hosts.length, senders]).toEqual([2 * IP_BYTES, before]);
});

const quads = fc.tuple(
  fc.constantFrom(9, 10, 11, 100, 169, 172, 192),
  fc.constantFrom(15, 16, 31, 32, 63, 64, 127, 128, 168, 254),
  fc.nat(255),
  fc.nat(255),
);
const anyAddress = fc.oneof(
  quads.map((quad) => bytesOf(quad.join('.'))),
  fc
    .tuple(fc.constantFrom(0xfb, 0xfc, 0xfd, 0xfe, 0xff), fc.nat(255))
    .map(([a, b]) => Uint8Array.of(a, b, ...Array<number>(14).fill(1))),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);

test('private means here what it means everywhere', () => {
  fc.assert(
    fc.property(anyAddress, (bytes) => {
      expect(isPrivateAt(bytes, 0)).toBe(isPrivate(renderIp(bytes, 0)));
    }),
    { numRuns: 2_000 },
  );
});
