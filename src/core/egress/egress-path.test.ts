import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentPool, AksCluster, AzureResource, Route, SubnetTold, VirtualNetwork } from './azure-resource.ts';
import { type Egress, egressPathOf, pathsIn } from './egress-path.ts';
import { networkOf, tagsNeeded } from './network.ts';

const NET = '/subscriptions/s/resourcegroups/net/providers/microsoft.network';
const SPOKE = `${NET}/virtualnetworks/spoke`;
const NODES = `${SPOKE}/subnets/nodes`;
const HUB = `${NET}/virtualnetworks/hub`;
const NODE = { ip: '10.224.0.4', node: 'aks-np1-12345678-vmss000000' };

const pool = (change: Partial<AgentPool> = {}): AgentPool => ({
  name: 'np1',
  mode: 'User',
  nodes: 3,
  maxNodes: null,
  maxSurge: null,
  maxPods: 250,
  nodeSubnet: NODES,
  podSubnet: null,
  hasPublicIps: false,
  ...change,
});

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
  pools: [pool()],
  loadBalancer: null,
  natGateway: null,
  ...change,
});

const spoke = (change: Partial<SubnetTold> = {}, id: string = SPOKE): VirtualNetwork => ({
  type: 'virtual-network',
  id,
  addressSpace: ['10.224.0.0/12'],
  subnets: [
    {
      id: `${id}/subnets/nodes`,
      prefixes: ['10.224.0.0/16'],
      routeTable: null,
      natGateway: null,
      serviceEndpoints: [],
      ...change,
    },
  ],
  peerings: [
    { network: HUB, state: 'Connected', addressSpace: ['10.1.0.0/16'] },
    { network: `${NET}/virtualnetworks/old`, state: 'Disconnected', addressSpace: ['10.2.0.0/16'] },
  ],
});

const route = (prefix: string, nextHop: Route['nextHop'], nextHopIp: string | null = null): Route => ({
  name: '',
  prefix,
  nextHop,
  nextHopIp,
});
const TABLE = `${NET}/routetables/rt`;
/** A network whose subnet has these routes. */
const routed = (...routes: readonly Route[]): readonly AzureResource[] => [
  spoke({ routeTable: TABLE }),
  { type: 'route-table', id: TABLE, routes },
];
const NAT = `${NET}/natgateways/egress`;
const endpoint = (id: string, subnet: string | null, ...addresses: readonly string[]): AzureResource => ({
  type: 'private-endpoint',
  id: `${NET}/privateendpoints/${id}`,
  name: id,
  subnet,
  addresses,
  names: [],
});
const tag = (name: string, prefixes: string): AzureResource => ({
  type: 'service-tag',
  id: name.toLowerCase(),
  name,
  service: '',
  region: '',
  prefixes,
});
const TAGS = [tag('Storage', '20.60.0.0/16 20.150.0.0/16'), tag('Storage.WestEurope', '20.60.0.0/17')];
const toStorage = (...regions: readonly string[]): VirtualNetwork =>
  spoke({ serviceEndpoints: [{ service: 'Microsoft.Storage', regions }] });
const FIREWALL: AzureResource = {
  type: 'firewall',
  id: `${NET}/azurefirewalls/fw`,
  name: 'fw',
  privateIps: ['10.1.0.4'],
  publicIps: [],
};
const TO_FIREWALL = route('0.0.0.0/0', 'VirtualAppliance', '10.1.0.4');
const PUBLIC = '203.0.113.66';

