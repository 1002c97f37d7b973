import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LOG_FINDINGS } from './logs.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/log-findings.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section]),
);

test('the reference lists every finding, and no other, in the order of the table', () => {
  expect([...sections.keys()]).toEqual(Object.keys(LOG_FINDINGS));
});

test.each(Object.entries(LOG_FINDINGS))(
  'the reference says of %s what the table says',
  (code, { severity, says, why, fix, doc }) => {
    const section = (sections.get(code) ?? '').toLowerCase();
    for (const text of [says, why, fix, doc]) expect(section).toContain(text.toLowerCase());
    expect(section).toContain(`severity: ${severity}.`);
  },
);
