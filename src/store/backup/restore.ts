import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BackupTold } from '../../core/backup.ts';
import { engineFolder, restoringFolder } from '../chdb.ts';
import type { Engine } from '../engine.ts';
import { lock } from '../lock.ts';
import { openFolder } from '../open-store.ts';
import { StoreError } from '../store-error.ts';
import { sql } from '../sql.ts';
import { pass, syncFolder, syncFolders, within } from './place.ts';
import { readBackup } from './read-backup.ts';

export interface RestoreAsked {
  readonly from: string;
  /** null: it is read and held to its sums, and nothing is written. */
  readonly dataDir: string | null;
  readonly progress: (bytes: number) => void;
}

/**
 * Makes the store of a new or empty folder from a backup. Beside its place it is written, held to its sums and opened; one rename puts it there, so a kill at any moment
 * leaves none of it or all. Throws a `StoreError`.
 */
export const restore = async ({ from, dataDir, progress }: RestoreAsked): Promise<BackupTold> => {
  if (dataDir === null) {
    const { told, sha256 } = await readBackup(from);
    return { ...told, sha256 };
  }
  const folder = resolve(dataDir);
  const isNew = await mkdir(folder, { recursive: true });
  const unlock = lock(folder);
  const draft = restoringFolder(folder);
  let isDone = false;
  try {
    await refuseFilled(folder, dataDir);
    await rm(draft, { recursive: true, force: true });
    const told = await restoreInto(draft, from, progress);
    await syncFolders(engineFolder(draft));
    await rename(engineFolder(draft), engineFolder(folder));
    await syncFolder(folder);
    isDone = true;
    return told;
  } finally {
    await rm(draft, { recursive: true, force: true });
    unlock();
    if (!isDone && isNew !== undefined) await rmdir(folder).catch(() => undefined);
  }
};

/** What says who has the folder, and what stands at the root of a file system by itself. */
const OF_NOBODY: ReadonlySet<string> = new Set(['owner.json', 'lost+found']);

const refuseFilled = async (folder: string, said: string): Promise<void> => {
  const draft = restoringFolder(folder);
  const first = (await readdir(folder)).find((name) => !OF_NOBODY.has(name) && join(folder, name) !== draft);
  if (first !== undefined) throw new StoreError('E_NOT_EMPTY', `${said} is not empty: ${first} is in it`);
};

const restoreInto = async (draft: string, from: string, progress: (bytes: number) => void): Promise<BackupTold> => {
  let bytes = 0;
  const { told: ofManifest, sha256 } = await readBackup(from, async (path, pieces) => {
    const at = join(draft, ...path.split('/'));
    await mkdir(dirname(at), { recursive: true });
    const done = await within(await open(at, 'wx'), async (file) => {
      const copied = await pass(pieces, file);
      await file.sync();
      return copied;
    });
    bytes += done.size;
    progress(bytes);
    return done;
  });
  const told: BackupTold = { ...ofManifest, sha256 };
  const { engine, store } = await openFolder(draft);
  try {
    await compareRows(engine, told, from);
  } finally {
    await store.close();
  }
  return told;
};

/** What the engine makes of the files: a part that it cannot use it sets aside, and goes on without it. What is merged as soon as it is open may become fewer rows. */
const compareRows = async (engine: Engine, { tables }: BackupTold, from: string): Promise<void> => {
  const found = new Map(
    (await engine.rows<{ table: string; rows: number; replaces: number; aside: number }>(sql('read/restored'))).map(
      (row) => [row.table, row],
    ),
  );
  for (const { table, rows } of tables) {
    const is = found.get(table) ?? { rows: 0, replaces: 0, aside: 0 };
    if (is.aside > 0 || (is.replaces === 1 ? is.rows > rows : is.rows !== rows))
      throw new StoreError(
        'E_BACKUP',
        `${from}: table ${table} has ${is.rows} rows once it is opened, and ${rows} were written`,
      );
  }
};
