import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { fail, ok, type Result } from '../base/result.ts';
import { FRAME_HEAD, frameHead, joinedPieces, piecesOf } from './frames.ts';

export interface JournalOptions {
  /** Bytes on disk, at most: what would go beyond is refused. */
  readonly mostBytes: number;
  /** Names of this opening's segments begin with it, so that no two openings give one name twice. Sorts by time. */
  readonly stamp: string;
}

/** What is handed over together, and again until it is acknowledged. */
export interface Segment {
  /** The same for the same bytes, also after a restart. */
  readonly id: string;
  /** Gzip. They are the journal's, and others when the next one was asked for. */
  readonly bytes: Uint8Array;
}

interface Sealed {
  readonly id: string;
  readonly file: string;
  readonly size: number;
}

interface Left {
  readonly id: string;
  readonly path: string;
  readonly size: number;
}

const SEALED = /^(\d{15}-\d{8})\.([0-9a-f]{16})\.gz$/;
const OPEN_FILE = /^(\d{15}-\d{8})\.open$/;
const MARK = 'mark';
/** Pages that nobody touched take no memory. */
const SCRATCH_BYTES = 2_097_152;
/** Others may make room, or what is handed over does. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
/** Level 1: lines of one kind shrink to a ninth, at a tenth of the time of level 6. */
const PACK = { level: 1 };

/**
 * A durable hand-over on disk. Pieces are appended to the open segment; a sealed segment never changes, is handed over oldest first, and is
 * deleted when it is acknowledged. What was appended outlives a kill of the process, and what was synced a power cut.
 *
 *     000001795401867-00000012.open                      pieces, each with its length and checksum
 *     000001795401867-00000011.1f0c5c3a9be27d60.gz       sealed: the pieces one after another, packed; the hash is of the packed bytes
 *     mark                                               a text of the writer's
 */
export class Journal {
  /** Bytes that were found behind a tear, or in segments that are not what their name says; they are gone. */
  readonly tornBytes: number;
  private readonly folder: string;
  private readonly options: JournalOptions;
  /** Oldest first. */
  private readonly sealed: Sealed[];
  /** Open segments of earlier processes that the disk had no room to seal yet. */
  private readonly left: Left[];
  private current: { readonly id: string; readonly handle: FileHandle; size: number } | null = null;
  private count = 0;
  private waiting: Promise<unknown> = Promise.resolve();
  private writtenMark: string | null;
  private readonly sealing = new Scratch();
  private readonly handingOver = new Scratch();

  private constructor(
    folder: string,
    options: JournalOptions,
    found: {
      readonly sealed: Sealed[];
      readonly left: Left[];
      readonly mark: string | null;
      readonly torn: number;
    },
  ) {
    this.folder = folder;
    this.options = options;
    this.sealed = found.sealed;
    this.left = found.left;
    this.writtenMark = found.mark;
    this.tornBytes = found.torn;
  }

