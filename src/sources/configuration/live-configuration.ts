import type { FoundConfiguration } from './find-configuration.ts';

/** Asks Azure's API of resources for one thing, by its path; gives the JSON of the answer. Throws where it may not be read, or is not there. */
export type Ask = (path: string) => Promise<unknown>;

/** Versions of the API, by provider or type. https://learn.microsoft.com/azure/templates */
const VERSIONS: readonly (readonly [RegExp, string])[] = [
  [/\/microsoft\.insights\/datacollection/i, '2022-06-01'],
  [/\/microsoft\.insights\/metricalerts/i, '2018-03-01'],
  [/\/microsoft\.insights\/scheduledqueryrules/i, '2021-08-01'],
  [/\/microsoft\.insights\/diagnosticsettings/i, '2021-05-01-preview'],
  [/\/microsoft\.alertsmanagement\/prometheusrulegroups/i, '2023-03-01'],
  [/\/microsoft\.network\/networkwatchers\/.*\/flowlogs/i, '2025-07-01'],
  [/\/microsoft\.operationalinsights\//i, '2022-10-01'],
  [/\/microsoft\.storage\//i, '2023-05-01'],
  [/\/microsoft\.network\//i, '2024-05-01'],
  [/\/microsoft\.containerservice\//i, '2024-09-01'],
];

const withVersion = (path: string): string => {
  const version = VERSIONS.find(([pattern]) => pattern.test(path))?.[1] ?? '2022-06-01';
  return `${path}?api-version=${version}`;
};

type Json = Readonly<Record<string, unknown>>;

const at = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  let now = value;
  for (const name of path)
    now = typeof now === 'object' && now !== null ? (now as Record<string | number, unknown>)[name] : undefined;
  return now;
};
const textAt = (value: unknown, ...path: readonly (string | number)[]): string => {
  const text = at(value, ...path);
  return typeof text === 'string' ? text : '';
};
const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
};

/** An id of a managed cluster as Azure has it; null: it is none. */
export const clusterIn = (id: string): { readonly id: string; readonly subscription: string } | null => {
  const [, subscription] =
    /^\/subscriptions\/([^/?#\s]+)\/resourceGroups\/[^/?#\s]+\/providers\/Microsoft\.ContainerService\/managedClusters\/[^/?#\s]+$/i.exec(
      id,
    ) ?? [];
  return subscription === undefined ? null : { id, subscription };
};

/** Ids come out of answers: only those of this API are asked for, and nothing behind them. */
const isId = (id: string): boolean => /^\/subscriptions\/[^?#\s]+$/.test(id) && !id.includes('..');
const MOST_ASKED = 500;
const MOST_PAGES = 20;

class Reading {
  readonly documents = new Map<string, unknown>();
  readonly unread: { path: string; why: string }[] = [];
  private readonly ask: Ask;
  private asked = 0;

  constructor(ask: Ask) {
    this.ask = ask;
  }

  /** One resource; undefined: it could not be read, which is kept. */
  async one(id: string): Promise<unknown> {
    if (!isId(id)) return undefined;
    const key = id.toLowerCase();
    if (this.documents.has(key)) return this.documents.get(key);
    const document = await this.get(withVersion(id), id);
    if (document !== undefined) this.documents.set(key, document);
    return document;
  }

  /** All of a kind, page by page. */
  async all(path: string, isWanted: (one: unknown) => boolean): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    let next = withVersion(path);
    for (let page = 0; next !== '' && page < MOST_PAGES; page += 1) {
      const answer = await this.get(next, path);
      found.push(...listAt(answer, 'value').filter(isWanted));
      const link = textAt(answer, 'nextLink');
      next = URL.canParse(link) ? `${new URL(link).pathname}${new URL(link).search}` : '';
    }
    for (const one of found) {
      const id = textAt(one, 'id').toLowerCase();
      if (id !== '') this.documents.set(id, one);
    }
    return found;
  }

  private async get(path: string, name: string): Promise<unknown> {
    this.asked += 1;
    if (this.asked > MOST_ASKED) {
      if (this.asked === MOST_ASKED + 1) this.unread.push({ path: name, why: `more than ${MOST_ASKED} questions` });
      return undefined;
    }
    try {
      return await this.ask(path);
    } catch (error) {
      this.unread.push({ path: name, why: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }
}

const unique = (texts: readonly string[]): readonly string[] => [
  ...new Map(texts.filter((text) => text !== '').map((text) => [text.toLowerCase(), text])).values(),
];

const networkOf = (subnet: string): string => subnet.replace(/\/subnets\/[^/]+$/i, '');

/** Beginnings of ids, in lower case: what lies at one of them, or below it, is of this cluster. */
type Own = Set<string>;

const isOwn = (own: Own, id: string): boolean => {
  const of = id.toLowerCase();
  return [...own].some((start) => of === start || of.startsWith(`${start}/`));
};

/** The subnets of the nodes, with the gateways and security groups on them. */
const readNetworks = async (reading: Reading, cluster: unknown, own: Own): Promise<void> => {
  const subnets = unique(
    listAt(cluster, 'properties', 'agentPoolProfiles').map((pool) => textAt(pool, 'vnetSubnetID')),
  );
  const named = new Set(subnets.map((id) => id.toLowerCase()));
  for (const id of unique(subnets.map(networkOf))) {
    own.add(id.toLowerCase());
    const network = await reading.one(id);
    for (const subnet of listAt(network, 'properties', 'subnets')) {
      if (!named.has(textAt(subnet, 'id').toLowerCase())) continue;
      const gateway = textAt(subnet, 'properties', 'natGateway', 'id');
      for (const on of unique([gateway, textAt(subnet, 'properties', 'networkSecurityGroup', 'id')]))
        own.add(on.toLowerCase());
      if (gateway !== '') await reading.one(gateway);
    }
  }
};

const readCollection = async (reading: Reading, cluster: unknown, id: string, own: Own): Promise<void> => {
  const associations = await reading.all(
    `${id}/providers/Microsoft.Insights/dataCollectionRuleAssociations`,
    () => true,
  );
  const workspaces = Object.entries((at(cluster, 'properties', 'addonProfiles') ?? {}) as Json)
    .filter(([name]) => name.toLowerCase() === 'omsagent')
    .map(([, addon]) => textAt(addon, 'config', 'logAnalyticsWorkspaceResourceID'));
  for (const rule of unique(associations.map((a) => textAt(a, 'properties', 'dataCollectionRuleId')))) {
    const document = await reading.one(rule);
    workspaces.push(
      ...listAt(document, 'properties', 'destinations', 'logAnalytics').map((d) => textAt(d, 'workspaceResourceId')),
    );
  }
  for (const workspace of unique(workspaces)) {
    own.add(workspace.toLowerCase());
    await reading.one(workspace);
  }
};

/** Flow logs over the networks of the cluster: others of the region are of somebody else. */
const readFlowLogs = async (reading: Reading, subscription: string, location: string, own: Own): Promise<void> => {
  const region = location.toLowerCase().replaceAll(' ', '');
  const watchers = await reading.all(
    `/subscriptions/${subscription}/providers/Microsoft.Network/networkWatchers`,
    (one) => textAt(one, 'location').toLowerCase() === region,
  );
  for (const watcher of watchers) {
    const logs = await reading.all(`${textAt(watcher, 'id')}/flowLogs`, (log) =>
      isOwn(own, textAt(log, 'properties', 'targetResourceId')),
    );
    for (const storage of unique(logs.map((log) => textAt(log, 'properties', 'storageId')))) {
      await reading.one(storage);
      await reading.one(`${storage}/managementPolicies/default`);
    }
  }
};

/** Alerts on what is of this cluster. */
const readAlerts = async (reading: Reading, subscription: string, own: Own): Promise<void> => {
  const provider = (name: string): string => `/subscriptions/${subscription}/providers/${name}`;
  const isOn = (alert: unknown): boolean =>
    listAt(alert, 'properties', 'scopes').some((scope) => typeof scope === 'string' && isOwn(own, scope));
  await reading.all(provider('Microsoft.Insights/metricAlerts'), isOn);
  await reading.all(provider('Microsoft.Insights/scheduledQueryRules'), isOn);
  await reading.all(provider('Microsoft.AlertsManagement/prometheusRuleGroups'), isOn);
};

/** What Azure says of a cluster and its monitoring, as documents; what may not be read is told, and the rest goes on. */
export const liveConfiguration = async (
  { id, subscription }: { readonly id: string; readonly subscription: string },
  ask: Ask,
): Promise<FoundConfiguration> => {
  const reading = new Reading(ask);
  const cluster = (await reading.one(id)) as Json | undefined;
  if (cluster !== undefined) {
    // where AKS made the network and the load balancer they are in its own resource group
    const made = `/subscriptions/${subscription}/resourcegroups/${textAt(cluster, 'properties', 'nodeResourceGroup')}`;
    const own: Own = new Set([id, ...(made.endsWith('/') ? [] : [made])].map((start) => start.toLowerCase()));
    await readCollection(reading, cluster, id, own);
    await readNetworks(reading, cluster, own);
    await readFlowLogs(reading, subscription, textAt(cluster, 'location'), own);
    await readAlerts(reading, subscription, own);
  }
  const files = [...reading.documents].map(([key, document]) => ({
    path: `azure:${textAt(document, 'id') || key}`,
    text: `${JSON.stringify(document, null, 2)}\n`,
    isNamed: true,
    isExpected: false,
  }));
  // a storage account without rules for its blobs has none: that is an answer
  const unread = reading.unread.filter(({ path }) => !/\/managementPolicies\/default$/i.test(path));
  return { files, unread, fetched: new Map() };
};
