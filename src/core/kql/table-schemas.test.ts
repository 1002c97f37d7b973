import { expect, test } from 'vitest';
import { parseSchemaVersion, parseTables, type SchemaVersion, tablesAsOf, withTables } from './table-schemas.ts';

const version = (month: string, tables: Readonly<Record<string, Readonly<Record<string, string>>>>): SchemaVersion => {
  const named = Object.entries(tables).map(([name, columns]) => [name, { source: 'a page', columns }]);
  const read = parseSchemaVersion({ version: month, tables: Object.fromEntries(named) });
  if (!read.ok) throw new Error(read.problem);
  return read.value;
};
const OLD = version('2024-11', { Flows: { SrcIp: 'string', SrcPort: 'int' }, Pods: { Name: 'string' } });
const NEW = version('2026-07', { Flows: { SrcIp: 'string', SrcPorts: 'string' } });

test('a table is as it was published last, with what it means, and what it has lost', () => {
  const meanings = {
    Flows: { source: 'rows', eventTime: ['Begin'], columns: { SrcIp: { blankWhen: 'it is public' } } },
  };
  const tables = tablesAsOf([NEW, OLD], meanings, null);
  expect(tables['Flows']).toEqual({
    eventTime: ['Begin'],
    columns: { SrcIp: { type: 'string', blankWhen: 'it is public' }, SrcPorts: { type: 'string' } },
    gone: { SrcPort: { type: 'int', last: '2024-11' } },
  });
  expect(tables['Pods']).toEqual({ columns: { Name: { type: 'string' } }, gone: {} });
});

test('as of an earlier month there is what was there then', () => {
  expect(Object.keys(tablesAsOf([OLD, NEW], {}, '2024-11')['Flows']?.columns ?? {})).toEqual(['SrcIp', 'SrcPort']);
  expect(tablesAsOf([OLD, NEW], {}, '2020-01')).toEqual({});
});

test("tables of one's own come to the others, and before them", () => {
  const own = parseTables({ Mine_CL: { columns: { A_s: 'string' } }, Pods: { columns: { Id: 'guid' } } });
  if (!own.ok) throw new Error(own.problem);
  const tables = withTables(tablesAsOf([OLD], {}, null), own.value);
  expect(Object.keys(tables)).toEqual(['Flows', 'Pods', 'Mine_CL']);
  expect(Object.keys(tables['Pods']?.columns ?? {})).toEqual(['Id']);
});

test.each<[string, unknown, string]>([
  ['no object', [], 'expected an object'],
  ['no month', { version: '2026', tables: {} }, '"version"'],
  ['no tables', { version: '2026-07' }, '"tables"'],
  ['a name that is none', { version: '2026-07', tables: { 'a b': { columns: {} } } }, '"a b"'],
  ['no columns', { version: '2026-07', tables: { T: {} } }, 'T: expected "columns"'],
  ['a type that is none', { version: '2026-07', tables: { T: { columns: { a: 'text' } } } }, 'T.a: expected one of'],
])('%s is refused with its place', (_, json, problem) => {
  expect(parseSchemaVersion(json)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
});
