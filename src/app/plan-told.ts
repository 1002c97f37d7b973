import { PRIVATE } from '../base/address-block.ts';
import { SECOND } from '../base/instant.ts';
import { type Ip, parseCidr } from '../base/ip.ts';
import type { AgentPool } from '../core/egress/azure-resource.ts';
import { pathsIn } from '../core/egress/egress-path.ts';
import type { Network } from '../core/egress/network.ts';
import type { MetricRow, PortsQuery, PortsRow, SourceRow, Store } from '../core/ports.ts';
import { portsOfNode, type Surge } from '../core/snat/allocation.ts';
import type { Network as NetworkOwner } from '../core/snat/artefacts.ts';
import { type Demand, heldBehind } from '../core/snat/plan.ts';
import { renderEndpoint } from './address.ts';
import {
  type Completeness,
  completenessOf,
  isConntrack,
  isFlowLog,
  type SourceLine,
  sourceLine,
} from './completeness.ts';
import { BACKEND_METRICS } from './azure-counts.ts';
import { addressesOf, countOf, gatewayAddresses } from './path-outside.ts';
import type { TimeRange } from './time-range.ts';

/** How a cluster leaves now, as its documents have it; null: not told. */
export interface EgressTold {
  readonly kind: 'lb' | 'nat-gateway';
  readonly outboundIps: number | null;
  /** Of a load balancer. */
  readonly portsPerNode: number | null;
  readonly idleMinutes: number | null;
}

export interface SettingsTold {
  readonly egress: EgressTold | null;
  readonly nodes: number | null;
  readonly surge: Surge | null;
  readonly network: NetworkOwner | null;
  /** Why the egress is not told; null: it is. */
  readonly why: string | null;
}

/** What a store tells a plan. */
export interface PlanTold {
  readonly settings: SettingsTold;
  /** Nodes that are there at the end of the interval; null: no inventory. */
  readonly nodesCounted: number | null;
  /** What the busiest node held for each destination that leaves as the cluster does; of all together what Azure counted. */
  readonly demand: readonly Demand[];
  readonly sources: readonly SourceLine[];
  /** Of the demand. */
  readonly completeness: Completeness;
}

/** Destinations of nodes that a demand is made of. */
const DESTINATIONS = 1_000;

export const planTold = async (
  store: Pick<Store, 'network' | 'nodesAlive' | 'ports' | 'metrics' | 'sources'>,
  range: TimeRange,
  cluster: string,
): Promise<PlanTold> => {
  const query: PortsQuery = {
    cluster,
    from: range.from,
    until: range.until,
    dest: [],
    destPorts: [],
    nodes: [],
    inside: PRIVATE,
  };
  const [network, nodes, ports, metrics, sources] = await Promise.all([
    store.network(cluster),
    store.nodesAlive(cluster, range.until),
    store.ports(query, DESTINATIONS),
    store.metrics({ ...query, metrics: BACKEND_METRICS }),
    store.sources(cluster),
  ]);
  const settings = settingsTold(network);
  const completeness = completenessOf(range, sources, []);
  const allocated = allocatedOtherwise(metrics, settings, nodes.length);
  const unlisted = ports.destinations - ports.rows.length;
  const reasons = [
    ...completeness.reasons,
    ...(allocated === null
      ? []
      : [
          `AllocatedSnatPorts says that a node has ${allocated} ports: give --now ports-per-node=${allocated} where that was set`,
        ]),
    ...(unlisted > 0 ? [`${unlisted} destinations of nodes that held fewer ports are not in the demand`] : []),
  ];
  return {
    settings,
    nodesCounted: nodes.length === 0 ? null : nodes.length,
    demand:
      settings.egress === null
        ? []
        : demandOf(network, settings.egress.kind, ports.rows, metrics, toldMs(range, sources)),
    sources: sources.map(sourceLine),
    completeness: { complete: reasons.length === 0, reasons },
  };
};

/** Milliseconds of the interval of which flows were told: hours that nobody saw were not calm. */
export const toldMs = ({ from, until }: Pick<TimeRange, 'from' | 'until'>, sources: readonly SourceRow[]): number => {
  const spans = sources
    .filter((source) => isFlowLog(source) || isConntrack(source))
    .flatMap(({ first, watermark }) => (first === null || watermark === null ? [] : [{ first, watermark }]));
  const begin = Math.max(from, Math.min(...spans.map(({ first }) => first)));
  const end = Math.min(until, Math.max(...spans.map(({ watermark }) => watermark)));
  return spans.length === 0 || end <= begin ? until - from : Math.max(SECOND, end - begin);
};

