import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../src/base/instant.ts';
import type { AzureResource, Route, SubnetTold } from '../src/core/egress/azure-resource.ts';
import { egressPathOf } from '../src/core/egress/egress-path.ts';
import { networkOf } from '../src/core/egress/network.ts';
import { CONNTRACK_KINDS } from '../src/core/facts.ts';
import { type Leaving, type PathPeak, type PortsQuery, type PortSteps, VERDICT_KINDS } from '../src/core/ports.ts';
import { readPortPaths } from '../src/store/read-port-paths.ts';
import { readPortSteps } from '../src/store/read-ports.ts';
import { type HeldPort, heldPorts } from './held-ports.ts';
import { entryAt, NODE_IP, podSeen } from './one-fact.ts';
import {
  batchesOf,
  emptyBatch,
  type EventFact,
  ip,
  NOW,
  type RandomWorld,
  randomWorld,
  START,
} from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

/*
 * Ports by the way they leave: a load balancer keeps each for 120 s longer than the node, and takes one for UDP per address; everything else has what the
 * node has. What SQL counts over random networks is what the core's flows and the law of paths give when they are counted one by one.
 */

const { engine, store } = await temporaryStore();

const NET = '/subscriptions/s/resourcegroups/net/providers/microsoft.network';
const VNET = `${NET}/virtualnetworks/spoke`;
const LONGER = 120_000;
/** More pods than there are. */
const MANY = 1_000;

const route = fc.record({
  name: fc.constant('r'),
  prefix: fc.constantFrom('0.0.0.0/0', '203.0.113.0/24', '198.51.100.7/32', '198.51.100.0/24', '10.224.0.0/16'),
  nextHop: fc.constantFrom<Route['nextHop']>('VirtualAppliance', 'Internet', 'None', 'VirtualAppliance'),
  nextHopIp: fc.constantFrom('10.1.0.4', '10.1.0.5', null),
});
const subnet = fc.record({
  natGateway: fc.constantFrom(null, null, `${NET}/natgateways/a`, `${NET}/natgateways/b`),
  routes: fc.oneof(fc.constant(null), fc.array(route, { maxLength: 2 })),
});
/** The first nodes of the worlds are in one subnet, the second ones in another. */
const network = fc
  .record({
    outboundType: fc.constantFrom('loadBalancer', 'loadBalancer', 'loadBalancer', 'managedNATGateway', null),
    subnets: fc.tuple(subnet, subnet),
    isTold: fc.constantFrom(true, true, true, true, false),
  })
  .map(({ outboundType, subnets, isTold }) => (isTold ? networkDocuments(outboundType, subnets) : []));

function networkDocuments(
  outboundType: string | null,
  subnets: readonly { readonly natGateway: string | null; readonly routes: readonly Route[] | null }[],
): readonly AzureResource[] {
  const told = subnets.map(
    ({ natGateway, routes }, i): SubnetTold => ({
      id: `${VNET}/subnets/s${i}`,
      prefixes: Array.from({ length: 16 }, (_, k) => `10.224.${16 * k}.${4 + i}/32`),
      routeTable: routes === null ? null : `${NET}/routetables/t${i}`,
      natGateway,
      serviceEndpoints: [],
    }),
  );
  return [
    {
      type: 'aks-cluster',
      id: '/subscriptions/s/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/shop',
      name: 'shop',
      nodeResourceGroup: 'mc_shop',
      outboundType,
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      podCidrs: ['10.244.0.0/16'],
      serviceCidrs: ['10.0.0.0/16'],
      pools: told.map(({ id }, i) => ({
        name: `p${i}`,
        mode: 'User',
        nodes: 1,
        maxNodes: null,
        maxSurge: null,
        maxPods: null,
        nodeSubnet: id,
        podSubnet: null,
        hasPublicIps: false,
      })),
      loadBalancer: null,
      natGateway: null,
    },
    { type: 'virtual-network', id: VNET, addressSpace: ['10.224.0.0/12'], subnets: told, peerings: [] },
    ...subnets.flatMap(({ routes }, i): readonly AzureResource[] =>
      routes === null ? [] : [{ type: 'route-table', id: `${NET}/routetables/t${i}`, routes }],
    ),
  ];
}

