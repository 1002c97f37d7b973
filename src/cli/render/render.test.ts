import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { instant } from '../../base/instant.ts';
import { UTC, type Zone } from '../../app/civil-time.ts';
import { paintFor, plain } from './colour.ts';
import { csvLine, csvLines } from './csv.ts';
import { bytes, expected, percent } from '../../base/number-text.ts';
import { asItIs, type Column, renderTable } from './table.ts';
import { clock, dateTime, duration, range } from './time.ts';
import { jsonText, visible, visibleLine } from './visible.ts';
import { yamlText } from './yaml.ts';

interface Row {
  readonly name: string;
  readonly node: string;
  readonly flows: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { header: 'NAME', leaves: 0, of: (row) => row.name },
  { header: 'NODE', leaves: 1, of: (row) => row.node },
  { header: 'FLOWS', leaves: 0, align: 'right', of: (row) => String(row.flows) },
  { header: 'UID', leaves: 2, wide: true, of: () => 'uid' },
];
const ROWS: readonly Row[] = [
  { name: 'checkout-7f9c6d5b48-x2x8q', node: 'aks-np1-12345678-vmss000000', flows: 1_284 },
  { name: 'job', node: 'n2', flows: 3 },
];
const table = (width: number | null, wide = false): readonly string[] =>
  renderTable(COLUMNS, ROWS, { width, wide, paint: plain, row: asItIs });

test('a piped table is whole', () => {
  expect(table(null)).toEqual([
    'NAME                        NODE                          FLOWS',
    'checkout-7f9c6d5b48-x2x8q   aks-np1-12345678-vmss000000    1284',
    'job                         n2                                3',
  ]);
});

test('a narrow terminal loses the least important column, then the middle of long names', () => {
  expect(table(40)).toEqual([
    'NAME                        FLOWS',
    'checkout-7f9c6d5b48-x2x8q    1284',
    'job                             3',
  ]);
  expect(Math.max(...table(28).map((line) => line.length))).toBe(28);
  expect(table(28)[1]).toMatch(/^checkout-\w+…\w*-x2x8q {4}1284$/);
});

test('wide adds the columns that are wide only', () => {
  expect(table(null, true)[0]).toBe('NAME                        NODE                          FLOWS   UID');
});

test('no table line is wider than the terminal while there is something left to cut, nor empty of a row', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 60, unit: 'binary' }), { maxLength: 5 }),
      fc.integer({ min: 30, max: 200 }),
      (names, width) => {
        const lines = renderTable(
          COLUMNS,
          names.map((name) => ({ name, node: name, flows: 1 })),
          { width, wide: false, paint: plain, row: asItIs },
        );
        expect(lines).toHaveLength(names.length + 1);
        for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test.each<[string, string, string]>([
  ['an escape sequence is shown', '\u001b[2Jgone', '\\x1b[2Jgone'],
  ['a line break stays in its line', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
  ['an eight-bit control', '\u009b31m', '\\x9b31m'],
  ['text that would turn round', 'pod\u202egnp', 'pod\\u202egnp'],
  ['characters without width', 'a\u200bb', 'a\\u200bb'],
  ['letters of the world stay', 'Größe 名前 →', 'Größe 名前 →'],
])('%s', (_, hostile, shown) => {
  expect(visible(hostile)).toBe(shown);
});

test('nothing that reaches a terminal through a table or JSON acts on it, and JSON keeps its value', () => {
  const acts = (text: string): boolean =>
    Array.from(text).some((c) => /[\p{Cc}\p{Bidi_Control}\u2028\u2029\u200b\ufeff]/u.test(c) && c !== '\n');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const lines = renderTable(COLUMNS, [{ name: text, node: text, flows: 1 }], {
        width: null,
        wide: true,
        paint: plain,
        row: asItIs,
      });
      expect(lines.some(acts)).toBe(false);
      expect(acts(jsonText({ text }, 2))).toBe(false);
      expect(JSON.parse(jsonText({ text }, 2))).toEqual({ text });
      expect(acts(yamlText({ [text]: text }))).toBe(false);
    }),
  );
});

test('YAML is read back as it was, also by its own rules for words', () => {
  const words = fc.constantFrom(
    'true',
    'no',
    'null',
    '~',
    '1',
    '0x1f',
    '1e3',
    '2026-11-22',
    '- a',
    'a: b',
    '',
    ' ',
    '#',
    '@x',
    '.inf',
    '=',
    'Y',
    'a\nb',
  );
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(fc.oneof(value, words, fc.array(words), fc.dictionary(words, value)), (json) => {
      const read: unknown = parse(yamlText(json));
      expect(read).toEqual(JSON.parse(JSON.stringify(json)));
    }),
  );
});

