import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Ip } from '../../base/ip.ts';
import type { Sighting } from '../../core/facts.ts';
import type { Taken } from '../decoder.ts';
import { recognise } from '../recognise.ts';
import { otlpDecoder } from './otlp-decoder.ts';
import { samplingOf } from './sampling.ts';

const decode = (
  input: Uint8Array | string,
  cuts: readonly number[] = [],
  correlationFields: readonly string[] = [],
): Taken => {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const decoder = otlpDecoder({ name: '', at: null, correlationFields });
  let from = 0;
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    decoder.push(bytes.slice(from, cut));
    from = cut;
  }
  decoder.end();
  return decoder.take();
};

const ip = (text: string): Ip => text as Ip;

/** 2026-11-23T03:04:17.003Z. */
const BEGIN = 1_795_403_057_003;
const nanos = (ms: number, ns = 0): string => `${BigInt(BEGIN + ms) * 1_000_000n + BigInt(ns)}`;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
type Values = Readonly<Record<string, string | number | readonly string[]>>;
const attributes = (values: Values): unknown[] =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'number'
          ? { intValue: String(value) }
          : { arrayValue: { values: value.map((stringValue) => ({ stringValue })) } },
  }));
const span = (values: Values, rest: object = {}): object => ({
  traceId: TRACE,
  spanId: '00f067aa0ba902b7',
  name: 'GET',
  kind: 3,
  startTimeUnixNano: nanos(0, 123_456),
  endTimeUnixNano: nanos(80),
  attributes: attributes(values),
  ...rest,
});
const line = (spans: readonly unknown[], resource: Values = {}): string =>
  `${JSON.stringify({ resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans: [{ scope: {}, spans }] }] })}\n`;
const only = (values: Values, rest: object = {}, resource: Values = {}): Sighting => {
  const { facts, rejects } = decode(line([span(values, rest)], resource));
  expect(rejects).toEqual([]);
  return facts.sightings[0] as Sighting;
};

test('what the SDK of OpenTelemetry writes is read whole; its protobuf is named', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'checkout',
      'k8s.pod.uid': '0BC1-uid',
      'k8s.pod.name': 'checkout-7f9c',
      'k8s.namespace.name': 'shop',
      'k8s.node.name': 'n1',
      'k8s.pod.ip': '10.244.1.7',
    }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('test');
  const root = tracer.startSpan('POST /pay', { kind: SpanKind.SERVER, startTime: BEGIN });
  const call = tracer.startSpan(
    'POST',
    {
      kind: SpanKind.CLIENT,
      startTime: BEGIN + 5,
      attributes: {
        'network.peer.address': '203.0.113.66',
        'network.peer.port': 443,
        'network.local.port': 41_822,
        'network.transport': 'tcp',
        'server.address': 'Pay.Example.com',
        'http.request.header.x-request-id': ['C0FFEE00-1111-2222-3333-444455556666'],
        'http.response.status_code': 503,
      },
    },
    trace.setSpan(ROOT_CONTEXT, root),
  );
  call.setStatus({ code: SpanStatusCode.ERROR });
  call.end(BEGIN + 85);
  root.end(BEGIN + 90);
  const spans = exporter.getFinishedSpans();
  const { facts, rejects } = decode(JsonTraceSerializer.serializeRequest(spans) as Uint8Array);
  expect(rejects).toEqual([]);
  expect(facts.sightings.map((s) => ({ ...s, traceId: s.traceId === root.spanContext().traceId }))).toMatchObject([
    {
      kind: 'client',
      begin: BEGIN + 5,
      until: BEGIN + 85,
      podUid: '0bc1-uid',
      namespace: 'shop',
      pod: 'checkout-7f9c',
      node: 'n1',
      podIp: '10.244.1.7',
      service: 'checkout',
      destIp: '203.0.113.66',
      destPort: 443,
      destHost: 'pay.example.com',
      protocol: 6,
      localPort: 41_822,
      traceId: true,
      spanId: call.spanContext().spanId,
      parentSpanId: root.spanContext().spanId,
      ids: ['c0ffee00111122223333444455556666'],
      status: 'error',
      result: '503',
      redirected: false,
    },
    { kind: 'server', begin: BEGIN, until: BEGIN + 90, parentSpanId: '', traceId: true, destIp: null },
  ]);
  const binary = ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array;
  const refused = recognise(binary, 'traces.binpb');
  expect(refused.ok ? '' : refused.problem).toMatch(/OTLP as protobuf: set `format: json`/);
});

