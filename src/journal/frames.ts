import { crc32 } from 'node:zlib';

/** Before each piece that is appended: its length and its checksum, four bytes each, little-endian. */
export const FRAME_HEAD = 8;

export const frameHead = (piece: Uint8Array): Uint8Array => {
  const head = new DataView(new ArrayBuffer(FRAME_HEAD));
  head.setUint32(0, piece.length, true);
  head.setUint32(4, crc32(piece), true);
  return new Uint8Array(head.buffer);
};

/**
 * The pieces of a file, up to the first that is not whole. What a kill tore is at the end; what a power cut tore may be anywhere behind the
 * last sync. Nothing behind the tear is taken.
 */
export const piecesOf = (bytes: Uint8Array): { readonly pieces: readonly Uint8Array[]; readonly torn: number } => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Uint8Array[] = [];
  let at = 0;
  while (at + FRAME_HEAD <= bytes.length) {
    const length = view.getUint32(at, true);
    const end = at + FRAME_HEAD + length;
    if (length === 0 || end > bytes.length) break;
    const piece = bytes.subarray(at + FRAME_HEAD, end);
    if (crc32(piece) !== view.getUint32(at + 4, true)) break;
    pieces.push(piece);
    at = end;
  }
  return { pieces, torn: bytes.length - at };
};

/** The pieces of a file one after another, moved to its beginning: no copy of it is made. */
export const joinedPieces = (bytes: Uint8Array): Uint8Array => {
  let end = 0;
  for (const piece of piecesOf(bytes).pieces) {
    const from = piece.byteOffset - bytes.byteOffset;
    bytes.copyWithin(end, from, from + piece.length);
    end += piece.length;
  }
  return bytes.subarray(0, end);
};
