import type { Estate } from '../estate.ts';
import { type CollectionRule, isContainerInsights } from '../estate/collection.ts';
import type { Cluster } from '../estate/cluster.ts';
import { frontendsOf, leavingOf, nodeCount, portsAt } from '../estate/egress.ts';
import { regionOf } from '../estate/region.ts';
import { type Reference, type Setting, type Texts, toldOf } from '../estate/setting.ts';
import { firstOf, meant } from '../estate/thing.ts';
import { GROUP } from '../rules/inventory-sources.ts';
import { GUID, INVENTORY_TABLES, TABLE_PLANS } from '../spec.ts';
import type { Value } from '../hcl/value.ts';
import { memberOf, plainText } from '../estate/members-of.ts';
import { COMMITMENT_TIERS } from '../../prices/meters.ts';
import { argument, type Resource } from '../terraform/configuration.ts';
import { type Blueprint, networkThere, UNTOLD, workspaceThere } from './blueprint.ts';

export interface EstateTold {
  readonly blueprint: Blueprint;
  /** What was taken as usual, as the configuration does not tell it. */
  readonly usual: readonly string[];
}

/** What a configuration sets up, to be written as unmasq writes it. Ids and names that it does not tell become variables of the module. */
export const blueprintOfEstate = (estate: Estate, needDays: number | null = null): EstateTold => {
  const usual: string[] = [];
  /** What a setting says, else what is usual, which is then told. */
  const or = <T>(setting: Setting<T | null> | undefined, fallback: T, what: string): T => {
    const told = setting === undefined ? null : toldOf(setting);
    if (told === undefined) usual.push(`${what} is not told: ${String(fallback)} is taken`);
    return told ?? fallback;
  };
  const cluster = firstOf(estate.clusters) ?? null;
  const rule = firstOf(estate.collectionRules.filter((one) => isContainerInsights(one) === true)) ?? null;
  const egress = cluster === null ? egressSaid(estate, or) : egressOf(cluster, estate, or);
  const flowLogs = flowLogsOf(estate, or);
  if (flowLogs !== null && estate.flowLogs.some(({ retention }) => retention !== null && toldOf(retention.days) === 0))
    usual.push(`flow logs were kept for ever: ${FLOW_LOG_DAYS} days are taken`);
  const needsWorkspace = rule !== null || (flowLogs !== null && flowLogs.trafficAnalytics !== 'off');
  const workspace = workspaceOf(estate, cluster, rule, needsWorkspace, or);
  const inventory = inventoryOf(rule, or);
  const queryPack = estate.queries.some(({ of }) => of === 'pack') && workspace !== null;
  const written = rule?.extensions.map(({ settings }) =>
    settings === null || settings === 'untold' ? null : text(settings.interval),
  )[0];
  if (typeof written === 'string' && written !== inventory?.interval)
    usual.push(`"${written}" is no interval: ${inventory?.interval ?? '1m'} is taken`);
  return {
    usual,
    blueprint: {
      ...UNTOLD,
      cluster: { ...clusterOf(estate, cluster), ports: cluster === null ? portsSaid(estate) : portsOf(cluster) },
      workspace,
      inventory,
      logs: logsOf(estate, rule, or),
      flowLogs,
      egress,
      alerts: egress !== null && estate.metricAlerts.length > 0 ? alertsOf(estate) : null,
      queryPack,
      readers: readersOf(estate, { egress, workspace, flowLogs }),
      needDays: needDays ?? UNTOLD.needDays,
    },
  };
};

type Or = <T>(setting: Setting<T | null> | undefined, fallback: T, what: string) => T;

const text = (setting: Setting<string | null> | undefined): string | null =>
  setting === undefined ? null : (toldOf(setting) ?? null);

/** Text of an argument of a resource of Terraform; null: it has none, or it is not told. */
const textIn = (resource: Pick<Resource, 'body'> | null, name: string): string | null => {
  const value = argument(resource?.body, name);
  return value?.kind === 'known' && typeof value.value === 'string' ? value.value : null;
};

const knownId = ({ value }: Reference): string | null =>
  value?.kind === 'known' && typeof value.value === 'string' && value.value.startsWith('/') ? value.value : null;

/** Not of a security group, whose flow log watches no network by its id. */
const isOfNetwork = (id: string | null): id is string => id !== null && /\/virtualNetworks\//i.test(id);

