import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What is longer was written by no generator. */
const MOST_BYTES = 4 * 1024 ** 2;

/** Texts of the files of a folder by their names, without those of folders in it. A folder that is not there has none. Throws where it cannot be read. */
export const textsIn = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const texts = new Map<string, string>();
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) texts.set(name, found.size > MOST_BYTES ? '' : await readFile(path, 'utf8'));
  }
  return texts;
};
