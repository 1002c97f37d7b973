import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { planTold, toldMs } from '../src/app/plan-told.ts';
import { snatForecast } from '../src/app/snat-forecast.ts';
import { snatLedger } from '../src/app/snat-ledger.ts';
import { snatPodLedger } from '../src/app/snat-pod-ledger.ts';
import { snatStatus, type StatusItem, stepOf } from '../src/app/snat-status.ts';
import type { TimeRange } from '../src/app/time-range.ts';
import { isInside, PRIVATE } from '../src/base/address-block.ts';
import { parseCidr } from '../src/base/ip.ts';
import type { AksCluster, AzureResource, Route } from '../src/core/egress/azure-resource.ts';
import type { PortsQuery } from '../src/core/ports.ts';
import { portsHeld } from '../src/core/snat/port-use.ts';
import { restrictedTo } from '../src/server/restricted-store.ts';
import { emptyBatch, ip } from './random-world.ts';
import { metricsTold, series } from './metrics-told.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

/** What is charged to whom on the recorded incident, by what is told of its network. Every world is the same flows under other documents. */

const { store, folder, read } = await temporaryStore();
/** How often a forecast has let others have their turn. */
let turns = 0;
const turn = async (): Promise<void> => {
  turns++;
};
const NET = '/subscriptions/s/resourcegroups/net/providers/microsoft.network';
const MC = '/subscriptions/s/resourcegroups/mc_shop/providers/microsoft.network';
const LB = `${MC}/loadbalancers/kubernetes`;
const NAT = `${NET}/natgateways/egress`;
const FIREWALL = `${NET}/azurefirewalls/fw`;
const NODE = '10.224.0.5';
const TO = '203.0.113.66';
/** What is routed to the firewall begins so. */
const ROUTED = '203.0.113.';

const cluster = (change: Partial<AksCluster> = {}): AksCluster => ({
  type: 'aks-cluster',
  id: '/subscriptions/s/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/shop',
  name: 'shop',
  nodeResourceGroup: 'mc_shop',
  outboundType: 'loadBalancer',
  networkPlugin: 'azure',
  networkPluginMode: 'overlay',
  podCidrs: ['10.244.0.0/16'],
  serviceCidrs: ['10.0.0.0/16'],
  pools: [
    {
      name: 'nodepool1',
      mode: 'System',
      nodes: 7,
      maxNodes: null,
      maxSurge: '50%',
      maxPods: 250,
      nodeSubnet: `${NET}/virtualnetworks/spoke/subnets/nodes`,
      podSubnet: null,
      hasPublicIps: false,
    },
  ],
  loadBalancer: { managedIps: 2, portsPerNode: 1_024, idleMinutes: 10, publicIps: [] },
  natGateway: null,
  ...change,
});
const network = (natGateway: string | null, ...routes: readonly Route[]): readonly AzureResource[] => [
  {
    type: 'virtual-network',
    id: `${NET}/virtualnetworks/spoke`,
    addressSpace: ['10.224.0.0/12'],
    subnets: [
      {
        id: `${NET}/virtualnetworks/spoke/subnets/nodes`,
        prefixes: ['10.224.0.0/16', 'fd00:10:224::/64'],
        routeTable: `${NET}/routetables/rt`,
        natGateway,
        serviceEndpoints: [],
      },
    ],
    peerings: [],
  },
  { type: 'route-table', id: `${NET}/routetables/rt`, routes },
];
const toFirewall = (prefix: string): Route => ({
  name: 'fw',
  prefix,
  nextHop: 'VirtualAppliance',
  nextHopIp: '10.225.0.4',
});
const firewall: readonly AzureResource[] = [
  { type: 'firewall', id: FIREWALL, name: 'fw', privateIps: ['10.225.0.4'], publicIps: [`${NET}/publicipaddresses/f`] },
  { type: 'public-ip', id: `${NET}/publicipaddresses/f`, address: '20.0.0.9' },
];
const gateway: readonly AzureResource[] = [
  { type: 'nat-gateway', id: NAT, sku: 'Standard', idleMinutes: 7, publicIps: [`${NET}/publicipprefixes/p`] },
  { type: 'public-ip', id: `${NET}/publicipprefixes/p`, address: '20.0.1.0/30' },
];

