import { rmSync } from 'node:fs';
import { chmod, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/** A file that is going to be there whole, or not at all. */
export interface WholeFile {
  /** Once: the text is on the disk, beside what is there. */
  fill(text: string): Promise<void>;
  /** What was filled in is there from now on. */
  place(): Promise<void>;
  /** Both. Once, and nothing after it. */
  save(text: string): Promise<void>;
  /** What was there before stays. */
  drop(): Promise<void>;
}

/**
 * Writes beside the file and renames: who opens it sees what was there before, or all of the new. What cannot be written is found out at
 * once, not when the work is done. A link is followed, as by every tool; a device or a pipe is written to, as it cannot be replaced.
 */
export const wholeFile = async (path: string): Promise<WholeFile> => {
  const before = await stat(path).catch(() => null);
  if (before?.isDirectory() === true) throw new Error('it is a folder');
  if (before !== null && !before.isFile()) return deviceAt(path);
  const target = before === null ? path : await realpath(path);
  const beside = `${target}.${process.pid}.part`;
  const file = await open(beside, 'w').catch((error: Error) => {
    throw new Error(error.message.replaceAll(beside, target), { cause: error });
  });
  // Ctrl-C ends the process where it stands.
  const remove = (): void => rmSync(beside, { force: true });
  process.once('exit', remove);
  const drop = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true });
    process.off('exit', remove);
  };
  const orDrop = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      await drop();
      throw new Error((error as Error).message.replaceAll(beside, target), { cause: error });
    }
  };
  const fill = (text: string): Promise<void> =>
    orDrop(async () => {
      await file.writeFile(text);
      await file.sync();
      await file.close();
      if (before !== null) await chmod(beside, before.mode);
    });
  const place = (): Promise<void> =>
    orDrop(async () => {
      await rename(beside, target);
      process.off('exit', remove);
    });
  return { fill, place, save: async (text) => fill(text).then(place), drop };
};

const deviceAt = (path: string): WholeFile => {
  let filled = '';
  return {
    fill: async (text) => {
      filled = text;
    },
    place: () => writeFile(path, filled),
    save: (text) => writeFile(path, text),
    drop: async () => undefined,
  };
};
