import fc from 'fast-check';
import { expect, test } from 'vitest';
import { member, parseValue, textMembers } from './json-value.ts';

test.each<[string, string, unknown]>([
  ['a short number stays a number', '{"n":123456789012345}', { n: 123456789012345 }],
  ['a long number keeps its digits', '{"n":9007199254740993}', { n: '9007199254740993' }],
  ['a long negative one too', '[-9007199254740993]', ['-9007199254740993']],
  [
    'digits in a text are left alone',
    '{"n":"x 9007199254740993 \\" 9007199254740993"}',
    { n: 'x 9007199254740993 " 9007199254740993' },
  ],
  ['a long fraction stays a number', '[0.1234567890123456789, 1e3]', [0.1234567890123456789, 1000]],
])('%s', (_, text, value) => {
  expect(parseValue(text)).toEqual({ ok: true, value });
});

test('what is no JSON is a refusal', () => {
  expect(parseValue('{"a":tru}').ok).toBe(false);
  expect(parseValue('{"a":01234567890123456789').ok).toBe(false);
});

test('law: JSON without long numbers parses as it always does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const parsed = parseValue(text);
      expect(parsed.ok).toBe(true);
      if (!/\d{16}/.test(text)) expect(parsed).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test('a key named __proto__ is a key like any other', () => {
  const parsed = parseValue('{"__proto__":{"polluted":"yes"},"constructor":"c"}');
  expect(parsed.ok && member(parsed.value, 'polluted')).toBe(undefined);
  expect(member({}, 'constructor')).toBe(undefined);
  const labels = textMembers(JSON.parse('{"__proto__":"x","a":"b","n":1}'));
  expect(Object.entries(labels)).toEqual([
    ['__proto__', 'x'],
    ['a', 'b'],
  ]);
  expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
});
