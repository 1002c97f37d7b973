import { fail, ok, type Result } from '../../base/result.ts';

/** Ports of one public address that a load balancer can give out, for TCP and for UDP alike. */
export const PORTS_PER_ADDRESS = 64_000;
/** A load balancing or inbound NAT rule takes ports of its frontend in steps of eight; so does an allocation. */
export const PORT_STEP = 8;
const MOST_MANAGED_ADDRESSES = 100;
const MOST_GATEWAY_ADDRESSES = 16;
/** Of an AKS cluster. */
export const MOST_NODES = 5_000;
/** Connections of one address of a NAT gateway to one destination address, port and protocol at the same time. */
export const GATEWAY_CONNECTIONS = 50_000;
/** Of a whole NAT gateway, however many addresses it has. */
export const MOST_GATEWAY_CONNECTIONS = 2_000_000;
const IDLE_MINUTES = { from: 4, until: 120 };

/**
 * Ports of each node by how many the backend pool holds, for one address, where nothing else was set. Azure's table, not a rule of ours: where they
 * differ, Azure is right. https://learn.microsoft.com/azure/load-balancer/load-balancer-outbound-connections#preallocatedports
 */
const BY_POOL_SIZE: readonly (readonly [upTo: number, ports: number])[] = [
  [50, 1_024],
  [100, 512],
  [200, 256],
  [400, 128],
  [800, 64],
  [1_000, 32],
];
/** More addresses give a node more, up to this (the same page: MIN(table × frontend addresses, 1024)). */
export const MOST_BY_TABLE = 1_024;
const LARGEST_POOL = 1_000;

/** Nodes that an upgrade adds for its time: so many, or so many of a hundred, rounded up as AKS does: where `pools` has their nodes, of each for itself. */
export type Surge = { readonly nodes: number } | { readonly percent: number; readonly pools?: readonly number[] };

export interface LoadBalancerEgress {
  readonly kind: 'lb';
  readonly outboundIps: number;
  /** 0: by Azure's table. */
  readonly portsPerNode: number;
  readonly idleMinutes: number;
  /** Load balancing and inbound NAT rules on the outbound addresses. */
  readonly rules: number;
}

export interface NatGatewayEgress {
  readonly kind: 'nat-gateway';
  readonly outboundIps: number;
  readonly idleMinutes: number;
}

export interface EgressSettings {
  readonly nodes: number;
  readonly surge: Surge;
  readonly egress: LoadBalancerEgress | NatGatewayEgress;
}

/** How many nodes there are while an upgrade goes on. */
export const nodesInUpgrade = ({ nodes, surge }: Pick<EgressSettings, 'nodes' | 'surge'>): number =>
  nodes + ('nodes' in surge ? surge.nodes : shareOf(nodes, surge.percent, surge.pools ?? [nodes]));

/** Pools are taken to grow alike. */
const shareOf = (nodes: number, percent: number, pools: readonly number[]): number => {
  const now = pools.reduce((sum, pool) => sum + pool, 0);
  // What rounding of fractions leaves over is no node.
  const of = (pool: number): number => Math.ceil((pool * nodes * percent) / (100 * now) - 1e-9);
  return now === 0 ? 0 : pools.reduce((sum, pool) => sum + of(pool), 0);
};

/** What Azure's table gives a node of a pool of that size; null: it has no row for it. */
const portsByTable = (pool: number, outboundIps: number): number | null => {
  const row = BY_POOL_SIZE.find(([upTo]) => pool <= upTo);
  return row === undefined ? null : Math.min(row[1] * outboundIps, MOST_BY_TABLE);
};

/** Ports that a load balancer's addresses have for nodes, once its rules have taken theirs. */
const portsToGive = ({ outboundIps, rules }: Pick<LoadBalancerEgress, 'outboundIps' | 'rules'>): number =>
  outboundIps * PORTS_PER_ADDRESS - rules * PORT_STEP;

/** What each of so many nodes gets of a load balancer. null: more nodes than Azure's table or the addresses have ports for. */
export const portsOfNode = (egress: Omit<LoadBalancerEgress, 'kind' | 'idleMinutes'>, pool: number): number | null => {
  if (egress.portsPerNode > 0) return egress.portsPerNode * pool <= portsToGive(egress) ? egress.portsPerNode : null;
  const ports = portsByTable(pool, egress.outboundIps);
  return ports !== null && ports * pool <= portsToGive(egress) ? ports : null;
};

/** The most ports that each of so many nodes can be given; 0: not even one step of them. */
export const mostPortsFor = (egress: Pick<LoadBalancerEgress, 'outboundIps' | 'rules'>, pool: number): number =>
  Math.floor(portsToGive(egress) / pool / PORT_STEP) * PORT_STEP;

/** How many nodes so many ports each go round. */
export const mostNodesFor = (egress: Omit<LoadBalancerEgress, 'kind' | 'idleMinutes'>): number =>
  Math.floor(portsToGive(egress) / egress.portsPerNode);

/** Connections of all nodes together to one destination. */
export const gatewayConnections = ({ outboundIps }: Pick<NatGatewayEgress, 'outboundIps'>): number =>
  outboundIps * GATEWAY_CONNECTIONS;

