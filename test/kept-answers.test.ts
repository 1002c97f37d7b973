import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, instant, type Instant, MINUTE } from '../src/base/instant.ts';
import { allFlows } from '../src/core/all-flows.ts';
import type { FormatName, PodSeen } from '../src/core/facts.ts';
import type { Batch, Store } from '../src/core/ports.ts';
import { EVERYTHING } from '../src/core/retention.ts';
import { sighting } from '../src/core/trace/sighting.testing.ts';
import { entryAt, nodeSeen, podSeen, recordAt, summedUp } from './one-fact.ts';
import { emptyBatch, eventTable, ip, NOW, recordTable, START } from './random-world.ts';
import { BY_UID } from '../src/store/read-pods.ts';
import { temporaryStore } from './temporary-store.ts';

/* What is told of sources is kept until a table changes that tells of them. Whoever just came, and has kept nothing, is told the same. */

const { store, reopened } = await temporaryStore();

/** The n-th of its kind, unlike those before. */
type Told = (n: number) => Partial<Omit<Batch, 'format'>> & { readonly format?: FormatName };
const at = (n: number): Instant => instant(START + n * 1_000);
const TELLING: Readonly<Record<string, Told>> = {
  records: (n) => ({ flowRecords: recordTable([recordAt(at(n), { srcPort: 40_000 + n })]) }),
  conntrack: (n) => ({
    format: 'conntrack',
    object: `conntrack/node-0/${START + (n % 3)}`,
    conntrack: eventTable([entryAt(at(n), { srcPort: 40_000 + n })]),
  }),
  listening: (n) => ({
    format: 'conntrack',
    object: `conntrack/node-${n % 2}/${START}`,
    looks: [{ kind: 'watching', of: 'conntrack', from: at(20 * n), until: at(20 * n + 10) }],
  }),
  pods: (n) => ({ format: 'kubernetes-pods', pods: [podSeen(`pod-${n}`, at(-n), { ips: [] })] }),
  nodes: (n) => ({ format: 'kubernetes-nodes', nodes: [nodeSeen(at(n - 500), { name: `node-${n % 3}` })] }),
  gaps: (n) => ({
    format: 'conntrack',
    object: 'conntrack/node-0/1',
    gaps: [{ source: 'conntrack', node: '', from: at(n), until: at(n + 1), why: 'lost lines' }],
  }),
  rejects: (n) => ({ rejects: [{ place: `line ${n}`, why: 'not a record', text: 'x' }] }),
  logs: (n) => ({
    format: 'ContainerLogV2',
    logLines: [
      {
        at: at(n),
        node: '',
        namespace: 'shop',
        pod: 'a',
        podUid: '',
        container: 'main',
        stream: 'stdout',
        level: '',
        message: `${n}`,
      },
    ],
  }),
  sightings: (n) => ({
    format: 'otlp',
    sightings: [sighting({ begin: at(n), until: at(n), traceId: `${n}`.padStart(32, '0') })],
  }),
  aggregates: (n) => ({
    format: 'NTANetAnalytics',
    aggregates: [summedUp(START + n * MINUTE, START + (n + 10) * MINUTE)],
  }),
  metrics: (n) => ({
    format: 'azure-metrics',
    samples: [
      {
        resource: n % 2 === 0 ? 'nodes/node-0' : '/subscriptions/s/lb',
        metric: 'm',
        aggregation: 'total',
        dimensions: [],
        at: at(n),
        intervalMs: 60_000,
        value: 1,
        told: instant(0),
      },
    ],
  }),
  resources: (n) => ({
    format: 'azure-resource',
    resources: [{ type: 'nat-gateway', id: `${n}`, sku: null, idleMinutes: 4, publicIps: [] }],
  }),
  events: (n) => ({
    format: 'kubernetes-events',
    events: [
      {
        uid: `${n}`,
        reason: 'Created',
        type: 'Normal',
        kind: 'Pod',
        namespace: 'shop',
        name: 'a',
        node: '',
        message: '',
        count: 1,
        first: at(n),
        last: at(n),
        component: 'kubelet',
      },
    ],
  }),
};

/** Everything that is kept, as a store answers it. */
const answers = async (from: Store, cluster: string): Promise<unknown> => {
  const query = allFlows(cluster, { from: instant(START - DAY), until: NOW });
  return Promise.all([from.sources(cluster), from.accuracy(cluster), from.who(query)]);
};

const doing = {
  ...Object.fromEntries(
    Object.entries(TELLING).map(([name, told]) => [
      name,
      async (cluster: string, n: number): Promise<void> => {
        await store.write([{ ...emptyBatch(cluster, `${name} ${n}`), ...told(n) }]);
      },
    ]),
  ),
  attribute: async (cluster: string): Promise<void> => void (await store.attribute(cluster, NOW)),
  grade: async (cluster: string): Promise<void> => void (await store.grade(cluster)),
  expire: async (): Promise<void> =>
    void (await store.expire({ ...EVERYTHING, logs: 40 * DAY }, instant(NOW + 42 * DAY), true)),
} as const satisfies Record<string, (cluster: string, n: number) => Promise<void>>;

test('names of so many pods that all of them are read are kept until one is told of', async () => {
  const cluster = 'many';
  const some = Array.from({ length: BY_UID + 1 }, (_, i) =>
    podSeen(`pod-${i}`, START - DAY, { ips: [ip(`10.244.${i >> 8}.${i & 255}`)] }),
  );
  const named = async (from: Store): Promise<ReadonlySet<string | undefined>> => {
    const { pods } = await from.who(allFlows(cluster, { from: instant(START - DAY), until: NOW }));
    return new Set(pods.map(({ pod }) => pod?.name));
  };
  const told = (pods: readonly PodSeen[], n: number): Batch => ({
    ...emptyBatch(cluster, `many ${n}`),
    format: 'kubernetes-pods',
    pods,
    nodes: [nodeSeen(START - DAY)],
    flowRecords: recordTable([recordAt(at(n), { srcPort: 40_000 + n })]),
  });
  await store.write([told(some, 0)]);
  await store.attribute(cluster, NOW);
  expect([...(await named(store))].filter((name) => name !== undefined)).toHaveLength(some.length);
  await store.write([told([podSeen('late', START - DAY, { ips: [ip('10.244.99.1')] })], 1)]);
  await store.attribute(cluster, NOW);
  expect(await named(store)).toContain('late');
  expect(await named(store)).toEqual(await named(await reopened()));
});

let clusters = 0;

test('whatever is written, what was kept is answered as if it was asked anew', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(Object.keys(doing), { minLength: 12 }),
      fc.array(fc.constantFrom(...Object.keys(doing)), { maxLength: 12 }),
      async (first, then) => {
        const cluster = `kept ${clusters++}`;
        await answers(store, cluster);
        for (const [n, name] of [...first, ...then].entries()) {
          await (doing[name as keyof typeof doing] as (cluster: string, n: number) => Promise<void>)(cluster, n);
          const kept = await answers(store, cluster);
          expect(kept, `after ${name}`).toEqual(await answers(await reopened(), cluster));
        }
      },
    ),
    { numRuns: 3 },
  );
});
