import { parseCidr } from '../../base/ip.ts';
import {
  type AgentPool,
  type AksCluster,
  type AzureResource,
  type Firewall,
  type LoadBalancer,
  type NatGateway,
  NEXT_HOPS,
  type OutboundProfile,
  type Peering,
  type PrivateEndpoint,
  type PublicAddress,
  type Route,
  type RouteTable,
  type ServiceTag,
  type SubnetTold,
  type VirtualNetwork,
} from '../../core/egress/azure-resource.ts';
import type { Members } from './members.ts';

type Read = (of: Members, id: string) => AzureResource;

/** `Microsoft.Network/virtualNetworks` of an id, in lower case, with the kinds of what is inside another (`…/subnets`); empty: no id of a resource. */
export const typeIn = (id: string): string => {
  const [root, subscriptions, , groups, , providers, provider, ...path] = id.toLowerCase().split('/');
  const isResource =
    root === '' && subscriptions === 'subscriptions' && groups === 'resourcegroups' && providers === 'providers';
  return isResource && path.length >= 2 ? [provider as string, ...path.filter((_, i) => i % 2 === 0)].join('/') : '';
};

const unique = (texts: readonly (string | null)[]): string[] => [...new Set(texts.filter((text) => text !== null))];
const lower = (text: string | null): string | null => text?.toLowerCase() ?? null;
const idsOf = (members: readonly Members[]): string[] => unique(members.map((one) => one.id('id')));

/** https://learn.microsoft.com/rest/api/aks/managed-clusters/get */
const cluster: Read = (of, id): AksCluster => {
  const network = of.object('networkProfile');
  return {
    type: 'aks-cluster',
    id,
    name: of.neededText('name'),
    nodeResourceGroup: lower(of.text('nodeResourceGroup')),
    outboundType: network.text('outboundType'),
    networkPlugin: network.text('networkPlugin'),
    networkPluginMode: network.text('networkPluginMode'),
    podCidrs: unique([...network.blocks('podCidrs'), ...network.blocks('podCidr')]),
    serviceCidrs: unique([...network.blocks('serviceCidrs'), ...network.blocks('serviceCidr')]),
    pools: of.objects('agentPoolProfiles').map(pool),
    loadBalancer: profile(network, 'loadBalancerProfile', 'managedOutboundIPs'),
    natGateway: profile(network, 'natGatewayProfile', 'managedOutboundIPProfile'),
  };
};

const pool = (of: Members): AgentPool => ({
  name: of.neededText('name'),
  mode: of.text('mode'),
  nodes: of.number('count'),
  maxNodes: of.flag('enableAutoScaling') === true ? of.number('maxCount') : null,
  maxSurge: of.object('upgradeSettings').text('maxSurge'),
  maxPods: of.number('maxPods'),
  nodeSubnet: of.id('vnetSubnetID'),
  podSubnet: of.id('podSubnetID'),
  hasPublicIps: of.flag('enableNodePublicIP'),
});

const profile = (network: Members, name: string, managed: string): OutboundProfile | null => {
  if (!network.has(name)) return null;
  const of = network.object(name);
  return {
    managedIps: of.object(managed).number('count'),
    portsPerNode: of.number('allocatedOutboundPorts'),
    idleMinutes: of.number('idleTimeoutInMinutes'),
    publicIps: idsOf(of.objects('effectiveOutboundIPs')),
  };
};

/** https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/get */
const virtualNetwork: Read = (of, id): VirtualNetwork => ({
  type: 'virtual-network',
  id,
  addressSpace: of.object('addressSpace').blocks('addressPrefixes'),
  subnets: of.objects('subnets').map(subnet),
  peerings: of.objects('virtualNetworkPeerings').map(peering),
});

const subnet = (of: Members): SubnetTold => ({
  id: of.neededText('id').toLowerCase(),
  prefixes: unique([...of.blocks('addressPrefix'), ...of.blocks('addressPrefixes')]),
  routeTable: of.id('routeTable'),
  natGateway: of.id('natGateway'),
  serviceEndpoints: of.objects('serviceEndpoints').map((endpoint) => ({
    service: endpoint.neededText('service'),
    regions: endpoint
      .texts('locations')
      .filter((region) => region !== '*')
      .map((region) => region.toLowerCase().replaceAll(' ', '')),
  })),
});

const peering = (of: Members): Peering => ({
  network: of.id('remoteVirtualNetwork') ?? '',
  state: of.text('peeringState'),
  addressSpace: unique([
    ...of.object('remoteVirtualNetworkAddressSpace').blocks('addressPrefixes'),
    ...of.object('remoteAddressSpace').blocks('addressPrefixes'),
  ]),
});

/** https://learn.microsoft.com/rest/api/virtualnetwork/route-tables/get */
const routeTable: Read = (of, id): RouteTable => ({
  type: 'route-table',
  id,
  routes: of.objects('routes').map(route),
});

const SERVICE_TAG = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9]+)?$/;