test.each<[string, Values, Partial<Sighting>]>([
  [
    'names of today',
    { 'network.peer.address': '203.0.113.66', 'network.peer.port': 443 },
    { destIp: ip('203.0.113.66'), destPort: 443 },
  ],
  [
    'names of 2022',
    { 'net.sock.peer.addr': '203.0.113.66', 'net.sock.peer.port': 443, 'net.peer.name': 'a.example' },
    { destIp: ip('203.0.113.66'), destPort: 443, destHost: 'a.example' },
  ],
  [
    'names of 2020',
    { 'net.peer.ip': '203.0.113.66', 'net.peer.port': 443, 'net.transport': 'IP.TCP' },
    { destIp: ip('203.0.113.66'), destPort: 443, protocol: 0 },
  ],
  ['the transport under its old name', { 'net.transport': 'ip_udp' }, { protocol: 17 }],
  [
    'a URL alone',
    { 'http.url': 'https://user:secret@api.example.com/v1?x=1' },
    { destIp: null, destHost: 'api.example.com', destPort: 443 },
  ],
  [
    'a URL with an address',
    { 'url.full': 'http://203.0.113.66:8080/' },
    { destIp: ip('203.0.113.66'), destHost: '', destPort: 8_080 },
  ],
  [
    'a server that is an address',
    { 'server.address': '2001:db8::1', 'server.port': 53 },
    { destIp: ip('2001:db8::1'), destHost: '', destPort: 53 },
  ],
  ['a socket file is no address', { 'network.peer.address': '/var/run/docker.sock' }, { destIp: null }],
  [
    'a sidecar takes the call: its own end is not the wire',
    {
      'network.peer.address': '127.0.0.1',
      'network.peer.port': 15_001,
      'server.address': '203.0.113.66',
      'server.port': 443,
      'network.local.port': 40_000,
    },
    { destIp: null, destPort: 443, redirected: true, localPort: 40_000 },
  ],
  ["a loopback end of one's own", { 'network.local.address': '127.0.0.6' }, { redirected: true }],
  [
    "Envoy's own span",
    { component: 'proxy', 'guid:x-request-id': 'abcdef-123456', 'net.peer.ip': '203.0.113.66' },
    { redirected: true, ids: ['abcdef123456'] },
  ],
  [
    'ids that the SDKs of Azure set',
    { 'az.client_request_id': 'AAAA-bbbb-1', 'az.service_request_id': 'cccc-2222' },
    { ids: ['aaaabbbb1', 'cccc2222'] },
  ],
  [
    'a hierarchical id is found by its root too',
    { 'request-id': '|rootrootroot.1.2_3.' },
    { ids: ['|rootrootroot.1.2_3.', 'rootrootroot'] },
  ],
])('attributes: %s', (_, values, expected) => {
  expect(only(values)).toMatchObject(expected);
});

test.each<[string, object, Values, Partial<Sighting>]>([
  [
    'a span of neither side: a peer may be either end',
    { kind: 1 },
    { 'network.peer.address': '203.0.113.66' },
    { destIp: null, clientIp: null },
  ],
  [
    'what is named as a destination is one',
    { kind: 1 },
    { 'destination.address': '203.0.113.66', 'destination.port': 443 },
    { destIp: ip('203.0.113.66'), destPort: 443 },
  ],
  ['a host with a port', {}, { 'http.host': 'Pay.example.com:8443' }, { destHost: 'pay.example.com', destPort: 8_443 }],
  ['a transport that every object has', {}, { 'net.transport': 'constructor' }, { protocol: 0 }],
])('%s', (_, rest, values, expected) => {
  expect(only(values, rest)).toMatchObject(expected);
});

const FAILED = { status: { code: 2, message: 'failed' } };
const thrown = (type: string, message: string): object => ({
  ...FAILED,
  events: [
    { name: 'retry', attributes: attributes({ 'exception.message': 'connection refused' }) },
    { name: 'exception', attributes: attributes({ 'exception.type': type, 'exception.message': message }) },
  ],
});

test.each<[string, object, Values, Partial<Sighting>]>([
  [
    'what its exception says, where it tells no result',
    thrown('java.net.ConnectException', 'Connection refused'),
    {},
    { status: 'error', result: 'java.net.ConnectException: connection-refused' },
  ],
  [
    'the type alone, where that tells the symptom',
    thrown('java.net.UnknownHostException', 'db: Name or service not known'),
    {},
    { result: 'java.net.UnknownHostException' },
  ],
  [
    'a type that is no symptom',
    thrown('com.example.OutOfStock', 'none left'),
    {},
    { result: 'com.example.OutOfStock' },
  ],
  [
    'the result that it tells, unchanged',
    thrown('java.net.ConnectException', 'Connection refused'),
    { 'error.type': '500' },
    { result: '500' },
  ],
  [
    'the words of its status',
    { status: { code: 2, message: 'dial tcp 203.0.113.66:443: i/o timeout' } },
    {},
    { result: 'connect-timeout' },
  ],
  ['no words of a status that is no symptom', FAILED, {}, { status: 'error', result: '' }],
  [
    'nothing of an exception that did not fail it',
    { ...thrown('java.net.ConnectException', 'Connection refused'), status: { code: 1 } },
    {},
    { status: 'ok', result: '' },
  ],
])('a failed call has %s', (_, rest, values, expected) => {
  expect(only(values, rest)).toMatchObject(expected);
});

