import { Worker } from 'node:worker_threads';
import { withinLimits } from '../core/kql/limits.ts';
import type { QueryLanguage, QueryRead } from '../core/kql/query-language.ts';
import type { Tables } from '../core/kql/tables.ts';
import type { TableColumns } from './globals.ts';
import type { Answered, Asked } from './thread-messages.ts';

export interface KustoOptions {
  /** After that long names and types are no longer looked up; after twice that long the thread is ended. */
  readonly deadlineMs: number;
  /** How long the service may take to load and to read its first query, on a busy machine. */
  readonly startMs: number;
  readonly memoryMib: number;
}

export const KUSTO_DEFAULTS: KustoOptions = { deadlineMs: 5_000, startMs: 60_000, memoryMib: 768 };

/** Queries whose reading is kept. */
const REMEMBERED = 2_000;

/** To wake the parser up: it builds its grammar with its first query. */
const FIRST = 'print 1';

/**
 * Microsoft's language service on a thread of its own, started with the first query. A text that it does not come to an end with costs the
 * thread, not the process: the next text gets a new one.
 */
export class KustoLanguage implements QueryLanguage {
  private readonly options: KustoOptions;
  private thread: Thread | null = null;
  /** The end of what was asked last: the thread reads one at a time. */
  private last: Promise<unknown> = Promise.resolve();
  private readonly schemas = new Map<Tables, number>();
  private readonly known = new Map<string, Promise<QueryRead>>();

  constructor(options: KustoOptions = KUSTO_DEFAULTS) {
    this.options = options;
  }

  read(text: string, tables: Tables): Promise<QueryRead> {
    const limits = withinLimits(text);
    if (!limits.ok) return Promise.resolve({ kind: 'refused', ...limits.problem });
    const schema = this.schemas.get(tables) ?? this.schemas.size;
    this.schemas.set(tables, schema);
    const key = `${schema} ${text}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    if (this.known.size >= REMEMBERED) this.known.clear();
    const read = this.last.then(() => this.ask(text, schema, tables));
    this.last = read.catch(() => undefined);
    this.known.set(key, read);
    return read;
  }

  async close(): Promise<void> {
    await this.last;
    await this.thread?.end();
    this.thread = null;
  }

  private async ask(text: string, schema: number, tables: Tables): Promise<QueryRead> {
    this.thread ??= await Thread.start(this.options);
    const read = await this.thread.ask({ text, schema }, () => columnsOf(tables), this.options.deadlineMs);
    if (!this.thread.isUsable) {
      await this.thread.end();
      this.thread = null;
    }
    return read;
  }
}

const columnsOf = (tables: Tables): TableColumns =>
  Object.fromEntries(
    Object.entries(tables).map(([name, { columns }]) => [
      name,
      Object.entries(columns).map(([column, { type }]) => [column, type] as const),
    ]),
  );

class Thread {
  private readonly worker: Worker;
  private readonly isLate: Int32Array;
  private readonly told = new Set<number>();
  isUsable = true;

  private constructor(worker: Worker, isLate: Int32Array) {
    this.worker = worker;
    this.isLate = isLate;
  }

  static async start({ memoryMib, startMs }: KustoOptions): Promise<Thread> {
    const isLate = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL('./kusto-thread.ts', import.meta.url), {
      workerData: isLate,
      resourceLimits: { maxOldGenerationSizeMb: memoryMib },
    });
    // Whatever becomes of it is told to whoever waits for an answer.
    worker.on('error', () => undefined);
    const thread = new Thread(worker, isLate);
    const ready = await thread.next(startMs);
    const first = thread.isUsable ? await thread.ask({ text: FIRST, schema: -1 }, () => ({}), startMs) : ready;
    if (first?.kind === 'query') return thread;
    await thread.end();
    throw new Error(`the language service for KQL cannot be used: ${JSON.stringify(first)}`);
  }

  /** `tables` is asked for where the thread has not heard of the schema. */
  async ask(asked: Omit<Asked, 'tables'>, tables: () => TableColumns, deadlineMs: number): Promise<QueryRead> {
    Atomics.store(this.isLate, 0, 0);
    const late = setTimeout(() => Atomics.store(this.isLate, 0, 1), deadlineMs);
    try {
      const answer = this.next(2 * deadlineMs);
      this.worker.postMessage({
        ...asked,
        tables: this.told.has(asked.schema) ? null : tables(),
      } satisfies Asked);
      this.told.add(asked.schema);
      const read = (await answer) ?? { kind: 'gave-up', why: 'the thread began anew' };
      return read.kind === 'gave-up' && read.why === 'late'
        ? { kind: 'gave-up', why: `it takes longer than ${deadlineMs / 1_000} s to look up its names and types` }
        : read;
    } finally {
      clearTimeout(late);
    }
  }

  async end(): Promise<void> {
    this.isUsable = false;
    await this.worker.terminate();
  }

  /** What the thread says next, or why it will never say it. */
  private next(withinMs: number): Promise<Answered> {
    return new Promise((resolve) => {
      const done = (answer: Answered): void => {
        clearTimeout(timer);
        this.worker.off('message', done).off('error', failed).off('exit', gone);
        resolve(answer);
      };
      const broken = (why: string): void => {
        this.isUsable = false;
        done({ kind: 'gave-up', why });
      };
      const failed = (error: Error & { readonly code?: string }): void =>
        broken(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it takes too much memory to read' : error.message);
      const gone = (): void => broken('the thread that reads KQL has ended');
      const timer = setTimeout(() => broken(`it takes longer than ${withinMs / 1_000} s to read`), withinMs);
      this.worker.on('message', done).on('error', failed).on('exit', gone);
    });
  }
}
