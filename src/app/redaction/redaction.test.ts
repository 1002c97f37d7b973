import { createHmac } from 'node:crypto';
import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Schema } from '../../../test/json-schema.ts';
import { CLASSES, type FieldClass } from './fields.ts';
import { type Redaction, redaction } from './redaction.ts';
import { PAGES, PROPERTIES, SAID, TABLES } from './words.ts';

/* Every answer that there is, with an estate of hostile names in every field that takes text: none of them is left, and everything else is. */

const folder = join(import.meta.dirname, '../../../docs/reference/schemas');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.schema.json'))
  .sort();
const schemaIn = (file: string): Schema => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema;

/** A name of each kind. Some have blanks, quotes, letters of other scripts; one is a word of every day. */
const ESTATE: Readonly<Record<Exclude<FieldClass, 'plain' | 'sentence' | 'source'>, string>> = {
  cluster: 'prod-weu-01',
  file: '/home/jo.doe/dump of prod.json',
  host: 'zebra.db.contoso.internal',
  id: '4bf92f3577b34da6a3ce929d0e0e4736',
  ip: '10.244.3.77',
  namespace: 'payments',
  node: 'aks-np1-31337-vmss00000a',
  place: '198.51.100.23:5432/tcp',
  pod: 'zebra-7d9f8c-x2x4z',
  text: 'card 4111-1111 of "Zoë" failed at 2a01:4f8:77::9 / 日本',
  uid: '0c9d1a5e-7b1f-4e0c-9a53-1f8a7b6c5d4e',
  word: 'order_4711',
  workload: 'zebra',
};
/** What may stand nowhere. */
const NAMES = [
  ...Object.values(ESTATE),
  '198.51.100.23',
  '2a01:4f8:77::9',
  'contoso',
  'jo.doe',
  '4111-1111',
  'night-job',
  'Zoë',
  '日本',
  'payments',
  'zebra',
];
/** Of all kinds but words of every day, which are known by the fields alone that name them. */
const TELLING = `pod ${ESTATE.pod} on ${ESTATE.node}, 10.244.3.77:8080 to [2a01:4f8:77::9]:443, ${ESTATE.host}: ${ESTATE.uid} (${ESTATE.word}, night-job).`;

const classOf = (path: readonly string[]): FieldClass | undefined => {
  const [last = '', before = ''] = path.toReversed();
  return CLASSES[`${before}.${last}`] ?? CLASSES[last];
};

const keyed = (key: string): Redaction =>
  redaction((text) => createHmac('sha256', key).update(text).digest(), new Set(['--since', '--cluster', '-n']));

interface Made {
  readonly value: unknown;
  readonly unknown: readonly string[];
}

/** An answer as a schema has it, with every member that it may have. */
const made = (file: string): Made => {
  const unknown: string[] = [];
  const of = (schema: Schema, root: Schema, path: readonly string[], depth: number): unknown => {
    if (schema.$ref !== undefined && !schema.$ref.startsWith('#')) {
      const other = schemaIn(schema.$ref.split('/').at(-1) as string);
      return of(other, other, path, depth + 1);
    }
    if (schema.$ref !== undefined) {
      if (depth > 12) return null;
      const target = schema.$ref
        .split('/')
        .slice(1)
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], root);
      return of(target as Schema, root, path, depth + 1);
    }
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return schema.enum.find((one) => typeof one === 'string') ?? schema.enum[0];
    if (schema.anyOf !== undefined) {
      const all = schema.anyOf.map((one) => of(one, root, path, depth + 1));
      return all.find((one) => typeof one === 'object' && one !== null) ?? all.find((one) => one !== null) ?? null;
    }
    const types = new Set([schema.type ?? []].flat());
    if (types.has('object') || schema.properties !== undefined) {
      const own = Object.entries(schema.properties ?? {}).map(([name, one]) => [
        name,
        of(one, root, [...path, name], depth + 1),
      ]);
      const open = schema.additionalProperties;
      const more = typeof open === 'object' ? of(open, root, [...path, 'x'], depth + 1) : ESTATE.text;
      return Object.fromEntries([
        ...own,
        ...(typeof open === 'object' || (open !== false && own.length === 0) ? [[ESTATE.pod, more]] : []),
      ]);
    }
    if (types.has('array')) return schema.items === undefined ? [] : [of(schema.items, root, path, depth + 1)];
    if (types.has('string')) {
      const cls = classOf(path);
      if (cls === undefined && !path.includes('x')) unknown.push(path.join('.'));
      if (cls === undefined || cls === 'plain') return ESTATE.text;
      if (cls === 'sentence') return TELLING;
      return cls === 'source' ? `conntrack ${ESTATE.namespace}` : ESTATE[cls];
    }
    return types.has('number') || types.has('integer') ? 42.5 : types.has('boolean') ? true : null;
  };
  const root = schemaIn(file);
  return { value: of(root, root, [], 0), unknown };
};

/** What stays: its members, its figures, and how many there are of what. */
const shapeOf = (value: unknown): unknown => {
  if (typeof value === 'string') return '';
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([name, one]) => [PROPERTIES.has(name) ? name : '', shapeOf(one)]);
};

