import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVitest } from 'vitest/node';
import { EQUIVALENT } from '../test/mutants/known.ts';
import { SAMPLE } from '../test/mutants/sample.ts';
import { isListed, type Mutant, mutantsOf } from '../test/mutants/slips.ts';

/*
 * Would the tests notice a slip? Each file that attribution is made of, with one token changed, must fail a test that is about it, or
 * stand in the list of those that cannot matter. The changed text goes into a copy of the tree: node tools/mutants.ts [--sample] [PATH…]
 */
const ROOT = join(import.meta.dirname, '..');
mkdirSync(join(ROOT, 'build'), { recursive: true });
const COPY = mkdtempSync(join(ROOT, 'build', 'mutants-'));
process.on('exit', () => rmSync(COPY, { recursive: true, force: true }));

/** Which tests are about which files. */
const PARTS: readonly { readonly tests: readonly string[]; readonly files: readonly string[] }[] = [
  ...['flow-behind', 'skew', 'pod-told', 'span-tree'].map((name) => ({
    tests: [`src/core/trace/${name}.test.ts`],
    files: [`src/core/trace/${name}.ts`],
  })),
  {
    tests: ['attribute', 'relay', 'tuple', 'flow', 'translation', 'lease', 'leases-from', 'clock', 'world'].map(
      (name) => `src/core/attribution/${name}.test.ts`,
    ),
    files: ['attribute', 'relay', 'tuple', 'flow', 'translation', 'lease', 'clock', 'world'].map(
      (name) => `src/core/attribution/${name}.ts`,
    ),
  },
  ...['plain', 'tuples', 'key-numbers', 'windows'].map((name) => ({
    tests: [`src/store/attribution/${name}.test.ts`],
    files: [`src/store/attribution/${name}.ts`],
  })),
  ...['flow-rows', 'flow-totals'].map((name) => ({
    tests: [`src/store/attribution/${name}.test.ts`, 'test/verdicts.test.ts'],
    files: [`src/store/attribution/${name}.ts`],
  })),
  {
    tests: ['test/verdicts.test.ts'],
    files: ['attribute-tuples', 'address-texts', 'verdicts'].map((name) => `src/store/attribution/${name}.ts`),
  },
];

const isSample = process.argv.includes('--sample');
// Fewer random worlds than the test itself tries: what hundreds do not tell apart, thousands seldom do.
process.env['VERDICT_RUNS'] ??= isSample ? '300' : '800';
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isAsked = (mutant: Mutant): boolean =>
  isSample ? isListed(SAMPLE, mutant) : paths.length === 0 || paths.some((path) => mutant.file.includes(path));

for (const name of ['src', 'test', 'tsconfig.base.json'])
  cpSync(join(ROOT, name), join(COPY, name), { recursive: true });
// A slip in the step of a loop never ends, and nothing in its own thread could notice.
writeFileSync(
  join(COPY, 'watchdog.ts'),
  `import { Worker } from 'node:worker_threads';
   new Worker("setTimeout(() => process.kill(process.pid, 'SIGKILL'), 45000)", { eval: true }).unref();`,
);

const vitest = await createVitest({
  root: COPY,
  config: false,
  watch: false,
  include: ['{src,test}/**/*.test.ts'],
  setupFiles: [join(COPY, 'watchdog.ts')],
  pool: 'forks',
  isolate: false,
  maxWorkers: 1,
  bail: 1,
  testTimeout: 120_000,
  reporters: [{}],
});
await vitest.standalone();
const project = vitest.getRootProject();

/** Whether the tests pass with the files as they are. */
const passes = async (tests: readonly string[]): Promise<boolean> => {
  const specifications = tests.map((test) => project.createSpecification(join(COPY, test)));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, true);
  const run = testModules.filter(({ moduleId }) => specifications.some((asked) => asked.moduleId === moduleId));
  return unhandledErrors.length === 0 && run.length === tests.length && run.every((module) => module.ok());
};

const isNoticed = async ({ file, text }: Mutant, tests: readonly string[]): Promise<boolean> => {
  const path = join(COPY, file);
  const right = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  vitest.invalidateFile(path);
  const noticed = !(await passes(tests));
  writeFileSync(path, right);
  vitest.invalidateFile(path);
  return noticed;
};

let survivors = 0;
for (const { tests, files } of PARTS) {
  const all = files.map((file) => ({ file, mutants: mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')) }));
  if (!all.some(({ mutants }) => mutants.some(isAsked))) continue;
  if (!isSample && !(await passes(tests))) throw new Error(`these tests fail with no slip at all: ${tests.join(' ')}`);
  for (const { file, mutants } of all) {
    const asked = mutants.filter(isAsked);
    if (asked.length === 0) continue;
    const tried = asked.filter((mutant) => !isListed(EQUIVALENT, mutant));
    let caught = 0;
    for (const mutant of tried) {
      if (await isNoticed(mutant, tests)) caught++;
      else console.log(`survived  ${file}:${mutant.line}  ${mutant.name}`);
    }
    survivors += tried.length - caught;
    console.log(
      `${file}: ${asked.length} slips, ${caught} caught, ${asked.length - tried.length} cannot matter, ${tried.length - caught} survived`,
    );
  }
}
await vitest.close();
process.exitCode = survivors === 0 ? 0 : 1;
