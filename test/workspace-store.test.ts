import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DEFAULTS } from '../simulator/parameters.ts';
import { simulate } from '../simulator/simulate.ts';
import { flowLine } from '../src/app/flow-line.ts';
import type { WorkspaceAnswer } from '../src/app/kql-run.ts';
import { traceReport } from '../src/app/trace.ts';
import { who } from '../src/app/who.ts';
import type { Scan } from '../src/app/workspace-scan.ts';
import { WorkspaceStore, type WorkspaceStoreOptions } from '../src/app/workspace-store.ts';
import { instant } from '../src/base/instant.ts';
import { isInside } from '../src/base/address-block.ts';
import { parseCidr, parseIp } from '../src/base/ip.ts';
import { ok, type Result } from '../src/base/result.ts';
import { allFlows } from '../src/core/all-flows.ts';
import { fillAsked } from '../src/core/kql/fill-asked.ts';
import { fillParameters } from '../src/core/kql/fill-parameters.ts';
import type { FlowQuery, FlowRow } from '../src/core/ports.ts';
import { SHIPPED_PRICES } from '../src/core/prices/shipped-prices.ts';
import { KustoLanguage } from '../src/kusto/kusto-language.ts';
import { type Exports, LocalWorkspace, PATIENT } from './kql-local-workspace.ts';
import { publishedTables } from './kql/published-tables.ts';
import { temporaryStore } from './temporary-store.ts';

/** A Log Analytics workspace in the place of a store: the KQL that is sent to it is run, over the exports of a simulated cluster whose truth is known. */

const { store, folder } = await temporaryStore();
const language = new KustoLanguage(PATIENT);
afterAll(() => language.close());
vi.setConfig({ testTimeout: 600_000 });
const tables = publishedTables();
const ASKED = join(import.meta.dirname, '../kql/asked');
const queries = new Map(
  readdirSync(ASKED).map((file) => [file.replace('.kql', ''), readFileSync(join(ASKED, file), 'utf8')]),
);

const HOURS = 1;
const FROM = DEFAULTS.startMs;
const UNTIL = instant(FROM + HOURS * 3_600_000);

