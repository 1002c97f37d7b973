import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EARLIEST, instant, LATEST, renderInstant } from '../../src/base/instant.ts';
import { fillParameters } from '../../src/core/kql/fill-parameters.ts';
import { kqlLiteral, type ParameterValue } from '../../src/core/kql/literal.ts';
import type { Expr, Query } from '../../src/core/kql/query.ts';
import { KustoLanguage } from '../../src/kusto/kusto-language.ts';

/** Whatever somebody gives as a parameter, Microsoft's parser reads one literal with that value in its place, and nothing else. */

const language = new KustoLanguage();
// The service builds its grammar with its first query, which takes long on a busy machine.
beforeAll(() => language.read('print 1', {}), 120_000);
afterAll(() => language.close());

const read = async (text: string): Promise<Query> => {
  const of = await language.read(text, {});
  if (of.kind !== 'query') throw new Error(`${JSON.stringify(of)} in ${text}`);
  return of.query;
};

/** What stands for parameters when they are filled with values, each of a type: many at once, as each reading takes its time. */
const filled = async (given: readonly (readonly [type: string, value: ParameterValue])[]): Promise<readonly Expr[]> => {
  const names = given.map(([type], i) => `p${i}:${type}`);
  const text = `declare query_parameters(${names.join(', ')});\nprint "after"`;
  const of = fillParameters(text, await read(text), new Map(given.map(([, value], i) => [`p${i}`, value])));
  if (!of.ok) throw new Error(of.problem);
  const { lets, result, parameters } = await read(of.value.text);
  expect(parameters).toEqual([]);
  expect(result.source).toMatchObject({ kind: 'print', named: [{ expr: { string: 'after' } }] });
  expect(lets.map(({ name }) => name)).toEqual(given.map((_, k) => `p${k}`));
  return lets.map(({ value }) => value as Expr);
};

/** Of what ends strings, lines, comments and statements more than of anything else. */
const nasty = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\u2028',
      '\u0000',
      '`',
      ';',
      '//',
      '|',
      'u',
      '0',
      'x',
      '{',
      '\u200f',
      '\u{1F600}',
      '@"',
    ),
  }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

const LONG = 240_000;
const some = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { minLength: 1, maxLength: 20, size: 'max' });

test(
  'a text is one literal that says that text',
  async () => {
    await fc.assert(
      fc.asyncProperty(some(nasty), async (values) => {
        const literals = await filled(values.map((value) => ['string', value]));
        expect(literals).toMatchObject(values.map((string) => ({ kind: 'literal', type: 'string', string })));
      }),
      { numRuns: 30 },
    );
  },
  LONG,
);

test('half a character is refused: nobody can send it', () => {
  expect(kqlLiteral('string', 'a\ud800')).toMatchObject({ ok: false });
});

test(
  'a time is one literal that says that time',
  async () => {
    await fc.assert(
      fc.asyncProperty(some(fc.integer({ min: EARLIEST, max: LATEST - 1 })), async (times) => {
        const literals = await filled(times.map((ms) => ['datetime', instant(ms)]));
        const texts = times.map((ms) => `datetime(${renderInstant(instant(ms))})`);
        expect(literals).toMatchObject(texts.map((text) => ({ kind: 'literal', type: 'datetime', text })));
      }),
      { numRuns: 5 },
    );
  },
  LONG,
);

test.each<[string, string, string]>([
  ['int', '-5', 'int(-5)'],
  ['int', '2147483647', 'int(2147483647)'],
  ['long', '9223372036854775807', 'long(9223372036854775807)'],
  ['long', '-9223372036854775808', 'long(-9223372036854775808)'],
  ['real', '1.5', 'real(1.5)'],
  ['real', '-1e-5', 'real(-1e-5)'],
  ['bool', 'true', 'true'],
  ['timespan', '1.5d', '1.5d'],
  ['timespan', '90m', '90m'],
  ['guid', '7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978', 'guid(7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978)'],
])('a %s: %s', async (type, value, text) => {
  expect(await filled([[type, value]])).toMatchObject([{ kind: 'literal', type, text }]);
});

test(
  'whatever is given for a value that is no text: a literal of its type, or refused',
  async () => {
    const type = fc.constantFrom('int', 'long', 'real', 'bool', 'timespan', 'guid');
    const value = fc.oneof(
      nasty,
      fc.float().map(String),
      fc.bigInt().map(String),
      fc.stringMatching(/^[-+\d.eEdhmsxX()]{1,12}$/),
    );
    await fc.assert(
      fc.asyncProperty(some(fc.tuple(type, value)), async (given) => {
        const taken = given.flatMap(([as, text]) => {
          const literal = kqlLiteral(as, text);
          return literal.ok ? [{ given: [as, text] as const, type: as, text: literal.value }] : [];
        });
        if (taken.length === 0) return;
        const literals = await filled(taken.map((each) => each.given));
        expect(literals).toMatchObject(taken.map(({ type: of, text }) => ({ kind: 'literal', type: of, text })));
      }),
      { numRuns: 40 },
    );
  },
  LONG,
);

test.each<[string, string, ParameterValue, string]>([
  ['a value too many', 'declare query_parameters(p:int = 1);\nprint p', 'x', 'has no parameter q'],
  ['a query without parameters', 'print 1', 'x', 'has no parameters'],
])('%s is refused', async (_, text, value, problem) => {
  expect(fillParameters(text, await read(text), new Map([['q', value]]))).toMatchObject({
    ok: false,
    problem: expect.stringContaining(problem),
  });
});

test('a value that is missing is refused, one that has another in its place is not', async () => {
  const text = 'declare query_parameters(p:int, q:string = "a;b");\nprint p, q';
  const query = await read(text);
  expect(fillParameters(text, query, new Map())).toMatchObject({
    ok: false,
    problem: expect.stringContaining('p (int)'),
  });
  expect(fillParameters(text, query, new Map([['p', '3']]))).toMatchObject({
    ok: true,
    value: { text: 'let p = int(3);\nlet q = "a;b";\nprint p, q' },
  });
});
