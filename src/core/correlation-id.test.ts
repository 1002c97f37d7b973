import { expect, test } from 'vitest';
import { canonicalId, parseTraceContext, spellingsOf } from './correlation-id.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.each<[string, string, readonly string[]]>([
  ['traceparent', `00-${TRACE}-${SPAN}-01`, [TRACE]],
  ['a later version of it, longer', `cc-${TRACE}-${SPAN}-01-more`, [TRACE]],
  ['b3', `${TRACE}-${SPAN}-1`, [TRACE]],
  ['a trace id', TRACE.toUpperCase(), [TRACE]],
  ['half a trace id, which may be another id too', SPAN, [SPAN, `0000000000000000${SPAN}`]],
  ['a GUID with dashes and braces', '{DEADBEEF-0000-4000-8000-000000000009}', ['deadbeef000040008000000000000009']],
  ['a GUID without', 'deadbeef000040008000000000000009', ['deadbeef000040008000000000000009']],
  ['a hierarchical Request-Id', '|Root-1.2.3_4.', ['|root1.2.3_4.', 'root1']],
  ['its root alone', '|root1.', ['|root1.', 'root1']],
  ['anything', ' Order-4711 ', ['order4711']],
  ['nothing', ' ', []],
])('%s', (_, text, expected) => {
  expect(spellingsOf(text)).toEqual(expected);
});

test('a context of zeros is none', () => {
  expect(parseTraceContext(`00-${'0'.repeat(32)}-${SPAN}-01`)).toBeNull();
  expect(parseTraceContext(`00-${TRACE}-${'0'.repeat(16)}-01`)).toBeNull();
  expect(parseTraceContext(`00-${TRACE}-${SPAN}-01`)).toEqual({ traceId: TRACE, spanId: SPAN });
});

test('one spelling, whatever the case and the dashes', () => {
  expect(canonicalId('A-b-C')).toBe(canonicalId('abc'));
});
