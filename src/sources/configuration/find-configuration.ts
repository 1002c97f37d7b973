import { compareText } from '../../base/compare-text.ts';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { sentence } from '../files/sentence.ts';

export interface FoundFile {
  readonly path: string;
  readonly text: string;
  readonly isNamed: boolean;
  readonly isExpected: boolean;
}

export interface FoundConfiguration {
  readonly files: readonly FoundFile[];
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  readonly fetched: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Files that may say something of monitoring. Others of a folder are nobody's business here. */
const WANTED = /\.(?:tf|tofu|tfvars|json|ya?ml|kql|csl)$/i;
export const isWanted = (name: string): boolean => WANTED.test(name) && name !== '.terraform.lock.hcl';
export const NOT_ENTERED: ReadonlySet<string> = new Set([
  '.git',
  '.terraform',
  '.terragrunt-cache',
  'node_modules',
  '.venv',
  'vendor',
]);
const STANDARD_INPUT = 'standard input';

/** Whoever names a whole disk is told so, and waits no longer. */
const MOST_FILES = 20_000;
/** A plan of a large configuration has some 30 MB; what people write has less. */
const LONGEST_NAMED = 256 * 1_048_576;
const LONGEST_FOUND = 8 * 1_048_576;

/** The files of a configuration: of folders those that may bear on monitoring, and the modules that they call from beside them. */
export const findConfiguration = async (
  paths: readonly string[],
  stdin: () => Readable,
): Promise<FoundConfiguration> => {
  const walk = new Walk(stdin);
  for (const path of paths) await walk.named(path);
  await walk.called();
  return walk;
};

const slashed = (path: string): string => path.replaceAll('\\', '/').replace(/^\.\/(?=.)/, '');

const parentOf = (path: string): string => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash) || '/';
};

class Walk implements FoundConfiguration {
  readonly files: FoundFile[] = [];
  readonly unread: { path: string; why: string }[] = [];
  readonly fetched = new Map<string, ReadonlyMap<string, string>>();
  private readonly seen = new Set<string>();
  private readonly stdin: () => Readable;

  constructor(stdin: () => Readable) {
    this.stdin = stdin;
  }

  async named(given: string): Promise<void> {
    if (given === '-') return this.standardInput();
    const path = given.replace(/(?<=.)[/\\]+$/, '');
    try {
      const what = await stat(path);
      if (what.isDirectory()) return await this.folder(path);
      await this.file(path, { isNamed: true, isExpected: true }, LONGEST_NAMED);
      const settings = join(parentOf(slashed(path)), '.unmasq-audit.yaml');
      await this.file(settings, { isNamed: false, isExpected: false }, LONGEST_FOUND).catch(() => undefined);
      // one file of a module means little without the others
      if (/\.(?:tf|tofu|tf\.json)$/.test(path)) await this.module(parentOf(slashed(path)));
    } catch (error) {
      this.unread.push({ path, why: sentence(error) });
    }
  }

  /** Modules that lie beside what was named, and those that they call in turn. */
  async called(): Promise<void> {
    for (let i = 0; i < this.files.length && this.files.length < MOST_FILES; i += 1) {
      const { path, text } = this.files[i] as FoundFile;
      if (!/\.(?:tf|tofu)$/.test(path)) continue;
      for (const [, source = ''] of text.matchAll(/\bsource\s*=\s*"(\.\.?\/[^"\n]{1,500})"/g))
        await this.module(slashed(join(parentOf(path), source)));
    }
  }

  private async standardInput(): Promise<void> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of this.stdin()) {
      const bytes = Buffer.from(piece as Uint8Array);
      length += bytes.length;
      if (length > LONGEST_NAMED) {
        this.unread.push({ path: STANDARD_INPUT, why: 'it is longer than is read' });
        return;
      }
      pieces.push(bytes);
    }
    this.files.push({
      path: STANDARD_INPUT,
      text: Buffer.concat(pieces).toString('utf8'),
      isNamed: true,
      isExpected: true,
    });
  }

  private async folder(path: string): Promise<void> {
    const real = await realpath(path);
    if (this.seen.has(real)) return;
    this.seen.add(real);
    await this.fetchedBelow(path);
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
      const inner = join(path, entry.name);
      if (this.files.length >= MOST_FILES) {
        this.unread.push({ path: inner, why: `more than ${MOST_FILES} files: name a smaller folder` });
        return;
      }
      try {
        // a link is not followed in a walk: it may lead out of what was named, or round in a circle
        if (entry.isDirectory()) {
          if (!NOT_ENTERED.has(entry.name)) await this.folder(inner);
        } else if (entry.isFile() && isWanted(entry.name))
          await this.file(inner, { isNamed: true, isExpected: false }, LONGEST_FOUND);
      } catch (error) {
        this.unread.push({ path: slashed(inner), why: sentence(error) });
      }
    }
  }

  private async file(path: string, how: Pick<FoundFile, 'isNamed' | 'isExpected'>, longest: number): Promise<void> {
    const real = await realpath(path);
    if (this.seen.has(real)) return;
    this.seen.add(real);
    const { size } = await stat(path);
    if (size > longest) this.unread.push({ path: slashed(path), why: `it is longer than ${longest / 1_048_576} MiB` });
    else this.files.push({ path: slashed(path), text: await readFile(path, 'utf8'), ...how });
  }

  private async module(folder: string): Promise<void> {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names.toSorted(compareText)) {
      const inner = slashed(join(folder, name));
      if (!/\.(?:tf|tofu|tf\.json)$/.test(name)) continue;
      const isFile = await lstat(inner).then(
        (what) => what.isFile(),
        () => false,
      );
      if (isFile) await this.file(inner, { isNamed: false, isExpected: false }, LONGEST_FOUND).catch(() => undefined);
    }
  }

  /** What `terraform init` fetched for the root in a folder: https://developer.hashicorp.com/terraform/language/modules */
  private async fetchedBelow(folder: string): Promise<void> {
    const text = await readFile(join(folder, '.terraform/modules/modules.json'), 'utf8').catch(() => null);
    if (text === null) return;
    const places = placesIn(text).map(({ key, dir }) => [key, slashed(join(folder, dir))] as const);
    this.fetched.set(slashed(folder) === '.' ? '' : slashed(folder), new Map(places));
    for (const [, dir] of places) if (dir.includes('.terraform/modules/')) await this.module(dir);
  }
}

const placesIn = (text: string): readonly { readonly key: string; readonly dir: string }[] => {
  try {
    const { Modules } = JSON.parse(text) as { readonly Modules?: readonly unknown[] };
    return (Array.isArray(Modules) ? Modules : []).flatMap((one: unknown) => {
      const { Key, Dir } = (one ?? {}) as { readonly Key?: unknown; readonly Dir?: unknown };
      return typeof Key === 'string' && Key !== '' && typeof Dir === 'string' ? [{ key: Key, dir: Dir }] : [];
    });
  } catch {
    return [];
  }
};
