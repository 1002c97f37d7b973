import { expect, test } from 'vitest';
import { fitted } from './fitted.ts';

/** Letters of ten pixels, an m of twenty. */
const widthOf = (text: string): number => Array.from(text).reduce((sum, letter) => sum + (letter === 'm' ? 20 : 10), 0);

test.each<[string, number, string]>([
  ['checkout', 80, 'checkout'],
  ['checkout', 79, 'chec…ut'],
  ['mmmm', 80, 'mmmm'],
  ['mmmm', 79, 'mm…'],
  ['mmmm', 49, 'm…'],
  ['aks-nodepool1-vmss000002', 120, 'aks-nod…0002'],
  ['long', 0, 'l…'],
])('%s in %d pixels is %s', (text, pixels, shown) => {
  expect(fitted(text, pixels, widthOf)).toBe(shown);
});
