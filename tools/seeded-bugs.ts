import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SEEDED_BUGS, type SeededBug } from '../test/faults/seeded-bugs.ts';

/*
 * Makes each seeded bug in a copy of the tree, one at a time, and runs the tests that must notice: node tools/seeded-bugs.ts [PART OF A NAME]
 */
const ROOT = join(import.meta.dirname, '..');
mkdirSync(join(ROOT, 'build'), { recursive: true });
const COPY = mkdtempSync(join(ROOT, 'build', 'seeded-'));
process.on('exit', () => rmSync(COPY, { recursive: true, force: true }));

const COPIED = [
  'src',
  'test',
  'simulator',
  'lab',
  'bench',
  'deploy',
  'kql',
  'package.json',
  'vitest.config.ts',
  'tsconfig.base.json',
];
for (const name of COPIED) cpSync(join(ROOT, name), join(COPY, name), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));

const passes = ([file, name]: SeededBug['tests']): boolean => {
  const words = ['run', '--root', COPY, file, ...(name === '' ? [] : ['-t', name])];
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...words], {
    stdio: 'ignore',
    timeout: 240_000,
    killSignal: 'SIGKILL',
  });
  return status === 0;
};

const [part = ''] = process.argv.slice(2);
const asked = SEEDED_BUGS.filter(({ name }) => name.includes(part));
// Tests that fail anyhow notice nothing.
const broken = new Set(
  [...new Set(asked.map(({ tests }) => tests.join('\n')))].filter(
    (tests) => !passes(tests.split('\n') as [string, string]),
  ),
);
let caught = 0;
for (const { name, file, is, becomes, tests } of asked) {
  const path = join(COPY, file);
  const text = readFileSync(path, 'utf8');
  const places = text.split(is).length - 1;
  if (places !== 1 || broken.has(tests.join('\n'))) {
    console.log(
      `unusable  ${name}: ${places === 1 ? `${tests.join(' ')} fails without it` : `${file} has its place ${places} times`}`,
    );
    continue;
  }
  writeFileSync(
    path,
    text.replace(is, () => becomes),
  );
  const isCaught = !passes(tests);
  writeFileSync(path, text);
  if (isCaught) caught++;
  console.log(`${isCaught ? 'caught    ' : 'survived  '}${name}`);
}
console.log(`${caught} of ${asked.length} seeded bugs are caught`);
process.exitCode = caught === asked.length ? 0 : 1;
