import { expect, test } from 'vitest';
import { wholeLooks } from './whole-looks.ts';

test('a look that was cut is none, wherever it was cut', () => {
  const look = '1700000000000 5 100\ncpu=0 insert_failed=3\n';
  const text = `waiting\n@ ${look}.\n@ ${look}`;
  expect(wholeLooks(text)).toEqual([look]);
  for (let end = text.indexOf('@ ', 10); end <= text.length; end++)
    expect(wholeLooks(text.slice(0, end))).toEqual([look]);
  expect(wholeLooks(`${text}.\n`)).toEqual([look, look]);
});
