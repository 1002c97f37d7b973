import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { KustoLanguage } from '../../src/kusto/kusto-language.ts';
import { differences, type Schema } from '../json-schema.ts';
import { type Exports, LocalWorkspace, PATIENT } from '../kql-local-workspace.ts';
import { certificates } from '../kube-api-server/certificates.ts';
import { publishedTables } from '../kql/published-tables.ts';
import { temporaryStore } from '../temporary-store.ts';
import { type Answer, LogAnalyticsStandIn } from './log-analytics-stand-in.ts';

/** `unmasq who|flows|trace --store la://…` against a stand-in for the query API, over TLS; what it answers is what the KQL that it gets says of its rows. */

const WORKSPACE = '7b2f6a31-0c5d-4e8a-9f10-2d3c4b5a6978';
const folder = mkdtempSync(join(tmpdir(), 'unmasq-asked-'));
const certs = certificates(folder);
if (certs === null) throw new Error('openssl is needed');
const standIn = new LogAnalyticsStandIn(WORKSPACE, certs);
const { store } = await temporaryStore();
const language = new KustoLanguage(PATIENT);
const tables = publishedTables();
const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const row = (minute: number): string => `2026-11-22T03:${String(minute).padStart(2, '0')}:00Z`;
const jsonl = (rows: readonly object[]): string => rows.map((one) => JSON.stringify(one)).join('\n');

const pod = (name: string, ip: string) => ({
  ClusterName: 'prod',
  Namespace: ip.startsWith('10.244.') ? 'shop' : 'kube-system',
  Name: name,
  PodUid: `uid-${name}`,
  PodIp: ip,
  Computer: 'aks-1',
  PodStatus: 'Running',
  PodStartTime: '2026-11-22T01:00:00Z',
  ControllerKind: 'ReplicaSet',
  ControllerName: 'checkout-7f9c6d5b48',
});
const PODS = [pod('checkout-a', '10.244.0.7'), pod('checkout-b\u001b[31m', '10.244.0.8'), pod('proxy', '10.224.0.4')];
const flow = (minute: number, source: string) => ({
  TimeGenerated: row(minute + 11),
  SubType: 'FlowLog',
  FlowDirection: 'Outbound',
  FlowStatus: 'Allowed',
  FlowStartTime: row(minute),
  FlowEndTime: row(minute + 5),
  SrcIp: source,
  DestPort: 443,
  L4Protocol: 'TCP',
  DestPublicIps: '203.0.113.66|2|2|10|8|1000|500 203.0.113.67|1|1|1|1|9|9',
});
const usage = (table: string, megabytes: number) => ({
  TimeGenerated: '2026-11-22T05:30:00Z',
  StartTime: '2026-11-22T03:00:00Z',
  EndTime: '2026-11-22T04:00:00Z',
  DataType: table,
  Quantity: megabytes,
  IsBillable: 'True',
});
const EXPORTS: Exports = {
  KubePodInventory: jsonl(
    [0, 10, 20, 30].flatMap((minute) => PODS.map((one) => ({ TimeGenerated: row(minute), ...one }))),
  ),
  NTANetAnalytics: jsonl([flow(5, '10.224.0.4'), flow(15, '10.244.0.7'), flow(20, '10.224.0.99')]),
  Usage: jsonl([usage('NTANetAnalytics', 120), usage('KubePodInventory', 80), usage('ContainerLogV2', 500_000)]),
  ContainerLogV2: jsonl([
    {
      TimeGenerated: row(6),
      Computer: 'aks-1',
      PodNamespace: 'shop',
      PodName: 'checkout-a',
      LogMessage: JSON.stringify({ trace_id: ID, msg: 'kept' }),
    },
  ]),
};

