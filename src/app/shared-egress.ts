import { type Instant, renderInstant } from '../base/instant.ts';
import type { Network } from '../core/egress/network.ts';
import type { Leaving, MetricRow, PathPeak, PathSteps, PortPaths, SharedMost } from '../core/ports.ts';
import { GATEWAY_CONNECTIONS } from '../core/snat/allocation.ts';
import { FIREWALL_PORTS, GATEWAY_PORTS, LEAST_FIREWALL_INSTANCES } from '../core/snat/port-limits.ts';
import { portsHeld } from '../core/snat/port-use.ts';
import { sharedCounts } from './azure-counts.ts';
import { addressesOf, countOf, firewallAt, gatewayAddresses } from './path-outside.ts';

/** A NAT gateway or firewall, whose ports nodes share: what Azure counts of it, and what flows say that it has to carry. */
export interface SharedEgress {
  /** Its id; where no document and no metric tells that, what is known of it. */
  readonly resource: string;
  readonly egressPath: 'nat-gateway' | 'firewall';
  readonly failed: number | null;
  readonly dropped: number | null;
  readonly connections: number | null;
  /** Of a firewall's ports, in per cent. */
  readonly utilization: number | null;
  /** null: Azure told nothing of it. */
  readonly toldUntil: string | null;
  /** How many public addresses it has; null: not told. */
  readonly addresses: number | null;
  /** Ports of all its addresses, for each protocol; of a firewall with two instances, the fewest it has. null: not known. */
  readonly capacity: number | null;
  /** Connections to one destination address and port that a NAT gateway carries; null: not known, or there is no such limit. */
  readonly capacityToOne: number | null;
  /** What flows say, all nodes together. */
  readonly uses: readonly SharedUse[];
}

/** What leaves through one of them by one protocol. */
export interface SharedUse {
  readonly protocol: string;
  /** Connections at the same time, at the most: one port can serve several destinations. */
  readonly atMost: number;
  readonly atMostAt: string;
  readonly atEnd: number;
  /** The destination that held most; null: not to be seen. */
  readonly largest: {
    readonly destIp: string;
    readonly destPort: number;
    readonly connections: number;
    readonly at: string;
    /** Of `capacityToOne`, or where there is no such limit of `capacity`; null: not known. */
    readonly share: number | null;
  } | null;
}

export const sharedEgress = (
  network: Network,
  { steps, shared, together }: PortPaths,
  metrics: readonly MetricRow[],
): readonly SharedEgress[] => {
  const told = Map.groupBy(metrics, ({ resource }) => resource);
  const resourceOf = (leaving: Leaving): string => nameOf(network, leaving, [...told.keys()]);
  const used = Map.groupBy(steps.filter(isShared), resourceOf);
  const peaks = Map.groupBy(together, resourceOf);
  const sums = Map.groupBy(shared, resourceOf);
  return [...new Set([...told.keys(), ...used.keys()])].sort().flatMap((resource) => {
    const ways = used.get(resource) ?? [];
    const egressPath = pathOf(resource, ways);
    if (egressPath === null) return [];
    const limits = limitsOf(network, resource, egressPath, ways);
    const { capacity, capacityToOne } = limits;
    return [
      {
        resource,
        egressPath,
        ...countedOf(told.get(resource) ?? []),
        ...limits,
        uses: [...Map.groupBy(ways, ({ protocol }) => protocol)].sort(byName).map(([protocol, ones]): SharedUse => {
          const ofAll = (sums.get(resource) ?? []).filter((one) => one.protocol === protocol);
          const largest = (peaks.get(resource) ?? [])
            .filter((one) => one.protocol === protocol)
            .reduce<PathPeak | null>(
              (most, one) => (most === null || one.peakPorts > most.peakPorts ? one : most),
              null,
            );
          return {
            protocol,
            ...mostOf(ofAll, (ones[0] as PathSteps).from),
            atEnd: ones.reduce((sum, one) => sum + (portsHeld(one).at(-1) ?? 0), 0),
            largest: largest === null ? null : largestOf(largest, capacityToOne ?? capacity),
          };
        }),
      },
    ];
  });
};

const isShared = ({ egressPath, through }: Leaving): boolean =>
  egressPath === 'nat-gateway' || (egressPath === 'firewall' && through !== null);

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

const isGateway = (resource: string): boolean => resource.includes('/natgateways/');

/** Flows tell a gateway by its id, a firewall by its address, and of the gateway that AKS made neither. */
const nameOf = (network: Network, { egressPath, through }: Leaving, told: readonly string[]): string => {
  if (egressPath === 'firewall') return firewallAt(network, through)?.id ?? `appliance ${through ?? ''}`;
  if (through !== null) return through;
  const made = `/resourcegroups/${network.cluster?.nodeResourceGroup ?? ''}/`;
  return (
    [...network.natGateways.keys(), ...told].find((id) => isGateway(id) && id.includes(made)) ??
    'the NAT gateway of AKS'
  );
};

const pathOf = (resource: string, ways: readonly PathSteps[]): SharedEgress['egressPath'] | null => {
  if (isGateway(resource) || ways[0]?.egressPath === 'nat-gateway') return 'nat-gateway';
  return resource.includes('/azurefirewalls/') || ways.length > 0 ? 'firewall' : null;
};

const limitsOf = (
  network: Network,
  resource: string,
  egressPath: SharedEgress['egressPath'],
  ways: readonly PathSteps[],
): Pick<SharedEgress, 'addresses' | 'capacity' | 'capacityToOne'> => {
  if (egressPath === 'firewall') {
    const firewall = network.firewalls.find(({ id }) => id === resource);
    const addresses = firewall === undefined ? null : countOf(addressesOf(network, firewall.publicIps));
    return {
      addresses,
      capacity: addresses === null ? null : addresses * FIREWALL_PORTS * LEAST_FIREWALL_INSTANCES,
      capacityToOne: null,
    };
  }
  const isTold = network.natGateways.has(resource);
  const isOfAks = ways.some(({ through }) => through === null);
  const addresses = isTold || isOfAks ? countOf(gatewayAddresses(network, isTold ? resource : null)) : null;
  return {
    addresses,
    capacity: addresses === null ? null : addresses * GATEWAY_PORTS,
    capacityToOne: addresses === null ? null : addresses * GATEWAY_CONNECTIONS,
  };
};

const countedOf = (
  told: readonly MetricRow[],
): Pick<SharedEgress, 'failed' | 'dropped' | 'connections' | 'utilization' | 'toldUntil'> => {
  const { at: _, lastAt, ...counted } = sharedCounts(told);
  return { ...counted, toldUntil: told.length === 0 ? null : renderInstant(lastAt) };
};

/** Of one that flows tell by several ways, each with its own most: no more than these together. */
const mostOf = (ways: readonly SharedMost[], from: Instant): Pick<SharedUse, 'atMost' | 'atMostAt'> => {
  const [first] = ways.toSorted((a, b) => b.peakPorts - a.peakPorts);
  return {
    atMost: ways.reduce((sum, { peakPorts }) => sum + peakPorts, 0),
    atMostAt: renderInstant(first?.peakAt ?? from),
  };
};

const largestOf = (
  { destIp, destPort, peakPorts, peakAt }: PathPeak,
  capacity: number | null,
): NonNullable<SharedUse['largest']> => ({
  destIp,
  destPort,
  connections: peakPorts,
  at: renderInstant(peakAt),
  share: capacity === null ? null : peakPorts / capacity,
});
