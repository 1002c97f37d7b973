import { linkSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lifeOf, type ProcessStarted, startOf } from './process-life.ts';
import { StoreError } from './store-error.ts';

interface Owner extends ProcessStarted {
  readonly host: string;
  /** Which folder it took, as the file system knows it: a copy is another. */
  readonly folder?: string;
}

/** A process that was killed gives back its memory first: of many gigabytes that takes seconds. */
const WAIT_MS = 20;
const MOST_WAITS = 500;

/**
 * Takes the folder for this process. Of a data folder the engine allows one, readers included.
 * The lock is a file that appears whole or not at all (link), and one whose owner is gone is taken over;
 * an owner that is ending is waited for, up to ten seconds.
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
    for (let waits = 0, tries = 0; tries < 5; ) {
      try {
        linkSync(draft, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const owner = ownerOf(path);
        const life =
          owner === null || !isOf(folder, owner) ? 'gone' : owner.host === hostname() ? lifeOf(owner) : 'alive';
        if (life === 'ending' && waits < MOST_WAITS) {
          waits += 1;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
          continue;
        }
        if (owner !== null && life !== 'gone') {
          throw new StoreError(
            'E_STORE_BUSY',
            `the folder ${folder} is in use by process ${owner.pid} on ${owner.host}`,
          );
        }
        rmSync(path, { force: true });
        tries += 1;
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