test.each<[string, string, Values, Partial<Sighting>]>([
  ['a line of trouble', 'connect ETIMEDOUT 203.0.113.66:443', {}, { status: 'error', result: 'connect-timeout' }],
  [
    'an exception among its attributes',
    'payment failed',
    { 'exception.type': 'java.net.SocketException', 'exception.message': 'Connection reset' },
    { status: 'error', result: 'java.net.SocketException: connection-reset' },
  ],
  ['nothing of trouble', 'order 4711 accepted', {}, { status: '', result: '' }],
])('a log record with %s', (_, body, values, expected) => {
  const record = {
    timeUnixNano: nanos(0),
    severityNumber: 9,
    body: { stringValue: body },
    attributes: attributes(values),
  };
  const decoder = otlpDecoder({ name: '', at: null });
  decoder.push(new TextEncoder().encode(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })));
  decoder.end();
  expect(decoder.take().facts.sightings[0]).toMatchObject(expected);
});

test('a server has a client, and no destination', () => {
  expect(
    only({ 'network.peer.address': '10.244.2.9', 'network.peer.port': 50_000, 'server.address': 'pay' }, { kind: 2 }),
  ).toMatchObject({
    clientIp: '10.244.2.9',
    clientPort: 50_000,
    destIp: null,
    destHost: '',
  });
});

test('times keep their order below a millisecond; an end before the begin is the begin', () => {
  expect(only({})).toMatchObject({ begin: BEGIN, beginNanos: 123_456 });
  expect(only({}, { endTimeUnixNano: nanos(-50) })).toMatchObject({ begin: BEGIN, until: BEGIN });
  expect(only({}, { startTimeUnixNano: BEGIN * 1_000_000 })).toMatchObject({ begin: expect.closeTo(BEGIN, -1) });
});

test.each<[string, object, object]>([
  ['a number', { kind: 2 }, { kind: 'server' }],
  ['a name, as the JSON of protobuf has it', { kind: 'SPAN_KIND_PRODUCER' }, { kind: 'producer' }],
  ['none', { kind: undefined }, { kind: 'internal' }],
  [
    'ids in base64',
    { traceId: 'S/kvNXezTaajzpKdDg5HNg==', spanId: 'APBnqgupArc=' },
    { traceId: TRACE, spanId: '00f067aa0ba902b7' },
  ],
  [
    'ids in upper case',
    { traceId: TRACE.toUpperCase(), spanId: '00F067AA0BA902B7' },
    { traceId: TRACE, spanId: '00f067aa0ba902b7' },
  ],
  ['a parent of zeros is none', { parentSpanId: '0000000000000000' }, { parentSpanId: '' }],
  ['sampling', { traceState: 'vendor=1,ot=th:c' }, { probability: 0.25 }],
])('a span with %s', (_, rest, expected) => {
  expect(only({}, rest)).toMatchObject(expected);
});

test.each<[string, object, RegExp]>([
  ['a trace id of words', { traceId: 'my trace' }, /traceId: expected 32 hexadecimal digits, got "my trace"/],
  ['no trace id', { traceId: '' }, /traceId: expected a trace id, got none/],
  [
    'seconds',
    { startTimeUnixNano: '1795403057' },
    /startTimeUnixNano: expected nanoseconds since 1970, got 1795403057, which look like seconds/,
  ],
  ['milliseconds', { startTimeUnixNano: String(BEGIN) }, /which look like milliseconds/],
  ['no time', { startTimeUnixNano: 0 }, /expected a time, got none/],
  ['a time of words', { startTimeUnixNano: 'yesterday' }, /expected nanoseconds/],
  ['a kind that is none', { kind: 9 }, /kind: expected a kind of span/],
])('a span with %s is refused with the reason', (_, rest, why) => {
  const { facts, rejects } = decode(line([span({}), span({}, rest), span({})]));
  expect(facts.sightings).toHaveLength(2);
  expect(rejects.map((r) => `${r.place}: ${r.why}`).join('\n')).toMatch(why);
  expect(rejects[0]?.place).toMatch(/^scopeSpans\[0\]\.spans\[1\] of resourceSpans\[0\] at byte \d+/);
});

