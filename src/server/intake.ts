import {
  type Ingested,
  ingest,
  type IngestOptions,
  type IngestStore,
  type ObjectReport,
  rowsIn,
} from '../app/ingest.ts';
import type { Trouble } from '../app/errors.ts';
import type { Instant } from '../base/instant.ts';
import { ok, type Result } from '../base/result.ts';
import type { SymptomReader } from '../core/symptom.ts';
import type { Batch, ByteObject, Store, TakeIn, Written } from '../core/ports.ts';
import { Attribution } from './attribution.ts';
import { ForeignNode, onlyOfItsNode } from './foreign-node.ts';
import type { Metrics } from './metrics.ts';
import { Turn } from './turn.ts';
import { Turns } from './turns.ts';

export type IntakeOptions = Pick<IngestOptions, 'cluster' | 'node' | 'at' | 'idFields'>;

interface Waiting {
  readonly object: ByteObject;
  readonly told: PromiseWithResolvers<Result<ObjectReport, Trouble>>;
}

/** Batches of one cluster that wait for being written. */
interface Unwritten {
  readonly batches: readonly Batch[];
  readonly rows: number;
  readonly told: PromiseWithResolvers<Written[]>;
}

/** Whoever has read all that it takes lets the next read while it waits for its rows to be written, as long as no more than these wait. */
const WAITING_ROWS = 300_000;

/** The store did not take it: whoever sent it sends it again. */
export class NotWritten extends Error {}

/**
 * The one way in, for requests and for whatever the server reads itself: objects are read by one at a time, which bounds what is in memory,
 * rows are written one write at a time, what is small together, counted, and get their verdicts.
 */
export class Intake {
  private readonly store: Store;
  private readonly metrics: Metrics;
  private readonly attribution: Attribution;
  private readonly symptomIn: SymptomReader;
  private readonly waiting = new Map<string, Waiting[]>();
  private readonly turns = new Turns(1, Number.POSITIVE_INFINITY);
  private readonly taking = new Set<Promise<unknown>>();
  private writing: Promise<unknown> = Promise.resolve();
  private readonly unwritten: Unwritten[] = [];
  private waitingRows = 0;
  private readonly together: IngestStore & Pick<Store, 'nodesAt'>;

  constructor(
    store: Store,
    metrics: Metrics,
    symptomIn: SymptomReader,
    now: () => Instant,
    log: (line: string) => void,
  ) {
    this.store = store;
    this.symptomIn = symptomIn;
    this.metrics = metrics;
    this.together = {
      write: (batches) => this.writeTogether(batches),
      writeRows: store.writeRows,
      keepCursors: (cluster, cursors) => this.alone(() => store.keepCursors(cluster, cursors)),
      nodesAt: (cluster, ips) => store.nodesAt(cluster, ips),
    };
    this.attribution = new Attribution(store, now, (cluster, error) => {
      metrics.attributionFailed(cluster);
      log(`attribution of cluster ${cluster} failed: ${(error as Error).message}`);
    });
    store.workers.onWritten((cluster) => this.attribution.wake(cluster));
  }

  /** Clusters whose verdicts are behind. */
  get pending(): number {
    return this.attribution.pending;
  }

  /**
   * Reads the objects into the store, after whatever came before them; what it gives is durable. Read twice, they change nothing.
   * `isBound`: each tells of its own node alone, and throws `ForeignNode` else. Throws `NotWritten` where the store did not take it.
   */
  async take(
    objects: AsyncIterable<ByteObject>,
    options: IntakeOptions,
    isBound = false,
  ): Promise<Result<Ingested, Trouble>> {
    const taking = this.takeInTurn(objects, options, isBound ? onlyOfItsNode(this.together) : this.together);
    this.taking.add(taking);
    const ingested = await taking.finally(() => this.taking.delete(taking));
    if (!ingested.ok) return ingested;
    const { cluster, objects: reports } = ingested.value;
    for (const report of reports) this.metrics.ingested(cluster, report);
    if (reports.some(({ rows }) => rows > 0)) this.attribution.wake(cluster);
    return ingested;
  }

  private async takeInTurn(
    objects: AsyncIterable<ByteObject>,
    options: IntakeOptions,
    into: IngestStore,
  ): Promise<Result<Ingested, Trouble>> {
    const turn = await Turn.of(this.turns);
    let isRead = false;
    const lent = async function* (): AsyncGenerator<ByteObject> {
      for await (const object of turn.lending(objects)) yield lending(turn, object);
      isRead = true;
    };
    const written = (): void => {
      if (isRead && this.waitingRows < WAITING_ROWS) turn.end();
    };
    const all = { ...options, symptomIn: this.symptomIn, interrupted: () => false, progress: () => undefined };
    try {
      return await ingest(lent(), this.counted(into, written), all);
    } finally {
      turn.end();
    }
  }

