import fc from 'fast-check';
import { expect, test } from 'vitest';
import { only } from '../src/app/address.ts';
import type { Instant } from '../src/base/instant.ts';
import { FLOW_STATES, type Sighting } from '../src/core/facts.ts';
import type { PortsQuery } from '../src/core/ports.ts';
import { SLICES } from '../src/core/snat/holding.ts';
import { type HeldBy, holdingOf } from '../src/core/snat/holding.testing.ts';
import { sighting } from '../src/core/trace/sighting.testing.ts';
import { inventoryFrom } from '../src/store/inventory.ts';
import { inOnePlace } from '../src/store/parts.ts';
import { protocolName } from '../src/store/protocol.ts';
import { lifeOf } from './held-ports.ts';
import { entryAt, podSeen, recordAt } from './one-fact.ts';
import { flowsFromCore } from './parity.ts';
import {
  batchesOf,
  emptyBatch,
  eventTable,
  ip,
  NOW,
  type RandomWorld,
  randomWorld,
  recordTable,
  START,
} from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';

/*
 * What pods hold of their own ports, and what workloads hold of those of nodes: what SQL sums up is what the core's connections give when they are counted
 * one by one. And the requests behind them, as their sightings give them when they are counted so.
 */

const { engine, store } = await temporaryStore();

interface Held extends HeldBy {
  readonly destIp: string;
  readonly dest: string;
  /** The pod's UID; empty: none is named. */
  readonly pod: string;
  readonly verdict: string;
  readonly nodeIp: string;
  readonly isOfNode: boolean;
}

/** One by one, from the core. */
const heldOf = async (world: RandomWorld, cluster: string): Promise<readonly Held[]> => {
  const { nodeLeases } = await inventoryFrom(inOnePlace(engine), cluster);
  const nodeIps = new Set<string>(nodeLeases.map((lease) => lease.ip));
  return (await flowsFromCore(engine, world, cluster)).flatMap((flow): readonly Held[] => {
    if (!flow.outbound || flow.denied) return [];
    const { tuple, verdict, last } = flow;
    return [
      {
        ...lifeOf(flow),
        destIp: tuple.destIp,
        dest: `${tuple.destIp}:${tuple.destPort}/${protocolName(tuple.protocol)}`,
        pod: 'podUid' in verdict ? verdict.podUid : '',
        verdict: verdict.kind,
        nodeIp: tuple.srcIp,
        isOfNode: nodeIps.has(tuple.srcIp),
        seen: flow.observedBy === 'conntrack' ? null : last,
        begun: flow.begun,
      },
    ];
  });
};

const destOf = ({ destIp, destPort, protocol }: { destIp: string; destPort: number; protocol: string }): string =>
  `${destIp}:${destPort}/${protocol}`;

const range = fc.record({
  from: fc.constantFrom(-60_000, 0, 4_000, 61_000),
  lasts: fc.constantFrom(3_000, 61_000, 900_000, 900_000, 5_000_000, 5_000_000),
});

let worlds = 0;

/** Pods of several workloads, most with more than one; and connections of a node itself that chance seldom makes. */
const grouped = (world: RandomWorld): RandomWorld => ({
  ...world,
  records: [
    ...world.records,
    ...OPEN_ENDS.map(([at, srcPort]) => recordAt(START + at, { srcPort })),
    recordAt(START + 5_000, HALF_SEEN[0]),
    recordAt(START + 6_000, { ...HALF_SEEN[0], state: FLOW_STATES.E }),
    recordAt(START + 10_000, { ...HALF_SEEN[1], state: FLOW_STATES.C }),
    recordAt(START + 50_000, { ...HALF_SEEN[1], state: FLOW_STATES.E }),
  ],
  events: [
    ...world.events,
    entryAt(START + 2_000, { srcPort: 45_009 }),
    ...OPEN_ENDS.map(([at, srcPort]) => entryAt(START + at, { srcPort, originIp: '10.224.0.4' })),
    ...HALF_SEEN.map((ends, i) => entryAt(START + 5_000 * (i + 1), { ...ends, originIp: '10.224.0.4' })),
  ],
  pods: world.pods.map((pod) => ({
    ...pod,
    namespace: 'shop',
    workload: { kind: 'Deployment', namespace: 'shop', name: `app-${workloadOf(pod.uid)}` },
  })),
});
/** When they begin, and their port: some early, some where nothing that begins is old at the end. */
const OPEN_ENDS = [
  [1_000, 45_000],
  [1_000, 45_001],
  [3_400_000, 45_002],
  [4_500_000, 45_003],
] as const;
/** One that was seen to begin, and one that was not. */
const HALF_SEEN = [
  { destIp: '192.0.2.30', srcPort: 45_010 },
  { destIp: '192.0.2.30', srcPort: 45_011 },
] as const;
const workloadOf = (uid: string): number => Number(uid.startsWith('uid-1'));