const region = (name: string | null): string | null => (name === null ? null : regionOf(name));

/** By the cluster itself, else by the data source that a module of monitoring looks it up with. */
const clusterOf = (estate: Estate, cluster: Cluster | null): Omit<Blueprint['cluster'], 'ports'> => {
  if (cluster === null) {
    const looked = estate.resources.find((r) => r.mode === 'data' && r.type === 'azurerm_kubernetes_cluster') ?? null;
    const watched = estate.flowLogs.map(({ target }) => knownId(target)).find(isOfNetwork) ?? null;
    const places = [...estate.natGateways, ...estate.storageAccounts, ...estate.workspaces, ...estate.collectionRules];
    return {
      name: textIn(looked, 'name'),
      resourceGroup: textIn(looked, 'resource_group_name'),
      region: region(
        places.map(({ location }) => text(location)).find((one) => one !== null) ?? textSaid(estate, 'local.location'),
      ),
      network: networkBy(estate, watched),
    };
  }
  const group = /\/resourcegroups\/([^/]+)\//i.exec(cluster.id ?? '')?.[1] ?? null;
  const subnets = cluster.pools.map(({ subnet }) => subnet);
  const isManaged = subnets.every(({ value }) => value === undefined);
  const subnet = subnets.map(knownId).find((id) => id !== null);
  return {
    name: text(cluster.name),
    resourceGroup: group ?? textIn(cluster.section === null ? null : { body: cluster.section }, 'resource_group_name'),
    region: region(text(cluster.location)),
    network: isManaged ? 'managed' : subnet === undefined ? { id: null, subnet: null } : networkThere(subnet),
  };
};