/** Two worlds of the same addresses, one of which talks to another port: datagrams of one port go to several ports of an address. */
const world = fc.tuple(randomWorld, randomWorld).map(([one, other]): RandomWorld => {
  const elsewhere = <Fact extends object>(fact: Fact): Fact => ({ ...fact, destPort: 53 });
  return {
    ...one,
    records: [...one.records, ...other.records.map(elsewhere)],
    events: [...one.events, ...other.events.map(elsewhere)],
    gaps: [...new Set([...one.gaps, ...other.gaps])],
    count: Math.max(one.count, other.count),
  };
});

interface Leaves extends HeldPort, Leaving {}

const isLb = ({ egressPath }: Leaving): boolean => egressPath === 'lb';
const isByAddress = (one: Leaves): boolean => isLb(one) && one.protocol === 'udp';
const wayOf = ({ egressPath, through }: Leaving): string => `${egressPath} ${through ?? ''}`;
const rowOf = (one: Leaving & Pick<HeldPort, 'nodeIp' | 'protocol'>): string =>
  `${one.nodeIp} ${one.protocol} ${wayOf(one)}`;
const destOf = (one: Leaves): string => (isByAddress(one) ? one.destIp : `${one.destIp}:${one.destPort}`);

/** How many ports these take at a moment. */
const countAt = (held: readonly Leaves[], at: number, longer: number): number => {
  const now = held.filter((one) => one.from <= at && at < one.until + (isLb(one) ? longer : 0));
  const [whole, byAddress] = [now.filter((one) => !isByAddress(one)), now.filter(isByAddress)];
  return whole.length + new Set(byAddress.map(({ nodeIp, srcPort, destIp }) => `${nodeIp} ${srcPort} ${destIp}`)).size;
};

/** Up to each step, from what was taken and given back. */
const heldBySteps = ({ taken, given }: Pick<PortSteps, 'taken' | 'given'>, step: number): number => {
  const upTo = (changes: readonly number[]): number =>
    changes.slice(0, step + 1).reduce((sum, ports) => sum + ports, 0);
  return upTo(taken) - upTo(given);
};

let worlds = 0;

/** Writes it, and asks about an interval from `from` on, in milliseconds after the start. */
const worldOf = async (
  facts: RandomWorld,
  resources: readonly AzureResource[],
  from: number,
  lasts: number,
): Promise<{ readonly cluster: string; readonly query: PortsQuery }> => {
  const cluster = `w${worlds++}`;
  await store.write(batchesOf(facts, cluster));
  if (resources.length > 0)
    await writeOne(store, { ...emptyBatch(cluster, 'doc'), format: 'azure-resource', resources });
  await store.attribute(cluster, NOW);
  return {
    cluster,
    query: {
      cluster,
      from: instant(START + from),
      until: instant(START + from + lasts),
      dest: [],
      destPorts: [],
      nodes: [],
      inside: [],
    },
  };
};

