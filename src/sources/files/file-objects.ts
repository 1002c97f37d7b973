import { createReadStream } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteObject } from '../../core/ports.ts';
import { readUnpacked } from './read-unpacked.ts';
import { sentence } from './sentence.ts';

/** A path that was not read on purpose, or could not be looked at. */
export interface Skipped {
  readonly name: string;
  readonly why: string;
  /** False for what nobody wants read: hidden files, litter of file managers. */
  readonly isProblem: boolean;
}

export interface Found {
  readonly objects: readonly ByteObject[];
  readonly skipped: readonly Skipped[];
}

/** What file managers and editors leave behind. */
const LITTER = /^(?:Thumbs\.db|desktop\.ini|__MACOSX|lost\+found)$|(?:~|\.swp|\.tmp|\.part|\.crdownload)$/i;

const PIECE = 1_048_576;

/**
 * The files that the paths mean, in one fixed order: as given, folders by name. Folders are walked whole, each once, also through links.
 * `-` is standard input. A path that was named itself is read even where a walk would skip it.
 */
export const filesAt = async (paths: readonly string[], stdin: () => Readable): Promise<Found> => {
  const walk = new Walk(stdin);
  for (const path of paths) await walk.named(path);
  return walk;
};

/** What tells a path apart from another spelling of it. A pipe that a shell made (`<(…)`) has no path but the link to it. */
const placeOf = async (path: string): Promise<string> => {
  try {
    return await realpath(path);
  } catch (error) {
    const what = await stat(path).catch(() => null);
    if (what === null) throw error;
    return `${what.dev} ${what.ino}`;
  }
};

class Walk implements Found {
  readonly objects: ByteObject[] = [];
  readonly skipped: Skipped[] = [];
  private readonly seen = new Set<string>();
  private readonly stdin: () => Readable;

  constructor(stdin: () => Readable) {
    this.stdin = stdin;
  }

  async named(path: string): Promise<void> {
    if (path !== '-') return this.visit(path, true);
    if (this.seen.has('-')) return;
    this.seen.add('-');
    this.objects.push({ name: 'standard input', read: () => readUnpacked(this.stdin()) });
  }

  private async visit(path: string, isNamed: boolean): Promise<void> {
    try {
      const real = await placeOf(path);
      if (this.seen.has(real)) return this.skip(path, 'the same as another path', false);
      this.seen.add(real);
      const what = await stat(path);
      if (what.isDirectory()) return await this.folder(path);
      if (what.isSocket() || what.isBlockDevice()) return this.skip(path, 'neither a file nor a pipe', true);
      // Nobody may ever write to it: reading would wait for good.
      if (!what.isFile() && !isNamed)
        return this.skip(path, 'a pipe or device in a folder: it is read when it is named itself', true);
      this.objects.push({ name: path, read: () => readUnpacked(createReadStream(path, { highWaterMark: PIECE })) });
    } catch (error) {
      const isLink = await lstat(path).then(
        (s) => s.isSymbolicLink(),
        () => false,
      );
      this.skip(path, isLink ? 'a link that leads nowhere' : sentence(error), true);
    }
  }

  private async folder(path: string): Promise<void> {
    const names = await readdir(path);
    // By code unit, not by language: equal runs give equal output everywhere.
    for (const name of names.sort()) {
      const inner = join(path, name);
      if (name.startsWith('.')) this.skip(inner, 'hidden', false);
      else if (LITTER.test(name)) this.skip(inner, 'left behind by another program', false);
      else await this.visit(inner, false);
    }
  }

  private skip(name: string, why: string, isProblem: boolean): void {
    this.skipped.push({ name, why, isProblem });
  }
}
