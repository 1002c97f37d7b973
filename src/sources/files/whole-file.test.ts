import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wholeFile } from './whole-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unmasq-whole-'));
  path = join(folder, 'page.html');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was there before stays until all of the new is there', async () => {
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  const file = await wholeFile(path);
  expect(readFileSync(path, 'utf8')).toBe('old');
  await file.save('new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['page.html']);
});

test('what is dropped leaves nothing behind, and what was there as it was', async () => {
  await (await wholeFile(path)).drop();
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(path, 'old');
  await (await wholeFile(path)).drop();
  expect(readFileSync(path, 'utf8')).toBe('old');
});

test('a link is followed and stays one', async () => {
  const target = join(folder, 'target.html');
  writeFileSync(target, 'old');
  symlinkSync(target, path);
  await (await wholeFile(path)).save('new');
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('new');
});

test('a device is written to and stays one', async () => {
  await (await wholeFile('/dev/null')).save('gone');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test.each<[string, string, RegExp]>([
  ['a folder', '.', /^it is a folder$/],
  ['below a folder that is not there', 'no/page.html', /ENOENT.*\/no\/page\.html'$/],
])('what is %s is refused before any work is done', async (_, name, why) => {
  await expect(wholeFile(join(folder, name))).rejects.toThrow(why);
  expect(existsSync(join(folder, 'no'))).toBe(false);
});

test('where it cannot be renamed, nothing half is left', async () => {
  const file = await wholeFile(path);
  rmSync(folder, { recursive: true });
  await expect(file.save('new')).rejects.toThrow(/page\.html'/);
  expect(existsSync(path)).toBe(false);
});
