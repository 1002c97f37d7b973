import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropUnfinished, saveTogether } from './files-together.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unmasq-together-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = (...names: readonly string[]) => names.map((name) => ({ path: join(folder, name), text: `new ${name}` }));
const there = () =>
  Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

test('all are there', async () => {
  writeFileSync(join(folder, 'b.tf'), 'old');
  await saveTogether(files('a.tf', 'b.tf'));
  expect(there()).toEqual({ 'a.tf': 'new a.tf', 'b.tf': 'new b.tf' });
});

test.each<[string, string, () => void]>([
  ['is a folder', 'c.tf', () => mkdirSync(join(folder, 'c.tf'))],
  ['is in a folder that is not there', 'no/c.tf', () => undefined],
  // found out only when the others have been put in their places
  ['is on a disk that is full', 'c.tf', () => symlinkSync('/dev/full', join(folder, 'c.tf'))],
])('where one %s nothing is written, and nothing half is left', async (_, name, prepare) => {
  prepare();
  writeFileSync(join(folder, 'b.tf'), 'old');
  await expect(saveTogether(files('a.tf', 'b.tf', name, 'd.tf'))).rejects.toThrow(/c\.tf: /);
  expect(there()).toEqual({ 'b.tf': 'old' });
});

test('what a run that was killed left is taken away, and nothing else', async () => {
  for (const name of ['a.tf.12.part', 'b.yaml.3.part', 'a.tf', 'a.part', 'notes.part', '12.part'])
    writeFileSync(join(folder, name), name);
  await dropUnfinished(folder);
  expect(readdirSync(folder).sort()).toEqual(['12.part', 'a.part', 'a.tf', 'notes.part']);
});