test.each<[string, readonly AzureResource[], string, Egress['path'], RegExp]>([
  // Nothing is guessed.
  ['nothing is told, and the address is public', [], PUBLIC, 'unknown', /neither/],
  ['nothing is told, and the address is private', [], '10.9.0.1', 'vnet', /private/],
  [
    'only the cluster is told, and its subnet may have a NAT gateway',
    [cluster()],
    PUBLIC,
    'unknown',
    /subnet of 10.224.0.4/,
  ],
  ['only the network is told, and nothing says that there is a load balancer', [spoke()], PUBLIC, 'unknown', /set up/],
  [
    'the subnet has a route table that is not told',
    [cluster(), spoke({ routeTable: TABLE })],
    PUBLIC,
    'unknown',
    /route table/,
  ],
  [
    'an inner address and a route table that is not told',
    [cluster(), spoke({ routeTable: TABLE })],
    '10.1.2.3',
    'vnet',
    /as far/,
  ],
  [
    'the node is in none of the subnets of the cluster',
    [cluster(), spoke({ prefixes: ['10.225.0.0/16'] })],
    PUBLIC,
    'unknown',
    /not told/,
  ],
  [
    'two networks have the address and nothing says which is meant',
    [spoke(), spoke({}, `${NET}/virtualnetworks/other`)],
    PUBLIC,
    'unknown',
    /2 of the subnets/,
  ],
  [
    'the cluster says which of two networks is its own',
    [cluster(), spoke(), spoke({ natGateway: NAT }, `${NET}/virtualnetworks/other`)],
    PUBLIC,
    'lb',
    /loadBalancer/,
  ],
  [
    'two clusters are told, of other names',
    [cluster({ name: 'a' }), cluster({ name: 'b' }), spoke()],
    PUBLIC,
    'unknown',
    /set up/,
  ],

  // Outbound types: https://learn.microsoft.com/azure/aks/egress-outboundtype
  ['outbound type loadBalancer', [cluster(), spoke()], PUBLIC, 'lb', /loadBalancer/],
  ['the same in a network that AKS made', [cluster({ pools: [pool({ nodeSubnet: null })] })], PUBLIC, 'lb', /AKS made/],
  [
    'the same in a network that AKS made and somebody listed',
    [
      cluster({ pools: [pool({ nodeSubnet: null })] }),
      spoke({}, '/subscriptions/s/resourcegroups/mc_shop/providers/microsoft.network/virtualnetworks/aks-vnet'),
    ],
    PUBLIC,
    'lb',
    /no route table/,
  ],
  [
    'outbound type managedNATGateway',
    [cluster({ outboundType: 'managedNATGateway', pools: [pool({ nodeSubnet: null })] })],
    PUBLIC,
    'nat-gateway',
    /managedNATGateway/,
  ],
  [
    'outbound type userAssignedNATGateway, and its gateway is not told',
    [cluster({ outboundType: 'userAssignedNATGateway' }), spoke()],
    PUBLIC,
    'unknown',
    /no NAT gateway/,
  ],
  [
    'outbound type userDefinedRouting without a default route',
    [
      cluster({ outboundType: 'userDefinedRouting' }),
      ...routed(route('198.51.100.0/24', 'VirtualAppliance', '10.1.0.4')),
    ],
    PUBLIC,
    'unknown',
    /no route/,
  ],
  ['outbound type none', [cluster({ outboundType: 'none' }), spoke()], PUBLIC, 'unknown', /nothing is set up/],
  ['outbound type block', [cluster({ outboundType: 'block' }), spoke()], PUBLIC, 'unknown', /nothing is set up/],
  ['no outbound type is told', [cluster({ outboundType: null }), spoke()], PUBLIC, 'unknown', /not told/],

  // NAT gateways: https://learn.microsoft.com/azure/nat-gateway/nat-gateway-resource
  [
    'a NAT gateway comes before the load balancer',
    [cluster(), spoke({ natGateway: NAT })],
    PUBLIC,
    'nat-gateway',
    /egress/,
  ],
  ['also where the cluster is not told', [spoke({ natGateway: NAT })], PUBLIC, 'nat-gateway', /egress/],
  [
    'a NAT gateway comes before addresses of the nodes',
    [cluster({ pools: [pool({ hasPublicIps: true })] }), spoke({ natGateway: NAT })],
    PUBLIC,
    'nat-gateway',
    /egress/,
  ],
  [
    'a default route to an appliance comes before a NAT gateway',
    [
      cluster(),
      ...routed(TO_FIREWALL).map((one) =>
        one.type === 'virtual-network' ? spoke({ routeTable: TABLE, natGateway: NAT }) : one,
      ),
    ],
    PUBLIC,
    'firewall',
    /appliance/,
  ],
  [
    'IPv6 beside a NAT gateway leaves by the load balancer',
    [cluster(), spoke({ natGateway: NAT })],
    '2001:db8::1',
    'lb',
    /loadBalancer/,
  ],
  [
    'IPv6 and a NAT gateway alone',
    [cluster({ outboundType: 'userAssignedNATGateway' }), spoke({ natGateway: NAT })],
    '2001:db8::1',
    'unknown',
    /IPv4 alone/,
  ],
  [
    'IPv6 and a NAT gateway of the newer kind',
    [
      cluster(),
      spoke({ natGateway: NAT }),
      { type: 'nat-gateway', id: NAT, sku: 'StandardV2', idleMinutes: 4, publicIps: [] },
    ],
    '2001:db8::1',
    'nat-gateway',
    /egress/,
  ],

  // Addresses of nodes, static egress gateways: https://learn.microsoft.com/azure/aks/configure-static-egress-gateway
  [
    'nodes with public addresses of their own',
    [cluster({ pools: [pool({ hasPublicIps: true })] }), spoke()],
    PUBLIC,
    'unknown',
    /of their own/,
  ],
  [
    'of another pool than this node is in',
    [cluster({ pools: [pool(), pool({ name: 'np2', hasPublicIps: true })] }), spoke()],
    PUBLIC,
    'lb',
    /loadBalancer/,
  ],
  [
    'a node of a static egress gateway',
    [cluster({ pools: [pool({ mode: 'Gateway' })] }), spoke()],
    PUBLIC,
    'egress-gateway',
    /np1/,
  ],

  // Routes: https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
  [
    'a default route to a firewall',
    [cluster({ outboundType: 'userDefinedRouting' }), ...routed(TO_FIREWALL), FIREWALL],
    PUBLIC,
    'firewall',
    /firewall fw at 10.1.0.4/,
  ],
  [
    'the longest prefix counts',
    [cluster(), ...routed(TO_FIREWALL, route('203.0.113.0/24', 'Internet'))],
    PUBLIC,
    'lb',
    /no route leads elsewhere/,
  ],
  ['a route that drops', [cluster(), ...routed(route('203.0.113.0/24', 'None'))], PUBLIC, 'unknown', /drops/],
  [
    'a route to a gateway of the network',
    [cluster(), ...routed(route('0.0.0.0/0', 'VirtualNetworkGateway'))],
    PUBLIC,
    'unknown',
    /gateway of the network/,
  ],
  [
    'a private address behind a gateway of the network',
    [cluster(), ...routed(route('192.168.0.0/16', 'VirtualNetworkGateway'))],
    '192.168.1.1',
    'vnet',
    /private/,
  ],
  ['an address of the network', [cluster(), spoke()], '10.225.0.9', 'vnet', /network spoke/],
  [
    'a default route does not lead out of the network',
    [cluster(), ...routed(TO_FIREWALL)],
    '10.225.0.9',
    'vnet',
    /network spoke/,
  ],
  [
    'of two routes for one block the one that somebody made counts',
    [cluster(), ...routed(route('10.224.0.0/12', 'VirtualAppliance', '10.1.0.4'))],
    '10.225.0.9',
    'firewall',
    /appliance/,
  ],
  ['an address of a peered network', [cluster(), spoke()], '10.1.2.3', 'vnet', /peered network hub/],
  [
    'an address of a network that was peered once',
    [cluster(), ...routed(TO_FIREWALL)],
    '10.2.0.1',
    'firewall',
    /appliance/,
  ],
  ['a private address that no route leads to', [cluster(), spoke()], '172.16.0.1', 'vnet', /no route/],
  [
    'a public address in use inside',
    [cluster(), { ...spoke(), addressSpace: ['10.224.0.0/12', '203.0.113.0/24'] }],
    PUBLIC,
    'vnet',
    /network spoke/,
  ],
  [
    'a route for a service tag',
    [cluster(), ...TAGS, ...routed(TO_FIREWALL, route('Storage', 'Internet'))],
    '20.150.1.1',
    'lb',
    /no route leads elsewhere/,
  ],
  [
    'a route for a service tag that is not told',
    [cluster(), ...routed(TO_FIREWALL, route('Storage', 'Internet'))],
    PUBLIC,
    'unknown',
    /Storage/,
  ],

  // Private endpoints: https://learn.microsoft.com/azure/private-link/private-endpoint-overview
  [
    'a private endpoint of the network',
    [cluster(), spoke(), endpoint('blob', `${SPOKE}/subnets/pe`, '10.225.0.9')],
    '10.225.0.9',
    'private-endpoint',
    /blob/,
  ],
  [
    'a private endpoint of a peered network',
    [cluster(), spoke(), endpoint('sql', `${HUB}/subnets/pe`, '10.1.0.9')],
    '10.1.0.9',
    'private-endpoint',
    /sql/,
  ],
  [
    'one of a network that has nothing to do with it',
    [cluster(), spoke(), endpoint('blob', `${NET}/virtualnetworks/other/subnets/pe`, '10.225.0.9')],
    '10.225.0.9',
    'vnet',
    /network spoke/,
  ],
  [
    'a route for the one address comes before it',
    [
      cluster(),
      ...routed(route('10.225.0.9/32', 'VirtualAppliance', '10.1.0.4')),
      endpoint('blob', `${SPOKE}/subnets/pe`, '10.225.0.9'),
    ],
    '10.225.0.9',
    'firewall',
    /appliance/,
  ],

  // Service endpoints: their routes cannot be overridden (virtual-networks-udr-overview)
  [
    'an address of a service with an endpoint',
    [cluster(), toStorage('westeurope'), ...TAGS],
    '20.60.1.1',
    'service-endpoint',
    /Storage.WestEurope/,
  ],
  [
    'it comes before a default route',
    [
      cluster(),
      ...TAGS,
      ...routed(TO_FIREWALL).map((one) =>
        one.type === 'virtual-network'
          ? {
              ...one,
              subnets: [
                {
                  ...(one.subnets[0] as SubnetTold),
                  serviceEndpoints: [{ service: 'Microsoft.Storage', regions: ['westeurope'] }],
                },
              ],
            }
          : one,
      ),
    ],
    '20.60.1.1',
    'service-endpoint',
    /Storage/,
  ],
  [
    'an address of the service in another region',
    [cluster(), toStorage('westeurope'), ...TAGS],
    '20.60.200.1',
    'lb',
    /loadBalancer/,
  ],
  ['an endpoint for every region', [cluster(), toStorage(), ...TAGS], '20.60.200.1', 'service-endpoint', /Storage/],
  [
    'the region of the endpoint is not told, and the address is of the service',
    [cluster(), toStorage('northeurope'), ...TAGS],
    '20.60.1.1',
    'unknown',
    /not told/,
  ],
  [
    'the region is not told, and the address is of no such service',
    [cluster(), toStorage('northeurope'), ...TAGS],
    PUBLIC,
    'lb',
    /loadBalancer/,
  ],
  [
    'the addresses of the service are not told at all',
    [cluster(), toStorage('westeurope')],
    PUBLIC,
    'unknown',
    /Microsoft.Storage/,
  ],
  [
    'an endpoint for a service that no tag is known of',
    [cluster(), spoke({ serviceEndpoints: [{ service: 'Microsoft.Other', regions: [] }] })],
    PUBLIC,
    'unknown',
    /Microsoft.Other/,
  ],

  // The platform, the cluster itself
  ["Azure's own address for DNS and health", [cluster(), ...routed(TO_FIREWALL)], '168.63.129.16', 'vnet', /platform/],
  ['metadata of the machine', [cluster(), ...routed(TO_FIREWALL)], '169.254.169.254', 'vnet', /link-local/],
  ['a pod', [cluster(), ...routed(TO_FIREWALL)], '10.244.3.7', 'vnet', /pods or services/],
  ['no address', [cluster(), spoke()], 'storage', 'unknown', /no address/],
])('%s', (_, resources, dest, path, why) => {
  const egress = egressPathOf(networkOf('default', resources), NODE, dest);
  expect([egress.path, egress.why]).toEqual([path, expect.stringMatching(why)]);
});