  /** What is received is counted before it is written: whatever gets no outcome shows. */
  private counted(into: IngestStore, writing: () => void): IngestStore {
    const { metrics } = this;
    return {
      write: async (batches) => {
        for (const batch of batches) metrics.receivedRows(batch.cluster, rowsIn(batch));
        const rows = batches.reduce((sum, batch) => sum + rowsIn(batch), 0);
        this.waitingRows += rows;
        writing();
        try {
          return await into.write(batches);
        } catch (error) {
          for (const batch of batches) metrics.failedRows(batch.cluster, rowsIn(batch));
          throw error instanceof ForeignNode ? error : new NotWritten((error as Error).message);
        } finally {
          this.waitingRows -= rows;
        }
      },
      writeRows: into.writeRows,
      keepCursors: into.keepCursors,
    };
  }

  /** A small write is mostly the fixed cost of its statements: those of a cluster that wait for the one before are one. */
  private async writeTogether(batches: readonly Batch[]): Promise<Written[]> {
    const rows = batches.reduce((sum, batch) => sum + rowsIn(batch), 0);
    const one: Unwritten = { batches, rows, told: Promise.withResolvers() };
    this.unwritten.push(one);
    void this.alone(() => this.writeWaiting());
    return one.told.promise;
  }

  private async writeWaiting(): Promise<void> {
    const first = this.unwritten.shift();
    // It went in with one before it.
    if (first === undefined) return;
    const some = [first];
    let { rows } = first;
    const cluster = first.batches[0]?.cluster;
    for (
      let next = this.unwritten[0];
      next !== undefined && next.batches[0]?.cluster === cluster && rows + next.rows <= this.store.writeRows;
      next = this.unwritten[0]
    ) {
      some.push(next);
      rows += next.rows;
      this.unwritten.shift();
    }
    try {
      const written = await this.store.write(some.flatMap(({ batches }) => batches));
      let from = 0;
      for (const { batches, told } of some) told.resolve(written.slice(from, (from += batches.length)));
    } catch (error) {
      for (const { told } of some) told.reject(error);
    }
  }

  /** Whoever lent its turn may still be writing. */
  private alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const working = this.writing.then(work);
    this.writing = working.catch(() => undefined);
    return working;
  }

  /** As `take`, for a collector. */
  readonly collect = async (...[objects, of]: Parameters<TakeIn>): Promise<readonly ObjectReport[]> => {
    const ingested = await this.take(objects, of);
    if (ingested.ok) return ingested.value.objects;
    const { what, why } = ingested.problem;
    throw new Error(why === null ? what : `${what}: ${why}`);
  };

  /**
   * For objects that are in memory already, of many callers: those of a cluster that wait for their turn go in together. `isBound`: each tells of
   * its own node alone. Throws as `take`.
   */
  async gather(object: ByteObject, cluster: string | null, isBound = false): Promise<Result<ObjectReport, Trouble>> {
    const key = `${isBound ? 'bound' : 'free'} ${cluster ?? ''}`;
    const waiting = this.waiting.get(key) ?? [];
    const told: Waiting['told'] = Promise.withResolvers();
    waiting.push({ object, told });
    if (waiting.length === 1) {
      this.waiting.set(key, waiting);
      const thoseWaiting = (): readonly Waiting[] => {
        // Whoever comes now waits for the next turn.
        this.waiting.delete(key);
        return waiting;
      };
      void this.takeTogether(thoseWaiting, cluster, isBound);
    }
    return told.promise;
  }

  /** `those` is asked when it is their turn. */
  private async takeTogether(those: () => readonly Waiting[], cluster: string | null, isBound: boolean): Promise<void> {
    let together: readonly Waiting[] = [];
    const objects = async function* (): AsyncGenerator<ByteObject> {
      together = those();
      for (const { object } of together) yield object;
    };
    // What is wrong with one is no fault of the others.
    const takeEach = async (): Promise<void> => {
      for (const one of together) await this.takeTogether(() => [one], cluster, isBound);
    };
    try {
      const taken = await this.take(objects(), { cluster, node: '', at: null }, isBound);
      if (!taken.ok && together.length > 1) return await takeEach();
      for (const [i, { told }] of together.entries())
        told.resolve(taken.ok ? ok(taken.value.objects[i] as ObjectReport) : taken);
    } catch (error) {
      if (error instanceof ForeignNode && together.length > 1) return await takeEach();
      for (const { told } of together) told.reject(error);
    }
  }

  /** Whoever had the store before may have been killed with verdicts behind. */
  async catchUp(): Promise<void> {
    for (const cluster of await this.store.clusters()) this.attribution.wake(cluster);
  }

  /** Resolves when everything that came in before has its verdicts. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.taking);
    await this.attribution.settled();
  }
}

const lending = (turn: Turn, object: ByteObject): ByteObject => ({
  name: object.name,
  ...(object.of === undefined ? {} : { of: object.of }),
  read: () => turn.lending(object.read()),
  cursors: () => object.cursors?.() ?? [],
});