const WORLDS: Readonly<Record<string, readonly AzureResource[]>> = {
  untold: [],
  lb: [cluster(), ...network(null)],
  split: [cluster(), ...network(null, toFirewall(`${ROUTED}0/24`)), ...firewall],
  nat: [cluster({ outboundType: 'userAssignedNATGateway', loadBalancer: null }), ...network(NAT), ...gateway],
  routed: [cluster({ outboundType: 'userDefinedRouting' }), ...network(null, toFirewall('0.0.0.0/0')), ...firewall],
};

const tell = async (world: string, ...value: readonly unknown[]): Promise<void> => {
  const file = join(folder, `${world}-${value.length}-${metrics++}.json`);
  writeFileSync(file, metricsTold(value));
  await read(world, file);
};
let metrics = 0;
const used = (ports: number) =>
  series(LB, 'UsedSnatPorts', { BackendIPAddress: NODE, ProtocolType: 'TCP' }, { average: ports });

beforeAll(async () => {
  const recorded = join(import.meta.dirname, '../lab/recorded/incident');
  const parts = ['insights-logs-flowlogflowevent', 'conntrack', 'kube'].map((part) => join(recorded, part));
  for (const [world, resources] of Object.entries(WORLDS)) {
    await read(world, ...parts);
    if (resources.length > 0)
      await writeOne(store, { ...emptyBatch(world, 'doc'), format: 'azure-resource', resources });
    await tell(
      world,
      series(LB, 'AllocatedSnatPorts', { BackendIPAddress: NODE, ProtocolType: 'TCP' }, { average: 1_024 }),
    );
  }
}, 120_000);

const rangeOf = async (world: string): Promise<TimeRange> => {
  const extent = await store.extent(world);
  if (extent === null) throw new Error('no flows');
  return { ...extent, chosen: true, notes: [] };
};
const queryOf = async (world: string): Promise<PortsQuery> => {
  const { from, until } = await rangeOf(world);
  return { cluster: world, from, until, dest: [], destPorts: [], nodes: [], inside: PRIVATE };
};
const status = async (world: string, change: Partial<PortsQuery> = {}, of = store) =>
  snatStatus(of, { ...(await queryOf(world)), ...change }, await rangeOf(world));
const ofNode = (items: readonly StatusItem[], egressPath: string): StatusItem | undefined =>
  items.find((item) => item.nodeIp === NODE && item.protocol === 'tcp' && item.egressPath === egressPath);
const sum = (items: readonly StatusItem[]): number => items.reduce((all, { atMost }) => all + atMost, 0);

test('without documents nothing is charged to the load balancer: it stands beside what is unknown', async () => {
  const { items, unknownPorts } = await status('untold');
  expect(ofNode(items, 'lb')).toMatchObject({ allocated: 1_024, atLeast: 0, atMost: 0, share: 0 });
  const unknown = items.filter(({ egressPath }) => egressPath === 'unknown');
  expect(items.length).toBe(unknown.length + 1);
  expect(unknownPorts).toBe(sum(unknown));
  expect(unknownPorts).toBeGreaterThan(0);
});

test('with documents everything of a load balancer is charged to it, for longer than the node holds it, and nothing is unknown', async () => {
  const [plain, told] = [await status('untold'), await status('lb')];
  expect(new Set(told.items.map(({ egressPath }) => egressPath))).toEqual(new Set(['lb']));
  expect(told.unknownPorts).toBe(0);
  const [lb, unknown] = [ofNode(told.items, 'lb'), ofNode(plain.items, 'unknown')];
  expect(lb?.atLeast).toBe(unknown?.atLeast);
  expect(lb?.atMost).toBeGreaterThan(unknown?.atMost ?? 0);
});

