import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TRAPS } from '../../src/core/kql/traps.ts';
import { TRAP_CASES } from './trap-cases.ts';

/** docs/reference/kql.md is made of the table of traps and of the queries that they are tested with. `UPDATE=1` writes it anew. */

const PAGE = join(import.meta.dirname, '../../docs/reference/kql.md');

const HEAD = `# What \`unmasq kql check\` finds

Every finding has a code that never changes and is never used again. \`KQL0\u2026\`: the text cannot be read, or not as a whole; \`KQL1\u2026\`: it can, and means something else than it seems to.
\`KSnnn\` is of Microsoft's language service, in its own words. [docs/guide/kql.md](../guide/kql.md) says how queries are checked.

An error is wrong whatever was meant; a warning may be meant so, and \`// unmasq:allow CODE reason\` in the query says that it is; a note is worth knowing.
`;

const LONG = 1_200;

const fenced = (says: string, query: string | null): readonly string[] =>
  query === null || query.length > LONG ? [] : ['', says, '', '```kusto', query, '```'];

const page = (): string => {
  const lines = [HEAD];
  for (const [code, { severity, says, why, fix }] of Object.entries(TRAPS)) {
    const example = TRAP_CASES.find((each) => each.code === code);
    lines.push(
      `## ${code}`,
      '',
      `${says.charAt(0).toUpperCase()}${says.slice(1)}. ${severity.charAt(0).toUpperCase()}${severity.slice(1)}.`,
      '',
      why,
      '',
      fix,
      ...fenced(`Found (${example?.about ?? ''}):`, example?.faulty ?? null),
      ...fenced('Not found:', example?.innocent ?? null),
      '',
    );
  }
  return lines.join('\n');
};

test('the reference says of every code what the table says, with the queries that it is tested with', () => {
  if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page());
  expect(readFileSync(PAGE, 'utf8')).toBe(page());
});
