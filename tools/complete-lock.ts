/**
 * Adds to package-lock.json the packages of other platforms that npm left out.
 *
 * npm writes an optional dependency into the lock only if the registry could show it. A mirror that carries the packages of one
 * platform makes a lock that `npm ci` then refuses ("Missing: … from lock file"), and that installs no engine on any other.
 * Each such dependency names an exact version, and its own name says where it runs, so its entry can be written without asking.
 * It has no integrity hash; npm adds that when it first sees the package. Run after `npm install` of something new.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

export type Packages = Readonly<Record<string, Entry>>;

const SYSTEMS = new Set([
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]);
const PROCESSORS = new Set(['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']);

/** Optional dependencies that the lock names and does not hold: name, version, and whether only development needs it. */
export const leftOut = (
  packages: Packages,
): ReadonlyMap<string, { readonly version: string; readonly dev: boolean }> => {
  const missing = new Map<string, { version: string; dev: boolean }>();
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const isHeld = `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      if (!isHeld) missing.set(name, { version, dev: entry.dev === true && missing.get(name)?.dev !== false });
    }
  }
  return missing;
};

/** Where a package runs, by the words of its name: `@oxlint/binding-linux-arm64-musl`. */
const platformOf = (name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> => {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.has(word));
  const cpu = words.filter((word) => PROCESSORS.has(word));
  const libc = words.flatMap((word) => (word.startsWith('musl') ? ['musl'] : word.startsWith('gnu') ? ['glibc'] : []));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`the name ${name} does not say where the package runs`);
  return { os, cpu, ...(libc.length > 0 && { libc }) };
};

export const complete = (packages: Packages): Packages => {
  const added = [...leftOut(packages)].map(([name, { version, dev }]): [string, Entry] => {
    if (!/^\d/.test(version)) throw new Error(`${name} is wanted as ${version}: that is no exact version`);
    return [`node_modules/${name}`, { version, ...(dev && { dev }), optional: true, ...platformOf(name) }];
  });
  return Object.fromEntries([...Object.entries(packages), ...added].toSorted(([a], [b]) => a.localeCompare(b, 'en')));
};

if (process.argv[1] === import.meta.filename) {
  const path = join(import.meta.dirname, '../package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Packages };
  const count = leftOut(lock.packages).size;
  if (count > 0) writeFileSync(path, `${JSON.stringify({ ...lock, packages: complete(lock.packages) }, null, 2)}\n`);
  console.log(`${count} packages added`);
}
