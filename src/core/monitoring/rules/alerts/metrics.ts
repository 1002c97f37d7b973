import type { Estate } from '../../estate.ts';
import type { MetricAlert, MetricCriterion } from '../../estate/alert.ts';
import type { Cluster } from '../../estate/cluster.ts';
import { type Reference, toldOf } from '../../estate/setting.ts';
import { typeMeant } from '../../estate/thing.ts';
import { argument } from '../../terraform/configuration.ts';

/** Metrics that only one of the two has, and those that both call alike: https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index */
export const ONLY_LOAD_BALANCER: ReadonlySet<string> = new Set([
  'allocatedsnatports',
  'usedsnatports',
  'syncount',
  'dipavailability',
  'vipavailability',
]);
export const ONLY_GATEWAY: ReadonlySet<string> = new Set([
  'packetdropcount',
  'totalconnectioncount',
  'datapathavailability',
]);
export const CONNECTIONS = 'snatconnectioncount';
export const USED = 'usedsnatports';

export interface Criterion {
  readonly alert: MetricAlert;
  readonly criterion: MetricCriterion;
  /** In lower case: both spell SNAT as they like. */
  readonly metric: string;
}

/** Every condition whose metric is told. */
export const criteriaIn = ({ metricAlerts }: Estate): readonly Criterion[] =>
  metricAlerts.flatMap((alert) =>
    alert.criteria.flatMap((criterion) => {
      const metric = toldOf(criterion.metric)?.toLowerCase();
      return metric === undefined || metric === '' ? [] : [{ alert, criterion, metric }];
    }),
  );

const TYPES: { readonly [type: string]: 'load-balancer' | 'nat-gateway' } = {
  azurerm_lb: 'load-balancer',
  'microsoft.network/loadbalancers': 'load-balancer',
  azurerm_nat_gateway: 'nat-gateway',
  'microsoft.network/natgateways': 'nat-gateway',
};

/** What an alert looks at, as its scopes say; null: they do not. */
export const scopeOf = ({ scopes, scopesSure }: MetricAlert): 'load-balancer' | 'nat-gateway' | null => {
  const kinds = scopes.map((scope) => TYPES[typeMeant(scope)?.toLowerCase() ?? ''] ?? null);
  const [first] = kinds;
  return scopesSure && first !== undefined && kinds.every((kind) => kind === first) ? first : null;
};

/** What an alert looks at, as the namespace of its metric says; null: it does not. */
export const namespaceOf = ({ namespace }: MetricCriterion): 'load-balancer' | 'nat-gateway' | null =>
  TYPES[toldOf(namespace)?.toLowerCase() ?? ''] ?? null;

const isOf = (text: string, cluster: Cluster): boolean => {
  const name = toldOf(cluster.name);
  return typeof name === 'string' && new RegExp(`/mc_[^/]*_${escaped(name)}_[^/_]+(?:/|$)`, 'i').test(text);
};

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, (found) => `\\${found}`);

/** The cluster whose load balancer a scope certainly is: by the resource group that AKS keeps it in. Null: not told. */
const clusterOfScope = ({ value }: Reference, { clusters, resources }: Estate): Cluster | null => {
  if (value?.kind === 'known') return clusters.find((cluster) => isOf(String(value.value), cluster)) ?? null;
  if (value?.kind !== 'unknown' || value.is === null) return null;
  const { is } = value;
  const data = resources.find((r) => r.mode === 'data' && r.type === 'azurerm_lb' && is === `${r.address}.id`);
  const group = data === undefined ? undefined : argument(data.body, 'resource_group_name');
  if (group?.kind === 'known') return clusters.find((cluster) => isOf(`/${String(group.value)}`, cluster)) ?? null;
  const text = group?.kind === 'unknown' ? (group.is ?? '') : is;
  return clusters.find(({ address }) => text.includes(`${address}.node_resource_group`)) ?? null;
};

/** The cluster whose load balancer all scopes are; null: not told. */
export const clusterOf = ({ scopes, scopesSure }: MetricAlert, estate: Estate): Cluster | null => {
  const found = scopes.map((scope) => clusterOfScope(scope, estate));
  const [first = null] = found;
  return scopesSure && found.every((one) => one === first) ? first : null;
};
