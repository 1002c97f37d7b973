import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Who may import whom is said three times: in ARCHITECTURE.md for people, in each tsconfig.json for the compiler, in .oxlintrc.json
 * with a sentence for whoever runs into it. The table is the rule; the other two are held to it here.
 */
const root = join(import.meta.dirname, '..');
const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));

interface Row {
  readonly folder: string;
  readonly mayImport: readonly string[];
  readonly isPure: boolean;
}

const words = (cell: string): string[] => cell.split(',').map((word) => word.replaceAll('`', '').trim());

const tableOf = (markdown: string): readonly Row[] => {
  const lines = markdown.split('\n').map((line) => line.trim());
  const head = lines.findIndex((line) => /^\| *folder *\| *may import *\| *sees *\|$/.test(line));
  const rest = lines.slice(head + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end < 0 ? rest.length : end).flatMap((line) => {
    const [folders = '', may = '', sees = ''] = line.split('|').slice(1, -1);
    const mayImport = words(may).filter((word) => word !== '—' && word !== '');
    return words(folders).map((folder) => ({ folder, mayImport, isPure: sees.trim().startsWith('ES') }));
  });
};

const table = tableOf(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const built = folders.filter((folder) => existsSync(join(root, 'src', folder, 'tsconfig.json')));
const rowOf = (folder: string): Row | undefined => table.find((row) => row.folder === folder);

interface TsConfig {
  readonly compilerOptions: { readonly types: readonly string[] };
  readonly references: readonly { readonly path: string }[];
}

test('the table is there', () => {
  expect(rowOf('base')).toEqual({ folder: 'base', mayImport: [], isPure: true });
});

test.each(folders)('src/%s has a row in the table and a tsconfig.json', (folder) => {
  expect(rowOf(folder), `${folder} is missing in ARCHITECTURE.md, "Who may import whom"`).toBeDefined();
  expect(built).toContain(folder);
});

test.each(built)('src/%s/tsconfig.json lets in what the table lets in', (folder) => {
  const config = json(`src/${folder}/tsconfig.json`) as TsConfig;
  const row = rowOf(folder);
  // A folder that is not built yet cannot be referenced.
  const allowed = row?.mayImport.filter((other) => built.includes(other));
  const referenced = config.references.map(({ path }) => posix.relative('src', posix.join('src', folder, path)));
  expect(referenced.toSorted()).toEqual(allowed?.toSorted());
  expect(config.compilerOptions.types).toEqual(row?.isPure ? [] : ['node']);
});

test('simulator/tsconfig.json lets in what the table lets in', () => {
  const { references } = json('simulator/tsconfig.json') as TsConfig;
  const referenced = references.map(({ path }) => posix.relative('../src', path));
  expect(referenced.toSorted()).toEqual(rowOf('simulator')?.mayImport.toSorted());
});

interface Lint {
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules: { readonly 'no-restricted-imports'?: unknown };
  }[];
}

const lint = json('.oxlintrc.json') as Lint;

const wallAround = (glob: string): unknown =>
  lint.overrides.find(({ files }) => files.includes(glob))?.rules['no-restricted-imports'];
const wallOf = (folder: string): unknown => wallAround(`src/${folder}/**/*.ts`);

const refusalsOf = (glob: string): ((specifier: string) => boolean) => {
  const [, { patterns }] = wallAround(glob) as [string, { readonly patterns: readonly { readonly regex: string }[] }];
  return (specifier) => patterns.some(({ regex }) => new RegExp(regex).test(specifier));
};
const refuses = (folder: string, specifier: string): boolean => refusalsOf(`src/${folder}/**/*.ts`)(specifier);

/** Folders that are still to come may have their wall already; those that are there must. */
const walled = table
  .map(({ folder }) => folder)
  .filter((folder) => folders.includes(folder) || wallOf(folder) !== undefined);

test.each(walled)('the linter refuses in src/%s what the table does not allow, and nothing else', (folder) => {
  expect(wallOf(folder), 'has no wall in .oxlintrc.json').toBeDefined();
  const row = rowOf(folder);
  for (const other of walled.filter((name) => name !== folder)) {
    const isRefused = row?.mayImport.includes(other) === false;
    expect([other, refuses(folder, `../${other}/x.ts`)]).toEqual([other, isRefused]);
    expect([other, refuses(folder, `../../${other}/deep/x.ts`)]).toEqual([other, isRefused]);
  }
  expect(['the platform', refuses(folder, 'node:fs')]).toEqual(['the platform', row?.isPure]);
  expect(refuses(folder, './neighbour.ts')).toBe(false);
});

test('the linter refuses in simulator what the table does not allow, and nothing else', () => {
  const refused = refusalsOf('simulator/**/*.ts');
  for (const other of walled) {
    expect([other, refused(`../../src/${other}/x.ts`)]).toEqual([
      other,
      !rowOf('simulator')?.mayImport.includes(other),
    ]);
  }
});

test('tsc -b at the root reaches every folder', () => {
  const paths = (json('tsconfig.json') as TsConfig).references.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(built.map((folder) => `src/${folder}`)));
});

/** `Date.now` and `Math.random` are the linter's; it has no rule for a Date made of nothing. */
test('no file below main.ts asks what time it is', () => {
  const asks = globSync('src/**/*.ts', { cwd: root })
    .filter((path) => !/(\.test\.ts|^src\/(agent\/)?main\.ts)$/.test(path))
    .filter((path) => /\bnew Date\(\s*\)|\bDate\(\s*\)/.test(readFileSync(join(root, path), 'utf8')));
  expect(asks, 'take the time as an argument').toEqual([]);
});

test('ui/tsconfig.json lets in what the table lets in, and sees nothing of Node', () => {
  const { references, compilerOptions } = json('ui/tsconfig.json') as TsConfig;
  const referenced = references.map(({ path }) => posix.relative('../src', path));
  expect(referenced.toSorted()).toEqual(rowOf('ui')?.mayImport.toSorted());
  expect(compilerOptions.types).toEqual([]);
});

test('the linter refuses in ui what the table does not allow, and nothing else', () => {
  const refused = refusalsOf('ui/**/*.ts');
  for (const other of walled)
    expect([other, refused(`../../src/${other}/x.ts`)]).toEqual([other, !rowOf('ui')?.mayImport.includes(other)]);
  expect(refused('node:fs')).toBe(true);
  expect(refused('react')).toBe(false);
});
