import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS, metricsPage } from './metrics.ts';

test('the reference of metrics is what the table says (UPDATE=1 writes it)', () => {
  const path = join(import.meta.dirname, '../../docs/reference/metrics.md');
  if (process.env['UPDATE'] === '1') writeFileSync(path, metricsPage());
  expect(readFileSync(path, 'utf8')).toBe(metricsPage());
});

test('names are as Prometheus has them: a counter ends in _total, and nothing else does', () => {
  const odd = Object.entries(METRICS).filter(
    ([name, { kind }]) => !/^unmasq(?:_[a-z]+)+$/.test(name) || name.endsWith('_total') !== (kind === 'counter'),
  );
  expect(odd).toEqual([]);
});