const stored = async (world: RandomWorld, { from, lasts }: { readonly from: number; readonly lasts: number }) => {
  const cluster = `w${worlds++}`;
  await store.write(batchesOf(world, cluster));
  await store.attribute(cluster, NOW);
  const query: PortsQuery = {
    cluster,
    from: (START + from) as Instant,
    until: (START + from + lasts) as Instant,
    dest: [],
    destPorts: [],
    nodes: [],
    inside: [],
  };
  return { query, all: await heldOf(world, cluster) };
};

const runs = { numRuns: Number(process.env['PARITY_RUNS'] ?? 8), endOnFailure: process.env['SHRINK'] === undefined };
/** What the laws were about, over all worlds: one about nothing holds always. */
const met = { podRows: 0, ofNodes: 0, untranslated: 0, unnamed: 0, open: 0, silent: 0, closed: 0 };

test('what a pod holds of its own ports is as many as one by one, translated or not', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(randomWorld, range, async (world, when) => {
      const { query, all } = await stored(world, when);
      const { from, until } = query;
      const held = all.filter((one) => one.from < until && one.freeAt > from && one.freeAt > one.from);
      const named = Map.groupBy(
        held.filter(({ pod }) => pod !== ''),
        ({ pod, dest }) => `${pod} ${dest}`,
      );
      const { rows, destinations, unnamed } = await store.podPorts(query, 1_000);
      expect(rows.map((row) => `${row.pod.uid} ${destOf(row)}`).sort()).toEqual([...named.keys()].sort());
      expect(destinations).toBe(named.size);
      expect(unnamed).toBe(
        all.filter(
          (one) =>
            one.pod === '' && one.verdict !== 'node' && one.from < until && one.until > from && one.until > one.from,
        ).length,
      );
      for (const row of rows) {
        const own = named.get(`${row.pod.uid} ${destOf(row)}`) ?? [];
        const at = (moment: number, end: (one: Held) => number): readonly Held[] =>
          own.filter((one) => one.from <= moment && moment < end(one));
        const moments = [from, ...own.map((one) => one.from)].filter((moment) => from <= moment);
        const counts = moments.map((moment) => at(moment, (one) => one.freeAt).length);
        expect(row.peakPorts).toBe(Math.max(...counts));
        expect(row.peakAt).toBe(Math.min(...moments.filter((_, i) => counts[i] === row.peakPorts)));
        expect(row.openAtPeak).toBe(at(row.peakAt, (one) => one.shut).length);
        expect(row.portsAtEnd).toBe(own.filter((one) => one.freeAt >= until).length);
        expect(row.began).toBe(own.filter((one) => one.from >= from).length);
        const by = Map.groupBy(
          at(row.peakAt, (one) => one.freeAt),
          ({ verdict }) => verdict,
        );
        expect(new Map(row.verdicts.map(({ verdict, ports }) => [verdict, ports]))).toEqual(
          new Map([...by].map(([verdict, of]) => [verdict, of.length])),
        );
        met.podRows++;
        if (own.some(({ isOfNode }) => !isOfNode)) met.untranslated++;
      }
      met.unnamed += unnamed ?? 0;
      expect(await store.podPorts(query, 1)).toEqual({ rows: rows.slice(0, 1), destinations, unnamed });
    }),
    runs,
  );
  const { podRows, untranslated, unnamed } = met;
  expect(Math.min(podRows, untranslated, unnamed)).toBeGreaterThan(0);
});

