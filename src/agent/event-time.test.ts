import { expect, test } from 'vitest';
import { timeOfLast } from './event-time.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each<[string, string, number | null]>([
  ['one line', '[1795401867.032737]\t    [NEW] tcp\n', 1_795_401_867_032],
  ['of several the last', '[1795401867.032737] a\n[1795401868.999999] b\n', 1_795_401_868_999],
  ['a line without a time', '[1795401867.032737] a\n[NEW] b\n', null],
  ['nothing', '', null],
])('%s', (_, text, at) => {
  expect(timeOfLast(bytes(text))).toBe(at);
});