test('names of clusters are told apart, and one that goes by the name here is meant', () => {
  const resources = [cluster({ name: 'other', outboundType: 'none' }), cluster({ name: 'Shop' }), spoke()];
  expect(egressPathOf(networkOf('shop', resources), NODE, PUBLIC).path).toBe('lb');
  expect(egressPathOf(networkOf('prod', resources), NODE, PUBLIC).lacks).toEqual({
    kind: 'which-cluster',
    names: ['Shop', 'other'],
  });
});

test('the pool of a Windows node and of a node without a name', () => {
  const resources = [cluster({ pools: [pool({ name: 'win1', hasPublicIps: true }), pool()] }), spoke()];
  const to = (node: string | null) => egressPathOf(networkOf('shop', resources), { ip: NODE.ip, node }, PUBLIC).path;
  expect([to('akswin1000002'), to('aks-np1-1-vmss00000a'), to(null)]).toEqual(['unknown', 'lb', 'unknown']);
});

test('of regions whose tags have other names both are asked for', () => {
  expect(
    tagsNeeded([toStorage('germanywestcentral', 'westeurope'), ...routed(route('Sql.WestEurope', 'Internet'))]),
  ).toEqual(['storage', 'storage.germanywestcentral', 'storage.germanywc', 'storage.westeurope', 'sql.westeurope']);
  const tags = [tag('Storage', '20.0.0.0/8'), tag('Storage.GermanyWC', '20.52.0.0/16')];
  const resources = [cluster(), toStorage('germanywestcentral'), ...tags];
  expect(egressPathOf(networkOf('shop', resources), NODE, '20.52.1.1').path).toBe('service-endpoint');
});