test('at each step, of each destination and all nodes together, as many as one by one', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      world,
      network,
      fc.record({ from: fc.constantFrom(0, 61_000, 200_000), lasts: fc.constantFrom(3_000, 61_000, 900_000) }),
      async (facts, resources, { from, lasts }) => {
        const { cluster, query } = await worldOf(facts, resources, from, lasts);
        const told = networkOf(cluster, resources);
        const all = (await heldPorts(engine, facts, cluster))
          .map((one): Leaves => {
            const { path, through } = egressPathOf(told, { ip: one.nodeIp, node: null }, one.destIp);
            const isShared = path === 'nat-gateway' || (path === 'firewall' && !one.destIp.startsWith('10.'));
            return { ...one, egressPath: path, through: isShared ? through : null };
          })
          .filter((one) => one.from < query.until);
        const behind = all.filter((one) => one.until + (isLb(one) ? LONGER : 0) > query.from);
        const moments = (held: readonly Leaves[]): readonly number[] =>
          [query.from, ...held.map((one) => one.from)].filter((at) => query.from <= at);
        const mostOf = (held: readonly Leaves[]): number =>
          Math.max(0, ...moments(held).map((at) => countAt(held, at, 0)));

        const stepMs = Math.ceil(lasts / 50);
        const { steps, most, shared, together } = await store.portPaths(query, stepMs, MANY);
        const mostAt = (held: readonly Leaves[]) => {
          const at = moments(held);
          const counts = at.map((one) => countAt(held, one, LONGER));
          const peakPorts = Math.max(...counts);
          return { peakPorts, peakAt: Math.min(...at.filter((_, i) => counts[i] === peakPorts)) };
        };
        const pathOf = (one: Pick<Leaves, 'nodeIp' | 'protocol' | 'egressPath'>): string =>
          `${one.nodeIp} ${one.protocol} ${one.egressPath}`;
        const byPath = Map.groupBy(behind, pathOf);
        expect(new Map(most.map((one) => [pathOf(one), { peakPorts: one.peakPorts, peakAt: one.peakAt }]))).toEqual(
          new Map([...byPath].map(([path, own]) => [path, mostAt(own)])),
        );
        const byRow = Map.groupBy(behind, rowOf);
        expect(steps.map(rowOf).sort()).toEqual([...byRow.keys()].sort());
        for (const row of steps) {
          const own = byRow.get(rowOf(row)) ?? [];
          for (let step = 0; step * stepMs < lasts; step++)
            expect([rowOf(row), step, heldBySteps(row, step)]).toEqual([
              rowOf(row),
              step,
              countAt(own, query.from + step * stepMs, LONGER),
            ]);
          // Pods one by one: of datagrams that share a port at a load balancer whoever came first has it, so there only the sum is told.
          const stack = (step: number): readonly number[] => row.holders.map((one) => heldBySteps(one, step));
          const pods = new Set(row.holders.map(({ pod }) => pod.uid));
          for (let step = 0; step * stepMs < lasts; step++) {
            const at = query.from + step * stepMs;
            const named = own.filter(({ by }) => pods.has(by));
            expect(stack(step).reduce((sum, ports) => sum + ports, 0)).toBeLessThanOrEqual(heldBySteps(row, step));
            if (own.some(isByAddress)) continue;
            expect(stack(step)).toEqual(
              row.holders.map(({ pod }) =>
                countAt(
                  named.filter(({ by }) => by === pod.uid),
                  at,
                  LONGER,
                ),
              ),
            );
            const others = own.filter((one) => !named.includes(one));
            expect(others.every(({ by }) => (VERDICT_KINDS as readonly string[]).includes(by))).toBe(true);
          }
          expect([rowOf(row), row.largest]).toEqual([
            rowOf(row),
            Math.max(0, ...[...Map.groupBy(own, destOf).values()].map(mostOf)),
          ]);
        }
        const sharing = all.filter(
          (one) =>
            one.until > query.from &&
            (one.egressPath === 'nat-gateway' || (one.egressPath === 'firewall' && one.through !== null)),
        );
        const byWay = Map.groupBy(sharing, (one) => `${wayOf(one)} ${one.protocol}`);
        const keyed = (peak: Leaving & Pick<PathPeak, 'protocol'>) => `${wayOf(peak)} ${peak.protocol}`;
        expect(new Map(shared.map((one) => [keyed(one), { peakPorts: one.peakPorts, peakAt: one.peakAt }]))).toEqual(
          new Map([...byWay].map(([way, own]) => [way, mostAt(own)])),
        );
        expect(together.map(keyed).sort()).toEqual([...byWay.keys()].sort());
        for (const peak of together) {
          const own = byWay.get(keyed(peak)) ?? [];
          const there = own.filter((one) => one.destIp === peak.destIp && one.destPort === peak.destPort);
          expect(peak.peakPorts).toBe(Math.max(...[...Map.groupBy(own, destOf).values()].map(mostOf)));
          expect(peak.peakPorts).toBe(mostOf(there));
          expect(peak.peakAt).toBe(
            Math.min(...moments(there).filter((at) => countAt(there, at, 0) === peak.peakPorts)),
          );
        }
      },
    ),
    { numRuns: Number(process.env['PARITY_RUNS'] ?? 8), endOnFailure: process.env['SHRINK'] === undefined },
  );
});