test('what is routed to a firewall is taken from the load balancer and given to the firewall, all nodes together', {
  timeout: 120_000,
}, async () => {
  const [whole, split] = [await status('lb'), await status('split')];
  const { items: ledger } = await snatLedger(store, await queryOf('split'), await rangeOf('split'), 1_000);
  const there = ledger.filter(({ destIp }) => destIp.startsWith(ROUTED));
  expect(new Set(there.map(({ egressPath }) => egressPath))).toEqual(new Set(['firewall']));
  expect(
    new Set(ledger.filter(({ destIp }) => !destIp.startsWith(ROUTED)).map(({ egressPath }) => egressPath)),
  ).toEqual(new Set(['lb']));
  const tcp = (items: readonly StatusItem[], path: string) =>
    items.filter(({ egressPath, protocol }) => egressPath === path && protocol === 'tcp');
  expect(sum(tcp(split.items, 'lb'))).toBeLessThan(sum(tcp(whole.items, 'lb')));
  expect(Math.max(...tcp(split.items, 'lb').map(({ atLeast }) => atLeast))).toBe(
    Math.max(
      ...ledger
        .filter(({ destIp, protocol }) => !destIp.startsWith(ROUTED) && protocol === 'tcp')
        .map(({ peakPorts }) => peakPorts),
    ),
  );
  const [shared] = split.shared;
  expect(split.shared.length).toBe(1);
  // One address, two instances.
  expect(shared).toMatchObject({ resource: FIREWALL, egressPath: 'firewall', addresses: 1, capacity: 4_992 });
  const use = shared?.uses.find(({ protocol }) => protocol === 'tcp');
  expect(use?.largest?.destIp.startsWith(ROUTED)).toBe(true);
  expect(use?.largest?.share).toBe((use?.largest?.connections ?? 0) / 4_992);
  const query = await queryOf('split');
  const isOfFirewall = ({ egressPath, protocol }: { readonly egressPath: string; readonly protocol: string }) =>
    egressPath === 'firewall' && protocol === 'tcp';
  const { steps, most } = await store.portPaths(query, stepOf(query));
  const nodes = steps.filter(isOfFirewall);
  expect(nodes.length).toBeGreaterThan(1);
  const held = nodes.map((node) => portsHeld(node));
  const together = (held[0] ?? []).map((_, step) => held.reduce((all, one) => all + (one[step] ?? 0), 0));
  expect(together.at(-1)).toBe(use?.atEnd);
  // Between steps there were more, and never more than each node had at its own peak.
  expect(use?.atMost).toBeGreaterThanOrEqual(Math.max(...together));
  expect(use?.atMost).toBeLessThanOrEqual(most.filter(isOfFirewall).reduce((all, { peakPorts }) => all + peakPorts, 0));
  const peaks = there.filter(({ protocol }) => protocol === 'tcp').map(({ peakPorts }) => peakPorts);
  expect(use?.atMost).toBeGreaterThanOrEqual(Math.max(...peaks));
  expect(use?.atMost).toBeLessThanOrEqual(peaks.reduce((all, ports) => all + ports, 0));
});

test('a NAT gateway: all nodes together, of its addresses, beside what Azure counts of it', async () => {
  await tell('nat', series(NAT, 'TotalConnectionCount', { Protocol: 'TCP' }, { total: 80 }));
  const { items, shared } = await status('nat');
  // A gateway of the older kind is for IPv4 alone.
  const held = items.filter(({ atMost }) => atMost > 0);
  expect(new Set(held.filter(({ nodeIp }) => !nodeIp.includes(':')).map(({ egressPath }) => egressPath))).toEqual(
    new Set(['nat-gateway']),
  );
  expect(new Set(held.filter(({ nodeIp }) => nodeIp.includes(':')).map(({ egressPath }) => egressPath))).toEqual(
    new Set(['unknown']),
  );
  expect(shared).toEqual([
    expect.objectContaining({
      resource: NAT,
      egressPath: 'nat-gateway',
      connections: 80,
      addresses: 4,
      capacity: 4 * 64_512,
      capacityToOne: 200_000,
    }),
  ]);
  const ledger = (await snatLedger(store, await queryOf('nat'), await rangeOf('nat'), 1_000)).items.filter(
    ({ egressPath }) => egressPath === 'nat-gateway',
  );
  const sums = [...Map.groupBy(ledger, ({ destIp, destPort, protocol }) => `${destIp} ${destPort} ${protocol}`)].map(
    ([, ones]) => [Math.max(...ones.map((one) => one.peakPorts)), ones.reduce((all, one) => all + one.peakPorts, 0)],
  );
  const largest = Math.max(...(shared[0]?.uses ?? []).map((use) => use.largest?.connections ?? 0));
  expect(largest).toBeGreaterThanOrEqual(Math.max(...sums.map(([most]) => most as number)));
  expect(largest).toBeLessThanOrEqual(Math.max(...sums.map(([, all]) => all as number)));
});

