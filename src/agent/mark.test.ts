import { expect, test } from 'vitest';
import { instant } from '../base/instant.ts';
import { parseMark, renderMark } from './mark.ts';

const MARK = { saidUntil: instant(1_795_401_867_032), completeUntil: instant(1_795_401_869_000) };

test('what was written is read again', () => {
  expect(parseMark(renderMark(MARK))).toEqual(MARK);
});

test.each<[string, string | null]>([
  ['none was written', null],
  ['an empty file, as a power cut leaves it', ''],
  ['half of one', '1795401867032 17954018'],
  ['one without its end', '1795401867032 1795401869000'],
  ['complete up to before what was said', '1795401869000 1795401867032\n'],
])('no mark: %s', (_, text) => {
  expect(parseMark(text)).toBe(null);
});
