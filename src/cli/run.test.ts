import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allFlows } from '../core/all-flows.ts';
import { instant } from '../base/instant.ts';
import { ok } from '../base/result.ts';
import type { ByteObject, FlowRow, MetricRow, Store } from '../core/ports.ts';
import { openStore } from '../store/open-store.ts';
import { COMMANDS } from './commands.ts';
import { splitWords } from './split-words.ts';
import { ALWAYS, GLOBALS } from './globals.ts';
import type { Outside } from './outside.ts';
import { run } from './run.ts';

/** A list has no time inside: its name tells it. */
const GOOD = [
  'pods-2026-11-23T02-30-00Z.json',
  'pods-2026-11-23T03-30-00Z.json',
  'nodes.json',
  'flows.json',
  'events.txt',
];
const NOW = instant(Date.UTC(2026, 10, 23, 4, 0));
const folder = mkdtempSync(join(tmpdir(), 'unmasq-cli-'));
let store: Store;
beforeAll(async () => {
  store = keptAnswers(await openStore({ dataDir: folder }));
  const { code, err } = await unmasq('ingest', ...GOOD);
  if (code !== 0) throw new Error(err);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const UID = '00000000-0000-4000-8000-000000000001';
const HOSTILE = 'shop\u001b[31m';
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'checkout-7f9c6d5b48-x2x8q',
    namespace: HOSTILE,
    uid: UID,
    creationTimestamp: '2026-11-23T02:00:00Z',
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'checkout-7f9c6d5b48', uid: 'r', controller: true },
    ],
    labels: { 'pod-template-hash': '7f9c6d5b48' },
  },
  spec: { nodeName: 'n1', containers: [{ name: 'c' }] },
  status: {
    phase: 'Running',
    podIP: '10.244.1.7',
    podIPs: [{ ip: '10.244.1.7' }],
    hostIP: '10.224.0.4',
    startTime: '2026-11-23T02:00:01Z',
    containerStatuses: [{ name: 'c', ready: true, state: { running: { startedAt: '2026-11-23T02:00:05Z' } } }],
  },
};
const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'n1',
    uid: 'node-1',
    creationTimestamp: '2026-11-20T02:00:00Z',
    labels: { 'kubernetes.io/os': 'linux' },
  },
  spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] },
  status: { addresses: [{ type: 'InternalIP', address: '10.224.0.4' }], nodeInfo: { operatingSystem: 'linux' } },
};
/** 2026-11-23T03:04:17.003Z. */
const BEGIN = 1_795_403_057_003;
const tuple = (port: number, state: string, at = BEGIN): string =>
  `${at},10.224.0.4,203.0.113.66,${port},443,6,O,${state},NX,3,300,2,200`;
const FLOW_LOG = {
  records: [
    {
      time: '2026-11-23T03:05:00.0000000Z',
      flowLogVersion: 4,
      flowLogGUID: 'g',
      macAddress: '0022485C1040',
      category: 'FlowLogFlowEvent',
      flowLogResourceID: '/x',
      targetResourceID: '/vnet',
      operationName: 'FlowLogFlowEvent',
      flowRecords: {
        flows: [
          {
            aclID: 'a',
            flowGroups: [
              {
                rule: 'r',
                flowTuples: [
                  tuple(41_823, 'B'),
                  tuple(41_823, 'E', BEGIN + 900),
                  tuple(50_000, 'B'),
                  tuple(50_000, 'E', BEGIN + 900),
                ],
              },
            ],
          },
        ],
      },
    },
  ],
};
const conntrack = (kind: string, at: number): string =>
  `[${(at / 1_000).toFixed(3)}000]\t ${kind} tcp      6 120 SYN_SENT src=10.244.1.7 dst=203.0.113.66 sport=41822 dport=443 src=203.0.113.66 dst=10.224.0.4 sport=443 dport=41823\n`;

const PODS = Buffer.from(
  JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: [POD] }),
);
const FILES: Record<string, Uint8Array> = {
  'pods-2026-11-23T02-30-00Z.json': PODS,
  'pods-2026-11-23T03-30-00Z.json': PODS,
  'nodes.json': Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items: [NODE] })),
  'flows.json': Buffer.from(JSON.stringify(FLOW_LOG)),
  'events.txt': Buffer.from(conntrack('   [NEW]', BEGIN) + conntrack('[DESTROY]', BEGIN + 900)),
  'dump.txt': Buffer.from(
    'tcp      6 86390 ESTABLISHED src=10.244.1.7 dst=203.0.113.99 sport=41822 dport=443 src=203.0.113.99 dst=10.224.0.4 sport=443 dport=41822 [ASSURED] use=1\n',
  ),
  'torn.txt': Buffer.from(conntrack('   [NEW]', BEGIN).slice(0, 90)),
  'notes.md': Buffer.from('# nothing of interest\n'),
  'two.jsonl': Buffer.from(
    ['one', 'two']
      .map(
        (name) =>
          `${JSON.stringify({ TimeGenerated: '2026-11-23T03:00:00Z', ClusterName: name, ClusterId: name, Name: 'p', Namespace: 'n', PodUid: `${name}-uid`, PodIp: '10.244.1.9', Computer: 'n1', PodStatus: 'Running', ControllerKind: 'ReplicaSet', ControllerName: 'p-1', PodStartTime: '2026-11-23T02:00:00Z', PodCreationTimeStamp: '2026-11-23T02:00:00Z', Type: 'KubePodInventory' })}\n`,
      )
      .join(''),
  ),
};
/** The exact flow of port 41823 as it was, as it was not, and another day. */
const truthOf = (podUid: string, begin = '2026-11-23T03:04:17.003Z'): Uint8Array =>
  Buffer.from(
    `${JSON.stringify({ nodeIp: '10.224.0.4', snatPort: 41_823, destIp: '203.0.113.66', destPort: 443, protocol: 'tcp', begin, podUid })}\n`,
  );
