import { lstat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Instant } from '../../base/instant.ts';
import type { BackupTold } from '../../core/backup.ts';
import type { Engine } from '../engine.ts';
import { openFolder } from '../open-store.ts';
import { StoreError } from '../store-error.ts';
import { freeze, thaw } from './frozen.ts';
import { encodeManifest, MANIFEST, type Sum } from './manifest.ts';
import { type Place, placeAt } from './place.ts';
import { readBackup } from './read-backup.ts';

export interface BackupAsked {
  readonly dataDir: string;
  /** A file, where its name ends in `.tar`, or a folder: one that is not there yet. */
  readonly to: string;
  /** Of unmasq. */
  readonly version: string;
  readonly now: Instant;
  readonly progress: (bytes: number) => void;
}

/**
 * Copies the store of a folder, which nobody else may have open. What it wrote is read back and held to its sums before it is put in its place, so that
 * there is a whole backup or none. Throws a `StoreError`.
 */
export const backUp = async ({ dataDir, to, version, now, progress }: BackupAsked): Promise<BackupTold> => {
  const path = resolve(to);
  await refuseTaken(path, resolve(dataDir), to);
  const { engine, store } = await openFolder(dataDir);
  let place: Place | null = null;
  try {
    const clusters = await store.clusters();
    const sources = (await Promise.all(clusters.map((cluster) => store.sources(cluster)))).flat();
    const { files, rows } = await freeze(engine, dataDir);
    place = await writable(to, () => placeAt(path, Math.floor(now / 1_000)));
    const sums: Sum[] = [];
    let bytes = 0;
    for (const { path: name, at, table } of files) {
      const done = await writable(to, () => (place as Place).copy(name, at));
      sums.push({ path: name, table, ...done });
      bytes += done.size;
      progress(bytes);
    }
    const told: Omit<BackupTold, 'sha256'> = {
      takenAt: now,
      version,
      ...(await versionsOf(engine)),
      files: sums.length,
      bytes,
      tables: [...rows].map(([table, count]) => ({
        table,
        rows: count,
        bytes: sums.reduce((sum, of) => sum + (of.table === table ? of.size : 0), 0),
      })),
      sources: sources.map(({ cluster, name, kind, rows: count, watermark }) => ({
        cluster,
        name,
        kind,
        rows: count,
        watermark,
      })),
    };
    const { text, sha256 } = encodeManifest({ told, sums });
    await writable(to, () => (place as Place).finish(MANIFEST, text));
    await readBackup(place.draft);
    await refuseTaken(path, resolve(dataDir), to);
    await writable(to, () => (place as Place).put());
    return { ...told, sha256 };
  } catch (error) {
    await place?.drop();
    throw error;
  } finally {
    await thaw(dataDir);
    await store.close();
  }
};

/** A backup is never written over, and none lies within what it is of. */
const refuseTaken = async (path: string, dataDir: string, said: string): Promise<void> => {
  if (`${path}${sep}`.startsWith(`${dataDir}${sep}`))
    throw new StoreError('E_BACKUP_PLACE', `${said} lies in the data folder itself`);
  if ((await lstat(path).catch(() => null)) !== null)
    throw new StoreError('E_BACKUP_PLACE', `${said} is there already`);
};

/** What the place does not take is said of the place, and not of the store. */
const writable = async <Value>(to: string, work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    throw new StoreError('E_BACKUP_PLACE', `${to} cannot be written: ${(error as Error).message}`);
  }
};

const versionsOf = async (engine: Engine): Promise<Pick<BackupTold, 'schema' | 'engine'>> => {
  const [row] = await engine.rows<{ schema: number; engine: string }>(
    'SELECT max(version) AS schema, (SELECT version()) AS engine FROM schema_version',
  );
  return { schema: row?.schema ?? 0, engine: row?.engine ?? '' };
};
