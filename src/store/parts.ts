import type { Engine } from './engine.ts';

/** Where a store's tables are: in one place; or records and verdicts in several parts, and the rest in each of them (cluster-schema.ts). */
export interface Parts {
  /** Shows everything. Questions are asked of it, and what they make on the way is there. */
  readonly all: Engine;
  /** Each part by itself: what verdicts on it rest on is there. */
  readonly each: readonly Engine[];
  /** Reads from `all` and writes to each part. */
  readonly every: Engine;
}

export const inOnePlace = (engine: Engine): Parts => ({ all: engine, each: [engine], every: engine });

/** `all` reads on the server of the first part. */
export const inParts = (all: Engine, each: readonly Engine[]): Parts => {
  // What the one that is asked has, all have: else it would say of what is half-way that it was done.
  const onEach = async (work: (engine: Engine) => Promise<void>): Promise<void> => {
    await allEnded(each.slice(1).map(work));
    for (const first of each.slice(0, 1)) await work(first);
  };
  return {
    all,
    each,
    every: {
      ...all,
      run: (sql, params) => onEach((engine) => engine.run(sql, params)),
      load: (sql, file, params) => onEach((engine) => engine.load(sql, file, params)),
      fill: async (table, select, params) => {
        const bytes: Uint8Array[] = [];
        for await (const block of all.blocks(select, params)) bytes.push(block);
        if (bytes.length === 0) return;
        const structure = await structureOf(all, table);
        await onEach((engine) =>
          engine.load(`INSERT INTO ${table} SELECT * FROM {source}`, { bytes, format: 'Native', structure }),
        );
      },
    },
  };
};

/** As `Promise.all`, but all have ended when it throws: nobody writes on behind the back of whoever does it again. */
export const allEnded = async <Value>(works: readonly Promise<Value>[]): Promise<Value[]> => {
  await Promise.allSettled(works);
  return Promise.all(works);
};

const structureOf = async (engine: Engine, table: string): Promise<string> =>
  (
    await engine.rows<{ name: string; type: string }>(
      'SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position',
      { table },
    )
  )
    .map(({ name, type }) => `${name} ${type}`)
    .join(', ');
