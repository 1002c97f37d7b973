import { expect, test } from 'vitest';
import type { AksCluster } from '../core/egress/azure-resource.ts';
import { networkOf } from '../core/egress/network.ts';
import { outsideOf } from './path-outside.ts';
import type { Ip } from '../base/ip.ts';

const cluster = (nodes: number | null, managedIps: number | null): AksCluster => ({
  type: 'aks-cluster',
  id: '/subscriptions/s/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/shop',
  name: 'shop',
  nodeResourceGroup: 'mc_shop',
  outboundType: 'loadBalancer',
  networkPlugin: 'azure',
  networkPluginMode: 'overlay',
  podCidrs: [],
  serviceCidrs: [],
  pools: [
    {
      name: 'np1',
      mode: 'User',
      nodes,
      maxNodes: null,
      maxSurge: null,
      maxPods: null,
      nodeSubnet: null,
      podSubnet: null,
      hasPublicIps: false,
    },
  ],
  loadBalancer: { managedIps, portsPerNode: 0, idleMinutes: 30, publicIps: [] },
  natGateway: null,
});

test.each<[string, number | null, number | null, number | null, RegExp]>([
  ['one address', 60, 1, 512, /1,024 up to 50 nodes, 512 from 51 on, .*32 from 801 on \(60 nodes/],
  [
    'two addresses: each node has twice as many, and no more than 1,024',
    60,
    2,
    1_024,
    /1,024 up to 100 nodes, 512 from 101 on/,
  ],
  ['three', 101, 3, 768, /1,024 up to 100 nodes, 768 from 101 on, 384 from 201 on/],
  ['32: the table gives all of them as many', 900, 32, 1_024, /1,024 up to 1,000 nodes \(/],
  ['how many addresses is not told', 60, null, null, /1,024 up to 50 nodes.*, if it has one address/],
  ['how many nodes is not told', null, 2, null, /1,024 up to 100 nodes/],
])("ports of a node by Azure's table: %s", (_, nodes, managedIps, ports, says) => {
  const network = networkOf('shop', [cluster(nodes, managedIps)]);
  const { limits } = outsideOf(network, { path: 'lb', why: '', through: null, lacks: null }, null, '203.0.113.1' as Ip);
  expect(limits[0]).toEqual({ ports, says: expect.stringMatching(says) });
});
