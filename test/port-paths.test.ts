import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instant } from '../src/base/instant.ts';
import type { AzureResource, Route, SubnetTold } from '../src/core/egress/azure-resource.ts';
import { egressPathOf } from '../src/core/egress/egress-path.ts';
import { networkOf } from '../src/core/egress/network.ts';
import type { Leaving, PathPeak, PortsQuery, PortSteps } from '../src/core/ports.ts';
import { type HeldPort, heldPorts } from './held-ports.ts';
import { batchesOf, emptyBatch, NOW, type RandomWorld, randomWorld, START } from './random-world.ts';
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
  .map(({ outboundType, subnets, isTold }): readonly AzureResource[] => {
    if (!isTold) return [];
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
  });

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
const heldBySteps = ({ taken, given }: PortSteps, step: number): number => {
  const upTo = (changes: readonly number[]): number =>
    changes.slice(0, step + 1).reduce((sum, ports) => sum + ports, 0);
  return upTo(taken) - upTo(given);
};

let worlds = 0;

test('at each step, of each destination and all nodes together, as many as one by one', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      world,
      network,
      fc.record({ from: fc.constantFrom(0, 61_000, 200_000), lasts: fc.constantFrom(3_000, 61_000, 900_000) }),
      async (facts, resources, { from, lasts }) => {
        const cluster = `w${worlds++}`;
        await store.write(batchesOf(facts, cluster));
        if (resources.length > 0)
          await writeOne(store, { ...emptyBatch(cluster, 'doc'), format: 'azure-resource', resources });
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
        const { steps, together } = await store.portPaths(query, stepMs);
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
          expect([rowOf(row), row.largest]).toEqual([
            rowOf(row),
            Math.max(0, ...[...Map.groupBy(own, destOf).values()].map(mostOf)),
          ]);
        }
        const shared = all.filter(
          (one) =>
            one.until > query.from &&
            (one.egressPath === 'nat-gateway' || (one.egressPath === 'firewall' && one.through !== null)),
        );
        const byWay = Map.groupBy(shared, (one) => `${wayOf(one)} ${one.protocol}`);
        const keyed = (peak: PathPeak) => `${wayOf(peak)} ${peak.protocol}`;
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
