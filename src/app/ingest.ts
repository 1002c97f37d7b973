import type { Instant } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { FormatName } from '../core/facts.ts';
import type { Batch, ByteObject, Cursor, Store, Written } from '../core/ports.ts';
import type { SymptomReader } from '../core/symptom.ts';
import { UNTIMED } from '../formats/conntrack/conntrack-decoder.ts';
import type { Decoder, Taken } from '../formats/decoder.ts';
import { decoderFor } from '../formats/decoder-for.ts';
import { HEAD_BYTES, recognise } from '../formats/recognise.ts';
import { type Trouble, trouble } from './errors.ts';

/** What became of one object. Every row of it is in one of these numbers. */
export interface ObjectReport {
  readonly name: string;
  /** null: not recognised, or not readable. */
  readonly format: FormatName | null;
  readonly bytes: number;
  /** Rows that the store did not have. */
  readonly rows: number;
  readonly known: number;
  readonly rejects: number;
  /** Understood and of no use, by name. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Why it was not read, or not to its end. */
  readonly problem: string | null;
}

/** Rows without a time, which the store does not keep. */
export const untimedIn = ({ ignored }: Pick<ObjectReport, 'ignored'>): number => ignored[UNTIMED] ?? 0;

/** Among what is ignored: rows that are older than the store keeps (`core/retention.ts`). */
const EXPIRED = 'older than is kept';
const PURGED = 'of pods that were purged';
export const expiredIn = ({ ignored }: Pick<ObjectReport, 'ignored'>): number => ignored[EXPIRED] ?? 0;

export interface Ingested {
  readonly cluster: string;
  readonly objects: readonly ObjectReport[];
  /** Stopped by the user: what was written stays, the rest was not read. */
  readonly interrupted: boolean;
}

export interface IngestOptions {
  /** null: `default`. */
  readonly cluster: string | null;
  /** The node whose conntrack wrote the objects; empty when they tell themselves. */
  readonly node: string;
  /** When lists and dumps were taken, where the user says so. */
  readonly at: Instant | null;
  /** Fields that carry correlation ids here, beside the usual ones. */
  readonly idFields?: readonly string[];
  /** What reads symptoms in lines of logs; absent: the usual wordings. */
  readonly symptomIn?: SymptomReader;
  readonly interrupted: () => boolean;
  readonly progress: (done: Progress) => void;
}

export interface Progress {
  readonly object: string;
  readonly objects: number;
  readonly bytes: number;
  readonly rows: number;
}

export const DEFAULT_CLUSTER = 'default';

/** A batch is handed over at so many rows: with what one piece adds it stays under 200,000. */
const BATCH_ROWS = 180_000;
/** An export that may name a second cluster is held back until its end, up to so many rows. */
const HELD_ROWS = 1_000_000;

/** What reading needs of the store. Cursors are asked of objects that have one. */
export type IngestStore = Pick<Store, 'write' | 'keepCursors' | 'writeRows'>;

/** Reads every object into the store. A bad object is reported beside the good ones; only two clusters in one stop the run. */
export const ingest = async (
  objects: AsyncIterable<ByteObject>,
  store: IngestStore,
  options: IngestOptions,
): Promise<Result<Ingested, Trouble>> => {
  const counts: Count[] = [];
  const run = new Run(store, options);
  for await (const object of objects) {
    if (options.interrupted()) break;
    const count = await run.object(object);
    if (!count.ok) {
      await run.finish();
      return count;
    }
    counts.push(count.value);
  }
  await run.finish();
  const reports = counts.map((count) => count.report());
  return ok({ cluster: options.cluster ?? DEFAULT_CLUSTER, objects: reports, interrupted: options.interrupted() });
};

interface Waiting {
  readonly batch: Batch;
  readonly count: Count;
}

/** What is known across the objects of one run. */
class Run {
  private readonly store: IngestStore;
  private readonly options: IngestOptions;
  /** Cluster that rows named, and the object that did. */
  private readonly named = new Map<string, string>();
  private readonly waiting: Waiting[] = [];
  /** Of objects that were read to their end, but whose rows are not all durable yet. */
  private readonly cursors: Cursor[] = [];
  private writing: Promise<void> = Promise.resolve();
  private objects = 0;
  private bytes = 0;
  private rows = 0;