const TRUTHS: Readonly<Record<string, Uint8Array>> = {
  'right.jsonl': truthOf(UID),
  'wrong.jsonl': truthOf('00000000-0000-4000-8000-00000000000f'),
  'old.jsonl': truthOf(UID, '2025-11-23T03:04:17.003Z'),
  'torn.jsonl': Buffer.concat([truthOf(UID), Buffer.from('{"nodeIp":')]),
  'empty.jsonl': Buffer.from('\n'),
};
const objectOf = (name: string, bytes: Uint8Array): ByteObject => ({
  name,
  read: async function* () {
    yield ok(bytes);
  },
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was written; null: begun, and left as it was. */
  readonly files: ReadonlyMap<string, string | null>;
}

interface Terminal {
  readonly columns: number;
}

const CHANGING = new Set(['write', 'attribute', 'grade', 'close']);

/** The store, asked the same once: most of these tests are about what is made of its answers. Whatever changes it ends what was kept. */
const keptAnswers = (of: Store): Store => {
  const kept = new Map<string, unknown>();
  const answering = Object.entries(of).map(([name, ask]: [string, (...words: readonly unknown[]) => unknown]) => [
    name,
    (...words: readonly unknown[]) => {
      const key = JSON.stringify([name, ...words], (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value,
      );
      const isChanging = CHANGING.has(name);
      if (isChanging) kept.clear();
      const answer = kept.get(key) ?? ask(...words);
      if (!isChanging) kept.set(key, answer);
      return answer;
    },
  ]);
  return Object.fromEntries(answering) as Store;
};

const unmasqOn = async (
  terminal: Terminal | null,
  env: Record<string, string>,
  words: readonly string[],
  broken: Partial<Store> = {},
): Promise<Ran> => {
  const ran = { out: '', err: '', files: new Map<string, string | null>() };
  const sink = (to: 'out' | 'err') => ({
    isTTY: terminal !== null,
    columns: terminal?.columns ?? null,
    write: async (text: string) => {
      ran[to] += text;
    },
  });
  const outside: Outside = {
    env,
    version: '0.0.0',
    stdout: sink('out'),
    stderr: sink('err'),
    stdin: { isTTY: false, stream: () => Readable.from([gzipSync('')]) },
    now: () => NOW,
    keyedDigest: (key) => (text) =>
      createHmac('sha256', key ?? 'another')
        .update(text)
        .digest(),
    openStore: async () => ({ ...store, ...broken, close: async () => undefined }),
    holdsStore: async (dataDir) => dataDir !== 'nowhere',
    backUp: () => Promise.reject(new Error('no folder here')),
    restore: () => Promise.reject(new Error('no folder here')),
    compact: () => Promise.reject(new Error('no folder here')),
    purge: () => Promise.reject(new Error('no folder here')),
    checkCollectors: () => Promise.resolve([]),
    filesAt: async (paths) => ({
      objects: paths.flatMap((path) => {
        const bytes = FILES[path] ?? TRUTHS[path];
        return bytes === undefined ? [] : [objectOf(path, bytes)];
      }),
      skipped: paths.flatMap((path) =>
        (FILES[path] ?? TRUTHS[path]) === undefined
          ? [{ name: path, why: 'there is no such file', isProblem: true }]
          : [],
      ),
    }),
    blobsAt: async () => {
      throw new Error('no container here');
    },
    workspaceAt: async () => {
      throw new Error('no workspace here');
    },
    resolve: async (host) => {
      if (host === 'known.example.com') return ['203.0.113.66'];
      throw new Error('ENOTFOUND');
    },
    incident: async () => null,
    simulate: async () => ({ nodes: 0, pods: 0, truth: 0, records: 0, lines: 0, folders: [], from: '', until: '' }),
    temporaryFolder: async () => ({ path: folder, remove: async () => undefined }),
    scratch: async () => {
      throw new Error('a small truth stays in memory');
    },
    ask: async function* () {
      yield* [];
    },
    wholeFile: async (path) => {
      if (path.startsWith('no/')) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
      return {
        save: async (text) => {
          ran.files.set(path, text);
        },
        drop: async () => {
          ran.files.set(path, null);
        },
      };
    },
    kqlPack: () => Promise.reject(new Error('no pack here')),
    queryLanguage: () => Promise.reject(new Error('no language here')),
    askWorkspace: () => Promise.reject(new Error('no workspace here')),
    ingestionAt: () => Promise.reject(new Error('no workspace here')),
    retailItems: () => Promise.reject(new Error('no network here')),
    saveTogether: () => Promise.resolve(),
    holdFolder: async () => () => undefined,
    makeFolder: () => Promise.resolve(),
    readText: (path) => Promise.reject(Object.assign(new Error(`there is no ${path}`), { code: 'ENOENT' })),
    textsIn: async () => new Map(),
    checkServe: () => Promise.resolve(),
    serve: () => Promise.reject(new Error('no server here')),
    listen: () => Promise.reject(new Error('no agent here')),
    configurationAt: () => Promise.reject(new Error('nothing is audited here')),
    liveConfigurationOf: () => Promise.reject(new Error('nothing is audited here')),
    lookAtNodes: () => Promise.reject(new Error('no cluster here')),
    serverOf: () => Promise.resolve(null),
    fetch: () => Promise.reject(new Error('no network here')),
    untilAskedToEnd: () => Promise.resolve(),
    stopsItself: () => () => false,
  };
  const code = await run(words, outside);
  return { code, ...ran };
};
const unmasq = (...words: readonly string[]): Promise<Ran> => unmasqOn(null, {}, words);

test('the translated flow is exact, the other one is not, and both are said', async () => {
  const { code, out, err } = await unmasq('who', '203.0.113.66', '-o', 'json');
  const report = JSON.parse(out);
  expect(code).toBe(0);
  expect(report).toMatchObject({
    schemaVersion: 1,
    kind: 'WhoReport',
    query: { dest: '203.0.113.66', tz: 'utc' },
    coverage: { flows: 2, byVerdict: { exact: { flows: 1 }, ambiguous: { flows: 1 } } },
  });
  expect(report.items[0]).toMatchObject({
    workload: { kind: 'Deployment', name: 'checkout' },
    exactFlows: 1,
    pods: [{ uid: UID, node: 'n1' }],
  });
  expect(report.items[1]).toMatchObject({ workload: null, node: 'n1', exactFlows: 0 });
  // The other flow is rather of who is known to talk to this address, and not surely.
  expect(report.items[0].flows).toBeGreaterThan(1.5);
  expect(report.items[1].flows).toBeGreaterThan(0.01);
  expect(report.items[0].flows + report.items[1].flows).toBeCloseTo(2, 6);
  expect(err).toMatch(/2 flows: exact 1 \(50%\), ambiguous 1 \(50%\)/);
});

test('a hostile name reaches no terminal raw, in no form of output', { timeout: 120_000 }, async () => {
  for (const form of ['table', 'wide', 'json', 'jsonl', 'yaml', 'csv']) {
    for (const command of [['who', '203.0.113.66'], ['who', '203.0.113.66', '--compare', '1h'], ['flows']]) {
      const { code, out, err } = await unmasqOn({ columns: 200 }, { NO_COLOR: '1' }, [...command, '-o', form]);
      expect(code).toBe(0);
      expect(out.length).toBeGreaterThan(10);
      expect(`${out}${err}`).not.toContain('\u001b[31m');
    }
  }
  const { out } = await unmasq('who', '203.0.113.66');
  expect(out).toContain('shop\\x1b[31m');
});

test('flows: one object a line, oldest first, narrowed by what is asked', async () => {
  const lines = (await unmasq('flows', '-o', 'jsonl')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ snatPort, verdict, pod }) => [snatPort, verdict, pod?.port ?? null])).toEqual(
    expect.arrayContaining([
      [41_823, 'exact', 41_822],
      [50_000, 'ambiguous', null],
    ]),
  );
  const narrowed = async (...words: readonly string[]): Promise<number> => {
    const { out } = await unmasq('flows', '-o', 'jsonl', ...words);
    return out === '' ? 0 : out.trim().split('\n').length;
  };
  expect(await narrowed('--verdict', 'exact')).toBe(1);
  expect(await narrowed('--verdict', 'exact,ambiguous')).toBe(2);
  expect(await narrowed('--dest', '203.0.113.66:443')).toBe(2);
  expect(await narrowed('--dest', '203.0.113.66:80')).toBe(0);
  expect(await narrowed('--dest', '203.0.113.66:80', '--dest', '198.51.100.1:443')).toBe(0);
  expect(await narrowed('--dest', '203.0.113.66', '--dest', '198.51.100.1:80')).toBe(2);
  expect(await narrowed('--src', '10.224.0.4:41823')).toBe(1);
  expect(await narrowed('--src', '10.224.0.4:41823', '--src', '10.0.0.1:50000')).toBe(1);
  expect(await narrowed('--limit', '1')).toBe(1);
  expect(await narrowed('--until', '2026-11-23T03:00Z')).toBe(0);
  expect(await narrowed('deployment/checkout')).toBe(2);
  expect(await narrowed('deployment/cart')).toBe(0);
});