/** Whether Azure would take the settings. What it would not is refused with its rule and with what would do. */
export const checked = (settings: EgressSettings): Result<EgressSettings, string> => {
  const { nodes, egress } = settings;
  const { outboundIps, idleMinutes } = egress;
  const pool = nodesInUpgrade(settings);
  if (nodes < 1 || pool > MOST_NODES)
    return fail(`a cluster has 1 to ${says(MOST_NODES)} nodes, those of an upgrade among them, not ${says(pool)}`);
  const most = egress.kind === 'lb' ? MOST_MANAGED_ADDRESSES : MOST_GATEWAY_ADDRESSES;
  const name = egress.kind === 'lb' ? 'a load balancer of AKS' : 'a NAT gateway';
  if (outboundIps < 1 || outboundIps > most)
    return fail(`${name} has 1 to ${most} outbound addresses, not ${says(outboundIps)}`);
  if (idleMinutes < IDLE_MINUTES.from || idleMinutes > IDLE_MINUTES.until)
    return fail(`an idle timeout is ${IDLE_MINUTES.from} to ${IDLE_MINUTES.until} minutes, not ${says(idleMinutes)}`);
  return egress.kind === 'lb' ? checkedPorts(settings, egress, pool) : ok(settings);
};

const checkedPorts = (
  settings: EgressSettings,
  egress: LoadBalancerEgress,
  pool: number,
): Result<EgressSettings, string> => {
  const { portsPerNode, outboundIps, rules } = egress;
  const toGive = portsToGive(egress);
  const rulesSay = rules === 0 ? '' : `, less ${PORT_STEP} for each of ${says(rules)} rules`;
  if (portsPerNode === 0) {
    if (pool > LARGEST_POOL)
      return fail(
        `Azure's table ends at ${says(LARGEST_POOL)} nodes, and there would be ${says(pool)}: set the ports of a node`,
      );
    return portsOfNode(egress, pool) === null
      ? fail(
          `${says(PORTS_PER_ADDRESS)} ports × ${says(outboundIps)} addresses${rulesSay} are too few for what Azure's table gives ${says(pool)} nodes`,
        )
      : ok(settings);
  }
  if (portsPerNode % PORT_STEP !== 0)
    return fail(
      `ports of a node are a multiple of ${PORT_STEP}, not ${says(portsPerNode)}: ${says(portsPerNode - (portsPerNode % PORT_STEP))} or ${says(roundedUp(portsPerNode))}`,
    );
  if (portsPerNode > PORTS_PER_ADDRESS)
    return fail(`a node has at most ${says(PORTS_PER_ADDRESS)} ports, not ${says(portsPerNode)}`);
  if (portsPerNode * pool <= toGive) return ok(settings);
  const addresses = addressesFor(portsPerNode, pool, rules);
  const fewer = mostPortsFor(egress, pool);
  return fail(
    `${says(PORTS_PER_ADDRESS)} × ${says(outboundIps)} outbound addresses${rulesSay} must be at least ${says(portsPerNode)} ports × ${says(pool)} nodes (${says(nodesAdded(settings))} of them added by an upgrade): ${[
      ...(addresses <= MOST_MANAGED_ADDRESSES ? [`${says(addresses)} addresses would do`] : []),
      ...(fewer > 0 ? [`${says(fewer)} ports would do`] : []),
    ].join(', ')}`,
  );
};

const nodesAdded = (settings: EgressSettings): number => nodesInUpgrade(settings) - settings.nodes;

const roundedUp = (ports: number): number => Math.ceil(ports / PORT_STEP) * PORT_STEP;

const addressesFor = (ports: number, pool: number, rules: number): number =>
  Math.ceil((ports * pool + rules * PORT_STEP) / PORTS_PER_ADDRESS);

/** The least that gives each node at least so many ports; null: no load balancer can. */
export const allocationFor = (
  ports: number,
  pool: number,
  rules: number,
): Pick<LoadBalancerEgress, 'outboundIps' | 'portsPerNode'> | null => {
  const portsPerNode = Math.max(PORT_STEP, roundedUp(ports));
  const outboundIps = addressesFor(portsPerNode, pool, rules);
  return portsPerNode > PORTS_PER_ADDRESS || outboundIps > MOST_MANAGED_ADDRESSES
    ? null
    : { portsPerNode, outboundIps };
};

/** A number of nodes at which the ports of each become fewer. */
export interface Step {
  /** The first number of nodes behind the step. */
  readonly atNodes: number;
  readonly portsBefore: number;
  readonly portsAfter: number;
}

/** Steps of Azure's table that a pool crosses on the way from one size to another, upward or downward. */
export const stepsBetween = (from: number, until: number, outboundIps: number): readonly Step[] =>
  BY_POOL_SIZE.flatMap(([upTo]) => {
    const portsBefore = portsByTable(upTo, outboundIps);
    const portsAfter = portsByTable(upTo + 1, outboundIps);
    const isCrossed = Math.min(from, until) <= upTo && upTo < Math.max(from, until);
    return isCrossed && portsBefore !== null && portsAfter !== null && portsAfter < portsBefore
      ? [{ atNodes: upTo + 1, portsBefore, portsAfter }]
      : [];
  });

const says = (n: number): string => n.toLocaleString('en-US');