  constructor(store: IngestStore, options: IngestOptions) {
    this.store = store;
    this.options = options;
  }

  async object(object: ByteObject): Promise<Result<Count, Trouble>> {
    this.objects++;
    this.tell(object.name);
    const count = new Count(object.name);
    const options = { ...this.options, ...object.of };
    const held: Batch[] = [];
    const clusters = new Set<string>();
    const hand = async (decoder: Decoder, last: boolean): Promise<Trouble | null> => {
      const taken = decoder.take();
      for (const name of taken.clusters) clusters.add(name);
      const clash = this.clash(object.name, clusters);
      if (clash !== null) return clash;
      count.take(taken);
      const batch = batchOf(taken, decoder.format, object.name, options);
      if (batch !== null) held.push(batch);
      const waits =
        clusters.size > 0 && held.reduce((sum, b) => sum + rowsIn(b), 0) < Math.min(HELD_ROWS, this.store.writeRows);
      if (last || !waits) for (const b of held.splice(0)) await this.hand(b, count);
      this.tell(object.name);
      return null;
    };
    let decoder: Decoder | null = null;
    for await (const piece of headFirst(object)) {
      if (this.options.interrupted()) {
        count.problem = 'interrupted: read in part';
        break;
      }
      if (!piece.ok) {
        count.problem = piece.problem;
        break;
      }
      const bytes = piece.value;
      if (decoder === null) {
        const format = recognise(bytes.subarray(0, HEAD_BYTES), object.name);
        if (!format.ok) {
          count.problem = format.problem;
          return ok(count);
        }
        count.format = format.value;
        decoder = decoderFor(format.value, {
          name: object.name,
          at: options.at,
          node: options.node,
          correlationFields: options.idFields ?? [],
          ...(options.symptomIn === undefined ? {} : { symptomIn: options.symptomIn }),
        });
      }
      count.bytes += bytes.length;
      this.bytes += bytes.length;
      decoder.push(bytes);
      if (decoder.waiting >= Math.min(BATCH_ROWS, this.store.writeRows)) {
        const stop = await hand(decoder, false);
        if (stop !== null) return fail(stop);
      }
    }
    if (decoder !== null) {
      // Of an object that was left half-way the line in hand is no reject: it is read next time.
      if (!this.options.interrupted()) decoder.end();
      const stop = await hand(decoder, true);
      if (stop !== null) return fail(stop);
    } else if (count.problem === null) count.problem = `${object.name} is empty`;
    const isWhole = count.problem === null && !this.options.interrupted();
    if (isWhole) this.cursors.push(...(object.cursors?.() ?? []));
    return ok(count);
  }

  /** Puts a batch to those that wait. While the store writes, the next are decoded. */
  private async hand(batch: Batch, count: Count): Promise<void> {
    this.waiting.push({ batch, count });
    // Batches of many objects wait for each other: one large write costs less than many small ones.
    if (this.waiting.reduce((sum, { batch: b }) => sum + rowsIn(b), 0) >= this.store.writeRows)
      await this.writeWaiting();
  }

  private async writeWaiting(): Promise<void> {
    await this.writing;
    const together = this.waiting.splice(0);
    // Of an object that ended, all rows are in this write or in one before it.
    const cursors = this.cursors.splice(0);
    if (together.length === 0 && cursors.length === 0) return;
    this.writing = this.write(together, cursors);
    // Who awaits it hears of a failure; until then nobody does, and that is no accident.
    this.writing.catch(() => undefined);
  }

  private async write(together: readonly Waiting[], cursors: readonly Cursor[]): Promise<void> {
    if (together.length > 0) {
      const written = await this.store.write(together.map(({ batch }) => batch));
      for (const [i, { count }] of together.entries()) this.rows += count.write(written[i] as Written);
    }
    if (cursors.length > 0) await this.store.keepCursors(this.options.cluster ?? DEFAULT_CLUSTER, cursors);
  }

