import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AGGREGATES, SPREADING } from '../src/store/kql/aggregates.ts';
import { FUNCTIONS } from '../src/store/kql/functions.ts';
import type { ScalarFunction } from '../src/store/kql/scalar.ts';
import { JOIN_KINDS } from '../src/store/kql/joins.ts';

/** docs/reference/kql-local.md lists what is translated; UPDATE=1 writes the lists anew. */
const FILE = new URL('../docs/reference/kql-local.md', import.meta.url);

const rowsOf = (functions: Readonly<Record<string, Omit<ScalarFunction, 'make'>>>): string =>
  [
    '| function | |',
    '|---|---|',
    ...Object.entries(functions)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { takes, note = '' }]) => `| \`${name}(${takes})\` | ${note} |`),
  ].join('\n');

const LISTS: Readonly<Record<string, string>> = {
  joins: JOIN_KINDS.map((kind) => `\`${kind}\``).join(', '),
  functions: rowsOf(FUNCTIONS),
  aggregates: rowsOf({ ...AGGREGATES, ...SPREADING }),
};

test('the reference lists every function, and no other', () => {
  const page = readFileSync(FILE, 'utf8');
  const written = page.replace(
    /(<!-- (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}${LISTS[name] ?? ''}\n${end}`,
  );
  if (process.env['UPDATE'] === '1') writeFileSync(FILE, written);
  expect(Object.keys(LISTS).every((name) => page.includes(`<!-- ${name} -->`))).toBe(true);
  expect(page).toBe(written);
});