interface Truth {
  readonly nodeIp: string;
  readonly destIp: string;
  readonly destPort: number;
  readonly begin: string;
  readonly podUid?: string;
}
interface Seen {
  readonly PodUid: string;
  readonly PodIp: string;
  readonly Namespace: string;
  readonly Name: string;
  readonly Computer: string;
  readonly ClusterName: string;
}
const run = join(folder, 'run');
const linesOf = (path: string): readonly unknown[] =>
  readFileSync(join(run, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

let workspace: LocalWorkspace;
let truth: readonly Truth[];
let inventory: ReadonlyMap<string, Seen>;
let cluster: string;
/** All flows, with all candidates. */
let every: readonly FlowRow[];
const sent: string[] = [];

beforeAll(async () => {
  // The service builds its grammar with its first query, which takes long on a busy machine.
  await language.read('print 1', {});
  await simulate(
    run,
    {
      ...DEFAULTS,
      seed: 7,
      nodes: 2,
      podsPerNode: 5,
      hours: HOURS,
      flows: 200,
      trafficAnalytics: true,
    },
    async () => undefined,
  );
  const text = (name: string): string => readFileSync(join(run, 'log-analytics', `${name}.jsonl`), 'utf8');
  const exports: Exports = { NTANetAnalytics: text('NTANetAnalytics'), KubePodInventory: text('KubePodInventory') };
  workspace = await LocalWorkspace.of(store, exports, { tables, language, now: UNTIL });
  truth = linesOf('truth.jsonl') as readonly Truth[];
  inventory = new Map(
    (linesOf('log-analytics/KubePodInventory.jsonl') as readonly Seen[])
      .filter(({ PodIp }) => PodIp !== '')
      .map((row) => [row.PodUid, row]),
  );
  cluster = [...inventory.values()][0]?.ClusterName ?? '';
  every = await open().flows(all({ everyCandidate: true }));
}, 600_000);
afterAll(() => workspace.close());

class RefusedHere extends Error {}

type Ask = (text: string) => Promise<Result<WorkspaceAnswer, string>>;

const openOn = (ask: Ask, more: Partial<WorkspaceStoreOptions> = {}): WorkspaceStore =>
  new WorkspaceStore({
    place: {
      workspace: 'w',
      endpoint: null,
      podCidr: '10.244.0.0/16',
      plans: new Map(),
      tables: null,
      region: 'eastus',
    },
    cluster: null,
    spelled: [],
    queries,
    prices: SHIPPED_PRICES,
    now: () => UNTIL,
    ask: ({ text }) => {
      sent.push(text);
      return ask(text);
    },
    look: () => undefined,
    refuse: ({ code, what, why }) => {
      throw new RefusedHere(`${code} ${what}: ${why ?? ''}`);
    },
    ...more,
  });
const open = (more: Partial<WorkspaceStoreOptions> = {}): WorkspaceStore => openOn((text) => workspace.ask(text), more);
const all = (more: Partial<FlowQuery> = {}): FlowQuery => ({
  ...allFlows(cluster, { from: FROM, until: UNTIL }),
  ...more,
});
const block = (text: string) => {
  const cidr = parseCidr(text);
  if (!cidr.ok) throw new Error(cidr.problem);
  return cidr.value;
};
const ip = (text: string) => {
  const read = parseIp(text);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
};

test('law: the true pod of each flow is among the candidates, wherever the inventory saw it, and it is named as the inventory names it', () => {
  const byTuple = Map.groupBy(every, ({ srcIp, destIp, destPort }) => `${srcIp} ${destIp} ${destPort}`);
  let known = 0;
  for (const { nodeIp, destIp, destPort, begin, podUid } of truth) {
    if (podUid === undefined || !inventory.has(podUid)) continue;
    const at = Date.parse(begin);
    // Traffic Analytics writes whole seconds.
    const told = (byTuple.get(`${nodeIp} ${destIp} ${destPort}`) ?? []).filter(
      (row) => row.begin <= at + 1_000 && at <= row.last + 1_000,
    );
    if (told.length === 0) continue;
    known++;
    const named = told.flatMap(({ candidates }) => candidates).find((one) => one?.uid === podUid);
    expect(named, `${podUid} of ${nodeIp} to ${destIp}:${destPort} at ${begin}`).toMatchObject({
      namespace: inventory.get(podUid)?.Namespace,
      name: inventory.get(podUid)?.Name,
    });
  }
  expect(known).toBeGreaterThan(80);
  expect(new Set(every.map(({ verdict }) => verdict))).not.toContain('exact');
});

const isTo = (row: FlowRow, { first, last }: { readonly first: string; readonly last: string }): boolean =>
  isInside(ip(row.destIp), { first: ip(first), last: ip(last) });

test('the cluster is the one that has pods there, or the one that is asked for', async () => {
  expect(await open().clusters()).toEqual([cluster]);
  expect(await open({ cluster: 'other' }).clusters()).toEqual(['other']);
  await expect(openOn(async () => ok({ columns: [], rows: [], partial: null })).clusters()).rejects.toThrow('E112');
});

test('law: who sums up what flows list, of all or of a block and port', async () => {
  const byDest = Map.groupBy(
    every.filter(({ verdict }) => verdict === 'ambiguous'),
    ({ destIp, destPort }) => `${destIp} ${destPort}`,
  );
  const [most] = [...byDest.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  if (most === undefined) throw new Error('no flow is ambiguous');
  const some = { ...block(`${most.destIp}/24`), port: most.destPort };
  const asked: readonly (readonly [Partial<FlowQuery>, readonly FlowRow[]])[] = [
    [{}, every],
    [
      { dest: [some], protocols: [most.protocol] },
      every.filter((row) => isTo(row, some) && row.destPort === most.destPort && row.protocol === most.protocol),
    ],
  ];
  for (const [more, flows] of asked) {
    const told = await open().who(all(more));
    const sum = (of: (row: FlowRow) => number): number => flows.reduce((total, row) => total + of(row), 0);
    expect(told.coverage.reduce((total, { flows: n }) => total + n, 0)).toBe(sum((row) => row.flows));
    expect(told.coverage.reduce((total, { bytes }) => total + bytes, 0)).toBe(
      sum((row) => Number(row.bytesOut) + Number(row.bytesIn)),
    );
    expect(new Set(told.pods.flatMap(({ pod }) => pod?.uid ?? []))).toEqual(
      new Set(flows.flatMap(({ candidates }) => candidates.flatMap((pod) => pod?.uid ?? []))),
    );
  }
}, 600_000);

test('what a pod could have sent is found by its name, and by nothing that only begins so', async () => {
  const pod = every.flatMap(({ candidates }) => candidates).find((one) => one?.workload.kind === 'Deployment');
  if (pod === undefined || pod === null) throw new Error('no flow has a candidate of a Deployment');
  const ofPod = every.filter(({ candidates }) => candidates.some((one) => one?.uid === pod.uid));
  const idsOf = (rows: readonly FlowRow[]): readonly string[] => rows.map(({ flow }) => flow).sort();
  expect(idsOf(await open().flows(all({ workloads: [`pod/${pod.name}`] })))).toEqual(idsOf(ofPod));
  expect(await open().flows(all({ workloads: [pod.workload.name.slice(0, -1)] }))).toEqual([]);
  const newest = await open().flows(
    all({ namespaces: [pod.namespace], workloads: [`deployment/${pod.workload.name}`], limit: 3 }),
  );
  const ofWorkload = every.filter(({ candidates }) =>
    candidates.some((one) => one?.workload.name === pod.workload.name),
  );
  expect(newest.map(({ begin }) => begin)).toEqual(ofWorkload.slice(-3).map(({ begin }) => begin));
}, 600_000);

/** Whatever a workspace may answer: mostly what is asked for, now and then anything. */
const strange = fc.oneof(fc.constantFrom(null, true, '', 'x', '[]', -1, 1e300), fc.jsonValue({ maxDepth: 2 }));
const mostly = (usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 15, arbitrary: usual }, { weight: 1, arbitrary: strange });
const time = mostly(fc.integer({ min: 0, max: 59 }).map((minute) => new Date(FROM + minute * 60_000).toISOString()));
const count = mostly(fc.integer({ min: 0, max: 3 }));
const podText = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.array(mostly(fc.constantFrom('shop', '10.244.0.7', 'ReplicaSet')), { minLength: 7, maxLength: 7 }),
  )
  .map(([uid, parts]) => JSON.stringify([uid, ...parts]));
const CELLS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  Source: mostly(fc.constantFrom('10.244.0.7', '10.224.0.4', '-')),
  IsPodAddress: mostly(fc.boolean()),
  AtNode: mostly(fc.constantFrom(0, 1)),
  Candidates: count,
  Nodes: mostly(fc.constantFrom('["n"]', '["n","m"]', '')),
  Pods: mostly(fc.uniqueArray(podText, { maxLength: 3 }).map((pods) => JSON.stringify(pods))),
  First: time,
  Last: time,
  Begin: time,
  End: time,
  Dest: mostly(fc.constant('203.0.113.66')),
  DestPort: count,
  Protocol: mostly(fc.constant('tcp')),
  Status: mostly(fc.constantFrom('Allowed', 'Denied')),
  Flows: count,
  Rows: count,
  BytesOut: count,
  BytesIn: count,
};
const anyAnswer = fc.record<WorkspaceAnswer>({
  columns: fc.constant(Object.keys(CELLS).map((name) => ({ name, type: 'string' }))),
  rows: fc.array(fc.tuple(...Object.values(CELLS)), { maxLength: 4 }),
  partial: fc.constantFrom(null, 'only a part was answered: too much'),
});

