import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EQUIVALENT } from './known.ts';
import { SAMPLE } from './sample.ts';
import { mutantsOf } from './slips.ts';

const ROOT = new URL('../../', import.meta.url);
const sample = SAMPLE.filter(([file]) => file.endsWith('.ts'));

test('a sample of slips in the code is noticed by the tests that are about it', { timeout: 120_000 }, () => {
  const told = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'tools/mutants.ts', '--sample'],
    { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  expect(told).not.toContain('survived  ');
  expect([...told.matchAll(/, (\d+) caught/g)].reduce((sum, [, caught]) => sum + Number(caught), 0)).toBe(
    sample.length,
  );
});

test.each([
  ['sample', SAMPLE],
  ['list of those that cannot matter', EQUIVALENT],
])('every slip of the %s is one that its file allows', (_, list) => {
  const gone = list.filter(
    ([file, change]) =>
      change !== '*' &&
      !mutantsOf(file, readFileSync(new URL(file, ROOT), 'utf8').trim()).some(({ name }) => name === change),
  );
  expect(gone).toEqual([]);
});