test('what Azure counts is set beside the bounds, and said where it is outside of them', {
  timeout: 120_000,
}, async () => {
  const of = async (world: string): Promise<StatusItem> => ofNode((await status(world)).items, 'lb') as StatusItem;
  const { atLeast, atMost } = await of('lb');
  expect(atLeast).toBeGreaterThan(1);
  expect((await of('lb')).outside).toBeNull();
  await tell('lb', used(atLeast - 1));
  expect(await of('lb')).toMatchObject({ counted: atLeast - 1, outside: { side: 'below', ports: 1 } });
  await tell('lb', used(atLeast));
  expect(await of('lb')).toMatchObject({ counted: atLeast, outside: null });
  await tell('lb', used(atMost));
  expect(await of('lb')).toMatchObject({ counted: atMost, outside: null });
  await tell('lb', used(atMost + 1));
  expect(await of('lb')).toMatchObject({
    outside: { side: 'above', ports: 1, likely: expect.stringMatching(/no source/) },
  });
  // Of some destinations alone there is nothing to set beside.
  const some = await status('lb', { dest: [{ first: ip(TO), last: ip(TO) }] });
  expect(ofNode(some.items, 'lb')).toMatchObject({ counted: atMost + 1, outside: null });
  await tell('untold', used(2));
  expect(await of('untold')).toMatchObject({
    counted: 2,
    outside: { side: 'above', ports: 2, likely: expect.stringMatching(/path that is not known, and may be/) },
  });
  await tell('untold', used(60_000));
  expect((await of('untold')).outside?.likely).toMatch(/further flows/);
});

test('a forecast of a load balancer rests on what leaves by it, and where that is not known it says so', {
  timeout: 120_000,
}, async () => {
  const forecast = async (world: string) =>
    (await snatForecast(store, await queryOf(world), await rangeOf(world), 100, turn)).items.filter(
      ({ destIp }) => destIp === null,
    );
  expect(await forecast('untold')).toEqual([
    expect.objectContaining({ nodeIp: NODE, limit: 1_024, ports: 0, reason: 'path-unknown', exhaustionAt: null }),
  ]);
  // Nothing is reckoned that is not told; between two that are others have their turn.
  expect(turns).toBe(0);
  const [all] = await forecast('lb');
  expect(turns).toBeGreaterThan(0);
  const [part] = await forecast('split');
  expect(all?.reason).not.toBe('path-unknown');
  expect(part?.ports).toBeLessThan(all?.ports ?? 0);
  // All of it is known to leave by something else.
  expect((await forecast('routed'))[0]).toMatchObject({ ports: 0, reason: expect.not.stringMatching('path-unknown') });
});

test('who reads some namespaces is not told which destination holds most behind a gateway', async () => {
  const { shared } = await status('nat', {}, restrictedTo(store, ['shop']));
  expect(shared[0]?.uses.length).toBeGreaterThan(0);
  for (const { largest } of shared[0]?.uses ?? []) expect(largest).toBeNull();
  const some = await status('nat', { dest: [{ first: ip(TO), last: ip(TO) }] }, restrictedTo(store, ['shop']));
  expect(some.items).toEqual([]);
});

