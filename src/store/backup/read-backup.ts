import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { StoreError } from '../store-error.ts';
import { compareSums, decodeManifest, type Manifest, MANIFEST } from './manifest.ts';
import { type Copied, pass, piecesOf } from './place.ts';
import { BLOCK, padding, readTarHeader } from './tar.ts';

interface Entry {
  readonly path: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Where each file of a backup goes while it is read; gives its sum. */
export type Receive = (path: string, pieces: AsyncIterable<Uint8Array>) => Promise<Copied>;

const receiveNothing: Receive = (_, pieces) => pass(pieces, null);

/** A manifest of so many bytes is of some million files. */
const MOST_MANIFEST = 1 << 30;

/**
 * Reads all of a backup, and holds it to its manifest. Throws a `StoreError` where any part of it is missing, damaged, edited or superfluous; what was
 * received by then is worth nothing.
 */
export const readBackup = async (
  path: string,
  receive: Receive = receiveNothing,
): Promise<Manifest & { readonly sha256: string }> => {
  const found = new Map<string, Copied>();
  let text: string | null = null;
  for await (const { path: part, pieces } of entriesOf(path)) {
    if (found.has(part) || (part === MANIFEST && text !== null)) throw damaged(path, `${part} is there twice`);
    if (part === MANIFEST) text = await textOf(pieces);
    else found.set(part, await receive(checked(part, path), pieces));
  }
  if (text === null) throw damaged(path, `it has no ${MANIFEST}: it is no backup of unmasq, or its end is missing`);
  const manifest = decodeManifest(text, path);
  compareSums(manifest, found, path);
  return manifest;
};

const damaged = (path: string, why: string): StoreError => new StoreError('E_BACKUP', `${path}: ${why}`);

/** A name in a backup becomes a path below a folder of ours and nowhere else. */
const checked = (part: string, path: string): string => {
  if (!/^engine(?:\/[^/\0\\]+)+$/.test(part) || part.split('/').some((name) => name === '.' || name === '..'))
    throw damaged(path, `${part} is not of this backup`);
  return part;
};

const textOf = async (pieces: AsyncIterable<Uint8Array>): Promise<string> => {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > MOST_MANIFEST) return '';
    all.push(piece.slice());
  }
  return Buffer.concat(all).toString();
};

async function* entriesOf(path: string): AsyncGenerator<Entry, void, void> {
  const at = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new StoreError('E_BACKUP', `${path} cannot be read: ${error.message}`);
  });
  yield* at.isDirectory() ? entriesInFolder(path) : entriesInFile(path);
}

async function* entriesInFolder(path: string): AsyncGenerator<Entry, void, void> {
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  for (const entry of found) {
    if (entry.isDirectory()) continue;
    const at = join(entry.parentPath, entry.name);
    const part = relative(path, at).split(sep).join('/');
    if (!entry.isFile()) throw damaged(path, `${part} is not a file`);
    const file = await open(at);
    try {
      yield { path: part, pieces: piecesOf(file) };
    } finally {
      await file.close();
    }
  }
}

async function* entriesInFile(path: string): AsyncGenerator<Entry, void, void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let at = 0;
    let last = 'its beginning';
    for (;;) {
      const block = Buffer.alloc(BLOCK);
      const { bytesRead } = await file.read(block, 0, BLOCK, at);
      if (bytesRead < BLOCK) throw damaged(path, `it ends after ${last}: its end is missing`);
      const header = readTarHeader(block);
      if (header === null) return await expectEnd(file, at + BLOCK, path);
      if ('problem' in header) throw damaged(path, `after ${last}: ${header.problem}`);
      at += BLOCK;
      if (at + header.size > size) throw damaged(path, `it ends within ${header.path}: its end is missing`);
      yield { path: header.path, pieces: piecesOf(file, at, header.size) };
      await expectNothing(file, at + header.size, padding(header.size), path);
      at += header.size + padding(header.size);
      last = header.path;
    }
  } finally {
    await file.close();
  }
}

/** What says nothing is as it was written, too: whoever changed a byte is told of it. */
const expectNothing = async (file: FileHandle, at: number, size: number, path: string): Promise<number> => {
  let seen = 0;
  for await (const piece of piecesOf(file, at, size)) {
    if (piece.some((byte) => byte !== 0)) throw damaged(path, 'there is something between its files');
    seen += piece.length;
  }
  return seen;
};

const expectEnd = async (file: FileHandle, at: number, path: string): Promise<void> => {
  if ((await expectNothing(file, at, Number.POSITIVE_INFINITY, path)) < BLOCK)
    throw damaged(path, 'its end is missing');
};
