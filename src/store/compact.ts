import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../base/instant.ts';
import type { Compacted } from '../core/compaction.ts';
import type { Dropped, Store } from '../core/ports.ts';
import type { Retention } from '../core/retention.ts';
import { COUNTED } from './attribution/flow-totals.ts';
import { engineFolder } from './chdb.ts';
import type { Engine } from './engine.ts';
import { dropSuperseded as dropSupersededGrades } from './grading/grade-cluster.ts';
import { openFolder } from './open-store.ts';
import { sql } from './sql.ts';
import { markForSweep, type PartsInForce, partsInForce, sweep } from './sweep.ts';

export interface CompactAsked {
  readonly dataDir: string;
  /** What else is no longer kept from now on. */
  readonly retention: Retention;
  readonly now: Instant;
  readonly progress: (text: string) => void;
}

/**
 * Does at once what a store does by and by: drops answers that newer ones took the place of and what is older than is kept, merges the parts of each table, and takes off the disk what
 * these replaced. Nothing is answered differently but what is older than `retention`. Killed on the way it leaves a store that is whole. Throws a `StoreError`, or `ClockLeapt`.
 */
export const compact = async ({ dataDir, retention, now, progress }: CompactAsked): Promise<Compacted> => {
  const bytesBefore = await bytesBelow(engineFolder(dataDir));
  const { engine, store } = await openFolder(dataDir);
  const before = await sizesOf(engine);
  let [inForce, after]: [PartsInForce | null, Sizes] = [null, before];
  let expired: readonly Dropped[] = [];
  try {
    expired = await expire(store, retention, now);
    markForSweep(dataDir, false);
    for (const cluster of await store.clusters()) {
      progress(`dropping what is superseded: ${cluster}`);
      await dropSuperseded(engine, cluster);
    }
    for (const { table, partition_id } of await engine.rows<{ table: string; partition_id: string }>(
      sql('read/apart'),
    )) {
      progress(`merging: ${table}`);
      await engine.run('OPTIMIZE TABLE {table:Identifier} PARTITION ID {partition_id:String} FINAL', {
        table,
        partition_id,
      });
    }
    inForce = await partsInForce(engine);
    after = await sizesOf(engine);
  } finally {
    await store.close();
    if (inForce !== null) await sweep(dataDir, inForce);
  }
  return {
    bytesBefore,
    bytesAfter: await bytesBelow(engineFolder(dataDir)),
    expired,
    tables: [...before].map(([table, was]) => {
      const is = after.get(table) ?? NOTHING;
      return {
        table,
        rowsBefore: was.rows,
        rowsAfter: is.rows,
        bytesBefore: was.bytes,
        bytesAfter: is.inForce,
      };
    }),
  };
};

/** Connections whose first facts are gone are told from the first that is left. */
const expire = async (store: Store, retention: Retention, now: Instant): Promise<readonly Dropped[]> => {
  const dropped = await store.expire(retention, now);
  if (dropped.length > 0)
    for (const cluster of await store.clusters()) {
      await store.attribute(cluster, now);
      await store.grade(cluster);
    }
  return dropped;
};

/** Above every number that a write or a generation has. */
const ALL = Number.MAX_SAFE_INTEGER;

const dropSuperseded = async (engine: Engine, cluster: string): Promise<void> => {
  for (const table of ['flow', ...COUNTED]) await engine.run(sql('attribution/drop-superseded'), { cluster, table });
  await dropSupersededGrades(engine, cluster);
  for (const table of ['pod_lease', 'node_lease', 'clock_offset'])
    await engine.run(sql('expire/generations-drop'), { table, number: ALL });
};

interface Size {
  readonly rows: number;
  /** All parts that lie on the disk; of them those that are in force. */
  readonly bytes: number;
  readonly inForce: number;
}

type Sizes = ReadonlyMap<string, Size>;

const NOTHING: Size = { rows: 0, bytes: 0, inForce: 0 };

const sizesOf = async (engine: Engine): Promise<Sizes> =>
  new Map((await engine.rows<Size & { table: string }>(sql('read/sizes'))).map(({ table, ...size }) => [table, size]));

const bytesBelow = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
};
