import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { differences, type Schema } from '../json-schema.ts';
import { certificates } from '../kube-api-server/certificates.ts';
import { type Answer, LogAnalyticsStandIn } from './log-analytics-stand-in.ts';

/** `unmasq kql run` against a stand-in for the query API, over TLS, with Azure's own client of identities. */

const WORKSPACE = '7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978';
const folder = mkdtempSync(join(tmpdir(), 'unmasq-kql-run-'));
const certs = certificates(folder);
if (certs === null) throw new Error('openssl is needed');
const standIn = new LogAnalyticsStandIn(WORKSPACE, certs);
let at: Awaited<ReturnType<LogAnalyticsStandIn['listen']>>;

beforeAll(async () => {
  at = await standIn.listen();
});
beforeEach(() => {
  standIn.queries.length = 0;
  standIn.befalls = () => null;
  standIn.answers = () => ANSWER;
});
afterAll(() => {
  standIn.close();
  rmSync(folder, { recursive: true, force: true });
});

const ANSWER: Answer = {
  columns: [
    ['TimeGenerated', 'datetime'],
    ['Namespace', 'string'],
    ['Pods', 'dynamic'],
    ['Bytes', 'long'],
  ],
  rows: [
    ['2026-11-22T03:00:00Z', 'shop\u001b[31m', '["a","b"]', 12],
    ['2026-11-22T03:01:00Z', '=1+1', null, null],
  ],
};

const unmasq = async (...words: readonly string[]) => {
  // What was compiled once is kept: this starts the program again and again.
  const env = { ...process.env, ...at.identity, NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt') };
  const child = spawn(process.execPath, ['src/main.ts', 'kql', 'run', ...words], { env });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (piece: Buffer) => (said[stream] += piece.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
};
const there = (): readonly string[] => ['--workspace', WORKSPACE, '--log-analytics-endpoint', at.endpoint];
const named = (file: string): Schema =>
  JSON.parse(readFileSync(join('docs/reference/schemas', file), 'utf8')) as Schema;

test('a query of the pack is sent with its parameters as literals, and its rows come back as published', async () => {
  const hostile = '1.2.3.4"; Heartbeat | take 1 //\n';
  const words = [
    '--param',
    `dest=${hostile}`,
    '--cluster',
    'prod',
    '--since',
    '2026-11-22T03:00Z',
    '--until',
    '2026-11-22T04:00Z',
  ];
  const { code, stdout } = await unmasq('who-talked-to-address', ...words, ...there(), '-o', 'json');
  const report = JSON.parse(stdout) as { readonly items: unknown; readonly query: { readonly parameters: unknown } };
  expect(differences(report, named('kql-run.schema.json'), named)).toEqual([]);
  expect(code).toBe(0);
  expect(report.items).toEqual([
    { TimeGenerated: '2026-11-22T03:00:00Z', Namespace: 'shop\u001b[31m', Pods: '["a","b"]', Bytes: 12 },
    { TimeGenerated: '2026-11-22T03:01:00Z', Namespace: '=1+1', Pods: null, Bytes: null },
  ]);
  expect(report.query.parameters).toMatchObject({
    dest: '"1.2.3.4\\"; Heartbeat | take 1 //\\u000a"',
    since: 'datetime(2026-11-22T03:00:00.000Z)',
    sampling: '1m',
  });
  expect(standIn.queries).toHaveLength(1);
  expect(standIn.queries[0]).toContain('let dest = "1.2.3.4\\"; Heartbeat | take 1 //\\u000a";\n');
  expect(standIn.queries[0]).not.toContain('query_parameters');
});

test('a file of a table that nobody here knows is sent as it is, with what is not known of it said', async () => {
  const file = join(folder, 'mine.kql');
  writeFileSync(file, 'MyTable_CL | take 5');
  const { code, stdout, stderr } = await unmasq(file, ...there());
  expect(standIn.queries).toEqual(['MyTable_CL | take 5']);
  expect(code).toBe(0);
  expect(stderr).toContain('KS204');
  expect(stdout).toContain('shop\\x1b[31m');
});

test('a part of an answer is told as one, and is none with --strict', async () => {
  standIn.befalls = () => 'partial';
  const file = join(folder, 'part.kql');
  writeFileSync(file, 'Heartbeat | where TimeGenerated > ago(1h)');
  const told = await unmasq(file, ...there(), '-o', 'csv');
  expect(told.code).toBe(0);
  expect(told.stdout.split('\n')).toHaveLength(4);
  expect(told.stderr).toContain('exceed the set limit of 500000 records');
  expect((await unmasq(file, ...there(), '--strict')).code).toBe(5);
});

test.each<[string, () => void, number, string]>([
  ['a query that the service refuses', () => (standIn.answers = () => null), 1, 'E854'],
  ['a workspace that may not be queried', () => (standIn.befalls = () => 'forbidden'), 4, 'E824'],
])('%s', async (_, befalls, code, told) => {
  befalls();
  const file = join(folder, 'refused.kql');
  writeFileSync(file, 'Heartbeat | where TimeGenerated > ago(1h)');
  const ran = await unmasq(file, ...there());
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
  expect(ran.stderr).toContain(told);
});

test('nothing is asked where a parameter is missing', async () => {
  const { code, stderr } = await unmasq('correlation-id', ...there());
  expect({ code, asked: standIn.queries }).toEqual({ code: 2, asked: [] });
  expect(stderr).toContain('E852');
});
