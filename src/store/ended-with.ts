import { setTimeout as after } from 'node:timers/promises';

/** It may not have begun yet when it is first asked to end. */
const END_AGAIN_MS = 200;

/** Waits for what the engine does; when the signal aborts, the engine is told to end it, again and again until it has. Then it throws. */
export const endedWith = async <Value>(
  signal: AbortSignal,
  end: () => Promise<unknown>,
  work: Promise<Value>,
): Promise<Value> => {
  const over = new AbortController();
  const stop = (): void => {
    const untilOver = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await end().catch(() => undefined);
        await after(END_AGAIN_MS);
      }
    };
    void untilOver();
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  try {
    const value = await work;
    signal.throwIfAborted();
    return value;
  } finally {
    signal.removeEventListener('abort', stop);
    over.abort();
  }
};
