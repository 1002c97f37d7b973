import { expect, test } from 'vitest';
import { renderInstant } from '../base/instant.ts';
import { timeInName } from './time-in-name.ts';

test.each<[string, string | null]>([
  ['pods-2026-11-22T03-04-05Z.json', '2026-11-22T03:04:05.000Z'],
  ['pods-2026-11-22T03:04:05.123Z.json', '2026-11-22T03:04:05.123Z'],
  ['20261122T030405Z-pods.json.gz', '2026-11-22T03:04:05.000Z'],
  ['pods-2026-11-22T03-04-05.json', null],
  ['2026-11-22T03-04-05Z/pods.json', null],
  ['pods-2026-13-22T03-04-05Z.json', null],
  ['pods.json', null],
])('%s', (name, expected) => {
  const at = timeInName(name);
  expect(at === null ? null : renderInstant(at)).toBe(expected);
});