const route = (of: Members): Route => {
  const prefix = of.neededText('addressPrefix');
  if (!parseCidr(prefix).ok && !SERVICE_TAG.test(prefix)) of.fault('addressPrefix', 'a block or a service tag', prefix);
  const type = of.text('nextHopType');
  const nextHop = NEXT_HOPS.find((known) => known.toLowerCase() === type?.toLowerCase());
  if (nextHop === undefined) of.fault('nextHopType', `one of ${NEXT_HOPS.join(', ')}`, type);
  const [nextHopIp = null] = of.addresses('nextHopIpAddress');
  return { name: of.text('name') ?? '', prefix, nextHop: nextHop ?? 'None', nextHopIp };
};

/** https://learn.microsoft.com/rest/api/virtualnetwork/private-endpoints/get */
const privateEndpoint: Read = (of, id): PrivateEndpoint => ({
  type: 'private-endpoint',
  id,
  name: of.neededText('name'),
  subnet: of.id('subnet'),
  // Those of custom DNS are absent where a zone of private DNS has them, those of IP configurations where they were not chosen.
  addresses: unique([
    ...of.objects('ipConfigurations').flatMap((one) => one.addresses('privateIPAddress')),
    ...of.objects('customDnsConfigs').flatMap((one) => one.addresses('ipAddresses')),
  ]),
  names: unique(of.objects('customDnsConfigs').map((one) => one.text('fqdn'))),
});

/** https://learn.microsoft.com/rest/api/load-balancer/load-balancers/get */
const loadBalancer: Read = (of, id): LoadBalancer => {
  const publicIpsOf = new Map(
    of
      .objects('frontendIPConfigurations')
      .map((one) => [one.id('id'), unique([one.id('publicIPAddress'), one.id('publicIPPrefix')])]),
  );
  return {
    type: 'load-balancer',
    id,
    outboundRules: of.objects('outboundRules').map((rule) => ({
      protocol: rule.text('protocol'),
      portsPerNode: rule.number('allocatedOutboundPorts'),
      idleMinutes: rule.number('idleTimeoutInMinutes'),
      tcpReset: rule.flag('enableTcpReset'),
      publicIps: unique(
        idsOf(rule.objects('frontendIPConfigurations')).flatMap((frontend) => publicIpsOf.get(frontend) ?? []),
      ),
    })),
  };
};

/** https://learn.microsoft.com/rest/api/virtualnetwork/nat-gateways/get */
const natGateway: Read = (of, id): NatGateway => ({
  type: 'nat-gateway',
  id,
  sku: of.object('sku').text('name'),
  idleMinutes: of.number('idleTimeoutInMinutes'),
  publicIps: idsOf([...of.objects('publicIpAddresses'), ...of.objects('publicIpPrefixes')]),
});

/** https://learn.microsoft.com/rest/api/virtualnetwork/public-ip-addresses/get */
const publicAddress: Read = (of, id): PublicAddress => {
  const [address = null] = [...of.addresses('ipAddress'), ...of.blocks('ipPrefix')];
  return { type: 'public-ip', id, address };
};

/** https://learn.microsoft.com/rest/api/firewall/azure-firewalls/get */
const firewall: Read = (of, id): Firewall => {
  const inHub = of.object('hubIPAddresses');
  const configurations = of.objects('ipConfigurations');
  return {
    type: 'firewall',
    id,
    name: of.neededText('name'),
    privateIps: unique([
      ...configurations.flatMap((one) => one.addresses('privateIPAddress')),
      ...inHub.addresses('privateIPAddress'),
    ]),
    publicIps: unique([
      ...configurations.map((one) => one.id('publicIPAddress')),
      ...inHub
        .object('publicIPs')
        .objects('addresses')
        .flatMap((one) => one.addresses('address')),
    ]),
  };
};

const READERS: ReadonlyMap<string, Read> = new Map([
  ['microsoft.containerservice/managedclusters', cluster],
  ['microsoft.network/virtualnetworks', virtualNetwork],
  ['microsoft.network/routetables', routeTable],
  ['microsoft.network/privateendpoints', privateEndpoint],
  ['microsoft.network/loadbalancers', loadBalancer],
  ['microsoft.network/natgateways', natGateway],
  ['microsoft.network/publicipaddresses', publicAddress],
  ['microsoft.network/publicipprefixes', publicAddress],
  ['microsoft.network/azurefirewalls', firewall],
]);

/** The reader of a kind of resource; undefined: it says nothing of how packets leave. */
export const readerOf = (type: string): Read | undefined => READERS.get(type);

/** https://learn.microsoft.com/rest/api/virtualnetwork/service-tags/list, and the file that Microsoft publishes each week. */
export const serviceTag = (of: Members): ServiceTag => {
  const name = of.neededText('name');
  return {
    type: 'service-tag',
    id: name.toLowerCase(),
    name,
    service: of.text('systemService') ?? '',
    region: (of.text('region') ?? '').toLowerCase(),
    prefixes: of.blocks('addressPrefixes').join(' '),
  };
};
