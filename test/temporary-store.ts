import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ingestInto } from '../bench/unmasq.ts';
import type { Store } from '../src/core/ports.ts';
import { openChdb } from '../src/store/chdb.ts';
import type { Engine } from '../src/store/engine.ts';
import { storeOn } from '../src/store/open-store.ts';
import { NOW } from './random-world.ts';

export interface TemporaryStore {
  readonly engine: Engine;
  readonly store: Store;
  /** Room for files; gone after the tests as the store is. */
  readonly folder: string;
  /** Reads the paths as `unmasq ingest` does, and answers what they touched. */
  readonly read: (cluster: string, ...paths: readonly string[]) => Promise<void>;
}

/** The real engine in a folder of its own, for the tests of one file. */
export const temporaryStore = async (): Promise<TemporaryStore> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-test-'));
  const engine = openChdb(join(folder, 'data'));
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const store = await storeOn(engine);
  const read = async (cluster: string, ...paths: readonly string[]): Promise<void> => {
    await ingestInto(store, paths, cluster);
    await store.attribute(cluster, NOW);
  };
  return { engine, store, folder, read };
};
