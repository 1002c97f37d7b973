import { isPrivate } from '../../base/address-block.ts';
import { type Ip, parseCidr, writeIp } from '../../base/ip.ts';
import type { NatGateway, Route } from './azure-resource.ts';
import { type Network, poolOf, type Subnet, tagsOf } from './network.ts';

export const EGRESS_PATHS = [
  'lb',
  'nat-gateway',
  'firewall',
  'private-endpoint',
  'service-endpoint',
  'egress-gateway',
  'vnet',
  'unknown',
] as const;
export type EgressPath = (typeof EGRESS_PATHS)[number];

/** How a packet leaves the cluster, and by which rule. */
export interface Egress {
  readonly path: EgressPath;
  readonly why: string;
  /** What it leaves through: the id of a NAT gateway or private endpoint, the address of a firewall. */
  readonly through: string | null;
  /** What would have to be told to know more. */
  readonly lacks: Lack | null;
}

export type Lack =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'which-cluster'; readonly names: readonly string[] }
  | { readonly kind: 'network' | 'route-table'; readonly id: string }
  | { readonly kind: 'networks' }
  | { readonly kind: 'service-tags'; readonly tag: string };

/** Whose address stands on the wire as the packet leaves: a node's, or a pod's own. */
export interface Sender {
  readonly ip: string;
  readonly node: string | null;
}

export type PathOf = (from: Sender, destIp: string) => Egress;

/**
 * How a packet from this address to that one leaves. The order is Azure's: what an endpoint of a service has cannot be overridden; else the route with the longest
 * prefix, and of two alike the one that somebody made; what goes to the internet leaves by the subnet's NAT gateway before anything else, then
 * as the cluster is set up. https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview#how-azure-selects-a-route,
 * https://learn.microsoft.com/azure/nat-gateway/nat-gateway-resource
 */
export const egressPathOf = (network: Network, from: Sender, destIp: string): Egress => pathsIn(network)(from, destIp);

/** Pairs of a sender and a destination that are remembered: flows repeat them. */
const REMEMBERED = 50_000;

