import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const EXAMPLES = join(import.meta.dirname, '../examples');
const names = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** Users read these; so they must be true. `UPDATE=1` writes what is printed now, to be read before it is kept. */
test.each(names.map((entry) => entry.name))('the example %s prints what it promises', { timeout: 60_000 }, (name) => {
  const printed = execFileSync('sh', [join(EXAMPLES, name, 'run')], { encoding: 'utf8' });
  const expected = join(EXAMPLES, name, 'expected/out.txt');
  if (process.env['UPDATE'] === '1') writeFileSync(expected, printed);
  expect(printed).toBe(readFileSync(expected, 'utf8'));
});
