import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { UTC } from '../../src/app/civil-time.ts';
import { fillQuery } from '../../src/app/kql-fill.ts';
import { loadExports } from '../../src/app/kql-local.ts';
import { instant } from '../../src/base/instant.ts';
import { ok } from '../../src/base/result.ts';
import { LOCAL_LIMITS } from '../../src/core/kql/local-answer.ts';
import { KustoLanguage } from '../../src/kusto/kusto-language.ts';
import { temporaryStore } from '../temporary-store.ts';
import { publishedTables } from './published-tables.ts';

/** Every query of the pack over tables that were made for it: what it answers is what is so. */

type Row = Readonly<Record<string, unknown>>;
type World = Readonly<Record<string, readonly Row[]>>;

const PACK = join(import.meta.dirname, '../../kql');
const tables = publishedTables();
const { store } = await temporaryStore();
const language = new KustoLanguage();
afterAll(() => language.close());

const T = Date.UTC(2026, 10, 27, 3);
const MINUTE = 60_000;
const at = (minutes: number): string => `${new Date(T + minutes * MINUTE).toISOString().slice(0, 19)}Z`;
const ran = new Set<string>();

const answer = async (
  name: string,
  parameters: Readonly<Record<string, string>>,
  world: World,
): Promise<readonly Row[]> => {
  ran.add(name);
  const asked = { values: new Map(Object.entries(parameters)), since: null, until: null, cluster: null };
  const filled = await fillQuery(
    readFileSync(join(PACK, `${name}.kql`), 'utf8'),
    asked,
    { now: instant(T + 240 * MINUTE), zone: UTC },
    language,
    tables,
  );
  if (!filled.ok || filled.value.query === null) throw new Error(JSON.stringify(filled));
  const local = await store.kqlTables(null);
  try {
    const files = await loadExports(
      Object.entries(world).map(([table, rows]) => ({
        table,
        object: {
          name: table,
          read: async function* () {
            yield ok(new TextEncoder().encode(rows.map((row) => JSON.stringify(row)).join('\n')));
          },
        },
      })),
      local,
      tables,
    );
    for (const { rejects, unknown, table } of files)
      expect({ table, rejects, unknown }).toEqual({ table, rejects: 0, unknown: [] });
    const told = await local.run(filled.value.query, T + 240 * MINUTE, LOCAL_LIMITS);
    if (told.kind !== 'rows') throw new Error(JSON.stringify(told));
    return told.rows.map((row) => Object.fromEntries(told.columns.map((column, i) => [column.name, row[i]])));
  } finally {
    await local.close();
  }
};

const SPAN = { since: at(0), until: at(120) };
const DEST = '203.0.113.66';

/** A pod on one of two nodes, seen each minute from its start to its last. */
interface Pod {
  readonly node: number;
  readonly from: number;
  readonly lasts: number;
}
/** What left: from the address of a node, where the pod is none, or of a pod; to addresses outside, packed as Traffic Analytics does. */
interface Flow {
  readonly from: number;
  readonly lasts: number;
  readonly node: number;
  readonly pod: number | null;
  readonly dests: readonly string[];
}
const minutes = (max: number) => fc.integer({ min: 0, max });
const pods = fc.array(fc.record<Pod>({ node: minutes(1), from: minutes(110), lasts: minutes(40) }), {
  minLength: 1,
  maxLength: 6,
});
const flows = fc.array(
  fc.record<Flow>({
    from: minutes(110),
    lasts: minutes(9),
    node: minutes(1),
    pod: fc.option(minutes(5), { freq: 3 }),
    dests: fc.subarray([DEST, '203.0.113.67', '198.51.100.7', '203.0.113.6'], { minLength: 1 }),
  }),
  { maxLength: 6 },
);

const nodeIp = (node: number): string => `10.224.0.${node + 4}`;
const podIp = (pod: number): string => `10.244.0.${pod + 1}`;
const nodeName = (node: number): string => `node-${node}`;