const AT_ONE = '203.0.113.9';
const told = (
  kind: keyof typeof CONNTRACK_KINDS,
  at: number,
  rest: Pick<EventFact, 'srcPort' | 'destPort' | 'protocol'>,
): EventFact =>
  entryAt(START + at * 1_000, { kind: CONNTRACK_KINDS[kind], destIp: AT_ONE, originPort: rest.srcPort, ...rest });
const entry = (from: number, until: number, srcPort: number, destPort: number, protocol: number): EventFact[] => [
  told('NEW', from, { srcPort, destPort, protocol }),
  told('DESTROY', until, { srcPort, destPort, protocol }),
];
/** Of one node, in seconds: two ports send datagrams to an address, one of them to two ports of it; and a connection. */
const FEW: RandomWorld = {
  records: [],
  events: [
    ...entry(10, 50, 40_000, 53, 17),
    ...entry(30, 70, 40_000, 123, 17),
    ...entry(20, 30, 40_001, 53, 17),
    ...entry(0, 40, 41_000, 443, 6),
  ],
  pods: [podSeen('web', START - 100_000)],
  nodes: [
    {
      uid: 'node-uid-0',
      name: 'node-0',
      ips: [ip(NODE_IP)],
      podCidrs: ['10.244.0.0/24'],
      os: 'linux',
      labels: {},
      createdAt: instant(START - 10_000_000),
      event: 'listed',
      at: instant(START - 1_000),
    },
  ],
  watch: null,
  gaps: [],
  count: 1,
};
const setUp = (outboundType: string): readonly AzureResource[] =>
  networkDocuments(outboundType, [
    { natGateway: null, routes: [] },
    { natGateway: null, routes: [] },
  ]);

test.each<[string, readonly AzureResource[], object]>([
  [
    'a load balancer keeps each for two minutes more, and takes one for an address however many ports are sent to',
    setUp('loadBalancer'),
    {
      'lb tcp': { largest: 1, held: { 0: 1, 39: 1, 40: 1, 159: 1, 160: 0 } },
      'lb udp': { largest: 2, held: { 9: 0, 10: 1, 20: 2, 40: 2, 60: 2, 149: 2, 150: 1, 189: 1, 190: 0 } },
    },
  ],
  [
    'a NAT gateway is given what the node holds',
    setUp('managedNATGateway'),
    {
      'nat-gateway tcp': { largest: 1, held: { 0: 1, 39: 1, 40: 0 } },
      'nat-gateway udp': { largest: 2, held: { 10: 1, 20: 2, 30: 2, 49: 2, 50: 1, 69: 1, 70: 0 } },
    },
  ],
  [
    "what leaves by a path that nobody told is what the node holds, and no load balancer's",
    [],
    {
      'unknown tcp': { largest: 1, held: { 0: 1, 39: 1, 40: 0 } },
      'unknown udp': { largest: 2, held: { 10: 1, 20: 2, 30: 2, 49: 2, 50: 1, 69: 1, 70: 0 } },
    },
  ],
])('%s', async (_, resources, expected) => {
  const { query } = await worldOf(FEW, resources, 0, 300_000);
  const { steps } = await store.portPaths(query, 1_000);
  const said = steps.map((row) => {
    const { held } = (expected as Record<string, { held: Record<string, number> }>)[
      `${row.egressPath} ${row.protocol}`
    ] ?? {
      held: {},
    };
    return [
      `${row.egressPath} ${row.protocol}`,
      {
        largest: row.largest,
        held: Object.fromEntries(Object.keys(held).map((at) => [at, heldBySteps(row, Number(at))])),
      },
    ];
  });
  expect(Object.fromEntries(said)).toEqual(expected);
});

