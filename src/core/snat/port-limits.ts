import { SECOND } from '../../base/instant.ts';
import { GATEWAY_CONNECTIONS, MOST_GATEWAY_CONNECTIONS, PORT_STEP, PORTS_PER_ADDRESS } from './allocation.ts';

/** Who translates: the node's kernel, or what stands behind it. */
export type Translator = 'lb' | 'nat-gateway' | 'node';

/** What a port waits for before it can be given out again. */
export type HeldAfter = 'tcp-fin' | 'tcp-rst' | 'tcp-half-open' | 'tcp-idle' | 'udp-end' | 'udp-idle';

export interface Hold {
  readonly by: Translator;
  readonly after: HeldAfter;
  readonly seconds: number;
  /** The settings that change it; null: nobody can. */
  readonly setBy: string | null;
  /** Only towards the destination that it was used for; others may have it at once. */
  readonly onlySameDestination: boolean;
  /** `stated` by who makes it, now; `older`: by copies of the same page that are no longer published. */
  readonly rests: 'stated' | 'older';
  readonly source: string;
}

const LOAD_BALANCER = 'https://learn.microsoft.com/azure/load-balancer/load-balancer-outbound-connections';
const AKS_LOAD_BALANCER = 'https://learn.microsoft.com/azure/aks/load-balancer-standard';
const NAT_GATEWAY = 'https://learn.microsoft.com/azure/nat-gateway/nat-gateway-resource';
const CONNTRACK = 'https://docs.kernel.org/networking/nf_conntrack-sysctl.html';

/** How long a port stays taken. docs/reference/snat-limits.md prints it; a test holds the two together. */
export const HOLDS: readonly Hold[] = [
  hold('lb', 'tcp-fin', 240, null, true, 'older', LOAD_BALANCER),
  hold('lb', 'tcp-rst', 15, null, true, 'older', LOAD_BALANCER),
  hold('lb', 'tcp-idle', 1_800, 'idle timeout, 4 to 120 minutes; 30 in AKS', false, 'stated', AKS_LOAD_BALANCER),
  hold('nat-gateway', 'tcp-fin', 65, null, true, 'stated', NAT_GATEWAY),
  hold('nat-gateway', 'tcp-rst', 16, null, true, 'stated', NAT_GATEWAY),
  hold('nat-gateway', 'tcp-half-open', 30, null, true, 'stated', NAT_GATEWAY),
  hold('nat-gateway', 'tcp-idle', 240, 'idle timeout, 4 to 120 minutes', false, 'stated', NAT_GATEWAY),
  hold('nat-gateway', 'udp-end', 65, null, true, 'stated', NAT_GATEWAY),
  hold('nat-gateway', 'udp-idle', 240, null, false, 'stated', NAT_GATEWAY),
  hold('node', 'tcp-fin', 120, 'nf_conntrack_tcp_timeout_time_wait', true, 'stated', CONNTRACK),
  hold('node', 'tcp-rst', 10, 'nf_conntrack_tcp_timeout_close', true, 'stated', CONNTRACK),
  hold('node', 'tcp-half-open', 120, 'nf_conntrack_tcp_timeout_syn_sent', true, 'stated', CONNTRACK),
  hold('node', 'tcp-idle', 432_000, 'nf_conntrack_tcp_timeout_established', true, 'stated', CONNTRACK),
  hold('node', 'udp-idle', 120, 'nf_conntrack_udp_timeout_stream; 30 s before an answer', true, 'stated', CONNTRACK),
];

function hold(
  by: Translator,
  after: HeldAfter,
  seconds: number,
  setBy: string | null,
  onlySameDestination: boolean,
  rests: Hold['rests'],
  source: string,
): Hold {
  return { by, after, seconds, setBy, onlySameDestination, rests, source };
}

/** How long a port stays taken behind a TCP connection that ended as it should. */
export const closedHoldSeconds = (by: Translator): number =>
  HOLDS.find((one) => one.by === by && one.after === 'tcp-fin')?.seconds ?? 0;

/** How much longer than the node, whose connection tracking still has the entry, a load balancer keeps the port of a closed connection. */
export const LB_LONGER = (closedHoldSeconds('lb') - closedHoldSeconds('node')) * SECOND;

/** Ports that a node's translation can choose from for one destination address, port and protocol: 1024–65535. */
export const NODE_PORTS = 64_512;

/** Ports of one address of a NAT gateway, which all nodes of the subnet share. */
export const GATEWAY_PORTS = 64_512;
/** Ports that one instance of Azure Firewall has of each address, for TCP and for UDP. */
export const FIREWALL_PORTS = 2_496;
/** Azure Firewall has no fewer. https://learn.microsoft.com/azure/firewall/firewall-performance */
export const LEAST_FIREWALL_INSTANCES = 2;
/** Ports of its own that a pod can choose from for one destination address and port: 32768–60999, unless net.ipv4.ip_local_port_range was set. */
export const POD_PORTS = 28_232;

/** How many ports, or connections, there are at most. docs/reference/snat-limits.md prints it too. */
export interface Limit {
  readonly of: string;
  readonly most: number;
  readonly unit: string;
  readonly source: string;
}

export const LIMITS: readonly Limit[] = [
  {
    of: 'a load balancer',
    most: PORTS_PER_ADDRESS,
    unit: 'ports of each outbound address, for TCP and for UDP',
    source: LOAD_BALANCER,
  },
  { of: 'a load balancing rule', most: PORT_STEP, unit: 'ports that it takes of its address', source: LOAD_BALANCER },
  {
    of: 'a NAT gateway',
    most: GATEWAY_PORTS,
    unit: 'ports of each outbound address, which all nodes of the subnet share',
    source: NAT_GATEWAY,
  },
  {
    of: 'a NAT gateway',
    most: GATEWAY_CONNECTIONS,
    unit: 'connections of each outbound address to one destination address, port and protocol',
    source: NAT_GATEWAY,
  },
  { of: 'a NAT gateway', most: MOST_GATEWAY_CONNECTIONS, unit: 'connections in all', source: NAT_GATEWAY },
  {
    of: 'Azure Firewall',
    most: FIREWALL_PORTS,
    unit: 'ports of each address and instance, for TCP and for UDP',
    source: 'https://learn.microsoft.com/azure/firewall/deploy-multi-public-ip-powershell',
  },
  {
    of: 'a node (masquerade)',
    most: NODE_PORTS,
    unit: 'ports to one destination address, port and protocol',
    source: 'https://github.com/torvalds/linux/blob/master/net/netfilter/nf_nat_core.c',
  },
  {
    of: 'a pod',
    most: POD_PORTS,
    unit: 'ports of its own (net.ipv4.ip_local_port_range 32768–60999) to one destination address and port',
    source: 'https://docs.kernel.org/networking/ip-sysctl.html',
  },
];
