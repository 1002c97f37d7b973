import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pathReport, type PathReport } from '../src/app/path.ts';
import type { AzureResource } from '../src/core/egress/azure-resource.ts';
import { restrictedTo } from '../src/server/restricted-store.ts';
import { podSeen } from './one-fact.ts';
import { emptyBatch, ip } from './random-world.ts';
import { temporaryStore } from './temporary-store.ts';
import { writeOne } from './write-one.ts';

/** `unmasq path` on a recorded cluster, of whose network more and more is told. */

const { store, read } = await temporaryStore();
const NODE = 'aks-nodepool1-41820763-vmss000002';
const POD = 'shop/catalog-wdfgmvs9jc-86gwn';
const MC = '/subscriptions/s/resourcegroups/mc_shop/providers/microsoft.network';
const AT = Date.UTC(2026, 10, 25, 10);

const CLUSTER: AzureResource = {
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
      nodes: 3,
      maxNodes: null,
      maxSurge: null,
      maxPods: 250,
      nodeSubnet: null,
      podSubnet: null,
      hasPublicIps: false,
    },
  ],
  loadBalancer: { managedIps: 1, portsPerNode: null, idleMinutes: 30, publicIps: [`${MC}/publicipaddresses/out`] },
  natGateway: null,
};
const OUT = `${MC}/publicipaddresses/out`;
const BALANCER: readonly AzureResource[] = [
  { type: 'public-ip', id: OUT, address: '203.0.113.7' },
  {
    type: 'load-balancer',
    id: `${MC}/loadbalancers/kubernetes`,
    outboundRules: [{ protocol: 'All', portsPerNode: 4_000, idleMinutes: 4, tcpReset: true, publicIps: [OUT] }],
  },
];

let worlds = 0;

/** The recorded cluster under a name of its own, and what is told of its network: no test rests on what another one wrote. */
const worldWith = async (...resources: readonly AzureResource[]): Promise<string> => {
  const cluster = `shop-${worlds++}`;
  await read(cluster, join(import.meta.dirname, '../lab/recorded/incident/kube'));
  await writeOne(store, {
    ...emptyBatch(cluster, 'more'),
    pods: [
      podSeen('twin', AT, { node: NODE, ips: [ip('10.244.2.200')], hostIps: [ip('10.224.0.6')] }),
      podSeen('twin', AT, {
        uid: 'other',
        namespace: 'ops',
        node: NODE,
        ips: [ip('10.244.2.201')],
        hostIps: [ip('10.224.0.6')],
      }),
      podSeen('agent', AT, {
        namespace: 'ops',
        node: NODE,
        hostNetwork: true,
        ips: [ip('10.224.0.6')],
        hostIps: [ip('10.224.0.6')],
      }),
    ],
  });
  if (resources.length > 0) await tell(cluster, resources);
  await store.attribute(cluster, AT as never);
  return cluster;
};

const tell = (cluster: string, resources: readonly AzureResource[]) =>
  writeOne(store, { ...emptyBatch(cluster, 'doc'), format: 'azure-resource', resources });

const ask = async (cluster: string, pod: string, dest: string): Promise<PathReport> => {
  const found = await pathReport(store, cluster, pod, dest);
  if (!found.ok) throw new Error(found.problem.what);
  return found.value;
};
const refused = async (cluster: string, pod: string, dest: string, of = store): Promise<string> => {
  const found = await pathReport(of, cluster, pod, dest);
  return found.ok ? 'answered' : found.problem.code;
};
const ways = ({ items }: PathReport) => items.map(({ hop, addresses, translation }) => [hop, addresses, translation]);

test('nothing is told: nothing is guessed, and the lines that would tell are said', async () => {
  const world = await worldWith();
  const report = await ask(world, POD, '203.0.113.66:443');
  expect(ways(report)).toEqual([
    ['pod', ['10.244.2.9'], 'none'],
    ['node', null, null],
    ['egress', null, null],
    ['destination', null, 'none'],
  ]);
  expect([report.egressPath, report.seenAs, report.completeness.complete]).toEqual(['unknown', null, false]);
  expect(report.missing.map(({ how }) => how)).toEqual([
    expect.stringMatching(/^az aks show/),
    expect.stringMatching(/^az aks show/),
  ]);
});

test('pods are found by name, and told apart by namespace', async () => {
  const world = await worldWith();
  expect(await refused(world, 'twin', '203.0.113.66')).toBe('E120');
  expect((await ask(world, 'ops/twin', '203.0.113.66')).pod).toMatchObject({ namespace: 'ops', ip: '10.244.2.201' });
  expect(await refused(world, 'ops/nobody', '203.0.113.66')).toBe('E119');
  expect(await refused(world, POD, 'db.example.com')).toBe('E109');
});

test('nothing is sent to where no packet goes, nor to an address of a kind that the pod has not', async () => {
  const world = await worldWith();
  for (const dest of [
    '127.0.0.1:443',
    '0.0.0.0',
    '224.0.0.1:53',
    '255.255.255.255',
    '[::1]:80',
    '203.0.113.66:0',
    '2001:db8::1',
  ])
    expect([dest, await refused(world, 'ops/twin', dest)]).toEqual([dest, 'E109']);
});

test('who reads other namespaces alone is told what one is told who asks for a pod that never was', async () => {
  const world = await worldWith();
  expect(await refused(world, POD, '203.0.113.66', restrictedTo(store, ['ops']))).toBe('E119');
  expect(await refused(world, 'twin', '203.0.113.66', restrictedTo(store, ['ops']))).toBe('answered');
});

