import { type Instant, instant, MINUTE, SECOND } from '../../base/instant.ts';
import {
  isObject,
  type JsonObject,
  listOf,
  member,
  memberAt,
  parseValue,
  textOf,
} from '../../formats/json/json-value.ts';
import { encodeEvent, encodeGap, encodePage, encodeWatched, type Resource } from '../../formats/kube/recorded-lines.ts';
import {
  type Access,
  type Answer,
  ApiFailure,
  ask,
  jsonOf,
  linesOf,
  piecesWithin,
  statusFailure,
} from './api-server.ts';
import type { HandOver } from './hand-over.ts';
import { digestOf, keptOf } from './kept.ts';
import { type Pause, pauseMs } from '../pause.ts';
import { permissionMissing } from './permission.ts';
import { ServerClock } from './server-clock.ts';
import { writtenAt } from './written-at.ts';

export interface Timing {
  /** Objects of one page of a list. */
  readonly page: number;
  /** How long an answer may take to begin. */
  readonly answerMs: number;
  /** A watch that says nothing for longer is given up: bookmarks come about once a minute. */
  readonly idleMs: number;
  /** How long one watch is asked for, at least; up to twice as long. */
  readonly watchMs: number;
  /** How often it is said how far the watch has come. */
  readonly tellEveryMs: number;
  readonly handOverEveryMs: number;
}

export const TIMING: Timing = {
  page: 500,
  answerMs: MINUTE,
  idleMs: 90 * SECOND,
  watchMs: 5 * MINUTE,
  tellEveryMs: MINUTE,
  handOverEveryMs: SECOND,
};

export interface ReflectorPorts {
  readonly access: Access;
  readonly now: () => Instant;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly pause: Pause;
  readonly log: (line: string) => void;
}

/** A list is of a moment after it was asked for and before its answer began; one that took longer is taken to be of no later. */
const LONGEST_LIST_MS = 10 * SECOND;
/** How far a watch may be behind while its bookmarks come: what the API server's own cache lags behind, and the network. */
const WATCH_LAG_MS = 10 * SECOND;
/** A watch that lived for so long was a good one: what failed before it is forgotten. */
const GOOD_AFTER_MS = 30 * SECOND;

/** Why everything is listed anew. */
type ListReason = 'start' | 'expired' | 'continue-expired' | 'failed';

/** A list under way. */
interface Listing {
  readonly known: Map<string, string>;
  /** Of when all its pages are; null: none has come. */
  at: Instant | null;
  next: string;
}

/** The stretch over which the watch has missed nothing. */
interface Stretch {
  readonly from: Instant;
  until: Instant;
  told: Instant;
}

/**
 * Lists all objects of one resource, and watches them from there on. What it sees goes to the hand-over in order. A position is kept in memory
 * only: whoever starts lists anew, which is cheap, and always right.
 */
export class Reflector {
  readonly events = { ADDED: 0, MODIFIED: 0, DELETED: 0, BOOKMARK: 0, ERROR: 0 };
  readonly lists: Record<ListReason, number> = { start: 0, expired: 0, 'continue-expired': 0, failed: 0 };
  readonly failures: Record<string, number> = {};
  unchanged = 0;
  watches = 0;
  private readonly of: Resource;
  private readonly ports: ReflectorPorts;
  private readonly timing: Timing;
  private readonly handOver: HandOver;
  private readonly clock: ServerClock;
  /** What is known of each object, by UID: a digest of what was written of it last. */
  private known = new Map<string, string>();
  /** Where the watch goes on; null: everything has to be listed. */
  private version: string | null = null;
  private reason: ListReason = 'start';
  /** What the watch ended with; 0: not with an answer. */
  private lostCode = 0;
  private listing: Listing | null = null;
  private stretch: Stretch | null = null;
  /** Continuations expired in a row: pages get larger, until they come in time. */
  private expiredPages = 0;
  private failuresInARow = 0;
  private watchBegan: Instant | null = null;
  /** When it was last said how far the watch has come. */
  private toldAt = 0;
  /** A failure was logged, so that it is over is logged as well. */
  private isTold = false;

  constructor(of: Resource, ports: ReflectorPorts, timing: Timing, handOver: HandOver) {
    this.of = of;
    this.ports = ports;
    this.timing = timing;
    this.handOver = handOver;
    this.clock = new ServerClock(ports.now);
  }

  /** Of pods and nodes also what is not there is told: how far the watch has come, and where it missed something. */
  private get tellsWhoIsThere(): boolean {
    return this.of !== 'events';
  }

