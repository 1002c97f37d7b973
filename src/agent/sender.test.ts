import { expect, test } from 'vitest';
import { nameOf } from './sender.ts';

test('a segment has one name, whenever it is sent', () => {
  expect(nameOf('aks-1', '001795401867032-00000007')).toBe('conntrack/aks-1/001795401867032/00000007.txt');
});