const resource = fc.oneof(
  fc
    .record({
      outboundType: fc.constantFrom('loadBalancer', 'userDefinedRouting', 'none', null),
      hasPublicIps: fc.boolean(),
    })
    .map(({ outboundType, hasPublicIps }) => cluster({ outboundType, pools: [pool({ hasPublicIps })] })),
  fc
    .record({
      routeTable: fc.constantFrom(TABLE, null),
      natGateway: fc.constantFrom(NAT, null),
      regions: fc.option(fc.constantFrom<readonly string[]>([], ['westeurope'], ['northeurope']), { nil: null }),
    })
    .map(({ routeTable, natGateway, regions }) =>
      spoke({
        routeTable,
        natGateway,
        serviceEndpoints: regions === null ? [] : [{ service: 'Microsoft.Storage', regions }],
      }),
    ),
  fc
    .array(
      fc
        .record({
          prefix: fc.constantFrom('0.0.0.0/0', '203.0.113.0/24', '20.60.0.0/16', '10.0.0.0/8', 'Storage'),
          nextHop: fc.constantFrom<Route['nextHop']>('Internet', 'VirtualAppliance', 'None', 'VnetLocal'),
        })
        .map(({ prefix, nextHop }) => route(prefix, nextHop)),
      { maxLength: 3 },
    )
    .map((routes): AzureResource => ({ type: 'route-table', id: TABLE, routes })),
  fc.constantFrom(...TAGS),
);
const DESTS = [PUBLIC, '20.60.1.1', '20.60.200.1', '10.225.0.9', '10.9.0.1', '10.244.1.1', '2001:db8::1'];

