import { type Estate, isMasked } from '../estate.ts';
import { isContainerInsights, type CollectionRule } from '../estate/collection.ts';
import type { Workload } from '../estate/kube.ts';
import { has } from '../estate/setting.ts';
import { meant } from '../estate/thing.ts';
import { and, or, type Truth } from '../three-valued.ts';
import { type Abilities, abilitiesFrom, type Ability } from './ability.ts';

const GROUP = 'Microsoft-ContainerInsights-Group-Default';

/** Something that is there, is there on a condition that is not told, or is not there; `elsewhere`: what is not here may be there. */
const there = (things: readonly { readonly certain: boolean }[], isElsewhere: boolean): Truth =>
  things.some(({ certain }) => certain) ? true : things.length > 0 || isElsewhere ? null : false;

const isOn = (setting: { readonly is: string; readonly value?: boolean }): Truth =>
  setting.is === 'untold' ? null : setting.value === true;

/** Whether a rule has the agent collect a stream, and how often; null minutes: not told. */
const collects = ({ extensions }: CollectionRule, stream: string): Truth =>
  or(...extensions.map(({ streams }) => or(has(streams, stream), has(streams, GROUP))));

const minutesOf = ({ extensions }: CollectionRule): number | null => {
  const [extension] = extensions;
  const settings = extension?.settings ?? null;
  if (settings === 'untold') return null;
  // without a setting the agent collects each minute
  if (settings === null || settings.interval.is === 'unset') return 1;
  const text = settings.interval.is === 'set' ? (settings.interval.value ?? '') : '';
  return /^\d+m$/.test(text) ? Number(text.slice(0, -1)) : null;
};

/** Host-network pods of kube-system are what ties a node's name to its address. */
const keepsKubeSystem = ({ extensions }: CollectionRule): Truth => {
  const settings = extensions[0]?.settings ?? null;
  if (settings === 'untold') return null;
  if (settings === null || settings.filteringMode.is === 'unset') return true;
  if (settings.filteringMode.is === 'untold') return null;
  const mode = settings.filteringMode.value?.toLowerCase();
  const listed = has(settings.namespaces, 'kube-system');
  if (mode === 'exclude') return listed === null ? null : !listed;
  return mode === 'include' ? listed : true;
};

interface Inventory {
  readonly collected: Truth;
  readonly minutes: number | null;
  readonly keepsKubeSystem: Truth;
}

const NO_INVENTORY: Inventory = { collected: false, minutes: null, keepsKubeSystem: false };

/** What Container Insights keeps of pods: by a rule that reaches a cluster, or, with the legacy key, everything each minute. */
const inventoryOf = (estate: Estate): Inventory => {
  const legacy = estate.clusters.some(
    ({ agent, certain }) =>
      certain && agent !== null && isOn(agent.enabled) === true && isOn(agent.managedIdentity) === false,
  );
  if (legacy) return { collected: true, minutes: 1, keepsKubeSystem: true };
  const rules = estate.collectionRules.filter((rule) => isContainerInsights(rule) !== false);
  const [rule] = rules;
  if (rule === undefined) {
    const mayBeElsewhere =
      estate.elsewhere.has('collection-rules') || estate.absent.length > 0 || estate.scope === 'partial';
    return mayBeElsewhere && estate.clusters.some(({ agent }) => agent !== null)
      ? { collected: null, minutes: null, keepsKubeSystem: null }
      : NO_INVENTORY;
  }
  const reaches: Truth = rule.isBare
    ? null
    : or(
        ...estate.associations.map((a) => {
          const found = meant(a.rule, rules);
          return found === undefined ? false : found === null || !a.certain ? null : true;
        }),
      );
  return {
    collected: and(rule.certain ? true : null, collects(rule, 'Microsoft-KubePodInventory'), reaches),
    minutes: minutesOf(rule),
    keepsKubeSystem: keepsKubeSystem(rule),
  };
};

const isUnmasq = ({ images, arguments: words }: Workload): boolean =>
  images.some((image) => /(?:^|\/)unmasq(?:-agent)?(?:[:@]|$)/.test(image)) || words.some((word) => word === 'unmasq');

