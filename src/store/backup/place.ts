import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BLOCK, padding, tarHeader } from './tar.ts';

/* Where a backup goes: a folder, or one file. It is written beside the place, and is there when it is whole. */

const PIECE = 1 << 20;

export interface Place {
  /** Where it is until it is in its place. */
  readonly draft: string;
  /** Copies a file; gives its size and its SHA-256, in hex. */
  copy(path: string, from: string): Promise<Copied>;
  /** The last one. From then on nothing of it is lost by a power cut. */
  finish(path: string, text: string): Promise<void>;
  /** It is there from now on. Throws where something else is. */
  put(): Promise<void>;
  /** As if it never was. */
  drop(): Promise<void>;
}

export interface Copied {
  readonly size: number;
  readonly sha256: string;
}

/** The name of one file tells that a file is meant. */
const isTar = (path: string): boolean => path.endsWith('.tar');

/** Made anew: what a killed one left there is gone. */
export const placeAt = async (path: string, seconds: number): Promise<Place> => {
  const draft = `${path}.part`;
  await rm(draft, { recursive: true, force: true });
  return isTar(path) ? filePlace(path, draft, seconds) : folderPlace(path, draft);
};

const folderPlace = async (path: string, draft: string): Promise<Place> => {
  await mkdir(draft, { mode: 0o700 });
  const target = async (name: string): Promise<FileHandle> => {
    const at = join(draft, ...name.split('/'));
    await mkdir(dirname(at), { recursive: true });
    return open(at, 'wx', 0o600);
  };
  return {
    draft,
    copy: async (name, from) => within(await target(name), (file) => copied(from, file)),
    finish: async (name, text) => {
      await within(await target(name), async (file) => {
        await file.writeFile(text);
        await file.sync();
      });
      await syncFolders(draft);
    },
    put: () => put(draft, path),
    drop: () => rm(draft, { recursive: true, force: true }),
  };
};

const filePlace = async (path: string, draft: string, seconds: number): Promise<Place> => {
  const file = await open(draft, 'wx', 0o600);
  const pad = (size: number): Promise<unknown> => file.write(Buffer.alloc(padding(size)));
  return {
    draft,
    copy: async (name, from) => {
      const size = await within(await open(from), async (source) => (await source.stat()).size);
      await file.write(tarHeader(name, size, seconds));
      const done = await copied(from, file, false);
      if (done.size !== size) throw new Error(`${from} changed while it was read`);
      await pad(size);
      return done;
    },
    finish: async (name, text) => {
      const bytes = Buffer.from(text);
      await file.writeFile(Buffer.concat([tarHeader(name, bytes.length, seconds), bytes]));
      await pad(bytes.length);
      await file.write(Buffer.alloc(2 * BLOCK));
      await file.sync();
      await file.close();
    },
    put: () => put(draft, path),
    drop: async () => {
      await file.close().catch(() => undefined);
      await rm(draft, { force: true });
    },
  };
};

/** A folder takes the place of none but an empty one; a file would take that of another, so it is looked for. */
const put = async (draft: string, path: string): Promise<void> => {
  await rename(draft, path);
  await syncFolder(dirname(path));
};

export const within = async <Value>(file: FileHandle, work: (file: FileHandle) => Promise<Value>): Promise<Value> => {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
};

const copied = async (from: string, to: FileHandle, isSynced = true): Promise<Copied> => {
  const done = await within(await open(from), (source) => pass(piecesOf(source), to));
  if (isSynced) await to.sync();
  return done;
};

/** Writes all of it, if there is where to, and sums it up. */
export const pass = async (pieces: AsyncIterable<Uint8Array>, to: FileHandle | null): Promise<Copied> => {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    size += piece.length;
    if (to !== null) await writeAll(to, piece);
  }
  return { size, sha256: hash.digest('hex') };
};

const writeAll = async (file: FileHandle, piece: Uint8Array): Promise<void> => {
  for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
};

/** From where it stands, or up to `size` bytes from `at` on; fewer where it ends before. */
export async function* piecesOf(
  file: FileHandle,
  at = 0,
  size = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void, void> {
  const piece = new Uint8Array(Math.min(PIECE, size));
  for (let left = size; left > 0; ) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, left), at);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
    left -= bytesRead;
  }
}

export const syncFolder = async (path: string): Promise<void> => within(await open(path), (folder) => folder.sync());

/** It, and all below it. */
export const syncFolders = async (path: string): Promise<void> => {
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) await syncFolder(join(entry.parentPath, entry.name));
  await syncFolder(path);
};
