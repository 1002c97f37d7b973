import { DAY, HOUR, type Instant, instant, MINUTE } from '../../base/instant.ts';
import type { ByteObject, Collector, CollectorCheck, Measure, TakeIn, TakenIn, TimeSpan } from '../../core/ports.ts';
import { type BlobTrouble, blobTroubleOf } from './blob-trouble.ts';
import { changedHours, inParallel } from './changed-hours.ts';
import { type Container, openContainerFor } from './container.ts';
import { type ContainerUrl, containerName } from './container-url.ts';
import { findHours, findHoursOf, type Hour } from './find-hours.ts';
import type { HourObject } from './hour-object.ts';
import { lookAgain, MOST_WAIT_MS } from '../look-again.ts';
import { measuring } from '../measure.ts';
import { pause } from '../pause.ts';
import { type Explained, sourceCheck } from '../source-check.ts';
import { waitMs } from '../wait.ts';

export interface BlobCollectorOptions {
  readonly url: ContainerUrl;
  readonly cluster: string;
  readonly everyMs: number;
  /** Hours that ended before are not read. */
  readonly since: Instant;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cursors: (source: string, span: TimeSpan) => Promise<ReadonlyMap<string, string>>;
  /** Whether an object is to be read here, and not by another server with the same store. */
  readonly reads: (name: string) => boolean;
  readonly now: () => Instant;
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** What is wrong, for whoever has to mend it. */
  readonly explain: (trouble: BlobTrouble) => Explained;
}

/** Azure still writes to an hour that is over; after so long only a look at all hours notices. */
const RECENT_MS = 3 * HOUR;
const LOOK_AT_ALL_MS = 15 * MINUTE;
/** Later than that nothing is written to an hour. Microsoft gives no such time; minutes are usual. */
const LATE_MS = DAY;
/** Others have their turn to write in between. */
const TAKEN_TOGETHER_BYTES = 256 * 1_048_576;
const TAKEN_TOGETHER = 500;

interface Failed {
  readonly hour: Hour;
  readonly problem: string;
  readonly times: number;
  readonly again: Instant;
}

interface Looked {
  readonly hours: readonly Hour[];
  readonly span: TimeSpan;
  readonly isAll: boolean;
}

/** Reads what is new in a container, again and again. */
export class BlobCollector implements Collector {
  readonly name: string;
  readonly isShared = true;
  private readonly options: BlobCollectorOptions;
  private logs: readonly string[] = [];
  private lookedAtAll = instant(0);
  /** From where on a look at all hours looks: hours of which all is read are left behind. */
  private from: Instant;
  private readonly failed = new Map<string, Failed>();
  private container: Container | null = null;
  /** When everything that was there then had been read. */
  private upToDate: Instant;
  private waiting = 0;
  private readonly counts = { blobs: 0, bytes: 0, blocks: 0, failures: 0, requests: 0 };

  constructor(options: BlobCollectorOptions) {
    this.options = options;
    this.name = containerName(options.url);
    this.upToDate = options.now();
    this.from = options.since;
  }

  async run(take: TakeIn, stop: AbortSignal): Promise<void> {
    const failed = (error: unknown): BlobTrouble => {
      this.counts.failures++;
      // A credential may have been replaced, or have run out.
      this.forget();
      return blobTroubleOf(error);
    };
    await lookAgain(() => this.look(take, stop), { ...this.options, name: this.name, pause, failed }, stop);
  }

  private forget(): void {
    this.counts.requests += this.container?.requests ?? 0;
    this.container = null;
  }

  /** One look at the container, and reading what changed in it. */
  private async look(take: TakeIn, stop: AbortSignal): Promise<void> {
    const began = this.options.now();
    const container = await this.open(stop);
    const { hours, span, isAll } = await this.find(container, began);
    // A look at recent hours alone has not come across earlier ones that failed.
    const earlier = isAll ? [] : this.failedBefore(span.from);
    const from = earlier.reduce((first, { at }) => (at < first ? at : first), span.from);
    const cursors = await this.options.cursors(container.name, { from, until: span.until });
    const due = changedHours(container, [...earlier, ...hours], cursors).filter(
      ({ hour }) => this.options.reads(`${this.name}/${hour.name}`) && this.isDue(hour, began),
    );
    this.waiting = due.length;
    for (const group of groupsOf(due)) {
      if (stop.aborted) return;
      await this.takeIn(group, take, stop);
      this.waiting -= group.length;
    }
    if (this.failed.size > 0) return;
    this.upToDate = began;
    if (isAll) this.from = instant(Math.max(this.from, began - LATE_MS));
  }

  private async open(stop: AbortSignal): Promise<Container> {
    const { url, env, now } = this.options;
    this.container ??= await openContainerFor(url, env, now(), stop);
    return this.container;
  }

