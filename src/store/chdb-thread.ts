import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/* One session of chDB on a thread of its own: its client begins each statement on the thread that asks, and blocks it until the first rows are there. */

/** The part of chDB's session that we use. */
interface ChdbSession {
  query(sql: string, format: string): string;
  queryBind(sql: string, params: object, format: string): string;
  queryStreamBind(sql: string, params: object, options: { format: string }): AsyncIterable<{ raw(): Uint8Array }>;
  close(): void;
}

export interface Opened {
  readonly database: string;
  readonly settings: readonly string[];
}

export type Format = 'Native' | 'JSONEachRow';

/** `text`: the whole answer at once; `blocks`: the first block of a stream, `next`: one more, `stop`: no more of it. */
export type Asked =
  | { readonly what: 'text'; readonly sql: string; readonly params: object }
  | { readonly what: 'blocks'; readonly sql: string; readonly params: object; readonly format: Format }
  | { readonly what: 'next' | 'stop' | 'close' };

/** `block`: null after the last. */
export type Told =
  | { readonly text: string }
  | { readonly block: Uint8Array | null }
  | { readonly failed: { readonly message: string; readonly code: unknown } };

const { database, settings } = workerData as Opened;
const { Session } = createRequire(import.meta.url)('chdb') as {
  Session: new (path: string, options: { connectionArgs: readonly string[] }) => ChdbSession;
};
let session: ChdbSession | undefined;
let blocks: AsyncIterator<{ raw(): Uint8Array }> | undefined;
/** Fetched while the one before it is used. */
let ahead: Promise<IteratorResult<{ raw(): Uint8Array }>> | undefined;

const opened = (): ChdbSession => {
  if (session === undefined) {
    session = new Session(database, { connectionArgs: settings });
    session.query('CREATE DATABASE IF NOT EXISTS unmasq', 'CSV');
    session.query('USE unmasq', 'CSV');
  }
  return session;
};

const textOf = (sql: string, params: object): string =>
  Object.keys(params).length === 0
    ? opened().query(sql, 'JSONEachRow')
    : opened().queryBind(sql, params, 'JSONEachRow');

const nextBlock = async (): Promise<Told> => {
  const next = await (ahead ?? blocks?.next());
  if (next === undefined || next.done === true) {
    [blocks, ahead] = [undefined, undefined];
    return { block: null };
  }
  ahead = blocks?.next();
  ahead?.catch(() => undefined);
  return { block: next.value.raw() };
};

const answer = async (asked: Asked): Promise<Told> => {
  switch (asked.what) {
    case 'text':
      return { text: textOf(asked.sql, asked.params) };
    case 'blocks':
      blocks = opened().queryStreamBind(asked.sql, asked.params, { format: asked.format })[Symbol.asyncIterator]();
      return await nextBlock();
    case 'next':
      return await nextBlock();
    case 'stop':
      await ahead?.catch(() => undefined);
      await blocks?.return?.();
      [blocks, ahead] = [undefined, undefined];
      return { block: null };
    case 'close':
      session?.close();
      parentPort?.close();
      return { block: null };
  }
};

/** A stream that failed stays among what the engine does until its connection is asked for something else. */
const letGo = (): void => {
  [blocks, ahead] = [undefined, undefined];
  try {
    session?.query('SELECT 1', 'CSV');
  } catch {
    // Whoever asks next is told.
  }
};

const told = async (asked: Asked): Promise<Told> => {
  try {
    return await answer(asked);
  } catch (error) {
    if (blocks !== undefined) letGo();
    const { message, code } = error as { message: string; code?: unknown };
    return { failed: { message, code } };
  }
};

/** A block's memory goes over as it is, where nothing else lies in it. */
const movable = (answered: Told): ArrayBuffer[] => {
  if (!('block' in answered) || answered.block === null) return [];
  const { buffer, byteLength } = answered.block;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
};

parentPort?.on('message', (asked: Asked) => {
  void told(asked).then((answered) => parentPort?.postMessage(answered, movable(answered)));
});
