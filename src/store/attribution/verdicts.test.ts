import { expect, test } from 'vitest';
import { HOUR } from '../../base/instant.ts';
import { rangeOf } from './verdicts.ts';

test('the windows of a chunk reach from the first of their hours to the end of the last', () => {
  const windows = [5, 3, 4].map((hour) => ({ shard: 7, hour_ms: hour * HOUR }));
  expect(rangeOf(windows)).toEqual({ from_ms: 3 * HOUR, until_ms: 6 * HOUR });
  expect(rangeOf(windows.slice(0, 1))).toEqual({ from_ms: 5 * HOUR, until_ms: 6 * HOUR });
});
