import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isTrap, TRAPS } from '../kql/traps.ts';
import { FINDINGS } from './findings.ts';
import { findingsPage } from './findings-page.ts';

const root = join(import.meta.dirname, '../../..');
const path = join(root, 'docs/reference/findings.md');

test('the reference lists every finding as the table has it (UPDATE=1 writes it)', () => {
  const page = findingsPage(FINDINGS);
  if (process.env['UPDATE'] === '1') writeFileSync(path, page);
  expect(readFileSync(path, 'utf8')).toBe(page);
});

test('a code is an area and three digits, and what it says are parts of sentences', () => {
  for (const [code, { says, why, fix, doc }] of Object.entries(FINDINGS)) {
    expect(code).toMatch(/^[A-Z]{2,5}\d{3}$/);
    for (const part of [says, why]) expect(`${code} ${part}`).not.toMatch(/\.$| $/);
    expect(`${code} ${fix}`).toMatch(/[.!]$/);
    expect(`${code} ${doc}`).toMatch(/ (?:https:\/\/|docs\/.+\.md(?:#|$))/);
  }
});

test('every code that a rule names is in the table', () => {
  const sources = globSync('src/{core/monitoring,app}/**/*.ts', {
    cwd: root,
    exclude: (name) => name.endsWith('.test.ts'),
  });
  const named = sources.flatMap((source) =>
    [...readFileSync(join(root, source), 'utf8').matchAll(/\bcode: '([A-Z]+\d{3})'/g)].map(([, code]) => code ?? ''),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((code) => FINDINGS[code] === undefined && !isTrap(code))).toEqual([]);
});

test('no code stands in two of the tables that it is made of', () => {
  const all = globSync('src/core/monitoring/findings/*.ts', {
    cwd: root,
    exclude: (name) => name.endsWith('.test.ts'),
  });
  const codes = all.flatMap((source) =>
    [...readFileSync(join(root, source), 'utf8').matchAll(/^ {2}([A-Z]+\d{3}): \{/gm)].map(([, code]) => code ?? ''),
  );
  expect(codes.toSorted()).toEqual(Object.keys(FINDINGS).toSorted());
});

test('no price is typed in: what is said of money comes from the table of prices', () => {
  const sources = globSync('src/core/monitoring/**/*.ts', { cwd: root, exclude: (name) => name.endsWith('.test.ts') });
  expect(
    sources.filter((source) =>
      /\d\.\d\d? (?:US )?dollars|(?:dollars|instead of|it is) \d+\.\d|USD\w* = \d/.test(
        readFileSync(join(root, source), 'utf8'),
      ),
    ),
  ).toEqual([]);
});

test('no code means two things: those of queries are a table of their own', () => {
  expect(Object.keys(TRAPS).filter((code) => FINDINGS[code] !== undefined)).toEqual([]);
});