test('law: whatever is answered, nobody is exact, and no probability is 1', () =>
  fc.assert(
    fc.asyncProperty(anyAnswer, async (answer) => {
      const anything = openOn(async () => ok(answer));
      const told = await who(
        {
          who: (q) => anything.who(q),
          sources: () => anything.sources(),
          accuracy: () => anything.accuracy(),
          flowSteps: async () => [],
        },
        { dest: 'x', range: { from: FROM, until: UNTIL, chosen: true, notes: [] }, tz: 'UTC', query: all() },
      );
      expect(told.coverage.byVerdict).toMatchObject({
        exact: { flows: 0 },
        probable: { flows: 0 },
        node: { flows: 0 },
        relayed: { flows: 0 },
      });
      for (const { exactFlows, pods } of told.items) {
        expect(exactFlows).toBe(0);
        for (const { confidence, exactFlows: exact } of pods) expect([exact, confidence < 0.95]).toEqual([0, true]);
      }
      for (const row of await openOn(async () => ok(answer)).flows(all())) {
        const { verdict, pod, workload, candidates } = flowLine(row);
        expect(['ambiguous', 'unattributed']).toContain(verdict);
        expect([pod, workload]).toEqual([null, null]);
        for (const one of candidates) if (!('others' in one)) expect(one.probability).toBeLessThan(0.95);
      }
      if (answer.partial !== null) expect([...anything.told().reasons]).toContain(answer.partial);
    }),
    { numRuns: 150 },
  ));

