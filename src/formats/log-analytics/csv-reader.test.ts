import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvReader } from './csv-reader.ts';

const read = (text: string, cuts: readonly number[] = []): readonly unknown[] => {
  const out: unknown[] = [];
  const reader = new CsvReader({
    record: (fields) => void out.push(fields),
    refused: ({ place, why }) => void out.push(`${place}: ${why}`),
  });
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
    reader.push(text.slice(from, cut));
    from = Math.max(from, cut);
  }
  reader.end();
  return out;
};

test.each<[string, string, readonly unknown[]]>([
  [
    'plain',
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'CRLF, and no end of the last line',
    'a,b\r\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'blanks',
    'a,b,c\n,,\n',
    [
      ['a', 'b', 'c'],
      ['', '', ''],
    ],
  ],
  ['commas, quotes and line ends in quotes', '"a,b","say ""x""","l1\r\nl2"\r\n', [['a,b', 'say "x"', 'l1\r\nl2']]],
  ['a quoted blank at the end', 'a,""', [['a', '']]],
  [
    'an empty line says nothing',
    'a,b\n\r\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['a quote in a plain field', 'a\nx"y,"z\nb\n', [['a'], 'row 1: a quote inside a field that is not quoted', ['b']]],
  ['text after a closing quote', 'a\n"x"y\nb\n', [['a'], 'row 1: text after a closing quote', ['b']]],
  ['an open quote at the end', 'a\n"x,\ny', [['a'], 'row 1: the input ends inside a quoted field']],
])('%s', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
  expect(
    read(
      text,
      Array.from({ length: text.length }, (_unused, i) => i),
    ),
  ).toEqual(expected);
});

test('law: what is written comes back, however it is cut', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é') });
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
  fc.assert(
    fc.property(table, fc.array(fc.nat(100)), (rows, cuts) => {
      const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n');
      expect(
        read(
          text,
          cuts.filter((cut) => cut < text.length),
        ),
      ).toEqual(rows);
    }),
  );
});

test('law: any text, cut anywhere, gives the same and no exception', () => {
  const soup = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r'), maxLength: 60 });
  fc.assert(
    fc.property(soup, fc.array(fc.nat(60)), (text, cuts) => {
      expect(
        read(
          text,
          cuts.filter((cut) => cut < text.length),
        ),
      ).toEqual(read(text));
    }),
    { numRuns: 500 },
  );
});