test('a plan takes from the store what is now: settings of documents, nodes and demand as they were counted', async () => {
  const told = async (world: string) => planTold(store, await rangeOf(world), world);
  const split = await told('split');
  expect(split.settings).toEqual({
    egress: { kind: 'lb', outboundIps: 2, portsPerNode: 1_024, idleMinutes: 10 },
    nodes: 7,
    surge: { percent: 50 },
    network: 'own',
    why: null,
  });
  expect(split.nodesCounted).toBe((await store.nodesAlive('split', (await rangeOf('split')).until)).length);
  // What goes to the firewall needs no port of the load balancer.
  expect(split.demand.length).toBeGreaterThan(0);
  const block = parseCidr(`${ROUTED}0/24`);
  if (!block.ok) throw new Error(block.problem);
  for (const { dest } of split.demand.filter((one) => one.dest?.startsWith('[') === false))
    expect(isInside(ip((dest ?? '').replace(/:\d+$/, '')), block.value)).toBe(false);
  const nat = await told('nat');
  expect(nat.settings.egress).toEqual({ kind: 'nat-gateway', outboundIps: 4, portsPerNode: null, idleMinutes: 7 });
  // Azure counted what the busiest node of the load balancer held of all together.
  const lb = await told('lb');
  expect(lb.demand.filter(({ dest }) => dest === null)).toEqual([
    { dest: null, protocol: 'tcp', ports: expect.any(Number), opensPerSecond: null },
  ]);
  const routed = await told('routed');
  expect([routed.settings.egress, routed.settings.why, routed.demand]).toEqual([
    null,
    expect.stringMatching(/leaves by firewall, which no plan knows/),
    [],
  ]);
  expect((await told('untold')).settings).toEqual({ egress: null, nodes: null, surge: null, network: null, why: null });
});

test('a node holds a port of a closed connection for 120 s, a load balancer for 240: the demand is of the latter', async () => {
  const { demand } = await planTold(store, await rangeOf('lb'), 'lb');
  const { items } = await snatLedger(store, await queryOf('lb'), await rangeOf('lb'), 1_000);
  const told = toldMs(await rangeOf('lb'), await store.sources('lb'));
  for (const { dest, protocol, ports } of demand.filter((one) => one.dest !== null)) {
    const there = items.filter(
      (one) =>
        `${one.destIp.includes(':') ? `[${one.destIp}]` : one.destIp}:${one.destPort}` === dest &&
        one.protocol === protocol,
    );
    const peak = Math.max(...there.map(({ peakPorts }) => peakPorts));
    const rate = Math.round((Math.max(...there.map(({ began }) => began)) * 100_000) / told) / 100;
    const expected = protocol === 'udp' ? peak : Math.ceil(Math.max(0, peak - rate * 120) + rate * 240);
    expect([dest, protocol, ports]).toEqual([dest, protocol, expected]);
  }
});

test('of some namespaces the holders are theirs alone, and what destinations and nodes hold is whole', async () => {
  const [query, range] = [await queryOf('lb'), await rangeOf('lb')];
  const whole = await snatLedger(store, query, range, 1_000);
  const keyOf = (item: (typeof whole.items)[number]) =>
    [item.nodeIp, item.destIp, item.destPort, item.protocol, item.peakPorts, item.began].join(' ');
  const namespaces = await store.namespacesNamed('lb');
  const isNamed = ({ workload }: { readonly workload: { readonly namespace: string } | null }) => workload !== null;
  let held = 0;
  for (const one of namespaces) {
    const narrowed = await snatLedger(store, { ...query, namespaces: [one] }, range, 1_000);
    const ours = whole.items.filter(({ pods }) => pods.some(({ workload }) => workload?.namespace === one));
    expect(narrowed.items.map(keyOf)).toEqual(ours.map(keyOf));
    expect(narrowed.destinations).toBe(ours.length);
    expect(narrowed.query.namespaces).toEqual([one]);
    for (const { pods } of narrowed.items) for (const { workload } of pods) expect(workload?.namespace).toBe(one);
    held += narrowed.items.flatMap(({ pods }) => pods).length;
    // The largest are found among all, not among the first few.
    const few = await snatLedger(store, { ...query, namespaces: [one] }, range, 1);
    expect(few.items).toEqual(narrowed.items.slice(0, 1));
    expect(few.destinations).toBe(ours.length);
    const pods = await snatPodLedger(store, { ...query, namespaces: [one] }, range, 1_000);
    expect(pods.items.every(({ workload }) => workload.namespace === one)).toBe(true);
    const { items } = await snatStatus(store, { ...query, namespaces: [one] }, range);
    const all = await status('lb');
    expect(items.map(({ atMost, share }) => [atMost, share])).toEqual(
      all.items.map(({ atMost, share }) => [atMost, share]),
    );
    for (const { largest } of items)
      for (const { workload } of largest?.pods ?? []) expect(workload?.namespace).toBe(one);
  }
  expect(held).toBe(whole.items.flatMap(({ pods }) => pods.filter(isNamed)).length);
  expect(held).toBeGreaterThan(0);
});
