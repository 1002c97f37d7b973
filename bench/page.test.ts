import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBaseline } from './baseline.ts';
import { BENCHMARKS } from './list.ts';
import { renderPage } from './page.ts';

test('the page says what the baseline says', () => {
  const page = readFileSync(join(import.meta.dirname, '../docs/reference/benchmarks.md'), 'utf8');
  expect(page).toBe(renderPage(BENCHMARKS, readBaseline()));
});