test('what a workload holds of the ports of nodes is as counted one by one', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomWorld, range, async (random, when) => {
      const world = grouped(random);
      const { query, all } = await stored(world, when);
      const { from, until } = query;
      const told = Math.min(until, Math.max(0, ...world.records.map(({ at }) => at)));
      const held = all.filter(
        (one) =>
          one.isOfNode &&
          (one.pod !== '' || one.verdict === 'node') &&
          one.from < until &&
          one.until > from &&
          one.until > one.from,
      );
      const groups = Map.groupBy(held, ({ pod, dest }) => `${pod === '' ? 'node' : `app-${workloadOf(pod)}`} ${dest}`);
      const { rows, holdings, unnamed } = await store.holdings(query, 1, 1_000);
      const keyOf = (row: (typeof rows)[number]): string => `${row.workload?.name ?? 'node'} ${destOf(row)}`;
      expect(rows.map(keyOf).sort()).toEqual([...groups.keys()].sort());
      expect(holdings).toBe(groups.size);
      for (const row of rows) {
        const own = groups.get(keyOf(row)) ?? [];
        const { workload, destIp, destPort, protocol, holders } = row;
        const one = holdingOf(own, query, told);
        expect(row).toEqual({ ...one, workload, destIp, destPort, protocol, holders });
        const plain = (of: typeof holders) =>
          of
            .map(({ pod, node: _node, requests: _r, ...rest }) => ({ pod: pod?.uid ?? '', ...rest }))
            .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
        expect(plain(holders)).toEqual(plain(one.holders));
        expect(holders.reduce((sum, { portsAtPeak }) => sum + portsAtPeak, 0)).toBe(row.peakPorts);
        expect(holders[0]?.beganIn).toHaveLength(SLICES);
        met.ofNodes += Number(workload === null);
        met.open += row.openAtEnd;
        met.closed += row.closed;
        met.silent += row.silent;
      }
      expect(unnamed).toBe(
        all.filter(
          (one) =>
            one.isOfNode &&
            one.pod === '' &&
            one.verdict !== 'node' &&
            one.from < until &&
            one.until > from &&
            one.until > one.from,
        ).length,
      );
      const most = Math.max(0, ...rows.map(({ peakPorts }) => peakPorts));
      const few = await store.holdings(query, most, 1);
      expect(few.rows).toEqual(rows.slice(0, 1));
      expect(few.holdings).toBe(rows.filter(({ peakPorts }) => peakPorts >= most).length);
    }),
    runs,
  );
  const { ofNodes, open, closed, silent } = met;
  expect(Object.entries({ ofNodes, open, closed, silent }).filter(([, times]) => times === 0)).toEqual([]);
});

const PODS = ['a', 'b'];
const DESTS = ['203.0.113.9', '198.51.100.7'];
/** Pod `a` talks to one address at this port, pod `b` to two. */
const OTHER_PORT = 5_432;
/** Pod `a` talks to one address outside at this port, and to one inside, which nothing translates. */
const BOTH_WAYS = 8_443;
const ENDS = [
  ...PODS.flatMap((_, k) => DESTS.map((destIp) => ({ destIp, srcPort: 40_000 + k, destPort: 443 }))),
  { destIp: DESTS[0] as string, srcPort: 42_000, destPort: BOTH_WAYS },
  { destIp: DESTS[0] as string, srcPort: 41_000, destPort: OTHER_PORT },
  { destIp: DESTS[0] as string, srcPort: 41_001, destPort: OTHER_PORT },
  { destIp: DESTS[1] as string, srcPort: 41_001, destPort: OTHER_PORT },
];

