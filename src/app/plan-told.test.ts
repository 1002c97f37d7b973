import { expect, test } from 'vitest';
import type { AgentPool, AksCluster, AzureResource } from '../core/egress/azure-resource.ts';
import { networkOf } from '../core/egress/network.ts';
import { instant } from '../base/instant.ts';
import type { MetricRow, SourceRow } from '../core/ports.ts';
import { nodesInUpgrade } from '../core/snat/allocation.ts';
import { allocatedOtherwise, settingsTold, type SettingsTold, toldMs } from './plan-told.ts';

const MC = '/subscriptions/s/resourcegroups/mc_shop/providers/microsoft.network';
const NET = '/subscriptions/s/resourcegroups/net/providers/microsoft.network';
const SUBNET = `${NET}/virtualnetworks/spoke/subnets/nodes`;
const pool = (change: Partial<AgentPool> = {}): AgentPool => ({
  name: 'np1',
  mode: 'User',
  nodes: 3,
  maxNodes: null,
  maxSurge: null,
  maxPods: null,
  nodeSubnet: null,
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
  podCidrs: [],
  serviceCidrs: [],
  pools: [pool()],
  loadBalancer: { managedIps: 1, portsPerNode: null, idleMinutes: 30, publicIps: [] },
  natGateway: null,
  ...change,
});
const balancer = (...publicIps: readonly string[]): AzureResource => ({
  type: 'load-balancer',
  id: `${MC}/loadbalancers/kubernetes`,
  outboundRules: [{ protocol: 'All', portsPerNode: 4_000, idleMinutes: 4, tcpReset: true, publicIps }],
});
const address = (id: string, text: string): AzureResource => ({ type: 'public-ip', id, address: text });
const subnet = (natGateway: string | null, name = 'nodes'): AzureResource => ({
  type: 'virtual-network',
  id: `${NET}/virtualnetworks/${name === 'nodes' ? 'spoke' : name}`,
  addressSpace: ['10.224.0.0/12'],
  subnets: [
    {
      id: name === 'nodes' ? SUBNET : `${NET}/virtualnetworks/${name}/subnets/nodes`,
      prefixes: [name === 'nodes' ? '10.224.0.0/16' : '10.225.0.0/16'],
      routeTable: null,
      natGateway,
      serviceEndpoints: [],
    },
  ],
  peerings: [],
});
const gateway = (...publicIps: readonly string[]): AzureResource => ({
  type: 'nat-gateway',
  id: `${NET}/natgateways/out`,
  sku: 'Standard',
  idleMinutes: 7,
  publicIps,
});
const PREFIX = `${NET}/publicipprefixes/p`;
const own = (change: Partial<AksCluster> = {}): AksCluster =>
  cluster({ pools: [pool({ nodeSubnet: SUBNET })], ...change });

const LB = { kind: 'lb', portsPerNode: null, idleMinutes: 30, outboundIps: 1 };

test.each<[string, readonly AzureResource[], object | null]>([
  ['nothing is told', [], null],
  ['what AKS says of its load balancer', [cluster()], LB],
  [
    'the rule of the load balancer comes before it',
    [cluster(), balancer(`${MC}/publicipaddresses/a`, `${MC}/publicipaddresses/b`)],
    { kind: 'lb', portsPerNode: 4_000, idleMinutes: 4, outboundIps: 2 },
  ],
  [
    'a prefix counts for the addresses that it has',
    [
      cluster(),
      balancer(PREFIX, `${MC}/publicipaddresses/a`),
      address(PREFIX, '203.0.113.0/28'),
      address(`${MC}/publicipaddresses/a`, '203.0.113.77'),
    ],
    { kind: 'lb', portsPerNode: 4_000, idleMinutes: 4, outboundIps: 17 },
  ],
  [
    'of a prefix that is not told nobody knows, and AKS says how many it manages',
    [
      cluster({ loadBalancer: { managedIps: 2, portsPerNode: null, idleMinutes: 30, publicIps: [] } }),
      balancer(PREFIX),
    ],
    { kind: 'lb', portsPerNode: 4_000, idleMinutes: 4, outboundIps: 2 },
  ],
  [
    'a NAT gateway of the subnet comes before the load balancer',
    [own(), subnet(`${NET}/natgateways/out`), gateway(PREFIX), address(PREFIX, '203.0.113.0/31')],
    { kind: 'nat-gateway', portsPerNode: null, idleMinutes: 7, outboundIps: 2 },
  ],
  [
    'a NAT gateway that nobody told',
    [own(), subnet(`${NET}/natgateways/out`)],
    { kind: 'nat-gateway', portsPerNode: null, idleMinutes: null, outboundIps: null },
  ],
  [
    'the NAT gateway that AKS made',
    [
      cluster({
        outboundType: 'managedNATGateway',
        natGateway: { managedIps: 3, portsPerNode: null, idleMinutes: 5, publicIps: [] },
      }),
    ],
    { kind: 'nat-gateway', portsPerNode: null, idleMinutes: 5, outboundIps: 3 },
  ],
  [
    'two subnets leave by two ways: no plan knows that',
    [
      own({
        pools: [pool({ nodeSubnet: SUBNET }), pool({ nodeSubnet: `${NET}/virtualnetworks/other/subnets/nodes` })],
      }),
      subnet(`${NET}/natgateways/out`),
      subnet(null, 'other'),
    ],
    null,
  ],
  ['a cluster that is cut off', [cluster({ outboundType: 'none' })], null],
])('%s', (_, resources, egress) => {
  const told = settingsTold(networkOf('shop', resources));
  expect(told.egress).toEqual(egress);
  expect(told.why === null).toBe(egress !== null || resources.length === 0);
});