test.each<[string, string, number, readonly string[]]>([
  ['just before it is given back', 'loadBalancer', 159_999, ['lb tcp', 'lb udp']],
  ['as it is given back', 'loadBalancer', 160_000, ['lb udp']],
  ['the last of all', 'loadBalancer', 190_000, []],
  ['just before the node lets go', 'managedNATGateway', 39_999, ['nat-gateway tcp', 'nat-gateway udp']],
  ['as the node lets go', 'managedNATGateway', 40_000, ['nat-gateway udp']],
])('an interval that begins %s (%s)', async (_, outboundType, from, rows) => {
  const { query } = await worldOf(FEW, setUp(outboundType), from, 1_000);
  const { steps, together } = await store.portPaths(query, 1_000);
  expect(steps.map((row) => `${row.egressPath} ${row.protocol}`).sort()).toEqual(rows);
  expect(together.map((row) => `${row.egressPath} ${row.protocol}`).sort()).toEqual(
    rows.filter((row) => row.startsWith('nat-gateway')),
  );
});

test.each<[string, number, number, object]>([
  [
    'the most is that of every moment, however wide the steps are',
    0,
    86_400_000,
    {
      'lb tcp': { most: 1, at: START, largest: 1 },
      'lb udp': { most: 2, at: START + 20_000, largest: 2 },
    },
  ],
  [
    'a port that is taken over after the end is not taken twice',
    31_000,
    35_000,
    {
      'lb tcp': { most: 1, at: START + 31_000, largest: 1 },
      'lb udp': { most: 2, at: START + 31_000, largest: 1 },
    },
  ],
])('%s', async (_, from, until, expected) => {
  const { query } = await worldOf(FEW, setUp('loadBalancer'), from, until - from);
  const { steps, most } = await store.portPaths(query, 605_000);
  const said = most.map(({ egressPath, protocol, peakPorts, peakAt }) => {
    const { largest } = steps.find((row) => row.protocol === protocol) ?? {};
    return [`${egressPath} ${protocol}`, { most: peakPorts, at: peakAt, largest }];
  });
  expect(Object.fromEntries(said)).toEqual(expected);
});

test('steps count from what is kept, and say so', async () => {
  const { query } = await worldOf(FEW, setUp('loadBalancer'), -3_600_000, 3_900_000);
  const kept = instant(START + 15_000);
  const { steps, most } = await readPortPaths(engine, query, 1_000, kept);
  expect(steps.map((row) => [row.protocol, row.from, heldBySteps(row, 5)])).toEqual([
    ['tcp', kept, 1],
    ['udp', kept, 2],
  ]);
  expect(Object.fromEntries(most.map(({ protocol, peakAt }) => [protocol, peakAt]))).toEqual({
    tcp: kept,
    udp: START + 20_000,
  });
  const alone = await readPortSteps(engine, query, 1_000, kept);
  expect(alone.map(({ from }) => from)).toEqual([kept, kept]);
});

const routedTo = (nextHopIp: string | null): readonly AzureResource[] => {
  const to: Route = { name: 'fw', prefix: '0.0.0.0/0', nextHop: 'VirtualAppliance', nextHopIp };
  return networkDocuments('userDefinedRouting', [
    { natGateway: null, routes: [to] },
    { natGateway: null, routes: [to] },
  ]);
};

test.each<[string, string | null, readonly object[]]>([
  [
    'an appliance with an address',
    '10.1.0.4',
    [
      { protocol: 'tcp', destIp: AT_ONE, destPort: 443, peakPorts: 1, peakAt: START },
      { protocol: 'udp', destIp: AT_ONE, destPort: 53, peakPorts: 2, peakAt: START + 20_000 },
    ],
  ],
  ['an appliance of which nothing is told', null, []],
])('%s: what holds most behind it, all nodes together', async (_, nextHopIp, expected) => {
  const { query } = await worldOf(FEW, routedTo(nextHopIp), 0, 300_000);
  const { steps, together } = await store.portPaths(query, 1_000);
  expect(steps.map(({ egressPath, through }) => [egressPath, through])).toEqual([
    ['firewall', nextHopIp],
    ['firewall', nextHopIp],
  ]);
  expect(together).toEqual(expected.map((one) => ({ egressPath: 'firewall', through: nextHopIp, ...one })));
});
