import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KEPT } from './data.ts';

/** A folder of its own for the work; gone afterwards. */
export const inScratch = async <Value>(work: (folder: string) => Promise<Value>): Promise<Value> => {
  mkdirSync(join(KEPT, 'scratch'), { recursive: true });
  const folder = mkdtempSync(join(KEPT, 'scratch/'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Makes the folder unless it is there; half of one never is. */
export const keepFolder = async (folder: string, make: (folder: string) => Promise<void>): Promise<string> => {
  if (existsSync(folder)) return folder;
  const made = `${folder}.part`;
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  await make(made);
  renameSync(made, folder);
  return folder;
};

/** Work on a copy of the folder. */
export const onCopyOf = <Value>(kept: string, work: (folder: string) => Promise<Value>): Promise<Value> =>
  inScratch((scratch) => {
    const copy = join(scratch, 'copy');
    cpSync(kept, copy, { recursive: true });
    return work(copy);
  });
