import type { Sighting } from '../../core/facts.ts';
import { readingOf, type Reading } from '../correlation/reading.ts';
import type { Context, Decoder, Taken } from '../decoder.ts';
import { Gathered } from '../json/gathered.ts';
import { isObject, type JsonObject, listOf, member, memberAt, parseValue } from '../json/json-value.ts';
import { type Values, ValueSplitter } from '../json/split-values.ts';
import { type Attributes, attributesOf } from './any-value.ts';
import { logSighting } from './log-sighting.ts';
import { type Refuse, spanSighting } from './span-sighting.ts';

/** OTLP in JSON, a document a line, as the Collector's file exporter writes traces and logs. */
export const otlpDecoder = (context: Context): Decoder => new OtlpDecoder(context);

/** What one document holds: of each resource, of each scope, the spans or records. */
const SIGNALS = {
  resourceSpans: { scopes: ['scopeSpans', 'instrumentationLibrarySpans'], items: 'spans', read: spanSighting },
  resourceLogs: { scopes: ['scopeLogs', 'instrumentationLibraryLogs'], items: 'logRecords', read: logSighting },
} as const;

type Signal = keyof typeof SIGNALS;
const isSignal = (list: string): list is Signal => Object.hasOwn(SIGNALS, list);

class OtlpDecoder implements Decoder, Values {
  readonly format = 'otlp';
  private readonly gathered = new Gathered();
  private readonly reading: Reading;
  private readonly splitter = new ValueSplitter(
    { resourceSpans: 'whole', resourceLogs: 'whole', resourceMetrics: 'whole', resourceProfiles: 'whole' },
    this,
  );
  /** The list whose elements come now; empty outside of one. */
  private list = '';

  constructor(context: Context) {
    this.reading = readingOf(context);
  }

  get waiting(): number {
    return this.gathered.waiting;
  }

  push(bytes: Uint8Array): void {
    this.splitter.push(bytes);
  }

  end(): void {
    this.splitter.end();
  }

  take(): Taken {
    return this.gathered.take();
  }

  opened(list: string): void {
    this.list = list;
  }

  closed(): void {
    this.list = '';
  }

  refused({ place, why, text }: { readonly place: string; readonly why: string; readonly text: string }): void {
    this.gathered.reject(place, why, text);
  }

  value(text: string, place: string): void {
    const parsed = parseValue(text);
    if (!parsed.ok) this.gathered.reject(place, parsed.problem, text);
    else if (!isObject(parsed.value)) this.gathered.reject(place, 'expected an object', text);
    else if (isSignal(this.list)) this.resource(this.list, parsed.value, place, text);
    else if (this.list !== '') this.gathered.ignore(this.list);
    else this.document(parsed.value, place, text);
  }

  /** A document without any of the lists: there is nothing in it, or it is no OTLP. */
  private document(value: JsonObject, place: string, text: string): void {
    if (Object.keys(value).length === 0) this.gathered.ignore('an empty document');
    else this.gathered.reject(place, 'expected resourceSpans, resourceLogs or resourceMetrics', text);
  }

  private resource(signal: Signal, value: JsonObject, place: string, text: string): void {
    const { scopes, items } = SIGNALS[signal];
    const resource = attributesOf(memberAt(value, 'resource', 'attributes'));
    const name = scopes.find((one) => Array.isArray(member(value, one)));
    if (name === undefined) {
      this.gathered.reject(place, `expected ${scopes[0]}`, text);
      return;
    }
    for (const [s, scope] of listOf(member(value, name)).entries()) {
      const list = member(scope, items);
      // An empty list is left out when OTLP is written.
      if (list !== undefined && !Array.isArray(list))
        this.gathered.reject(`${name}[${s}].${items} of ${place}`, 'expected a list', JSON.stringify(list));
      for (const [i, item] of listOf(list).entries())
        this.item(signal, item, resource, `${name}[${s}].${items}[${i}] of ${place}`);
    }
  }

  private item(signal: Signal, item: unknown, resource: Attributes, place: string): void {
    const refuse: Refuse = (where, why, part) =>
      this.gathered.reject(`${place}, ${where}`, why, typeof part === 'string' ? part : (JSON.stringify(part) ?? ''));
    if (!isObject(item)) return this.gathered.reject(place, 'expected an object', String(item));
    const sighting: Sighting | null = SIGNALS[signal].read(item, resource, this.reading, refuse);
    if (sighting === null) return;
    this.gathered.sighting(sighting);
    for (const part of ['events', 'links'])
      for (const _ of listOf(member(item, part))) this.gathered.ignore(`span ${part}`);
  }
}
