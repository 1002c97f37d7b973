import { expect, test } from 'vitest';
import { isInside, isLocal, isPrivate } from './address-block.ts';
import { type Ip, parseCidr, parseIp } from './ip.ts';

const ip = (text: string): Ip => {
  const parsed = parseIp(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};

test.each<[string, readonly string[], boolean]>([
  [
    'the private blocks of IPv4, their first and last addresses',
    ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
    true,
  ],
  [
    'their neighbours',
    ['9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
    false,
  ],
  ["addresses shared by a carrier's customers", ['100.64.0.0', '100.127.255.255'], true],
  ['their neighbours', ['100.63.255.255', '100.128.0.0'], false],
  ['link-local, among them the metadata service', ['169.254.169.254', 'fe80::1'], true],
  ['unique local addresses of IPv6', ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'], true],
  ['their neighbours', ['fbff:ffff::', 'fe00::', 'fec0::'], false],
  ['addresses of the internet', ['203.0.113.9', '198.51.100.7', '2001:db8::1', '168.63.129.16'], false],
  ['an IPv4 address written as IPv6', ['::ffff:10.1.2.3'], true],
])('%s: private or not', (_, texts, expected) => {
  expect(texts.map((text) => [text, isPrivate(ip(text))])).toEqual(texts.map((text) => [text, expected]));
});

test.each<[string, readonly string[], boolean]>([
  ['the loopback', ['127.0.0.1', '127.255.255.255', '::1'], true],
  ['multicast and broadcast', ['224.0.0.1', '255.255.255.255', 'ff02::1'], true],
  [
    'addresses on the way to another machine',
    ['10.244.0.2', '169.254.169.254', '223.255.255.255', '203.0.113.9', 'fd00::1', '::2'],
    false,
  ],
])('%s: local or not', (_, texts, expected) => {
  expect(texts.map((text) => [text, isLocal(ip(text))])).toEqual(texts.map((text) => [text, expected]));
});

test('a block contains its first and its last address, and not their neighbours', () => {
  const block = parseCidr('10.244.1.0/24');
  const inside = ['10.244.0.255', '10.244.1.0', '10.244.1.255', '10.244.2.0'].map(
    (text) => block.ok && isInside(ip(text), block.value),
  );
  expect(inside).toEqual([false, true, true, false]);
});
