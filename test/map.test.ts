import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { HOUR, instant } from '../src/base/instant.ts';
import { parseCidr } from '../src/base/ip.ts';
import { allFlows } from '../src/core/all-flows.ts';
import type { ServiceTag } from '../src/core/egress/azure-resource.ts';
import {
  BLOCK_BITS,
  type FlowMap,
  isHiddenBy,
  MAP_BY,
  MAP_HIDE,
  MAP_TO,
  type MapDestination,
  type MapQuery,
  MAP_SENDER,
  type MapSum,
  mapSenderOf,
  tagOf,
} from '../src/core/flow-map.ts';
import { type FlowRow, type TimeSpan, VERDICT_KINDS } from '../src/core/ports.ts';
import { restrictedTo } from '../src/server/restricted-store.ts';
import { sighting } from '../src/core/trace/sighting.testing.ts';
import type { Sighting } from '../src/core/facts.ts';
import { batchesOf, emptyBatch, fewWorlds, ip, NOW, START } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

/** The map is what the flows themselves say, counted one by one; what is not told one by one is in the sums. */

const { store, read } = await temporaryStore();
const recorded = join(import.meta.dirname, '../lab/recorded/incident');
const parts = (...names: readonly string[]): readonly string[] => names.map((name) => join(recorded, name));

const tag = (name: string, region: string, ...prefixes: readonly string[]): ServiceTag => ({
  type: 'service-tag',
  id: name.toLowerCase(),
  name,
  service: name.split('.')[0] === 'AzureCloud' ? '' : `Azure${name.split('.')[0]}`,
  region,
  prefixes: prefixes.join(' '),
});
/** Nested, and beside each other with the same block. */
const TAGS = [
  tag('AzureCloud', '', '203.0.113.0/24', '198.51.100.0/24', '10.0.0.0/8'),
  tag('AzureCloud.westeurope', 'westeurope', '203.0.113.66/32', '198.51.100.0/25'),
  tag('Storage', '', '203.0.113.64/26', '2001:db8::/32'),
  tag('Storage.WestEurope', 'westeurope', '203.0.113.64/26'),
  tag('AzureMonitor', '', '198.51.100.7/32', '203.0.113.32/27'),
];

/** A call to an address, by its name. */
const call = (
  at: number,
  namespace: string,
  destIp: string,
  destHost: string,
  more: Partial<Sighting> = {},
): Sighting =>
  sighting({
    kind: 'client',
    begin: instant(at),
    until: instant(at),
    namespace,
    destIp: ip(destIp),
    destPort: 443,
    destHost,
    ...more,
  });
const BEGAN = Date.parse('2026-11-25T10:20:16.000Z');
const span = (from: number, until: number): TimeSpan => ({
  from: instant(BEGAN + from),
  until: instant(BEGAN + until),
});
const WHOLE = span(0, 30_000);
/** By cluster. */
const SIGHTINGS = new Map<string, readonly Sighting[]>();
const tell = async (cluster: string, sightings: readonly Sighting[]): Promise<void> => {
  SIGHTINGS.set(cluster, sightings);
  await writeOne(store, { ...emptyBatch(cluster, 'spans'), format: 'otlp', sightings });
  await writeOne(store, { ...emptyBatch(cluster, 'tags'), format: 'azure-resource', resources: TAGS });
};

