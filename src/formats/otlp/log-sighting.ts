import { type Sighting, SIGHTING_TEXT } from '../../core/facts.ts';
import { resultWith } from '../../core/symptom.ts';
import type { Reading } from '../correlation/reading.ts';
import { toldInText } from '../correlation/told-in-text.ts';
import { member, textOf } from '../json/json-value.ts';
import { type Attributes, anyValue, attributesOf, before } from './any-value.ts';
import { otlpId } from './otlp-id.ts';
import type { Refuse } from './span-sighting.ts';
import { endsOf, idsOf, podOf, resultOf } from './told-by-attributes.ts';
import { parseUnixNanos } from './unix-nanos.ts';

/** From ERROR on: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const ERROR = 17;

/** A log record; null when it has no time. What its attributes do not tell is looked for in its words. */
export const logSighting = (
  record: unknown,
  resource: Attributes,
  { roleOf, symptomIn }: Reading,
  refuse: Refuse,
): Sighting | null => {
  const stated = parseUnixNanos(member(record, 'timeUnixNano'));
  const observed = parseUnixNanos(member(record, 'observedTimeUnixNano'));
  if (!stated.ok) refuse('timeUnixNano', stated.problem, member(record, 'timeUnixNano'));
  const begin = stated.ok ? (stated.value ?? (observed.ok ? observed.value : null)) : null;
  if (begin === null) {
    if (stated.ok) refuse('timeUnixNano', observed.ok ? 'expected a time, got none' : observed.problem, record);
    return null;
  }
  const [traceId, spanId] = [otlpId(member(record, 'traceId'), 16), otlpId(member(record, 'spanId'), 8)];
  if (!traceId.ok) refuse('traceId', traceId.problem, member(record, 'traceId'));
  if (!spanId.ok) refuse('spanId', spanId.problem, member(record, 'spanId'));
  const body = anyValue(member(record, 'body'));
  const line = typeof body === 'string' ? body : JSON.stringify(body);
  const own = attributesOf(member(record, 'attributes'));
  const symptom = symptomIn(line) ?? symptomIn(own.get('exception.message') ?? '');
  const told = toldInText(line, roleOf, symptom !== null);
  const ids = idsOf(own, roleOf);
  const ends = endsOf('log', own, refuse);
  const severity = member(record, 'severityNumber');
  return {
    kind: 'log',
    begin: begin.at,
    beginNanos: begin.nanos,
    until: begin.at,
    ...podOf(before(own, resource), refuse),
    ...ends,
    ...(ends.destIp === null && ends.destHost === '' && told.dest !== null
      ? { destIp: told.dest.ip, destPort: told.dest.port, destHost: told.dest.host }
      : {}),
    ...(ends.localPort === 0 && told.local !== null ? { localIp: told.local.ip, localPort: told.local.port } : {}),
    traceId: (traceId.ok ? traceId.value : '') || ids.traceId || told.ids.traceId,
    spanId: (spanId.ok ? spanId.value : '') || ids.spanId || told.ids.spanId,
    parentSpanId: '',
    ids: [...new Set([...ids.ids, ...told.ids.ids])],
    text: line.slice(0, SIGHTING_TEXT),
    status:
      symptom !== null ||
      (typeof severity === 'number' && severity >= ERROR) ||
      /^(?:error|fatal)/i.test(textOf(member(record, 'severityText')))
        ? 'error'
        : '',
    result: resultWith(resultOf(own), symptom),
    probability: null,
    times: 1,
  };
};
