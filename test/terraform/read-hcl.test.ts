import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHclReader } from '../../src/sources/terraform/open-hcl-reader.ts';

const read = await openHclReader();
const root = join(import.meta.dirname, '../..');

const said = (text: string): readonly string[] =>
  read(text).problems.map(({ at, says }) => `${at.line}:${at.column} ${says}`);
const headers = (text: string): readonly string[] =>
  read(text).blocks.map(({ type, labels, at }) => `${at.line} ${[type, ...labels].join(' ')}`);

const GOOD = 'resource "a" "x" {\n  b = 1\n}\n';

test.each<[string, string, readonly string[]]>([
  ['a file that is well', GOOD, []],
  ['numbers with an exponent and no fraction', 'a = 1e5\nb = [2E+3, 1.5e-2]\n', []],
  ['a byte order mark and line ends of Windows', `\u{feff}${GOOD.replaceAll('\n', '\r\n')}`, []],
  ['a brace that nothing closes', 'resource "a" "x" {\n  b = 1\n', ['1:18 this { is never closed']],
  ['a quote that is open at the end of its line', 'a = "x\nb = "y"\n', ['1:5 this quote is not closed on its line']],
])('%s', (_, text, expected) => {
  const problems = said(text);
  expect(problems.slice(0, expected.length)).toEqual(expected);
  expect(problems.length > 0).toBe(expected.length > 0);
});

test.each<[string, string]>([
  ['a brace that is missing between two', `resource "a" "w" {\n  b = 1\n${GOOD}${GOOD.replace('x', 'y')}`],
  ['an argument without a value', `resource "a" "w" {\n  b =\n}\n${GOOD}`],
  ['a bracket that is open', `resource "a" "w" {\n  b = [1,\n}\n${GOOD}`],
  ['braces too many', `resource "a" "w" {\n}\n}}\n${GOOD}`],
])('%s costs its own block and none behind it', (_, text) => {
  expect(said(text)).not.toEqual([]);
  expect(headers(text)).toContain(`${text.slice(0, text.indexOf(GOOD)).split('\n').length} resource a x`);
});

test('a choice within a choice hangs on the right, as Terraform means it', () => {
  const [a] = read('a = x ? 1 : y ? 2 : 3\n').attributes;
  expect(a?.value).toMatchObject({ kind: 'choice', test: { name: 'x' }, no: { kind: 'choice', test: { name: 'y' } } });
});

test('text in a template keeps its spaces', () => {
  const [a] = read('a = "  x ${y}  z "\n').attributes;
  expect(a?.value).toMatchObject({ parts: [{ value: '  x ' }, { name: 'y' }, { value: '  z ' }] });
});

test('columns count in units of UTF-16, behind letters of two as well', () => {
  const [a] = read('a = ["日本😀", y]\n').attributes;
  expect(a?.value).toMatchObject({ items: [{}, { at: { column: 14, from: 13 } }] });
});

test.each<[string, string, string]>([
  ['brackets nested 2,000 times', `a = ${'['.repeat(2_000)}${']'.repeat(2_000)}`, 'nested deeper than anybody writes'],
  ['more than anybody writes', '# x\n'.repeat(200_000), 'longer than'],
  ['a quarter of a million quotes', '"'.repeat(250_001), 'took too long to read'],
])('%s are given up, and say so', (_, text, says) => {
  const { problems } = read(text);
  expect(problems[0]).toMatchObject({ isLimit: true });
  expect(problems[0]?.says).toContain(says);
});

const samples = [join(root, 'deploy/monitoring')].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.tf'))
    .map((name) => readFileSync(join(folder, name), 'utf8')),
);

test('whatever is cut, spliced or put in, nothing is thrown, and each problem lies in the text', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    '${',
    '%{',
    '<<-E\n',
    '\n',
    '#',
    '/*',
    '*/',
    '=',
    '...',
    '[*]',
    'for x in y:',
    '? :',
    '\0',
    '😀',
    '\\',
    '%{ if x }',
    'var.x',
    '0x',
    '..',
  );
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(80), put: piece });
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 4 }), (sample, changes) => {
      const text = changes.reduce((now, { at, cut, put }) => {
        const i = Math.floor(at * now.length);
        return now.slice(0, i) + put + now.slice(i + cut);
      }, sample);
      for (const { at, says } of read(text).problems) {
        expect(at.line).toBeGreaterThan(0);
        expect(at.column).toBeGreaterThan(0);
        expect(at.from).toBeLessThanOrEqual(text.length);
        expect(says).not.toBe('');
      }
    }),
    { numRuns: 150 },
  );
});
