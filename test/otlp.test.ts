import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Metadata } from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { OTLPLogExporter as GrpcLogs } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as ProtoLogs } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as GrpcTraces } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API } from '../src/contract/questions.ts';
import { endAll, serving, type Serving } from './program.ts';

/** The real SDK of OpenTelemetry and its exporters against the real program. */

const folder = mkdtempSync(join(tmpdir(), 'unmasq-otlp-'));
const BEGIN = Date.UTC(2026, 10, 22, 3);
let server: Serving;
let grpc: string;

beforeAll(async () => {
  server = await serving(join(folder, 'data'), '--otlp-grpc', '127.0.0.1:0');
  grpc = /on (127\.0\.0\.1:\d+)$/.exec(server.said.find((line) => line.startsWith('OTLP')) ?? '')?.[1] ?? '';
}, 60_000);
afterAll(async () => {
  await server.end();
  endAll();
  rmSync(folder, { recursive: true, force: true });
});

const resource = resourceFromAttributes({ 'service.name': 'checkout', 'k8s.pod.ip': '10.244.1.7' });

/** Makes spans of one service, and sends them in one export. Gives the trace of each. */
const send = async (exporter: SpanExporter, count: number): Promise<readonly string[]> => {
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 4_096, maxExportBatchSize: 2_048 })],
  });
  const tracer = provider.getTracer('test');
  const traces = Array.from({ length: count }, (_, i) => {
    const span = tracer.startSpan('POST', {
      kind: SpanKind.CLIENT,
      startTime: BEGIN + i,
      attributes: { 'network.peer.address': '203.0.113.66', 'network.peer.port': 443 },
    });
    span.end(BEGIN + i + 5);
    return span.spanContext().traceId;
  });
  await provider.forceFlush();
  await provider.shutdown();
  return traces;
};

const get = async (path: string): Promise<string> => (await fetch(`${server.url}${path}`)).text();
const sightingsOf = async (traceId: string): Promise<number> => {
  const answer = await get(`${API}/trace?id=${traceId}`);
  return answer.match(/"kind": "span"/g)?.length ?? 0;
};
const metric = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(await get('/metrics'))?.[1] ?? 0);
const STORED = 'unmasq_ingest_rows_total{cluster="default",outcome="stored"}';
const KNOWN = 'unmasq_ingest_rows_total{cluster="default",outcome="known"}';
const REJECTED = 'unmasq_ingest_rows_total{cluster="default",outcome="rejected"}';

const gzip = 'gzip' as never;
test.each<[string, () => SpanExporter]>([
  ['JSON over HTTP', () => new JsonTraces({ url: `${server.url}/v1/traces` })],
  ['JSON, gzipped', () => new JsonTraces({ url: `${server.url}/v1/traces`, compression: gzip })],
  ['protobuf over HTTP', () => new ProtoTraces({ url: `${server.url}/v1/traces` })],
  ['protobuf, gzipped', () => new ProtoTraces({ url: `${server.url}/v1/traces`, compression: gzip })],
  ['gRPC', () => new GrpcTraces({ url: `http://${grpc}` })],
  ['gRPC, gzipped', () => new GrpcTraces({ url: `http://${grpc}`, compression: gzip })],
])('spans by %s are stored once they are acknowledged', async (_, exporter) => {
  const before = await metric(STORED);
  const [first, ...others] = await send(exporter(), 300);
  expect((await metric(STORED)) - before).toBe(300);
  expect(others).toHaveLength(299);
  expect(await sightingsOf(first as string)).toBe(1);
});

test('log records come by the same ways', async () => {
  const before = await metric(STORED);
  for (const exporter of [new ProtoLogs({ url: `${server.url}/v1/logs` }), new GrpcLogs({ url: `http://${grpc}` })]) {
    const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
    const attributes = {
      'x-request-id': 'c0ffee00-1111-2222-3333-444455556666',
      'network.peer.address': '203.0.113.66',
    };
    provider.getLogger('test').emit({ body: 'calling', timestamp: BEGIN + (await metric(STORED)), attributes });
    await provider.forceFlush();
    await provider.shutdown();
  }
  expect((await metric(STORED)) - before).toBe(2);
  const answer = await get(`${API}/trace?id=c0ffee00111122223333444455556666`);
  expect(answer).toContain('"kind": "log"');
  // Its words are not kept.
  expect(answer).not.toContain('calling');
});

