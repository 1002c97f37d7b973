import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeWhole } from './decode-whole.ts';

/**
 * Each `<case>.in.<ext>` in a testdata folder is recognised and decoded, and what came out is compared with `<case>.out.json`.
 * `UPDATE=1` rewrites the outputs: review the difference as you would review code.
 */
const root = join(import.meta.dirname, '..');
const update = process.env['UPDATE'] === '1';
const inputs = globSync('src/**/testdata/*.in.*', { cwd: root }).sort();

test.each(inputs)('%s', (input) => {
  const path = join(root, input);
  const expected = join(dirname(path), basename(path).replace(/\.in\.[^.]+$/, '.out.json'));
  const actual = `${JSON.stringify(decodeWhole(readFileSync(path), basename(path)), null, 2)}\n`;
  if (update) writeFileSync(expected, actual);
  expect(existsSync(expected), 'has no .out.json: run with UPDATE=1 and read what it says').toBe(true);
  expect(actual).toBe(readFileSync(expected, 'utf8'));
});

test('there are cases', () => {
  expect(inputs.length).toBeGreaterThan(0);
});

test('no output is left without its input', () => {
  const outputs = globSync('src/**/testdata/*.out.json', { cwd: root });
  const orphans = outputs.filter(
    (output) => !inputs.some((input) => input.startsWith(output.replace(/out\.json$/, 'in.'))),
  );
  expect(orphans).toEqual([]);
});
