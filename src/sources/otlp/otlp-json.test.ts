import { Buffer } from 'node:buffer';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { ROOT_CONTEXT, SeverityNumber, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { otlpJson } from './otlp-json.ts';

const BEGIN = 1_795_403_057_003;
const resource = resourceFromAttributes({ 'service.name': 'checkout', 'k8s.pod.name': 'checkout-7f9c' });
const attributes = {
  'http.route': '/pay/{id} ✓',
  'network.peer.port': 443,
  'a.negative': -5,
  'a.share': 0.25,
  'a.large': 2 ** 53 - 1,
  'is.retried': true,
  'a.list': ['x', 'y'],
  'an.empty': '',
};

const spans = (() => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('test', '1.2');
  const root = tracer.startSpan('POST /pay', { kind: SpanKind.SERVER, startTime: BEGIN });
  const call = tracer.startSpan(
    'POST',
    { kind: SpanKind.CLIENT, startTime: BEGIN + 5, attributes, links: [{ context: root.spanContext() }] },
    trace.setSpan(ROOT_CONTEXT, root),
  );
  call.addEvent('retry', { attempt: 2 }, BEGIN + 6);
  call.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' });
  call.end(BEGIN + 85);
  root.end(BEGIN + 90);
  return exporter.getFinishedSpans();
})();

const records = (() => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('test');
  const context = trace.setSpan(
    ROOT_CONTEXT,
    trace.wrapSpanContext({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 }),
  );
  logger.emit({
    body: 'calling 203.0.113.66',
    severityNumber: SeverityNumber.INFO,
    severityText: 'INFO',
    attributes,
    timestamp: BEGIN,
    context,
  });
  logger.emit({
    body: { deep: { list: [1, 'two', null, { three: 3 }], bytes: new Uint8Array([0, 255]) } },
    eventName: 'odd',
  });
  return exporter.getFinishedLogRecords();
})();

/** Without what a writer may leave out, and with every number as text: a JSON writer may write a whole number either way. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'number') return String(value);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value)
    .filter(
      ([name, one]) => !name.startsWith('dropped') && !(Array.isArray(one) && one.length === 0) && one !== undefined,
    )
    .filter(([name, one]) => !(name === 'code' && one === 0) && !(name === 'schemaUrl' && one === ''))
    .map(([name, one]) => [name, plain(one)]);
  return Object.fromEntries(kept);
};
const parsed = (bytes: Uint8Array | undefined): unknown => plain(JSON.parse(Buffer.from(bytes ?? []).toString()));

const SERIALIZED = [
  ['traces', ProtobufTraceSerializer.serializeRequest(spans), JsonTraceSerializer.serializeRequest(spans)],
  ['logs', ProtobufLogsSerializer.serializeRequest(records), JsonLogsSerializer.serializeRequest(records)],
] as const;

test.each(SERIALIZED)('what the SDK writes of %s as protobuf is what it writes as JSON', (signal, protobuf, json) => {
  const read = otlpJson(signal, protobuf as Uint8Array);
  expect(read.ok && parsed(read.value)).toEqual(parsed(json));
});

test('bytes of any kind never throw, and a cut message is a problem or a shorter one', () => {
  const whole = SERIALIZED[0][1] as Uint8Array;
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const changed = Uint8Array.from(whole);
      changed[at] = byte;
      for (const bytes of [changed, whole.subarray(0, at)]) {
        const read = otlpJson('traces', bytes);
        if (read.ok) expect(() => JSON.parse(Buffer.from(read.value).toString()) as unknown).not.toThrow();
        else expect(read.problem).toMatch(/^broken protobuf: ./);
      }
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void otlpJson('logs', bytes)));
  expect(otlpJson('traces', whole.subarray(0, whole.length - 1)).ok).toBe(false);
});

test('fields that are not known are left out', () => {
  const message = new BinaryWriter()
    .tag(1000, WireType.LengthDelimited)
    .string('old')
    .tag(7, WireType.Bit32)
    .fixed32(1);
  const read = otlpJson('traces', message.finish());
  expect(read.ok && Buffer.from(read.value).toString()).toBe('{}');
});

test('values that are nested too deep are refused before they exhaust the stack', () => {
  let value = new BinaryWriter().tag(1, WireType.LengthDelimited).string('x').finish();
  for (let i = 0; i < 40; i++) {
    const list = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(value).finish();
    value = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(list).finish();
  }
  const wrapped = [2, 6, 2, 2, 1].reduce(
    (inner, number) => new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(inner).finish(),
    value,
  );
  expect(otlpJson('logs', wrapped)).toEqual({
    ok: false,
    problem: 'broken protobuf: values are nested more than 64 deep',
  });
});
