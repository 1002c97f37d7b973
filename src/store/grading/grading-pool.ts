import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { byDest, destOf, type Destinations, type Grades, type GradingBackground, kindGrader } from './grade-kinds.ts';
import type { KindTally } from './day-tallies.ts';

/** Cells that are fitted before a thread has started. */
const WORTH_A_THREAD = 20_000;
/** Cells that a thread is given at a time. */
const AT_A_TIME = 20_000;
/** More threads than this wait for the engine, which writes what they make. */
const MOST_THREADS = 8;

export interface GradingPool {
  /** Gives the grades in the order of the tallies. Throws what the work threw. */
  grades(destinations: Destinations): AsyncGenerator<Grades, void, void>;
  close(): Promise<void>;
}

/** Grades destinations: few here, many on as many threads as there are processors. */
export const gradingPool = (background: GradingBackground): GradingPool => {
  let here: ((destinations: Destinations) => Grades) | undefined;
  const threads: Worker[] = [];
  const onThread = async (thread: Worker, destinations: Destinations): Promise<Grades> => {
    const answered = once(thread, 'message') as Promise<[Grades]>;
    thread.postMessage(destinations);
    return (await answered)[0];
  };
  return {
    grades: async function* (destinations) {
      if (threads.length === 0 && cellsOf(destinations.tallies) < WORTH_A_THREAD) {
        here ??= kindGrader(background);
        yield here(destinations);
        return;
      }
      while (threads.length < Math.min(MOST_THREADS, availableParallelism()))
        threads.push(new Worker(new URL('./grading-worker.ts', import.meta.url), { workerData: background }));
      const parts = partsOf(destinations);
      // A thread that fails while another is waited for is not yet an error that nobody took.
      const start = (place: number, part: Destinations | undefined): Promise<Grades> | undefined => {
        const working = part === undefined ? undefined : onThread(threads[place] as Worker, part);
        working?.catch(() => undefined);
        return working;
      };
      const working = threads.map((_, place) => start(place, parts[place]));
      for (let next = 0; next < parts.length; next++) {
        const place = next % threads.length;
        yield (await working[place]) as Grades;
        working[place] = start(place, parts[next + threads.length]);
      }
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
};

const cellsOf = (tallies: readonly KindTally[]): number => tallies.reduce((sum, { cells }) => sum + cells.length, 0);

const partsOf = ({ tallies, sighted }: Destinations): readonly Destinations[] => {
  const parts: { tallies: KindTally[]; sighted: Map<string, NonNullable<ReturnType<typeof sighted.get>>> }[] = [];
  let room = 0;
  for (const ofDest of byDest(tallies)) {
    if (room <= 0) {
      parts.push({ tallies: [], sighted: new Map() });
      room = AT_A_TIME;
    }
    const part = parts.at(-1) as (typeof parts)[number];
    part.tallies.push(...ofDest);
    const dest = destOf(ofDest[0] as KindTally);
    const told = sighted.get(dest);
    if (told !== undefined) part.sighted.set(dest, told);
    room -= cellsOf(ofDest);
  }
  return parts;
};
