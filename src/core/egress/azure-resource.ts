/** The resources of Azure that say how packets leave a cluster. Ids are in lower case, as Azure compares them; what a document does not tell is null. */
export type AzureResource =
  | AksCluster
  | VirtualNetwork
  | RouteTable
  | PrivateEndpoint
  | LoadBalancer
  | NatGateway
  | PublicAddress
  | Firewall
  | ServiceTag;

export type AzureResourceType = AzureResource['type'];

interface Resource<Type extends string> {
  readonly type: Type;
  readonly id: string;
}

export interface AksCluster extends Resource<'aks-cluster'> {
  readonly name: string;
  /** Where AKS keeps what it made for the cluster: a resource group, in lower case. */
  readonly nodeResourceGroup: string | null;
  /** `loadBalancer`, `userDefinedRouting`, `managedNATGateway`, … */
  readonly outboundType: string | null;
  /** `azure`, `kubenet`, `none`. */
  readonly networkPlugin: string | null;
  readonly networkPluginMode: string | null;
  readonly podCidrs: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly pools: readonly AgentPool[];
  readonly loadBalancer: OutboundProfile | null;
  readonly natGateway: OutboundProfile | null;
}

export interface AgentPool {
  readonly name: string;
  /** `System`, `User`, `Gateway`. */
  readonly mode: string | null;
  readonly nodes: number | null;
  /** With the autoscaler: up to how many. */
  readonly maxNodes: number | null;
  /** As written: `10%`, `1`. */
  readonly maxSurge: string | null;
  readonly maxPods: number | null;
  /** null: AKS made the network. */
  readonly nodeSubnet: string | null;
  readonly podSubnet: string | null;
  readonly hasPublicIps: boolean | null;
}

/** What is set for outbound connections of a cluster. */
export interface OutboundProfile {
  /** How many addresses AKS manages; null where they are somebody's own. */
  readonly managedIps: number | null;
  /** Ports of each node; 0: by the size of the cluster. null for a NAT gateway, which allocates none. */
  readonly portsPerNode: number | null;
  readonly idleMinutes: number | null;
  /** Ids of the public addresses in effect. */
  readonly publicIps: readonly string[];
}

export interface VirtualNetwork extends Resource<'virtual-network'> {
  readonly addressSpace: readonly string[];
  readonly subnets: readonly SubnetTold[];
  readonly peerings: readonly Peering[];
}

export interface SubnetTold {
  readonly id: string;
  readonly prefixes: readonly string[];
  readonly routeTable: string | null;
  readonly natGateway: string | null;
  readonly serviceEndpoints: readonly {
    /** `Microsoft.Storage`. */
    readonly service: string;
    /** Regions, in lower case and without blanks; empty: everywhere. */
    readonly regions: readonly string[];
  }[];
}

export interface Peering {
  readonly network: string;
  /** `Connected`, `Initiated`, `Disconnected`. */
  readonly state: string | null;
  readonly addressSpace: readonly string[];
}

export interface RouteTable extends Resource<'route-table'> {
  readonly routes: readonly Route[];
}

export interface Route {
  readonly name: string;
  /** A block, or the name of a service tag. */
  readonly prefix: string;
  readonly nextHop: (typeof NEXT_HOPS)[number];
  readonly nextHopIp: string | null;
}

/** As Azure names them: https://learn.microsoft.com/rest/api/virtualnetwork/routes/get#routenexthoptype */
export const NEXT_HOPS = ['VirtualNetworkGateway', 'VnetLocal', 'Internet', 'VirtualAppliance', 'None'] as const;

export interface PrivateEndpoint extends Resource<'private-endpoint'> {
  readonly name: string;
  readonly subnet: string | null;
  readonly addresses: readonly string[];
  /** Host names that lead to it. */
  readonly names: readonly string[];
}

export interface LoadBalancer extends Resource<'load-balancer'> {
  readonly outboundRules: readonly {
    readonly protocol: string | null;
    /** 0: by the number of backends. */
    readonly portsPerNode: number | null;
    readonly idleMinutes: number | null;
    readonly tcpReset: boolean | null;
    /** Ids of public addresses and of prefixes of them. */
    readonly publicIps: readonly string[];
  }[];
}

export interface NatGateway extends Resource<'nat-gateway'> {
  readonly sku: string | null;
  readonly idleMinutes: number | null;
  readonly publicIps: readonly string[];
}

/** A public address, or a prefix of them. */
export interface PublicAddress extends Resource<'public-ip'> {
  /** `203.0.113.7` or `203.0.113.0/28`; null: none is allocated. */
  readonly address: string | null;
}

export interface Firewall extends Resource<'firewall'> {
  readonly name: string;
  readonly privateIps: readonly string[];
  /** Ids, and of a firewall in a virtual hub the addresses themselves. */
  readonly publicIps: readonly string[];
}

/** The addresses of a service of Azure. Its id is its name in lower case. */
export interface ServiceTag extends Resource<'service-tag'> {
  readonly name: string;
  /** `AzureStorage`; empty where a tag is of several. */
  readonly service: string;
  /** Lower case; empty: everywhere. */
  readonly region: string;
  /** Blocks, with a blank between: of one tag there are up to some thousands. */
  readonly prefixes: string;
}
