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
        const life = owner !== null && isOf(folder, owner) ? lifeOf(owner) : 'gone';
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

/** `ending`: it was killed, or is on its way out, and may have files open still. */
const lifeOf = (owner: Owner): 'alive' | 'ending' | 'gone' => {
  if (owner.host !== hostname()) return 'alive';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : 'gone';
  }
  if (startOf(owner.pid) !== owner.started) return 'gone';
  // a process that has ended keeps its number until its parent asks what became of it: some never do
  const { state, threads, isKilled } = statusOf(owner.pid);
  if (state === 'Z' || state === 'X') return threads > 1 ? 'ending' : 'gone';
  return isKilled ? 'ending' : 'alive';
};

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, the fields from the third on. Nothing: there is no /proc, or no such process. */
const statOf = (pid: number): readonly string[] => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
};

/** Of a process, in clock ticks since boot; empty where the system does not tell. */
export const startOf = (pid: number): string => statOf(pid)[19] ?? '';

/** `PF_EXITING` among the flags of a process: https://github.com/torvalds/linux/blob/master/include/linux/sched.h */
const EXITING = 0x4;
const SIGKILL_PENDING = 1n << 8n;

const statusOf = (pid: number): { readonly state: string; readonly threads: number; readonly isKilled: boolean } => {
  const stat = statOf(pid);
  const [state = '', flags, threads] = [stat[0], Number(stat[6]), Number(stat[17])];
  return { state, threads, isKilled: (flags & EXITING) !== 0 || hasKillPending(pid) };
};

const hasKillPending = (pid: number): boolean => {
  try {
    const pending = readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^(?:Sig|Shd)Pnd:\s*([0-9a-f]+)$/gm);
    return [...pending].some(([, mask = '0']) => (BigInt(`0x${mask}`) & SIGKILL_PENDING) !== 0n);
  } catch {
    return false;
  }
};