beforeAll(async () => {
  for (const cluster of ['proven', 'bare']) {
    await read(
      cluster,
      ...parts('insights-logs-flowlogflowevent', ...(cluster === 'proven' ? ['conntrack'] : []), 'kube'),
    );
    // On a node without conntrack a span of another's tells of a call whose port is a flow's: that is enough to name its pod.
    const doubtful =
      cluster === 'proven'
        ? []
        : await store.flows({ ...allFlows(cluster, WHOLE), verdicts: ['ambiguous'], everyCandidate: true });
    const told = doubtful.flatMap(({ begin, destIp, destPort, srcPort, candidates }) => {
      const [mine, other] = ['shop', 'data'].map((one) => candidates.find((pod) => pod?.namespace === one));
      const ends = {
        destPort,
        localPort: srcPort ?? 0,
        until: instant(begin + 50),
        podUid: other?.uid ?? '',
        pod: other?.name ?? '',
      };
      return mine === undefined || other === undefined || other === null
        ? []
        : [call(begin, 'data', destIp, '', { ...ends, node: other.node })];
    });
    await tell(cluster, [
      ...told.slice(0, 20),
      call(BEGAN + 1_000, 'shop', '203.0.113.66', 'Api.Example.com.'),
      call(BEGAN + 2_000, 'data', '203.0.113.66', 'api.example.com'),
      // Two names, another of the two addresses with the same, and what names nothing: an address, what came in, another time.
      call(BEGAN + 3_000, 'shop', '198.51.100.20', 'b.example'),
      call(BEGAN + 3_000, 'data', '198.51.100.20', 'a.example'),
      call(BEGAN + 3_000, 'shop', '198.51.100.40', 'b.example'),
      call(BEGAN + 3_000, 'shop', '198.51.100.30', 'b.example'),
      call(BEGAN + 3_000, 'shop', '203.0.113.10', '203.0.113.10'),
      call(BEGAN + 3_000, 'shop', '198.51.100.31', 'in.example', { kind: 'server' }),
      call(BEGAN + 3_600_000, 'shop', '203.0.113.25', 'late.example'),
    ]);
    await store.attribute(cluster, NOW);
    await store.grade(cluster);
  }
}, 120_000);

const block = (text: string) => {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};
const mapped = (cluster: string, range: TimeSpan, narrowed: Partial<MapQuery>): MapQuery => ({
  ...allFlows(cluster, range),
  sender: 'workload',
  to: 'address',
  by: 'flows',
  hide: [],
  edges: 10,
  named: [],
  ...narrowed,
});

/** Who had an address, where nobody else had it in the time, whoever may be told of that; null too where it may not be told. */
type HolderOf = (ip: string) => string | null;
const holdersIn = async (
  { cluster, from, until }: MapQuery,
  rows: readonly FlowRow[],
  namespaces: readonly string[],
): Promise<HolderOf> => {
  const ips = [...new Set(rows.map(({ destIp }) => destIp))];
  const leases = await store.podsTold(cluster, { uids: [], names: [], ips });
  const nodes = await store.nodesAt(cluster, ips as never);
  return (address) => {
    const names = new Set([
      ...leases
        .filter(
          (one) => one.ip === address && !one.hostNetwork && one.mayFrom < until && (one.mayUntil ?? Infinity) >= from,
        )
        .map(({ workload: { kind, namespace, name } }) => JSON.stringify({ kind, namespace, name })),
      ...(nodes.get(address as never) ?? []),
    ]);
    const [name = ''] = names;
    const mayBeTold =
      namespaces.length === 0 || !name.startsWith('{') || namespaces.some((one) => name.includes(`:"${one}"`));
    return names.size === 1 && mayBeTold ? name : null;
  };
};

/** The names of an address, as those of these namespaces told them. */
const hostsOf = ({ cluster, from, until }: MapQuery, destIp: string, isTold: (one: Sighting) => boolean): string =>
  [
    ...new Set(
      (SIGHTINGS.get(cluster) ?? [])
        .filter(
          (one) =>
            one.destIp === destIp && one.kind === 'client' && one.begin < until && one.until >= from && isTold(one),
        )
        .flatMap(({ destHost }) => (/^[\d.]*$/.test(destHost) ? [] : [destHost.toLowerCase().replace(/\.$/, '')])),
    ),
  ]
    .sort()
    .join(', ');

