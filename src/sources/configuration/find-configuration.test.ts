import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { findConfiguration } from './find-configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-configuration-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const put = (path: string, text = ''): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};

put('prod/main.tf', 'module "net" {\n  source = "../modules/net"\n}\n');
put('prod/q.kql');
put('prod/rules/ci.json');
put('prod/.unmasq-audit.yaml');
put('prod/readme.md');
put('prod/.git/config.json');
put('prod/node_modules/a.json');
put('prod/.terraform/providers/x.json');
put(
  'prod/.terraform/modules/modules.json',
  JSON.stringify({
    Modules: [
      { Key: '', Dir: '.' },
      { Key: 'far', Dir: '.terraform/modules/far' },
    ],
  }),
);
put('prod/.terraform/modules/far/main.tf');
put('modules/net/main.tf', 'module "deep" {\n  source = "./deep"\n}\n');
put('modules/net/deep/main.tf');
put('modules/other/main.tf');
symlinkSync(join(folder, 'modules'), join(folder, 'prod/linked'));
symlinkSync(join(folder, 'prod'), join(folder, 'prod/rules/round'));

const look = async (paths: readonly string[], input = ''): Promise<Awaited<ReturnType<typeof findConfiguration>>> =>
  findConfiguration(
    paths.map((path) => (path === '-' ? path : join(folder, path))),
    () => Readable.from([Buffer.from(input)]),
  );
const short = (path: string): string => path.replace(`${folder}/`, '');

test('of a folder what may bear on monitoring, and the modules that it calls, wherever they are', async () => {
  const { files, unread, fetched } = await look(['prod']);
  expect(
    files
      .filter(({ isNamed }) => isNamed)
      .map(({ path }) => short(path))
      .sort(),
  ).toEqual(['prod/.unmasq-audit.yaml', 'prod/main.tf', 'prod/q.kql', 'prod/rules/ci.json']);
  expect(
    files
      .filter(({ isNamed }) => !isNamed)
      .map(({ path }) => short(path))
      .sort(),
  ).toEqual(['modules/net/deep/main.tf', 'modules/net/main.tf', 'prod/.terraform/modules/far/main.tf']);
  expect(unread).toEqual([]);
  expect([...(fetched.get(join(folder, 'prod')) ?? [])].map(([key, dir]) => [key, short(dir)])).toEqual([
    ['far', 'prod/.terraform/modules/far'],
  ]);
});

test('a file that is named brings the rest of its module', async () => {
  const { files } = await look(['modules/net/main.tf']);
  expect(files.map(({ path, isNamed, isExpected }) => [short(path), isNamed, isExpected])).toEqual([
    ['modules/net/main.tf', true, true],
    ['modules/net/deep/main.tf', false, false],
  ]);
});

test('a path twice, or with a slash behind it, is read once', async () => {
  const { files } = await look(['modules/other', 'modules/other/', 'modules/other/main.tf']);
  expect(files.map(({ path }) => short(path))).toEqual(['modules/other/main.tf']);
});

test('what is not there is told', async () => {
  const { files, unread } = await look(['nowhere']);
  expect(files).toEqual([]);
  expect(unread.map(({ path }) => short(path))).toEqual(['nowhere']);
});

test('standard input is one file', async () => {
  const { files } = await look(['-'], 'kind: Service\n');
  expect(files).toEqual([{ path: 'standard input', text: 'kind: Service\n', isNamed: true, isExpected: true }]);
});
