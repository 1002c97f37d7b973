import type { Instant } from '../../base/instant.ts';
import type { FormatName, InventoryLook, NodeSeen, PodSeen, Reject } from '../../core/facts.ts';
import type { Context, Decoder, Taken } from '../decoder.ts';
import { Gathered } from '../json/gathered.ts';
import { isObject, type JsonObject, member, parseValue, textOf } from '../json/json-value.ts';
import { type Values, ValueSplitter } from '../json/split-values.ts';
import { eventSeen } from './event-seen.ts';
import { nodeSeen, type SeenNode } from './node-seen.ts';
import { isList, isWatchEvent, itemsOf, kindOf, whyPartial } from './object-kind.ts';
import { latestMention, ObjectReader } from './object-reader.ts';
import { podSeen, type SeenPod } from './pod-seen.ts';
import { timeInName } from '../time-in-name.ts';
import { WatchStretches } from './watch-stretches.ts';

/** Pods, nodes and events from lists, single objects and watch events, in any mixture, one after another. */
export const kubernetesDecoder = (context: Context, format: FormatName = 'kubernetes-pods'): Decoder =>
  new KubernetesDecoder(context, format);

type Seen = { readonly of: 'pods'; readonly seen: SeenPod } | { readonly of: 'nodes'; readonly seen: SeenNode };

/** A list whose end has not come. Its rows wait: when it was taken is known only once all of it was read. */
interface OpenList {
  kind: string;
  readonly waiting: { readonly place: string; readonly row: Seen }[];
  /** Why this list must not be taken for everything there is. */
  partial: string | null;
}

const EVENTS = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' } as const;

class KubernetesDecoder implements Decoder, Values {
  readonly format: FormatName;
  private readonly context: Context;
  private readonly nameTime: Instant | null;
  private readonly gathered = new Gathered();
  private readonly stretches = new WatchStretches();
  private readonly splitter = new ValueSplitter({ items: 'whole' }, this);
  /** The latest time that any object so far mentions. */
  private latest: Instant | null = null;
  private list: OpenList | null = null;
  private watching = false;
  private ended = false;

  constructor(context: Context, format: FormatName) {
    this.format = format;
    this.context = context;
    this.nameTime = timeInName(context.name);
  }

  get waiting(): number {
    return this.gathered.waiting;
  }

  push(bytes: Uint8Array): void {
    this.splitter.push(bytes);
  }

  end(): void {
    this.ended = true;
    this.splitter.end();
    this.endStretches();
  }

  take(): Taken {
    return this.gathered.take();
  }

  opened(_list: string, head: string): void {
    const around = parseValue(head);
    this.list = { kind: around.ok ? textOf(member(around.value, 'kind')) : '', waiting: [], partial: null };
  }

  closed(text: string | null): void {
    const around = text === null ? null : parseValue(text);
    if (around?.ok === true && isObject(around.value)) this.closeList(around.value);
    else this.abandonList(around === null ? null : (text ?? ''));
  }

  refused(reject: Reject): void {
    this.gathered.reject(reject.place, reject.why, reject.text);
    this.missed();
  }

  value(text: string, place: string): void {
    const parsed = parseValue(text);
    if (!parsed.ok) this.refused({ place, why: parsed.problem, text });
    else if (!isObject(parsed.value)) this.refused({ place, why: 'expected an object', text });
    else if (this.list !== null) this.item(parsed.value, place, text, this.list);
    else if (isWatchEvent(parsed.value)) this.event(parsed.value, place, text);
    else if (isList(parsed.value)) this.wholeList(parsed.value, place);
    else this.single(parsed.value, place, text);
  }

  private wholeList(value: JsonObject, place: string): void {
    this.list = { kind: textOf(member(value, 'kind')), waiting: [], partial: null };
    for (const [i, item] of itemsOf(value).entries()) {
      const where = `items[${i}] of ${place}`;
      if (isObject(item)) this.item(item, where, JSON.stringify(item), this.list);
      else this.refused({ place: where, why: 'expected an object', text: String(item) });
    }
    this.closeList(value);
  }

  private item(object: JsonObject, place: string, text: string, list: OpenList): void {
    this.mention(object);
    const row = this.read(object, kindOf(object, list.kind), 'listed', place, text);
    if (row === 'refused') this.missed();
    else if (row !== 'done') list.waiting.push({ place, row });
  }

  private single(object: JsonObject, place: string, text: string): void {
    const kind = kindOf(object, '');
    if (kind === 'Status') {
      this.refused({
        place,
        why: `expected pods, nodes or events, got the API server's refusal: ${textOf(member(object, 'message')).slice(0, 200)}`,
        text,
      });
      return;
    }
    this.mention(object);
    const row = this.read(object, kind, 'listed', place, text);
    if (typeof row === 'object') this.emit(row, this.context.at ?? this.latest, place);
  }