const isAgent = (w: Workload): boolean =>
  w.kind === 'DaemonSet' &&
  isUnmasq(w) &&
  (w.images.some((image) => image.includes('unmasq-agent')) || w.arguments.includes('agent'));

const watches = (w: Workload): boolean =>
  isUnmasq(w) && (w.arguments.includes('--kubernetes') || w.environment.get('UNMASQ_KUBERNETES') === 'true');

const sendsSpans = (w: Workload): boolean =>
  w.images.some((image) => /opentelemetry-collector|otel\/|\/otelcol/.test(image)) ||
  w.environment.has('OTEL_EXPORTER_OTLP_ENDPOINT') ||
  w.environment.has('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');

const READS_METRICS = /^(?:Monitoring Reader|Monitoring Contributor|Reader|Contributor|Owner)$/;
const FIREWALL_CATEGORIES = ['AZFWNetworkRule', 'AZFWFlowTrace', 'AzureFirewallNetworkRule', 'allLogs'];

/** What one estate can do. */
export const abilitiesOf = (estate: Estate): Abilities => {
  const { elsewhere, scope, absent } = estate;
  const open = scope === 'partial' || absent.length > 0;
  const logs = estate.flowLogs.filter(({ enabled }) => isOn(enabled) !== false);
  const inventory = inventoryOf(estate);
  const metrics = estate.clusters.filter((c) => c.metrics !== null);
  const watching = there(estate.workloads.filter(watches), open);
  const agents = there(estate.workloads.filter(isAgent), open);
  const isCoarse = inventory.minutes !== null && inventory.minutes > 1;
  const minute = isCoarse ? false : and(inventory.collected, inventory.minutes === null ? null : true);
  const coarse = or(and(inventory.collected, isCoarse), metrics.length > 0 ? null : false);
  const spans = there(estate.workloads.filter(sendsSpans), open || estate.applicationInsights.length > 0);
  const firewall = estate.diagnosticSettings.filter(({ categories }) =>
    FIREWALL_CATEGORIES.some((category) => has(categories, category) === true),
  );
  const watchesPorts = [
    ...estate.roleAssignments.filter(({ role }) => role.is === 'set' && READS_METRICS.test(role.value ?? '')),
    ...estate.metricAlerts.filter(({ criteria }) =>
      criteria.some(({ metric }) => metric.is === 'set' && /snat/i.test(metric.value ?? '')),
    ),
  ];
  const of: { readonly [ability in Ability]: () => Truth } = {
    records: () => there(logs, open || elsewhere.has('flow-logs')),
    aggregates: () =>
      there(
        logs.filter(({ trafficAnalytics }) => trafficAnalytics !== null && isOn(trafficAnalytics.enabled) !== false),
        open || elsewhere.has('flow-logs'),
      ),
    'firewall-logs': () =>
      firewall.length === 0 ? there([], open && estate.firewalls.length > 0) : there(firewall, open),
    translations: () => agents,
    'watched-leases': () => watching,
    'minute-leases': () => minute,
    'coarse-leases': () => coarse,
    'node-addresses': () =>
      or(watching, and(inventory.collected, inventory.keepsKubeSystem), metrics.length > 0 ? null : false),
    'port-metrics': () => there(watchesPorts, open || elsewhere.has('alerts')),
    spans: () => spans,
    'span-ports': () => (spans === false ? false : null),
    'log-ids': () => (logsV2(estate) === false ? false : null),
    'network-logs': () =>
      or(...estate.clusters.map(({ networkObservability }) => isOn(networkObservability)), open ? null : false),
    'dns-signals': () => (metrics.length > 0 || open ? null : false),
    'kernel-counters': () => or(agents, metrics.length > 0 ? null : false),
  };
  return abilitiesFrom((ability) => of[ability]());
};

const logsV2 = (estate: Estate): Truth =>
  or(
    ...estate.collectionRules.map((rule) =>
      or(collects(rule, 'Microsoft-ContainerLogV2'), collects(rule, 'Microsoft-ContainerLogV2-HighScale')),
    ),
  );

/** Whether pods' addresses are seen outside: then a lease alone names a sender. Null: not told. */
export const arePodsMasked = ({ clusters }: Estate): Truth =>
  clusters.length === 0 ? null : or(...clusters.map(isMasked));
