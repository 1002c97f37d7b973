/** What `az aks show`, `az network vnet list` and the like print of the lab's cluster: by which way it leaves. */
import { LAB } from '../flow-log-blob.ts';
import { POD_CIDR } from '../topology.ts';
import type { Egress } from './causes.ts';
import { EGRESS_IP } from './destinations.ts';
import { EGRESS_IDS, NODE_RESOURCE_GROUP, PROVIDERS } from './resource-ids.ts';
import type { Incident } from './incident.ts';

const OUTBOUND_TYPE: Readonly<Record<Egress['kind'], string>> = {
  'load-balancer': 'loadBalancer',
  'nat-gateway': 'userAssignedNATGateway',
  firewall: 'userDefinedRouting',
};
const NETWORK_ID = `${PROVIDERS}/virtualNetworks/aks-vnet`;
const SUBNET_ID = `${NETWORK_ID}/subnets/nodes`;
const ROUTES_ID = `${PROVIDERS}/routeTables/egress`;
const ADDRESS_ID = `${PROVIDERS}/publicIPAddresses/egress`;
const FIREWALL_IP = '10.225.0.4';

export const azureDocuments = ({ cluster, egress: { kind, ports } }: Incident): readonly object[] => [
  {
    id: `/subscriptions/${LAB.subscription}/resourcegroups/${LAB.resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${LAB.cluster}`,
    name: LAB.cluster,
    type: 'Microsoft.ContainerService/ManagedClusters',
    nodeResourceGroup: NODE_RESOURCE_GROUP,
    agentPoolProfiles: [
      { name: 'nodepool1', mode: 'System', count: cluster.nodes.length, maxPods: 250, vnetSubnetId: SUBNET_ID },
    ],
    networkProfile: {
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      outboundType: OUTBOUND_TYPE[kind],
      podCidr: POD_CIDR,
      serviceCidr: '10.0.0.0/16',
      loadBalancerProfile:
        kind === 'load-balancer' ? { allocatedOutboundPorts: ports, effectiveOutboundIPs: [{ id: ADDRESS_ID }] } : null,
    },
  },
  {
    id: NETWORK_ID,
    type: 'Microsoft.Network/virtualNetworks',
    addressSpace: { addressPrefixes: ['10.224.0.0/15'] },
    subnets: [
      {
        id: SUBNET_ID,
        addressPrefix: '10.224.0.0/16',
        natGateway: kind === 'nat-gateway' ? { id: EGRESS_IDS['nat-gateway'] } : null,
        routeTable: kind === 'firewall' ? { id: ROUTES_ID } : null,
      },
    ],
  },
  { id: ADDRESS_ID, type: 'Microsoft.Network/publicIPAddresses', ipAddress: EGRESS_IP },
  ...BEHIND[kind],
];

const BEHIND: Readonly<Record<Egress['kind'], readonly object[]>> = {
  'load-balancer': [],
  'nat-gateway': [
    {
      id: EGRESS_IDS['nat-gateway'],
      name: 'egress',
      type: 'Microsoft.Network/natGateways',
      idleTimeoutInMinutes: 4,
      publicIpAddresses: [{ id: ADDRESS_ID }],
    },
  ],
  firewall: [
    {
      id: ROUTES_ID,
      name: 'egress',
      type: 'Microsoft.Network/routeTables',
      routes: [
        {
          name: 'internet',
          addressPrefix: '0.0.0.0/0',
          nextHopType: 'VirtualAppliance',
          nextHopIpAddress: FIREWALL_IP,
        },
      ],
    },
    {
      id: EGRESS_IDS.firewall,
      name: 'egress',
      type: 'Microsoft.Network/azureFirewalls',
      ipConfigurations: [{ privateIPAddress: FIREWALL_IP, publicIPAddress: { id: ADDRESS_ID } }],
    },
  ],
};
