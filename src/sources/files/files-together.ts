import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type WholeFile, wholeFile } from './whole-file.ts';

export interface FileToSave {
  readonly path: string;
  readonly text: string;
}

/** What was there, to be put back. */
type Undo = () => Promise<void>;

/**
 * Saves all of the files or none. Each is written beside its place first, so that a name that is a folder, a right that is missing and a disk
 * that is full are found out while nothing has changed. Where one cannot be put in its place after others were, these are put back.
 * Throws with the path that it was for.
 */
export const saveTogether = async (files: readonly FileToSave[]): Promise<void> => {
  const filled: (readonly [FileToSave, WholeFile])[] = [];
  const undo: Undo[] = [];
  const at = async <T>({ path }: FileToSave, work: Promise<T>): Promise<T> =>
    work.catch((error: Error) => {
      throw new Error(`${path}: ${error.message}`, { cause: error });
    });
  try {
    for (const file of files) {
      const whole = await at(file, wholeFile(file.path));
      filled.push([file, whole]);
      await at(file, whole.fill(file.text));
    }
    for (const [file, whole] of filled) {
      const back = await undoOf(file.path);
      await at(file, whole.place());
      undo.push(back);
    }
  } catch (error) {
    for (const [, whole] of filled) await whole.drop();
    for (const back of undo.toReversed()) await back();
    throw error;
  }
};

const undoOf = async (path: string): Promise<Undo> => {
  const there = await stat(path).catch(() => null);
  if (there === null) return () => rm(path, { force: true });
  if (!there.isFile()) return async () => undefined;
  const before = await readFile(path);
  return () => writeFile(path, before);
};

/** As `wholeFile` names what it has not put in its place. */
const UNFINISHED = /\.(?:tf|ya?ml|json)\.\d+\.part$/;

/** What runs that were killed had not put in its place. Only for whoever has the folder for himself. */
export const dropUnfinished = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) if (UNFINISHED.test(name)) await rm(join(folder, name), { force: true });
};