const inventory = (all: readonly Pod[]): readonly Row[] => [
  // On the network of their node, always there.
  ...[0, 1].flatMap((node) =>
    Array.from({ length: 28 }, (_, i) => ({
      TimeGenerated: at(i * 5 - 5),
      ClusterName: 'prod',
      Namespace: 'kube-system',
      Name: `proxy-${node}`,
      PodUid: `proxy-${node}`,
      PodIp: nodeIp(node),
      Computer: nodeName(node),
      PodStatus: 'Running',
      PodStartTime: at(-600),
    })),
  ),
  ...all.flatMap(({ node, from, lasts }, i) =>
    Array.from({ length: lasts + 1 }, (_, m) => ({
      TimeGenerated: at(from + m),
      ClusterName: 'prod',
      Namespace: 'shop',
      Name: `pod-${i}`,
      PodUid: `uid-${i}`,
      PodIp: podIp(i),
      Computer: nodeName(node),
      PodStatus: 'Running',
      PodStartTime: at(from),
    })),
  ),
  // Of another cluster with the same addresses, and a pod without one.
  {
    TimeGenerated: at(30),
    ClusterName: 'other',
    Namespace: 'shop',
    Name: 'stranger',
    PodUid: 'x',
    PodIp: podIp(0),
    Computer: nodeName(0),
    PodStatus: 'Running',
    PodStartTime: at(0),
  },
  {
    TimeGenerated: at(30),
    ClusterName: 'prod',
    Namespace: 'shop',
    Name: 'pending',
    PodUid: 'y',
    PodIp: '',
    Computer: '',
    PodStatus: 'Pending',
  },
];

const packed = ({ dests }: Flow, i: number): string =>
  dests.map((dest, j) => `${dest}|1|1|3|2|${1_000 * (i + 1) + j}|${10 * (i + 1) + j}`).join(' ');
const sourceOf = ({ pod, node }: Flow, all: readonly Pod[]): string =>
  pod === null || pod >= all.length ? nodeIp(node) : podIp(pod);

const aggregates = (all: readonly Pod[], left: readonly Flow[]): readonly Row[] => [
  ...left.map((flow, i) => ({
    TimeGenerated: at(flow.from + 30),
    SubType: 'FlowLog',
    FlowDirection: 'Outbound',
    FlowStatus: 'Allowed',
    FlowStartTime: at(flow.from),
    FlowEndTime: at(flow.from + flow.lasts),
    SrcIp: sourceOf(flow, all),
    DestPort: 443,
    DestPublicIps: packed(flow, i),
  })),
  // What must not count: inbound, with the sender outside; another sort of row; the sender blank.
  {
    TimeGenerated: at(40),
    SubType: 'FlowLog',
    FlowDirection: 'Inbound',
    FlowStartTime: at(30),
    FlowEndTime: at(31),
    SrcPublicIps: `${DEST}|1|1|1|1|1|1`,
    DestIp: nodeIp(0),
    DestPort: 22,
  },
  {
    TimeGenerated: at(40),
    SubType: 'MaliciousFlow',
    FlowDirection: 'Outbound',
    FlowStartTime: at(30),
    FlowEndTime: at(31),
    SrcIp: nodeIp(0),
    DestPublicIps: `${DEST}|1|1|1|1|1|1`,
    DestPort: 443,
  },
];

/** Who may have sent it: pods of the source that were there in its time, a minute after the last look included. */
const candidatesOf = (flow: Flow, all: readonly Pod[]): readonly number[] =>
  all.flatMap((pod, i) => {
    const isOfSource = flow.pod === null || flow.pod >= all.length ? pod.node === flow.node : flow.pod === i;
    return isOfSource && flow.from <= pod.from + pod.lasts + 1 && flow.from + flow.lasts >= pod.from ? [i] : [];
  });