const naiveDest = (
  query: MapQuery,
  { destIp, destPort, protocol }: FlowRow,
  holderOf: HolderOf,
  isTold: (one: Sighting) => boolean,
): string => {
  const { to } = query;
  if (to === 'all') return 'all';
  const holder = holderOf(destIp);
  if (to === 'address') return `${destIp} ${holder}`;
  if (to === 'port') return `${destIp} ${destPort} ${protocol} ${holder}`;
  if (holder !== null) return holder;
  if (to === 'tag') return tagOf(destIp, TAGS) ?? `${destIp} null`;
  if (to === 'block') return block(`${destIp}/${destIp.includes(':') ? BLOCK_BITS.v6 : BLOCK_BITS.v4}`).first;
  return (to === 'host' && hostsOf(query, destIp, isTold)) || `${destIp} null`;
};
const destText = (to: MapDestination): string => {
  switch (to.kind) {
    case 'all':
      return 'all';
    case 'workload':
      return JSON.stringify(to.workload);
    case 'node':
      return to.node;
    case 'address':
      return `${to.ip} ${holderText(to.holder)}`;
    case 'port':
      return `${to.ip} ${to.port} ${to.protocol} ${holderText(to.holder)}`;
    case 'block':
      return to.block.split('/')[0] as string;
    case 'host':
    case 'tag':
      return to.name;
  }
};
const holderText = (holder: Extract<MapDestination, { kind: 'address' }>['holder']): string | null =>
  holder === null ? null : holder.kind === 'node' ? holder.node : JSON.stringify(holder.workload);

interface Counted {
  flows: number;
  bytes: number;
  sent: number;
  first: number;
  last: number;
  readonly byVerdict: Map<string, number>;
}
const add = (into: Map<string, Counted>, key: string, row: FlowRow): void => {
  const counted = into.get(key) ?? { flows: 0, bytes: 0, sent: 0, first: Infinity, last: 0, byVerdict: new Map() };
  counted.flows += row.flows;
  counted.bytes += Number(row.bytesOut) + Number(row.bytesIn);
  counted.sent += Number(row.bytesOut);
  counted.first = Math.min(counted.first, row.begin);
  counted.last = Math.max(counted.last, row.last);
  counted.byVerdict.set(row.verdict, (counted.byVerdict.get(row.verdict) ?? 0) + row.flows);
  into.set(key, counted);
};
const said = (one: MapSum) => ({
  flows: Math.round(VERDICT_KINDS.reduce((sum, kind) => sum + one.byVerdict[kind].flows, 0)),
  bytes: Math.round(VERDICT_KINDS.reduce((sum, kind) => sum + one.byVerdict[kind].bytes, 0)),
  sent: Math.round(one.bytesOut),
  first: Number(one.first),
  last: Number(one.last),
  byVerdict: new Map(
    VERDICT_KINDS.flatMap((kind) =>
      one.byVerdict[kind].flows > 0 ? [[kind, one.byVerdict[kind].flows] as const] : [],
    ),
  ),
});

/** Holds a map to the flows, for who may see all or these namespaces alone. */
const check = async (query: MapQuery, namespaces: readonly string[] = []): Promise<FlowMap> => {
  const of = namespaces.length === 0 ? store : restrictedTo(store, namespaces);
  const rows = await of.flows({ ...query, limit: null });
  const holderOf = await holdersIn(query, rows, namespaces);
  const uids = (SIGHTINGS.get(query.cluster) ?? []).map(({ podUid }) => podUid);
  const mine = new Set((await of.pods(query.cluster, uids)).keys());
  const isTold = ({ namespace, podUid }: Sighting): boolean =>
    namespaces.length === 0 || namespaces.includes(namespace) || (namespace === '' && mine.has(podUid));
  const edges = new Map<string, Counted>();
  const hidden = new Map<string, Counted>();
  const senders = new Map<string, Counted>();
  for (const row of rows) {
    const from = mapSenderOf(row, query.sender);
    const preset = query.hide.find((one) => isHiddenBy(one, row, from, TAGS));
    if (preset !== undefined) add(hidden, preset, row);
    else {
      add(edges, JSON.stringify([from, naiveDest(query, row, holderOf, isTold)]), row);
      add(senders, JSON.stringify(from), row);
    }
  }
  const told = await of.flowMap(query);
  expect(new Map(told.hidden.map((one) => [one.preset, said(one)]))).toEqual(hidden);
  // Each that is told alone is as counted, none that is larger is left out, and there are as many as were asked for.
  const listed = told.edges.filter(({ to }) => to !== null);
  expect(listed.length).toBe(Math.min(query.edges, edges.size));
  const size = (counted: Pick<Counted, 'flows' | 'bytes' | 'sent'>): number => counted[query.by];
  const largest = [...edges.values()].map(size).sort((a, b) => b - a);
  expect(listed.map((edge) => size(said(edge)))).toEqual(largest.slice(0, listed.length));
  for (const edge of listed) {
    const key = JSON.stringify([edge.from, destText(edge.to as MapDestination)]);
    expect([key, said(edge)]).toEqual([key, edges.get(key)]);
    expect([edge.edges, edge.bytesOut + edge.bytesIn]).toEqual([1, said(edge).bytes]);
  }
  // A sender that is told is told whole, and the rest is all that is left.
  const bySender = Map.groupBy(told.edges, ({ from }) => JSON.stringify(from));
  const whole = (some: Iterable<{ flows: number; bytes: number }>) =>
    [...some].reduce((sum, one) => ({ flows: sum.flows + one.flows, bytes: sum.bytes + one.bytes }), {
      flows: 0,
      bytes: 0,
    });
  for (const [from, some] of bySender)
    if (from !== 'null')
      expect([from, whole(some.map(said))]).toMatchObject([
        from,
        { flows: senders.get(from)?.flows, bytes: senders.get(from)?.bytes },
      ]);
  // And nobody else stands by name beside the rest.
  const listedSenders = new Set(listed.map(({ from }) => JSON.stringify(from)));
  expect([...bySender.keys()].filter((from) => from !== 'null' && !listedSenders.has(from))).toEqual([]);
  expect(whole(told.edges.map(said))).toEqual(whole(edges.values()));
  expect(told.edges.reduce((sum, edge) => sum + edge.edges, 0)).toBe(edges.size);
  return told;
};

