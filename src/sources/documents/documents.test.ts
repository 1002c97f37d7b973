import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentReader } from '../../core/monitoring/documents.ts';
import type { Value } from '../../core/monitoring/hcl/value.ts';
import { readJson } from './read-json.ts';
import { readToml } from './read-toml.ts';
import { readYaml } from './read-yaml.ts';

const plain = (value: Value): unknown => {
  if (value.kind === 'known') return value.value;
  if (value.kind === 'list') return value.items.map(plain);
  return value.kind === 'object'
    ? Object.fromEntries([...value.items].map(([k, v]) => [k, plain(v)]))
    : `?${value.why}`;
};

/** Each value with the text that it stands on. */
const written = (value: Value, text: string): unknown => {
  if (value.kind === 'list') return value.items.map((v) => written(v, text));
  if (value.kind === 'object') return Object.fromEntries([...value.items].map(([k, v]) => [k, written(v, text)]));
  return text.slice(value.from.at.from, value.from.at.until);
};

const READERS: readonly (readonly [string, DocumentReader])[] = [
  ['JSON', readJson],
  ['YAML', readYaml],
  ['TOML', readToml],
];

test.each<[string, DocumentReader, string, unknown, unknown]>([
  ['JSON', readJson, '{"a": [1, "x"], // why\n "b": null,}', { a: [1, 'x'], b: null }, { a: ['1', '"x"'], b: 'null' }],
  [
    'YAML',
    readYaml,
    'a:\n  - 1\n  - x\nb: &k yes\nc: *k\n',
    { a: [1, 'x'], b: 'yes', c: 'yes' },
    { a: ['1', 'x'], b: 'yes', c: 'yes' },
  ],
  [
    'TOML',
    readToml,
    '[s.t]\n  a = [1, "x"]\n  b.c = true\n',
    { s: { t: { a: [1, 'x'], b: { c: true } } } },
    { s: { t: { a: ['1', '"x"'], b: { c: 'true' } } } },
  ],
])('%s becomes values, each with its place', (_, read, text, values, texts) => {
  const { documents, problems } = read('f', text);
  expect(problems).toEqual([]);
  expect(documents.map(plain)).toEqual([values]);
  expect(documents.map((d) => written(d, text))).toEqual([texts]);
});

test('a line and a column are those that an editor shows', () => {
  const [document] = readJson('f', '{\n  "a": "日本😀", "b": 7\n}').documents;
  const b = document?.kind === 'object' ? document.items.get('b') : undefined;
  expect(b?.from.at).toMatchObject({ line: 2, column: 21 });
});

test('several documents of YAML are read, and names are those of each', () => {
  expect(readYaml('f', 'a: &x 1\n---\nb: *x\n').documents.map(plain)).toEqual([{ a: 1 }, { b: '?syntax' }]);
});

test('a name that JavaScript has a meaning for is a name', () => {
  expect(
    readJson('f', '{"__proto__": {"a": 1}}').documents.map((d) => d.kind === 'object' && [...d.items.keys()]),
  ).toEqual([['__proto__']]);
});

test.each<[string, DocumentReader, string, string]>([
  ['JSON that is cut off', readJson, '{"a": [1, ', '1:11'],
  ['JSON nested 100,000 times', readJson, '['.repeat(100_000), '1:401'],
  ['YAML with a bracket that is open', readYaml, 'a: 1\nb: [1, 2\n', '3:1'],
  ['YAML nested 20,000 times', readYaml, '['.repeat(20_000), '1:'],
  ['a million characters of YAML', readYaml, 'a'.repeat(1_048_577), '1:1'],
  ['TOML that is cut off', readToml, 'a = 1\nb = [', '2:6'],
  ['TOML nested 20,000 times', readToml, `a = ${'['.repeat(20_000)}`, '1:'],
])('%s is a problem with a place', (_, read, text, place) => {
  const [problem] = read('f', text).problems;
  expect(`${problem?.at.line}:${problem?.at.column}`).toMatch(new RegExp(`^${place}`));
});

test('what is nested too deep is a limit, and says so', () => {
  for (const read of [readJson, readYaml])
    expect(read('f', '['.repeat(20_000)).problems[0]).toMatchObject({
      isLimit: true,
      says: expect.stringContaining('nested deeper than anybody writes'),
    });
});

test('an alias of an alias of an alias ends', () => {
  const lines = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
  expect(readYaml('f', `a0: &a0 x\n${lines.join('\n')}\n`).problems).toEqual([
    {
      at: expect.objectContaining({ line: 7 }),
      says: 'more than 200000 values up to here, what aliases stand for counted each time',
      isLimit: true,
    },
  ]);
  expect(readYaml('f', `a0: &a0 x\n${lines.slice(0, 5).join('\n')}\n`).problems).toEqual([]);
});

test.each(READERS)('whatever the text, %s is read without a throw, and each problem lies in it', (_, read) => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\n',
    '  ',
    '- ',
    '&a ',
    '*a',
    'a',
    '1',
    '=',
    '#',
    '|',
    '\0',
    '😀',
    "'",
    '---',
    '!!',
    '"""',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      for (const { at } of read('f', text).problems) {
        expect(at.line).toBeGreaterThan(0);
        expect(at.from).toBeLessThanOrEqual(text.length);
      }
    }),
  );
});
