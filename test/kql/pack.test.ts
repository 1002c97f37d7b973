import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import { UTC } from '../../src/app/civil-time.ts';
import { fillQuery, type ParametersAsked } from '../../src/app/kql-fill.ts';
import { portalLink } from '../../src/app/kql-link.ts';
import { kqlQuery, packQuery } from '../../src/app/kql-pack.ts';
import { gzipped } from '../../src/cli/render/gzipped.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { checkQuery } from '../../src/core/kql/check-query.ts';
import { KustoLanguage } from '../../src/kusto/kusto-language.ts';
import { meanings, publishedTables, schemaVersions } from './published-tables.ts';

/** What comes along in kql/ is what `unmasq kql check` asks of everybody. */

const folder = join(import.meta.dirname, '../../kql');
const kqlIn = (path: string): readonly string[] => readdirSync(path).filter((name) => name.endsWith('.kql'));
const files = kqlIn(folder);
/** What a workspace is asked in the place of a store is held to the same. */
const all = [...files, ...kqlIn(join(folder, 'asked')).map((name) => `asked/${name}`)];
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const language = new KustoLanguage();
const tables = publishedTables();
// The service builds its grammar with its first query, which takes long on a busy machine.
beforeAll(() => language.read('print 1', {}), 120_000);
afterAll(() => language.close());

const VALUES: Readonly<Record<string, string>> = {
  dest: '203.0.113.66',
  cluster: 'prod',
  pod: 'checkout-7f9c6d5b48-x2x8q',
  namespace: 'shop',
  id: '4bf92f3577b34da6a3ce929d0e0e4736',
  ids: '4bf92f3577b34da6a3ce929d0e0e4736',
  uids: '',
  names: 'checkout-7f9c6d5b48-x2x8q',
  ips: '10.244.0.7',
  tables: 'KubePodInventory NTANetAnalytics',
};
const NONE: ParametersAsked = { values: new Map(), since: null, until: null, cluster: null };
const MOMENT = { now: instant(Date.UTC(2026, 10, 27, 4)), zone: UTC };

test('there are queries for every question', () => {
  expect(files).toHaveLength(11);
});

test.each(all)(
  '%s is clean, before and after its parameters are filled in, and says what each of them is',
  async (file) => {
    const text = textOf(file);
    const before = await checkQuery(language, text, tables, { isBounded: false, hasParameters: true });
    expect(before.findings).toEqual([]);
    const query = packQuery(file, text);
    if (query === null || before.query === null) throw new Error(`${file} has no header`);
    expect(before.query.parameters.map(({ name }) => name)).toEqual(Object.keys(query.parameters));
    const asked = before.query.parameters.filter(({ initial, name }) => initial === null && name in VALUES);
    const values = new Map(asked.map(({ name }) => [name, VALUES[name] as string]));
    const filled = await fillQuery(text, { values, since: null, until: null, cluster: null }, MOMENT, language, tables);
    if (!filled.ok) throw new Error(filled.problem.what);
    expect(filled.value.findings).toEqual([]);
    expect(filled.value.text).not.toContain('query_parameters');
  },
);

test.each(all)('%s can be pasted: one block, of plain characters, as short as a line of an answer needs', (file) => {
  const text = textOf(file);
  expect(text).toMatch(/^[\n -~]*\n$/);
  expect(text).not.toMatch(/\n\n|[ \t]\n/);
  // The portal takes the block around the cursor.
  expect(text.length).toBeLessThan(8_000);
});

test('only what NSG flow logs are for is allowed', async () => {
  const allowed = await Promise.all(
    all.map(async (file) =>
      (await checkQuery(language, textOf(file), tables)).allowed.map(({ code }) => `${file} ${code}`),
    ),
  );
  expect(allowed.flat()).toEqual(['who-talked-to-address-nsg.kql KQL110']);
});

test('what is told of a query: tables, parameters, columns', async () => {
  const query = packQuery('who-talked-to-address', textOf('who-talked-to-address.kql'));
  if (query === null) throw new Error('it has no header');
  const told = await kqlQuery(query, language, tables);
  expect(told.tables).toEqual(['KubePodInventory', 'NTANetAnalytics']);
  expect(told.parameters.map(({ name, type, default: is }) => `${name} ${type} ${is}`)).toEqual([
    'dest string null',
    'since datetime null',
    'until datetime null',
    'cluster string null',
    'podCidr string "10.244.0.0/16"',
    'sampling timespan 1m',
  ]);
  expect(told.columns.map(({ name }) => name)).toEqual(
    'Begin End Source Node SentBy Candidates Pods Dest DestPort Status BytesOut BytesIn'.split(' '),
  );
});

