import type { Batch, Store, Written } from '../src/core/ports.ts';

/** One batch by itself, as most tests have it. */
export const writeOne = async (store: Pick<Store, 'write'>, batch: Batch): Promise<Written> =>
  (await store.write([batch]))[0] as Written;
