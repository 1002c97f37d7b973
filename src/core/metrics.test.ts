import { expect, test } from 'vitest';
import { METRICS } from './metrics.ts';

test('names are as Prometheus has them: a counter ends in _total, and nothing else does', () => {
  const odd = Object.entries(METRICS).filter(
    ([name, { kind }]) => !/^unmasq(?:_[a-z]+)+$/.test(name) || name.endsWith('_total') !== (kind === 'counter'),
  );
  expect(odd).toEqual([]);
});