  get objects(): number {
    return this.known.size;
  }

  /** Up to when nothing was missed; null: nothing is known yet. */
  get watchedUntil(): Instant | null {
    return this.stretch?.until ?? null;
  }

  get clockAheadMs(): number {
    return this.clock.aheadMs;
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      this.watchBegan = null;
      let askedMs: number | null = null;
      try {
        this.version ??= await this.list(stop);
        await this.watch(this.version, stop);
      } catch (error) {
        if (stop.aborted) break;
        // Whatever it is, listing everything anew mends it, and ending here would not.
        const failure = error instanceof ApiFailure ? error : new ApiFailure(0, 'unexpected', (error as Error).message);
        askedMs = failure.retryAfterMs;
        await this.failed(failure);
      }
      // Each round ends in a pause, however it went: whatever the server does, this is no tight loop.
      if (this.watchBegan !== null && this.ports.now() - this.watchBegan >= GOOD_AFTER_MS) this.failuresInARow = 0;
      if (!stop.aborted) await this.ports.pause(pauseMs(this.failuresInARow++, this.ports.random(), askedMs), stop);
    }
    await this.tell();
    await this.handOver.flush();
  }

  /**
   * Gives the version that the list is of. It is consistent: a list from the server's cache may show who is long gone. Pages that came stand,
   * whatever becomes of the next one.
   */
  async list(stop: AbortSignal): Promise<string> {
    this.listing ??= { known: new Map(), at: null, next: '' };
    const { listing } = this;
    for (;;) {
      const answer = await this.ask(this.pagePath(listing.next), true, stop);
      const page = await jsonOf(answer, this.timing.idleMs);
      listing.at ??= this.clock.of(instant(Math.min(answer.answeredAt, answer.sentAt + LONGEST_LIST_MS)));
      const { at, known } = listing;
      const version = textOf(memberAt(page, 'metadata', 'resourceVersion'));
      if (version === '') throw new ApiFailure(0, 'malformed', 'a list does not say what version it is of');
      listing.next = textOf(memberAt(page, 'metadata', 'continue'));
      const items = listOf(member(page, 'items'))
        .filter(isObject)
        .map((item) => keptOf(this.of, item));
      for (const item of items) known.set(uidOf(item), digestOf(item));
      await this.handOver.add(encodePage(this.of, at, listing.next === '', items));
      if (listing.next !== '') continue;
      await this.listed(at, known);
      return version;
    }
  }

  private pagePath(next: string): string {
    const limit = this.timing.page * 2 ** Math.max(0, this.expiredPages - 1);
    return `/api/v1/${this.of}?limit=${limit}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
  }

  private async listed(at: Instant, known: Map<string, string>): Promise<void> {
    const { stretch } = this;
    this.lists[this.reason]++;
    this.known = known;
    this.listing = null;
    this.expiredPages = 0;
    this.stretch = { from: at, until: at, told: at };
    if (stretch !== null && stretch.until < at && this.tellsWhoIsThere)
      await this.handOver.add(encodeGap(stretch.until, at, this.lostCode, this.reason));
    await this.handOver.flush();
    this.recovered(`${known.size} ${this.of} listed`);
  }

  /** Returns when the server ends the watch as it was asked to. */
  private async watch(from: string, stop: AbortSignal): Promise<void> {
    const seconds = Math.round((this.timing.watchMs / SECOND) * (1 + this.ports.random()));
    const answer = await this.ask(
      `/api/v1/${this.of}?watch=1&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(from)}&timeoutSeconds=${seconds}`,
      false,
      stop,
    );
    this.watches++;
    this.watchBegan = this.ports.now();
    this.recovered(`${this.of} watched`);
    let freshAt = this.clock.of(answer.answeredAt);
    const pieces = piecesWithin(answer.body, this.timing.idleMs, () => {
      freshAt = this.clock.now();
    });
    for await (const line of linesOf(pieces)) {
      await this.event(line, freshAt);
      if (stop.aborted) return;
    }
  }

  private async event(line: string, arrivedAt: Instant): Promise<void> {
    const parsed = parseValue(line);
    const event = parsed.ok && isObject(parsed.value) ? parsed.value : null;
    const type = textOf(member(event, 'type'));
    const object = member(event, 'object');
    if (!isObject(object) || !Object.hasOwn(this.events, type))
      throw new ApiFailure(0, 'malformed', `expected an event of a watch, got "${line.slice(0, 80)}"`);
    this.events[type as keyof typeof this.events]++;
    if (type === 'ERROR') throw statusFailure(object, 0, null);
    if (type !== 'BOOKMARK') await this.changed(type as 'ADDED' | 'MODIFIED' | 'DELETED', object);
    const version = textOf(memberAt(object, 'metadata', 'resourceVersion'));
    if (version !== '') this.version = version;
    this.progress(type === 'BOOKMARK' ? instant(arrivedAt - WATCH_LAG_MS) : writtenAt(object));
    if (this.stretch !== null && this.ports.now() - this.toldAt >= this.timing.tellEveryMs) await this.tell();
  }

  private async changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: JsonObject): Promise<void> {
    const kept = keptOf(this.of, object);
    const uid = uidOf(kept);
    const digest = digestOf(kept);
    if (type !== 'DELETED' && this.known.get(uid) === digest) {
      this.unchanged++;
      return;
    }
    // An event is deleted when it is an hour old, which says nothing of what it told.
    if (type === 'DELETED' && !this.tellsWhoIsThere) {
      this.known.delete(uid);
      return;
    }
    const now = this.clock.now();
    // It was so when it was written, which may be long before it came; a deletion states no time, and had happened when it came.
    const at = type === 'DELETED' ? now : Math.min(now, writtenAt(object) ?? now);
    await this.handOver.add(encodeEvent(this.of, type, instant(Math.max(at, this.stretch?.from ?? at)), kept));
    if (type === 'DELETED') this.known.delete(uid);
    else this.known.set(uid, digest);
  }

  /** Everything up to `until` has come. */
  private progress(until: Instant | null): void {
    const { stretch } = this;
    if (stretch === null || until === null) return;
    stretch.until = instant(Math.max(stretch.until, Math.min(until, this.clock.now())));
  }

  /** Says how far the watch has come, behind all that had come by then. */
  private async tell(): Promise<void> {
    this.toldAt = this.ports.now();
    const { stretch } = this;
    if (stretch === null || stretch.until <= stretch.told || !this.tellsWhoIsThere) return;
    stretch.told = stretch.until;
    await this.handOver.add(encodeWatched(this.of, stretch.from, stretch.until));
  }

  private async failed(failure: ApiFailure): Promise<void> {
    this.failures[failure.reason] = (this.failures[failure.reason] ?? 0) + 1;
    const wasListing = this.version === null;
    if (isInVain(failure)) {
      const expired = wasListing ? 'continue-expired' : 'expired';
      if (!wasListing) this.lostCode = failure.code;
      if (failure.code === 410 && wasListing) this.expiredPages++;
      this.reason = failure.code === 410 ? expired : this.stretch === null ? 'start' : 'failed';
      this.version = null;
      this.listing = null;
      await this.tell();
    }
    const isStranger = failure.code === 401;
    if (
      isStranger ||
      ((failure.reason === 'connection' || failure.reason === 'credentials') && this.failuresInARow > 0)
    )
      this.ports.access.renew();
    // A watch that is cut off now and then is nothing to tell of; what goes on is told once, and then at each doubling.
    const times = this.failuresInARow + 1;
    if (times < 2 && !isStranger && failure.code !== 403 && !wasListing) return;
    if ((times & (times - 1)) !== 0) return;
    this.isTold = true;
    const missing = permissionMissing(failure, this.of, wasListing ? 'list' : 'watch');
    const why = missing === null ? `${failure.message}; it is tried again` : `${missing.why}: ${missing.fix}`;
    this.ports.log(`kubernetes ${this.of} of ${this.ports.access.name}: ${why}`);
  }

  private recovered(what: string): void {
    if (!this.isTold) return;
    this.isTold = false;
    this.ports.log(`kubernetes ${this.of} of ${this.ports.access.name}: ${what} again`);
  }

  private async ask(path: string, packed: boolean, signal: AbortSignal): Promise<Answer> {
    const asking = { now: this.ports.now, signal, answerWithinMs: this.timing.answerMs, packed };
    const answer = await ask(this.ports.access, path, asking);
    this.clock.learn(answer);
    return answer;
  }
}

/** What was asked for makes no sense to the server, or what came makes none to us: to ask for the same again would be in vain. */
const isInVain = ({ code, reason }: ApiFailure): boolean =>
  (code >= 400 && code < 500 && ![401, 403, 408, 429].includes(code)) ||
  ['version-unknown', 'malformed', 'unexpected'].includes(reason);

const uidOf = (kept: JsonObject): string => textOf(memberAt(kept, 'metadata', 'uid'));
