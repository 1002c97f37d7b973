import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readYamlDocuments } from './read-documents.ts';

const MEBIBYTE = 1_048_576;
const filled = (piece: string): string => piece.repeat(Math.floor(MEBIBYTE / piece.length));
const lines = (n: number, line: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => line(i)).join('\n');

/** The library by itself takes seconds to minutes for most of these. */
test.each<[string, string, RegExp]>([
  ['one character too many', ' '.repeat(MEBIBYTE + 1), /^1048577 characters, and a mebibyte/],
  ['brackets', filled('['), /^nested deeper than anybody writes: 200 levels/],
  ['lists in lists', filled('- '), /^nested deeper than anybody writes: 200 levels/],
  ['keys of keys', filled('? '), /^nested deeper than anybody writes: 200 levels/],
  ['maps by indentation', lines(1_400, (i) => `${' '.repeat(i)}a:`), /^nested deeper than anybody writes: 200 levels/],
  ['quotes that end at once', filled('"'), /^more than 400000 words and signs/],
  ['quotes that never end, again and again', filled("'\n"), /^more than 1000 mistakes/],
  ['pairs of brackets', filled('[]'), /^more than 1000 mistakes/],
  ['a key again and again', filled('a: 1\n'), /^more than 400000 words and signs/],
  ['merges', filled('<<: *a\n'), /^more than 400000 words and signs/],
  ['tags', filled('!!a '), /^more than 400000 words and signs/],
  ['documents', filled('---\n'), /^more than 400000 words and signs/],
])('%s: told once, and nothing is read', (_, text, says) => {
  const { documents, problems } = readYamlDocuments(text);
  expect({ documents, problems }).toEqual({
    documents: [],
    problems: [
      { from: expect.any(Number), until: expect.any(Number), says: expect.stringMatching(says), isLimit: true },
    ],
  });
});

test.each<[string, string, number]>([
  ['as many keys as fit', lines(50_000, (i) => `k${i}: 1`), 0],
  ['a mebibyte of text', `a: ${'x'.repeat(MEBIBYTE - 3)}`, 0],
  ['a quote over a mebibyte', `a: "${'x\n'.repeat(500_000)}`, 1],
  ['two hundred levels less one', `${'['.repeat(198)}${']'.repeat(198)}`, 0],
])('%s: read to the end', (_, text, wrong) => {
  const { documents, problems } = readYamlDocuments(text);
  expect([documents.length, problems.filter(({ isLimit }) => !isLimit).length, problems.length]).toEqual([
    1,
    wrong,
    wrong,
  ]);
});

test('a key that stands twice is told where it stands again; of many the first twenty, and how many more', () => {
  const { problems, placeOf } = readYamlDocuments(`a: 1\nb: { c: 1, c: 2 }\n${'a: 1\n'.repeat(30)}`);
  expect(problems.slice(0, 2).map(({ from, says }) => [placeOf(from), says])).toEqual([
    [{ line: 2, column: 12 }, 'Map keys must be unique'],
    [{ line: 3, column: 1 }, 'Map keys must be unique'],
  ]);
  expect(problems.map(({ says }) => says).slice(-1)).toEqual(['and 11 more, from here on']);
  expect(problems).toHaveLength(21);
});

test('of any text there are documents, or problems with places', () => {
  const pieces = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&a',
    '*a',
    '!!set',
    '? ',
    '|',
    '\t',
    '<<',
    '---\n',
    '%',
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
      (text) => {
        const { problems, warnings, placeOf } = readYamlDocuments(text);
        for (const { from, until } of [...problems, ...warnings]) {
          expect(from).toBeLessThanOrEqual(until);
          expect(placeOf(from).line).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 500 },
  );
});
