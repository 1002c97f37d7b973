import { expect, test } from 'vitest';
import { addNewIds, withoutIds } from './entry-ids.ts';

const event = (kind: string, id: number): string =>
  `[1795401867.032737]\t ${kind} tcp 6 src=10.244.3.7 type=8 code=0 id=5 mark=0 id=${id}`;
const plain = (kind: string, id: number): string => `[1795401867.032737]\t ${kind} tcp 6 src=10.244.3.7 id=${id}`;
const bytes = (...lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\n`).join(''));

test('ids are those of entries that begin', () => {
  const ids = new Set<string>();
  addNewIds(bytes(plain('[NEW]', 7), plain('[DESTROY]', 8), plain('[NEW]', 9)), ids);
  expect([...ids]).toEqual(['7', '9']);
});

test('what an event told is left out of the dump, and nothing else', () => {
  const dump = bytes('tcp src=a id=7', 'tcp src=b id=70', 'tcp src=c');
  expect(withoutIds(dump, new Set())).toBe(dump);
  expect(withoutIds(dump, new Set(['7'])).toString()).toBe('tcp src=b id=70\ntcp src=c\n');
});

test('a line without an id is not known by that of the line before', () => {
  const dump = bytes('tcp src=a id=7', 'tcp src=b', 'tcp src=c id=8');
  expect(withoutIds(dump, new Set(['7', '8'])).toString()).toBe('tcp src=b\n');
});

test('the id of an echo is not the id of its entry', () => {
  expect(withoutIds(bytes(event('', 9)), new Set(['5'])).length).toBeGreaterThan(0);
  const ids = new Set<string>();
  addNewIds(bytes(event('[NEW]', 9)), ids);
  expect([...ids]).toEqual(['9']);
});
