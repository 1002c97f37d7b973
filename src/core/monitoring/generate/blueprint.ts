import { checked, nodesInUpgrade, portsOfNode } from '../../snat/allocation.ts';
import { asSurge } from '../estate/read-value.ts';
import type { MonitoringSpec } from '../spec.ts';
import { code, type HclValue } from './hcl-writer.ts';

/** What is to be written: a spec in which what the cluster is may be left to whoever uses the module. */
export interface Blueprint extends Omit<MonitoringSpec, 'cluster' | 'usage'> {
  readonly cluster: {
    /** Null: a variable of the module. */
    readonly name: string | null;
    readonly resourceGroup: string | null;
    readonly region: string | null;
    readonly network: MonitoringSpec['cluster']['network'];
    /** SNAT ports of a node at its largest size; null: a variable, or it does not leave by a load balancer. */
    readonly ports: number | null;
  };
}

/** A query that is saved for people. */
export interface PackedQuery {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly text: string;
}

/** A file of the module, by its name in the folder. */
export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/** Nodes at the most, those of an upgrade among them. */
const largest = ({ nodes }: MonitoringSpec['cluster']): number => {
  const surge = asSurge(nodes.surge) ?? { nodes: 0 };
  return nodesInUpgrade({ nodes: nodes.most ?? nodes.now, surge });
};

export const blueprintOf = (spec: MonitoringSpec): Blueprint => {
  const { cluster, usage: _, ...rest } = spec;
  const lb = spec.egress?.loadBalancer ?? null;
  return {
    ...rest,
    cluster: {
      name: cluster.name,
      resourceGroup: cluster.resourceGroup,
      region: cluster.region,
      network: cluster.network,
      ports: lb === null ? null : portsOfNode({ ...lb, rules: 0 }, largest(cluster)),
    },
  };
};

/** Of nothing: any cluster, whatever it has. */
export const UNTOLD: Blueprint = {
  cluster: { name: null, resourceGroup: null, region: null, network: 'managed', ports: null },
  workspace: null,
  inventory: null,
  logs: null,
  flowLogs: null,
  egress: null,
  alerts: null,
  queryPack: false,
  readers: [],
  needDays: 90,
};

/** What Azure would not take, or what the module could not be written for; null: nothing. */
export const refusalOf = ({ cluster, egress }: MonitoringSpec): string | null => {
  const surge = asSurge(cluster.nodes.surge) ?? { nodes: 0 };
  const nodes = cluster.nodes.most ?? cluster.nodes.now;
  const { loadBalancer: lb = null, natGateway: gateway = null } = egress ?? {};
  if (lb !== null) {
    const result = checked({ nodes, surge, egress: { kind: 'lb', rules: 0, ...lb } });
    return result.ok ? null : result.problem;
  }
  if (gateway === null) return null;
  const { outboundIps, idleMinutes } = gateway;
  const result = checked({ nodes, surge, egress: { kind: 'nat-gateway', outboundIps, idleMinutes } });
  return result.ok ? null : result.problem;
};

export const CLUSTER = 'data.azurerm_kubernetes_cluster.watched';
export const NODE_GROUP = code(`${CLUSTER}.node_resource_group`);
export const GROUP = ['resource_group_name', code('local.resource_group_name')] as const;
export const LOCATION = ['location', code('local.location')] as const;

/** A name with the cluster's in it, of letters, digits and hyphens, as most of Azure takes them. */
export const derived = ({ cluster }: Blueprint, suffix: string): HclValue =>
  cluster.name === null
    ? code(`"\${local.cluster_name}${suffix}"`)
    : `${cluster.name.replaceAll(/[^A-Za-z0-9-]+/g, '-').replace(/-+$/, '')}${suffix}`;

/** Tables of the agent that the rule collects, as streams. */
export const streamsOf = ({ inventory, logs }: Blueprint): readonly string[] => [
  ...new Set([
    ...(inventory?.tables ?? []).map((table) => `Microsoft-${table}`),
    ...(logs === null ? [] : ['Microsoft-ContainerLogV2']),
  ]),
];

/** `dataCollectionSettings` of Container Insights. */
export const collectionOf = ({ inventory }: Blueprint) => {
  const [only, without] = [inventory?.onlyNamespaces ?? [], inventory?.withoutNamespaces ?? []];
  const mode = only.length > 0 ? 'Include' : without.length > 0 ? 'Exclude' : 'Off';
  const namespaces = mode === 'Include' ? only : without;
  return {
    interval: inventory?.interval ?? '1m',
    namespaceFilteringMode: mode,
    ...(namespaces.length === 0 ? {} : { namespaces }),
    enableContainerLogV2: true,
  };
};

/** The parts of an id of a resource that a data source asks for. */
export const partsOf = (id: string): { readonly group: string; readonly name: string } => {
  const parts = id.split('/');
  return { group: parts[4] ?? '', name: parts.at(-1) ?? '' };
};
