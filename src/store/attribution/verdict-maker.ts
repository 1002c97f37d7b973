import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Background, type ChunkFacts, type Verdicts, verdictsFrom } from './verdicts.ts';

export interface VerdictMaker {
  /** Throws what the work threw. */
  of(facts: ChunkFacts): Promise<Verdicts>;
  close(): Promise<void>;
}

/** Fewer rows are done before a thread has started. */
const WORTH_A_THREAD = 200_000;

/** Works out verdicts: small chunks here, large ones on a thread of their own, beside the engine's reading and writing. */
export const verdictMaker = (background: Background): VerdictMaker => {
  let here: ((facts: ChunkFacts) => Verdicts) | undefined;
  let worker: Worker | undefined;
  return {
    of: async (facts) => {
      if (worker === undefined && facts.records.rows + facts.lines.rows < WORTH_A_THREAD) {
        here ??= verdictsFrom(background);
        return here(facts);
      }
      worker ??= new Worker(new URL('./verdict-worker.ts', import.meta.url), {
        workerData: background,
        name: 'verdicts',
      });
      const answered = once(worker, 'message') as Promise<[Verdicts]>;
      worker.postMessage(facts);
      return (await answered)[0];
    },
    close: async () => {
      await worker?.terminate();
    },
  };
};
