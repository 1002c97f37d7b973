import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differences, type Schema } from './json-schema.ts';

/**
 * One request through the whole program: checkout on n1 takes it, calls cart on n2, whose clock is 40 ms behind, and a payment service
 * outside, through n1's translation. Files in, a journey out.
 */

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'unmasq-trace-'));
const data = join(folder, 'data');
interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}
const unmasq = (...words: readonly string[]): Ran => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'src/main.ts'), ...words, '--data', data],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return { status, out: stdout, err: stderr };
};
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const lines = (...values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** 2026-11-23T03:04:17.000Z. */
const T = 1_795_403_057_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const REQUEST = 'DEADBEEF-0000-4000-8000-000000000009';
const pod = (name: string, uid: string, node: string, ip: string, hostIp: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${name}-7f9c6d5b48-x2x8q`,
    namespace: 'shop',
    uid,
    creationTimestamp: '2026-11-23T02:00:00Z',
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-7f9c6d5b48`, uid: 'r', controller: true },
    ],
    labels: { 'pod-template-hash': '7f9c6d5b48' },
  },
  spec: { nodeName: node, containers: [{ name: 'c' }] },
  status: {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    hostIP: hostIp,
    startTime: '2026-11-23T02:00:01Z',
    containerStatuses: [{ name: 'c', ready: true, state: { running: { startedAt: '2026-11-23T02:00:05Z' } } }],
  },
});
const node = (name: string, ip: string, cidr: string): object => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    uid: `uid-${name}`,
    creationTimestamp: '2026-11-20T02:00:00Z',
    labels: { 'kubernetes.io/os': 'linux' },
  },
  spec: { podCIDR: cidr, podCIDRs: [cidr] },
  status: { addresses: [{ type: 'InternalIP', address: ip }], nodeInfo: { operatingSystem: 'linux' } },
});
const list = (...items: readonly object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items });
const flowLog = (mac: string, tuples: readonly string[]): unknown => ({
  records: [
    {
      time: '2026-11-23T03:05:00.0000000Z',
      flowLogVersion: 4,
      macAddress: mac,
      category: 'FlowLogFlowEvent',
      targetResourceID: '/vnet',
      flowRecords: { flows: [{ aclID: 'a', flowGroups: [{ rule: 'allow-out', flowTuples: tuples }] }] },
    },
  ],
});
const resource = (service: string, uid: string, nodeName: string): object => ({
  attributes: Object.entries({
    'service.name': service,
    'k8s.namespace.name': 'shop',
    'k8s.pod.name': `${service}-7f9c6d5b48-x2x8q`,
    'k8s.pod.uid': uid,
    'k8s.node.name': nodeName,
  }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
});
const span = (
  id: string,
  parent: string,
  kind: number,
  name: string,
  from: number,
  until: number,
  values: Readonly<Record<string, string | number>> = {},
): object => ({
  traceId: TRACE,
  spanId: id.repeat(16),
  parentSpanId: parent === '' ? '' : parent.repeat(16),
  name,
  kind,
  startTimeUnixNano: `${T + from}000000`,
  endTimeUnixNano: `${T + until}000000`,
  attributes: Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  })),
});
const spans = (of: object, ...all: readonly object[]): object => ({
  resourceSpans: [{ resource: of, scopeSpans: [{ scope: {}, spans: all }] }],
});
const [CHECKOUT, CART] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
const checkout = resource('checkout', CHECKOUT, 'n1');

const TRACES = lines(
  spans(
    checkout,
    span('1', '9', 2, 'POST /pay', 0, 400),
    span('2', '1', 3, 'GET', 10, 60, { 'network.peer.address': '10.244.2.9', 'network.peer.port': 8080 }),
    span('4', '1', 3, 'POST', 100, 380, {
      'network.peer.address': '203.0.113.66',
      'network.peer.port': 443,
      'network.local.port': 41_822,
      'http.response.status_code': 503,
      'az.client_request_id': REQUEST,
    }),
    span('5', '1', 3, 'SELECT', 385, 390, { 'server.address': 'orders.database.windows.net', 'server.port': 1433 }),
    span('6', '1', 3, 'GET', 391, 395, { 'network.peer.address': '10.244.1.7', 'network.peer.port': 9_000 }),
  ),
  spans(resource('cart', CART, 'n2'), span('3', '2', 2, 'GET /cart', -25, 15)),
  spans({ attributes: [] }, span('7', '1', 1, 'render', 396, 398)),
);

