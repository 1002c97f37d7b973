/**
 * The messages of OTLP that hold spans and log records, by field number, with the names that they have in OTLP's JSON.
 * https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto (trace, logs, common, resource, collector)
 */

/** How a field is written; `hex`: bytes that OTLP's JSON writes as hexadecimal digits, `base64`: other bytes. */
export type Scalar =
  | 'string'
  | 'bool'
  | 'int64'
  | 'double'
  | 'enum'
  | 'uint32'
  | 'fixed32'
  | 'fixed64'
  | 'hex'
  | 'base64';

export interface Field {
  readonly name: string;
  /** A message is given by a function: they refer to each other. */
  readonly type: Scalar | (() => Message);
  readonly repeated?: true;
}

export type Message = ReadonlyMap<number, Field>;

const message = (...fields: readonly (readonly [number, string, Field['type'], true?])[]): Message =>
  new Map(
    fields.map(([number, name, type, repeated]) => [
      number,
      repeated === undefined ? { name, type } : { name, type, repeated },
    ]),
  );

const ANY_VALUE = message(
  [1, 'stringValue', 'string'],
  [2, 'boolValue', 'bool'],
  [3, 'intValue', 'int64'],
  [4, 'doubleValue', 'double'],
  [5, 'arrayValue', () => ARRAY_VALUE],
  [6, 'kvlistValue', () => KEY_VALUE_LIST],
  [7, 'bytesValue', 'base64'],
);
const ARRAY_VALUE = message([1, 'values', () => ANY_VALUE, true]);
const KEY_VALUE = message([1, 'key', 'string'], [2, 'value', () => ANY_VALUE]);
const KEY_VALUE_LIST = message([1, 'values', () => KEY_VALUE, true]);
const RESOURCE = message([1, 'attributes', () => KEY_VALUE, true]);
const SCOPE = message([1, 'name', 'string'], [2, 'version', 'string'], [3, 'attributes', () => KEY_VALUE, true]);
const EVENT = message([1, 'timeUnixNano', 'fixed64'], [2, 'name', 'string'], [3, 'attributes', () => KEY_VALUE, true]);
const LINK = message(
  [1, 'traceId', 'hex'],
  [2, 'spanId', 'hex'],
  [3, 'traceState', 'string'],
  [4, 'attributes', () => KEY_VALUE, true],
  [6, 'flags', 'fixed32'],
);
const STATUS = message([2, 'message', 'string'], [3, 'code', 'enum']);
const SPAN = message(
  [1, 'traceId', 'hex'],
  [2, 'spanId', 'hex'],
  [3, 'traceState', 'string'],
  [4, 'parentSpanId', 'hex'],
  [5, 'name', 'string'],
  [6, 'kind', 'enum'],
  [7, 'startTimeUnixNano', 'fixed64'],
  [8, 'endTimeUnixNano', 'fixed64'],
  [9, 'attributes', () => KEY_VALUE, true],
  [11, 'events', () => EVENT, true],
  [13, 'links', () => LINK, true],
  [15, 'status', () => STATUS],
  [16, 'flags', 'fixed32'],
);
const LOG_RECORD = message(
  [1, 'timeUnixNano', 'fixed64'],
  [2, 'severityNumber', 'enum'],
  [3, 'severityText', 'string'],
  [5, 'body', () => ANY_VALUE],
  [6, 'attributes', () => KEY_VALUE, true],
  [8, 'flags', 'fixed32'],
  [9, 'traceId', 'hex'],
  [10, 'spanId', 'hex'],
  [11, 'observedTimeUnixNano', 'fixed64'],
  [12, 'eventName', 'string'],
);
const SCOPE_SPANS = message([1, 'scope', () => SCOPE], [2, 'spans', () => SPAN, true]);
const SCOPE_LOGS = message([1, 'scope', () => SCOPE], [2, 'logRecords', () => LOG_RECORD, true]);
const RESOURCE_SPANS = message([1, 'resource', () => RESOURCE], [2, 'scopeSpans', () => SCOPE_SPANS, true]);
const RESOURCE_LOGS = message([1, 'resource', () => RESOURCE], [2, 'scopeLogs', () => SCOPE_LOGS, true]);

/** What is exported of each signal. */
export const EXPORTS = {
  traces: message([1, 'resourceSpans', () => RESOURCE_SPANS, true]),
  logs: message([1, 'resourceLogs', () => RESOURCE_LOGS, true]),
} as const;
