import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { engineFolder } from '../chdb.ts';
import type { Engine } from '../engine.ts';
import { SCRATCH } from '../scratch-tables.ts';
import { sql } from '../sql.ts';
import { StoreError } from '../store-error.ts';

/** A file of the store, where it can be read as long as the store is frozen. */
export interface StoreFile {
  /** Where it belongs: relative to the data folder, with `/`. */
  readonly path: string;
  /** Where it is. */
  readonly at: string;
  /** The table that it is a part of; empty: it says what tables there are. */
  readonly table: string;
}

export interface Frozen {
  readonly files: readonly StoreFile[];
  readonly rows: ReadonlyMap<string, number>;
}

const shadowOf = (dataDir: string): string => join(engineFolder(dataDir), 'shadow');

/** What a freeze that was killed left behind. */
export const thaw = (dataDir: string): Promise<void> => rm(shadowOf(dataDir), { recursive: true, force: true });

/**
 * Has the engine link what its tables hold at this moment into a folder of their own, where merges change nothing: a part never changes, it is replaced.
 * Whoever has it copies it, and thaws. Nothing may be written meanwhile: the tables are frozen one after the other.
 * The parts, and the files that say what tables there are, are all that the engine needs to open them elsewhere.
 */
export const freeze = async (engine: Engine, dataDir: string): Promise<Frozen> => {
  await thaw(dataDir);
  const tables = await engine.rows<{ name: string; uuid: string; of_database: string; hasParts: number }>(
    sql('read/frozen-tables'),
    { scratch: SCRATCH },
  );
  if (tables.length === 0) throw new StoreError('E_STORE_SETTING', 'the store has no tables');
  const database = `engine/store/${placeOf(tables[0]?.of_database ?? '')}`;
  const name = await databaseName(engine);
  const files: StoreFile[] = [{ path: `engine/metadata/${name}.sql`, at: '', table: '' }];
  const rows = new Map<string, number>();
  for (const { name: table, uuid, hasParts } of tables) {
    files.push({ path: `${database}/${table}.sql`, at: '', table: '' });
    if (hasParts === 0) continue;
    const place = placeOf(uuid);
    files.push({ path: `engine/store/${place}/format_version.txt`, at: '', table });
    await engine.run("ALTER TABLE {table:Identifier} FREEZE WITH NAME 'backup'", { table });
    const parts = join(shadowOf(dataDir), 'backup', 'store', ...place.split('/'));
    rows.set(table, 0);
    for (const at of await filesBelow(parts)) {
      const within = relative(parts, at).split(sep);
      files.push({ path: `engine/store/${place}/${within.join('/')}`, at, table });
      if (within.length === 2 && within[1] === 'count.txt')
        rows.set(table, (rows.get(table) ?? 0) + Number(await readFile(at, 'utf8')));
    }
  }
  return {
    files: files
      .map((file) => (file.at === '' ? { ...file, at: join(dataDir, ...file.path.split('/')) } : file))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    rows,
  };
};

/** `store/f5e/f5ea8d23-…`: https://github.com/ClickHouse/ClickHouse/blob/master/src/Databases/DatabaseAtomic.cpp */
const placeOf = (uuid: string): string => `${uuid.slice(0, 3)}/${uuid}`;

const databaseName = async (engine: Engine): Promise<string> =>
  (await engine.rows<{ name: string }>('SELECT currentDatabase() AS name'))[0]?.name ?? '';

/** None where there is no folder. */
const filesBelow = async (folder: string): Promise<readonly string[]> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};