test('a pasted line asks about its own connection and moment', async () => {
  const { out, err } = await unmasq('who', tuple(41_823, 'B'), '-o', 'json');
  expect(JSON.parse(out)).toMatchObject({
    query: { dest: '203.0.113.66:443', from: '2026-11-23T02:59:17.003Z' },
    coverage: { flows: 1, byVerdict: { exact: { flows: 1 } } },
  });
  expect(err).toMatch(/read as a tuple of a VNet flow log: 203\.0\.113\.66:443 from 10\.224\.0\.4:41823/);
});

test('why: by id and by tuple; exact says what, ambiguous says what is missing', async () => {
  const exact = await unmasq('why', '10.224.0.4:41823-203.0.113.66:443/tcp');
  expect(exact.code).toBe(0);
  expect(exact.out).toMatch(/exact: pod shop\\x1b\[31m\/checkout-7f9c6d5b48-x2x8q made this flow/);
  expect(exact.out).toMatch(/10\.244\.1\.7:41822 → 203\.0\.113\.66:443 left as 10\.224\.0\.4:41823: opened/);
  const other = JSON.parse((await unmasq('why', '10.224.0.4:50000-203.0.113.66:443', '-o', 'json')).out);
  expect(other).toMatchObject({
    kind: 'WhyReport',
    verdict: { kind: 'ambiguous', reason: 'no-translation' },
    missing: [{ what: expect.stringContaining('n1') }],
  });
  expect((await unmasq('why', other.flow.flow)).code).toBe(0);
});

test('reading the same files again changes nothing', async () => {
  const { code, out } = await unmasq('ingest', ...GOOD, '-o', 'json');
  const report = JSON.parse(out);
  expect(code).toBe(0);
  expect(report.objects.map(({ rows }: { rows: number }) => rows)).toEqual([0, 0, 0, 0, 0]);
  expect(report.attribution.changes).toEqual([]);
});

test.each<[string, readonly string[], number, RegExp]>([
  [
    'a bad file among good ones is a warning',
    ['ingest', 'nodes.json', 'notes.md'],
    0,
    /warning: notes\.md is plain text.*\n(?:.*\n)*.*1 file could not be used whole/,
  ],
  ['with --strict it is an incomplete answer', ['ingest', 'nodes.json', 'notes.md', '--strict'], 5, /warning/],
  ['a missing file among good ones too', ['ingest', 'nodes.json', 'none'], 0, /none: there is no such file/],
  [
    'nothing usable at all is a failure, and nothing is said of flows',
    ['ingest', 'notes.md'],
    1,
    /^(?!(?:.*\n)*next:)(?:.*\n)*.*E201/,
  ],
  [
    'a refused row makes it an incomplete answer, strictly',
    ['ingest', 'nodes.json', 'torn.txt', '--strict'],
    5,
    /1 row rejected/,
  ],
  ['a refused row is a warning', ['ingest', 'nodes.json', 'torn.txt'], 0, /warning: 1 row rejected/],
  [
    'a file of which every row was refused is a failure',
    ['ingest', 'torn.txt'],
    1,
    /1 row rejected(?:.*\n)*.*every row was rejected/,
  ],
  ['a dump without a time is of no use', ['ingest', 'dump.txt'], 1, /1 row of a dump without a time.*--at TIME/],
  ['a data folder without a name', ['flows', '--data='], 2, /E105/],
  ['a data folder for the demo, which has its own', ['demo', '--data', 'x'], 2, /E104/],
  [
    'a flag of snat at its plan',
    ['snat', 'plan', '--nodes', '60', '--peak', '100', '--dest', '192.0.2.1'],
    2,
    /--dest.*E104/,
  ],
  ['no file at all too', ['ingest', 'none'], 1, /E201/],
  ['two clusters in one export are refused', ['ingest', 'two.jsonl'], 2, /E202.*\n.*one, two/],
  ['a mistyped command', ['whoo', '1.2.3.4'], 2, /E101.*\n.*Did you mean `unmasq who`/],
  ['a command of another tool', ['frobnicate'], 2, /E101/],
  ['a mistyped flag', ['flows', '--verdit', 'exact'], 2, /E102.*\n.*--verdict/],
  ['a mistyped global flag', ['flows', '--sinc', '3h'], 2, /E102.*\n.*--since/],
  ['a missing argument', ['who'], 2, /E103/],
  ['an argument too many', ['sources', 'x'], 2, /E103/],
  ['a value of a flag that is none', ['flows', '-o', 'xml'], 2, /table, wide, json.*E105/],
  ['a verdict that is none', ['flows', '--verdict', 'exakt'], 2, /^error.*exact, probable.*E105/],
  ['destinations by what there is not', ['map', '--to', 'country'], 2, /address, port, block, host, tag.*E105/],
  ['a measure that is none', ['map', '--by', 'packets'], 2, /flows, bytes.*E105/],
  ['a preset that is none', ['map', '--hide', 'dns,noise'], 2, /--hide noise.*dns, kube-system, azure.*E105/],
  [
    'more lines than are drawn',
    ['map', '--limit', '5000'],
    2,
    /--limit 5000: expected a whole number from 1 to 1000 .*E105/,
  ],
  ['a map of nothing is done', ['map', '--dest', '198.51.100.1'], 0, /no flows/],
  ['a protocol that is none', ['flows', '--proto', 'tpc'], 2, /expected tcp, udp.*E105/],
  ['a protocol number that is none', ['flows', '--proto', '256'], 2, /E105/],
  ['a limit that is none', ['flows', '--limit', '0'], 2, /E105/],
  ['more steps than are drawn', ['flows', '--steps', '1000000000'], 2, /a whole number from 1 to 1000 .*E105/],
  ['a name that nobody gave', ['map', '--namespace', ''], 2, /--namespace: it is empty.*E105/],
  ['words that nobody wrote', ['flows', '--where='], 2, /--where: it is empty.*E105/],
  ['one of two that is empty', ['flows', '--node', 'a', '--node', ''], 2, /--node: it is empty.*E105/],
  ['a form that the command has not', ['why', '10.224.0.4:41823-203.0.113.66:443', '-o', 'csv'], 2, /E105/],
  ['a time that is none', ['flows', '--since', 'soon'], 2, /E106/],
  ['a range that is none', ['flows', '--since', '5m', '--until', '1h'], 2, /E107/],
  [
    'a time since when nothing changed that is none',
    ['flows', '--changed-since', 'soon'],
    2,
    /--changed-since: .*E106/,
  ],
  [
    'since when nothing changed',
    ['flows', '--changed-since', '1h'],
    0,
    /flows of which something else is said than at/,
  ],
  ['a comparison with no time', ['who', '203.0.113.66', '--compare', 'before'], 2, /expected how long before.*E105/],
  [
    'a comparison with what the range has in it',
    ['who', '203.0.113.66', '--since', '2h', '--compare', '1h'],
    2,
    /shorter than the range.*E107/,
  ],
  [
    'a comparison that leaves out what is possible',
    ['who', '203.0.113.66', '--compare', '1h', '--verdict', 'exact'],
    2,
    /--verdict.*E105/,
  ],
  [
    'a comparison with a time of which nothing is known, strictly',
    ['who', '203.0.113.66', '--compare', '1h', '--strict'],
    5,
    /warning: before: flow log begins at(?:.*\n)*2 new \(2 only possibly\)/,
  ],
  ['a zone that is none', ['flows', '--tz', 'Mars/Olympus'], 2, /E108/],
  ['a host name', ['who', 'known.example.com'], 2, /E110.*\n.*--resolve-now/],
  [
    'a host name as a guess',
    ['who', 'known.example.com', '--resolve-now'],
    0,
    /a guess: known\.example\.com is 203\.0\.113\.66/,
  ],
  ['a host name that nobody knows', ['who', 'other.example.com', '--resolve-now'], 1, /E116/],
  ['a service tag', ['who', 'Storage.WestEurope'], 2, /E111/],
  ['a cluster that is none', ['flows', '--cluster', 'other'], 2, /E115.*\n.*default/],
  ['a flow that is none', ['why', 'f_0000000000000000000000'], 1, /E113/],
  ['a flow that is not understood', ['why', 'that one'], 2, /E114/],
  [
    'an id is one flow: a time beside it would go unheard',
    ['why', 'f_0000000000000000000000', '--at', '03:00'],
    2,
    /--at.*E104/,
  ],
  [
    'a tuple as the pod sees it is not on the wire',
    ['why', '10.244.1.7:41822-203.0.113.66:443'],
    1,
    /as on the wire(?:.*\n)*.*unmasq who/,
  ],
  ['an answer within what the sources cover, strictly', ['who', '203.0.113.66', '--strict'], 0, /2 flows/],
  [
    'an answer beyond it, strictly',
    ['who', '203.0.113.66', '--since', '2h', '--strict'],
    5,
    /the flow logs that were read end at/,
  ],
  ['an empty answer is done', ['who', '198.51.100.1'], 0, /no flows/],
  ['a demo without its recording', ['demo'], 1, /E401/],
  [
    'a comparison with no store',
    ['evaluate', '--truth', 'right.jsonl', '--compare', 'nowhere'],
    1,
    /there is no store in nowhere.*E306/,
  ],
  [
    'a comparison of no store',
    ['evaluate', '--truth', 'right.jsonl', '--data', 'nowhere', '--compare', 'elsewhere'],
    1,
    /there is no store in nowhere.*E306/,
  ],
  [
    'a comparison of a store with itself',
    ['evaluate', '--truth', 'right.jsonl', '--data', 'here', '--compare', './here/'],
    2,
    /--compare \.\/here\/ is the store that --data gives.*E105/,
  ],
  [
    'a page of a comparison',
    ['evaluate', '--truth', 'right.jsonl', '--compare', 'elsewhere', '--page', 'x.html'],
    2,
    /--page.*E104/,
  ],
  ['help on nothing known', ['help', 'tiem'], 2, /E101/],
])('%s', async (_, words, code, says) => {
  const ran = await unmasq(...words);
  expect({ code: ran.code, err: ran.err }).toEqual({ code, err: expect.stringMatching(says) });
});

test('flows of which nobody can be named are not said to be none', async () => {
  const who: Store['who'] = async () => ({
    pods: [],
    coverage: [{ verdict: 'unattributed', reason: 'node-unknown', flows: 3, bytes: 9 }],
  });
  const { code, out } = await unmasqOn(null, {}, ['who', '203.0.113.66'], { who });
  expect({ code, out }).toEqual({ code: 0, out: '3 flows found, and nobody can be named for any of them.\n' });
});

test('a full disk is named as such, and no defect of ours', async () => {
  const write = async (): Promise<never> => {
    throw new Error('Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)');
  };
  const { code, err } = await unmasqOn(null, {}, ['ingest', 'nodes.json'], { write });
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/disk of the data folder is full.*E303/) });
});