  private event(event: JsonObject, place: string, text: string): void {
    const type = textOf(member(event, 'type'));
    const object = member(event, 'object') as JsonObject;
    const { from, at } = this.stated(event, place);
    this.watching = true;
    if (type === 'ERROR') {
      this.gathered.ignore('ERROR');
      const why = `the watch ended: ${[member(object, 'code'), member(object, 'reason')].filter((part) => typeof part === 'string' || typeof part === 'number').join(' ')}`;
      if (from === null || at === null) this.gap(why);
      // Events that were missed hide no pod.
      else if (this.format !== 'kubernetes-events')
        this.gathered.gap({ source: 'watch', node: '', from, until: at, why });
      return;
    }
    this.mention(object);
    const kind = kindOf(object, '');
    if (type === 'BOOKMARK') {
      const of = kind === 'Pod' || kind === 'Node' ? ofKind(kind) : null;
      if (of !== null && from !== null && at !== null) {
        this.gathered.look({ kind: 'watching', of, from, until: at });
        return;
      }
      this.gathered.ignore('BOOKMARK');
      if (this.latest !== null && of !== null) this.stretches.event(of, this.latest, false);
      return;
    }
    const happened = Object.hasOwn(EVENTS, type) ? EVENTS[type as keyof typeof EVENTS] : null;
    if (happened === null) {
      this.refused({
        place,
        why: `expected ADDED, MODIFIED, DELETED, BOOKMARK or ERROR, got "${type.slice(0, 40)}"`,
        text,
      });
      return;
    }
    const row = this.read(object, kind, happened, place, text);
    if (row === 'refused') this.missed();
    else if (row !== 'done' && this.emit(row, at ?? this.latest, place) && at === null) {
      this.stretches.event(row.of, this.latest as Instant, happened === 'added');
    }
  }

  /** What a recorder wrote beside `type` and `object`, or into the object around a list: see `recorded-lines.ts`. */
  private stated(around: JsonObject, place: string): { readonly from: Instant | null; readonly at: Instant | null } {
    const reader = new ObjectReader(place);
    const times = { from: reader.time(member(around, 'from'), 'from'), at: reader.time(member(around, 'at'), 'at') };
    for (const { place: where, why, text } of reader.rejects) this.gathered.reject(where, why, text);
    return times;
  }

  private read(
    object: JsonObject,
    kind: string,
    event: PodSeen['event'],
    place: string,
    text: string,
  ): Seen | 'done' | 'refused' {
    const reader = new ObjectReader(place);
    let row: Seen | null = null;
    if (kind === 'Pod') {
      const seen = podSeen(object, event, reader);
      row = seen === null ? null : { of: 'pods', seen };
    } else if (kind === 'Node') {
      const seen = nodeSeen(object, event, reader);
      row = seen === null ? null : { of: 'nodes', seen };
    } else if (kind === 'Event') {
      // It states its own times, and one that is missed hides no pod.
      const seen = eventSeen(object, reader);
      if (seen !== null) this.gathered.event(seen);
    } else if (kind !== '') this.gathered.ignore(kind);
    for (const { place: where, why, text: part } of reader.rejects) this.gathered.reject(where, why, part);
    if (row === null && kind !== '' && kind !== 'Pod' && kind !== 'Node') return 'done';
    if (row !== null) return row;
    this.gathered.reject(
      place,
      kind === ''
        ? 'expected a pod, a node or an event, got an object without a kind'
        : 'expected metadata.uid and metadata.name',
      text,
    );
    return 'refused';
  }

  private emit(row: Seen, at: Instant | null, place: string): boolean {
    if (at === null) {
      this.gathered.reject(place, 'expected a time, got an object that mentions none', row.seen.name);
      return false;
    }
    if (row.of === 'pods') this.gathered.pod({ ...row.seen, at } satisfies PodSeen);
    else this.gathered.node({ ...row.seen, at } satisfies NodeSeen);
    return true;
  }

  private closeList(around: JsonObject): void {
    const list = this.list;
    if (list === null) return;
    this.list = null;
    const { at: stated } = this.stated(around, 'the object around the list');
    const at = stated ?? this.takenAt();
    for (const { place, row } of list.waiting) this.emit(row, at, place);
    const isWhole = stated === null || member(around, 'whole') === true;
    const partial = list.partial ?? whyPartial(around) ?? (isWhole ? null : 'page of a longer list');
    const kinds = new Set(list.waiting.map(({ row }) => row.of));
    const kind = textOf(member(around, 'kind'));
    if (kind === 'PodList') kinds.add('pods');
    if (kind === 'NodeList') kinds.add('nodes');
    if (partial !== null) this.gathered.ignore(`look: ${partial}`);
    else if (at === null && kinds.size > 0) this.gathered.ignore('look: empty list without a time');
    else {
      // Of a list whose time is known it can be said who was no longer there.
      const look = stated === null ? 'list' : 'sample';
      for (const of of kinds) this.gathered.look({ kind: look, of, from: at as Instant, until: at as Instant });
    }
  }

  /** The list broke off: what was read stands, but what is not in it may still exist. */
  private abandonList(text: string | null): void {
    const list = this.list;
    this.list = null;
    if (text !== null) this.gathered.reject('the object around the list', 'expected JSON', text);
    const at = this.takenAt();
    for (const { place, row } of list?.waiting ?? []) this.emit(row, at, place);
  }

  /** When a list was taken: what the caller or the name of the file says, else no earlier than the latest time it mentions. */
  private takenAt(): Instant | null {
    if (this.context.at !== null) return this.context.at;
    const { latest, nameTime } = this;
    return nameTime !== null && (latest === null || nameTime >= latest) ? nameTime : latest;
  }

  private mention(object: JsonObject): void {
    const mentioned = latestMention(object);
    if (mentioned !== null && (this.latest === null || mentioned > this.latest)) this.latest = mentioned;
  }

  /** Something could not be read, so a pod may be missing: neither a list nor a watch has seen everything. */
  private missed(): void {
    if (this.list !== null) this.list.partial = 'list with a reject';
    else if (this.watching && !this.ended) this.gap('a part of the watch could not be read');
  }

  private gap(why: string): void {
    if (this.format === 'kubernetes-events') return;
    if (this.latest !== null) this.gathered.gap({ source: 'watch', node: '', from: this.latest, until: null, why });
    this.endStretches();
  }

  private endStretches(): void {
    for (const look of this.stretches.end()) this.gathered.look(look);
  }
}

const ofKind = (kind: 'Pod' | 'Node'): InventoryLook['of'] => (kind === 'Pod' ? 'pods' : 'nodes');
