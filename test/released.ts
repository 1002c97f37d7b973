import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A release as whoever unpacks it has it. */

const root = join(import.meta.dirname, '..');

interface Listed {
  readonly name: string;
  readonly version: string;
}

/** The packages that a list of parts names. */
export const packagesOf = (bom: string): readonly Listed[] =>
  (JSON.parse(readFileSync(bom, 'utf8')) as { readonly components: readonly Listed[] }).components;

const WITHIN = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/;

/** Links those of the packages that are installed here into `tree`, which is on the same disk: as `npm ci --omit=dev` would from the registry. */
export const laidWith = (tree: string, packages: readonly Listed[]): void => {
  const wanted = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>;
  };
  const paths = Object.entries(lock.packages)
    .filter(([path, { version }]) => wanted.has(`${WITHIN.exec(path)?.[1]}@${version}`) && existsSync(join(root, path)))
    .map(([path]) => path);
  for (const path of paths) {
    mkdirSync(join(tree, dirname(path)), { recursive: true });
    execFileSync('cp', ['-al', '--no-target-directory', join(root, path), join(tree, path)]);
  }
  writeFileSync(join(tree, 'node_modules/.package-lock.json'), '{}');
};
