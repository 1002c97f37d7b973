import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complete, leftOut, type Packages } from './complete-lock.ts';

const tool = (optionalDependencies: Readonly<Record<string, string>>): Packages => ({
  'node_modules/tool': { version: '1.0.0', dev: true, optionalDependencies },
});

test('package-lock.json holds the packages of every platform: else npm ci refuses it (node tools/complete-lock.ts)', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as {
    packages: Packages;
  };
  expect([...leftOut(lock.packages).keys()]).toEqual([]);
});

test('what was left out is added, in order, with where it runs', () => {
  const packages = tool({ '@tool/linux-arm64-musl': '1.0.0', '@tool/darwin-x64': '1.0.0' });
  expect(Object.entries(complete(packages))).toEqual([
    ['node_modules/@tool/darwin-x64', { version: '1.0.0', dev: true, optional: true, os: ['darwin'], cpu: ['x64'] }],
    [
      'node_modules/@tool/linux-arm64-musl',
      { version: '1.0.0', dev: true, optional: true, os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
    ],
    ['node_modules/tool', packages['node_modules/tool']],
  ]);
});

test('a complete lock stays as it is', () => {
  const once = complete(tool({ '@tool/win32-x64': '1.0.0' }));
  expect(complete(once)).toEqual(once);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['a range', { '@tool/linux-x64': '^1.0.0' }, 'no exact version'],
  ['a name without a platform', { extra: '1.0.0' }, 'does not say where'],
])('%s is not guessed', (_, optional, why) => {
  expect(() => complete(tool(optional))).toThrow(why);
});
