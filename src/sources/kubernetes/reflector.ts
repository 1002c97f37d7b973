import { createHash } from 'node:crypto';
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
import { type Access, type Answer, ApiFailure, ask, linesOf, piecesWithin, statusFailure } from './api-server.ts';
import type { HandOver } from './hand-over.ts';
import { keptOf } from './kept.ts';
import { type Pause, pauseMs } from '../pause.ts';
import { permissionMissing } from './permission.ts';
import { ServerClock } from './server-clock.ts';
import { writtenAt } from './written-at.ts';

export interface Timing {
  /** Objects of one page of a list. */
  readonly page: number;
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
const LIST_WITHIN_MS = 60 * SECOND;
const WATCH_WITHIN_MS = 30 * SECOND;
/** How far a watch may be behind while its bookmarks come: what the API server's own cache lags behind, and the network. */
const WATCH_LAG_MS = 10 * SECOND;
/** A watch that lived for so long was a good one: what failed before it is forgotten. */
const GOOD_AFTER_MS = 30 * SECOND;

/** Why everything is listed anew. */
type ListReason = 'start' | 'expired' | 'continue-expired';

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
  readonly lists: Record<ListReason, number> = { start: 0, expired: 0, 'continue-expired': 0 };
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
  private stretch: Stretch | null = null;
  /** Continuations expired in a row: a list in one piece cannot. */
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
        if (!(error instanceof ApiFailure)) throw error;
        askedMs = error.retryAfterMs;
        await this.failed(error);
      }
      // Each round ends in a pause, however it went: whatever the server does, this is no tight loop.
      if (this.watchBegan !== null && this.ports.now() - this.watchBegan >= GOOD_AFTER_MS) this.failuresInARow = 0;
      if (!stop.aborted) await this.ports.pause(pauseMs(this.failuresInARow++, this.ports.random(), askedMs), stop);
    }
    await this.tell();
    await this.handOver.flush();
  }

  /** Gives the version that the list is of. It is consistent: a list from the server's cache may show who is long gone. */
  private async list(stop: AbortSignal): Promise<string> {
    const known = new Map<string, string>();
    let at: Instant | null = null;
    for (let next = ''; ; ) {
      const answer = await this.ask(this.pagePath(next), LIST_WITHIN_MS, true, stop);
      at ??= this.clock.of(instant(Math.min(answer.answeredAt, answer.sentAt + LONGEST_LIST_MS)));
      const page = await wholeOf(answer, this.timing.idleMs);
      next = textOf(memberAt(page, 'metadata', 'continue'));
      const items = listOf(member(page, 'items'))
        .filter(isObject)
        .map((item) => keptOf(this.of, item));
      for (const item of items) known.set(uidOf(item), digestOf(item));
      await this.handOver.add(encodePage(this.of, at, next === '', items));
      await this.handOver.flush();
      if (next !== '') continue;
      const version = textOf(memberAt(page, 'metadata', 'resourceVersion'));
      if (version === '') throw new ApiFailure(0, 'malformed', 'the list does not say what version it is of');
      await this.listed(at, known);
      return version;
    }
  }

  private pagePath(next: string): string {
    const limit = this.expiredPages > 1 ? [] : [`limit=${this.timing.page}`];
    const parameters = [...limit, ...(next === '' ? [] : [`continue=${encodeURIComponent(next)}`])];
    return `/api/v1/${this.of}${parameters.length > 0 ? '?' : ''}${parameters.join('&')}`;
  }

  private async listed(at: Instant, known: Map<string, string>): Promise<void> {
    const { stretch } = this;
    this.lists[this.reason]++;
    this.known = known;
    this.expiredPages = 0;
    this.stretch = { from: at, until: at, told: at };
    if (stretch !== null && stretch.until < at) await this.handOver.add(encodeGap(stretch.until, at, 410, this.reason));
    this.recovered(`${known.size} ${this.of} listed`);
  }

  /** Returns when the server ends the watch as it was asked to. */
  private async watch(from: string, stop: AbortSignal): Promise<void> {
    const seconds = Math.round((this.timing.watchMs / SECOND) * (1 + this.ports.random()));
    const answer = await this.ask(
      `/api/v1/${this.of}?watch=1&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(from)}&timeoutSeconds=${seconds}`,
      WATCH_WITHIN_MS,
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
    if (stretch === null || stretch.until <= stretch.told) return;
    stretch.told = stretch.until;
    await this.handOver.add(encodeWatched(this.of, stretch.from, stretch.until));
  }

  private async failed(failure: ApiFailure): Promise<void> {
    this.failures[failure.reason] = (this.failures[failure.reason] ?? 0) + 1;
    const wasListing = this.version === null;
    if (failure.code === 410) {
      if (wasListing) this.expiredPages++;
      this.reason = wasListing ? 'continue-expired' : 'expired';
      this.version = null;
      await this.tell();
    }
    if (failure.code === 401) await this.ports.access.renew().catch(() => undefined);
    // A watch that is cut off now and then is nothing to tell of; what goes on is told once, and then at each doubling.
    const times = this.failuresInARow + 1;
    if (times < 2 && failure.code !== 401 && failure.code !== 403 && !wasListing) return;
    if ((times & (times - 1)) !== 0) return;
    this.isTold = true;
    const why = permissionMissing(failure, this.of, wasListing ? 'list' : 'watch') ?? failure.message;
    this.ports.log(`kubernetes ${this.of} of ${this.ports.access.name}: ${why}`);
  }

  private recovered(what: string): void {
    if (!this.isTold) return;
    this.isTold = false;
    this.ports.log(`kubernetes ${this.of} of ${this.ports.access.name}: ${what} again`);
  }

  private async ask(path: string, answerWithinMs: number, packed: boolean, signal: AbortSignal): Promise<Answer> {
    const answer = await ask(this.ports.access, path, { now: this.ports.now, signal, answerWithinMs, packed });
    this.clock.learn(answer);
    return answer;
  }
}

const wholeOf = async (answer: Answer, idleMs: number): Promise<unknown> => {
  const pieces: Buffer[] = [];
  for await (const piece of piecesWithin(answer.body, idleMs, () => undefined)) pieces.push(piece);
  const page = parseValue(Buffer.concat(pieces).toString('utf8'));
  if (page.ok) return page.value;
  throw new ApiFailure(0, 'malformed', 'a page of a list is no JSON');
};

const uidOf = (kept: JsonObject): string => textOf(memberAt(kept, 'metadata', 'uid'));

/** Enough of a hash that no two states of one object share it. */
const digestOf = (kept: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(kept)).digest('base64').slice(0, 16);
