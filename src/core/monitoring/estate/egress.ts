import { nodesInUpgrade, portsOfNode } from '../../snat/allocation.ts';
import type { Cluster } from './cluster.ts';
import { toldOf } from './setting.ts';

/** How the nodes of a cluster were told to leave. `other`: by a route of one's own, or not at all. */
export type Leaving = 'load-balancer' | 'managed-gateway' | 'own-gateway' | 'other';

/** Null: not told. */
export const leavingOf = ({ network: { outboundType } }: Cluster): Leaving | null => {
  const type = toldOf(outboundType)?.toLowerCase();
  if (type === undefined) return null;
  if (type === 'loadbalancer') return 'load-balancer';
  if (type.startsWith('managednatgateway')) return 'managed-gateway';
  return type === 'userassignednatgateway' ? 'own-gateway' : 'other';
};

export interface NodeCount {
  /** Nodes that there are at the least: what is not told is left out. */
  readonly least: number;
  /** The most of all pools, without what an upgrade adds. */
  readonly most: number;
  /** The most while all pools are upgraded. */
  readonly inUpgrade: number;
  /** False: what is not told may add to each of them. */
  readonly sure: boolean;
}

export const nodeCount = ({ pools, poolsSure }: Cluster): NodeCount => {
  const certain = pools.filter((pool) => pool.certain !== false);
  const counted = certain.map(({ nodes, mostNodes, surge }) => {
    const [least, most, added] = [toldOf(nodes), toldOf(mostNodes), toldOf(surge)];
    const atMost = most ?? least ?? 0;
    return {
      least: least ?? 0,
      most: atMost,
      inUpgrade: added === undefined ? atMost : nodesInUpgrade({ nodes: atMost, surge: added }),
      sure: typeof least === 'number' && typeof most === 'number' && added !== undefined,
    };
  });
  const sum = (of: 'least' | 'most' | 'inUpgrade'): number => counted.reduce((all, one) => all + one[of], 0);
  return {
    least: sum('least'),
    most: sum('most'),
    inUpgrade: sum('inUpgrade'),
    sure: poolsSure && certain.length === pools.length && counted.every(({ sure }) => sure),
  };
};

export interface Frontends {
  readonly outboundIps: number;
  /** 0: by Azure's table. */
  readonly portsPerNode: number;
  readonly rules: number;
}

/** Addresses and ports of the load balancer that nodes leave by, without rules for what comes in; null: not told. */
export const frontendsOf = ({ network: { loadBalancer } }: Cluster): Frontends | null => {
  if (loadBalancer === null) return { outboundIps: 1, portsPerNode: 0, rules: 0 };
  const { managedIps, ownIps, portsPerNode } = loadBalancer;
  const managed = toldOf(managedIps);
  const ports = toldOf(portsPerNode);
  if (ownIps === undefined || managed === undefined || ports === undefined) return null;
  return { outboundIps: ownIps > 0 ? ownIps : (managed ?? 1), portsPerNode: ports, rules: 0 };
};

/** What a node has at a number of nodes; null: more nodes than there are ports for. */
export const portsAt = (frontends: Frontends, nodes: number): number | null => portsOfNode(frontends, nodes);