let at: Awaited<ReturnType<LogAnalyticsStandIn['listen']>>;
let workspace: LocalWorkspace;
beforeAll(async () => {
  at = await standIn.listen();
  await language.read('print 1', {});
  workspace = await LocalWorkspace.of(store, EXPORTS, { tables, language, now: Date.parse('2026-11-22T06:00:00Z') });
}, 600_000);
beforeEach(() => {
  standIn.queries.length = 0;
  standIn.searched.length = 0;
  standIn.plans.clear();
  standIn.befalls = () => null;
  standIn.answers = answers;
});
afterAll(async () => {
  standIn.close();
  await workspace.close();
  await language.close();
  rmSync(folder, { recursive: true, force: true });
});

const answers = async (query: string): Promise<Answer | string> => {
  const told = await workspace.ask(query);
  return told.ok
    ? { columns: told.value.columns.map(({ name, type }) => [name, type] as const), rows: told.value.rows }
    : told.problem;
};

const asked = async (parameters: string, ...words: readonly string[]) => {
  const env = { ...process.env, ...at.identity, NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'), XDG_CACHE_HOME: folder };
  const url = `la://${WORKSPACE}?endpoint=${encodeURIComponent(at.endpoint)}${parameters}`;
  const child = spawn(process.execPath, ['src/main.ts', ...words, '--store', url], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (piece: Buffer) => (said[stream] += piece.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
};
const HOUR = ['--since', '2026-11-22T03:00Z', '--until', '2026-11-22T04:00Z'];
const named = (file: string): Schema =>
  JSON.parse(readFileSync(join('docs/reference/schemas', file), 'utf8')) as Schema;

interface Said {
  readonly coverage: {
    readonly flows: number;
    readonly byReason: readonly { readonly reason: string; readonly flows: number }[];
  };
  readonly items: readonly {
    readonly workload: { readonly name: string } | null;
    readonly exactFlows: number;
    readonly pods: readonly { readonly name: string; readonly flows: number; readonly confidence: number }[];
  }[];
  readonly workspace: { readonly neverExact: string; readonly scan: { readonly bytes: number; readonly usd: number } };
  readonly completeness: { readonly complete: boolean; readonly reasons: readonly string[] };
}

test('who is answered in the shape it always has, with candidates alone, what was read and why nobody is certain', async () => {
  const { code, stdout, stderr } = await asked('', 'who', '203.0.113.66', ...HOUR, '--cluster', 'prod', '-o', 'json');
  const report = JSON.parse(stdout) as Said;
  expect(differences(report, named('who.schema.json'), named)).toEqual([]);
  expect(code).toBe(0);
  expect(report.coverage).toMatchObject({ flows: 6 });
  expect(report.coverage.byReason.map(({ reason, flows }) => `${reason} ${flows}`).sort()).toEqual([
    'aggregated 2',
    'lease-uncertain 2',
    'node-unknown 2',
  ]);
  // Of two pods, the node and whoever nobody saw each may have sent it; of one pod's own address the pod, and whoever nobody saw.
  const ours = report.items.find(({ workload }) => workload?.name === 'checkout');
  expect(ours?.pods.map(({ name, flows }) => [name, flows])).toEqual([
    ['checkout-a', 0.5 + 1],
    ['checkout-b\u001b[31m', 0.5],
  ]);
  expect(report.items.map(({ exactFlows }) => exactFlows)).toEqual([0, 0]);
  expect(report.workspace).toMatchObject({
    neverExact: expect.stringContaining('never exact') as string,
    // Rows arrive up to three hours late: so far it reads, and that is reckoned.
    scan: { bytes: 800e6, usd: 0 },
  });
  expect(report.completeness).toMatchObject({ complete: false });
  expect(stderr).toContain('never exact');
  expect(stderr).toMatch(/reads about .* of NTANetAnalytics, KubePodInventory: free/);
}, 600_000);

test('flows of a pod are those that it could have sent; a table says possible', async () => {
  const { code, stdout } = await asked('', 'flows', 'shop/checkout-a', ...HOUR, '-o', 'json', '--cluster', 'prod');
  const report = JSON.parse(stdout) as {
    readonly items: readonly { readonly verdict: string; readonly candidateCount: number }[];
  };
  expect(differences(report, named('flows.schema.json'), named)).toEqual([]);
  expect(report.items.map(({ verdict, candidateCount }) => `${verdict} ${candidateCount}`)).toEqual([
    'ambiguous 4',
    'ambiguous 4',
    'ambiguous 2',
    'ambiguous 2',
  ]);
  expect(code).toBe(0);
  const table = await asked('', 'who', '203.0.113.66', ...HOUR, '--cluster', 'prod');
  expect(table.stdout).toMatch(/checkout-a +possible/);
  expect(table.stdout).toContain('checkout-b\\x1b[31m');
}, 600_000);

test('what would cost more than it may is not read, and says how much; with --yes it is, by the way that such tables are asked', async () => {
  standIn.plans.set('ContainerLogV2', 'Basic');
  const words = ['trace', ID, ...HOUR, '--cluster', 'prod', '-o', 'json'];
  const dear = await asked('&basic=ContainerLogV2', ...words);
  expect({ code: dear.code, stdout: dear.stdout }).toEqual({ code: 3, stdout: '' });
  expect(dear.stderr).toMatch(/E859/);
  expect(dear.stderr).toContain('$5.00');
  expect(standIn.queries.filter((query) => !query.includes('\nUsage\n'))).toEqual([]);
  for (const more of [['--yes'], ['--scan-limit', '5']]) {
    standIn.searched.length = 0;
    const read = await asked('&basic=ContainerLogV2', ...words, ...more);
    const report = JSON.parse(read.stdout) as {
      readonly items: readonly unknown[];
      readonly completeness: { readonly reasons: readonly string[] };
      readonly workspace: Said['workspace'];
    };
    expect(differences(report, named('trace.schema.json'), named)).toEqual([]);
    expect(read.code).toBe(0);
    expect(report.items).toMatchObject([{ kind: 'log', pod: { uid: 'uid-checkout-a' } }]);
    expect(report.workspace.scan.usd).toBeCloseTo(5);
    expect(report.completeness.reasons.some((reason) => reason.startsWith('AppRequests was not read: '))).toBe(true);
    expect(standIn.searched[0]).toBe('2026-11-22T03:00:00.000Z/2026-11-22T04:00:00.000Z');
  }
}, 600_000);

test.each<[string, () => void, number, string]>([
  ['a workspace that may not be queried', () => (standIn.befalls = () => 'forbidden'), 4, 'E824'],
  ['one that is asked too much', () => (standIn.befalls = () => 'throttled'), 1, 'E827'],
  [
    'a query that takes too long',
    () => (standIn.befalls = (query) => (query.includes('NTANetAnalytics\n') ? 'late' : null)),
    1,
    'E828',
  ],
  [
    'a workspace without Traffic Analytics',
    () =>
      (standIn.answers = async (query) =>
        query.includes('(NTANetAnalytics')
          ? "Failed to resolve table or column expression named 'NTANetAnalytics'"
          : answers(query)),
    1,
    'E829',
  ],
])(
  '%s',
  async (_, befalls, code, told) => {
    befalls();
    const ran = await asked('', 'who', '203.0.113.66', ...HOUR, '--cluster', 'prod');
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
    expect(ran.stderr).toContain(told);
  },
  600_000,
);

test('a part of an answer is told as one, and --strict ends with 5', async () => {
  standIn.befalls = (query) => (query.includes('(NTANetAnalytics') ? 'partial' : null);
  const ran = await asked('', 'who', '203.0.113.66', ...HOUR, '--cluster', 'prod', '--strict');
  expect(ran.code).toBe(5);
  expect(ran.stderr).toContain('exceed the set limit of 500000 records');
}, 600_000);

test('what a workspace cannot be asked is said, with what it can', async () => {
  for (const words of [['snat'], ['who', '203.0.113.66', '--compare', '24h']]) {
    const ran = await asked('', ...words);
    expect([words.join(' '), ran.code, ran.stdout]).toEqual([words.join(' '), 2, '']);
    expect(ran.stderr).toContain('E860');
    expect(ran.stderr).toContain('`unmasq who`, `unmasq flows` and `unmasq trace`');
  }
  expect(standIn.queries).toEqual([]);
}, 600_000);
