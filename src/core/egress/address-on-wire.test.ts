import { expect, test } from 'vitest';
import type { Ip } from '../../base/ip.ts';
import { addressOnWire, type OnWire } from './address-on-wire.ts';
import type { AksCluster } from './azure-resource.ts';

const cluster = (networkPlugin: string | null, networkPluginMode: string | null): AksCluster => ({
  type: 'aks-cluster',
  id: '/x',
  name: 'shop',
  nodeResourceGroup: null,
  outboundType: null,
  networkPlugin,
  networkPluginMode,
  podCidrs: networkPluginMode === null && networkPlugin === 'azure' ? [] : ['10.244.0.0/16'],
  serviceCidrs: ['10.0.0.0/16'],
  pools: [],
  loadBalancer: null,
  natGateway: null,
});
const OVERLAY = cluster('azure', 'overlay');
const IN_NETWORK = cluster('azure', null);

test.each<[string, AksCluster | null, boolean, string, OnWire['translation'], RegExp]>([
  ['a pod on the network of its node', OVERLAY, true, '203.0.113.66', 'none', /its node/],
  ['nothing is told', null, false, '203.0.113.66', null, /not told/],
  ['overlay, to the outside', OVERLAY, false, '203.0.113.66', 'masquerade', /overlay/],
  ['overlay, within the network', OVERLAY, false, '10.224.0.9', 'masquerade', /overlay/],
  ['kubenet', cluster('kubenet', null), false, '203.0.113.66', 'masquerade', /kubenet/],
  ['to a pod', OVERLAY, false, '10.244.9.1', 'none', /between pods/],
  ['to a service', OVERLAY, false, '10.0.0.10', null, /backend/],
  ['pods with addresses of the network, within it', IN_NETWORK, false, '10.224.0.9', 'none', /of the network/],
  ['pods with addresses of the network, beyond it', IN_NETWORK, false, '203.0.113.66', null, /beyond/],
])('%s', (_, told, isHostNetwork, dest, translation, why) => {
  expect(addressOnWire({ cluster: told }, isHostNetwork, dest as Ip)).toEqual({
    translation,
    why: expect.stringMatching(why),
  });
});