test.each<[string, string, TimeSpan, Partial<MapQuery>]>([
  ...MAP_TO.map((to) => [`by ${to}`, 'proven', WHOLE, { to }] as [string, string, TimeSpan, Partial<MapQuery>]),
  ...MAP_TO.map((to) => [`by ${to}`, 'bare', WHOLE, { to, edges: 3 }] as [string, string, TimeSpan, Partial<MapQuery>]),
  ['by bytes', 'proven', WHOLE, { by: 'bytes', edges: 7 }],
  ['by bytes that were sent', 'proven', WHOLE, { by: 'sent', sender: 'pod', to: 'all', edges: 3 }],
  ['each pod by itself', 'proven', WHOLE, { sender: 'pod', edges: 500 }],
  ['each pod by itself, as far as it is named', 'bare', WHOLE, { sender: 'pod', to: 'all', edges: 500 }],
  ['all that a sender sent in a stretch that flows reach into', 'proven', span(7_000, 12_345), { to: 'all' }],
  ['all that a sender sent to a block', 'proven', WHOLE, { to: 'all', dest: [block('203.0.113.0/24')] }],
  ['all that one workload sent', 'bare', WHOLE, { to: 'all', workloads: ['shop/checkout'] }],
  ['all but what is usual', 'proven', WHOLE, { to: 'all', hide: MAP_HIDE }],
  ['all but what belongs to Kubernetes', 'proven', WHOLE, { to: 'all', hide: ['kube-system'] }],
  [
    'all through one node, with some verdicts',
    'proven',
    WHOLE,
    { to: 'all', nodes: ['aks-nodepool1-41820763-vmss000002'], verdicts: ['exact'] },
  ],
  ['a stretch that flows reach into', 'proven', span(7_000, 12_345), {}],
  ['one edge', 'proven', WHOLE, { edges: 1 }],
  ['all of them', 'proven', WHOLE, { edges: 500, to: 'port' }],
  ['nothing', 'proven', span(-3_600_000, -1_800_000), {}],
  ['without what is usual', 'proven', WHOLE, { hide: MAP_HIDE, to: 'tag' }],
  ['without what runs Azure', 'proven', WHOLE, { hide: ['azure'] }],
  ['the first that hides counts', 'proven', WHOLE, { hide: ['kube-system', 'azure', 'dns'] }],
  ['without what is usual, and without conntrack', 'bare', WHOLE, { hide: MAP_HIDE }],
  ['one namespace', 'proven', WHOLE, { namespaces: ['shop'] }],
  ['one namespace, without conntrack', 'bare', WHOLE, { namespaces: ['shop'], to: 'block' }],
  ['one workload', 'proven', WHOLE, { workloads: ['shop/checkout'] }],
  ['one block', 'proven', WHOLE, { dest: [block('203.0.113.0/24')] }],
  ['one node', 'proven', WHOLE, { nodes: ['aks-nodepool1-41820763-vmss000002'] }],
  ['from one address on the wire', 'proven', WHOLE, { srcIps: [block('10.224.0.4/32')] }],
  ['some verdicts', 'proven', WHOLE, { verdicts: ['node', 'relayed'] }],
  ['some verdicts, without conntrack', 'bare', WHOLE, { verdicts: ['probable', 'ambiguous'] }],
])('%s (%s)', async (name, cluster, range, narrowed) => {
  const { edges } = await check(mapped(cluster, range, narrowed));
  expect(edges.length > 0).toBe(name !== 'nothing');
});

