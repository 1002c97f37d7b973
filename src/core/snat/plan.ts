import {
  allocationFor,
  type EgressSettings,
  gatewayConnections,
  type LoadBalancerEgress,
  MOST_GATEWAY_CONNECTIONS,
  MOST_NODES,
  nodesInUpgrade,
  portsOfNode,
  type Step,
  stepsBetween,
} from './allocation.ts';
import { closedHoldSeconds, type Translator } from './port-limits.ts';
import { isTakenBy } from './private-endpoint.ts';

/** What a node holds towards one destination at its peak, at the egress of now. */
export interface Demand {
  /** An address with its port, or any name that tells it from others; null: of all destinations together. */
  readonly dest: string | null;
  readonly protocol: 'tcp' | 'udp';
  readonly ports: number;
  /** Connections that a node opens to it in a second, and closes again; null: not known. */
  readonly opensPerSecond: number | null;
}

/** Of `ports` the fewest and the most that can be, or of connections. */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** What settings can carry, and what they have to. */
export interface Outlook {
  readonly settings: EgressSettings;
  readonly pool: number;
  /** What `capacity` is of: a node's ports, or the connections of all nodes to one destination. */
  readonly of: 'ports of a node' | 'connections to one destination';
  readonly capacity: number;
  /** The same with the nodes that an upgrade adds: what holds at the worst moment. */
  readonly capacityInUpgrade: number;
  /** In the unit of `capacity`, while an upgrade goes on; null: no demand was given. */
  readonly need: Bounds | null;
  readonly headroom: Bounds | null;
  readonly isEnough: Enough;
  /** Up to how many nodes the settings carry the demand, and an upgrade besides; 0: not even one. */
  readonly mostNodes: number;
}

/** `depends`: on how often one port serves several destinations. `not-in-upgrade`: but for the time of one. */
export type Enough = 'yes' | 'no' | 'depends' | 'not-in-upgrade' | 'unknown';

export interface CrossedStep extends Step {
  /** `growth`: it stays so. `upgrade`: for as long as the added nodes are there. */
  readonly by: 'growth' | 'upgrade';
}

/** An allocation that leaves a fifth free, as alerts begin at four fifths. */
const FULL_ENOUGH = 0.8;

export interface WhatIf {
  readonly before: Outlook;
  readonly after: Outlook;
  /** Steps of Azure's table between the two, and those that an upgrade crosses afterwards. */
  readonly steps: readonly CrossedStep[];
  /** The least of a load balancer that carries the demand with a fifth to spare; null: none can, or no demand was given. */
  readonly fits: Pick<LoadBalancerEgress, 'outboundIps' | 'portsPerNode'> | null;
}

/** What becomes of the demand under other settings. `leaving`: destinations that a private endpoint takes out of SNAT. Both settings are legal. */
export const whatIf = (
  before: EgressSettings,
  after: EgressSettings,
  demand: readonly Demand[],
  leaving: readonly string[],
): WhatIf => {
  const kept = demand.filter((one) => !leaving.some((endpoint) => isTakenBy(endpoint, one)));
  const carried = kept.map((one) => heldBehind(one, before.egress.kind, after.egress.kind));
  const later = outlook(after, carried, demand.length > 0);
  const rules = after.egress.kind === 'lb' ? after.egress.rules : 0;
  const held = carriedByLoadBalancer(kept.map((one) => heldBehind(one, before.egress.kind, 'lb')));
  return {
    before: outlook(
      before,
      demand.map((one) => heldBehind(one, before.egress.kind, before.egress.kind)),
      demand.length > 0,
    ),
    after: later,
    steps: crossed(before, after),
    fits: demand.length === 0 ? null : allocationFor(held.atMost / FULL_ENOUGH, nodesInUpgrade(after), rules),
  };
};

/**
 * Closed connections hold ports for as long as whoever translates says (Little's law): what changes is their part, and there are no fewer than these. They keep
 * their ports from their own destination alone, so of all destinations together a rate says nothing.
 */
export const heldBehind = (demand: Demand, before: Translator, after: Translator): Demand => {
  const { dest, ports, opensPerSecond, protocol } = demand;
  if (opensPerSecond === null || protocol !== 'tcp' || dest === null) return demand;
  const closed = Math.ceil(opensPerSecond * closedHoldSeconds(after));
  if (before === after) return { ...demand, ports: Math.max(ports, closed) };
  const open = Math.max(0, ports - opensPerSecond * closedHoldSeconds(before));
  return { ...demand, ports: Math.ceil(open + opensPerSecond * closedHoldSeconds(after)) };
};