test('errors are JSON where JSON is asked for, and never on stdout', async () => {
  const { out, err } = await unmasq('flows', '-o', 'json', '--since', 'soon');
  expect(out).toBe('');
  expect(JSON.parse(err)).toMatchObject({
    error: { code: 'E106', message: expect.any(String), fix: expect.any(String) },
  });
});

test.each<[string, string, number, RegExp, RegExp]>([
  ['right', 'right.jsonl', 0, /^exact: 1 of 1 right\n\nVERDICT +FLOWS +SHARE/, /^$/],
  [
    'wrong, which comes first, with what was said, what is true and why it was said',
    'wrong.jsonl',
    3,
    /^WRONG: 1 of 1 exact verdict named the wrong pod\n {2}f_\S+ {2}2026-11-23T03:04:17\.003Z {2}10\.224\.0\.4:41823-203\.0\.113\.66:443\/tcp {2}node n1\n {4}said +shop.*\/checkout-7f9c6d5b48-x2x8q \(0{8}-.*1\)\n {4}truth +0{8}-.*f \(no pod that the inventory knows\)\n {4}for +10\.244\.1\.7:41822 → /,
    /1 of 1 exact verdict is wrong/,
  ],
  [
    'about another day',
    'old.jsonl',
    0,
    /^exact: 0 of 0 right/,
    /no row of the truth matches.*\n.*rows of the truth begin from 2025-11-23.*another time range.*\n.*the nearest flow began 31536000\.000 s later/,
  ],
  ['torn', 'torn.jsonl', 1, /^$/, /torn\.jsonl, line 2: not JSON.*E203/],
  ['empty', 'empty.jsonl', 1, /^$/, /empty\.jsonl holds no row.*E203/],
  ['not there', 'none.jsonl', 1, /^$/, /none\.jsonl cannot be read.*E203.*\n.*there is no such file/],
])('evaluate: a truth that is %s', async (_, file, code, out, err) => {
  const ran = await unmasq('evaluate', '--truth', file);
  expect(ran).toMatchObject({ code, out: expect.stringMatching(out), err: expect.stringMatching(err) });
  expect(ran.out).not.toContain('\u001b');
});