test('what cannot be read of a span is a reject, and the rest of it stands', () => {
  const { facts, rejects } = decode(line([span({ 'network.peer.address': 'pay.svc', 'network.peer.port': 70_000 })]));
  expect(facts.sightings).toMatchObject([{ destIp: null, destPort: 0 }]);
  expect(rejects.map(({ place, why }) => `${place.split(', ')[1]}: ${why}`)).toEqual([
    'network.peer.address: expected an IP address, got "pay.svc"',
    'network.peer.port: expected a port from 0 to 65535, got "70000"',
  ]);
});

test('metrics, events and links are ignored by name; what is no OTLP is refused', () => {
  const { facts, rejects, ignored } = decode(
    `{"resourceMetrics":[{},{}]}\n{}\n{"hello":1}\n{"resourceSpans":[{"resource":{}}]}\n${line([span({}, { events: [{}], links: [{}, {}] })])}not json\n`,
  );
  expect(facts.sightings).toHaveLength(1);
  expect(ignored).toEqual({ resourceMetrics: 2, 'an empty document': 1, 'span events': 1, 'span links': 2 });
  expect(rejects.map(({ why }) => why)).toEqual([
    'expected resourceSpans, resourceLogs or resourceMetrics',
    'expected scopeSpans',
    'expected JSON, got text between values',
  ]);
});

test('hostile input is a fact or a reject, and never more', () => {
  const long = 'x'.repeat(1_000_000);
  const { facts, rejects } = decode(
    line([
      span(
        { __proto__: 'a', constructor: 'b', 'net.peer.name': long, 'x-request-id': '\u001b[31mhostile' },
        { name: long },
      ),
      '['.repeat(100),
      null,
    ]) +
      `{"resourceSpans":[${'{"a":'.repeat(200)}1${'}'.repeat(200)}]}\n` +
      '{"resourceSpans":[{"resource":{"attributes":[{"key":"__proto__","value":{"stringValue":"x"}}]},"scopeSpans":{"__proto__":1}}]}\n',
  );
  expect(facts.sightings).toHaveLength(1);
  expect(facts.sightings[0]?.text).toHaveLength(500);
  expect(facts.sightings[0]?.destHost.length).toBeLessThanOrEqual(1_024);
  expect(rejects.length).toBe(4);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('fields that the user names carry ids too', () => {
  const { facts } = decode(line([span({ 'http.request.header.x-order': ['order-4711'] })]), [], ['X-Order']);
  expect(facts.sightings[0]?.ids).toEqual(['order4711']);
});

test.each<[string, number | null]>([
  ['ot=th:0', 1],
  ['ot=th:8', 0.5],
  ['ot=p:3', 0.125],
  ['other=1', null],
  ['ot=th:zz', null],
  ['ot=p:63', null],
])('sampling by %s', (state, expected) => {
  expect(samplingOf(state)).toBe(expected);
});

const testdata = join(import.meta.dirname, 'testdata');
const samples = readdirSync(testdata)
  .filter((name) => name.includes('.in.'))
  .map((name) => readFileSync(join(testdata, name)));

test('law: the facts do not depend on how the input was cut', () => {
  const sample = fc.nat(samples.length - 1).map((i) => samples[i] as Uint8Array);
  fc.assert(
    fc.property(sample, fc.array(fc.nat(20_000)), (bytes, cuts) => {
      expect(decode(bytes, cuts)).toEqual(decode(bytes));
    }),
    { numRuns: 60 },
  );
});

test('law: every span is a sighting or a reject', () => {
  const wrong = fc.constantFrom<object>(
    {},
    { traceId: 'x' },
    { traceId: 5 },
    { spanId: [] },
    { startTimeUnixNano: {} },
    { kind: 'X' },
    { startTimeUnixNano: -1 },
    { attributes: 'x' },
    { attributes: [null, { key: 1 }] },
    { name: 7 },
  );
  fc.assert(
    fc.property(fc.array(fc.array(wrong, { maxLength: 3 }), { maxLength: 8 }), (wrongs) => {
      const spans = wrongs.map((parts) => Object.assign(span({}), ...parts) as object);
      const { facts, rejects } = decode(line(spans));
      const refused = new Set(rejects.map(({ place }) => place.split(',')[0]));
      expect(facts.sightings.length).toBeLessThanOrEqual(spans.length);
      expect(facts.sightings.length + refused.size).toBeGreaterThanOrEqual(spans.length);
    }),
    { numRuns: 200 },
  );
});
