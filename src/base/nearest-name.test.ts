import { expect, test } from 'vitest';
import { nearestFirst } from './nearest-name.ts';

test.each<[string, string, readonly string[], readonly string[]]>([
  ['the one that is spelled so comes first', 'node-2', ['node-10', 'node-2', 'x'], ['node-2', 'node-10', 'x']],
  ['two letters that changed places are one step', 'nuadit', ['unit', 'naudit'], ['naudit', 'unit']],
  ['of equally near ones the order stays', 'c', ['b', 'a'], ['b', 'a']],
])('%s', (_, word, names, order) => {
  expect(nearestFirst(word, names).map(({ name }) => name)).toEqual(order);
});
