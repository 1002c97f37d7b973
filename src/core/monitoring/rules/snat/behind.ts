import { addInto, type Change, setArgument } from '../../changes.ts';
import type { Cluster, LoadBalancerProfile } from '../../estate/cluster.ts';
import { type Frontends, frontendsOf, leavingOf } from '../../estate/egress.ts';

export interface Behind {
  readonly cluster: Cluster;
  readonly frontends: Frontends;
  /** Its block; null: there is none. */
  readonly profile: LoadBalancerProfile | null;
}

/** Clusters that leave by the load balancer, whose addresses and ports are told. */
export const behind = (clusters: readonly Cluster[]): readonly Behind[] =>
  clusters.flatMap((cluster) => {
    const frontends = leavingOf(cluster) === 'load-balancer' ? frontendsOf(cluster) : null;
    return frontends === null ? [] : [{ cluster, frontends, profile: cluster.network.loadBalancer }];
  });

/** So many ports for each node, in the block that is there, or in a new one. */
export const withPorts = (cluster: Cluster, profile: LoadBalancerProfile | null, ports: number): readonly Change[] => {
  if (profile !== null) return setArgument(profile, 'outbound_ports_allocated', profile.portsPerNode, String(ports));
  const { network } = cluster;
  return addInto(
    network,
    '',
    'load_balancer_profile {',
    '  managed_outbound_ip_count = 1',
    `  outbound_ports_allocated  = ${ports}`,
    '}',
  );
};
