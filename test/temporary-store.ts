import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ingestInto } from '../bench/unmasq.ts';
import type { Store } from '../src/core/ports.ts';
import { openChdb } from '../src/store/chdb.ts';
import type { Engine } from '../src/store/engine.ts';
import { openServer, storeOn } from '../src/store/open-store.ts';
import { startClickhouse } from './clickhouse-server/start-clickhouse.ts';
import { NOW } from './random-world.ts';

export interface TemporaryStore {
  readonly engine: Engine;
  readonly store: Store;
  /** Room for files; gone after the tests as the store is. */
  readonly folder: string;
  /** Reads the paths as `unmasq ingest` does, and answers what they touched. */
  readonly read: (cluster: string, ...paths: readonly string[]) => Promise<void>;
}

/**
 * The real engine in a folder of its own, for the tests of one file: in this process, or with UNMASQ_TEST_ENGINE=wire in another, behind
 * the wire of a ClickHouse server (npm run test:wire).
 */
export const temporaryStore = async (): Promise<TemporaryStore> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-test-'));
  const data = join(folder, 'data');
  const { engine, store, end } = await (process.env['UNMASQ_TEST_ENGINE'] === 'wire'
    ? overWire(data)
    : inProcess(data));
  afterAll(async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  });
  const read = async (cluster: string, ...paths: readonly string[]): Promise<void> => {
    await ingestInto(store, paths, cluster);
    await store.attribute(cluster, NOW);
  };
  return { engine, store, folder, read };
};

type Opened = Pick<TemporaryStore, 'engine' | 'store'> & { readonly end: () => Promise<void> };

const inProcess = async (data: string): Promise<Opened> => {
  const engine = openChdb(data);
  return { engine, store: await storeOn(engine), end: () => engine.close() };
};

const overWire = async (data: string): Promise<Opened> => {
  const server = await startClickhouse(data);
  const world = { nonce: randomBytes(16).toString('hex'), elapsedMs: () => performance.now() };
  const { engine, store } = await openServer(server.at, world);
  return {
    engine,
    store,
    end: async () => {
      await store.close();
      await server.stop();
    },
  };
};