test('everything that is meant is of a column that a version has, and says who says so', () => {
  const versions = schemaVersions();
  const has = (table: string, column: string): boolean =>
    versions.some(({ tables: published }) => published[table]?.columns[column] !== undefined);
  for (const [table, { source, columns = {}, eventTime = [], cluster = [], ...more }] of Object.entries(meanings())) {
    expect([table, source.length > 20]).toEqual([table, true]);
    const named = [
      ...Object.keys(columns),
      ...eventTime,
      ...cluster,
      more.rowKind?.column,
      more.direction,
      more.observer,
      more.countBy,
    ];
    for (const column of named)
      if (column !== undefined) expect([table, column, has(table, column)]).toEqual([table, column, true]);
    for (const [column, { elsewhere, filledWhere }] of Object.entries(columns))
      for (const other of [elsewhere, filledWhere?.column])
        if (other !== undefined) expect([column, other, has(table, other)]).toEqual([column, other, true]);
  }
});

test('every table says who published it', () => {
  for (const { version, tables: published } of schemaVersions())
    for (const [table, { source }] of Object.entries(published))
      expect([version, table, source.length > 20]).toEqual([version, table, true]);
});

test('guide and help name every query and command', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/kql.md'), 'utf8');
  for (const file of files) expect(guide).toContain(`\`${file.replace(/\.kql$/, '')}\``);
  for (const { name } of COMMANDS.filter((command) => command.name.startsWith('kql ')))
    expect(guide).toContain(`unmasq ${name}`);
});

test.each<[string, string, ParametersAsked, string]>([
  ['a parameter is missing', 'correlation-id.kql', NONE, 'E852'],
  ['a parameter is not of the query', 'query-cost.kql', { ...NONE, values: new Map([['x', '1']]) }, 'E852'],
  ['a number is none', 'calls-that-fail.kql', { ...NONE, values: new Map([['slowMs', '1; Heartbeat']]) }, 'E852'],
  ['a time is none', 'query-cost.kql', { ...NONE, since: 'sometime' }, 'E106'],
  ['a cluster has no meaning', 'query-cost.kql', { ...NONE, cluster: 'prod' }, 'E104'],
  [
    'a parameter is given twice',
    'query-cost.kql',
    { ...NONE, since: '1h', values: new Map([['since', '1h']]) },
    'E852',
  ],
])('a query is not filled in where %s', async (_, file, asked, code) => {
  const filled = await fillQuery(textOf(file), asked, MOMENT, language, tables);
  expect(filled).toMatchObject({ ok: false, problem: { code } });
});

test('a text that cannot be read is sent as it is, unless it has parameters', async () => {
  expect(await fillQuery('Mine_CL | take 5', NONE, MOMENT, language, tables)).toMatchObject({
    ok: true,
    value: { text: 'Mine_CL | take 5', findings: [{ code: 'KS204' }] },
  });
  for (const text of ['declare query_parameters(a:int); Mine_CL', 'Mine_CL'])
    expect(await fillQuery(text, { ...NONE, values: new Map([['a', '1']]) }, MOMENT, language, tables)).toMatchObject({
      ok: false,
      problem: { code: 'E851' },
    });
});

test('without a time it is the last day', async () => {
  const filled = await fillQuery(textOf('query-cost.kql'), NONE, MOMENT, language, tables);
  expect(filled).toMatchObject({
    ok: true,
    value: {
      parameters: [
        { name: 'since', literal: 'datetime(2026-11-26T04:00:00.000Z)' },
        { name: 'until', literal: 'datetime(2026-11-27T04:00:00.000Z)' },
      ],
      notes: [expect.stringContaining('the last day')],
    },
  });
});

test('a link is to the workspace, and holds what it is given', () => {
  const workspace = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w';
  const link = portalLink('print "ä"', { workspace, tenant: 'contoso.com', cloud: 'public' }, gzipped);
  if (!link.ok) throw new Error(link.problem.what);
  const [, q = ''] = /\/q\/([^/]+)$/.exec(link.value) ?? [];
  expect(gunzipSync(Buffer.from(decodeURIComponent(q), 'base64')).toString()).toBe('print "ä"');
  expect(link.value).toMatch(/^https:\/\/portal\.azure\.com\/#@contoso\.com\/blade\//);
  expect(decodeURIComponent(link.value)).toContain(`resourceId/${workspace}/source/`);
  // Neither when nor where it was made shows: time 0, system unknown.
  expect(gzipped('print 1').slice(0, 14)).toBe('H4sIAAAAAAAC/y');
  for (const wrong of ['w', `${workspace}/x`, `https://x${workspace}`, '/subscriptions/a b'])
    expect(portalLink('print 1', { workspace: wrong, tenant: null, cloud: 'public' }, gzipped)).toMatchObject({
      ok: false,
      problem: { code: 'E853' },
    });
  expect(portalLink('print 1', { workspace, tenant: 'a/b', cloud: 'china' }, gzipped)).toMatchObject({ ok: false });
});