/** The same law for many packets: what the network says is read once. */
export const pathsIn = (network: Network): PathOf => {
  const paths = new Paths(network);
  const known = new Map<string, Egress>();
  return (from, destIp) => {
    const key = `${from.ip} ${from.node ?? ''} ${destIp}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED) known.clear();
    const egress = paths.of(from, destIp);
    known.set(key, egress);
    return egress;
  };
};

const said = (path: EgressPath, why: string, through: string | null = null): Egress => ({
  path,
  why,
  through,
  lacks: null,
});
const unknown = (why: string, lacks: Lack | null = null): Egress => ({ path: 'unknown', why, through: null, lacks });

/** The platform's own: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const PLATFORM = '168.63.129.16';
const LINK_LOCAL = blocksOf(['169.254.0.0/16', 'fe80::/10', '127.0.0.0/8', '::1/128']);

class Paths {
  private readonly network: Network;
  /** Pods and services of the cluster. */
  private readonly inCluster: readonly Block[];
  private readonly subnets: readonly { readonly ways: Ways; readonly blocks: readonly Block[] }[];
  private readonly waysFrom = new Map<string, readonly Ways[]>();

  constructor(network: Network) {
    const { cluster } = network;
    this.network = network;
    this.inCluster = blocksOf([...(cluster?.podCidrs ?? []), ...(cluster?.serviceCidrs ?? [])]);
    this.subnets = ownSubnets(network).map((subnet) => ({
      ways: new Ways(network, subnet),
      blocks: blocksOf(subnet.prefixes),
    }));
  }

  of(from: Sender, destIp: string): Egress {
    const dest = bytesOf(destIp);
    if (dest === null) return unknown(`${destIp} is no address`);
    if (destIp === PLATFORM)
      return said('vnet', `${PLATFORM} is the platform of Azure itself, reached within the host`);
    if (isIn(dest, LINK_LOCAL)) return said('vnet', 'a link-local address does not leave the host');
    if (isIn(dest, this.inCluster)) return said('vnet', 'an address of pods or services of the cluster');
    const found = this.waysFrom.get(from.ip) ?? this.waysOf(from.ip);
    this.waysFrom.set(from.ip, found);
    const [ways] = found;
    return ways !== undefined && found.length === 1
      ? ways.to(dest, destIp, from)
      : withoutSubnet(this.network, from, destIp, found.length);
  }

  private waysOf(ip: string): readonly Ways[] {
    const bytes = bytesOf(ip);
    return bytes === null ? [] : this.subnets.filter(({ blocks }) => isIn(bytes, blocks)).map(({ ways }) => ways);
  }
}

/**
 * The subnets that the cluster may be in. Documents of a whole subscription tell of many networks, with the same addresses in several: where the
 * cluster says which subnets are its own, or that AKS made them, these alone count.
 */
const ownSubnets = ({ cluster, subnets }: Network): readonly Subnet[] => {
  const pools = cluster?.pools ?? [];
  const own = new Set(pools.flatMap(({ nodeSubnet, podSubnet }) => [nodeSubnet, podSubnet]));
  const made = pools.some(({ nodeSubnet }) => nodeSubnet === null) ? (cluster?.nodeResourceGroup ?? null) : null;
  return subnets.filter(
    ({ id, network }) =>
      pools.length === 0 || own.has(id) || (made !== null && network.includes(`/resourcegroups/${made}/`)),
  );
};

const withoutSubnet = (network: Network, from: Sender, destIp: string, subnets: number): Egress => {
  const { cluster, clustersTold } = network;
  if (isPrivate(destIp as Ip))
    return said('vnet', 'a private address: nothing that leads to the internet has a part in it');
  if (subnets > 1) return unknown(`${from.ip} is in ${subnets} of the subnets that are told`, clusterLack(network));
  if (cluster === null && clustersTold.length > 1)
    return unknown(`it is not known which of ${clustersTold.length} clusters this is`, clusterLack(network));
  if (cluster === null) return unknown('neither the cluster nor its network is told', { kind: 'cluster' });
  const [foreign] = cluster.pools.flatMap(({ nodeSubnet }) => (nodeSubnet === null ? [] : [nodeSubnet]));
  if (foreign !== undefined)
    return unknown(`the subnet of ${from.ip} is not told: a route or a NAT gateway there would come first`, {
      kind: 'network',
      id: networkIn(foreign),
    });
  return bySetting(network, from, 'AKS made its network');
};

const clusterLack = ({ cluster, clustersTold }: Network): Lack | null =>
  cluster !== null
    ? null
    : clustersTold.length > 1
      ? { kind: 'which-cluster', names: clustersTold }
      : { kind: 'cluster' };

const networkIn = (subnet: string): string => subnet.slice(0, Math.max(0, subnet.lastIndexOf('/subnets/')));

/** As the cluster is set up: https://learn.microsoft.com/azure/aks/egress-outboundtype */
const bySetting = (network: Network, { node }: Sender, because: string): Egress => {
  const { cluster } = network;
  if (cluster === null)
    return unknown('no route leads elsewhere, and how the cluster is set up is not told', clusterLack(network));
  const pool = node === null ? null : poolOf(cluster, node);
  // https://learn.microsoft.com/azure/aks/configure-static-egress-gateway
  if (pool?.mode === 'Gateway')
    return said(
      'egress-gateway',
      `node pool ${pool.name} is a static egress gateway: what leaves it has an address of its prefix`,
    );
  const itself = (pool === null ? cluster.pools : [pool]).find(
    ({ hasPublicIps, mode }) => hasPublicIps === true || mode === 'Gateway',
  );
  if (itself !== undefined)
    return unknown(
      itself.mode === 'Gateway'
        ? `node pool ${itself.name} is a static egress gateway, and the pool of this node is not known`
        : `nodes of pool ${itself.name} have public addresses of their own, which come before the load balancer`,
    );
  const { outboundType } = cluster;
  switch (outboundType?.toLowerCase()) {
    case 'loadbalancer':
      return said('lb', `outbound type loadBalancer, and ${because}`);
    case 'managednatgateway':
    case 'managednatgatewayv2':
      return said('nat-gateway', `outbound type ${outboundType}, and ${because}`);
    case 'userassignednatgateway':
      return unknown(`outbound type ${outboundType}, and no NAT gateway of its subnet is told`, { kind: 'networks' });
    case 'userdefinedrouting':
      return unknown('outbound type userDefinedRouting, and no route for it is told', { kind: 'networks' });
    case undefined:
      return unknown(`how ${cluster.name} is set up for outbound connections is not told`, { kind: 'cluster' });
    default:
      return unknown(`outbound type ${outboundType}: nothing is set up that leads to the internet`);
  }
};

type Bytes = Uint8Array;
interface Block {
  readonly first: Bytes;
  readonly last: Bytes;
}

/** A route: blocks, and where it leads. */
interface Way extends Block {
  /** Whether somebody made it: of two routes for one block it counts. */
  readonly made: boolean;
  readonly leads: Egress | 'internet' | 'gateway';
}

/** What of one subnet leads where. */
class Ways {
  private readonly network: Network;
  private readonly subnet: Subnet;
  private readonly ways: readonly Way[];
  private readonly services: readonly Service[];
  /** A route for a tag whose addresses nobody told. */
  private readonly untoldRoute: Route | undefined;

  constructor(network: Network, subnet: Subnet) {
    this.network = network;
    this.subnet = subnet;
    const routes = (subnet.routes ?? []).map((route) => ({ route, blocks: blocksOfRoute(route, network) }));
    this.untoldRoute = routes.find(({ blocks }) => blocks === null)?.route;
    this.ways = [
      ...systemWays(network, subnet),
      ...routes.flatMap(({ route, blocks }) =>
        (blocks ?? []).map((block) => ({ ...block, made: true, leads: leadsOf(route, network) })),
      ),
    ];
    this.services = subnet.serviceEndpoints.map((endpoint) => serviceOf(endpoint, network));
  }

  to(dest: Bytes, destIp: string, from: Sender): Egress {
    const isInside = isPrivate(destIp as Ip);
    // Endpoints of services have public addresses alone.
    const service = isInside ? null : this.service(dest);
    if (service !== null) return service;
    const way = this.longest(dest);
    if (this.subnet.routes === null)
      return isInside
        ? said('vnet', 'a private address, as far as its route table, which is not told, does not lead elsewhere')
        : unknown('the route table of the subnet is not told', {
            kind: 'route-table',
            id: this.subnet.routeTable as string,
          });
    if (this.untoldRoute !== undefined && !isInside)
      return unknown(`route ${this.untoldRoute.name} is for ${this.untoldRoute.prefix}, whose addresses are not told`, {
        kind: 'service-tags',
        tag: this.untoldRoute.prefix,
      });
    if (way !== undefined && typeof way.leads !== 'string') return way.leads;
    if (isInside) return said('vnet', 'a private address, and no route leads it out of private networks');
    if (way?.leads === 'gateway')
      return unknown(
        'a route sends it to a gateway of the network (VPN or ExpressRoute): how it leaves from there is not told',
      );
    return this.toInternet(dest, from);
  }

  private service(dest: Bytes): Egress | null {
    let untold: Service | null = null;
    for (const service of this.services) {
      if (isIn(dest, service.there))
        return said(
          'service-endpoint',
          `the subnet has an endpoint for ${service.name}, and the address is one of ${service.tag}`,
        );
      if (service.lacks !== null && (service.anywhere === null || isIn(dest, service.anywhere))) untold ??= service;
    }
    return untold === null
      ? null
      : unknown(`the subnet has an endpoint for ${untold.name}, whose addresses are not told`, untold.lacks);
  }

  private longest(dest: Bytes): Way | undefined {
    return this.ways
      .filter((way) => holds(way, dest))
      .reduce<Way | undefined>((best, way) => (best === undefined || comesBefore(way, best) ? way : best), undefined);
  }

  /** A NAT gateway comes before public addresses of nodes and before load balancers. One of the older kind is for IPv4 alone. */
  private toInternet(dest: Bytes, from: Sender): Egress {
    const { natGateway } = this.subnet;
    const gateway: NatGateway | undefined = natGateway === null ? undefined : this.network.natGateways.get(natGateway);
    if (natGateway !== null && (isIpv4(dest) || gateway?.sku?.toLowerCase() === 'standardv2'))
      return said('nat-gateway', `its subnet has the NAT gateway ${nameIn(natGateway)}`, natGateway);
    if (natGateway !== null && this.network.cluster?.outboundType?.toLowerCase() !== 'loadbalancer')
      return unknown(`the NAT gateway ${nameIn(natGateway)} of its subnet is for IPv4 alone`);
    const { routeTable } = this.subnet;
    return bySetting(
      this.network,
      from,
      routeTable === null ? 'its subnet has no route table' : 'no route leads elsewhere',
    );
  }
}

/** Routes that Azure adds by itself. */
const systemWays = (network: Network, subnet: Subnet): readonly Way[] => {
  const way = (texts: readonly string[], leads: Way['leads']): Way[] =>
    blocksOf(texts).map((block) => ({ ...block, made: false, leads }));
  const peers = subnet.peerings.filter(({ state }) => state?.toLowerCase() === 'connected');
  const reached = new Set([subnet.network, ...peers.map((peer) => peer.network)]);
  const endpoints = network.privateEndpoints.filter(
    (endpoint) => endpoint.subnet !== null && reached.has(networkIn(endpoint.subnet)),
  );
  return [
    ...way(subnet.addressSpace, said('vnet', `an address of its network ${nameIn(subnet.network)}`)),
    ...peers.flatMap((peer) =>
      way(peer.addressSpace, said('vnet', `an address of the peered network ${nameIn(peer.network)}`)),
    ),
    ...endpoints.flatMap(({ id, name, addresses }) =>
      way(
        addresses.map((ip) => (ip.includes(':') ? `${ip}/128` : `${ip}/32`)),
        said('private-endpoint', `the address of the private endpoint ${name}`, id),
      ),
    ),
  ];
};

const leadsOf = ({ name, prefix, nextHop, nextHopIp }: Route, { firewalls }: Network): Way['leads'] => {
  const route = `route ${name === '' ? prefix : `${name} (${prefix})`}`;
  switch (nextHop) {
    case 'Internet':
      return 'internet';
    case 'VirtualNetworkGateway':
      return 'gateway';
    case 'VnetLocal':
      return said('vnet', `${route} keeps it in the network`);
    case 'None':
      return unknown(`${route} drops it`);
    case 'VirtualAppliance': {
      const firewall = firewalls.find(({ privateIps }) => nextHopIp !== null && privateIps.includes(nextHopIp));
      const what = firewall === undefined ? 'the appliance' : `the firewall ${firewall.name}`;
      return said(
        'firewall',
        `${route} sends it to ${what} at ${nextHopIp ?? 'an address that is not told'}`,
        nextHopIp,
      );
    }
  }
};

/** null: it is for a service tag whose addresses are not told. */
const blocksOfRoute = ({ prefix }: Route, { serviceTags }: Network): readonly Block[] | null => {
  if (prefix.includes('/')) return blocksOf([prefix]);
  const tag = serviceTags.get(prefix.toLowerCase());
  return tag === undefined ? null : blocksOf(tag.prefixes.split(' '));
};

interface Service {
  readonly name: string;
  readonly tag: string;
  readonly there: readonly Block[];
  /** null: any address may be one of its. */
  readonly anywhere: readonly Block[] | null;
  /** What is missing to know which addresses it has. */
  readonly lacks: Lack | null;
}

const serviceOf = (endpoint: Subnet['serviceEndpoints'][number], { serviceTags }: Network): Service => {
  const { service: name } = endpoint;
  const blocks = (tag: string): readonly Block[] | null => {
    const told = serviceTags.get(tag);
    return told === undefined ? null : blocksOf(told.prefixes.split(' '));
  };
  const tags = tagsOf(endpoint);
  // Which addresses it has nobody could tell.
  if (tags === null) return { name, tag: name, there: [], anywhere: null, lacks: { kind: 'service-tags', tag: name } };
  const anywhere = blocks(tags.anywhere);
  const wanted = tags.there.map((names) => names.find((tag) => serviceTags.has(tag)) ?? (names[0] as string));
  const untold = wanted.find((tag) => !serviceTags.has(tag));
  return {
    name,
    tag: wanted.flatMap((tag) => serviceTags.get(tag)?.name ?? []).join(' or '),
    there: wanted.flatMap((tag) => blocks(tag) ?? []),
    anywhere,
    lacks: untold === undefined ? null : { kind: 'service-tags', tag: untold },
  };
};

const nameIn = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

function blocksOf(texts: readonly string[]): readonly Block[] {
  return texts.flatMap((text) => {
    const cidr = parseCidr(text);
    if (!cidr.ok) return [];
    const [first, last] = [bytesOf(cidr.value.first), bytesOf(cidr.value.last)];
    return first === null || last === null ? [] : [{ first, last }];
  });
}

function bytesOf(ip: string): Bytes | null {
  const bytes = new Uint8Array(16);
  return writeIp(ip, bytes, 0) ? bytes : null;
}

const isIpv4 = (bytes: Bytes): boolean =>
  bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every((byte) => byte === 0);

const isIn = (ip: Bytes, blocks: readonly Block[]): boolean => blocks.some((block) => holds(block, ip));

const holds = ({ first, last }: Block, ip: Bytes): boolean => compare(first, ip) <= 0 && compare(ip, last) <= 0;

const compare = (a: Bytes, b: Bytes): number => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return 0;
};

/** Both hold one address, so the one within the other has the longer prefix. */
const comesBefore = (way: Way, best: Way): boolean => {
  const [from, until] = [compare(way.first, best.first), compare(way.last, best.last)];
  return from === 0 && until === 0 ? way.made && !best.made : from >= 0 && until <= 0;
};