test.each<[string, readonly AgentPool[], object | null, number | null]>([
  ['as AKS sets it', [pool()], { percent: 10 }, 3],
  ['all the same', [pool({ maxSurge: '33%' }), pool({ maxSurge: '33%', nodes: 4 })], { percent: 33, pools: [3, 4] }, 7],
  // 2 of ten, 1 of three by AKS's tenth, rounded up, and 5.
  ['each its own', [pool({ maxSurge: '20%', nodes: 10 }), pool(), pool({ maxSurge: '5' })], { nodes: 8 }, 16],
  ['all the same, of one the nodes are not told', [pool(), pool({ nodes: null })], { percent: 10 }, null],
  ['a number', [pool({ maxSurge: '2' })], { nodes: 2 }, 3],
  ['of one the nodes are not told', [pool({ maxSurge: '20%', nodes: null }), pool()], null, null],
  ['no pools', [], null, null],
])('nodes and surge: %s', (_, pools, surge, nodes) => {
  const told = settingsTold(networkOf('shop', [cluster({ pools })]));
  expect([told.surge, told.nodes]).toEqual([surge, nodes]);
});

test('each pool adds a node for its tenth, whether all say the same or not', () => {
  const added = (pools: readonly AgentPool[], nodes: number): number => {
    const { surge } = settingsTold(networkOf('shop', [cluster({ pools })]));
    return surge === null ? -1 : nodesInUpgrade({ nodes, surge }) - nodes;
  };
  const eleven = Array.from({ length: 11 }, () => pool({ nodes: 4, maxSurge: '10%' }));
  expect(added(eleven, 44)).toBe(11);
  expect(added([...eleven.slice(1), pool({ nodes: 4, maxSurge: '11%' })], 44)).toBe(11);
  expect([added(eleven, 110), added(eleven, 111), added(eleven, 440)]).toEqual([11, 22, 44]);
  expect(added([pool({ nodes: 0 }), pool({ nodes: 0 })], 0)).toBe(0);
});

test('whose network it is: that of pools with a subnet of somebody', () => {
  const network = (resources: readonly AzureResource[]) => settingsTold(networkOf('shop', resources)).network;
  expect([network([]), network([cluster()]), network([own()])]).toEqual([null, 'managed', 'own']);
});

const source = (kind: string, first: number | null, watermark: number | null): SourceRow => ({
  name: kind,
  kind,
  cluster: 'shop',
  rows: 1,
  rejects: 0,
  first: first === null ? null : instant(first),
  watermark: watermark === null ? null : instant(watermark),
  gaps: [],
  clockOffsetMs: null,
  clockUncertaintyMs: null,
  clockPairs: null,
});
const week = { from: instant(1_000_000), until: instant(1_000_000 + 7 * 86_400_000) };

test.each<[string, readonly SourceRow[], number]>([
  ['an hour of a week', [source('flow-log', 2_000_000, 5_600_000)], 3_600_000],
  [
    'what two sources tell together',
    [source('flow-log', 2_000_000, 3_000_000), source('conntrack', 2_500_000, 4_000_000)],
    2_000_000,
  ],
  ['more than the interval', [source('flow-log', 0, week.until + 1)], 7 * 86_400_000],
  ['another time', [source('flow-log', 0, 10)], 7 * 86_400_000],
  ['no flow', [source('inventory', 2_000_000, 3_000_000), source('flow-log', null, null)], 7 * 86_400_000],
])('of the interval was told: %s', (_, sources, lastsMs) => {
  expect(toldMs(week, sources)).toBe(lastsMs);
});

const allocated = (last: number, protocoltype = 'TCP'): MetricRow => ({
  resource: `${MC}/loadbalancers/kubernetes`,
  metric: 'AllocatedSnatPorts',
  dimensions: new Map([['protocoltype', protocoltype]]),
  peak: last,
  peakAt: instant(0),
  last,
  lastAt: instant(0),
  total: 0,
});
const BY_TABLE = { kind: 'lb', outboundIps: 1, portsPerNode: 0, idleMinutes: 30 } as const;

test.each<[string, readonly MetricRow[], SettingsTold['egress'], number | null]>([
  ['more than the table gives', [allocated(2_048)], BY_TABLE, 2_048],
  ['as many as the table gives', [allocated(1_024)], BY_TABLE, null],
  ['as many as were set', [allocated(2_048)], { ...BY_TABLE, portsPerNode: 2_048 }, null],
  ['more than AKS sets, where no document tells', [allocated(2_048)], null, 2_048],
  ['nothing', [], BY_TABLE, null],
  ['a backend that is not used', [allocated(0)], BY_TABLE, null],
  ['ports of UDP alone', [allocated(2_048, 'UDP')], BY_TABLE, null],
  [
    'a load balancer beside a NAT gateway',
    [allocated(2_048)],
    { kind: 'nat-gateway', outboundIps: 1, portsPerNode: null, idleMinutes: 4 },
    null,
  ],
])('Azure allocates %s', (_, metrics, egress, otherwise) => {
  expect(allocatedOtherwise(metrics, { egress, nodes: 20 }, 0)).toBe(otherwise);
});