  /** The hours that Azure may still write to; all of them when there was no look at all for a while. */
  private async find(container: Container, now: Instant): Promise<Looked> {
    const { url } = this.options;
    // A clock that is behind is no reason to miss an hour.
    const until = instant(now + HOUR);
    if (now - this.lookedAtAll < LOOK_AT_ALL_MS && this.logs.length > 0) {
      const span = { from: instant(Math.max(this.from, now - RECENT_MS)), until };
      return { span, hours: (await findHoursOf(container, this.logs, span)).hours, isAll: false };
    }
    const span = { from: this.from, until };
    const { hours, logs, others } = await findHours(container, url.prefix, span);
    const isFirst = this.lookedAtAll === 0;
    this.logs = logs;
    this.lookedAtAll = now;
    if (isFirst && others.length > 0)
      this.options.log(
        `${this.name}: ${others.length} blobs are no flow logs by their names, such as ${others[0]?.name}`,
      );
    if (isFirst && logs.length === 0) this.options.log(`${this.name}: no flow logs yet`);
    // What is no longer there cannot fail any more.
    const names = new Set(hours.map(({ name }) => name));
    for (const name of this.failed.keys()) if (!names.has(name)) this.failed.delete(name);
    return { hours, span, isAll: true };
  }

  private isDue({ name, etag }: Hour, now: Instant): boolean {
    const failed = this.failed.get(name);
    return failed === undefined || failed.hour.etag !== etag || failed.again <= now;
  }

  private failedBefore(at: Instant): readonly Hour[] {
    return [...this.failed.values()].map(({ hour }) => hour).filter((hour) => hour.at + HOUR <= at);
  }

  private async takeIn(group: readonly HourObject[], take: TakeIn, stop: AbortSignal): Promise<void> {
    const objects = async function* (): AsyncGenerator<ByteObject> {
      for (const object of inParallel(group)) if (!stop.aborted) yield object;
    };
    const taken = await take(objects(), { cluster: this.options.cluster, node: '', at: null });
    for (const [i, one] of taken.entries()) this.took(group[i] as HourObject, one, stop);
  }

  private took({ hour, bytes, blocks }: HourObject, { problem }: TakenIn, stop: AbortSignal): void {
    const { counts, failed, options } = this;
    counts.bytes += bytes;
    counts.blocks += blocks;
    if (problem === null) {
      counts.blobs++;
      failed.delete(hour.name);
      return;
    }
    if (stop.aborted) return;
    const before = failed.get(hour.name);
    const times = (before?.times ?? 0) + 1;
    const wait = Math.min(MOST_WAIT_MS, waitMs(times, options.everyMs, options.random()));
    counts.failures++;
    failed.set(hour.name, { hour, problem, times, again: instant(options.now() + wait) });
    if (before?.problem !== problem) options.log(`${this.name}/${hour.name}: ${problem}; it is tried again`);
  }

  check(stop: AbortSignal): Promise<CollectorCheck> {
    const { url, env, now, cluster, explain } = this.options;
    const ask = async (): Promise<string> => {
      // By a credential of its own: one that was replaced meanwhile is no trouble of the readings under way.
      const container = await openContainerFor(url, env, now(), stop);
      const { blobs, prefixes } = await container.level(url.prefix);
      return blobs.length + prefixes.length === 0 ? 'it can be read, and is empty' : 'it can be read';
    };
    return sourceCheck({ name: this.name, cluster }, ask, (error) => explain(blobTroubleOf(error)));
  }

  measures(): readonly Measure[] {
    const { counts, options, waiting, failed, container, upToDate } = this;
    const measure = measuring('blob', { container: this.name, cluster: options.cluster });
    const requests = counts.requests + (container?.requests ?? 0);
    const behind = Math.max(0, options.now() - upToDate) / 1_000;
    return [
      measure('reads_total', counts.blobs),
      measure('bytes_total', counts.bytes),
      measure('blocks_total', counts.blocks),
      measure('requests_total', requests),
      measure('failures_total', counts.failures),
      measure('waiting', waiting),
      measure('failing', failed.size),
      measure('behind_seconds', behind),
    ];
  }
}

const groupsOf = (due: readonly HourObject[]): readonly (readonly HourObject[])[] => {
  const groups: HourObject[][] = [];
  let bytes = Infinity;
  for (const object of due) {
    if (bytes + object.bytesDue > TAKEN_TOGETHER_BYTES || (groups.at(-1)?.length ?? 0) >= TAKEN_TOGETHER) {
      groups.push([]);
      bytes = 0;
    }
    bytes += object.bytesDue;
    groups.at(-1)?.push(object);
  }
  return groups;
};
