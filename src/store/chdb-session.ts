import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Asked, Format, Opened, Told } from './chdb-thread.ts';

/** A connection to the engine; one statement at a time. */
export interface ChdbSession {
  /** The whole answer as lines of JSON. */
  text(sql: string, params: object): Promise<string>;
  /** The answer block by block; nothing else may be asked until it ends. */
  blocks(sql: string, params: object, format: Format): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Its thread begins with the first statement. */
export const chdbSession = (opened: Opened): ChdbSession => {
  let thread: Worker | undefined;
  const ask = async (asked: Asked): Promise<Told> => {
    if (thread === undefined) {
      // The engine would be unloaded with the last thread that uses it, under its own threads: this one uses it too, and never ends before the process.
      createRequire(import.meta.url)('chdb');
      thread = new Worker(new URL('./chdb-thread.ts', import.meta.url), { workerData: opened, name: 'session' });
    }
    const answered = once(thread, 'message') as Promise<[Told]>;
    thread.postMessage(asked);
    const [told] = await answered;
    if ('failed' in told) throw Object.assign(new Error(told.failed.message), { code: told.failed.code });
    return told;
  };
  const block = async (asked: Asked): Promise<Uint8Array | null> => {
    const told = await ask(asked);
    return 'block' in told ? told.block : null;
  };
  return {
    text: async (sql, params) => {
      const told = await ask({ what: 'text', sql, params });
      return 'text' in told ? told.text : '';
    },
    blocks: async function* (sql, params, format) {
      let next: Uint8Array | null = null;
      try {
        next = await block({ what: 'blocks', sql, params, format });
        while (next !== null) {
          yield next;
          next = await block({ what: 'next' });
        }
      } finally {
        if (next !== null) await block({ what: 'stop' });
      }
    },
    close: async () => {
      if (thread === undefined) return;
      const ended = once(thread, 'exit');
      thread.postMessage({ what: 'close' } satisfies Asked);
      await ended;
    },
  };
};
