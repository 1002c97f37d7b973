import type { Engine } from './engine.ts';

/** Where a store's tables are: in one place; or records and verdicts in several parts, and the rest in each of them (cluster-schema.ts). */
export interface Parts {
  /** Shows everything. Questions are asked of it, and what they make on the way is there. */
  readonly all: Engine;
  /** Each part by itself: what verdicts on it rest on is there. */
  readonly each: readonly Engine[];
  /** Reads from `all` and writes to each part, as the owner of the first part does what is whole on each. */
  readonly every: Engine;
  /** Each part, as the owner of another writes to it what is whole on each. */
  eachFor(place: number): readonly Engine[];
}

/** Reads from all parts and writes to each, as the owner of one of them does what is whole on each. */
export const everyFor = (parts: Parts, place: number): Engine => {
  const each = parts.eachFor(place);
  return each.length === 1 ? (each[0] as Engine) : onEvery(parts.all, each);
};

/** `all`: what questions are asked of, where it may make tables that only its owner may. */
export const inOnePlace = (engine: Engine, all = engine): Parts => ({
  all,
  each: [engine],
  every: engine,
  eachFor: () => [engine],
});

/** `all` reads on the server of the first part. `eachFor`: as in `Parts`. */
export const inParts = (all: Engine, each: readonly Engine[], eachFor: Parts['eachFor'] = () => each): Parts => ({
  all,
  each,
  every: onEvery(all, eachFor(0)),
  eachFor,
});

/** Reads from `all` and writes to each. */
export const onEvery = (all: Engine, each: readonly Engine[]): Engine => {
  // What the one that is asked has, all have: else it would say of what is half-way that it was done.
  const onEach = async (work: (engine: Engine) => Promise<void>): Promise<void> => {
    await allEnded(each.slice(1).map(work));
    for (const first of each.slice(0, 1)) await work(first);
  };
  return {
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
