import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QueryRead } from '../core/kql/query-language.ts';
import type { ScalarType } from '../core/kql/query.ts';
import type { Tables } from '../core/kql/tables.ts';
import { KUSTO_DEFAULTS, KustoLanguage } from './kusto-language.ts';

const table = (columns: Readonly<Record<string, ScalarType>>): Tables[string] => ({
  columns: Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, { type }])),
  gone: {},
});
const TABLES: Tables = {
  T: table({ TimeGenerated: 'datetime', s: 'string', i: 'int', l: 'long', d: 'dynamic', b: 'bool', r: 'real' }),
  U: table({ s: 'string', i: 'int' }),
};
const language = new KustoLanguage();
// The service builds its grammar with its first query, which takes long on a busy machine.
beforeAll(() => language.read('print 1', {}), 120_000);
afterAll(() => language.close());

const read = async (text: string): Promise<Extract<QueryRead, { readonly kind: 'query' }>> => {
  const result = await language.read(text, TABLES);
  if (result.kind !== 'query') throw new Error(JSON.stringify(result));
  return result;
};
const steps = async (text: string) => (await read(text)).query.result.steps;

test('a query is read with names, types and places', async () => {
  const text = 'T | where s == "a\\"b" and i > 0x1F | project n = i + 1, s';
  expect((await read(text)).query.result).toMatchObject({
    source: { kind: 'table', name: 'T', at: { from: 0, until: 1 } },
    steps: [
      {
        kind: 'where',
        condition: {
          kind: 'operator',
          op: 'and',
          left: { op: '==', left: { kind: 'column', name: 's', type: 'string' }, right: { string: 'a"b' } },
          right: { op: '>', right: { kind: 'literal', text: '0x1F', type: 'long', string: null } },
        },
      },
      {
        kind: 'project',
        columns: [
          { name: 'n', type: 'long' },
          { name: 's', type: 'string' },
        ],
        named: [{ name: 'n' }, { name: null, expr: { kind: 'column', name: 's' } }],
      },
    ],
  });
});

test.each<[string, string, object]>([
  ['in', 'T | where i in (1, 2)', { kind: 'in', op: 'in' }],
  ['in, whatever the case', 'T | where s in~ ("a")', { kind: 'in', op: 'in~' }],
  ['not in', 'T | where s !in ("a")', { kind: 'in', op: '!in' }],
  ['<> is !=', 'T | where s <> "a"', { kind: 'operator', op: '!=' }],
  ['in a table', 'T | where s in (U | project s)', { list: [{ kind: 'rows', isScalar: false }] }],
  ['a table as a value', 'T | where i > toscalar(U | count)', { right: { kind: 'rows', isScalar: true } }],
  ['between', 'T | where i between (1 .. 2)', { kind: 'between', not: false }],
  ['not between', 'T | where i !between (1 .. 2)', { kind: 'between', not: true }],
  ['a member', 'T | where d.a["b"] == 1', { left: { kind: 'member', key: { string: 'b' }, of: { key: 'a' } } }],
  ['a function', 'T | where isempty(s)', { kind: 'call', name: 'isempty', args: [{ kind: 'column' }] }],
  ['a null', 'T | where i == int(null)', { right: { kind: 'literal', isNull: true } }],
  ['brackets', 'T | where ((b))', { kind: 'column', name: 'b' }],
  ['a name in brackets', "T | where ['s'] == ''", { left: { name: 's' }, right: { string: '' } }],
])('%s', async (_, text, condition) => {
  expect(await steps(text)).toMatchObject([{ kind: 'where', condition }]);
});

