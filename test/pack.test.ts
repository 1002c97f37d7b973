import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pack, type Released } from '../tools/pack.ts';
import { laidWith, packagesOf } from './released.ts';

/** What `npm run pack` makes: the same bytes wherever and by whomever, and all that the program needs. */

const root = join(import.meta.dirname, '..');
/** Below the checkout, so that its packages can be linked. */
mkdirSync(join(root, 'build'), { recursive: true });
const folder = mkdtempSync(join(root, 'build/pack-'));
/** Thousands of files are made, and go again. */
const LONG_MS = 300_000;
afterAll(() => rmSync(folder, { recursive: true, force: true }), LONG_MS);

/** Where there is no GNU tar, nothing is released. */
const hasGnuTar =
  (spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout as string | null)?.includes('GNU tar') ?? false;
const without = hasGnuTar ? '' : ' (skipped: tar here is not GNU tar)';

const URL = 'https://releases.example/v0.1.0';

let released: Released;
beforeAll(() => {
  if (hasGnuTar) released = pack(root, join(folder, 'first'), URL);
}, LONG_MS);

/** The same files in another folder, as somebody else would have them: other modes, times and owners, untracked files beside them. */
const anotherCheckout = (): string => {
  const to = join(mkdtempSync(join(folder, 'elsewhere-')), 'a checkout');
  execFileSync('git', ['clone', '--quiet', '--shared', '--no-checkout', root, to]);
  execFileSync('git', ['-C', to, 'reset', '--quiet'], { stdio: 'ignore' });
  const files = execFileSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  for (const path of files.split('\0').filter((one) => one !== '' && existsSync(join(root, one)))) {
    mkdirSync(join(to, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(to, path));
  }
  // What is not committed yet here is not tracked there.
  execFileSync('git', ['-C', to, 'add', '--all']);
  execFileSync('cp', ['-al', join(root, 'node_modules'), join(to, 'node_modules')]);
  execFileSync('chmod', ['-R', 'g+w', join(to, 'src')]);
  mkdirSync(join(to, 'src/left-behind'));
  cpSync(join(root, 'LICENSE'), join(to, 'src/left-behind/notes.txt'));
  return to;
};

test.skipIf(!hasGnuTar)(
  `two builds are one: another folder, umask, zone and language${without}`,
  { timeout: LONG_MS },
  () => {
    const from = anotherCheckout();
    const [dir, script] = [join(folder, 'second'), join(from, 'tools/pack.ts')];
    execFileSync(
      'sh',
      [
        '-c',
        'umask 077; exec "$0" --disable-warning=ExperimentalWarning "$@"',
        process.execPath,
        script,
        '--out',
        dir,
        '--url',
        URL,
      ],
      {
        env: { ...process.env, TZ: 'Asia/Kathmandu', LC_ALL: 'C.UTF-8', NODE_COMPILE_CACHE: '' },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const sums = (path: string): string => readFileSync(path, 'utf8');
    expect(sums(join(dir, 'unmasq-0.1.0.sha256'))).toBe(sums(released.sums));
  },
);

/** With the packages of its list of parts, and no others. */
const unpacked = (): string => {
  const to = join(folder, 'unpacked');
  if (existsSync(to)) return join(to, 'unmasq-0.1.0');
  mkdirSync(to);
  execFileSync('tar', ['-xzf', released.tarball, '-C', to]);
  const tree = join(to, 'unmasq-0.1.0');
  laidWith(tree, packagesOf(released.bom));
  return tree;
};

test.skipIf(!hasGnuTar)(
  `what is released runs with the packages of its list of parts alone${without}`,
  { timeout: LONG_MS },
  () => {
    const tree = unpacked();
    expect(existsSync(join(tree, 'build/ui/index.html'))).toBe(true);
    const ran = (...words: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', ...words], {
        cwd: tree,
        encoding: 'utf8',
      });
      return status === 0 ? stdout : `${status}: ${stderr}`;
    };
    expect(ran('demo', '--exit')).toContain('shop/checkout');
    expect(spawnSync('sh', ['tools/console.sh'], { cwd: tree, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(ran('simulate', '--out', mkdtempSync(join(folder, 'run-')), '--flows', '1000')).not.toMatch(/^\d+: /);
    expect(ran('audit', 'deploy/monitoring', '-o', 'json')).toContain('"kind": "Audit"');
    expect(ran('kql', 'check', 'kql/correlation-id.kql')).not.toMatch(/^\d+: /);
    expect(ran('generate', 'alerts', '--out', mkdtempSync(join(folder, 'generated-')))).not.toMatch(/^\d+: /);
  },
);

interface Plugin {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly homepage: string;
    readonly shortDescription: string;
    readonly platforms: readonly {
      readonly uri: string;
      readonly sha256: string;
      readonly files: readonly { readonly from: string; readonly to: string }[];
      readonly bin: string;
    }[];
  };
}

const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
const withoutKubectl = !hasGnuTar ? without : hasKubectl ? '' : ' (skipped: no kubectl here)';

test.skipIf(!hasGnuTar || !hasKubectl)(
  `what krew installs is a plugin that kubectl runs${withoutKubectl}`,
  { timeout: LONG_MS },
  () => {
    const { kind, metadata, spec } = parse(
      readFileSync(released.tarball.replace('.tar.gz', '.krew.yaml'), 'utf8'),
    ) as Plugin;
    const [platform] = spec.platforms as [Plugin['spec']['platforms'][number]];
    const { uri, sha256, files, bin } = platform;
    expect([kind, metadata.name, spec.version, spec.homepage]).toEqual(['Plugin', 'unmasq', 'v0.1.0', `${URL}/`]);
    // https://krew.sigs.k8s.io/docs/developer-guide/develop/best-practices
    expect(spec.shortDescription.length).toBeLessThanOrEqual(60);
    expect(uri).toBe(`${URL}/unmasq-0.1.0.tar.gz`);
    expect(sha256).toBe(createHash('sha256').update(readFileSync(released.tarball)).digest('hex'));
    expect(files).toEqual([{ from: 'unmasq-0.1.0/*', to: '.' }]);
    // Krew unpacks folders and plain files, nothing else.
    const listed = execFileSync('tar', ['-tvzf', released.tarball], { encoding: 'utf8', maxBuffer: 1 << 26 });
    expect(listed.split('\n').filter((line) => line !== '' && !/^[d-]/.test(line))).toEqual([]);
    const links = mkdtempSync(join(folder, 'links-'));
    symlinkSync(join(unpacked(), bin), join(links, 'kubectl-unmasq'));
    const kubectl = (...words: readonly string[]) =>
      spawnSync('kubectl', words, {
        encoding: 'utf8',
        env: { ...process.env, PATH: `${links}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` },
      });
    expect(kubectl('plugin', 'list').stdout).toContain(join(links, 'kubectl-unmasq'));
    expect(kubectl('unmasq', '--version')).toMatchObject({ status: 0, stdout: 'unmasq 0.1.0\n' });
    const refused = kubectl('unmasq', '-n', 'shop', 'flows', '--data', join(links, 'none'), '--verdict', 'sure');
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining('--verdict sure') as string });
  },
);

test.skipIf(!hasGnuTar)(`no test, no sample of a test and nothing of development is released${without}`, () => {
  const names = execFileSync('tar', ['-tzf', released.tarball], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n');
  expect(names.filter((name) => /\.test\.|\.contract\.|testdata|node_modules|\/(?:test|bench)\//.test(name))).toEqual(
    [],
  );
  expect(names.filter((name) => !name.startsWith('unmasq-0.1.0/') && name !== '')).toEqual([]);
});
