import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAbsent } from './absent.ts';

const path = process.env['PATH'];
beforeEach(() => {
  process.env['PATH'] = '/nonexistent';
});
afterEach(() => {
  process.env['PATH'] = path;
});

test('a peer whose program is not to be found is absent, and one that is a package is not', () => {
  expect([isAbsent('nfdump'), isAbsent('polars'), isAbsent('unmasq')]).toEqual([true, false, false]);
});
