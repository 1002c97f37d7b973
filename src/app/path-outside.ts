import { isPrivate } from '../base/address-block.ts';
import type { Ip } from '../base/ip.ts';
import type { Egress } from '../core/egress/egress-path.ts';
import type { Firewall } from '../core/egress/azure-resource.ts';
import type { Network } from '../core/egress/network.ts';
import { GATEWAY_CONNECTIONS, MOST_BY_TABLE, portsOfNode, stepsBetween } from '../core/snat/allocation.ts';
import { FIREWALL_PORTS, GATEWAY_PORTS } from '../core/snat/port-limits.ts';
import type { Missing } from './missing.ts';

/** What becomes of a packet at one place. */
export interface Hop {
  readonly hop: 'pod' | 'node' | 'egress' | 'destination';
  /** Its name. */
  readonly where: string;
  /** The source addresses that a packet may have when it leaves; of the destination those that it sees. null: not known. */
  readonly addresses: readonly string[] | null;
  /** What is done to the source address; null: not known. */
  readonly translation: 'masquerade' | 'snat' | 'none' | null;
  readonly says: string;
  /** What can run out there. */
  readonly limits: readonly Limit[];
}

export interface Limit {
  /** null: it depends on what is not known. */
  readonly ports: number | null;
  readonly says: string;
}

/** What is done where a packet leaves, and what the other side sees of it. */
export interface Outside {
  readonly where: string;
  readonly translation: Hop['translation'];
  /** null: not known. */
  readonly addresses: readonly string[] | null;
  readonly sees: string;
  readonly limits: readonly Limit[];
  readonly missing: readonly Missing[];
}

export const outsideOf = (network: Network, egress: Egress, source: string | null, dest: Ip): Outside => {
  const { path, through } = egress;
  switch (path) {
    case 'lb':
      return loadBalancer(network);
    case 'nat-gateway':
      return natGateway(network, through);
    case 'firewall':
      return isPrivate(dest) ? throughFirewall(network, through) : firewall(network, through);
    case 'private-endpoint':
      return inside(through === null ? path : nameIn(through), source, 'the service sees an address of the network');
    case 'service-endpoint':
      return inside(path, source, 'the service sees the inner address, and which network it is of');
    case 'vnet':
      return inside('virtual network', source, 'nothing else translates it');
    case 'egress-gateway':
      return unknown('static egress gateway', 'snat', 'an address of the prefix of its node pool', {
        what: 'the prefix of the egress gateway',
        how: 'kubectl get staticgatewayconfigurations -A -o yaml (status.egressIpPrefix)',
      });
    case 'unknown':
      return unknown('unknown', null, 'not known');
  }
};

const nameIn = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

const inside = (where: string, source: string | null, sees: string): Outside => ({
  where,
  translation: 'none',
  addresses: source === null ? null : [source],
  sees,
  limits: [],
  missing: [],
});

const unknown = (where: string, translation: Hop['translation'], sees: string, missing?: Missing): Outside => ({
  where,
  translation,
  addresses: null,
  sees,
  limits: [],
  missing: missing === undefined ? [] : [missing],
});

/** Addresses by the ids of their resources; null: of one it is not told. */
export const addressesOf = ({ publicIps }: Network, ids: readonly string[]): readonly string[] | null => {
  const told = ids.map((id) => (id.startsWith('/') ? publicIps.get(id) : id));
  return told.length > 0 && told.every((one) => one !== undefined) ? told : null;
};

const sees = (addresses: readonly string[] | null): string =>
  addresses === null
    ? 'a public address that is not told'
    : addresses.length === 1
      ? 'this address'
      : 'one of these addresses, which one is not known before';

const lacksAddresses = (addresses: readonly string[] | null): readonly Missing[] =>
  addresses === null
    ? [
        {
          what: 'the public addresses that the other side sees',
          how: 'az network public-ip list -o json > ips.json; az network public-ip prefix list -o json > prefixes.json; unmasq ingest ips.json prefixes.json',
        },
      ]
    : [];

/** https://learn.microsoft.com/azure/load-balancer/load-balancer-outbound-connections */
const loadBalancer = (network: Network): Outside => {
  const { cluster, loadBalancer: told } = network;
  const rules = told?.outboundRules ?? [];
  const ids = rules.flatMap(({ publicIps }) => publicIps);
  const addresses = addressesOf(network, ids.length > 0 ? [...new Set(ids)] : (cluster?.loadBalancer?.publicIps ?? []));
  const ips = countOf(addresses) ?? cluster?.loadBalancer?.managedIps ?? null;
  const ports = rules[0]?.portsPerNode ?? cluster?.loadBalancer?.portsPerNode ?? 0;
  const idle = rules[0]?.idleMinutes ?? cluster?.loadBalancer?.idleMinutes ?? null;
  const nodes = (cluster?.pools ?? []).reduce<number | null>(
    (sum, pool) => (sum === null || pool.nodes === null ? null : sum + pool.nodes),
    0,
  );
  return {
    where: 'load balancer kubernetes',
    translation: 'snat',
    addresses,
    sees: sees(addresses),
    limits: [
      ports > 0
        ? { ports, says: 'for each node, as they were allocated' }
        : {
            ports:
              nodes === null || ips === null
                ? null
                : portsOfNode({ outboundIps: ips, portsPerNode: 0, rules: 0 }, nodes),
            says: `for each node ${tableFor(ips ?? 1)}${ips === null ? ', if it has one address' : ''}${nodes === null ? '' : ` (${nodes} nodes when it was listed)`}`,
          },
      ...idleLimit(idle),
    ],
    missing: lacksAddresses(addresses),
  };
};