const leaks = (text: string): readonly string[] =>
  NAMES.filter((name) => text.toLowerCase().includes(JSON.stringify(name).slice(1, -1).toLowerCase()));

test.each(files)('%s', (file) => {
  const { value, unknown } = made(file);
  expect(unknown).toEqual([]);
  const names = keyed('a key that nobody has');
  const redacted = names.report(value);
  expect(leaks(JSON.stringify(redacted))).toEqual([]);
  expect(shapeOf(redacted)).toEqual(shapeOf(value));
  expect(names.report(value)).toEqual(redacted);
  // Text about it.
  names.learn({ namespace: ESTATE.namespace, workload: ESTATE.workload, text: ESTATE.text });
  expect(leaks(names.text(`${TELLING} payments/zebra; ${ESTATE.text}`))).toEqual([]);
});

test('the same thing is the same word, of the next report with the same key too, and of another key another', () => {
  const report = {
    pods: [{ name: 'zebra-1', ip: '10.0.0.9' }],
    reasons: ['zebra-1 was on 10.0.0.9'],
    flows: 7,
    verdict: 'exact',
  };
  const told = keyed('k1').report(report) as typeof report;
  expect(told).toEqual({
    pods: [{ name: expect.stringMatching(/^pod-[0-9a-f]{12}$/), ip: expect.stringMatching(/^10\./) }],
    reasons: [`${told.pods[0]?.name} was on ${told.pods[0]?.ip}`],
    flows: 7,
    verdict: 'exact',
  });
  expect(keyed('k1').report(report)).toEqual(told);
  expect(keyed('k2').report(report)).not.toEqual(told);
});