  /**
   * Takes up what an earlier process left, also on a disk that is full: what is sealed is handed over, and that makes room. Throws the
   * system's error where the folder cannot be used.
   */
  static async open(folder: string, options: JournalOptions): Promise<Journal> {
    await mkdir(folder, { recursive: true });
    let torn = 0;
    const sealed: Sealed[] = [];
    const left: Left[] = [];
    for (const file of (await readdir(folder)).sort()) {
      const path = join(folder, file);
      const opened = OPEN_FILE.exec(file)?.[1];
      const whole = SEALED.exec(file)?.[1];
      if (opened !== undefined) {
        const bytes = await readFile(path);
        torn += piecesOf(bytes).torn;
        left.push({ id: opened, path, size: bytes.length });
      } else if (whole !== undefined) {
        if (!sealed.some(({ id }) => id === whole)) sealed.push({ id: whole, file, size: (await stat(path)).size });
      } else if (file.endsWith('.tmp')) await rm(path, { force: true });
    }
    const mark = await readFile(join(folder, MARK), 'utf8').catch(() => null);
    const journal = new Journal(folder, options, { sealed, left, mark, torn });
    await journal.sealLeft().catch((error: unknown) => {
      if (!NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
    return journal;
  }

  /** Bytes on disk. */
  get bytes(): number {
    return [...this.sealed, ...this.left].reduce((sum, { size }) => sum + size, this.current?.size ?? 0);
  }

  get segments(): number {
    return this.sealed.length;
  }

  /** Bytes of the segment that is open, 0: none is. */
  get openBytes(): number {
    return this.current?.size ?? 0;
  }

  /** Bytes that the disk has left, whoever takes them. */
  async diskRoom(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }

  /** Gives why it was not kept: the bound is reached, or the disk says no. A piece is kept whole or not at all. */
  append(piece: Uint8Array): Promise<Result<null, string>> {
    return this.inTurn(async () => {
      if (this.bytes + FRAME_HEAD + piece.length > this.options.mostBytes)
        return fail(`the spool has reached its bound of ${this.options.mostBytes} bytes`);
      try {
        this.current ??= await this.begin();
        const { current } = this;
        try {
          const { bytesWritten } = await current.handle.writev([frameHead(piece), piece], current.size);
          if (bytesWritten < FRAME_HEAD + piece.length) throw new Error('it was written in part');
          current.size += bytesWritten;
        } catch (error) {
          await current.handle.truncate(current.size).catch(() => undefined);
          throw error;
        }
        return ok(null);
      } catch (error) {
        return fail(`the spool cannot be written: ${(error as Error).message}`);
      }
    });
  }

  /** Returns when all that was appended is on the disk. */
  sync(): Promise<Result<null, string>> {
    return this.inTurn(async () => {
      try {
        await this.current?.handle.datasync();
        return ok(null);
      } catch (error) {
        return fail(`the spool cannot be synced: ${(error as Error).message}`);
      }
    });
  }

  /** Closes the open segment, if it holds anything: from now on it is handed over. Where it cannot be it stays open, and takes more. */
  seal(): Promise<Result<null, string>> {
    return this.inTurn(async () => {
      const { current } = this;
      try {
        await this.sealLeft();
        if (current === null) return ok(null);
        const path = join(this.folder, `${current.id}.open`);
        const done = await seal(this.folder, current.id, joinedPieces(await this.sealing.read(path, current.size)));
        this.current = null;
        this.sealed.push(done);
        await current.handle.close();
        await rm(path);
        return ok(null);
      } catch (error) {
        return fail(`a segment cannot be sealed: ${(error as Error).message}`);
      }
    });
  }

  /** The oldest sealed segment; null: there is none. One that is not what its name says is left out, and its loss told by `onLost`. */
  async oldest(onLost: (id: string) => void): Promise<Segment | null> {
    for (let first = this.sealed[0]; first !== undefined; first = this.sealed[0]) {
      const { id, file, size } = first;
      const bytes = await this.handingOver.read(join(this.folder, file), size).catch(() => null);
      if (bytes !== null && SEALED.exec(file)?.[2] === hashOf(bytes)) return { id, bytes };
      onLost(id);
      await this.remove(id);
    }
    return null;
  }

  /** It was acknowledged, or will never be. */
  async remove(id: string): Promise<void> {
    const at = this.sealed.findIndex((segment) => segment.id === id);
    const [segment] = at < 0 ? [] : this.sealed.splice(at, 1);
    if (segment !== undefined) await rm(join(this.folder, segment.file), { force: true });
  }

  /** A text of the writer's that the next process finds; null: none was written. */
  get mark(): string | null {
    return this.writtenMark;
  }

  /** Never half of it: after a power cut it may be an older one. */
  setMark(text: string): Promise<Result<null, string>> {
    return this.inTurn(async () => {
      try {
        await writeFile(join(this.folder, `${MARK}.tmp`), text);
        await rename(join(this.folder, `${MARK}.tmp`), join(this.folder, MARK));
        this.writtenMark = text;
        return ok(null);
      } catch (error) {
        return fail(`the spool cannot be written: ${(error as Error).message}`);
      }
    });
  }

  async close(): Promise<void> {
    await this.waiting;
    await this.current?.handle.close();
  }

  /** Before any other: what is older is handed over first. */
  private async sealLeft(): Promise<void> {
    for (let first = this.left[0]; first !== undefined; first = this.left[0]) {
      const { id, path } = first;
      const joined = joinedPieces(await readFile(path));
      // Killed between sealing and forgetting it, a process leaves both.
      const isDone = joined.length === 0 || this.sealed.some((segment) => segment.id === id);
      if (!isDone) this.sealed.push(await seal(this.folder, id, joined));
      await rm(path);
      this.left.shift();
    }
    this.sealed.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private async begin(): Promise<{ readonly id: string; readonly handle: FileHandle; size: number }> {
    const id = `${this.options.stamp.padStart(15, '0')}-${String(this.count++).padStart(8, '0')}`;
    return { id, handle: await open(join(this.folder, `${id}.open`), 'wx'), size: 0 };
  }

  private inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const working = this.waiting.then(work);
    this.waiting = working.catch(() => undefined);
    return working;
  }
}

/** A buffer that files are read into, one after another: segments follow each other all day, and one for each would be a heap of them. */
class Scratch {
  private buffer = Buffer.alloc(0);

  /** A file that has so many bytes and no more. */
  async read(path: string, size: number): Promise<Uint8Array> {
    if (this.buffer.length <= size) this.buffer = Buffer.allocUnsafeSlow(Math.max(2 * size, SCRATCH_BYTES));
    const handle = await open(path, 'r');
    try {
      const { bytesRead } = await handle.read(this.buffer, 0, size + 1, 0);
      if (bytesRead !== size) throw new Error(`${bytesRead} of its ${size} bytes could be read`);
      return this.buffer.subarray(0, size);
    } finally {
      await handle.close();
    }
  }
}

const hashOf = (bytes: Uint8Array): string => shortHash(createHash('sha256').update(bytes));
const shortHash = (hash: Hash): string => hash.digest('hex').slice(0, 16);

/**
 * The sealed file is whole on the disk before it has its name. Packed bytes are written as they come, and held by nobody. What cannot be written
 * leaves nothing: it would take the room.
 */
const seal = async (folder: string, id: string, joined: Uint8Array): Promise<Sealed> => {
  const temporary = join(folder, `${id}.tmp`);
  const made = [temporary];
  try {
    const { hash, size } = await writePacked(temporary, joined);
    const file = `${id}.${hash}.gz`;
    made.push(join(folder, file));
    await rename(temporary, join(folder, file));
    await syncFolder(folder);
    return { id, file, size };
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    throw error;
  }
};

const writePacked = async (
  path: string,
  bytes: Uint8Array,
): Promise<{ readonly hash: string; readonly size: number }> => {
  const hash = createHash('sha256');
  let size = 0;
  const handle = await open(path, 'w');
  try {
    for await (const packed of createGzip(PACK).end(bytes) as AsyncIterable<Uint8Array>) {
      hash.update(packed);
      await handle.appendFile(packed);
      size += packed.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { hash: shortHash(hash), size };
};

const syncFolder = async (folder: string): Promise<void> => {
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};