/** Azure's table, as so many addresses have it. */
const tableFor = (addresses: number): string => {
  const steps = stepsBetween(1, 1_000, addresses);
  const [first] = steps;
  return first === undefined
    ? `${MOST_BY_TABLE.toLocaleString('en')} up to 1,000 nodes`
    : [
        `${first.portsBefore.toLocaleString('en')} up to ${first.atNodes - 1} nodes`,
        ...steps.map(({ atNodes, portsAfter }) => `${portsAfter.toLocaleString('en')} from ${atNodes} on`),
      ].join(', ');
};

const idleLimit = (minutes: number | null): readonly Limit[] =>
  minutes === null ? [] : [{ ports: null, says: `what is silent for ${minutes} minutes is forgotten` }];

/** The addresses of a NAT gateway; without an id of the one that AKS made. null: not known. */
export const gatewayAddresses = (network: Network, id: string | null): readonly string[] | null => {
  const told = id === null ? undefined : network.natGateways.get(id);
  return addressesOf(network, told?.publicIps ?? (id === null ? (network.cluster?.natGateway?.publicIps ?? []) : []));
};

const natGateway = (network: Network, id: string | null): Outside => {
  const told = id === null ? undefined : network.natGateways.get(id);
  const addresses = gatewayAddresses(network, id);
  const idle = told?.idleMinutes ?? network.cluster?.natGateway?.idleMinutes ?? null;
  const ips = countOf(addresses);
  const untold =
    id !== null && told === undefined
      ? [
          {
            what: `the NAT gateway ${nameIn(id)}`,
            how: `az network nat gateway show --ids ${id} -o json > nat.json; unmasq ingest nat.json`,
          },
        ]
      : [];
  return {
    where: id === null ? 'NAT gateway' : `NAT gateway ${nameIn(id)}`,
    translation: 'snat',
    addresses,
    sees: sees(addresses),
    limits: [
      {
        ports: ips === null ? null : ips * GATEWAY_PORTS,
        says: `${GATEWAY_PORTS.toLocaleString('en')} for each address, shared by all nodes of its subnets`,
      },
      {
        ports: ips === null ? null : ips * GATEWAY_CONNECTIONS,
        says: `connections to one address and port at a time, ${GATEWAY_CONNECTIONS.toLocaleString('en')} for each address`,
      },
      ...idleLimit(idle),
    ],
    missing: [...untold, ...lacksAddresses(addresses)],
  };
};

/** How many single addresses there are in all; null: not known. */
export const countOf = (addresses: readonly string[] | null): number | null =>
  addresses === null ? null : addresses.reduce((sum, address) => sum + sizeOf(address), 0);

/** How many addresses a prefix has. */
const sizeOf = (address: string): number => {
  const [, width] = address.split('/');
  return width === undefined ? 1 : 2 ** ((address.includes(':') ? 128 : 32) - Number(width));
};

export const firewallAt = ({ firewalls }: Network, ip: string | null): Firewall | undefined =>
  firewalls.find(({ privateIps }) => ip !== null && privateIps.includes(ip));

const applianceName = (told: Firewall | undefined, ip: string | null): string =>
  told === undefined ? `appliance ${ip ?? ''}`.trim() : `firewall ${told.name}`;

/** To private addresses network rules keep the source, unless the firewall is set otherwise; application rules do not. https://learn.microsoft.com/azure/firewall/snat-private-range */
const throughFirewall = (network: Network, ip: string | null): Outside =>
  unknown(
    applianceName(firewallAt(network, ip), ip),
    null,
    'the source as it was, unless the firewall is set to translate',
  );

const firewall = (network: Network, ip: string | null): Outside => {
  const told = firewallAt(network, ip);
  const addresses = told === undefined ? null : addressesOf(network, told.publicIps);
  return {
    where: applianceName(told, ip),
    translation: told === undefined ? null : 'snat',
    addresses,
    sees: told === undefined ? 'whatever the appliance makes of it' : sees(addresses),
    limits:
      told === undefined
        ? []
        : [
            {
              ports: null,
              says: `${FIREWALL_PORTS.toLocaleString('en')} for each address and instance of it, two at the least`,
            },
          ],
    missing:
      told === undefined
        ? [
            {
              what: `what the appliance${ip === null ? '' : ` at ${ip}`} is`,
              how: 'az network firewall list -o json > firewalls.json; unmasq ingest firewalls.json (where it is an Azure Firewall)',
            },
          ]
        : lacksAddresses(addresses),
  };
};