/** What stands behind the parameters of each query, and how many names it has with those. */
const bodyLets = new Map<string, number>(
  [...queries.values()].map((text) => {
    const [, parameters = '', body = ''] = /declare query_parameters\(([^\n]*)\);\n(.*)$/s.exec(text) ?? [];
    return [`;\n${body}`, parameters.split(':').length - 1 + body.split(/^let /m).length - 1] as const;
  }),
);
const bodies = [...bodyLets.keys()];

test(
  'law: whatever a name holds, it stays one value of the same query',
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '|', ';', '//', "'", '\u2028', '`', '@'), fc.string()),
        }),
        async (name) => {
          fc.pre(name.isWellFormed() && name.trim() !== '' && !name.includes('/'));
          sent.length = 0;
          const none: Ask = async () => ok({ columns: [], rows: [], partial: null });
          await openOn(none).flows(all({ cluster: name, namespaces: [name], workloads: [name] }));
          await openOn(none, { spelled: [name] }).sightings({ ...all(), ids: ['x'], kinds: [], limit: 10 });
          for (const text of sent) {
            const read = await language.read(text, tables);
            if (read.kind !== 'query') throw new Error(`${read.kind}: ${text}`);
            const values = Object.fromEntries(
              read.query.lets.map(({ name: key, value }) => [
                key,
                'kind' in value && value.kind === 'literal' ? value.string : null,
              ]),
            );
            for (const key of ['cluster', 'namespace', 'name']) if (key in values) expect(values[key]).toBe(name);
            if ('ids' in values) expect(values['ids']).toContain(name.trim());
            // Without its values it is the query as it stands in the file, and nothing more.
            const body = bodies.find((one) => text.endsWith(one)) ?? '';
            expect(read.query.lets).toHaveLength(bodyLets.get(body) ?? -1);
          }
          expect(sent.length).toBeGreaterThan(6);
        },
      ),
      { numRuns: 15 },
    ),
  600_000,
);

const SPAN = { from: FROM, until: UNTIL };
const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const at = (minute: number): string => new Date(FROM + minute * 60_000).toISOString();
const jsonl = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

test('a trace is told of every table that is there, with its pods by snapshots; of those that are not it is said', async () => {
  const pod = [...inventory.values()].find(({ PodIp }) => PodIp.startsWith('10.244.'));
  if (pod === undefined) throw new Error('no pod');
  const app = { OperationId: ID, AppRoleInstance: pod.Name, AppRoleName: 'checkout', ItemCount: 1 };
  const here = await LocalWorkspace.of(
    store,
    {
      KubePodInventory: readFileSync(join(run, 'log-analytics/KubePodInventory.jsonl'), 'utf8'),
      AppRequests: jsonl([
        {
          ...app,
          TimeGenerated: at(30),
          Id: 'b7ad6b7169203331',
          Name: 'POST /orders',
          DurationMs: 30,
          Success: 'True',
          ResultCode: '200',
        },
        { ...app, TimeGenerated: at(31), OperationId: 'f'.repeat(32), Id: 'a', Name: 'another request', DurationMs: 1 },
      ]),
      ContainerLogV2: jsonl([
        {
          TimeGenerated: at(30),
          Computer: pod.Computer,
          PodNamespace: pod.Namespace,
          PodName: pod.Name,
          ContainerName: 'c',
          LogSource: 'stdout',
          LogMessage: JSON.stringify({ message: 'order kept', trace_id: ID }),
        },
        { TimeGenerated: at(30), PodName: 'x', LogMessage: JSON.stringify({ note: `not as an id: ${ID}` }) },
      ]),
    },
    { tables, language, now: UNTIL },
  );
  try {
    const asked = openOn((text) => here.ask(text), { spelled: [ID] });
    const report = await traceReport(asked, ID, { cluster, ...SPAN, chosen: true });
    expect(report.items.filter(({ kind }) => kind !== 'gap')).toMatchObject([
      { kind: 'span', text: 'POST /orders', pod: { uid: pod.PodUid, namespace: pod.Namespace } },
      { kind: 'log', pod: { uid: pod.PodUid } },
    ]);
    const { reasons, sources } = asked.told();
    expect(reasons).toContain('left out: 1 row of ContainerLogV2 with such a text that is no id there');
    for (const table of ['AppDependencies', 'AppTraces', 'AppExceptions'])
      expect(reasons.some((reason) => reason.startsWith(`${table} was not read: `))).toBe(true);
    expect(sources.find(({ name }) => name === 'AppRequests')?.rows).toBe(1);
    expect(sources.find(({ name }) => name === 'ContainerLogV2')?.rows).toBe(2);
  } finally {
    await here.close();
  }
}, 600_000);

