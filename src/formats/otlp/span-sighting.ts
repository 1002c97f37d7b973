import { type Sighting, SIGHTING_TEXT, type SightingKind } from '../../core/facts.ts';
import { resultWith, type SymptomReader } from '../../core/symptom.ts';
import type { Reading } from '../correlation/reading.ts';
import { listOf, member, memberAt, textOf } from '../json/json-value.ts';
import { type Attributes, attributesOf, before } from './any-value.ts';
import { otlpId } from './otlp-id.ts';
import { samplingOf } from './sampling.ts';
import { endsOf, idsOf, podOf, resultOf } from './told-by-attributes.ts';
import { parseUnixNanos } from './unix-nanos.ts';

export type Refuse = (where: string, why: string, value: unknown) => void;

const KINDS: readonly SightingKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const NAMED = /^SPAN_KIND_(INTERNAL|SERVER|CLIENT|PRODUCER|CONSUMER|UNSPECIFIED)$/;

/** A span; null when it lacks what it is for: its ids and its times. Every reason is told. */
export const spanSighting = (
  span: unknown,
  resource: Attributes,
  { roleOf, symptomIn }: Reading,
  refuse: Refuse,
): Sighting | null => {
  const kind = kindOf(member(span, 'kind'));
  const [traceId, spanId] = [otlpId(member(span, 'traceId'), 16), otlpId(member(span, 'spanId'), 8)];
  const parent = otlpId(member(span, 'parentSpanId'), 8);
  const begin = parseUnixNanos(member(span, 'startTimeUnixNano'));
  const end = parseUnixNanos(member(span, 'endTimeUnixNano'));
  if (kind === null) refuse('kind', 'expected a kind of span from 0 to 5', member(span, 'kind'));
  if (!traceId.ok) refuse('traceId', traceId.problem, member(span, 'traceId'));
  else if (traceId.value === '') refuse('traceId', 'expected a trace id, got none', span);
  if (!spanId.ok) refuse('spanId', spanId.problem, member(span, 'spanId'));
  if (!begin.ok) refuse('startTimeUnixNano', begin.problem, member(span, 'startTimeUnixNano'));
  else if (begin.value === null) refuse('startTimeUnixNano', 'expected a time, got none', span);
  if (kind === null || !traceId.ok || traceId.value === '' || !spanId.ok || !begin.ok || begin.value === null)
    return null;
  if (!parent.ok) refuse('parentSpanId', parent.problem, member(span, 'parentSpanId'));
  if (!end.ok) refuse('endTimeUnixNano', end.problem, member(span, 'endTimeUnixNano'));
  const { at, nanos } = begin.value;
  const until = end.ok && end.value !== null ? end.value.at : at;
  const own = attributesOf(member(span, 'attributes'));
  const refuseAttribute = (name: string, why: string, value: string): void => refuse(name, why, value);
  const ids = idsOf(own, roleOf);
  const code = memberAt(span, 'status', 'code');
  const failed = code === 2 || code === 'STATUS_CODE_ERROR';
  return {
    kind,
    begin: at,
    beginNanos: nanos,
    // A clock that was set back in the middle makes an end before the begin.
    until: until < at ? at : until,
    ...podOf(before(own, resource), refuseAttribute),
    ...endsOf(kind, own, refuseAttribute),
    traceId: traceId.value,
    spanId: spanId.value,
    parentSpanId: parent.ok ? parent.value : '',
    ids: ids.ids,
    text: textOf(member(span, 'name')).slice(0, SIGHTING_TEXT),
    status: failed ? 'error' : code === 1 || code === 'STATUS_CODE_OK' ? 'ok' : '',
    result: resultOf(own) || (failed ? toldOfFailure(span, symptomIn) : ''),
    probability: samplingOf(textOf(member(span, 'traceState'))) ?? azureSampling(own),
    times: 1,
  };
};

/** What a failed span says beside its attributes: the exception that it recorded, else the words of its status. */
const toldOfFailure = (span: unknown, symptomIn: SymptomReader): string => {
  const thrown = listOf(member(span, 'events')).find((event) => member(event, 'name') === 'exception');
  const exception = attributesOf(member(thrown, 'attributes'));
  const [type, message] = [exception.get('exception.type') ?? '', exception.get('exception.message') ?? ''];
  return resultWith(type, symptomIn(`${type}: ${message}`) ?? symptomIn(textOf(memberAt(span, 'status', 'message'))));
};

/** The exporter of Azure Monitor writes the percentage that was kept. */
const azureSampling = (attributes: Attributes): number | null => {
  const percent = Number(attributes.get('_MS.sampleRate') ?? Number.NaN);
  return percent > 0 && percent <= 100 ? percent / 100 : null;
};

const kindOf = (value: unknown): SightingKind | null => {
  if (value === undefined || value === null) return 'internal';
  if (typeof value === 'number') return KINDS[value] ?? null;
  const [, name] = NAMED.exec(textOf(value)) ?? [];
  return name === undefined ? null : name === 'UNSPECIFIED' ? 'internal' : (name.toLowerCase() as SightingKind);
};
