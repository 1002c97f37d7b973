import type { Engine } from './engine.ts';

/** Drops tables that were made for one statement or a few, in one statement: where there are none, nothing happens. */
export const dropTables = (engine: Engine, names: readonly string[]): Promise<void> =>
  engine.run(
    `DROP TABLE IF EXISTS ${names.map((_, i) => `{t${i}:Identifier}`).join(', ')} SYNC`,
    Object.fromEntries(names.map((name, i) => [`t${i}`, name])),
  );
