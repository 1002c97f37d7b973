import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { billOfMaterials, type Lock } from './bill-of-materials.ts';

/**
 * What is released of a checkout: `unmasq-VERSION.tar.gz`, its parts as CycloneDX beside it, and their SHA-256. The same commit gives the same
 * bytes: names are sorted, times are the commit's (or SOURCE_DATE_EPOCH, https://reproducible-builds.org/specs/source-date-epoch), owners are nobody's.
 *
 * Dependencies are not in it: package-lock.json says which, by hash, and tools/setup.sh fetches them. The engine alone has 500 MB, for one platform.
 */

/** What runs, what explains it and what deploys it. No tests, no samples of formats, and of the lab the one recording that the demo tells. */
const RELEASED = [
  'bin',
  'src',
  'simulator',
  'kql',
  'docs',
  'deploy',
  'lab/recorded/incident',
  'tools/fitting-node.sh',
  'tools/setup.sh',
  'tools/start.sh',
  'tools/console.sh',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
  ':(exclude)*.test.*',
  ':(exclude)*.contract.ts',
  ':(exclude)**/testdata/**',
];

export interface Released {
  /** Where each file was written. */
  readonly tarball: string;
  readonly bom: string;
  readonly sums: string;
  /** Paths that differ from the commit, or are not in it. */
  readonly changed: readonly string[];
}

const git = (root: string, ...words: readonly string[]): string =>
  execFileSync('git', ['-C', root, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const lockOf = (root: string): Lock => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;

/** Packages of which something is in the files of the console, as Vite tells it with their licences. */
const takenInto = (ui: string): readonly string[] =>
  (JSON.parse(readFileSync(join(ui, 'licenses.json'), 'utf8')) as readonly { readonly name: string }[]).map(
    ({ name }) => name,
  );

/** Seconds since the epoch that everything in the release is dated by. */
const dateOf = (root: string): number => {
  const said = process.env['SOURCE_DATE_EPOCH'] ?? git(root, 'log', '-1', '--format=%ct').trim();
  if (!/^\d+$/.test(said)) throw new Error(`SOURCE_DATE_EPOCH=${said}: expected seconds since the epoch`);
  return Number(said);
};

/**
 * The checkout at `root` as files below `to`.
 * @param url of the folder that they can be had from, for krew; null: nobody asks for it there
 */
export const pack = (root: string, to: string, url: string | null): Released => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const name = `unmasq-${version}`;
  const date = dateOf(root);
  const work = mkdtempSync(join(tmpdir(), 'unmasq-pack-'));
  try {
    const tree = join(work, name);
    const files = git(root, 'ls-files', '-z', '--', ...RELEASED)
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path)));
    for (const path of files) {
      mkdirSync(join(tree, dirname(path)), { recursive: true });
      cpSync(join(root, path), join(tree, path), { verbatimSymlinks: true });
    }
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/vite/bin/vite.js'),
        'build',
        'ui',
        '--logLevel',
        'warn',
        '--outDir',
        join(tree, 'build/ui'),
      ],
      // Whatever the caller's says, others' code is taken in as it is for production: it would hold paths of this machine else.
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } },
    );
    mkdirSync(to, { recursive: true });
    const tarball = gzipSync(tarOf(work, name, date), { level: 9 });
    const written: Readonly<Record<string, Buffer>> = {
      [`${name}.tar.gz`]: tarball,
      [`${name}.cdx.json`]: Buffer.from(billOfMaterials(lockOf(root), takenInto(join(tree, 'build/ui')), date)),
      ...(url === null ? {} : { [`${name}.krew.yaml`]: Buffer.from(pluginOf(root, version, url, sha256(tarball))) }),
    };
    for (const [file, bytes] of Object.entries(written)) writeFileSync(join(to, file), bytes);
    const sums = join(to, `${name}.sha256`);
    // As `sha256sum --check` reads it.
    writeFileSync(
      sums,
      Object.entries(written)
        .map(([file, bytes]) => `${sha256(bytes)}  ${file}\n`)
        .join(''),
    );
    const changed = git(root, 'status', '--porcelain', '--', ...RELEASED)
      .split('\n')
      .filter((line) => line !== '');
    return { tarball: join(to, `${name}.tar.gz`), bom: join(to, `${name}.cdx.json`), sums, changed };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** deploy/krew/unmasq.yaml of this release. */
const pluginOf = (root: string, version: string, url: string, sum: string): string =>
  readFileSync(join(root, 'deploy/krew/unmasq.yaml'), 'utf8')
    .replace(/^#.*\n/, '')
    .replaceAll('SHA256', sum)
    .replaceAll('VERSION', version)
    .replaceAll(/(?<= )URL/g, url.endsWith('/') ? url : `${url}/`);

/** GNU tar, told everything that it would take from this machine: order, times, owners, modes (https://reproducible-builds.org/docs/archives). */
const tarOf = (folder: string, name: string, date: number): Buffer => {
  const told = ['--sort=name', `--mtime=@${date}`, '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  // Paths of flow logs are longer than ustar has room for.
  const long = ['--format=pax', '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime'];
  return execFileSync('tar', [...told, ...long, '-C', folder, '-c', name], {
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1 << 30,
  });
};

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..');
  const { values } = parseArgs({ options: { out: { type: 'string' }, url: { type: 'string' } } });
  const made = join(root, 'build/release');
  // What an earlier version left there is none of this one.
  if (values.out === undefined) rmSync(made, { recursive: true, force: true });
  const to = resolve(values.out ?? made);
  const { sums, changed } = pack(root, to, values.url ?? null);
  if (changed.length > 0)
    console.error(`note: not as committed, so nobody else gets the same bytes:\n${changed.join('\n')}`);
  console.log(`${basename(to)}: ${to}\n${readFileSync(sums, 'utf8').trimEnd()}`);
}