/** The gateway's tie names the subnet; a flow log the network, or a subnet of it. */
const networkBy = ({ subnetNatGateways }: Estate, watched: string | null): Blueprint['cluster']['network'] => {
  const tied = subnetNatGateways.map(({ subnet }) => knownId(subnet)).find((id) => id !== null);
  const subnet = tied ?? (watched !== null && /\/subnets\//i.test(watched) ? watched : null);
  if (subnet !== null) return networkThere(subnet);
  return watched === null ? 'managed' : { id: watched, subnet: null };
};

const portsOf = (cluster: Cluster | null): number | null => {
  const frontends = cluster === null || leavingOf(cluster) !== 'load-balancer' ? null : frontendsOf(cluster);
  if (cluster === null || frontends === null) return null;
  const { inUpgrade, sure } = nodeCount(cluster);
  return frontends.portsPerNode > 0 ? frontends.portsPerNode : sure ? portsAt(frontends, inUpgrade) : null;
};

const one = <T extends string | number>(all: readonly T[], value: unknown, fallback: T): T =>
  all.find((known) => String(known).toLowerCase() === String(value).toLowerCase()) ?? fallback;

const workspaceOf = (
  estate: Estate,
  cluster: Cluster | null,
  rule: CollectionRule | null,
  isNeeded: boolean,
  or: Or,
): Blueprint['workspace'] => {
  const references = [
    ...(rule?.destinations ?? []).filter(({ kind }) => kind === 'log-analytics').map(({ target }) => target),
    ...(cluster?.agent ? [cluster.agent.workspace] : []),
  ];
  const named = references
    .map((reference) => meant(reference, estate.workspaces))
    .find((w) => w !== undefined && w !== null);
  const made = named ?? (references.every((r) => knownId(r) === null) ? firstOf(estate.workspaces) : undefined);
  const looked =
    estate.resources.find((r) => r.mode === 'data' && r.type === 'azurerm_log_analytics_workspace') ?? null;
  if (made === undefined && looked === null && !isNeeded) return null;
  const id = references.map(knownId).find((known) => known !== null) ?? null;
  const gb = made === undefined ? null : toldOf(made.reservationGb);
  return {
    existing:
      made !== undefined
        ? null
        : id !== null
          ? workspaceThere(id)
          : { id: null, name: textIn(looked, 'name'), group: textIn(looked, 'resource_group_name') },
    name: made === undefined ? null : text(made.name),
    retentionDays: or(made?.retentionDays, 31, 'retention of the workspace'),
    commitmentGbPerDay: COMMITMENT_TIERS.find((tier) => tier === gb) ?? null,
    tables: Object.fromEntries(
      estate.tables.flatMap(({ name, plan, retentionDays, totalRetentionDays }) => {
        const table = text(name);
        return table === null
          ? []
          : [
              [
                table,
                {
                  plan: one(TABLE_PLANS, toldOf(plan), 'Analytics'),
                  retentionDays: toldOf(retentionDays) ?? null,
                  totalDays: toldOf(totalRetentionDays) ?? null,
                },
              ] as const,
            ];
      }),
    ),
  };
};

const streamsIn = (rule: CollectionRule | null): ReadonlySet<string> =>
  new Set((rule?.extensions ?? []).flatMap(({ streams }) => streams.texts.map((s) => s.text)));

const words = ({ texts }: Texts): readonly string[] => texts.map((t) => t.text);

const inventoryOf = (rule: CollectionRule | null, or: Or): Blueprint['inventory'] => {
  const streams = streamsIn(rule);
  if (rule === null) return null;
  const tables = streams.has(GROUP)
    ? INVENTORY_TABLES
    : [...streams].flatMap((stream) => INVENTORY_TABLES.find((table) => stream === `Microsoft-${table}`) ?? []);
  const settings = rule.extensions[0]?.settings ?? null;
  const told = settings === 'untold' ? null : settings;
  const interval = or(told?.interval, '1m', 'interval of Container Insights');
  const mode = told === null ? 'off' : (text(told.filteringMode)?.toLowerCase() ?? 'off');
  const named = told === null ? [] : words(told.namespaces);
  return {
    interval: /^(?:[1-9]|[12]\d|30)m$/.test(interval) ? interval : '1m',
    tables,
    onlyNamespaces: mode === 'include' ? named : null,
    withoutNamespaces: mode === 'exclude' ? named : null,
  };
};

const logsOf = ({ agentConfigs }: Estate, rule: CollectionRule | null, or: Or): Blueprint['logs'] => {
  const streams = streamsIn(rule);
  if (!['Microsoft-ContainerLogV2', 'Microsoft-ContainerLog', GROUP].some((s) => streams.has(s))) return null;
  const config = firstOf(agentConfigs);
  return {
    withoutNamespaces:
      config?.stdout.excludeNamespaces.isWritten === true ? words(config.stdout.excludeNamespaces) : ['kube-system'],
    metadata: or(config?.metadata, false, 'metadata_collection of logs'),
  };
};

/** Of a security group too: written anew it is one of the network. */
const flowLogsOf = (estate: Estate, or: Or): Blueprint['flowLogs'] => {
  const log = firstOf(estate.flowLogs);
  if (log === undefined) return null;
  const { retention, trafficAnalytics, storage } = log;
  const account = meant(storage, estate.storageAccounts);
  const minutes =
    trafficAnalytics === null ? null : or(trafficAnalytics.intervalMinutes, 60, 'interval of Traffic Analytics');
  const replication = account?.section ? textIn({ body: account.section }, 'account_replication_type') : null;
  const days = or(retention?.days, FLOW_LOG_DAYS, 'retention of flow logs');
  return {
    days: days > 0 ? days : FLOW_LOG_DAYS,
    trafficAnalytics: minutes === null ? 'off' : minutes === 10 ? '10m' : '60m',
    storageAccount: account === null || account === undefined ? { id: knownId(storage) } : null,
    redundancy: one(['LRS', 'ZRS', 'GRS'], replication, 'LRS'),
  };
};

/** As the spec has it where nobody says. */
const USUAL_SHARE = 0.8;
const FLOW_LOG_DAYS = 7;

/** What a module that unmasq generated says of a cluster that is not its own: `outputs.tf`, `variables.tf`. */
const egressSaid = (estate: Estate, or: Or): Blueprint['egress'] => {
  const profile = estate.says.get('output.network_profile');
  const type = plainText(memberOf(profile, 'outbound_type'));
  const balancer = memberOf(profile, 'load_balancer_profile');
  const gateway = memberOf(profile, 'nat_gateway_profile');
  const number = (of: Value | undefined, name: string, fallback: number): number =>
    numberOf(memberOf(of, name)) ?? fallback;
  if (type === 'loadBalancer')
    return {
      natGateway: null,
      loadBalancer: {
        outboundIps: number(balancer, 'managed_outbound_ip_count', 1),
        portsPerNode: number(balancer, 'outbound_ports_allocated', 0),
        idleMinutes: number(balancer, 'idle_timeout_in_minutes', 30),
      },
    };
  if (type === 'managedNATGateway' || type === 'managedNATGatewayV2')
    return {
      loadBalancer: null,
      natGateway: {
        sku: type === 'managedNATGateway' ? 'Standard' : 'StandardV2',
        outboundIps: number(gateway, 'managed_outbound_ip_count', 1),
        idleMinutes: number(gateway, 'idle_timeout_in_minutes', 4),
      },
    };
  return gatewayAlone(estate, or);
};

const numberOf = (value: Value | undefined): number | null =>
  value?.kind === 'known' && typeof value.value === 'number' ? value.value : null;

const textSaid = ({ says }: Estate, name: string): string | null => plainText(says.get(name));

const portsSaid = ({ says }: Estate): number | null => numberOf(says.get('var.ports_per_node'));

const ROLES = {
  egress: 'Monitoring Reader',
  workspace: 'Log Analytics Reader',
  flowLogs: 'Storage Blob Data Reader',
} as const;

/** Who has each role that unmasq would need: whoever has one of them alone reads for something else. */
const readersOf = (
  { resources }: Estate,
  wanted: Pick<Blueprint, 'egress' | 'workspace' | 'flowLogs'>,
): readonly string[] => {
  const holders = (['egress', 'workspace', 'flowLogs'] as const)
    .filter((part) => wanted[part] !== null)
    .map((part) =>
      resources
        .filter(
          (r) =>
            r.mode === 'managed' &&
            r.type === 'azurerm_role_assignment' &&
            textIn(r, 'role_definition_name') === ROLES[part],
        )
        .map((r) => textIn(r, 'principal_id') ?? '')
        .filter((principal) => GUID.test(principal)),
    );
  return [...new Set(holders[0])].filter((principal) => holders.every((all) => all.includes(principal))).toSorted();
};

const gatewayAlone = (estate: Estate, or: Or): Blueprint['egress'] => {
  const gateway = firstOf(estate.natGateways);
  return gateway === undefined ? null : { loadBalancer: null, natGateway: gatewayOf(estate, or) };
};

const gatewayOf = (estate: Estate, or: Or) => {
  const gateway = firstOf(estate.natGateways);
  return {
    sku: one(['Standard', 'StandardV2'], gateway === undefined ? null : toldOf(gateway.sku), 'Standard'),
    outboundIps: Math.max(1, estate.gatewayAddresses.length),
    idleMinutes: or(gateway?.idleMinutes, 4, 'idle timeout of the NAT gateway'),
  };
};

const egressOf = (cluster: Cluster, estate: Estate, or: Or): Blueprint['egress'] => {
  const { loadBalancer: lb, natGateway: managed } = cluster.network;
  switch (leavingOf(cluster)) {
    case 'load-balancer':
      return {
        natGateway: null,
        loadBalancer: {
          outboundIps: frontendsOf(cluster)?.outboundIps ?? or(lb?.managedIps, 1, 'outbound addresses'),
          portsPerNode: or(lb?.portsPerNode, 0, 'outbound_ports_allocated'),
          idleMinutes: or(lb?.idleMinutes, 30, 'idle timeout of the load balancer'),
        },
      };
    case 'managed-gateway':
      return {
        loadBalancer: null,
        natGateway: {
          sku: 'Standard',
          outboundIps: or(managed?.managedIps, 1, 'outbound addresses'),
          idleMinutes: or(managed?.idleMinutes, 4, 'idle timeout of the NAT gateway'),
        },
      };
    case 'own-gateway':
      return { loadBalancer: null, natGateway: gatewayOf(estate, or) };
    case 'other':
    case null:
      return null;
  }
};

/** As alerts that unmasq wrote say it of themselves; a threshold alone does not tell of how many ports it is the share. */
const SHARE = /(\d+(?:\.\d+)?) % of its SNAT ports/;

const shareOf = ({ metricAlerts }: Estate): number => {
  const percent = metricAlerts
    .map(({ description }) => SHARE.exec(text(description) ?? '')?.[1])
    .find((p) => p !== undefined);
  return percent === undefined ? USUAL_SHARE : Number(percent) / 100;
};

const alertsOf = (estate: Estate): NonNullable<Blueprint['alerts']> => ({
  actionGroup:
    estate.metricAlerts
      .flatMap(({ section }) => section?.blocks.get('action') ?? [])
      .map((body) => textIn({ body }, 'action_group_id'))
      .find((id) => id !== null) ?? null,
  snatPortsUsed: shareOf(estate),
});
