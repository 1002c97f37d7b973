import type {
  AgentPool,
  AksCluster,
  AzureResource,
  AzureResourceType,
  Firewall,
  LoadBalancer,
  NatGateway,
  Peering,
  PrivateEndpoint,
  Route,
  ServiceTag,
  SubnetTold,
} from './azure-resource.ts';

/** What is known of how packets leave a cluster. What nobody told is null or absent; nothing is guessed. */
export interface Network {
  /** null: not told, or it is not known which of several is meant. */
  readonly cluster: AksCluster | null;
  /** The names of the clusters that were told. */
  readonly clustersTold: readonly string[];
  readonly subnets: readonly Subnet[];
  readonly privateEndpoints: readonly PrivateEndpoint[];
  readonly firewalls: readonly Firewall[];
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  /** The one that AKS made for the cluster's outbound connections. */
  readonly loadBalancer: LoadBalancer | null;
  /** Addresses and prefixes by the ids of their resources. */
  readonly publicIps: ReadonlyMap<string, string>;
  /** By name, in lower case: those that endpoints and routes need. */
  readonly serviceTags: ReadonlyMap<string, ServiceTag>;
}

/** A subnet with what its network and its route table add. */
export interface Subnet extends SubnetTold {
  readonly network: string;
  readonly addressSpace: readonly string[];
  readonly peerings: readonly Peering[];
  /** null: it has a route table, which is not told. */
  readonly routes: readonly Route[] | null;
}

/** Puts together what was told of one cluster, which goes by this name here. */
export const networkOf = (name: string, resources: readonly AzureResource[]): Network => {
  const clusters = all(resources, 'aks-cluster');
  const cluster = only(clusters.filter((one) => one.name.toLowerCase() === name.toLowerCase())) ?? only(clusters);
  const tables = new Map(all(resources, 'route-table').map((table) => [table.id, table.routes]));
  return {
    cluster,
    clustersTold: clusters.map((one) => one.name).sort(),
    subnets: all(resources, 'virtual-network').flatMap(({ id: network, addressSpace, peerings, subnets }) =>
      subnets.map((subnet) => ({
        ...subnet,
        network,
        addressSpace,
        peerings,
        routes: subnet.routeTable === null ? [] : (tables.get(subnet.routeTable) ?? null),
      })),
    ),
    privateEndpoints: all(resources, 'private-endpoint'),
    firewalls: all(resources, 'firewall'),
    natGateways: new Map(all(resources, 'nat-gateway').map((gateway) => [gateway.id, gateway])),
    loadBalancer: all(resources, 'load-balancer').find((one) => isOf(one, cluster)) ?? null,
    publicIps: new Map(
      all(resources, 'public-ip').flatMap(({ id, address }) => (address === null ? [] : [[id, address] as const])),
    ),
    serviceTags: new Map(all(resources, 'service-tag').map((tag) => [tag.id, tag])),
  };
};

const all = <Type extends AzureResourceType>(
  resources: readonly AzureResource[],
  type: Type,
): Extract<AzureResource, { readonly type: Type }>[] =>
  resources.filter((one): one is Extract<AzureResource, { readonly type: Type }> => one.type === type);

const only = <Value>(values: readonly Value[]): Value | null => (values.length === 1 ? (values[0] as Value) : null);

/** AKS calls it so: https://learn.microsoft.com/azure/aks/load-balancer-standard */
const isOf = ({ id }: LoadBalancer, cluster: AksCluster | null): boolean => {
  const group = cluster?.nodeResourceGroup ?? null;
  return group !== null && id.endsWith(`/resourcegroups/${group}/providers/microsoft.network/loadbalancers/kubernetes`);
};

/** The pool of a node, by the name that AKS gives it: `aks-POOL-12345678-vmss000000`; Windows: `aksPOOL000000`. */
export const poolOf = ({ pools }: AksCluster, node: string): AgentPool | null => {
  const [, linux, windows] = /^aks-([a-z0-9]+)-\d+-vmss[a-z0-9]+$|^aks([a-z0-9]+?)[a-z0-9]{6}$/.exec(node) ?? [];
  return pools.find(({ name }) => name === (linux ?? windows)) ?? null;
};

/** The service tag with the addresses of a service that a subnet has an endpoint for. https://learn.microsoft.com/azure/virtual-network/service-tags-overview */
const TAG_OF: Readonly<Record<string, string>> = {
  'microsoft.azurecosmosdb': 'azurecosmosdb',
  'microsoft.containerregistry': 'azurecontainerregistry',
  'microsoft.eventhub': 'eventhub',
  'microsoft.keyvault': 'azurekeyvault',
  'microsoft.servicebus': 'servicebus',
  'microsoft.sql': 'sql',
  'microsoft.storage': 'storage',
  'microsoft.storage.global': 'storage',
  'microsoft.web': 'appservice',
};

/** The names of some regions in service tags are not those of the regions themselves. */
const REGION_OF: Readonly<Record<string, string>> = {
  brazilsoutheast: 'brazilse',
  francecentral: 'centralfrance',
  francesouth: 'southfrance',
  germanynorth: 'germanyn',
  germanywestcentral: 'germanywc',
  norwayeast: 'norwaye',
  norwaywest: 'norwayw',
  switzerlandnorth: 'switzerlandn',
  switzerlandwest: 'switzerlandw',
};

/**
 * The tags of an endpoint, in lower case: that of all regions, and those of the addresses that it leads to, each by the names that it may go by. An endpoint
 * for storage leads to the accounts of the region and its pair, unless it is the global one.
 */
export const tagsOf = ({
  service,
  regions,
}: SubnetTold['serviceEndpoints'][number]): {
  readonly anywhere: string;
  readonly there: readonly (readonly string[])[];
} | null => {
  const name = service.toLowerCase();
  const anywhere = Object.hasOwn(TAG_OF, name) ? TAG_OF[name] : undefined;
  if (anywhere === undefined) return null;
  if (regions.length === 0 || name.endsWith('.global')) return { anywhere, there: [[anywhere]] };
  const there = regions.map((region) =>
    [region, REGION_OF[region]].flatMap((one) => (one === undefined ? [] : [`${anywhere}.${one}`])),
  );
  return { anywhere, there };
};

/** The tags, by name, that these resources make one ask for: there are thousands, with a hundred thousand blocks. */
export const tagsNeeded = (resources: readonly AzureResource[]): readonly string[] => {
  const ofEndpoints = all(resources, 'virtual-network').flatMap(({ subnets }) =>
    subnets.flatMap(({ serviceEndpoints }) =>
      serviceEndpoints.flatMap((endpoint) => {
        const tags = tagsOf(endpoint);
        return tags === null ? [] : [tags.anywhere, ...tags.there.flat()];
      }),
    ),
  );
  const ofRoutes = all(resources, 'route-table').flatMap(({ routes }) =>
    routes.filter(({ prefix }) => !prefix.includes('/')).map(({ prefix }) => prefix.toLowerCase()),
  );
  return [...new Set([...ofEndpoints, ...ofRoutes])];
};