test('the load balancer is charged with public addresses alone, of a cluster that has one, and only where routes are told', () => {
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 6 }), (resources) => {
      const network = networkOf('shop', resources);
      const pathOf = pathsIn(network);
      for (const dest of DESTS) {
        const egress = pathOf(NODE, dest);
        expect(egressPathOf(network, NODE, dest)).toEqual(egress);
        if (egress.path !== 'lb') continue;
        expect(dest).not.toMatch(/^10\./);
        expect(network.cluster?.outboundType).toBe('loadBalancer');
        const [subnet] = network.subnets;
        expect(subnet?.routes ?? null).not.toBe(null);
        if (dest !== '2001:db8::1') expect(subnet?.natGateway).toBe(null);
      }
    }),
    { numRuns: 400 },
  );
});

test('more that is told of other networks changes nothing', () => {
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 6 }), (resources) => {
      const more = [spoke({ natGateway: NAT }, `${NET}/virtualnetworks/zz`), endpoint('zz', null, PUBLIC)];
      const told = [cluster(), ...resources.filter(({ type }) => type !== 'aks-cluster')];
      for (const dest of DESTS)
        expect(egressPathOf(networkOf('shop', [...told, ...more]), NODE, dest)).toEqual(
          egressPathOf(networkOf('shop', told), NODE, dest),
        );
    }),
    { numRuns: 200 },
  );
});
