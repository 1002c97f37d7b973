import { closeSync, openSync, readSync } from 'node:fs';

/**
 * The text of a file of the kernel's; null: there is none, or it may not be read. They are read four times a second for as long as the node
 * lives, and each has size 0: Node's own `readFile` takes 64 KiB for every one of them. The kernel makes them up at once, so nobody waits.
 */
export const readKernelFile = (path: string): string | null => {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    for (let length = 0; ; ) {
      const bytes = readSync(file, buffer, length, buffer.length - length, null);
      length += bytes;
      if (bytes === 0) return buffer.toString('latin1', 0, length);
      if (length === buffer.length) buffer = Buffer.concat([buffer], 2 * length);
    }
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
};

/** Used again by each: what is read becomes a text before anybody else reads. */
let buffer = Buffer.allocUnsafeSlow(16_384);