const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : Buffer.from(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const span = (id: number, rest: object = {}): object => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: id.toString(16).padStart(16, '0'),
  name: 'GET',
  kind: 3,
  startTimeUnixNano: `${BigInt(BEGIN) * 1_000_000n}`,
  endTimeUnixNano: `${BigInt(BEGIN + 5) * 1_000_000n}`,
  attributes: [{ key: 'network.peer.address', value: { stringValue: '203.0.113.66' } }],
  ...rest,
});
const document = (...spans: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

test('an export that is sent again changes nothing, and of one that is half bad the good half is taken and the rest counted', async () => {
  const known = await metric(KNOWN);
  const twice = document(span(1), span(2));
  for (const _ of [1, 2]) expect(await (await post('/v1/traces', twice)).json()).toEqual({});
  expect((await metric(KNOWN)) - known).toBe(2);
  const rejected = await metric(REJECTED);
  const answer = await post('/v1/traces', document(span(3), span(4, { startTimeUnixNano: 'soon' })));
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('1 could not be read') } },
  ]);
  expect((await metric(REJECTED)) - rejected).toBe(1);
});

test('clusters are told apart by header, metadata or parameter', async () => {
  for (const [path, header] of [
    ['/v1/traces', 'west'],
    ['/v1/traces?cluster=west', null],
  ] as const)
    await post(path, document(span(20)), header === null ? {} : { 'unmasq-cluster': header });
  const metadata = new Metadata();
  metadata.set('unmasq-cluster', 'west');
  await send(new GrpcTraces({ url: `http://${grpc}`, metadata }), 1);
  expect(await metric('unmasq_ingest_rows_total{cluster="west",outcome="stored"}')).toBe(2);
  expect(await metric('unmasq_ingest_rows_total{cluster="west",outcome="known"}')).toBe(1);
});

test.each<[string, string, Uint8Array | string, Record<string, string>, number, string]>([
  ['an empty export is taken', '/v1/traces', '{}', {}, 200, '{}'],
  ['an empty list is taken', '/v1/logs', '{"resourceLogs": []}', {}, 200, '{}'],
  ['nothing at all is taken', '/v1/traces', new Uint8Array(), { 'content-type': 'application/x-protobuf' }, 200, ''],
  ['what is no JSON', '/v1/traces', 'hello', {}, 400, '"code":3'],
  ['what is no OTLP', '/v1/traces', '{"items": []}', {}, 400, '"code":3'],
  [
    'broken protobuf',
    '/v1/traces',
    new Uint8Array([10, 200, 1]),
    { 'content-type': 'application/x-protobuf' },
    400,
    'broken protobuf',
  ],
  [
    'a type that is neither',
    '/v1/traces',
    '<x/>',
    { 'content-type': 'text/xml' },
    415,
    'expected application/x-protobuf or application/json',
  ],
  [
    'a packing that is not known',
    '/v1/traces',
    '{}',
    { 'content-encoding': 'br' },
    415,
    'expected gzip or no encoding',
  ],
  [
    'a gzip that is cut',
    '/v1/traces',
    gzipSync(document(span(9))).subarray(0, 40),
    { 'content-encoding': 'gzip' },
    400,
    'ends too early',
  ],
  [
    'a gzip bomb',
    '/v1/traces',
    gzipSync(new Uint8Array(40 * 2 ** 20)),
    { 'content-encoding': 'gzip' },
    400,
    'too large',
  ],
  ['metrics', '/v1/metrics', '{}', {}, 400, 'there is no /v1/metrics'],
])('%s', async (_, path, body, headers, status, says) => {
  const answer = await post(path, body, headers);
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(says)]);
});