/** Ports of a node that Azure's metric tells, where documents, or what AKS sets, come to others; null: they agree, or it is not told. */
export const allocatedOtherwise = (
  metrics: readonly MetricRow[],
  { egress, nodes }: Pick<SettingsTold, 'egress' | 'nodes'>,
  nodesCounted: number,
): number | null => {
  const told = metrics.filter(
    ({ metric, dimensions }) =>
      metric === 'AllocatedSnatPorts' && (dimensions.get('protocoltype') ?? 'tcp').toLowerCase() === 'tcp',
  );
  const count = nodesCounted > 0 ? nodesCounted : nodes;
  if (told.length === 0 || egress?.kind === 'nat-gateway' || count === null) return null;
  const allocated = Math.max(...told.map(({ last }) => last));
  const { outboundIps, portsPerNode } = egress ?? { outboundIps: null, portsPerNode: null };
  const reckoned = portsOfNode({ outboundIps: outboundIps ?? 1, portsPerNode: portsPerNode ?? 0, rules: 0 }, count);
  return allocated > 0 && allocated !== reckoned ? allocated : null;
};

/** What the documents say of how a cluster leaves. */
export const settingsTold = (network: Network): SettingsTold => {
  const { cluster } = network;
  const { egress, why } = egressTold(network);
  return {
    egress,
    nodes: sumOf(cluster?.pools ?? [], ({ nodes }) => nodes),
    surge: surgeTold(cluster?.pools ?? []),
    network: cluster === null ? null : cluster.pools.some(({ nodeSubnet }) => nodeSubnet !== null) ? 'own' : 'managed',
    why,
  };
};

/** An address that no document tells of: what goes there goes to the internet. https://www.rfc-editor.org/rfc/rfc5737 */
const ANYWHERE = '192.0.2.1';

/** As the law of paths has it: a NAT gateway comes before what the cluster is set to. */
const egressTold = (network: Network): Pick<SettingsTold, 'egress' | 'why'> => {
  const pathOf = pathsIn(network);
  const ways = senders(network).map((ip) => pathOf({ ip, node: null }, ANYWHERE));
  const [first] = ways;
  if (first === undefined) return { egress: null, why: null };
  const other = ways.find(({ path, through }) => path !== first.path || through !== first.through);
  if (other !== undefined)
    return {
      egress: null,
      why: `subnets of the cluster leave by ${first.path} and by ${other.path}, which no plan knows`,
    };
  if (first.path === 'lb') return { egress: loadBalancerTold(network), why: null };
  if (first.path === 'nat-gateway') return { egress: gatewayTold(network, first.through), why: null };
  return {
    egress: null,
    why:
      first.path === 'unknown'
        ? `how the cluster leaves is not told: ${first.why}`
        : `the cluster leaves by ${first.path}, which no plan knows`,
  };
};

/** An address in each subnet of the nodes; where AKS made the network, and it is not told, one of its usual. */
const senders = ({ cluster, subnets }: Network): readonly Ip[] => {
  const ids = new Set((cluster?.pools ?? []).map(({ nodeSubnet }) => nodeSubnet));
  const told = subnets.filter(({ id }) => ids.has(id)).flatMap(({ prefixes }) => prefixes.slice(0, 1));
  return cluster === null
    ? []
    : (told.length > 0 ? told : ['10.224.0.0/16']).flatMap((text) => {
        const block = parseCidr(text);
        return block.ok ? [block.value.first] : [];
      });
};

const loadBalancerTold = (network: Network): EgressTold => {
  const profile = network.cluster?.loadBalancer;
  const rules = network.loadBalancer?.outboundRules ?? [];
  const ids = [...new Set(rules.flatMap(({ publicIps }) => publicIps))];
  return {
    kind: 'lb',
    outboundIps:
      addressCount(network, ids.length > 0 ? ids : (profile?.publicIps ?? [])) ?? profile?.managedIps ?? null,
    portsPerNode: rules[0]?.portsPerNode ?? profile?.portsPerNode ?? null,
    idleMinutes: rules[0]?.idleMinutes ?? profile?.idleMinutes ?? null,
  };
};

const gatewayTold = (network: Network, id: string | null): EgressTold => {
  const gateway = id === null ? undefined : network.natGateways.get(id);
  const profile = network.cluster?.natGateway;
  return {
    kind: 'nat-gateway',
    outboundIps:
      countOf(gatewayAddresses(network, id)) ??
      addressCount(network, gateway?.publicIps ?? []) ??
      (id === null ? (profile?.managedIps ?? addressCount(network, profile?.publicIps ?? [])) : null),
    portsPerNode: null,
    idleMinutes: gateway?.idleMinutes ?? profile?.idleMinutes ?? null,
  };
};

