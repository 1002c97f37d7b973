import type { Absent, Configuration, Resource, Undeclared } from './terraform/configuration.ts';
import type { ActionGroup, LogAlert, MetricAlert, PrometheusAlert, SavedQuery } from './estate/alert.ts';
import type { Cluster } from './estate/cluster.ts';
import type {
  Association,
  CollectionEndpoint,
  CollectionRule,
  DiagnosticSetting,
  MonitorWorkspace,
  Workspace,
  WorkspaceTable,
} from './estate/collection.ts';
import type { FlowLog, RoleAssignment, StorageAccount, StoragePolicy } from './estate/flow-log.ts';
import type { AgentConfig, MasqConfig, Service, Workload } from './estate/kube.ts';
import type {
  Firewall,
  GatewayAddress,
  NatGateway,
  Network,
  PublicAddress,
  SecurityGroup,
  Subnet,
  SubnetTie,
} from './estate/network.ts';
import type { Thing } from './estate/thing.ts';

/** The members of an estate: what Terraform, documents of Azure and manifests of Kubernetes tell, in one shape. */
export interface Members {
  readonly clusters: readonly Cluster[];
  readonly workspaces: readonly Workspace[];
  readonly tables: readonly WorkspaceTable[];
  readonly monitorWorkspaces: readonly MonitorWorkspace[];
  readonly collectionRules: readonly CollectionRule[];
  readonly collectionEndpoints: readonly CollectionEndpoint[];
  readonly associations: readonly Association[];
  readonly diagnosticSettings: readonly DiagnosticSetting[];
  readonly flowLogs: readonly FlowLog[];
  readonly storageAccounts: readonly StorageAccount[];
  readonly storagePolicies: readonly StoragePolicy[];
  readonly roleAssignments: readonly RoleAssignment[];
  readonly networks: readonly Network[];
  readonly subnets: readonly Subnet[];
  readonly securityGroups: readonly SecurityGroup[];
  readonly subnetSecurityGroups: readonly SubnetTie[];
  readonly natGateways: readonly NatGateway[];
  readonly subnetNatGateways: readonly SubnetTie[];
  readonly gatewayAddresses: readonly GatewayAddress[];
  readonly publicAddresses: readonly PublicAddress[];
  readonly firewalls: readonly Firewall[];
  readonly metricAlerts: readonly MetricAlert[];
  readonly logAlerts: readonly LogAlert[];
  readonly prometheusAlerts: readonly PrometheusAlert[];
  readonly actionGroups: readonly ActionGroup[];
  readonly queries: readonly SavedQuery[];
  readonly agentConfigs: readonly AgentConfig[];
  readonly masqConfigs: readonly MasqConfig[];
  readonly services: readonly Service[];
  readonly workloads: readonly Workload[];
  readonly applicationInsights: readonly Thing[];
}

/** What is said of a configuration: that it is everything, that it is not, or nothing. */
export type Scope = 'as-found' | 'complete' | 'partial';

/** What may be kept in another place than the one that is audited. */
export const ELSEWHERE = ['flow-logs', 'alerts', 'queries', 'collection-rules', 'agent', 'nat-gateway'] as const;
export type Elsewhere = (typeof ELSEWHERE)[number];

/** What rules see: one root of Terraform with what stands beside it, or documents alone. */
export interface Estate extends Members {
  readonly scope: Scope;
  readonly elsewhere: ReadonlySet<Elsewhere>;
  readonly absent: readonly Absent[];
  /** A file of it could not be read whole: what seems missing may stand there. */
  readonly isTorn: boolean;
  /** As Terraform has them; of a plan what it makes. */
  readonly resources: readonly Resource[];
  readonly undeclared: readonly Undeclared[];
  readonly providerVersion: string | null;
  readonly isPlan: boolean;
  readonly says: Configuration['says'];
}

/** Which of these things an estate has, on whatever condition. */
const IS_IN: { readonly [what in Elsewhere]: (members: Members) => boolean } = {
  'flow-logs': ({ flowLogs }) => flowLogs.length > 0,
  alerts: ({ metricAlerts, logAlerts, prometheusAlerts }) =>
    metricAlerts.length + logAlerts.length + prometheusAlerts.length > 0,
  queries: ({ queries }) => queries.length > 0,
  'collection-rules': ({ collectionRules }) => collectionRules.length > 0,
  agent: ({ clusters, collectionRules }) => clusters.some(({ agent }) => agent !== null) || collectionRules.length > 0,
  'nat-gateway': ({ natGateways }) => natGateways.length > 0,
};

/** Of several roots what one has is, for the others, kept elsewhere: the network is often a root of its own. */
export const knowingOfEachOther = (estates: readonly Estate[]): readonly Estate[] =>
  estates.map((estate) => {
    const others = estates.filter((other) => other !== estate);
    const there = ELSEWHERE.filter((what) => others.some((other) => IS_IN[what](other)));
    return there.length === 0 ? estate : { ...estate, elsewhere: new Set([...estate.elsewhere, ...there]) };
  });

/** A configuration speaks for its monitoring when it makes the place where that goes; one that only joins a cluster to somebody's workspace does not. */
const claims = ({ workspaces, flowLogs, metricAlerts, logAlerts }: Estate): boolean =>
  [workspaces, flowLogs, metricAlerts, logAlerts].some((things) => things.some(({ certain }) => certain));

/** Whether it may be said that something is missing. Three kinds of files make a claim; `absent` modules and torn files may have it. */
export const mayMiss = (estate: Estate, what: Elsewhere): boolean =>
  !estate.elsewhere.has(what) &&
  (estate.scope === 'complete' ||
    (estate.scope === 'as-found' && claims(estate) && estate.absent.length === 0 && !estate.isTorn));

/** Whether what joins two resources would be seen if it were there. */
export const seesAll = ({ scope, absent, isTorn }: Estate): boolean =>
  scope !== 'partial' && absent.length === 0 && !isTorn;

/** Only addresses of nodes leave the cluster: overlay, or kubenet. Null: not told. */
export const isMasked = ({ network: { plugin, mode } }: Cluster): boolean | null => {
  if (plugin.is === 'set' && plugin.value === 'kubenet') return true;
  if (mode.is === 'set') return mode.value === 'overlay';
  return mode.is === 'untold' || plugin.is !== 'set' ? null : false;
};
