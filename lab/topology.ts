import { nodeName } from '../simulator/estate.ts';
import type { NodeSpec } from '../simulator/kube/node-spec.ts';

/** Who has which address. Everything here exists only inside the run's own namespaces. */

export const POD_CIDR = '10.244.0.0/16';
export const POD_CIDR_V6 = 'fd00:10:244::/48';
export const DNS_SERVICE_IP = '10.0.0.10';
export const NODE_PORT = 30_080;
export const NODE_PORT_TARGET = 8_080;

/** A node of the lab: it has both families, and one masquerades as kube-proxy does. */
export interface NodePlan extends NodeSpec {
  readonly ipv6: string;
  readonly podCidrV6: string;
}

export const planNodes = (
  count: number,
  skewMs: ReadonlyMap<number, number>,
  uuid: () => string,
): readonly NodePlan[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    name: nodeName(index),
    uid: uuid(),
    ip: `10.224.0.${4 + index}`,
    ipv6: `fd00:10:224::${(4 + index).toString(16)}`,
    mac: `00:22:48:5c:10:${(0x40 + index).toString(16)}`,
    podCidr: `10.244.${index}.0/24`,
    podCidrV6: `${podPrefixV6(index)}/64`,
    fullyRandom: index === 2,
    skewMs: skewMs.get(index) ?? 0,
  }));

/** In RFC 5952's spelling, where a group of zeros before `::` vanishes in it. */
const podPrefixV6 = (index: number): string => (index === 0 ? 'fd00:10:244::' : `fd00:10:244:${index.toString(16)}::`);

/** The `host`th address of the node's two pod ranges, IPv4 first. */
export const podAddresses = (node: NodeSpec, host: number): readonly [string, string] => [
  `10.244.${node.index}.${host}`,
  `${podPrefixV6(node.index)}${host.toString(16)}`,
];

/** True for what pods hold: such an address on the wire needs no translation to be named. */
export const isPodAddress = (ip: string): boolean => ip.startsWith('10.244.') || ip.startsWith('fd00:10:244:');

export interface Outside {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly ports: { readonly tcp: readonly number[]; readonly udp: readonly number[] };
}

/** Destinations by the name that the scenario uses. `dead` has no host and `refusing` no listener. */
export const DESTINATIONS = {
  payments: { host: '203.0.113.10', port: 443 },
  paymentsV6: { host: '2001:db8:10::10', port: 443 },
  search: { host: '203.0.113.25', port: 9200 },
  telemetry: { host: '203.0.113.80', port: 443 },
  telemetryV6: { host: '2001:db8:10::80', port: 443 },
  statsd: { host: '203.0.113.81', port: 8125 },
  time: { host: '203.0.113.123', port: 123 },
  dnsUpstream: { host: '203.0.113.53', port: 53 },
  dnsUpstreamV6: { host: '2001:db8:20::53', port: 53 },
  suspicious: { host: '203.0.113.66', port: 443 },
  storage: { host: '198.51.100.20', port: 443 },
  storageV6: { host: '2001:db8:20::20', port: 443 },
  database: { host: '198.51.100.30', port: 5432 },
  cache: { host: '198.51.100.31', port: 6380 },
  registry: { host: '198.51.100.40', port: 443 },
  mail: { host: '198.51.100.50', port: 587 },
  refusing: { host: '198.51.100.99', port: 8443 },
  dead: { host: '203.0.113.200', port: 443 },
} as const;
export type Destination = keyof typeof DESTINATIONS;

const TCP_PORTS = [443, 587, 5432, 6380, 9200];
const UDP_PORTS = [53, 123, 8125];

const addressesOf = (...names: readonly Destination[]): readonly string[] =>
  names.map((name) => DESTINATIONS[name].host);

export const OUTSIDE: readonly Outside[] = [
  {
    name: 'partners',
    addresses: addressesOf(
      'payments',
      'paymentsV6',
      'search',
      'telemetry',
      'telemetryV6',
      'statsd',
      'time',
      'dnsUpstream',
      'suspicious',
    ),
    ports: { tcp: TCP_PORTS, udp: UDP_PORTS },
  },
  {
    name: 'platform',
    addresses: addressesOf(
      'storage',
      'storageV6',
      'dnsUpstreamV6',
      'database',
      'cache',
      'registry',
      'mail',
      'refusing',
    ),
    ports: { tcp: TCP_PORTS, udp: UDP_PORTS },
  },
  { name: 'clients', addresses: ['203.0.113.150', '203.0.113.151', '203.0.113.152'], ports: { tcp: [], udp: [] } },
];
