import { expect, test } from 'vitest';
import type { Result } from './rounds.ts';
import { besides } from './table.ts';

test.each<[string, Pick<Result, 'better' | 'value' | 'peers'>, readonly string[]]>([
  ['nobody beside it', { better: 'more', value: 2, peers: {} }, []],
  ['twice as much is two times better', { better: 'more', value: 2, peers: { naive: 1 } }, ['naive 1 (2x)']],
  ['twice as long is half as good', { better: 'less', value: 2, peers: { naive: 1 } }, ['naive 1 (0.5x)']],
  [
    'who has no figure is named with the reason',
    { better: 'more', value: 2, peers: { nfdump: 'absent', naive: 'killed' } },
    ['naive killed', 'nfdump absent'],
  ],
  [
    'always in one order',
    { better: 'more', value: 6, peers: { nfdump: 1, polars: 2, naive: 3, duckdb: 4 } },
    ['duckdb 4 (1.5x)', 'naive 3 (2x)', 'polars 2 (3x)', 'nfdump 1 (6x)'],
  ],
])('%s', (_, result, said) => {
  expect(besides(result, 'x')).toEqual(said);
});