test('evaluate --page writes the page when the work is done, and finds out before it whether it can', async () => {
  const done = await unmasq('evaluate', '--truth', 'wrong.jsonl', '--page', 'x.html');
  expect(done.code).toBe(3);
  expect(done.files.get('x.html')).toMatch(
    /^<!doctype html>(?:.*\n)*.*WRONG: 1 of 1 exact verdict named the wrong pod/,
  );
  expect(done.files.get('x.html')).toContain('shop\\x1b[31m/checkout');
  expect(done.err).toContain('the page is x.html');
  const torn = await unmasq('evaluate', '--truth', 'torn.jsonl', '--page', 'x.html');
  expect([torn.code, [...torn.files]]).toEqual([1, [['x.html', null]]]);
  const nowhere = await unmasq('evaluate', '--truth', 'torn.jsonl', '--page', 'no/x.html');
  expect(nowhere).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/no\/x\.html cannot be written.*E205.*\n.*ENOENT/),
  });
});

test('evaluate --compare says of both whether an exact verdict is wrong, and that nothing moved where nothing did', async () => {
  const right = await unmasq('evaluate', '--truth', 'right.jsonl', '--compare', 'elsewhere');
  expect({ code: right.code, err: right.err }).toEqual({ code: 0, err: '' });
  expect(right.out).toMatch(/^named, as a pod, a workload or the node itself: 50% → 50% of flows/);
  expect(right.out).toMatch(/both were fed the same number of rows of every source/);
  expect(right.out).toMatch(/2 in both; 0 only before, 0 only after\nnone of them moved/);
  const wrong = await unmasq(
    'evaluate',
    '--truth',
    'wrong.jsonl',
    '--data',
    'here',
    '--compare',
    'else\u001b[31mwhere',
  );
  expect(wrong.code).toBe(3);
  expect(wrong.err).toMatch(/here: 1 of 1 exact verdict is wrong\n.*else.*where: 1 of 1 exact verdict is wrong/);
  expect(`${wrong.out}${wrong.err}`).not.toContain('\u001b[31m');
});

test('evaluate shows three mistakes on a page, all that are listed with -o wide, and says how many more there are', async () => {
  const [of] = await store.flows({ ...allFlows('default', { from: instant(0), until: NOW }), verdicts: ['exact'] });
  const copies = Array.from({ length: 25 }, (_, i) => ({
    ...(of as FlowRow),
    flow: `f_${10 + i}`,
    srcPort: 1_000 + i,
  }));
  const line = new TextDecoder().decode(TRUTHS['wrong.jsonl']);
  const truth = copies.map(({ srcPort }) => line.replace('41823', String(srcPort))).join('');
  const broken: Partial<Store> = {
    flows: async ({ limit }) => copies.slice(-(limit ?? 25)),
    evidence: async () => null,
  };
  FILES['many.jsonl'] = Buffer.from(truth);
  const shown = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { code, out } = await unmasqOn(null, {}, ['evaluate', '--truth', 'many.jsonl', ...words], broken);
    expect(code).toBe(3);
    return out.split('\n').filter((text) => /^ {2}(?:f_|and)/.test(text));
  };
  expect(await shown()).toEqual([
    ...copies.slice(0, 3).map(({ flow }) => expect.stringContaining(`${flow} `)),
    '  and 22 more: -o wide shows the first 20',
  ]);
  expect((await shown('-o', 'wide')).slice(20)).toEqual(['  and 5 more']);
});

test('evaluate lists the oldest rows without a flow, and says by which clock the truth was written', async () => {
  const [of] = await store.flows({ ...allFlows('default', { from: instant(0), until: NOW }), verdicts: ['exact'] });
  const copies = Array.from({ length: 30 }, (_, i) => ({ ...(of as FlowRow), flow: `f_${i}`, srcPort: 1_000 + i }));
  const line = new TextDecoder().decode(TRUTHS['right.jsonl']);
  const rows = (ports: number, begin: string): string =>
    copies
      .map(({ srcPort }) => line.replace('41823', String(srcPort + ports)).replace(/"begin":"[^"]*"/, begin))
      .join('');
  const shown = async (truth: string, ...words: readonly string[]): Promise<string> => {
    FILES['clock.jsonl'] = Buffer.from(truth);
    const flows: Store['flows'] = async ({ limit }) => copies.slice(-(limit ?? 30));
    return (await unmasqOn(null, {}, ['evaluate', '--truth', 'clock.jsonl', ...words], { flows })).out;
  };
  const [same, later] = ['03:04:17.003', '03:04:37.003'].map((time) => `"begin":"2026-11-23T${time}Z"`) as [
    string,
    string,
  ];
  expect(await shown(rows(0, same))).toMatch(/\ntruth: 30 flows matched, 0 rows without a flow;.*\ntranslated/);
  const late =
    /\ntruth: 30 flows .*\nthe truth's clock: the flow log is 20\.000 s behind, which no source tells of: .*\ntranslated/;
  expect(await shown(rows(0, later))).toMatch(late);
  const listed = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await shown(rows(0, same) + rows(100, same), ...words))
      .split('\n')
      .filter((text) => /^ {2}(?:no flow|and)/.test(text));
  expect(await listed()).toEqual([
    expect.stringMatching(
      /^ {2}no flow {2}2026-11-23T03:04:17\.003Z {2}10\.224\.0\.4:1100-203\.0\.113\.66:443\/tcp {2}\S+$/,
    ),
    expect.stringContaining(':1101-'),
    expect.stringContaining(':1102-'),
    '  and 27 other rows: -o wide shows more',
  ]);
  expect((await listed('-o', 'wide')).slice(20)).toEqual(['  and 10 other rows']);
});

