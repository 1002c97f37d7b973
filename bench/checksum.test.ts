import { expect, test } from 'vitest';
import { type Checksum, difference } from './checksum.ts';

const said = (flows: number, named: number): Checksum => ({ exact: `flows=${flows}`, near: { named } });

test.each<[string, Checksum, Checksum, boolean]>([
  ['the same is the same work', said(10, 5_000), said(10, 5_000), true],
  ['one flow more is other work', said(10, 5_000), said(11, 5_000), false],
  ['a guess more in a thousand is let pass', said(10, 5_000), said(10, 5_005), true],
  ['more guesses are not', said(10, 5_000), said(10, 5_006), false],
  ['nobody named is not near somebody named', said(10, 0), said(10, 1), false],
  ['who says nothing of it did not do it', said(10, 5), { exact: 'flows=10' }, false],
])('%s', (_, a, b, same) => {
  expect(difference(a, b) === null).toBe(same);
});