  /** Returns when all that was handed over is written. */
  async finish(): Promise<void> {
    await this.writeWaiting();
    await this.writing;
  }

  /** Two clusters use the same pod addresses: told apart now, or never. */
  private clash(object: string, clusters: ReadonlySet<string>): Trouble | null {
    const names = [...clusters].sort();
    if (names.length > 1) {
      return trouble('E202', `${object} holds rows of ${names.length} clusters`, {
        why: `rows name ${names.slice(0, 5).join(', ')}; clusters share pod addresses, so their rows must not mix`,
      });
    }
    const [name] = names;
    if (name === undefined || this.options.cluster !== null) return null;
    const [other] = [...this.named].find(([known]) => known !== name) ?? [];
    if (other !== undefined) {
      return trouble('E202', `${object} is about another cluster than ${this.named.get(other)}`, {
        why: `the one names ${name}, the other ${other}`,
        fix: `Ingest each on its own: unmasq ingest --cluster ${name} ${object}`,
      });
    }
    this.named.set(name, object);
    return null;
  }

  private tell(object: string): void {
    this.options.progress({ object, objects: this.objects, bytes: this.bytes, rows: this.rows });
  }
}

/** The numbers of one object while it is read. */
class Count {
  format: FormatName | null = null;
  bytes = 0;
  problem: string | null = null;
  private readonly name: string;
  private rows = 0;
  private known = 0;
  private rejects = 0;
  readonly ignored: Record<string, number> = {};

  constructor(name: string) {
    this.name = name;
  }

  take(taken: Taken): void {
    this.rejects += taken.rejects.length;
    for (const [what, n] of Object.entries(taken.ignored)) this.ignored[what] = (this.ignored[what] ?? 0) + n;
  }

  write({ rows, known, expired = 0, purged = 0 }: Written): number {
    this.rows += rows;
    this.known += known;
    if (expired > 0) this.ignored[EXPIRED] = expiredIn(this) + expired;
    if (purged > 0) this.ignored[PURGED] = (this.ignored[PURGED] ?? 0) + purged;
    return rows + known + expired + purged;
  }

  report(): ObjectReport {
    const { name, format, bytes, rows, rejects, ignored, problem } = this;
    // The store keeps no row without a time: of those it says neither that it is new nor, in truth, that it was there before.
    const known = Math.max(0, this.known - untimedIn(this));
    return { name, format, bytes, rows, known, rejects, ignored, problem };
  }
}

/** The first piece is long enough to recognise the format by, or all there is. */
async function* headFirst(object: ByteObject): AsyncGenerator<Result<Uint8Array, string>> {
  let head: Uint8Array | null = new Uint8Array(0);
  for await (const piece of object.read()) {
    if (head === null) yield piece;
    else if (!piece.ok) {
      if (head.length > 0) yield ok(head);
      head = null;
      yield piece;
    } else {
      head = joined(head, piece.value);
      if (head.length >= HEAD_BYTES) {
        yield ok(head);
        head = null;
      }
    }
  }
  if (head !== null && head.length > 0) yield ok(head);
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

/** Rejects are among them; what is said of the source itself is not. */
export const rowsIn = (batch: Batch): number =>
  (batch.flowRecords?.rows ?? 0) +
  (batch.conntrack?.rows ?? 0) +
  batch.pods.length +
  batch.nodes.length +
  batch.logLines.length +
  batch.aggregates.length +
  batch.sightings.length +
  (batch.samples?.length ?? 0) +
  (batch.resources?.length ?? 0) +
  (batch.events?.length ?? 0) +
  batch.rejects.length;

const batchOf = (
  { facts, rejects, recording }: Taken,
  format: FormatName,
  object: string,
  { cluster, node }: IngestOptions,
): Batch | null => {
  const batch: Batch = {
    cluster: cluster ?? DEFAULT_CLUSTER,
    format,
    object,
    node,
    ...facts,
    rejects,
    ...(recording === undefined ? {} : { recording }),
  };
  return rowsIn(batch) + batch.looks.length + batch.gaps.length === 0 ? null : batch;
};
