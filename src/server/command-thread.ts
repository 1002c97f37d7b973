import { Worker } from 'node:worker_threads';
import { type Trouble, trouble } from '../app/errors.ts';
import type { PostedFile } from '../contract/questions.ts';
import type { Asker, Listener } from './serve.ts';

/** What a thread is started with: a command that has no store, and of files either those that came along or those of this machine. */
export interface ThreadAsked {
  readonly words: readonly string[];
  readonly files: readonly PostedFile[] | null;
  readonly tells: boolean;
  readonly terminal: Listener['terminal'];
}

export type ThreadSaid = { readonly out: string } | { readonly err: string } | { readonly ended: number | Trouble };

const MEMORY_MIB = 1_024;

/**
 * Runs a command on a thread of its own, which ends with it, or when nobody waits any more: whoever wrote the files can make it work for long, and
 * nobody else waits for that.
 */
export const onThread = async (
  program: URL,
  asked: ThreadAsked,
  { out, err }: Listener,
  gone: Asker['gone'],
): Promise<number | Trouble> => {
  const worker = new Worker(program, {
    workerData: asked,
    argv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
  });
  const ended = Promise.withResolvers<number | Trouble>();
  // One after the other, as they were said.
  let written: Promise<void> = Promise.resolve();
  worker.on('message', (said: ThreadSaid) => {
    if ('ended' in said) ended.resolve(said.ended);
    else written = written.then(() => ('out' in said ? out(said.out) : err(said.err)));
  });
  worker.on('error', ({ message }) =>
    ended.resolve(trouble('E608', 'the files are more than can be looked at at once', { why: message })),
  );
  worker.on('exit', () => ended.resolve(trouble('E609', 'nobody waits for the answer any more')));
  const stop = (): void => void worker.terminate();
  gone.addEventListener('abort', stop);
  if (gone.aborted) stop();
  try {
    const end = await ended.promise;
    await written;
    return end;
  } finally {
    gone.removeEventListener('abort', stop);
    await worker.terminate();
  }
};