let files: readonly string[];
beforeAll(() => {
  const pods = list(
    pod('checkout', CHECKOUT, 'n1', '10.244.1.7', '10.224.0.4'),
    pod('cart', CART, 'n2', '10.244.2.9', '10.224.0.5'),
  );
  const conntrack = (kind: string, at: number): string =>
    `[${((T + at) / 1_000).toFixed(6)}]\t ${kind} tcp      6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=41822 dport=443 src=203.0.113.66 dst=10.224.0.4 sport=443 dport=41823\n`;
  files = [
    write('pods-2026-11-23T02-30-00Z.json', pods),
    write('pods-2026-11-23T03-30-00Z.json', pods),
    write('nodes.json', list(node('n1', '10.224.0.4', '10.244.1.0/24'), node('n2', '10.224.0.5', '10.244.2.0/24'))),
    write(
      'flows.json',
      JSON.stringify(
        flowLog('0022485C1040', [
          `${T + 101},10.224.0.4,203.0.113.66,41823,443,6,O,B,NX,0,0,0,0`,
          `${T + 900},10.224.0.4,203.0.113.66,41823,443,6,O,E,NX,3,300,2,200`,
          `${T + 11},10.244.1.7,10.244.2.9,40001,8080,6,O,B,NX,0,0,0,0`,
          `${T + 70},10.244.1.7,10.244.2.9,40001,8080,6,O,E,NX,3,300,2,200`,
          `${T + 21},10.244.2.9,10.244.1.7,40002,9000,6,O,B,NX,0,0,0,0`,
          `${T + 71},10.244.2.9,10.244.1.7,40002,9000,6,O,E,NX,3,300,2,200`,
        ]),
      ),
    ),
    write('events.txt', conntrack('   [NEW]', 100) + conntrack('[DESTROY]', 900)),
    write('traces.jsonl', TRACES),
    write(
      'logs.jsonl',
      lines({
        Type: 'ContainerLogV2',
        TimeGenerated: '2026-11-23T03:04:17.379Z',
        Computer: 'n1',
        PodNamespace: 'shop',
        PodName: 'checkout-7f9c6d5b48-x2x8q',
        KubernetesMetadata: { podUid: CHECKOUT },
        LogMessage: `\u001b[31mpayment failed x-ms-client-request-id=${REQUEST}`,
      }),
    ),
  ];
  const { status, err } = unmasq('ingest', ...files);
  if (status !== 0) throw new Error(err);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Item {
  readonly kind: string;
  readonly depth: number;
  readonly text: string;
  readonly reason?: string;
  readonly tie?: string;
  readonly flow?: { readonly verdict: string; readonly snatPort: number | null; readonly decision: string };
  readonly pod: { readonly name: string } | null;
  readonly node: string | null;
}
interface Journey {
  readonly items: readonly Item[];
  readonly skews: readonly object[];
  readonly carry: number;
  readonly traces: readonly string[];
}
const trace = (id: string): Journey => JSON.parse(unmasq('trace', id, '-o', 'json').out) as Journey;
const short = (item: Item): string =>
  `${item.depth} ${item.kind} ${item.reason ?? item.tie ?? item.text}${item.flow === undefined ? '' : ` ${item.flow.verdict} ${item.flow.snatPort} ${item.flow.decision}`}`;

test('the journey: spans under their parents, flows behind calls, holes as holes', () => {
  const { items, traces, skews } = trace(TRACE);
  expect(items.map(short)).toEqual([
    '0 gap parent-missing',
    '1 span POST /pay',
    '2 span GET',
    '3 flow pod exact null allowed',
    '3 span GET /cart',
    '2 span POST',
    '3 flow pod-and-port exact 41823 allowed',
    '3 log \u001b[31mpayment failed x-ms-client-request-id=DEADBEEF-0000-4000-8000-000000000009',
    '2 span SELECT',
    '3 gap no-flow',
    '2 span GET',
    '3 gap no-flow',
    '3 gap callee-silent',
    '2 span render',
    '3 gap pod-unknown',
  ]);
  expect(items.find(({ text }) => text === 'GET /cart')).toMatchObject({
    node: 'n2',
    workload: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  });
  expect(traces).toEqual([TRACE]);
  expect(skews).toEqual([{ node: 'n2', against: 'n1', leastMs: -45, mostMs: -35, calls: 1 }]);
});

test('by a correlation id of one call, however it is spelled, the same journey', () => {
  const whole = trace(TRACE).items;
  for (const id of [`00-${TRACE.toUpperCase()}-${'1'.repeat(16)}-01`, REQUEST.replaceAll('-', '').toLowerCase()])
    expect(trace(id).items).toEqual(whole);
});

test('read again, nothing is new; read under another name, nothing counts twice', () => {
  const copy = write('copy.jsonl', TRACES);
  const report = JSON.parse(unmasq('ingest', ...files, copy, '-o', 'json').out) as {
    readonly objects: readonly { readonly format: string; readonly rows: number; readonly known: number }[];
  };
  expect(report.objects.filter(({ format }) => format === 'otlp').map(({ rows, known }) => [rows, known])).toEqual([
    [0, 7],
    [0, 7],
  ]);
  expect(trace(TRACE).items).toHaveLength(15);
});

test('for people: a tree with durations; what a program wrote acts on no terminal', () => {
  const { out, err, status } = unmasq('trace', TRACE);
  expect(status).toBe(0);
  expect(out).toContain('\\x1b[31mpayment failed');
  expect(out).not.toContain('\u001b[31m');
  expect(out).toMatch(/ {4}POST {2}503 +shop\/checkout-7f9c6d5b48-x2x8q +n1/);
  expect(out).toMatch(/ {6}⇢ exact, allowed, SNAT port 41823: 10\.224\.0\.4:41823 → 203\.0\.113\.66:443\/tcp/);
  expect(err).toMatch(/the clock of n2 is 35ms to 45ms behind that of n1 \(1 call between them\)/);
  expect(err).toMatch(/7 sightings with this id, 1 trace: 7 spans, 1 log line, 2 flows, 5 gaps/);
});

test('a clock that is an hour off is told of, not guessed around', () => {
  const late = span('8', '', 3, 'POST', 3_600_100, 3_600_380, {
    'network.peer.address': '203.0.113.66',
    'network.peer.port': 443,
    'network.local.port': 41_822,
  });
  unmasq('ingest', write('late.jsonl', lines(spans(checkout, { ...late, traceId: 'a'.repeat(32) }))));
  const { items } = trace('a'.repeat(32));
  expect(items.map(short)).toEqual(['0 span POST', '1 gap no-flow']);
  expect(items[1]?.text).toMatch(/one with its port an hour earlier: the clock that wrote this span seems an hour off/);
});

test('an id that nothing carries is an answer, and says where to look', () => {
  const { status, out, err } = unmasq('trace', 'ffffffff-0000-4000-8000-000000000000');
  expect([status, out]).toEqual([0, 'Nothing carries this id.\n']);
  expect(err).toMatch(/--id-field/);
});

test('propagation: which ids arrive, and where they are lost', () => {
  const { items } = JSON.parse(unmasq('trace', '--propagation', '-o', 'json').out) as {
    readonly items: readonly object[];
  };
  expect(items).toEqual([
    expect.objectContaining({
      from: 'shop/checkout',
      to: 'shop/cart',
      calls: 1,
      traceIds: 1,
      traceIdsArrived: 1,
      flows: 1,
      lost: 'nowhere',
    }),
    expect.objectContaining({ from: 'shop/cart', to: 'shop/checkout', calls: 0, flows: 1, lost: 'caller-silent' }),
  ]);
});

test('sources list what was read', () => {
  const { items } = JSON.parse(unmasq('sources', '-o', 'json').out) as {
    readonly items: readonly { readonly name: string }[];
  };
  expect(items.find(({ name }) => name === 'OTLP')).toMatchObject({
    kind: 'sighting',
    rows: 8,
    rejects: 0,
    first: '2026-11-23T03:04:16.975Z',
  });
  expect(items.find(({ name }) => name === 'container logs with ids')).toMatchObject({ rows: 1 });
});

test('the shape is the one that is published', () => {
  const named = (file: string): Schema =>
    JSON.parse(readFileSync(join(root, 'docs/reference/schemas', file), 'utf8')) as Schema;
  const report = JSON.parse(unmasq('trace', TRACE, '-o', 'json').out) as unknown;
  expect(differences(report, named('trace.schema.json'), named)).toEqual([]);
  const hops = JSON.parse(unmasq('trace', '--propagation', '-o', 'json').out) as unknown;
  expect(differences(hops, named('propagation.schema.json'), named)).toEqual([]);
});

test.each<[string, readonly string[], number, RegExp]>([
  ['no id', ['trace'], 2, /E103/],
  ['an id beside --propagation', ['trace', 'x', '--propagation'], 2, /E105/],
  ['a namespace beside an id', ['trace', 'x', '-n', 'shop'], 2, /E104/],
])('%s is refused', (_, words, code, message) => {
  const { status, err } = unmasq(...words);
  expect(status).toBe(code);
  expect(err).toMatch(message);
});