const toldOf = (flow: Flow, i: number, all: readonly Pod[]) => {
  const who = candidatesOf(flow, all);
  const j = flow.dests.indexOf(DEST);
  return {
    Begin: at(flow.from),
    Source: sourceOf(flow, all),
    Node: who.length === 0 ? '' : nodeName(all[who[0] as number]?.node ?? 0),
    SentBy:
      who.length === 1
        ? 'the only pod there'
        : who.length > 1
          ? 'one of the pods of the node, or the node'
          : 'nobody who is known',
    Pods: who.map((pod) => `shop/pod-${pod}`).sort(),
    BytesOut: 1_000 * (i + 1) + j,
    BytesIn: 10 * (i + 1) + j,
  };
};
const shown = (row: Row) => ({
  Begin: row['Begin'],
  Source: row['Source'],
  Node: row['Node'],
  SentBy: row['SentBy'],
  Pods: ((row['Pods'] ?? []) as string[]).toSorted(),
  BytesOut: row['BytesOut'],
  BytesIn: row['BytesIn'],
});
const sorted = (rows: readonly object[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();
const RUNS = { numRuns: 4 };

test(
  'law: who talked to an address are the pods that could have',
  () =>
    fc.assert(
      fc.asyncProperty(pods, flows, async (all, left) => {
        const told = await answer(
          'who-talked-to-address',
          { ...SPAN, dest: DEST, cluster: 'prod' },
          { KubePodInventory: inventory(all), NTANetAnalytics: aggregates(all, left) },
        );
        // Of two flows that Traffic Analytics cannot tell apart both are told.
        const expected = left.flatMap((flow, i) => (flow.dests.includes(DEST) ? [toldOf(flow, i, all)] : []));
        expect(sorted(told.map(shown))).toEqual(sorted(expected));
        expect(told.map(({ Begin }) => Begin)).toEqual(told.map(({ Begin }) => String(Begin)).toSorted());
      }),
      RUNS,
    ),
  300_000,
);

test(
  'law: the same by NSG flow logs',
  () =>
    fc.assert(
      fc.asyncProperty(pods, flows, async (all, left) => {
        const rows = left.map((flow, i) => ({
          TimeGenerated: at(flow.from + 30),
          SubType_s: 'FlowLog',
          FlowDirection_s: 'O',
          FlowStatus_s: 'A',
          FlowStartTime_t: at(flow.from),
          FlowEndTime_t: at(flow.from + flow.lasts),
          SrcIP_s: sourceOf(flow, all),
          DestPort_d: 443,
          DestPublicIPs_s: packed(flow, i),
        }));
        const told = await answer(
          'who-talked-to-address-nsg',
          { ...SPAN, dest: DEST, cluster: 'prod' },
          { KubePodInventory: inventory(all), AzureNetworkAnalytics_CL: rows },
        );
        expect(sorted(told.map(shown))).toEqual(
          sorted(left.flatMap((flow, i) => (flow.dests.includes(DEST) ? [toldOf(flow, i, all)] : []))),
        );
      }),
      RUNS,
    ),
  300_000,
);

test(
  'law: what left the node of a pod while the pod was there',
  () =>
    fc.assert(
      fc.asyncProperty(pods, flows, async (all, left) => {
        const told = await answer(
          'flows-of-a-pods-node',
          { ...SPAN, pod: 'pod-0', namespace: 'shop', cluster: 'prod' },
          { KubePodInventory: inventory(all), NTANetAnalytics: aggregates(all, left) },
        );
        const [ours] = all as [Pod];
        const sums = new Map<string, number>();
        for (const [i, flow] of left.entries()) {
          const source = sourceOf(flow, all);
          const whose = source === podIp(0) ? 'the pod' : source === nodeIp(ours.node) ? 'the node' : null;
          if (whose === null || flow.from > ours.from + ours.lasts + 1 || flow.from + flow.lasts < ours.from) continue;
          for (const [j, dest] of flow.dests.entries()) {
            const key = `${whose} ${source} ${dest}`;
            sums.set(key, (sums.get(key) ?? 0) + 1_000 * (i + 1) + j);
          }
        }
        expect(
          new Map(
            told.map((row) => [
              ['Whose', 'Source', 'Dest'].map((name) => String(row[name])).join(' '),
              row['BytesOut'],
            ]),
          ),
        ).toEqual(sums);
        expect(told.map(({ BytesOut }) => BytesOut)).toEqual(
          told.map(({ BytesOut }) => BytesOut as number).toSorted((a, b) => b - a),
        );
      }),
      RUNS,
    ),
  300_000,
);

test('pods and nodes over time', async () => {
  const world = {
    KubePodInventory: inventory([
      { node: 0, from: 10, lasts: 5 },
      { node: 1, from: 20, lasts: 0 },
    ]),
  };
  expect(
    await answer('pods-and-nodes-over-time', { ...SPAN, cluster: 'prod', namespace: 'shop' }, world),
  ).toMatchObject([
    { Pod: 'pod-0', Node: 'node-0', PodIp: podIp(0), Started: at(10), FirstSeen: at(10), LastSeen: at(15) },
    { Pod: 'pod-1', Node: 'node-1', FirstSeen: at(20), LastSeen: at(20) },
  ]);
  expect(await answer('pods-and-nodes-over-time', { ...SPAN, cluster: 'prod', node: 'node-1' }, world)).toMatchObject([
    { Pod: 'proxy-1' },
    { Pod: 'pod-1' },
  ]);
});

test('calls that fail: those without an answer, and those that took too long', async () => {
  const call = {
    AppRoleName: 'checkout',
    Target: 'bank',
    DependencyType: 'HTTP',
    ItemCount: 1,
    Success: true,
    ResultCode: '200',
    DurationMs: 20,
  };
  const silent = { ...call, Success: false, ResultCode: '', DurationMs: 9_000 };
  const world = {
    AppDependencies: [
      { ...call, TimeGenerated: at(1), ItemCount: 5 },
      { ...silent, TimeGenerated: at(2), ItemCount: 2 },
      { ...silent, TimeGenerated: at(4), DurationMs: 10, ResultCode: '0' },
      // Refused by the other side: an answer.
      { ...call, TimeGenerated: at(3), Success: false, ResultCode: '503' },
      { ...silent, TimeGenerated: at(3), DependencyType: 'InProc' },
      { ...call, TimeGenerated: at(6) },
      { ...silent, TimeGenerated: at(130) },
    ],
  };
  expect(await answer('calls-that-fail', SPAN, world)).toEqual([
    { Begin: at(0), Workload: 'checkout', Target: 'bank', Calls: 9, Unanswered: 3, TimedOut: 2, Slowest: 9_000 },
  ]);
});

test('a correlation id, across requests, calls, logs and exceptions', async () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const world = {
    AppRequests: [
      {
        TimeGenerated: at(1),
        OperationId: id,
        Id: 's1',
        Name: 'GET /',
        ResultCode: '500',
        Success: false,
        AppRoleName: 'web',
        DurationMs: 7,
      },
      { TimeGenerated: at(1), OperationId: 'other' },
    ],
    AppDependencies: [
      {
        TimeGenerated: at(2),
        OperationId: id,
        Id: 's2',
        ParentId: 's1',
        Target: 'bank',
        Name: 'POST',
        ResultCode: '0',
        Success: false,
        AppRoleName: 'web',
      },
    ],
    AppTraces: [
      { TimeGenerated: at(3), Message: `paying for ${id}: no answer`, SeverityLevel: 3 },
      { TimeGenerated: at(3), Message: `x${id}` },
    ],
    AppExceptions: [{ TimeGenerated: at(4), OperationId: id, ExceptionType: 'Timeout', OuterMessage: 'late' }],
    ContainerLogV2: [
      {
        TimeGenerated: at(5),
        LogMessage: { trace: id, msg: 'gave up' },
        LogLevel: 'ERROR',
        PodNamespace: 'shop',
        PodName: 'web-1',
        Computer: 'node-0',
      },
    ],
  };
  expect(
    (await answer('correlation-id', { ...SPAN, id }, world)).map(({ What, Failed, Where }) => [What, Failed, Where]),
  ).toEqual([
    ['request', true, 'web'],
    ['call', true, 'web'],
    ['log', true, ''],
    ['exception', true, ''],
    ['container log', true, 'shop/web-1'],
  ]);
});

test('connections that failed for want of a port', async () => {
  const metric = {
    MetricName: 'SnatConnectionCount',
    _ResourceId: '/lb',
    Dimensions: { ConnectionState: 'Failed', BackendIPAddress: '10.224.0.4' },
  };
  const world = {
    AzureMetricsV2: [
      { ...metric, TimeGenerated: at(1), Total: 3 },
      { ...metric, TimeGenerated: at(2), Total: 4 },
      { ...metric, TimeGenerated: at(3), Total: 0 },
      {
        ...metric,
        TimeGenerated: at(2),
        Total: 9,
        Dimensions: { ConnectionState: 'Attempted', BackendIPAddress: '10.224.0.4' },
      },
    ],
    AzureMetrics: [
      {
        TimeGenerated: at(7),
        MetricName: 'PacketDropCount',
        ResourceProvider: 'Microsoft.Network',
        ResourceId: '/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.NETWORK/NATGATEWAYS/N',
        _ResourceId: '/n',
        Total: 2,
      },
    ],
  };
  expect(await answer('snat-failures', SPAN, world)).toEqual([
    { Begin: at(0), Resource: '/lb', Backend: '10.224.0.4', What: 'connections that failed', Total: 7 },
    { Begin: at(5), Resource: '/n', Backend: '', What: 'packets that were dropped', Total: 2 },
  ]);
  // Nobody sends metrics of NAT gateways there: the rest is answered.
  expect(await answer('snat-failures', SPAN, { AzureMetricsV2: world.AzureMetricsV2 })).toMatchObject([{ Total: 7 }]);
});

test('restarts during an incident', async () => {
  const pod = {
    ClusterName: 'prod',
    Namespace: 'shop',
    Name: 'pay',
    PodUid: 'u',
    ContainerName: 'app',
    Computer: 'node-0',
    PodStartTime: at(-500),
  };
  const event = { ClusterName: 'prod', Namespace: 'shop', Name: 'pay', ObjectKind: 'Pod' };
  const world = {
    KubePodInventory: [
      { ...pod, TimeGenerated: at(1), ContainerRestartCount: 2, ContainerStatus: 'running' },
      {
        ...pod,
        TimeGenerated: at(9),
        ContainerRestartCount: 5,
        ContainerStatus: 'waiting',
        ContainerStatusReason: 'CrashLoopBackOff',
      },
      { ...pod, TimeGenerated: at(1), PodUid: 'v', Name: 'calm', ContainerRestartCount: 4 },
      { ...pod, TimeGenerated: at(9), PodUid: 'v', Name: 'calm', ContainerRestartCount: 4 },
      { ...pod, TimeGenerated: at(9), PodUid: 'w', Name: 'new', ContainerRestartCount: 1, PodStartTime: at(3) },
    ],
    KubeEvents: [
      { ...event, TimeGenerated: at(5), Reason: 'BackOff' },
      { ...event, TimeGenerated: at(6), Reason: 'Killing' },
      { ...event, TimeGenerated: at(6), Reason: 'Scheduled' },
      // Of a pod of that name that was there before.
      { ...event, TimeGenerated: at(1), Name: 'new', Reason: 'Killing' },
    ],
  };
  expect(await answer('restarts-during-incident', { ...SPAN, cluster: 'prod' }, world)).toMatchObject([
    {
      Pod: 'pay',
      Restarts: 3,
      IsNew: false,
      Status: 'waiting',
      Reason: 'CrashLoopBackOff',
      Events: ['BackOff', 'Killing'],
      LastEvent: at(6),
    },
    { Pod: 'new', Restarts: 0, IsNew: true, Events: null, LastEvent: null },
  ]);
});

test('what is paid for, by table and by namespace', async () => {
  const usage = {
    TimeGenerated: at(60),
    StartTime: at(0),
    EndTime: at(60),
    DataType: 'Perf',
    Quantity: 500,
    IsBillable: true,
  };
  expect(
    await answer(
      'ingestion-by-table',
      { since: at(0), until: at(1_440) },
      {
        Usage: [
          usage,
          { ...usage, StartTime: at(660), EndTime: at(720), TimeGenerated: at(720) },
          { ...usage, DataType: 'Heartbeat', IsBillable: false },
          { ...usage, StartTime: at(-60) },
        ],
      },
    ),
  ).toEqual([
    { Table: 'Perf', BilledGB: 1, FreeGB: 0, BilledGBPerDay: 2, First: at(0), Last: at(720) },
    { Table: 'Heartbeat', BilledGB: 0, FreeGB: 0.5, BilledGBPerDay: 0, First: at(0), Last: at(60) },
  ]);
  const billed = { TimeGenerated: at(1), _IsBillable: 'True', _BilledSize: 1_000_000 };
  expect(
    await answer('ingestion-by-namespace', SPAN, {
      KubePodInventory: [
        { ...billed, Namespace: 'shop' },
        { ...billed, Namespace: 'shop', _IsBillable: 'False' },
      ],
      ContainerLogV2: [
        { ...billed, PodNamespace: 'shop', _BilledSize: 3_000_000 },
        { ...billed, PodNamespace: 'shop', _BilledSize: 1_000_000 },
      ],
    }),
  ).toEqual([
    { Namespace: 'shop', Table: 'ContainerLogV2', Rows: 2, GB: 0.004, BytesPerRow: 2_000_000 },
    { Namespace: 'shop', Table: 'KubePodInventory', Rows: 1, GB: 0.001, BytesPerRow: 1_000_000 },
  ]);
});

test('queries that take most', async () => {
  const log = {
    QueryThumbprint: 'a',
    QueryText: 'old',
    RequestClientApp: 'portal',
    ResponseCode: 200,
    StatsCPUTimeMs: 1_500,
    ResponseDurationMs: 30,
    ScannedGB: 0.5,
    ResponseRowCount: 3,
    StatsDataProcessedStart: at(-1_440),
    StatsDataProcessedEnd: at(0),
  };
  const world = {
    LAQueryLogs: [
      { ...log, TimeGenerated: at(1) },
      { ...log, TimeGenerated: at(2), QueryText: 'new', ResponseCode: 504, ResponseDurationMs: 90 },
      { ...log, TimeGenerated: at(3), QueryThumbprint: 'b', StatsCPUTimeMs: 10 },
    ],
  };
  expect(await answer('query-cost', SPAN, world)).toMatchObject([
    {
      QueryThumbprint: 'a',
      Runs: 2,
      Failed: 1,
      CpuSeconds: 3,
      SlowestMs: 90,
      ScannedGB: 1,
      MostDays: 1,
      LastRun: at(2),
      QueryText: 'new',
    },
    { QueryThumbprint: 'b', Runs: 1 },
  ]);
});

test('every query of the pack was asked', () => {
  expect([...ran].sort()).toEqual(
    readdirSync(PACK)
      .filter((name) => name.endsWith('.kql'))
      .map((name) => name.replace('.kql', ''))
      .sort(),
  );
});
