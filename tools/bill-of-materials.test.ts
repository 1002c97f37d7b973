import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { billOfMaterials, type Lock } from './bill-of-materials.ts';

interface Bom {
  readonly components: readonly { readonly 'bom-ref': string; readonly scope: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
const told = (lock: Lock, bundled: readonly string[] = []): Bom => JSON.parse(billOfMaterials(lock, bundled, 0)) as Bom;

const lock: Lock = {
  name: 'unmasq',
  version: '1.0.0',
  packages: {
    '': { dependencies: { a: '^1', '@s/b': '^1' }, optionalDependencies: { engine: '1' } },
    'node_modules/a': { version: '1.0.0', dependencies: { shared: '^1' }, license: '(MIT AND ISC)' },
    'node_modules/@s/b': { version: '1.0.0', dependencies: { shared: '^2' }, license: 'MIT' },
    'node_modules/@s/b/node_modules/shared': { version: '2.0.0' },
    'node_modules/shared': { version: '1.0.0', integrity: 'sha512-AP8=' },
    'node_modules/engine': { version: '1.0.0', optional: true },
    'node_modules/react': { version: '19.0.0', dev: true, dependencies: { tests: '^1' } },
    'node_modules/tests': { version: '1.0.0', dev: true },
  },
};

test('what is installed and what is in the console is listed, and nothing of development', () => {
  expect(told(lock, ['react']).components.map((one) => `${one['bom-ref']} ${one.scope}`)).toEqual([
    '@s/b@1.0.0 required',
    'a@1.0.0 required',
    'engine@1.0.0 optional',
    'react@19.0.0 required',
    'shared@1.0.0 required',
    'shared@2.0.0 required',
  ]);
});

test('each needs the version that Node finds from it', () => {
  expect(new Map(told(lock, ['react']).dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))).toEqual(
    new Map([
      ['@s/b@1.0.0', ['shared@2.0.0']],
      ['a@1.0.0', ['shared@1.0.0']],
      ['engine@1.0.0', []],
      ['react@19.0.0', []],
      ['shared@1.0.0', []],
      ['shared@2.0.0', []],
      ['unmasq@1.0.0', ['@s/b@1.0.0', 'a@1.0.0', 'engine@1.0.0']],
    ]),
  );
});

test('hashes are hexadecimal, and licences that are several are an expression', () => {
  const [, a, , , shared] = told(lock).components as readonly object[];
  expect(a).toMatchObject({ licenses: [{ expression: '(MIT AND ISC)' }] });
  expect(told(lock).components.at(-2)).toMatchObject({ hashes: [{ alg: 'SHA-512', content: '00ff' }] });
  expect(shared).toMatchObject({ purl: 'pkg:npm/shared@2.0.0' });
});

test('a package of the console that is not locked ends it', () => {
  expect(() => billOfMaterials(lock, ['vue'], 0)).toThrow(
    'in the console and not in package-lock.json: node_modules/vue',
  );
});

test('every package of the lock file that is not of development alone is a part of the release', () => {
  const own = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as Lock;
  const expected = Object.entries(own.packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
  const bom = told(own);
  expect(new Set(bom.components.map((one) => one['bom-ref']))).toEqual(new Set(expected));
  const refs = new Set(bom.dependencies.map(({ ref }) => ref));
  expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
});
