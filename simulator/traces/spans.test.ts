import { expect, test } from 'vitest';
import type { Instrumentation } from './instrumentation.ts';
import { clientSpan, type Request } from './spans.ts';

const request: Request = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  traceState: 'ot=th:c',
  beginUs: 1_795_403_057_000_004,
  endUs: 1_795_403_057_050_000,
  server: 'api-7.example.com',
  peer: '203.0.113.7',
  port: 8443,
  local: '10.244.1.7',
  localPort: 41_822,
  path: '/v1/items',
  status: 200,
  outcome: 'answered',
};

const told = (how: Instrumentation, more: Partial<Request> = {}): Readonly<Record<string, string>> => {
  const span = clientSpan({ ...request, ...more }, how) as {
    readonly attributes: readonly { readonly key: string; readonly value: Record<string, string> }[];
  };
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']));
};

test('a span as the Collector writes it', () => {
  const span = clientSpan(request, { dialect: 'stable', tellsLocal: false });
  expect(span).toMatchObject({
    traceId: request.traceId,
    spanId: request.spanId,
    traceState: 'ot=th:c',
    kind: 3,
    startTimeUnixNano: '1795403057000004000',
    endTimeUnixNano: '1795403057050000000',
    status: {},
  });
  expect(span).toHaveProperty(
    'attributes',
    expect.arrayContaining([{ key: 'server.port', value: { intValue: '8443' } }]),
  );
});

test.each<[string, Instrumentation, Partial<Request>, object]>([
  [
    'stable names',
    { dialect: 'stable', tellsLocal: true },
    {},
    {
      'http.request.method': 'GET',
      'http.response.status_code': '200',
      'network.peer.address': '203.0.113.7',
      'network.peer.port': '8443',
      'network.local.address': '10.244.1.7',
      'network.local.port': '41822',
      'network.transport': 'tcp',
      'server.address': 'api-7.example.com',
      'server.port': '8443',
      'url.full': 'https://api-7.example.com:8443/v1/items',
    },
  ],
  [
    'the names before them',
    { dialect: 'old', tellsLocal: true },
    {},
    {
      'http.method': 'GET',
      'http.status_code': '200',
      'http.url': 'https://api-7.example.com:8443/v1/items',
      'net.peer.name': 'api-7.example.com',
      'net.peer.port': '8443',
      'net.sock.host.addr': '10.244.1.7',
      'net.sock.host.port': '41822',
      'net.sock.peer.addr': '203.0.113.7',
      'net.transport': 'ip_tcp',
    },
  ],
  [
    'the first names, of a database, nothing told of its own end',
    { dialect: 'first', tellsLocal: false },
    { port: 5432 },
    {
      'db.system': 'postgresql',
      'net.peer.ip': '203.0.113.7',
      'net.peer.name': 'api-7.example.com',
      'net.peer.port': '5432',
      'net.transport': 'ip_tcp',
    },
  ],
  [
    'an instrumentation that knows the name alone',
    { dialect: 'first', tellsLocal: false, namesOnly: true },
    { port: 5432 },
    {
      'db.system': 'postgresql',
      'net.peer.name': 'api-7.example.com',
      'net.peer.port': '5432',
      'net.transport': 'ip_tcp',
    },
  ],
  [
    'who was never connected knows the name only',
    { dialect: 'stable', tellsLocal: true },
    { outcome: 'refused', port: 443 },
    {
      'error.type': 'ECONNREFUSED',
      'http.request.method': 'GET',
      'network.transport': 'tcp',
      'server.address': 'api-7.example.com',
      'server.port': '443',
      'url.full': 'https://api-7.example.com/v1/items',
    },
  ],
])('%s', (_, how, more, expected) => {
  expect(told(how, more)).toEqual(expected);
});
