import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from './errors.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/errors.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section]),
);

test('the reference lists every error, and no other, in the order of the catalogue', () => {
  expect([...sections.keys()]).toEqual(Object.keys(ERRORS));
});

test.each(Object.entries(ERRORS))('the reference says of %s what the catalogue says', (code, { says, fix, exit }) => {
  const section = sections.get(code) ?? '';
  expect(section.toLowerCase()).toContain(says.toLowerCase());
  expect(section).toContain(fix);
  expect(section).toContain(`Exit code ${exit}.`);
});
