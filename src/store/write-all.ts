import type { FileHandle } from 'node:fs/promises';

/**
 * Writes the pieces one after the other, all of them, or throws. A disk that fills up takes what there is room for and tells of the rest by the number
 * of bytes alone: asked for the rest, it refuses.
 */
export const writeAll = async (file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> => {
  let left = pieces.filter((piece) => piece.length > 0);
  while (left.length > 0) {
    let { bytesWritten } = await file.writev(left);
    let whole = 0;
    while (whole < left.length && bytesWritten >= (left[whole] as Uint8Array).length)
      bytesWritten -= (left[whole++] as Uint8Array).length;
    left = left.slice(whole);
    if (bytesWritten > 0) left[0] = (left[0] as Uint8Array).subarray(bytesWritten);
  }
};
