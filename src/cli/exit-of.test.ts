import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exitOf } from './exit-of.ts';

test.each<[string, boolean, boolean, boolean, number]>([
  ['nothing found, and nothing missing', false, true, false, 0],
  ['the same, strictly', false, true, true, 0],
  ['something is missing', false, false, false, 0],
  ['something is missing, strictly', false, false, true, 5],
  ['a finding', true, true, false, 3],
  ['a finding, strictly', true, true, true, 3],
  ['a finding, and something is missing', true, false, false, 3],
  ['a finding, and something is missing, strictly: what was found is sure', true, false, true, 3],
])('%s', (_, isFound, isWhole, strict, code) => {
  expect(exitOf({ strict }, { isFound, isWhole })).toBe(code);
});

test('no command decides by itself what --strict does', () => {
  const files = globSync('src/cli/**/*.ts').filter((file) => !/exit-of|\.test\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => /EXIT\.incomplete|globals\.strict/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
