import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JSON_DEPTH } from '../decoder.ts';
import { LONGEST_VALUE, type Shape, ValueSplitter } from './split-values.ts';

type Event = readonly [string, ...unknown[]];

const SHAPE: Shape = { items: 'whole', tables: { rows: 'whole' } };

const split = (bytes: Uint8Array, cuts: readonly number[] = []): readonly Event[] => {
  const events: Event[] = [];
  const splitter = new ValueSplitter(SHAPE, {
    value: (text, place) => void events.push(['value', text, place]),
    opened: (list, head) => void events.push(['opened', list, head]),
    closed: (around) => void events.push(['closed', around]),
    refused: ({ place, why }) => void events.push(['refused', place, why]),
  });
  let from = 0;
  for (const cut of [...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]) {
    splitter.push(bytes.slice(from, cut));
    from = cut;
  }
  splitter.end();
  return events;
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const TORN = 'the input ends in the middle of it';
const JUNK = 'expected JSON, got text between values';

test.each<[string, string, readonly Event[]]>([
  ['nothing', '', []],
  ['white space', ' \r\n\t', []],
  [
    'a line each',
    '{"a":1}\r\n{"b":2}\n',
    [
      ['value', '{"a":1}', 'byte 0'],
      ['value', '{"b":2}', 'byte 9'],
    ],
  ],
  [
    'documents that touch',
    '{"a":1}{"b":2}',
    [
      ['value', '{"a":1}', 'byte 0'],
      ['value', '{"b":2}', 'byte 7'],
    ],
  ],
  ['a byte order mark', '\uFEFF{"a":1}', [['value', '{"a":1}', 'byte 3']]],
  ['brackets and quotes inside a text', '{"a":"}\\"]{"}', [['value', '{"a":"}\\"]{"}', 'byte 0']]],
  [
    'a list of objects',
    '[{"a":1}, {"b":2}]',
    [
      ['value', '{"a":1}', '[0] at byte 1'],
      ['value', '{"b":2}', '[1] at byte 10'],
    ],
  ],
  [
    'a list of bare values',
    '[1,"x,]" ,null]',
    [
      ['value', '1', '[0] at byte 1'],
      ['value', '"x,]"', '[1] at byte 3'],
      ['value', 'null', '[2] at byte 10'],
    ],
  ],
  [
    'a list in an object',
    '{"kind":"List","items":[{"a":[1]},{"b":2}],"x":{"items":[1]}}',
    [
      ['opened', 'items', '{"kind":"List","items":[]}'],
      ['value', '{"a":[1]}', 'items[0] at byte 24'],
      ['value', '{"b":2}', 'items[1] at byte 34'],
      ['closed', '{"kind":"List","items":[],"x":{"items":[1]}}'],
    ],
  ],
  ['an object with items that are no list', '{"items":{"a":1}}', [['value', '{"items":{"a":1}}', 'byte 0']]],
  [
    'rows of a table',
    '{"tables":[{"name":"T","rows":[[1],[2]]}]}',
    [
      ['opened', 'tables', '{"tables":[]}'],
      ['opened', 'rows', '{"name":"T","rows":[]}'],
      ['value', '[1]', 'tables[0].rows[0] at byte 31'],
      ['value', '[2]', 'tables[0].rows[1] at byte 35'],
      ['closed', '{"name":"T","rows":[]}'],
      ['closed', '{"tables":[]}'],
    ],
  ],
  [
    'a torn tail',
    '{"a":1}\n{"b":',
    [
      ['value', '{"a":1}', 'byte 0'],
      ['refused', 'byte 8', TORN],
    ],
  ],
  [
    'a torn list',
    '{"items":[{"a":1},{"b"',
    [
      ['opened', 'items', '{"items":[]}'],
      ['value', '{"a":1}', 'items[0] at byte 10'],
      ['refused', 'items[1] at byte 18', TORN],
      ['closed', null],
    ],
  ],
  [
    'a line of text between values',
    '{"a":1}\nError from server {x}\n{"b":2}',
    [
      ['value', '{"a":1}', 'byte 0'],
      ['refused', 'byte 8', JUNK],
      ['value', '{"b":2}', 'byte 30'],
    ],
  ],
  [
    'closers that a torn list left',
    ']}{"b":2}',
    [
      ['refused', 'byte 0', JUNK],
      ['value', '{"b":2}', 'byte 2'],
    ],
  ],
  [
    'a text torn at the end of a line',
    '{"a":"x\n{"b":2}',
    [
      ['refused', 'byte 0', 'a string breaks off at the end of a line'],
      ['value', '{"b":2}', 'byte 8'],
    ],
  ],
  [
    'a document torn by the next',
    '{"a":{"b":1,{"c":2}',
    [
      ['refused', 'byte 0', 'a new value begins in the middle of it'],
      ['value', '{"c":2}', 'byte 12'],
    ],
  ],
  [
    'brackets that do not match',
    '{"a":[1}\n{"b":2}',
    [
      ['refused', 'byte 0', 'its brackets do not match'],
      ['value', '{"b":2}', 'byte 9'],
    ],
  ],
  [
    'one broken element of an indented list, and the rest of the list',
    '[\n  {\n    "a": "x\n  },\n  {\n    "b": [{}]\n  },\n  {}\n]',
    [
      ['refused', '[0] at byte 4', 'a string breaks off at the end of a line'],
      ['value', '{\n    "b": [{}]\n  }', 'byte 25'],
      ['value', '{}', 'byte 48'],
    ],
  ],
])('%s', (_, text, expected) => {
  expect(split(bytesOf(text))).toEqual(expected);
  expect(
    split(
      bytesOf(text),
      Array.from({ length: 200 }, (_unused, i) => i),
    ),
  ).toEqual(expected);
});

test('a value deeper than allowed is refused, one as deep is not, and what follows is read', () => {
  const deep = (levels: number): string => `${'['.repeat(levels - 1)}{}${']'.repeat(levels - 1)}`;
  expect(split(bytesOf(`[${deep(JSON_DEPTH)}]\n{}`)).map(([what]) => what)).toEqual(['value', 'value']);
  expect(split(bytesOf(`[${deep(JSON_DEPTH + 1)}]\n{}`)).map(([what]) => what)).toEqual(['refused', 'value']);
  expect(split(bytesOf('[{"a":'.repeat(100_000))).map(([what]) => what)).toEqual(['refused']);
});

test('a value longer than allowed is refused, and what follows is read', () => {
  const long = new Uint8Array(LONGEST_VALUE + 100).fill(0x20);
  long.set(bytesOf('{"a":1'));
  long.set(bytesOf('}{"b":2}'), LONGEST_VALUE + 90);
  const events = split(long, [1_000, LONGEST_VALUE]);
  expect(events.map(([what]) => what)).toEqual(['refused', 'value']);
  expect(events[0]?.[2]).toMatch(/longer than/);
});

test('bad UTF-8 becomes U+FFFD, wherever it is cut', () => {
  const bytes = Uint8Array.of(...bytesOf('{"a":"'), 0xff, 0xe2, 0x82, 0xac, ...bytesOf('"}'));
  for (let cut = 0; cut < bytes.length; cut++)
    expect(split(bytes, [cut])).toEqual([['value', '{"a":"\uFFFD€"}', 'byte 0']]);
});

const json = fc.json({ maxDepth: 4 }).filter((text) => /^[[{]/.test(text));

test('law: documents come back as they went in, however they are laid out and cut', () => {
  const documents = fc.array(
    fc.tuple(
      fc.object({ maxDepth: 3, key: fc.string({ minLength: 1 }).map((k) => `k${k}`) }),
      fc.constantFrom(0, 1, 4),
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(documents, fc.constantFrom('', '\n', '\r\n', ' '), fc.array(fc.nat(300)), (all, between, cuts) => {
      const text = all.map(([value, indent]) => JSON.stringify(value, null, indent)).join(between);
      const events = split(bytesOf(text), cuts);
      expect(events.map(([what, value]) => [what, JSON.parse(String(value))])).toEqual(
        all.map(([value]) => ['value', JSON.parse(JSON.stringify(value))]),
      );
    }),
  );
});

test('law: any bytes, cut anywhere, give the same events and no exception', () => {
  const soup = fc.array(
    fc.oneof(
      json,
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '\n',
        '\uFEFF',
        '{"items":[',
        '{"tables":[{"rows":[',
        ' x',
        '1',
      ),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(soup, fc.array(fc.nat(200)), (parts, cuts) => {
      const bytes = bytesOf(parts.join(''));
      expect(split(bytes, cuts)).toEqual(split(bytes));
    }),
    { numRuns: 500 },
  );
});

test('law: each list that was opened is closed', () => {
  const soup = fc.array(
    fc.constantFrom('{"items":[', '{"tables":[{"rows":[', '[1]', '{}', ',', ']}', ']}]}', '"', '\n'),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(soup, (parts) => {
      const events = split(bytesOf(parts.join('')));
      const count = (name: string): number => events.filter(([what]) => what === name).length;
      expect(count('closed')).toBe(count('opened'));
    }),
  );
});