test.each<[string, string, object]>([
  ['a join is innerunique unless it says otherwise', 'T | join (U) on s', { kind: 'join', flavour: 'innerunique' }],
  ['a join of two names', 'T | join kind=inner (U) on $left.s == $right.s', { on: [{ left: { side: 'left' } }] }],
  ['hints change nothing', 'T | join kind=inner hint.remote=left (U) on s', { kind: 'join', flavour: 'inner' }],
  ['a lookup', 'T | lookup (U) on s', { kind: 'lookup', flavour: 'leftouter' }],
  ['a union of all columns', 'T | union U', { kind: 'union', flavour: 'outer', withSource: null }],
  ['a union of what is common', 'T | union kind=inner U', { kind: 'union', flavour: 'inner' }],
  ['a union that tells the part', 'T | union withsource=W U', { withSource: 'W' }],
  ['the largest first unless it says otherwise', 'T | sort by i', { by: [{ descending: true, nulls: 'last' }] }],
  ['ascending', 'T | sort by i asc', { by: [{ descending: false, nulls: 'first' }] }],
  ['ascending with nulls last', 'T | sort by i asc nulls last', { by: [{ descending: false, nulls: 'last' }] }],
  ['expanded to a type', 'T | mv-expand d to typeof(long)', { kind: 'mv-expand', named: [{ to: 'long' }] }],
  ['expanded with an index', 'T | mv-expand with_itemindex=x d', { kind: 'other', what: 'MvExpandParameter' }],
  ['what is not in the subset', 'T | render timechart', { kind: 'other', what: 'RenderOperator' }],
  ['groups come first', 'T | summarize count() by s', { columns: [{ name: 's' }, { name: 'count_' }] }],
])('%s', async (_, text, step) => {
  expect(await steps(text)).toMatchObject([step]);
});

test.each<[string, string, object]>([
  ['of a let', 'let a = T | take 1; a', { kind: 'let', name: 'a' }],
  ['values', 'print x = 1', { kind: 'print' }],
  ['rows', 'datatable(a:int, b:string)[1, "x", 2, "y"]', { kind: 'datatable', values: [{ text: '1' }, {}, {}, {}] }],
  ['a range', 'range i from 1 to 9 step 2', { kind: 'range', by: { text: '2' } }],
  ['a union', 'union withsource=W T, (U | take 1)', { kind: 'union', withSource: 'W', with: [{}, { steps: [{}] }] }],
  ['tables by a pattern', 'union T*', { kind: 'union', with: [{ source: { kind: 'other' } }] }],
  ['another workspace', 'workspace("x").T', { kind: 'other', what: 'workspace()' }],
])('a source: %s', async (_, text, source) => {
  expect((await read(text)).query.result.source).toMatchObject(source);
});

test('parameters, with where they stand', async () => {
  const text = 'declare query_parameters(dest:string = "1.2.3.4", since:datetime);\nT | where s == dest';
  expect((await read(text)).query).toMatchObject({
    parameters: [
      { name: 'dest', type: 'string', initial: { string: '1.2.3.4' } },
      { name: 'since', type: 'datetime', initial: null },
    ],
    parametersAt: { from: 0, until: text.indexOf(';') },
  });
});

test.each<[string, string, object]>([
  ['an unknown column', 'T | where nope == 1', { kind: 'faulty', diagnostics: [{ code: 'KS142', at: { from: 10 } }] }],
  [
    'keys of two types: the service says no place',
    'T | join kind=inner (U) on $left.s == $right.i',
    { kind: 'faulty', diagnostics: [{ at: { from: 24, until: 46 } }] },
  ],
  ['a string that is left open', 'T | where s == "', { kind: 'faulty' }],
  ['nothing', '', { kind: 'unread', what: 'NoResult' }],
  ['a management command', '.drop table T', { kind: 'command' }],
  ['two results', 'T; U', { kind: 'unread', what: 'SeveralResults', at: { from: 3 } }],
  ['too deep', `print ${'('.repeat(100)}`, { kind: 'refused', at: { from: 70 } }],
  ['too long', `print "${'a'.repeat(70_000)}"`, { kind: 'refused' }],
])('%s', async (_, text, expected) => {
  expect(await language.read(text, TABLES)).toMatchObject(expected);
});

test('what takes for ever is given up, and the next is read', async () => {
  const hasty = new KustoLanguage({ ...KUSTO_DEFAULTS, deadlineMs: 3_000 });
  try {
    const twice = Array.from({ length: 22 }, (_, i) => `let a${i + 1}=(){a${i}()|union a${i}()};`).join('');
    const endless = await hasty.read(`let a0=(){U|union U};${twice}a22()`, TABLES);
    expect(endless).toMatchObject({ kind: 'gave-up' });
    expect(await hasty.read('T | take 1', TABLES)).toMatchObject({ kind: 'query' });
  } finally {
    await hasty.close();
  }
}, 120_000);

test('the same text over the same tables is read once', () => {
  expect(language.read('T | take 7', TABLES)).toBe(language.read('T | take 7', TABLES));
  expect(language.read('T | take 7', { ...TABLES })).not.toBe(language.read('T | take 7', TABLES));
});
