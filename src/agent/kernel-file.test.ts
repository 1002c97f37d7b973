import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readKernelFile } from './kernel-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'unmasq-kernel-file-'));

test.each([0, 1, 16_383, 16_384, 16_385, 100_000, 7])(
  'a file of %d bytes is read whole, whatever was read before',
  (size) => {
    const path = join(folder, 'file');
    const text = Array.from({ length: size }, (_, n) => n % 10).join('');
    writeFileSync(path, text);
    expect(readKernelFile(path)).toBe(text);
  },
);

test('a file that says it has no bytes has some', () => {
  expect(readKernelFile('/proc/self/net/dev')).toContain('lo:');
  expect(readKernelFile('/proc/self/limits')).toBe(readFileSync('/proc/self/limits', 'utf8'));
});

test('what is not there, or is none, is null', () => {
  expect(readKernelFile(join(folder, 'none'))).toBe(null);
  expect(readKernelFile(folder)).toBe(null);
  rmSync(folder, { recursive: true });
});