const outlook = (settings: EgressSettings, demand: readonly Demand[], isKnown: boolean): Outlook => {
  const pool = nodesInUpgrade(settings);
  const need = isKnown ? needOf(settings, demand, pool) : null;
  const capacityInUpgrade = capacityAt(settings, pool);
  return {
    settings,
    pool,
    of: settings.egress.kind === 'lb' ? 'ports of a node' : 'connections to one destination',
    capacity: capacityAt(settings, settings.nodes),
    capacityInUpgrade,
    need,
    headroom:
      need === null ? null : { atLeast: capacityInUpgrade - need.atMost, atMost: capacityInUpgrade - need.atLeast },
    isEnough: isKnown ? isEnough(settings, demand, pool) : 'unknown',
    mostNodes: mostNodes(settings, demand),
  };
};

const isEnough = (settings: EgressSettings, demand: readonly Demand[], pool: number): Enough => {
  const inUpgrade = isEnoughFor(settings, demand, pool);
  if (inUpgrade !== 'no') return inUpgrade;
  const otherwise = isEnoughFor(settings, demand, settings.nodes);
  return otherwise === 'yes' ? 'not-in-upgrade' : otherwise;
};

const isEnoughFor = (settings: EgressSettings, demand: readonly Demand[], pool: number): 'yes' | 'no' | 'depends' => {
  const capacity = capacityAt(settings, pool);
  const { atLeast, atMost } = needOf(settings, demand, pool);
  if (atLeast > capacity || !isWithinGateway(settings, demand, pool)) return 'no';
  return atMost > capacity ? 'depends' : 'yes';
};

const capacityAt = ({ egress }: EgressSettings, pool: number): number =>
  egress.kind === 'lb' ? (portsOfNode(egress, pool) ?? 0) : gatewayConnections(egress);

const needOf = ({ egress }: EgressSettings, demand: readonly Demand[], pool: number): Bounds => {
  if (egress.kind === 'lb') return carriedByLoadBalancer(demand);
  // Towards each destination by itself; of what is told of all together anything from nothing to all may go to one.
  const apart = demand.map(({ dest, ports }): Bounds => ({ atLeast: dest === null ? 0 : ports, atMost: ports }));
  return {
    atLeast: Math.max(0, ...apart.map(({ atLeast }) => atLeast)) * pool,
    atMost: Math.max(0, ...apart.map(({ atMost }) => atMost)) * pool,
  };
};

/** One port serves several destinations at once, and TCP and UDP have ports each: no fewer than the largest destination holds, no more than all. */
const carriedByLoadBalancer = (demand: readonly Demand[]): Bounds => {
  const protocols = byProtocol(demand);
  return {
    atLeast: Math.max(0, ...protocols.map(({ atLeast }) => atLeast)),
    atMost: Math.max(0, ...protocols.map(({ atMost }) => atMost)),
  };
};

/** What is told of all destinations together is what a node holds: the others are parts of it. */
const byProtocol = (demand: readonly Demand[]): readonly Bounds[] =>
  [...Map.groupBy(demand, ({ protocol }) => protocol).values()].map((ones) => {
    const portsWhere = (isTogether: boolean): readonly number[] =>
      ones.filter(({ dest }) => (dest === null) === isTogether).map(({ ports }) => ports);
    const [together, apart] = [portsWhere(true), portsWhere(false)];
    const atLeast = Math.max(0, ...together, ...apart);
    return { atLeast, atMost: together.length > 0 ? atLeast : apart.reduce((sum, ports) => sum + ports, 0) };
  });

const isWithinGateway = ({ egress }: EgressSettings, demand: readonly Demand[], pool: number): boolean =>
  egress.kind === 'lb' ||
  byProtocol(demand).reduce((sum, { atMost }) => sum + atMost, 0) * pool <= MOST_GATEWAY_CONNECTIONS;

/** Steps go down with every node, so the first number of nodes from above that is carried is the most. */
const mostNodes = (settings: EgressSettings, demand: readonly Demand[]): number => {
  for (let nodes = MOST_NODES; nodes > 0; nodes--) {
    const pool = nodesInUpgrade({ ...settings, nodes });
    if (pool > MOST_NODES) continue;
    if (capacityAt(settings, pool) > 0 && isEnoughFor(settings, demand, pool) === 'yes') return nodes;
  }
  return 0;
};

const crossed = (before: EgressSettings, after: EgressSettings): readonly CrossedStep[] => {
  const { egress } = after;
  if (egress.kind !== 'lb' || egress.portsPerNode > 0) return [];
  const from = before.egress.kind === 'lb' && before.egress.portsPerNode === 0 ? before.nodes : after.nodes;
  const by = (way: CrossedStep['by'], start: number, end: number): readonly CrossedStep[] =>
    stepsBetween(start, end, egress.outboundIps).map((step) => ({ ...step, by: way }));
  return [...by('growth', from, after.nodes), ...by('upgrade', after.nodes, nodesInUpgrade(after))];
};