/** Two pods with a connection to each of their ends. */
const twoPods = (cluster: string, sightings: readonly Sighting[]) => [
  {
    ...emptyBatch(cluster, 'records'),
    flowRecords: recordTable([
      ...ENDS.map((ends) => recordAt(START + 100, { ...ends, state: FLOW_STATES.B })),
      recordAt(START + 100, { srcIp: '10.244.0.2', srcPort: 42_001, destIp: '10.244.1.9', destPort: BOTH_WAYS }),
    ]),
  },
  {
    ...emptyBatch(cluster, 'conntrack'),
    format: 'conntrack' as const,
    node: 'node-0',
    conntrack: eventTable(
      ENDS.map((ends) => entryAt(START + 100, { ...ends, originIp: `10.244.0.${2 + (ends.srcPort % 10)}` })),
    ),
  },
  {
    ...emptyBatch(cluster, 'inventory'),
    format: 'kubernetes-watch' as const,
    looks: [
      {
        kind: 'watch' as const,
        of: 'pods' as const,
        from: (START - 200_000) as Instant,
        until: (START + 3_600_000) as Instant,
      },
    ],
    pods: PODS.map((name, k) =>
      podSeen(name, START - 100_000, {
        ips: [ip(`10.244.0.${2 + k}`)],
        workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
      }),
    ),
    nodes: [
      {
        uid: 'n',
        name: 'node-0',
        ips: [ip('10.224.0.4')],
        podCidrs: ['10.244.0.0/24'],
        os: 'linux' as const,
        labels: {},
        createdAt: (START - 10_000_000) as Instant,
        event: 'listed' as const,
        at: (START - 1_000) as Instant,
      },
    ],
  },
  { ...emptyBatch(cluster, 'traces'), format: 'otlp' as const, sightings },
];

test('what is shut in the millisecond of the peak is not open then', async () => {
  const cluster = 'edge';
  const destIp = '192.0.2.20';
  const [first, second] = [
    { destIp, srcPort: 43_000 },
    { destIp, srcPort: 43_010 },
  ];
  const at = (ms: number): Instant => (START + ms) as Instant;
  const atOnce = { destIp: '192.0.2.22', srcPort: 45_500 };
  const datagrams = { destIp: '192.0.2.21', protocol: 17 };
  await store.write([
    ...twoPods(cluster, []),
    {
      ...emptyBatch(cluster, 'more records'),
      flowRecords: recordTable([
        recordAt(at(100), first),
        recordAt(at(600), { ...first, state: FLOW_STATES.E }),
        recordAt(at(600), second),
        recordAt(at(0), atOnce),
        recordAt(at(0), { ...atOnce, state: FLOW_STATES.E }),
        recordAt(at(100), { ...datagrams, srcPort: 44_000 }),
        recordAt(at(200), { ...datagrams, srcPort: 44_000, state: FLOW_STATES.E }),
        recordAt(at(600), { ...datagrams, srcPort: 44_010 }),
      ]),
    },
    {
      ...emptyBatch(cluster, 'conntrack'),
      format: 'conntrack',
      node: 'node-0',
      conntrack: eventTable([
        entryAt(at(100), first),
        entryAt(at(600), second),
        entryAt(at(0), atOnce),
        entryAt(at(100), { ...datagrams, srcPort: 44_000, timeout: 30 }),
        entryAt(at(600), { ...datagrams, srcPort: 44_010, timeout: 30 }),
      ]),
    },
  ]);
  await store.attribute(cluster, NOW);
  const query: PortsQuery = { cluster, from: at(0), until: at(5_000), dest: [], destPorts: [], nodes: [], inside: [] };
  const ofDest = (row: { readonly destIp: string }): boolean => row.destIp === destIp;
  expect((await store.podPorts(query, 100)).rows.find(ofDest)).toMatchObject({
    peakPorts: 2,
    peakAt: at(600),
    openAtPeak: 1,
  });
  const holding = (await store.holdings(query, 1, 100)).rows.find(ofDest);
  expect(holding).toMatchObject({ peakPorts: 2, peakAt: at(600), openAtPeak: 1, peakOpen: 1 });
  expect(holding?.holders[0]).toMatchObject({ portsAtPeak: 2, openAtPeak: 1, carried: 2 });
  // What is shut as the interval ends is open at its end, and what was shut before it carries nothing.
  const sum = (numbers: readonly number[] = []): number => numbers.reduce((all, one) => all + one, 0);
  const until = (await store.holdings({ ...query, until: at(600) }, 1, 100)).rows.find(ofDest);
  const [kept] = until?.holders ?? [];
  expect([until?.openAtEnd, sum(kept?.keptOf), sum(kept?.closedIn)]).toEqual([1, 1, 0]);
  const from = (await store.holdings({ ...query, from: at(1_000) }, 1, 100)).rows.find(ofDest);
  expect([from?.peakPorts, from?.holders[0]?.carried]).toEqual([2, 1]);
  // One that is over in the millisecond in which it and the interval began.
  expect((await store.holdings(query, 1, 100)).rows.find((row) => row.destIp === atOnce.destIp)).toMatchObject({
    began: 1,
    closed: 1,
    openAtStart: 0,
    openAtEnd: 0,
    lifeMs: 0,
  });
  // A socket of datagrams is given back at once.
  const ofDatagrams = (await store.podPorts(query, 100)).rows.find((row) => row.destIp === datagrams.destIp);
  expect(ofDatagrams).toMatchObject({ peakPorts: 1, began: 2 });
  // A minute after it was shut the pod has its port back, and the node not yet.
  const later = { ...query, until: at(65_000) };
  expect((await store.podPorts(later, 100)).rows.find(ofDest)).toMatchObject({ peakPorts: 2, portsAtEnd: 1 });
  expect((await store.ports(later, 100)).rows.find(ofDest)).toMatchObject({ peakPorts: 2, portsAtEnd: 2 });
});