test.each<[string, MapQuery['to']]>([
  ['proven', 'address'],
  ['proven', 'host'],
  ['bare', 'address'],
  ['bare', 'port'],
])('a reader of one namespace is told of no other (%s, by %s)', async (cluster, to) => {
  const query = mapped(cluster, WHOLE, { to, edges: 1_000 });
  const { edges } = await check(query, ['shop']);
  const namespaces = edges.flatMap(({ from, to: dest }) =>
    [from, dest, dest !== null && 'holder' in dest ? dest.holder : null].flatMap((one) =>
      one?.kind === 'workload' ? [one.workload.namespace] : [],
    ),
  );
  expect(new Set(namespaces)).toEqual(new Set(['shop']));
  const probable = edges.filter(({ byVerdict }) => byVerdict.probable.flows > 0).map(({ from }) => from?.kind);
  expect(new Set(probable)).toEqual(new Set(cluster === 'bare' ? ['ambiguous'] : []));
});

let worlds = 0;

test('on random worlds, for whoever may see all and for whoever may not', async () => {
  let named = 0;
  await fc.assert(
    fc.asyncProperty(
      fewWorlds,
      fc.constantFrom(...MAP_SENDER),
      fc.constantFrom(...MAP_TO),
      fc.constantFrom(...MAP_BY),
      fc.integer({ min: 1, max: 12 }),
      fc.subarray([...MAP_HIDE]),
      async (world, sender, to, by, edges, hide) => {
        const cluster = `w${worlds++}`;
        // Pods of three owners: the cluster's own, a reader's, others'.
        const pods = world.pods.map((pod, i) => {
          const namespace = ['kube-system', 'mine', 'theirs'][i % 3] as string;
          return {
            ...pod,
            namespace,
            workload: { ...pod.workload, namespace, name: `${namespace}-${pod.workload.name}` },
          };
        });
        await store.write(batchesOf({ ...world, pods }, cluster));
        const uidOf = (namespace: string): string => pods.find((pod) => pod.namespace === namespace)?.uid ?? '';
        await tell(cluster, [
          call(START, 'mine', '203.0.113.9', 'mine.example'),
          call(START, 'theirs', '203.0.113.9', 'theirs.example'),
          call(START, 'theirs', '198.51.100.7', 'theirs.example'),
          call(START, '', '203.0.113.9', 'by-uid.example', { podUid: uidOf('mine') }),
          call(START, '', '203.0.113.9', 'of-theirs.example', { podUid: uidOf('theirs') }),
        ]);
        await store.attribute(cluster, NOW);
        await store.grade(cluster);
        const range = { from: instant(START - HOUR), until: instant(START + 24 * HOUR) };
        const query = mapped(cluster, range, { sender, to, by, edges, hide });
        await check(query);
        const told = await check(query, ['mine']);
        expect(JSON.stringify(told)).not.toMatch(/theirs|kube-system-/);
        named += told.edges.filter(({ from }) => from !== null && 'workload' in from).length;
      },
    ),
    { numRuns: 2, endOnFailure: true },
  );
  expect(named).toBeGreaterThan(0);
}, 120_000);
