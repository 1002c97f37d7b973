import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareIp, type Ip, parseCidr, parseIp, renderIp } from './ip.ts';

test.each<[string, string, string]>([
  ['IPv4', '10.0.0.1', '10.0.0.1'],
  ['the lowest IPv4', '0.0.0.0', '0.0.0.0'],
  ['the highest IPv4', '255.255.255.255', '255.255.255.255'],
  ['IPv4 inside IPv6', '::ffff:10.0.0.1', '10.0.0.1'],
  ['IPv4 inside IPv6 in hexadecimal', '::FFFF:0a00:1', '10.0.0.1'],
  ['IPv6 in capitals with leading zeros', '2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['of two equal runs of zeros the first is shortened', '2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['the longer run of zeros is shortened', '2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['a single zero is not shortened', '2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['a single zero that was shortened is written out', '2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['the unspecified address', '0:0:0:0:0:0:0:0', '::'],
  ['zeros at the end', '1:0:0:0:0:0:0:0', '1::'],
  ['IPv6 that ends in the form of IPv4', '64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['eight groups of which the last two are written as IPv4', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
])('%s has one spelling', (_, text, expected) => {
  expect(parseIp(text)).toEqual({ ok: true, value: expected });
});

test.each<[string, string]>([
  ['nothing', ''],
  ['three numbers', '10.0.0'],
  ['five numbers', '10.0.0.0.1'],
  ['a number beyond 255', '10.0.0.256'],
  ['a leading zero, which some read as octal', '10.0.0.010'],
  ['a sign', '10.0.0.-1'],
  ['a hexadecimal number', '0x0a.0.0.1'],
  ['one number for the whole', '167772161'],
  ['space around it', ' 10.0.0.1'],
  ['a line break after it', '10.0.0.1\n'],
  ['a port', '10.0.0.1:443'],
  ['a name', 'localhost'],
  ['a zone', 'fe80::1%eth0'],
  ['brackets', '[::1]'],
  ['seven groups', '1:2:3:4:5:6:7'],
  ['nine groups', '1:2:3:4:5:6:7:8:9'],
  ['eight groups and a shortening of none', '1:2:3:4::5:6:7:8'],
  ['two shortenings', '1::2::3'],
  ['three colons', ':::'],
  ['a colon at the beginning', ':1:2:3:4:5:6:7'],
  ['a colon at the end', '1:2:3:4:5:6:7:'],
  ['five digits in a group', '12345::'],
  ['letters beyond F', 'g::1'],
  ['the form of IPv4 in front', '1.2.3.4::1'],
  ['the form of IPv4 before a shortening', '1::2:1.2.3.4::'],
  ['the form of IPv4 in the middle', '1:2:3:4:1.2.3.4:5'],
])('%s is no address', (_, text) => {
  expect(parseIp(text)).toMatchObject({ ok: false });
});

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  fc
    .uint8Array({ minLength: 4, maxLength: 4 })
    .map((quad) => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...quad)),
  fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }).map((few) => Uint8Array.from(few)),
);

test('what is written is read back as it was', () => {
  fc.assert(
    fc.property(bytes, (sixteen) => {
      const text = renderIp(sixteen, 0);
      expect(parseIp(text)).toEqual({ ok: true, value: text });
    }),
  );
});

test('two addresses compare as their bytes do', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareIp(renderIp(a, 0), renderIp(b, 0)))).toBe(Math.sign(Buffer.compare(a, b)));
    }),
  );
});

test.each<[string, string, string, string]>([
  ['a block of pod addresses', '10.244.0.0/16', '10.244.0.0', '10.244.255.255'],
  ['a block written by an address inside it', '10.244.3.7/16', '10.244.0.0', '10.244.255.255'],
  ['a block that ends inside a byte', '172.16.0.0/12', '172.16.0.0', '172.31.255.255'],
  ['one address', '203.0.113.9/32', '203.0.113.9', '203.0.113.9'],
  ['all of IPv4', '0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ['a block of IPv6', '2001:db8::/32', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['one address of IPv6', '::1/128', '::1', '::1'],
  ['all of IPv6', '::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
])('%s runs from its first address to its last', (_, text, first, last) => {
  expect(parseCidr(text)).toEqual({ ok: true, value: { first, last } });
});

test.each([
  ['an address without a width', '10.0.0.1'],
  ['an empty width', '10.0.0.0/'],
  ['a width beyond 32 for IPv4', '10.0.0.0/33'],
  ['a width beyond 128 for IPv6', '::/129'],
  ['a width that is a mask', '10.0.0.0/255.0.0.0'],
  ['a negative width', '10.0.0.0/-8'],
  ['two widths', '10.0.0.0/8/9'],
  ['no address', '/8'],
  ['a name', 'example.org/24'],
])('%s is no block', (_, text) => {
  expect(parseCidr(text)).toMatchObject({ ok: false });
});

test('an address with its full width is a block of itself', () => {
  fc.assert(
    fc.property(bytes, (sixteen) => {
      const ip: Ip = renderIp(sixteen, 0);
      expect(parseCidr(`${ip}/${ip.includes(':') ? 128 : 32}`)).toEqual({ ok: true, value: { first: ip, last: ip } });
    }),
  );
});