test('a diagnosis counts the ports of pods as their ledger does: through a node, and with an address of their own on the wire', async () => {
  const cluster = 'a connection a second';
  const seconds = [...Array(200).keys()];
  const ends = { destIp: '192.0.2.30' };
  const at = (second: number): number => START + second * 1_000;
  const through = (second: number) => ({ ...ends, srcPort: 43_000 + second });
  const own = (second: number) => ({ ...ends, srcIp: '10.244.0.3', srcPort: 46_000 + second });
  await store.write([
    ...twoPods(cluster, []),
    {
      ...emptyBatch(cluster, 'more records'),
      flowRecords: recordTable(
        seconds.flatMap((second) =>
          [through(second), own(second)].flatMap((tuple) => [
            recordAt(at(second), tuple),
            recordAt(at(second) + 100, { ...tuple, state: FLOW_STATES.E }),
          ]),
        ),
      ),
    },
    {
      ...emptyBatch(cluster, 'conntrack'),
      format: 'conntrack',
      node: 'node-0',
      conntrack: eventTable(seconds.map((second) => entryAt(at(second), { ...through(second), originPort: 33_000 }))),
    },
  ]);
  await store.attribute(cluster, NOW);
  const query: PortsQuery = {
    cluster,
    from: at(0) as Instant,
    until: at(200) as Instant,
    dest: [only(ip(ends.destIp))],
    destPorts: [],
    nodes: [],
    inside: [],
  };
  const { rows } = await store.podPorts(query, 100);
  const { podPorts } = await store.signals(query);
  const told = (ones: readonly { readonly uid: string; readonly peak: number; readonly at: number }[]) =>
    ones.map(({ uid, peak, at: when }) => [uid, peak, when] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const ledger = told(rows.map(({ pod, peakPorts, peakAt }) => ({ uid: pod.uid, peak: peakPorts, at: peakAt })));
  expect(ledger).toEqual([
    ['uid-of-a', 61, at(60)],
    ['uid-of-b', 61, at(60)],
  ]);
  expect(told(podPorts.map(({ pod, peak, peakAt }) => ({ uid: pod?.uid ?? '', peak, at: peakAt })))).toEqual(ledger);
});

const told = fc.record({
  kind: fc.constantFrom('client' as const, 'client' as const, 'log' as const, 'server' as const, 'internal' as const),
  pod: fc.constantFrom(...PODS, ...PODS, 'nobody'),
  /** By its UID too, or by its name alone. */
  byUid: fc.boolean(),
  /** null: a name alone is told. */
  destIp: fc.constantFrom(...DESTS, ...DESTS, '192.0.2.9', null, null),
  destHost: fc.constantFrom('db.example.com', 'DB.example.com.', 'db', 'db.shop.svc', 'db.shop.svc.cluster.local.'),
  destPort: fc.constantFrom(443, OTHER_PORT, OTHER_PORT, BOTH_WAYS, 80),
  at: fc.constantFrom(-1, 0, 500, 700, 9_999, 10_000),
  lasts: fc.nat(1_000),
  probability: fc.constantFrom(null, 1, 0.25, 0.5),
  times: fc.constantFrom(1, 1, 3),
  /** Below another of the spans; mostly to the same destination. */
  parent: fc.option(fc.nat(999)),
  isAlike: fc.boolean(),
  isOfPod: fc.boolean(),
  id: fc.constantFrom('', 'x', 'y'),
});

test('requests are as many as spans and lines tell, one by one: of each once, with those that were not recorded', {
  timeout: 120_000,
}, async () => {
  let seen = 0;
  let below = 0;
  let byName = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(told, { minLength: 1_000, maxLength: 1_000 }), async (random) => {
      const all = random.map((one) => {
        const { pod, destIp, destHost, destPort } = (one.isAlike ? random[one.parent ?? -1] : undefined) ?? one;
        return { ...one, pod: one.isOfPod ? pod : one.pod, destIp, destHost, destPort };
      });
      const cluster = `r${worlds++}`;
      const sightings = all.map((one, i) =>
        sighting({
          kind: one.kind,
          begin: (START + one.at) as Instant,
          until: (START + one.at + one.lasts) as Instant,
          ...(one.byUid ? { podUid: `uid-of-${one.pod}` } : {}),
          namespace: 'shop',
          pod: one.pod,
          destIp: one.destIp === null ? null : ip(one.destIp),
          destHost: one.destHost,
          destPort: one.destPort,
          traceId: 't',
          spanId: one.kind === 'log' ? '' : `s${i}`,
          parentSpanId: one.parent === null || one.kind === 'log' ? '' : `s${one.parent}`,
          ids: one.id === '' ? [] : [one.id],
          probability: one.probability,
          times: one.times,
          text: `${i}`,
        }),
      );
      await store.write(twoPods(cluster, sightings));
      await store.attribute(cluster, NOW);
      const query: PortsQuery = {
        cluster,
        from: START as Instant,
        until: (START + 10_000) as Instant,
        dest: [],
        destPorts: [],
        nodes: [],
        inside: [],
      };
      const { rows } = await store.holdings(query, 1, 10);
      expect(rows.map(({ workload, destIp, holders }) => [workload?.name, destIp, holders.length])).toEqual(
        expect.arrayContaining([...DESTS, DESTS[0]].map((destIp) => ['web', destIp, 2])),
      );
      const inTime = (one: (typeof all)[number]): boolean => one.at >= 0 && one.at < 10_000;
      const wentTo = (one: (typeof all)[number]): string =>
        one.destIp ??
        (one.pod === 'a' && one.destPort === OTHER_PORT && /example/i.test(one.destHost) ? (DESTS[0] as string) : '');
      const isBelow = (one: (typeof all)[number]): boolean => {
        const above = one.parent === null ? undefined : all[one.parent];
        return (
          above?.kind === 'client' &&
          above.pod === one.pod &&
          inTime(above) &&
          wentTo(above) === wentTo(one) &&
          above.destPort === one.destPort
        );
      };
      for (const { destIp, destPort, holders } of rows)
        for (const { pod, requests } of holders) {
          const own = all.filter(
            (one) => one.pod === pod?.name && wentTo(one) === destIp && one.destPort === destPort && inTime(one),
          );
          const spans = own.filter((one) => one.kind === 'client' && !isBelow(one));
          const lines = own.filter((one) => one.kind === 'log');
          const sum = (of: readonly (typeof own)[number][], add: (one: (typeof own)[number]) => number): number =>
            of.reduce((total, one) => total + add(one), 0);
          const weight = sum(spans, ({ times }) => times);
          below += own.filter((one) => one.kind === 'client' && isBelow(one)).length;
          byName += own.filter((one) => one.destIp === null).length;
          if (spans.length + lines.length === 0) {
            expect(requests).toBeNull();
            continue;
          }
          seen++;
          expect(requests).toEqual({
            spans: weight,
            requests: sum(spans, ({ times, probability }) => times / (probability ?? 1)),
            unsampled: sum(spans, ({ times, probability }) => (probability === null ? times : 0)),
            meanMs: expect.closeTo(weight === 0 ? 0 : sum(spans, ({ times, lasts }) => times * lasts) / weight, 6),
            lines: sum(lines, ({ times }) => times),
            // Of those without an id their trace stands for one.
            ids: new Set(lines.map(({ id }) => id)).size,
          });
        }
    }),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 3), endOnFailure: true },
  );
  expect(Math.min(seen, below, byName)).toBeGreaterThan(0);
});
