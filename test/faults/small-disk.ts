import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const canMount = process.getuid?.() === 0;

/** A folder that is a disk of its own, of so many KiB. Others may fill it, and leave again. */
export const smallDisk = (path: string, kib: number) => {
  const mount = (...words: readonly string[]): void => void execFileSync('/bin/mount', [...words, path]);
  mkdirSync(path);
  mount('-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs');
  const filler = join(path, 'filler');
  return {
    path,
    resize: (to: number): void => mount('-o', `remount,size=${to}k`),
    /** To the last block: there is no room for a small file either. */
    fill: (): void => void spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096'], { stdio: 'ignore' }),
    free: (): void => rmSync(filler),
    /** At once, whoever still has it open. */
    gone: (): void => void spawnSync('/bin/umount', ['-l', path], { stdio: 'ignore' }),
  };
};

export type SmallDisk = ReturnType<typeof smallDisk>;