const VALUES: Readonly<Record<string, string>> = {
  output: 'json',
  since: '2026-11-23T03:00Z',
  until: '2026-11-23T03:30Z',
  at: '03:04',
  tz: 'utc',
  cluster: 'default',
  color: 'never',
};
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  who: ['203.0.113.66'],
  now: ['203.0.113.66'],
  why: ['10.224.0.4:41823-203.0.113.66:443'],
  path: ['shop/web', '203.0.113.66'],
  ingest: ['notes.md'],
  evaluate: ['--truth', 'notes.md'],
  config: ['view'],
  completion: ['bash'],
  backup: ['store.tar'],
  restore: ['store.tar', '--dry-run'],
  purge: ['--pod', 'shop/web', '--dry-run'],
  cost: ['estimate', 'notes.yaml'],
  generate: ['dcr', 'notes.yaml'],
  serve: ['--kubernetes'],
  'snat plan': ['--nodes', '3'],
  'kql show': ['query-cost'],
  'kql check': ['mine.kql'],
  'kql run': ['query-cost'],
  'kql link': ['query-cost'],
};

test.each(
  COMMANDS.flatMap((spec) => GLOBALS.map(([name, flag]) => [`${spec.name} ${flag.flags}`, spec, name, flag] as const)),
)('%s is honoured, or refused with a sentence', async (_, spec, name, flag) => {
  const long = /--[a-z-]+/.exec(flag.flags)?.[0] ?? '';
  const given = flag.flags.includes('<') ? [long, VALUES[name] ?? 'x'] : [long];
  const { code, err } = await unmasq(...spec.name.split(' '), ...(ARGUMENTS[spec.name] ?? []), ...given);
  const honoured = ALWAYS.includes(name) || spec.honours.includes(name);
  if (honoured) expect(err).not.toContain('E104');
  else expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/E104/) });
});

test.each(
  [
    ['who', '203.0.113.66'],
    ['who', '203.0.113.66', '--compare', '1h'],
    ['who', 'checkout.shop.svc'],
    ['flows'],
    ['map', '--sender', 'pod'],
    ['map', '--to', 'all', '-n', 'shop'],
    ['why', 'f_nothing'],
    ['sources'],
    ['doctor'],
    ['diagnose'],
    ['snat'],
    ['snat', 'ledger', '--by', 'pod'],
    ['trace', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['who', 'payments-db.contoso.example', '--cluster', 'prod-weu'],
    ['path', 'shop/checkout-no-such', '203.0.113.66'],
  ].flatMap((words) => ['json', 'jsonl', 'csv', 'table', 'wide', 'yaml'].map((output) => [...words, '-o', output])),
)('with --redact no name is told: %s %s %s %s %s', async (...words) => {
  const { out, err } = await unmasqOn(null, { UNMASQ_REDACT_KEY: 'the same all the time' }, [
    ...words,
    '--redact',
    '-v',
  ]);
  const told = `${out}\n${err}`;
  for (const name of [...NAMES_HERE, ...words.filter((word) => /[.-]/.test(word) && !word.startsWith('-'))])
    expect([name, told.includes(name)]).toEqual([name, false]);
  if (words.includes('json') && out !== '') expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1 });
});
const NAMES_HERE = [
  UID,
  'checkout',
  'shop/',
  '"shop"',
  '10.244.',
  '10.224.0.4',
  '203.0.113.',
  'node-1',
  '"n1"',
  'contoso',
  'prod-weu',
];

/** The same store, where what is called `checkout` and so on is called by words that answers say. */
const RENAMED: Readonly<Record<string, string>> = { shop: 'kube-system', checkout: 'monitoring', n1: 'querypack' };
const renamed = (value: unknown): unknown => {
  if (typeof value === 'string')
    return value.replaceAll(HOSTILE, 'shop').replaceAll(/\b(?:shop|checkout|n1)\b/g, (name) => RENAMED[name] as string);
  if (Array.isArray(value)) return value.map(renamed);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [renamed(key), renamed(one)]));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one)]));
};
const renamedStore = (): Partial<Store> =>
  Object.fromEntries(
    Object.entries(store).map(([name, ask]: [string, (...words: readonly unknown[]) => unknown]) => [
      name,
      async (...words: readonly unknown[]) => renamed(await ask(...words)),
    ]),
  );

