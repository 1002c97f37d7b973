import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rolesOf } from './correlation-fields.ts';
import { toldInText } from './told-in-text.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const roleOf = rolesOf();

test.each<[string, string, string, readonly string[]]>([
  ['traceparent in words', `GET /x traceparent: 00-${TRACE}-${SPAN}-01 ok`, TRACE, []],
  ['a trace id after an equals sign', `level=info trace_id=${TRACE} span_id=${SPAN}`, TRACE, []],
  ['Java, in brackets', `INFO [cart,${TRACE}] traceId=${TRACE}`, TRACE, []],
  ['JSON', `{"traceId":"${TRACE.toUpperCase()}","message":"x"}`, TRACE, []],
  ['JSON of Elastic: a path', `{"trace":{"id":"${TRACE}"}}`, TRACE, []],
  ['half a trace id', `dd trace_id=${SPAN}`, `0000000000000000${SPAN}`, []],
  ['b3', `b3: ${TRACE}-${SPAN}-1`, TRACE, []],
  ['a GUID', 'x-ms-client-request-id: DEADBEEF-0000-4000-8000-000000000009', '', ['deadbeef000040008000000000000009']],
  ['a header inside JSON', '{"req":{"headers":{"X-Request-Id":"abcdef-123456"}}}', '', ['abcdef123456']],
  ['a quoted name', `"correlationId": "order-4711-x",`, '', ['order4711x']],
  ['words inside the message of JSON', `{"msg":"failed, request-id=abcdef-123456"}`, '', ['abcdef123456']],
  ['a trace id that means none', `trace_id=${'0'.repeat(32)}`, '', []],
  ['an id that is null', 'x-request-id=undefined correlation_id=null', '', []],
  ['a number of something', 'request-id=7', '', []],
  ['another field', 'user_id=abcdef-123456', '', []],
])('ids: %s', (_, line, traceId, ids) => {
  const told = toldInText(line, roleOf);
  expect([told.ids.traceId, told.ids.ids]).toEqual([traceId, ids]);
});

test.each<[string, string, object | null]>([
  [
    'Go, both ends',
    'dial tcp 10.244.1.7:41822->203.0.113.66:443: i/o timeout',
    { ip: '203.0.113.66', port: 443, host: '' },
  ],
  ['IPv6', 'connect to [2001:db8::1]:443 failed', { ip: '2001:db8::1', port: 443, host: '' }],
  ['one address', 'connect 203.0.113.66:443 refused', { ip: '203.0.113.66', port: 443, host: '' }],
  [
    'the same address twice',
    'dial 203.0.113.66:443, again 203.0.113.66:443',
    { ip: '203.0.113.66', port: 443, host: '' },
  ],
  ['two addresses', 'connect to 203.0.113.66:443 or 203.0.113.67:443', null],
  [
    'loopback beside it',
    'from 127.0.0.1:9, connecting to 203.0.113.66:443',
    { ip: '203.0.113.66', port: 443, host: '' },
  ],
  ['a URL', 'GET https://user:pw@API.example.com/x?y failed', { ip: null, port: 443, host: 'api.example.com' }],
  ['two URLs', 'GET https://a.example/ https://b.example/', null],
  ['fields of JSON', '{"dest_ip":"203.0.113.66","dest_port":443}', { ip: '203.0.113.66', port: 443, host: '' }],
  ['a path in JSON', '{"upstream_host":"203.0.113.66:8443"}', { ip: '203.0.113.66', port: 8_443, host: '' }],
  ['.NET', 'Connection refused (203.0.113.66:443)', { ip: '203.0.113.66', port: 443, host: '' }],
  [
    'nginx, with its client and its upstream',
    'connecting to upstream, client: 192.0.2.9, upstream: "http://10.244.2.9:8080/x"',
    { ip: '10.244.2.9', port: 8_080, host: '' },
  ],
  ['who called', 'accepted connection from 192.0.2.9:50000', null],
  ['where it listens', 'listening on 10.244.1.7:8080', null],
  ['where it listens, as a URL', 'Server started at http://10.244.1.7:8080/', null],
  ['an access log', '192.0.2.9:50000 - GET /pay 200', null],
  ['an access log in JSON', '{"remote_ip":"192.0.2.9","remote_port":50000,"url":"http://checkout/pay"}', null],
  ['a scheme that every object has', 'connect to constructor://203.0.113.66/', null],
  ['the time is no address', 'connect at 2026-11-23 03:04:17 12.13.14:15', null],
  ['a version is no address', 'connect to v1.2.3.4:5', null],
  ['a port that is none', 'connect to 203.0.113.66:99999', null],
])('ends: %s', (_, line, dest) => {
  expect(toldInText(line, roleOf).dest).toEqual(dest);
});

test.each<[string, string, object | null]>([
  [
    'a URL',
    '{"level":"error","status":429,"url":"http://api.example:8080/x"}',
    { ip: null, port: 8_080, host: 'api.example' },
  ],
  [
    'axios',
    '{"err":{"code":"ECONNRESET","config":{"url":"https://203.0.113.66/x"}}}',
    { ip: '203.0.113.66', port: 443, host: '' },
  ],
  [
    'Node',
    '{"err":{"code":"ECONNRESET","address":"203.0.113.66","port":443}}',
    { ip: '203.0.113.66', port: 443, host: '' },
  ],
  [
    'words are better',
    '{"msg":"connect 203.0.113.66:443 refused","url":"http://api.example/"}',
    { ip: '203.0.113.66', port: 443, host: '' },
  ],
  ['a path alone', '{"status":503,"url":"/pay"}', null],
  ['its own access log', '{"status":503,"client_ip":"192.0.2.9","url":"http://checkout/pay"}', null],
  ['where the writer runs', '{"hostname":"checkout-0","status":503}', null],
])('the end of a call that failed: %s', (name, line, dest) => {
  expect(toldInText(line, roleOf, true).dest).toEqual(dest);
  if (name !== 'words are better') expect(toldInText(line, roleOf).dest).toBeNull();
});

test('fields that the user names', () => {
  expect(toldInText('Kunden-Nr: 4711-0815', rolesOf(['kunden_nr'])).ids.ids).toEqual(['47110815']);
});

test('law: whatever a line holds, it is read', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000 }), fc.json(), (text, json) => {
      for (const line of [text, json, `${json}${text}`, `x-request-id=${text}`]) {
        const { ids } = toldInText(line, roleOf);
        expect(ids.ids.length).toBeLessThanOrEqual(16);
      }
    }),
    { numRuns: 200 },
  );
});

test('a line of a megabyte that is built to be slow is read at once', () => {
  const slow = [
    'a'.repeat(1_000_000),
    'a='.repeat(500_000),
    '1.1.1.1:'.repeat(100_000),
    `{${'"a":{'.repeat(1_000)}`,
    ':->'.repeat(300_000),
    '|a.'.repeat(300_000),
  ];
  for (const line of slow) expect(toldInText(line, roleOf).ids.any).toBe(false);
}, 5_000);
