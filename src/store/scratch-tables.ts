import type { Engine } from './engine.ts';

/* Tables that are there for one statement or a few. */

/** How they are named, as the engine matches it: what each is for, and the number of whoever made it. */
export const SCRATCH =
  '^(staged|known|fresh|asked|related|loose|reach|reaching|far|compared|held|ways|local|handed)_[0-9]';

export const countRows = async (engine: Engine, name: string): Promise<number> => {
  const [row] = await engine.rows<{ rows: number }>('SELECT count() AS rows FROM {name:Identifier}', { name });
  return row?.rows ?? 0;
};

/** Drops them in one statement: where there are none, nothing happens. */
export const dropTables = (engine: Engine, names: readonly string[]): Promise<void> =>
  engine.run(
    `DROP TABLE IF EXISTS ${names.map((_, i) => `{t${i}:Identifier}`).join(', ')} SYNC`,
    Object.fromEntries(names.map((name, i) => [`t${i}`, name])),
  );
