import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONSOLE_PAGES } from '../../src/contract/console-pages.ts';
import { searchFor } from './search.ts';

test.each<[string, string, string, Readonly<Record<string, string>>]>([
  ['an address', ' 203.0.113.66 ', '/who', { dest: '203.0.113.66' }],
  ['an address with a port', '203.0.113.66:443', '/who', { dest: '203.0.113.66:443' }],
  ['IPv6 with a port', '[2001:db8::1]:443', '/who', { dest: '[2001:db8::1]:443' }],
  ['a block', '203.0.113.0/24', '/who', { dest: '203.0.113.0/24' }],
  ['a host name', 'pay.example.com', '/who', { dest: 'pay.example.com' }],
  ['a flow', 'f_3obbk2x8ci52b0mwvz38rw', '/flows', { flow: 'f_3obbk2x8ci52b0mwvz38rw' }],
  ['a trace id', '0af7651916cd43dd8448eb211c80319c', '/trace', { id: '0af7651916cd43dd8448eb211c80319c' }],
  [
    'a client request id',
    '7d444840-9dc0-11d1-b245-5ffdce74fad2',
    '/trace',
    { id: '7d444840-9dc0-11d1-b245-5ffdce74fad2' },
  ],
  ['a Request-Id', '|4bf92f35.b7ad6b71_1.', '/trace', { id: '|4bf92f35.b7ad6b71_1.' }],
  [
    'a traceparent',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '/trace',
    { id: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  ],
  ['a workload', 'shop/checkout', '/flows', { where: 'workload = shop/checkout' }],
  ['a pod', 'checkout-978fdp2str-842tg', '/flows', { where: 'workload = checkout-978fdp2str-842tg' }],
  ['a line of a log', 'connect to 203.0.113.66:443 failed', '/who', { dest: 'connect to 203.0.113.66:443 failed' }],
  ['a connection', '10.224.0.5:56576 -> 203.0.113.66:443', '/who', { dest: '10.224.0.5:56576 -> 203.0.113.66:443' }],
])('%s goes to its answer', (_, typed, page, words) => {
  expect(searchFor(typed)).toMatchObject({ page, words });
});

test('whatever is typed leads to a page that there is, or nowhere', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (typed) => {
      const found = searchFor(typed);
      if (found === null) expect(typed.trim()).toBe('');
      else expect(CONSOLE_PAGES).toContain(found.page);
    }),
  );
});
