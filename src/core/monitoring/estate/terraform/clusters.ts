import { block, blocks, type Resource, type Section } from '../../terraform/configuration.ts';
import type { Cluster, MonitoringAgent, NetworkProfile, Pool } from '../cluster.ts';
import type { Setting } from '../setting.ts';
import { means } from '../thing.ts';
import {
  booleanOr,
  isThere,
  numberIn,
  numberOr,
  referenceIn,
  referencesIn,
  surgeIn,
  textIn,
  textMapIn,
  textOr,
  textsIn,
  thingOf,
} from './read-section.ts';

/** Azure's own: https://learn.microsoft.com/azure/aks/load-balancer-standard */
const LB_IDLE_MINUTES = 30;
/** https://learn.microsoft.com/azure/aks/nat-gateway */
const GATEWAY_IDLE_MINUTES = 4;

const agentOf = (cluster: Section): MonitoringAgent | null => {
  const oms = block(cluster, 'oms_agent');
  if (oms === undefined) return null;
  return {
    at: oms.spot,
    end: oms.end,
    enabled: booleanOr(oms, 'enabled', true),
    workspace: referenceIn(oms, 'log_analytics_workspace_id'),
    managedIdentity: booleanOr(oms, 'msi_auth_for_monitoring_enabled', false),
  };
};

const ownIps = (profile: Section): number | undefined => {
  const ids = ['outbound_ip_address_ids', 'outbound_ip_prefix_ids'].map((name) => referencesIn(profile, name));
  // how many addresses a prefix has is not known here
  return ids.every(({ sure }) => sure) && ids[1]?.references.length === 0 ? ids[0]?.references.length : undefined;
};

const networkOf = (cluster: Section): NetworkProfile => {
  const network = block(cluster, 'network_profile');
  const of = network ?? { ...cluster, arguments: new Map(), places: new Map(), blocks: new Map() };
  const lb = block(network, 'load_balancer_profile');
  const gateway = block(network, 'nat_gateway_profile');
  return {
    at: of.spot,
    end: network?.end ?? null,
    plugin: textIn(of, 'network_plugin'),
    mode: textIn(of, 'network_plugin_mode'),
    dataPlane: textIn(
      of,
      network?.arguments.has('ebpf_data_plane') === true ? 'ebpf_data_plane' : 'network_data_plane',
    ),
    policy: textIn(of, 'network_policy'),
    outboundType: textOr(of, 'outbound_type', 'loadBalancer'),
    podCidr: textIn(of, 'pod_cidr'),
    loadBalancer:
      lb === undefined
        ? null
        : {
            at: lb.spot,
            end: lb.end,
            managedIps: numberIn(lb, 'managed_outbound_ip_count'),
            ownIps: ownIps(lb),
            portsPerNode: numberOr(lb, 'outbound_ports_allocated', 0),
            idleMinutes: numberOr(lb, 'idle_timeout_in_minutes', LB_IDLE_MINUTES),
          },
    natGateway:
      gateway === undefined
        ? null
        : {
            at: gateway.spot,
            end: gateway.end,
            managedIps: numberIn(gateway, 'managed_outbound_ip_count'),
            idleMinutes: numberOr(gateway, 'idle_timeout_in_minutes', GATEWAY_IDLE_MINUTES),
          },
  };
};

/** With the autoscaler from and to, else as many as there are. */
const nodesOf = (pool: Section): Pick<Pool, 'nodes' | 'mostNodes'> => {
  const old = pool.arguments.has('enable_auto_scaling');
  const scales = booleanOr(pool, old ? 'enable_auto_scaling' : 'auto_scaling_enabled', false);
  const count: Setting<number> = numberOr(pool, 'node_count', 1);
  if (scales.is === 'untold') return { nodes: scales, mostNodes: scales };
  return scales.value
    ? { nodes: numberIn(pool, 'min_count'), mostNodes: numberIn(pool, 'max_count') }
    : { nodes: count, mostNodes: count };
};

const sysctlsOf = (pool: Section): Pool['sysctls'] => {
  const sysctl = block(pool, 'linux_os_config', 'sysctl_config');
  if (sysctl === undefined) return null;
  const names = [...sysctl.arguments.keys()];
  return { at: sysctl.spot, values: new Map(names.map((name) => [name, numberOr(sysctl, name, 0)])) };
};

const poolOf = (address: string, pool: Section, certain: boolean): Pool => ({
  address,
  certain,
  name: textIn(pool, 'name'),
  at: pool.spot,
  end: pool.end,
  ...nodesOf(pool),
  surge: surgeIn(block(pool, 'upgrade_settings'), pool.spot),
  vmSize: textIn(pool, 'vm_size'),
  os: textOr(pool, 'os_type', 'Linux'),
  subnet: referenceIn(pool, 'vnet_subnet_id'),
  podSubnet: referenceIn(pool, 'pod_subnet_id'),
  labels: textMapIn(pool, 'node_labels'),
  taints: textsIn(pool, 'node_taints'),
  sysctls: sysctlsOf(pool),
});

/** Clusters with their pools. `isWhole`: no module is missing that may have more of them. */
export const clustersOf = (resources: readonly Resource[], isWhole: boolean): readonly Cluster[] => {
  const pools = resources.filter((r) => r.type === 'azurerm_kubernetes_cluster_node_pool' && r.mode === 'managed');
  return resources
    .filter((r) => r.type === 'azurerm_kubernetes_cluster' && r.mode === 'managed')
    .map((r) => {
      const thing = thingOf(r);
      const own = pools.map((p) => ({ p, is: means(referenceIn(p.body, 'kubernetes_cluster_id'), thing) }));
      const inside = blocks(r.body, 'default_node_pool');
      const metrics = block(r.body, 'monitor_metrics');
      const acns = block(r.body, 'network_profile', 'advanced_networking');
      return {
        ...thing,
        location: textIn(r.body, 'location'),
        hasIdentity: isThere(r.body, 'identity', 'service_principal'),
        pools: [
          ...inside.map((p) => poolOf(`${r.address}.default_node_pool`, p, !r.body.maybe.has('default_node_pool'))),
          ...own.filter(({ is }) => is === true).map(({ p }) => poolOf(p.address, p.body, p.certain)),
        ],
        poolsSure:
          isWhole && inside.length === 1 && own.every(({ p, is }) => is === false || (is === true && p.certain)),
        network: networkOf(r.body),
        agent: agentOf(r.body),
        metrics: metrics === undefined ? null : { at: metrics.spot },
        networkObservability:
          acns === undefined
            ? { is: 'unset', value: false, at: r.body.spot }
            : booleanOr(acns, 'observability_enabled', true),
      };
    });
};
