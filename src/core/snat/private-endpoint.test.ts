import { expect, test } from 'vitest';
import { isTakenBy } from './private-endpoint.ts';

test.each<[string, string, string | null, 'tcp' | 'udp', boolean]>([
  ['the same words', '203.0.113.66:443', '203.0.113.66:443', 'tcp', true],
  ['without a port every port', '203.0.113.66', '203.0.113.66:443', 'tcp', true],
  ['another port', '203.0.113.66:5432', '203.0.113.66:443', 'tcp', false],
  ['another address', '203.0.113.6', '203.0.113.66:443', 'tcp', false],
  ['with a port not what tells none', '203.0.113.66:443', '203.0.113.66', 'tcp', false],
  ['IPv6, however it is written', '2001:DB8:0::1', '[2001:db8::1]:443', 'tcp', true],
  ['IPv6 with its port', '[2001:db8::1]:443', '[2001:db8::1]:443', 'tcp', true],
  ['IPv6 with another port', '[2001:db8::1]:80', '[2001:db8::1]:443', 'tcp', false],
  ['a name, in letters of any size', 'Shop.blob.core.windows.net', 'shop.blob.core.windows.net:443', 'tcp', true],
  ['both protocols', '203.0.113.66', '203.0.113.66:443/udp', 'udp', true],
  ['one protocol', '203.0.113.66/udp', '203.0.113.66:443', 'tcp', false],
  ['that protocol', '203.0.113.66:443/udp', '203.0.113.66:443', 'udp', true],
  ['never all destinations together', '203.0.113.66', null, 'tcp', false],
])('%s', (_, endpoint, dest, protocol, is) => {
  expect(isTakenBy(endpoint, { dest, protocol })).toBe(is);
});