const usage = (table: string, minutes: readonly number[], megabytes: number): readonly object[] =>
  minutes.map((minute) => ({
    TimeGenerated: at(minute + 60),
    StartTime: at(minute),
    EndTime: at(minute + 60),
    DataType: table,
    Quantity: megabytes,
    IsBillable: 'True',
  }));

test('what is read is told before: by hours that touch the time, with what is not counted yet reckoned; without it nothing is', async () => {
  const counted = async (
    rows: readonly object[],
    plans: readonly (readonly [string, 'Basic' | 'Auxiliary'])[],
  ): Promise<Scan> => {
    const here = await LocalWorkspace.of(store, { Usage: jsonl(rows) }, { tables, language, now: UNTIL });
    const order: string[] = [];
    let scan: Scan | null = null;
    const asked = openOn(
      (text) => {
        order.push(text.includes('\nUsage\n') ? 'usage' : 'read');
        return text.includes('\nUsage\n')
          ? here.ask(text)
          : Promise.resolve(ok({ columns: [], rows: [], partial: null }));
      },
      {
        place: {
          workspace: 'w',
          endpoint: null,
          podCidr: '10.244.0.0/16',
          plans: new Map(plans),
          tables: ['ContainerLogV2'],
          region: 'eastus',
        },
        look: (told) => {
          order.push('look');
          scan = told;
        },
      },
    );
    await asked.sightings({ ...all(), ids: [ID], kinds: [], limit: 10 });
    await here.close();
    expect(order.slice(0, 3)).toEqual(['usage', 'look', 'read']);
    if (scan === null) throw new Error('nothing was told');
    return scan;
  };
  const two = [...usage('ContainerLogV2', [-60, 0, 60], 1_000), ...usage('KubePodInventory', [0, 60], 10)];
  // Twice an hour of a gigabyte: once for the id, once for those that come with it.
  expect(await counted(two, [['ContainerLogV2', 'Basic']])).toEqual({
    tables: [
      { table: 'ContainerLogV2', plan: 'Basic', bytes: 2e9, isReckoned: false, usd: 0.01 },
      { table: 'KubePodInventory', plan: 'Analytics', bytes: 1e7, isReckoned: false, usd: 0 },
    ],
    bytes: 2e9 + 1e7,
    usd: 0.01,
  });
  expect((await counted(two, [])).usd).toBe(0);
  const late = usage('ContainerLogV2', [-120, -60], 1_000);
  expect((await counted(late, [['ContainerLogV2', 'Auxiliary']])).tables[0]).toMatchObject({
    bytes: 2e9,
    isReckoned: true,
  });
  expect(await counted(usage('Heartbeat', [0], 1), [['ContainerLogV2', 'Basic']])).toMatchObject({
    bytes: null,
    usd: null,
  });
}, 600_000);

test.each([...queries])('%s is filled in as the language service would have it', async (_, text) => {
  const read = await language.read(text, tables);
  if (read.kind !== 'query') throw new Error(read.kind);
  const values = Object.fromEntries(
    read.query.parameters
      .filter(({ initial }) => initial === null)
      .map(({ name, type }) => [name, type === 'datetime' ? UNTIL : 'a "$&" b\n, c:string = 1);']),
  );
  const filled = fillParameters(text, read.query, new Map(Object.entries(values)));
  if (!filled.ok) throw new Error(filled.problem);
  expect(fillAsked(text, values)).toEqual(ok(filled.value.text));
});

test.each<[string, (text: string) => Result<WorkspaceAnswer, string>, RegExp]>([
  [
    'a table that is not there',
    () => ({
      ok: false,
      problem: "Failed to resolve table or column expression named 'NTANetAnalytics' (400 SEM0100)",
    }),
    /^E829 the workspace lacks NTANetAnalytics/,
  ],
  [
    'a query that is refused otherwise',
    () => ({ ok: false, problem: 'the query is too old' }),
    /^E854 .*the query is too old/,
  ],
])('%s is said, and is no empty answer', async (_, answer, says) => {
  await expect(openOn(async (text) => answer(text)).who(all())).rejects.toThrow(says);
});

test.each<[string, Partial<FlowQuery>]>([
  ['a block of IPv6', { dest: [block('2001:db8::/32')] }],
  ['two destinations of which one holds the other', { dest: [block('203.0.113.0/24'), block('203.0.113.66/32')] }],
])('%s is refused before anything is asked', async (_, more) => {
  sent.length = 0;
  await expect(open().who(all(more))).rejects.toThrow('E860');
  expect(sent).toEqual([]);
});