test.each([
  ['10.1.2.3', /^10\./],
  ['172.31.9.9', /^172\.(?:1[6-9]|2\d|3[01])\./],
  ['192.168.7.7', /^192\.168\./],
  ['100.100.1.1', /^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
  ['20.50.1.9', /^2(?:4\d|5[0-5])\./],
  ['fd12::7', /^f[cd]/],
  ['fe80::1', /^fe[89ab]/],
  ['2a01:4f8::7', /^2001:db8:/],
])('%s stays on its side', (ip, expected) => {
  const { ip: told } = keyed('k').report({ ip }) as { ip: string };
  expect(told).toMatch(expected);
});

test.each(['plain', 'place', 'ip', 'sentence', 'source', 'text', 'host'])('an address where %s stands goes', (cls) => {
  const [field] = Object.entries(CLASSES).find(([name, one]) => one === cls && /^[a-zA-Z]+$/.test(name)) ?? [];
  for (const ip of [
    '198.51.100.23',
    '10.244.3.77',
    '10.244.0.0/16',
    '2a01:4f8:77::9',
    '[2a01:4f8:77::9]:443',
    '10.244.3.77:80/tcp',
  ]) {
    const told = JSON.stringify(keyed('k').report({ [field as string]: ip }));
    expect(/198\.51|244|2a01|77::9/.test(told)).toBe(false);
  }
});

test('what says nothing of anybody stays, and columns where they were', () => {
  const names = keyed('k');
  expect(names.report({ ip: '168.63.129.16', at: '2026-11-28T03:00:00.000Z', tz: 'utc' })).toEqual({
    ip: '168.63.129.16',
    at: '2026-11-28T03:00:00.000Z',
    tz: 'utc',
  });
  names.learn({ pod: 'a-very-long-name-of-a-pod-1', node: 'n1' });
  const lines = ['POD                          NODE    FLOWS', 'a-very-long-name-of-a-pod-1  n1      7'].map((line) =>
    names.text(line),
  );
  expect(lines[1]).toMatch(/^pod-[0-9a-f]{12} {13}node-[0-9a-f]{12} {2,}7$/);
  expect(names.text('3 flows (exact 66 %) at 03:00, 1.5 MB, E105, --since 24h')).toBe(
    '3 flows (exact 66 %) at 03:00, 1.5 MB, E105, --since 24h',
  );
});

/** An estate whose names are words of answers, every one. */
const ofWords = (): Redaction => {
  const names = keyed('k');
  names.learn({ namespace: 'monitoring', workload: 'host', pod: 'exact', node: 'egress', cluster: 'default' });
  return names;
};

test.each([
  ['pod monitoring/exact made this flow', /^pod namespace-\w{12}\/pod-\w{12} made this flow$/],
  ['it was monitoring/exact.', /^it was namespace-\w{12}\/pod-\w{12}\.$/],
  ['monitoring/Deployment/host', /^namespace-\w{12}\/Deployment\/workload-\w{12}$/],
  ['made by (deployment/host)', /^made by \(deployment\/workload-\w{12}\)$/],
  ['no conntrack from node egress: it is gone', /^no conntrack from node node-\w{12}: it is gone$/],
  [
    '(conntrack of egress) default,conntrack egress,7',
    /^\(conntrack of node-\w{12}\) default,conntrack node-\w{12},7$/,
  ],
  ['there is no cluster "default"', /^there is no cluster "cluster-\w{12}"$/],
  ['unmasq flows -n monitoring --cluster default', /^unmasq flows -n namespace-\w{12} --cluster cluster-\w{12}$/],
])('a name that is a word of answers goes where it stands as a name: %s', (text, expected) => {
  expect(ofWords().text(text)).toMatch(expected);
});

test('and stays where it is the word', () => {
  const text = 'exact: 3 flows, one by default through egress/snat; monitoring of a pod host, 443/tcp';
  expect(ofWords().text(text)).toBe(text);
});

test('fields of a row that hold names are told by what they hold, and all else is left to the text', () => {
  const names = ofWords();
  const row = {
    pod: { namespace: 'monitoring', name: 'exact' },
    node: 'egress',
    verdict: 'exact',
    flows: 7,
    says: 'host',
    source: 'conntrack of egress',
    seen: new Map([['monitoring', 1]]),
  };
  const told = names.row(row);
  const word = /^\w+-[0-9a-f]{12}$/;
  expect(told).toEqual({
    ...row,
    pod: { namespace: expect.stringMatching(word), name: expect.stringMatching(word) },
    node: expect.stringMatching(word),
    source: `conntrack of ${told.node}`,
  });
  expect(names.report(row)).toMatchObject({ pod: told.pod, node: told.node });
  expect(names.text('of that')).toBe('of that');
  expect(names.text(`${told.pod.namespace}/${told.pod.name}: ${told.node}`)).toBe(
    `${told.pod.namespace}/${told.pod.name}: ${told.node}`,
  );
});

test('flags of ours stay, and any other goes', () => {
  const names = keyed('k');
  expect(names.text('--since 24h; az role assignment create --role Reader')).toContain(
    '--since 24h; az role assignment create --role',
  );
  expect(names.text("unknown option '--acmecorp', -acmecorp --acme-corp=x")).not.toMatch(/acme/);
});

test('our tables and pages stay, and no name that is like them', () => {
  const names = keyed('k');
  const ours = 'settled_hour is torn (docs/guide/agent.md): see docs/reference/schemas/why.schema.json.';
  expect(names.text(ours)).toBe(ours);
  expect(names.report({ table: 'flow_record' })).toEqual({ table: 'flow_record' });
  for (const other of [
    ['docs', 'guide', 'acme-corp.md'].join('/'),
    '/home/jo.doe/docs/guide/agent.md',
    'x-docs/guide/agent.md',
    'acme_record',
  ])
    expect(names.text(other)).toMatch(/word-/);
  names.learn({ workload: 'settled_hour', pod: 'probe', node: 'acmedocs' });
  expect(names.text('acmedocs/guide/agent.md')).not.toContain('acme');
  expect(names.text('settled_hour probe')).toMatch(/^workload-\w{12} pod-\w{12}$/);
});

/** Of `source` what stands between the marks of a list. */
const WORDS_FILE = join(import.meta.dirname, 'words.ts');

const sorted = (words: Iterable<string>): readonly string[] => [...new Set(words)].sort();

/** What a list should hold. UPDATE=1 writes it. */
const listed = (list: string, found: Iterable<string>): readonly string[] => {
  if (process.env['UPDATE'] === '1') {
    const text = readFileSync(WORDS_FILE, 'utf8');
    const written = text.replace(
      new RegExp(`(const ${list}\\b[^\`]*words\\(\`)[^\`]*`),
      (_, head: string) => `${head}\n${wrapped(sorted(found))}\n`,
    );
    writeFileSync(WORDS_FILE, written);
  }
  return sorted(found);
};

test('the words and members are those of the schemas', () => {
  const [said, members] = [new Set<string>(), new Set<string>()];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { enum: words = [], const: word, properties = {} } = value as Schema;
    for (const one of [...(Array.isArray(words) ? words : []), word]) if (typeof one === 'string') said.add(one);
    if (typeof properties === 'object') for (const name of Object.keys(properties)) members.add(name);
    for (const one of Object.values(value)) collect(one);
  };
  for (const file of files) collect(schemaIn(file));
  const expected = [listed('SAID', said), listed('MEMBERS', members)];
  expect([sorted(SAID), sorted(PROPERTIES)]).toEqual(expected);
});

test('the tables are those of the store, and the pages those of docs', () => {
  const root = join(import.meta.dirname, '../../..');
  const schema = readFileSync(join(root, 'docs/reference/cluster-schema.sql'), 'utf8');
  const created = schema.matchAll(/CREATE (?:TABLE|(?:MATERIALIZED )?VIEW) (?:IF NOT EXISTS )?(?:\w+\.)?(\w+)/g);
  const tables = Array.from(created, ([, name = '']) => name);
  const pages = globSync('docs/{guide,reference}/**/*.*', { cwd: root });
  const expected = [listed('TABLES', tables), listed('PAGES', pages)];
  expect([sorted(TABLES), sorted(PAGES)]).toEqual(expected);
});

const wrapped = (words: readonly string[]): string => {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 148) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last}, ${word}`;
  }
  return lines.join(',\n');
};
