import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { engineFolder } from './chdb.ts';
import type { Engine } from './engine.ts';
import { sql } from './sql.ts';

/* What merges and deletions replaced lies on the disk for minutes, and what was deleted can be read there. Sweeping takes it away for certain. */

/** The parts that are in force, by the place of their table below the engine's folder. */
export type PartsInForce = ReadonlyMap<string, ReadonlySet<string>>;

export const partsInForce = async (engine: Engine): Promise<PartsInForce> =>
  new Map(
    (await engine.rows<{ uuid: string; parts: readonly string[] }>(sql('read/parts-in-force'))).map(
      ({ uuid, parts }) => [`${uuid.slice(0, 3)}/${uuid}`, new Set(parts)],
    ),
  );

/** Kept beside the engine from before something is deleted until it is swept: whoever opens the folder after a kill sweeps it. */
const marker = (dataDir: string): string => join(dataDir, '.sweep');

/** `forgets`: also what the engine set aside as it could not use it, which somebody else may want to look at. */
export const markForSweep = (dataDir: string, forgets: boolean): void =>
  writeFileSync(marker(dataDir), forgets ? FORGETS : '', { flush: true });

export const isMarkedForSweep = (dataDir: string): boolean => existsSync(marker(dataDir));

const FORGETS = 'what was set aside too';

/** Of an engine that is closed, in a folder that is marked. What is in force is on the disk before what it took the place of is gone. */
export const sweep = async (dataDir: string, inForce: PartsInForce): Promise<void> => {
  const forgets = readFileSync(marker(dataDir), 'utf8') === FORGETS;
  for (const [place, parts] of inForce) {
    const table = join(engineFolder(dataDir), 'store', ...place.split('/'));
    for (const part of parts) await syncAll(join(table, part));
    await syncOne(table);
  }
  for (const [place, parts] of inForce) {
    const table = join(engineFolder(dataDir), 'store', ...place.split('/'));
    for (const entry of await readdir(table, { withFileTypes: true })) {
      const { name } = entry;
      const at = join(table, name);
      // Of finished changes the engine keeps the text.
      if (entry.isFile() && /^mutation_\d+\.txt$/.test(name)) await rm(at);
      else if (name === 'detached') {
        if (forgets) for (const left of await readdir(at)) await rm(join(at, left), { recursive: true });
      } else if (entry.isDirectory() && !parts.has(name)) {
        // Half of a part would be taken for a broken one: the engine removes what is called so when it is opened.
        const doomed = name.startsWith('delete_tmp_') ? at : join(table, `delete_tmp_${name}`);
        if (doomed !== at) await rename(at, doomed);
        await rm(doomed, { recursive: true });
      }
    }
  }
  for (const left of ['metadata_dropped', 'tmp', 'shadow'])
    await rm(join(engineFolder(dataDir), left), { recursive: true, force: true });
  rmSync(marker(dataDir), { force: true });
};

const syncAll = async (folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = join(folder, entry.name);
    if (entry.isDirectory()) await syncAll(at);
    else await syncOne(at);
  }
  await syncOne(folder);
};

const syncOne = async (path: string): Promise<void> => {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};