test.each<[string, string | number | boolean | null, string]>([
  ['plain text', 'shop', 'shop'],
  ['a comma', 'a,b', '"a,b"'],
  ['a quote', 'a"b', '"a""b"'],
  ['a line break', 'a\nb', '"a\nb"'],
  ['a formula', '=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['other beginnings of formulas', '@sum', "'@sum"],
  ['a minus in text', '-1+1', "'-1+1"],
  ['a number stays a number', -1, '-1'],
  ['nothing', null, ''],
])('CSV: %s', (_, value, text) => {
  expect(csvLine([value])).toBe(text);
});

test('CSV begins with a header', () => {
  expect(csvLines([{ name: 'a', of: (n: number) => n }], [1, 2])).toEqual(['a', '1', '2']);
});

test.each<[string, Parameters<typeof paintFor>, boolean]>([
  ['a terminal has colours', ['auto', {}, true], true],
  ['a pipe has none', ['auto', {}, false], false],
  ['--color always goes before NO_COLOR', ['always', { NO_COLOR: '1' }, false], true],
  ['--color never goes before FORCE_COLOR', ['never', { FORCE_COLOR: '1' }, true], false],
  ['NO_COLOR goes before FORCE_COLOR', ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true], false],
  ['an empty NO_COLOR says nothing', ['auto', { NO_COLOR: '' }, true], true],
  ['FORCE_COLOR colours a pipe', ['auto', { FORCE_COLOR: '1' }, false], true],
  ['FORCE_COLOR=0 does not', ['auto', { FORCE_COLOR: '0' }, true], false],
  ['CLICOLOR_FORCE goes before TERM=dumb', ['auto', { CLICOLOR_FORCE: '1', TERM: 'dumb' }, true], true],
  ['CLICOLOR=0 takes them away', ['auto', { CLICOLOR: '0' }, true], false],
  ['a dumb terminal has none', ['auto', { TERM: 'dumb' }, true], false],
])('%s', (_, asked, coloured) => {
  expect(paintFor(...asked)('ok', 'x') !== 'x').toBe(coloured);
});

test.each<[number, string]>([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [1.2e9, '1.2 GB'],
])('%d bytes are %s', (n, text) => {
  expect(bytes(n)).toBe(text);
});

test.each<[number, number, string]>([
  [1, 1, '100%'],
  [0, 5, '0%'],
  [0, 0, '0%'],
  [9_999, 10_000, '>99.9%'],
  [1, 10_000, '<0.1%'],
  [815, 1_000, '81.5%'],
])('%d of %d is %s', (part, whole, text) => {
  expect(percent(part, whole)).toBe(text);
});

test('a sum of probabilities is told from a count', () => {
  expect([expected(5, 5), expected(3.25, 0), expected(1_234.5, 3)]).toEqual(['5', '~3.3', '~1,235']);
});

const tokyo: Zone = { name: 'Asia/Tokyo', offsetAt: () => 9 * 3_600_000 };
const at = instant(Date.UTC(2026, 10, 22, 3, 4, 17, 3));

test('times stand in the zone that was asked for, and say which', () => {
  expect(dateTime(at, UTC)).toBe('2026-11-22 03:04:17.003Z');
  expect(dateTime(instant(at - 3), tokyo)).toBe('2026-11-22 12:04:17+09:00');
  expect(clock(at, tokyo)).toBe('12:04:17.003');
  expect(range(instant(at - 3), instant(at - 3 + 1_200_000), tokyo)).toBe(
    '2026-11-22 12:04:17+09:00 to 2026-11-22 12:24:17+09:00 Asia/Tokyo (2026-11-22T03:04:17Z to 2026-11-22T03:24:17Z), 20m',
  );
});

test.each<[number, string]>([
  [12, '12ms'],
  [12_400, '12.4s'],
  [1_200_000, '20m'],
  [3_900_000, '1h 5m'],
  [90_000_000, '1d 1h'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('of a line only our own colours act on a terminal', () => {
  const red = paintFor('always', {}, true);
  expect(visibleLine(`${red('failure', 'churn')} \u001b]0;pwn\u0007 \u009b31m a\nb`)).toBe(
    `${red('failure', 'churn')} \\x1b]0;pwn\\x07 \\x9b31m a\\nb`,
  );
});
