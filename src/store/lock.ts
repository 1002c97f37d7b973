import { linkSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StoreError } from './store-error.ts';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Start of the process in clock ticks since boot, where the system tells: a pid alone is used again. */
  readonly started: string;
  /** Which folder it took, as the file system knows it: a copy is another. */
  readonly folder?: string;
}

/**
 * Takes the folder for this process. Of a data folder the engine allows one, readers included.
 * The lock is a file that appears whole or not at all (link), and one whose owner is gone is taken over.
 */
export const lock = (folder: string, name = 'owner.json'): (() => void) => {
  const path = join(folder, name);
  const started = startOf(process.pid);
  const draft = join(folder, `.owner-${process.pid}-${started}.json`);
  try {
    mkdirSync(folder, { recursive: true });
    const mine: Owner = { pid: process.pid, host: hostname(), started, folder: placeOf(folder) };
    writeFileSync(draft, JSON.stringify(mine));
  } catch (error) {
    throw new StoreError('E_STORE_FOLDER', `cannot write to the folder ${folder}: ${(error as Error).message}`);
  }
  try {
    for (let tries = 0; tries < 5; tries++) {
      try {
        linkSync(draft, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const owner = ownerOf(path);
        if (owner !== null && isOf(folder, owner) && isAlive(owner)) {
          throw new StoreError(
            'E_STORE_BUSY',
            `the folder ${folder} is in use by process ${owner.pid} on ${owner.host}`,
          );
        }
        rmSync(path, { force: true });
      }
    }
    throw new StoreError('E_STORE_BUSY', `the folder ${folder} is in use`);
  } finally {
    unlinkSync(draft);
  }
};

const ownerOf = (path: string): Owner | null => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return null;
  }
};

const placeOf = (folder: string): string => String(statSync(folder, { bigint: true }).ino);

const isOf = (folder: string, owner: Owner): boolean => owner.folder === undefined || owner.folder === placeOf(folder);

const isAlive = (owner: Owner): boolean => {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startOf(owner.pid) === owner.started;
};

/** Of a process, in clock ticks since boot; empty where the system does not tell. */
export const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};
