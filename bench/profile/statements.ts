import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../src/store/engine.ts';
import { sql } from '../../src/store/sql.ts';
import { ROOT } from '../data.ts';
import { countCpu } from './thread-times.ts';

export interface Statement {
  readonly name: string;
  readonly times: number;
  readonly seconds: number;
  /** Of the threads that do what statements ask: the session's and the engine's own. */
  readonly cpuSeconds: number;
}

/**
 * An engine that counts what each statement costs. The embedded engine keeps no log of its queries, so they are made one after another, and
 * what the engine's threads use from the beginning of one to its end is its own; merges are told apart by the name of their threads.
 */
export const counted = (engine: Engine): { readonly engine: Engine; readonly take: () => readonly Statement[] } => {
  const all = new Map<string, Statement>();
  let turn: Promise<void> = Promise.resolve();
  /** Waits for those before; what it gives ends the turn. */
  const begin = async (text: string): Promise<() => void> => {
    const before = turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    turn = promise;
    await before;
    const [begun, cpu] = [performance.now(), countCpu()];
    return () => {
      const [name, { session, engine: own }] = [nameOf(text), cpu()];
      const { times, seconds, cpuSeconds } = all.get(name) ?? { times: 0, seconds: 0, cpuSeconds: 0 };
      const took = (performance.now() - begun) / 1_000;
      all.set(name, { name, times: times + 1, seconds: seconds + took, cpuSeconds: cpuSeconds + session + own });
      resolve();
    };
  };
  const inTurn = async <Value>(text: string, work: () => Promise<Value>): Promise<Value> => {
    const end = await begin(text);
    try {
      return await work();
    } finally {
      end();
    }
  };
  return {
    engine: {
      mark: engine.mark,
      run: (text, params) => inTurn(text, () => engine.run(text, params)),
      rows: (text, params) => inTurn(text, () => engine.rows(text, params)),
      load: (text, file, params) => inTurn(text, () => engine.load(text, file, params)),
      fill: (table, select, params) => inTurn(select, () => engine.fill(table, select, params)),
      blocks: async function* (text, params) {
        const end = await begin(text);
        try {
          yield* engine.blocks(text, params);
        } finally {
          end();
        }
      },
      until: () => {
        throw new Error('nobody goes away');
      },
      close: () => engine.close(),
    },
    take: () => {
      const taken = [...all.values()];
      all.clear();
      return taken;
    },
  };
};

const FOLDER = join(ROOT, 'src/store/sql');
const FILES = new Map(
  globSync('**/*.sql', { cwd: FOLDER }).map((file) => [sql(file.replace(/\.sql$/, '')), file] as const),
);

/** The file that a statement stands in, or how it begins. */
const nameOf = (text: string): string =>
  FILES.get(text) ?? text.replaceAll(/\s+/g, ' ').replace(/ \(.*/, ' …').slice(0, 60);
