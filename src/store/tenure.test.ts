import { expect, test } from 'vitest';
import type { Wish, Worker } from './company.ts';
import { shareOf } from './tenure.ts';

const workers = (wishes: Readonly<Record<string, Wish>>): readonly Worker[] =>
  Object.entries(wishes).map(([mark, wish]) => ({ mark, wish, host: 'somewhere', pid: 1 }));

test.each<[string, Readonly<Record<string, Wish>>, number, Readonly<Record<string, number>>]>([
  ['one alone has all', { a: 'share' }, 3, { a: 3 }],
  ['one that came for a while has all where nobody else is', { a: 'rest' }, 3, { a: 3 }],
  ['of several of these one has all', { a: 'rest', b: 'rest' }, 3, { a: 3, b: 0 }],
  ['these have nothing beside one that stays', { a: 'rest', b: 'share' }, 3, { a: 0, b: 3 }],
  ['those who stay share evenly', { a: 'share', b: 'share' }, 4, { a: 2, b: 2 }],
  ['or some of them have one less', { a: 'share', b: 'share' }, 3, { a: 2, b: 2 }],
  ['more of them than parts may have one each', { a: 'share', b: 'share', c: 'share' }, 2, { a: 1, b: 1, c: 1 }],
  ['whoever wants all has them', { a: 'share', b: 'all' }, 2, { a: 0, b: 2 }],
  ['of two who do the first', { a: 'share', b: 'all', c: 'all' }, 2, { a: 0, b: 2, c: 0 }],
])('%s', (_, wishes, parts, shares) => {
  const living = workers(wishes);
  expect(Object.fromEntries(living.map(({ mark }) => [mark, shareOf(living, mark, parts)]))).toEqual(shares);
});