test('the cluster is told: the node masquerades, the load balancer of AKS translates, its address is missing', async () => {
  const world = await worldWith(CLUSTER);
  const report = await ask(world, POD, '203.0.113.66:443');
  expect(ways(report)).toEqual([
    ['pod', ['10.244.2.9'], 'none'],
    ['node', ['10.224.0.6'], 'masquerade'],
    ['egress', null, 'snat'],
    ['destination', null, 'none'],
  ]);
  expect(report.egressPath).toBe('lb');
  expect(report.missing.map(({ how }) => how)).toEqual([expect.stringMatching(/^az network public-ip list/)]);
  expect(report.items[2]?.limits.map(({ says }) => says)).toEqual([
    expect.stringMatching(/1,024 up to 50 nodes.*\(3 nodes/),
    expect.stringMatching(/30 minutes/),
  ]);
});

test('its address is told: the partner sees it, and the ports that were allocated are said', async () => {
  const world = await worldWith(CLUSTER, ...BALANCER);
  const report = await ask(world, POD, '203.0.113.66:443');
  expect([report.seenAs, report.completeness.complete, report.missing]).toEqual([['203.0.113.7'], true, []]);
  expect(report.items.map(({ limits }) => limits.map(({ ports }) => ports))).toEqual([
    [28_232],
    [64_512],
    [4_000, null],
    [],
  ]);
});

test('a pod on the network of its node is not masqueraded', async () => {
  const world = await worldWith(CLUSTER, ...BALANCER);
  const report = await ask(world, 'ops/agent', '203.0.113.66');
  expect(ways(report).slice(0, 3)).toEqual([
    ['pod', ['10.224.0.6'], 'none'],
    ['node', ['10.224.0.6'], 'none'],
    ['egress', ['203.0.113.7'], 'snat'],
  ]);
});

test('between pods nothing is translated', async () => {
  const world = await worldWith(CLUSTER, ...BALANCER);
  const report = await ask(world, POD, '10.244.0.16');
  expect([report.egressPath, report.seenAs]).toEqual(['vnet', ['10.244.2.9']]);
});

test('a NAT gateway counts by its addresses, those of a prefix too', async () => {
  const world = await worldWith(CLUSTER, ...BALANCER);
  const net = `${MC}/virtualnetworks/aks-vnet`;
  const nat = `${MC}/natgateways/nat`;
  await tell(world, [
    {
      type: 'virtual-network',
      id: net,
      addressSpace: ['10.224.0.0/12'],
      peerings: [],
      subnets: [
        {
          id: `${net}/subnets/aks`,
          prefixes: ['10.224.0.0/16'],
          routeTable: null,
          natGateway: nat,
          serviceEndpoints: [],
        },
      ],
    },
  ]);
  expect((await ask(world, POD, '203.0.113.66')).missing.map(({ how }) => how)).toEqual([
    `az network nat gateway show --ids ${nat} -o json > nat.json; unmasq ingest nat.json`,
    expect.stringMatching(/^az network public-ip list/),
  ]);
  await tell(world, [
    {
      type: 'nat-gateway',
      id: nat,
      sku: 'Standard',
      idleMinutes: 4,
      publicIps: [`${MC}/publicipaddresses/out`, `${MC}/publicipprefixes/p`],
    },
    { type: 'public-ip', id: `${MC}/publicipprefixes/p`, address: '198.51.100.16/30' },
  ]);
  const report = await ask(world, POD, '203.0.113.66');
  expect([report.egressPath, report.seenAs]).toEqual(['nat-gateway', ['203.0.113.7', '198.51.100.16/30']]);
  expect(report.items[2]?.limits.map(({ ports }) => ports)).toEqual([5 * 64_512, 5 * 50_000, null]);
});

test('what a firewall does with private addresses is not guessed', async () => {
  const world = await worldWith(CLUSTER, ...BALANCER);
  const net = `${MC}/virtualnetworks/aks-vnet`;
  const table = `${MC}/routetables/rt`;
  await tell(world, [
    {
      type: 'route-table',
      id: table,
      routes: [{ name: 'all', prefix: '0.0.0.0/0', nextHop: 'VirtualAppliance', nextHopIp: '10.1.0.4' }],
    },
    {
      type: 'virtual-network',
      id: net,
      addressSpace: ['10.224.0.0/12'],
      peerings: [],
      subnets: [
        {
          id: `${net}/subnets/aks`,
          prefixes: ['10.224.0.0/16'],
          routeTable: table,
          natGateway: null,
          serviceEndpoints: [],
        },
      ],
    },
  ]);
  const outside = await ask(world, POD, '203.0.113.66');
  expect([outside.egressPath, outside.seenAs, outside.items[2]?.translation]).toEqual(['firewall', null, null]);
  await tell(world, [
    {
      type: 'firewall',
      id: `${MC}/azurefirewalls/fw`,
      name: 'fw',
      privateIps: ['10.1.0.4'],
      publicIps: ['203.0.113.40'],
    },
  ]);
  expect((await ask(world, POD, '203.0.113.66')).seenAs).toEqual(['203.0.113.40']);
  expect(await ask(world, POD, '192.168.7.7')).toMatchObject({ egressPath: 'firewall', seenAs: null });
});
