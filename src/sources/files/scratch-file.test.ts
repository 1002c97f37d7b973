import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scratchFile } from './scratch-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-scratch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what was added is read from anywhere, also between two additions, and is gone after closing', async () => {
  const path = join(folder, 'a');
  const scratch = await scratchFile(path, async () => rmSync(path));
  const bytes = Buffer.from('abc');
  await scratch.append(bytes);
  bytes.fill(0);
  await scratch.append(Buffer.from('defg'));
  const into = Buffer.alloc(4);
  await scratch.read(1, into);
  expect(into.toString()).toBe('bcde');
  await scratch.append(Buffer.from('h'));
  await scratch.read(4, into);
  expect(into.toString()).toBe('efgh');
  await expect(scratch.read(5, into)).rejects.toThrow(/ends before 9/);
  await scratch.close();
  expect(existsSync(path)).toBe(false);
});

test('a file that is there is not written over', async () => {
  const path = join(folder, 'b');
  const scratch = await scratchFile(path, async () => undefined);
  await expect(scratchFile(path, async () => undefined)).rejects.toThrow(/EEXIST/);
  await scratch.close();
});
