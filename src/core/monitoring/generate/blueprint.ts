import { nodesInUpgrade, portsOfNode } from '../../snat/allocation.ts';
import { asSurge } from '../estate/read-value.ts';
import type { MonitoringSpec } from '../spec.ts';
import { code, type HclValue } from './hcl-writer.ts';

type Part<Name extends keyof MonitoringSpec> = NonNullable<MonitoringSpec[Name]>;

/** What is to be written: a spec in which names and ids may be left to whoever uses the module. Each that is null is a variable then. */
export interface Blueprint extends Omit<MonitoringSpec, 'cluster' | 'usage' | 'workspace' | 'flowLogs' | 'alerts'> {
  readonly cluster: {
    readonly name: string | null;
    readonly resourceGroup: string | null;
    readonly region: string | null;
    /** `managed`: AKS made it; else the ids of the network and of the subnet of the nodes. */
    readonly network: 'managed' | { readonly id: string | null; readonly subnet: string | null };
    /** SNAT ports of a node at its largest size; null: not told, or it does not leave by a load balancer. */
    readonly ports: number | null;
  };
  readonly workspace:
    | (Omit<Part<'workspace'>, 'existing'> & {
        /** One that is there; null: the module makes it. */
        readonly existing: {
          readonly id: string | null;
          readonly name: string | null;
          readonly group: string | null;
        } | null;
      })
    | null;
  readonly flowLogs:
    | (Omit<Part<'flowLogs'>, 'storageAccount'> & {
        /** One that is there; null: the module makes it. */
        readonly storageAccount: { readonly id: string | null } | null;
      })
    | null;
  readonly alerts: (Omit<Part<'alerts'>, 'actionGroup'> & { readonly actionGroup: string | null }) | null;
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
  const { cluster, usage: _, workspace, flowLogs, ...rest } = spec;
  const lb = spec.egress?.loadBalancer ?? null;
  return {
    ...rest,
    // a set: in whichever order they were written
    readers: rest.readers.toSorted(),
    workspace:
      workspace === null
        ? null
        : { ...workspace, existing: workspace.existing === null ? null : workspaceThere(workspace.existing) },
    flowLogs:
      flowLogs === null
        ? null
        : { ...flowLogs, storageAccount: flowLogs.storageAccount === null ? null : { id: flowLogs.storageAccount } },
    cluster: {
      name: cluster.name,
      resourceGroup: cluster.resourceGroup,
      region: cluster.region,
      network: cluster.network === 'managed' ? 'managed' : networkThere(cluster.network.subnet),
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

export const CLUSTER = 'data.azurerm_kubernetes_cluster.watched';
export const NODE_GROUP = code(`${CLUSTER}.node_resource_group`);
export const GROUP = ['resource_group_name', code('local.resource_group_name')] as const;
export const LOCATION = ['location', code('local.location')] as const;

/** What every resource that is named so takes; a number of two digits may come behind it. */
const MOST_LETTERS = 61;

/** A name with the cluster's in it, of letters, digits and hyphens, as most of Azure takes them. */
export const derived = ({ cluster }: Blueprint, suffix: string): HclValue =>
  cluster.name === null
    ? code(`"\${local.cluster_name}${suffix}"`)
    : `${cluster.name
        .replaceAll(/[^A-Za-z0-9-]+/g, '-')
        .slice(0, MOST_LETTERS - suffix.length)
        .replace(/-+$/, '')}${suffix}`;

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

/** `/subscriptions/…/virtualNetworks/NAME/subnets/NAME`: what stands before `/subnets` is the network. */
export const networkThere = (subnet: string): { readonly id: string; readonly subnet: string } => ({
  id: subnet.replace(/\/subnets\/[^/]+$/i, ''),
  subnet,
});

/** With the parts of its id that a data source asks for. */
export const workspaceThere = (
  id: string,
): { readonly id: string; readonly group: string | null; readonly name: string | null } => {
  const parts = id.split('/');
  return { id, group: parts[4] ?? null, name: parts.at(-1) ?? null };
};