/** Of a prefix the document must tell how many addresses it has; each other id is one. */
const addressCount = (network: Network, ids: readonly string[]): number | null => {
  if (ids.length === 0) return null;
  return (
    countOf(addressesOf(network, ids)) ?? (ids.some((id) => id.includes('/publicipprefixes/')) ? null : ids.length)
  );
};

/** What AKS adds to a pool where nothing is set. https://learn.microsoft.com/azure/aks/upgrade-aks-node-pools-rolling */
const AKS_SURGE = '10%';

/** Of pools with one percentage that, and how many nodes each has; else the nodes that all pools add together. */
const surgeTold = (pools: readonly AgentPool[]): Surge | null => {
  const surges = pools.map(({ maxSurge }) => maxSurge ?? AKS_SURGE);
  const [first] = surges;
  if (first === undefined) return null;
  if (first.endsWith('%') && surges.every((one) => one === first)) {
    const each = pools.flatMap(({ nodes }) => (nodes === null ? [] : [nodes]));
    const isToldApart = pools.length > 1 && each.length === pools.length;
    return { percent: Number.parseInt(first, 10), ...(isToldApart ? { pools: each } : {}) };
  }
  const nodes = sumOf(pools, ({ nodes: has, maxSurge }) => {
    const surge = maxSurge ?? AKS_SURGE;
    const n = Number.parseInt(surge, 10);
    return surge.endsWith('%') ? (has === null ? null : Math.ceil((has * n) / 100)) : n;
  });
  return nodes === null ? null : { nodes };
};

/** null: of one it is not told, or there is none. */
const sumOf = (pools: readonly AgentPool[], of: (pool: AgentPool) => number | null): number | null =>
  pools.length === 0
    ? null
    : pools.reduce<number | null>((sum, pool) => {
        const n = of(pool);
        return sum === null || n === null ? null : sum + n;
      }, 0);

const demandOf = (
  network: Network,
  kind: EgressTold['kind'],
  rows: readonly PortsRow[],
  metrics: readonly MetricRow[],
  lastsMs: number,
): readonly Demand[] => {
  const pathOf = pathsIn(network);
  const leaving = rows.filter(
    ({ node, nodeIp, destIp, protocol }) => isCarried(protocol) && pathOf({ ip: nodeIp, node }, destIp).path === kind,
  );
  const byDestination = Map.groupBy(
    leaving,
    ({ destIp, destPort, protocol }) => `${renderEndpoint(destIp as Ip, destPort)} ${protocol}`,
  );
  const apart = [...byDestination].map(([key, ones]): Demand => {
    const [dest = '', protocol] = key.split(' ');
    const demand: Demand = {
      dest,
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
      ports: Math.max(...ones.map(({ peakPorts }) => peakPorts)),
      opensPerSecond: rounded((Math.max(...ones.map(({ began }) => began)) * SECOND) / lastsMs),
    };
    // The node counts a closed connection for as long as it holds it; whatever it leaves through has its own time.
    return heldBehind(demand, 'node', kind);
  });
  return kind === 'lb' ? [...apart, ...togetherOf(metrics)] : apart;
};

const isCarried = (protocol: string): boolean => protocol === 'tcp' || protocol === 'udp';

const rounded = (rate: number): number => Math.round(rate * 100) / 100;

/** What Azure counted of the busiest node is what it held of all destinations together, however many a port served. */
const togetherOf = (metrics: readonly MetricRow[]): readonly Demand[] => {
  const used = metrics.filter(
    ({ metric, dimensions }) => metric === 'UsedSnatPorts' && dimensions.has('backendipaddress'),
  );
  const protocolOf = ({ dimensions }: MetricRow): Demand['protocol'] =>
    dimensions.get('protocoltype')?.toLowerCase() === 'udp' ? 'udp' : 'tcp';
  return [...Map.groupBy(used, protocolOf)].flatMap(([protocol, ofProtocol]): readonly Demand[] => {
    // Several frontends each have ports for a backend: they add up.
    const nodes = Map.groupBy(ofProtocol, ({ dimensions }) => dimensions.get('backendipaddress'));
    const ports = Math.max(...[...nodes.values()].map((ones) => ones.reduce((sum, { peak }) => sum + peak, 0)));
    return ports > 0 ? [{ dest: null, protocol, ports: Math.ceil(ports), opensPerSecond: null }] : [];
  });
};
