import { open } from 'node:fs/promises';
import type { Scratch } from '../../core/ports.ts';

/** A file that is written at its end and read anywhere; `remove` is asked for once it is closed. */
export const scratchFile = async (path: string, remove: () => Promise<void>): Promise<Scratch> => {
  const file = await open(path, 'wx+', 0o600);
  let end = 0;
  return {
    append: async (bytes) => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, end);
        done += bytesWritten;
        end += bytesWritten;
      }
    },
    read: async (from, into) => {
      for (let done = 0; done < into.length; ) {
        const { bytesRead } = await file.read(into, done, into.length - done, from + done);
        if (bytesRead === 0) throw new Error(`the scratch file ends before ${from + into.length}`);
        done += bytesRead;
      }
    },
    close: async () => {
      await file.close();
      await remove();
    },
  };
};
