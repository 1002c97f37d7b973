import type { Value } from '../../hcl/value.ts';
import type { Cluster, MonitoringAgent, NetworkProfile, Pool } from '../cluster.ts';
import {
  booleanAtOr,
  itemsOf,
  memberOf,
  numberAt,
  numberAtOr,
  referenceAt,
  textAt,
  textAtOr,
  textMapAt,
  textsAt,
} from '../members-of.ts';
import { asSurge, settingOf } from '../read-value.ts';
import type { ArmResource } from './resource.ts';

/** https://learn.microsoft.com/rest/api/aks/managed-clusters/get */
export const clusterOf = ({ thing, of }: ArmResource): Cluster => {
  const metrics = booleanAtOr(of, false, 'azureMonitorProfile', 'metrics', 'enabled');
  return {
    ...thing,
    location: textAt(of, 'location'),
    hasIdentity: memberOf(of, 'identity') !== undefined || memberOf(of, 'servicePrincipalProfile') !== undefined,
    pools: itemsOf(memberOf(of, 'agentPoolProfiles')).map((pool, i) => poolOf(pool, thing.address, i)),
    poolsSure: true,
    network: networkOf(of),
    agent: agentOf(of),
    metrics: metrics.is === 'set' && metrics.value ? { at: metrics.at } : null,
    networkObservability: booleanAtOr(of, false, 'networkProfile', 'advancedNetworking', 'observability', 'enabled'),
  };
};

const agentOf = (of: Value): MonitoringAgent | null => {
  const addon = memberOf(of, 'addonProfiles', 'omsagent');
  if (addon?.kind !== 'object') return null;
  return {
    at: addon.from,
    end: null,
    enabled: booleanAtOr(addon, true, 'enabled'),
    workspace: referenceAt(addon, 'config', 'logAnalyticsWorkspaceResourceID'),
    managedIdentity: booleanAtOr(addon, false, 'config', 'useAADAuth'),
  };
};

const networkOf = (cluster: Value): NetworkProfile => {
  const network = memberOf(cluster, 'networkProfile');
  const of: Value = network?.kind === 'object' ? network : { from: cluster.from, kind: 'object', items: new Map() };
  const lb = memberOf(of, 'loadBalancerProfile');
  const gateway = memberOf(of, 'natGatewayProfile');
  return {
    at: of.from,
    end: null,
    plugin: textAt(of, 'networkPlugin'),
    mode: textAt(of, 'networkPluginMode'),
    dataPlane: textAt(of, 'networkDataplane'),
    policy: textAt(of, 'networkPolicy'),
    outboundType: textAtOr(of, 'loadBalancer', 'outboundType'),
    podCidr: textAt(of, 'podCidr'),
    loadBalancer:
      lb?.kind !== 'object'
        ? null
        : {
            at: lb.from,
            end: null,
            managedIps: numberAt(lb, 'managedOutboundIPs', 'count'),
            ownIps:
              memberOf(lb, 'outboundIPPrefixes', 'publicIPPrefixes') === undefined
                ? itemsOf(memberOf(lb, 'outboundIPs', 'publicIPs')).length
                : undefined,
            portsPerNode: numberAtOr(lb, 0, 'allocatedOutboundPorts'),
            idleMinutes: numberAtOr(lb, 30, 'idleTimeoutInMinutes'),
          },
    natGateway:
      gateway?.kind !== 'object'
        ? null
        : {
            at: gateway.from,
            end: null,
            managedIps: numberAt(gateway, 'managedOutboundIPProfile', 'count'),
            idleMinutes: numberAtOr(gateway, 4, 'idleTimeoutInMinutes'),
          },
  };
};

const poolOf = (of: Value, cluster: string, i: number): Pool => {
  const name = textAt(of, 'name');
  const count = numberAtOr(of, 1, 'count');
  const scales = booleanAtOr(of, false, 'enableAutoScaling');
  const most = scales.is === 'untold' ? scales : scales.value ? numberAt(of, 'maxCount') : count;
  return {
    address: `${cluster}/agentPools/${name.is === 'set' ? (name.value ?? '') : String(i)}`,
    name,
    at: of.from,
    end: null,
    nodes: count,
    mostNodes: most,
    surge: settingOf(memberOf(of, 'upgradeSettings', 'maxSurge'), of.from, { percent: 10 }, asSurge),
    vmSize: textAt(of, 'vmSize'),
    os: textAtOr(of, 'Linux', 'osType'),
    subnet: referenceAt(of, 'vnetSubnetID'),
    podSubnet: referenceAt(of, 'podSubnetID'),
    labels: textMapAt(of, 'nodeLabels'),
    taints: textsAt(of, 'nodeTaints'),
    sysctls: sysctlsOf(of),
  };
};

/** `netNetfilterNfConntrackMax` is `net_netfilter_nf_conntrack_max` in Terraform. */
const sysctlsOf = (of: Value): Pool['sysctls'] => {
  const sysctls = memberOf(of, 'linuxOSConfig', 'sysctls');
  if (sysctls?.kind !== 'object') return null;
  const names = [
    'net_netfilter_nf_conntrack_max',
    'net_netfilter_nf_conntrack_buckets',
    'net_ipv4_ip_local_port_range_min',
    'net_ipv4_ip_local_port_range_max',
  ];
  const range = memberOf(sysctls, 'netIpv4IpLocalPortRange');
  const told = names.flatMap((name) => {
    const end = /_range_(min|max)$/.exec(name)?.[1];
    const member = memberOf(sysctls, camel(name));
    if (end === undefined) return member === undefined ? [] : [[name, numberAtOr(sysctls, 0, camel(name))] as const];
    const part = range?.kind === 'known' ? String(range.value).split(/\s+/)[end === 'min' ? 0 : 1] : undefined;
    if (range === undefined || part === undefined || !/^\d+$/.test(part)) return [];
    return [
      [name, { is: 'set' as const, value: Number(part), at: range.from, from: range.from, through: [] }] as const,
    ];
  });
  return { at: sysctls.from, values: new Map(told) };
};

const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
