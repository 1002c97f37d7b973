import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ingestInto } from '../bench/unmasq.ts';
import type { Store } from '../src/core/ports.ts';
import { openChdb } from '../src/store/chdb.ts';
import type { Engine } from '../src/store/engine.ts';
import { openServer, type ServerWorld, storeIn, storeOn } from '../src/store/open-store.ts';
import { inOnePlace, inParts, type Parts } from '../src/store/parts.ts';
import { startClickhouse, startCluster } from './clickhouse-server/start-clickhouse.ts';
import { NOW } from './random-world.ts';

export interface TemporaryStore {
  /** Shows everything. */
  readonly engine: Engine;
  /** Where the tables are: what is changed behind the store's back is changed there. */
  readonly parts: Parts;
  readonly store: Store;
  /** Another store over the same, as if it was opened anew; each of its engines may be another. */
  readonly reopened: (over?: (engine: Engine) => Engine) => Promise<Store>;
  /** Room for files; gone after the tests as the store is. */
  readonly folder: string;
  /** Reads the paths as `unmasq ingest` does, and answers what they touched. */
  readonly read: (cluster: string, ...paths: readonly string[]) => Promise<void>;
}

/**
 * The real engine in a folder of its own, for the tests of one file: in this process, or with UNMASQ_TEST_ENGINE=wire in another, behind
 * the wire of a ClickHouse server (npm run test:wire); with "cluster of 1" or "cluster of 2" behind that of a cluster.
 */
export const temporaryStore = async (): Promise<TemporaryStore> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-test-'));
  const data = join(folder, 'data');
  const { parts, store, end } = await opened(data, process.env['UNMASQ_TEST_ENGINE'] ?? '');
  afterAll(async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  });
  const read = async (cluster: string, ...paths: readonly string[]): Promise<void> => {
    await ingestInto(store, paths, cluster);
    await store.attribute(cluster, NOW);
  };
  return {
    engine: parts.all,
    parts,
    store,
    reopened: (over = (engine) => engine) =>
      storeIn(
        parts.each.length === 1 && parts.all === parts.every
          ? inOnePlace(over(parts.all))
          : inParts(parts.all, parts.each.map(over)),
      ),
    folder,
    read,
  };
};

type Opened = Pick<TemporaryStore, 'parts' | 'store'> & { readonly end: () => Promise<void> };

const opened = (data: string, where: string): Promise<Opened> => {
  if (where === 'wire') return overWire(data);
  const shards = Number(/^cluster of (\d)$/.exec(where)?.[1] ?? 0);
  return shards === 0 ? inProcess(data) : onCluster(data, shards);
};

const inProcess = async (data: string): Promise<Opened> => {
  const engine = openChdb(data);
  return { parts: inOnePlace(engine), store: await storeOn(engine), end: () => engine.close() };
};

const overWire = async (data: string): Promise<Opened> => {
  const server = await startClickhouse(data);
  const { parts, store } = await openServer(server.at, world());
  return {
    parts,
    store,
    end: async () => {
      await store.close();
      await server.stop();
    },
  };
};

const onCluster = async (data: string, shards: number): Promise<Opened> => {
  const cluster = await startCluster(data, shards);
  const { parts, store } = await openServer(cluster.at, world());
  return {
    parts,
    store,
    end: async () => {
      await store.close();
      await cluster.stop();
    },
  };
};

const world = (): ServerWorld => ({ nonce: randomBytes(16).toString('hex'), elapsedMs: () => performance.now() });