test.each(
  [
    ['who', '203.0.113.66'],
    ['flows'],
    ['map', '--sender', 'pod'],
    ['map', '--to', 'all'],
    ['sources'],
    ['doctor'],
    ['diagnose'],
    ['snat'],
    ['snat', 'ledger', '--by', 'pod'],
    ['snat', 'ledger'],
    ['why', '10.224.0.4:41823-203.0.113.66:443', '--at', '03:04:17'],
    ['path', 'kube-system/monitoring', '203.0.113.66'],
    ['path', 'kube-system/monitoring-7f9c6d5b48-x2x8q', '203.0.113.66'],
    ['who', '203.0.113.66', '--compare', '1h'],
    ['who', '203.0.113.66', '-n', 'kube-system'],
    ['who', '203.0.113.66', '--node', 'querypack'],
    ['flows', '--cluster', 'querypack'],
    ['evaluate', '--truth', 'wrong.jsonl'],
    ['snat', 'forecast'],
    ['snat', 'advice'],
    ['snat', 'plan'],
    ['trace', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['trace', 'propagation'],
  ].flatMap((words) => ['json', 'csv', 'table', 'wide', 'yaml'].map((output) => [...words, '-o', output])),
)('with --redact a name that answers say as a word is told nowhere: %s %s %s %s %s', async (...words) => {
  const { out, err } = await unmasqOn(null, {}, [...words, '--redact', '-v'], renamedStore());
  for (const name of Object.values(RENAMED)) expect(`${out}\n${err}`).not.toContain(name);
});

test('with --redact an error is JSON still, and what it quotes is of no estate: of the store, the words and the surroundings', async () => {
  const env = { UNMASQ_REDACT_KEY: 'the same all the time', HOME: '/home/acmecorp' };
  const ask = async (words: readonly string[], broken: Partial<Store>): Promise<string> =>
    (await unmasqOn(null, env, [...words, '--redact'], broken)).err;
  const estate = (cluster: string) => ({ cluster, namespace: '', workload: '', pod: '', node: '' });
  const two: Partial<Store> = {
    clusters: async () => ['fabrikam', 'northwind'],
    names: async () => ['fabrikam', 'northwind'].map(estate),
  };
  const several = await ask(['flows', '-o', 'json'], two);
  expect(JSON.parse(several)).toMatchObject({ error: { code: 'E112' } });
  expect(several).not.toMatch(/fabrikam|northwind/);
  const unknown = await ask(['flows', '--cluster', 'west', '-o', 'json'], two);
  expect(JSON.parse(unknown)).toMatchObject({ error: { code: 'E115' } });
  expect(unknown).not.toMatch(/west|fabrikam|northwind/);
  const words = await ask(['flows'], {
    clusters: async () => ['host', 'monitoring'],
    names: async () => ['host', 'monitoring'].map(estate),
  });
  expect(words).not.toMatch(/host|monitoring/);
  const failing: Partial<Store> = {
    flows: () => Promise.reject(new Error('cannot read /home/acmecorp/data')),
  };
  expect(await ask(['flows'], failing)).not.toContain('acmecorp');
});

test.each([
  [['flows', '--acmecorp']],
  [['flows', '--acmecorp=1', '-o', 'json']],
  [['who', '-qacmecorp']],
  [['--acmecorp', 'flows']],
])('with --redact a flag that there is not is no word of ours: %j', async (words) => {
  const { code, out, err } = await unmasqOn(null, {}, [...words, '--redact']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/E102/);
  expect(err).not.toContain('acme');
});

test('--redact: figures stay; a key that can be tried out and a server elsewhere are refused', async () => {
  const ask = async (...more: readonly string[]) => (await unmasq('who', '203.0.113.66', '-o', 'json', ...more)).out;
  const [plain, redacted] = [JSON.parse(await ask()), JSON.parse(await ask('--redact'))];
  expect(redacted.coverage).toEqual(plain.coverage);
  expect(redacted.items.map((item: { flows: number }) => item.flows)).toEqual(
    plain.items.map((item: { flows: number }) => item.flows),
  );
  expect(redacted.items[0].workload).toMatchObject({ kind: 'Deployment', name: expect.stringMatching(/^workload-/) });
  const weak = await unmasqOn(null, { UNMASQ_REDACT_KEY: 'short' }, ['flows', '--redact']);
  expect(weak).toMatchObject({ code: 2, out: '', err: expect.stringContaining('E105') });
  expect(await unmasq('flows', '--redact', '--server', 'http://127.0.0.1:1')).toMatchObject({ code: 2, out: '' });
});

test.each(['', ...COMMANDS.map(({ name }) => name)])(
  'help of "%s" fits a screen, begins with examples, and goes to stdout',
  async (name) => {
    const { code, out, err } = await unmasq(...(name === '' ? [] : [...name.split(' '), '--help']));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').length).toBeLessThan(60);
    expect(out.indexOf('Examples:')).toBeLessThan(out.indexOf('Usage:'));
    expect(out).not.toMatch(/undefined/);
  },
);

test('a terminal gets colours and a fitting width, a pipe the whole table', async () => {
  const narrow = await unmasqOn({ columns: 60 }, {}, ['flows']);
  expect(narrow.out).toContain('\u001b[');
  const bare = await unmasqOn({ columns: 60 }, { NO_COLOR: '1' }, ['flows', '-q']);
  expect(Math.max(...bare.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90);
  expect(bare.err).toBe('');
  const piped = await unmasq('flows');
  expect(piped.out).toContain('203.0.113.66:443/tcp');
  expect(piped.out).not.toContain('\u001b');
});

test('--tz moves what people read, and nothing that programs read', async () => {
  const berlin = await unmasq('flows', '--tz', 'Europe/Berlin');
  expect(berlin.out).toContain('2026-11-23 04:04:17.003+01:00');
  const json = await unmasq('flows', '--tz', 'Europe/Berlin', '-o', 'jsonl');
  expect(json.out).toContain('"begin":"2026-11-23T03:04:17.003Z"');
});

test.each<[string, readonly string[]]>([
  ['who "connect to 203.0.113.66:443 failed"', ['who', 'connect to 203.0.113.66:443 failed']],
  ["  why  'a b'  c ", ['why', 'a b', 'c']],
  ['', []],
])('the prompt takes %s apart as a shell would', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each<[string, readonly string[]]>([
  ['status', ['snat']],
  ['a ledger', ['snat', 'ledger']],
  ['the table of connections', ['snat', 'ledger', '--of', 'conntrack']],
  ['a forecast', ['snat', 'forecast']],
  ['advice', ['snat', 'advice']],
  ['a diagnosis', ['diagnose']],
])(
  '%s of a node that nothing is known of is an error that names those that are, and of one that is known an answer',
  async (_, words) => {
    const unknown = await unmasq(...words, '--node', 'n1', '--node', 'n2');
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.err).toMatch(/nothing is known of a node "n2" \[E847\]\n.*nearest first: n1\n/);
    expect((await unmasq(...words, '--node', 'n1')).err).not.toMatch(/E847/);
  },
);

test.each<[string, readonly string[]]>([
  ['who', ['who', '203.0.113.66']],
  ['flows', ['flows']],
  ['a trace', ['trace', 'a'.repeat(32)]],
  ['propagation', ['trace', '--propagation']],
  ['ports of nodes', ['snat']],
  ['their ledger', ['snat', 'ledger']],
  ['the ledger of pods', ['snat', 'ledger', '--of', 'pod']],
  ['the ledger of connection tracking', ['snat', 'ledger', '--of', 'conntrack']],
  ['a forecast', ['snat', 'forecast']],
  ['advice', ['snat', 'advice']],
  ['a plan', ['snat', 'plan', '--nodes', '3']],
  ['a diagnosis', ['diagnose']],
])('an answer about more time than sources tell of ends with 5, strictly, and else with 0: %s', async (_, words) => {
  const asked = [...words, '--since', '2h'];
  expect((await unmasq(...asked)).code).toBe(0);
  expect((await unmasq(...asked, '--strict')).code).toBe(5);
});

const ALL_PORTS = { ...allFlows('default', { from: instant(BEGIN - 1_000), until: NOW }), inside: [] };
const AT = instant(BEGIN);
const END = { node: 'n1', nodeIp: '10.224.0.4', protocol: 'tcp', egressPath: 'lb' } as const;
const metric = (name: string, value: number): MetricRow => ({
  resource: '/lb',
  metric: name,
  dimensions: new Map([['backendipaddress', END.nodeIp]]),
  peak: value,
  peakAt: AT,
  last: value,
  lastAt: AT,
  total: 0,
});
test.each<[string, number, number, number | null, number, string, RegExp]>([
  ['a share that flows bound is told as one, and is no finding', 500, 900, null, 0, '≤87.9%', /0 at 80%.*, 1 perhaps/],
  ['one that a destination alone reaches is sure', 850, 1_000, null, 3, '≤97.7%', /1 at 80%/],
  ['one that Azure counted is sure', 500, 2_000, 900, 3, ' 87.9%', /1 at 80%/],
  ['one that Azure counted stands against a bound', 500, 1_000, 700, 0, ' 68.4%', /0 at 80%[^,]*\n/],
])('%s', async (_, largest, most, counted, code, share, says) => {
  const steps = [{ ...END, through: null, from: AT, taken: [most], given: [0], largest, holders: [] }];
  const ran = await unmasqOn(null, { NO_COLOR: '1' }, ['snat'], {
    portPaths: async () => ({
      steps,
      most: [{ ...END, peakPorts: most, peakAt: AT }],
      shared: [],
      together: [],
    }),
    metrics: async () => [
      metric('AllocatedSnatPorts', 1_024),
      ...(counted === null ? [] : [metric('UsedSnatPorts', counted)]),
    ],
  });
  expect({ code: ran.code, out: ran.out, err: ran.err }).toEqual({
    code,
    out: expect.stringContaining(share),
    err: expect.stringMatching(says),
  });
});

test('a limit that only a bound reaches is forecast as the earliest time, and is no finding', async () => {
  const growing = Array.from({ length: 240 }, (_, step) => (step === 0 ? 200 : 3));
  const steps = [
    { ...END, through: null, from: AT, taken: growing, given: growing.map(() => 0), largest: 100, holders: [] },
  ];
  const forecast = (largest: number) =>
    unmasqOn(null, { NO_COLOR: '1' }, ['snat', 'forecast', '--since', '2h'], {
      portPaths: async () => ({
        steps: steps.map((one) => ({ ...one, largest })),
        most: [{ ...END, peakPorts: 917, peakAt: AT }],
        shared: [],
        together: [],
      }),
      metrics: async () => [metric('AllocatedSnatPorts', 1_024)],
    });
  const bound = await forecast(100);
  expect(bound.code).toBe(0);
  expect(bound.out).toMatch(/not before 2026-11-2/);
  expect(bound.err).toMatch(/0 limits expected .* 1 more at the earliest/);
  const sure = await forecast(917);
  expect(sure.code).toBe(3);
  expect(sure.out).not.toMatch(/not before/);
});

test.each<[string, readonly string[], RegExp]>([
  [
    'destinations of nodes',
    ['snat', 'ledger'],
    /the 1 that held most of 48 destinations of nodes \(--limit for more\)\n/,
  ],
  [
    'of pods',
    ['snat', 'ledger', '--of', 'pod'],
    /the 1 that held most of 48 destinations of pods \(--limit for more\)\n/,
  ],
  [
    'what advice is on',
    ['snat', 'advice'],
    /the 1 that held most of 48 workloads and destinations with ports of note \(--limit for more\)/,
  ],
  [
    'what a forecast looked at',
    ['snat', 'forecast'],
    /; looked at the 1 that held most of 48 destinations of nodes \(--limit for more\)\n/,
  ],
])('the last line says of how many --limit left some out: %s', async (_, words, says) => {
  const { rows } = await store.ports(ALL_PORTS, 1);
  const own = await store.podPorts(ALL_PORTS, 1);
  const held = await store.holdings(ALL_PORTS, 1, 1);
  const ran = await unmasqOn(null, {}, [...words, '--limit', '1'], {
    ports: async () => ({ rows, destinations: 48 }),
    podPorts: async () => ({ ...own, destinations: 48 }),
    holdings: async () => ({ ...held, holdings: 48 }),
  });
  expect(ran.err).toMatch(says);
});

test.each<[string, readonly string[], number, RegExp]>([
  [
    'a namespace that nothing is known of, of ports',
    ['snat', '-n', 'shp'],
    2,
    /nothing is known of a namespace "shp" \[E848\]\n.*nearest first: shop/,
  ],
  ['a namespace that nothing is known of, of a diagnosis', ['diagnose', '-n', 'shp'], 2, /E848/],
  [
    'a forecast is of nodes',
    ['snat', 'forecast', '-n', HOSTILE],
    2,
    /--namespace: a limit is reached by all pods of a node/,
  ],
  [
    'a table of connection tracking is of a node',
    ['snat', 'ledger', '--of', 'conntrack', '-n', HOSTILE],
    2,
    /--namespace: a table/,
  ],
  [
    'a ledger says what stays whole',
    ['snat', 'ledger', '-n', HOSTILE],
    0,
    /assumed: holders are pods of .* is of all pods/,
  ],
  ['status too', ['snat', '-n', HOSTILE], 0, /assumed: holders are pods of/],
  ['advice too', ['snat', 'advice', '-n', HOSTILE], 0, /assumed: holders are pods of/],
  ['the ledger of pods too', ['snat', 'ledger', '--of', 'pod', '-n', HOSTILE], 0, /assumed: holders are pods of/],
  [
    'a diagnosis too, and what is left out',
    ['diagnose', '-n', HOSTILE],
    0,
    /of nodes as wholes.*\n.*assumed: 1 connection left out: they name no pod/,
  ],
  [
    'every column says how long ports are held for',
    ['snat', '-o', 'wide'],
    0,
    /assumed: a load balancer keeps each port 120 s longer.*240 s after FIN, 15 s after RST.*\n.*assumed: connections through a NAT gateway.*65 s after FIN, 16 s after RST.*\n.*connections that were reset are counted/,
  ],
])('of namespaces: %s', async (_, words, code, says) => {
  const ran = await unmasq(...words);
  expect({ code: ran.code, err: ran.err }).toEqual({ code, err: expect.stringMatching(says) });
});
