import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/cli/render/visible.ts';
import { withNumbers } from './shown.ts';

const shown = (value: unknown): unknown => JSON.parse(withNumbers(jsonText(value)));

test.each<[string, string]>([
  ['plain', 'plain'],
  ['Straße 日本 😀', 'Straße 日本 😀'],
  ['שלום', 'שלום'],
  ['a\u202eb', 'a\\u202eb'],
  ['a\u0007b\u009fc\u200bd', 'a\\u0007b\\u009fc\\u200bd'],
  ['lines\nand\ttabs "quoted"', 'lines\nand\ttabs "quoted"'],
  ['a path \\u202e that is written so', 'a path \\u202e that is written so'],
  ['\\\u202e', '\\\\u202e'],
])('%j is shown as %j', (text, as) => {
  expect(shown({ [text]: [text] })).toEqual({ [as]: [as] });
});

test('whatever the text, nothing is left that turns or hides it, and what has none stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const as = shown(text) as string;
      expect(as).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u007f-\u009f]/);
      if (/^[ -~\n]*$/.test(text)) expect(as).toBe(text);
    }),
  );
});
