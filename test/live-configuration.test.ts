import { expect, test } from 'vitest';
import { readEstates } from '../src/app/audit-estates.ts';
import { configurationReaders } from '../src/sources/configuration/configuration-readers.ts';
import { clusterIn, liveConfiguration } from '../src/sources/configuration/live-configuration.ts';
import { loadProviderTypes } from '../src/sources/terraform/load-provider-types.ts';

const SUB = '/subscriptions/0f';
const GROUP = `${SUB}/resourceGroups/shop/providers`;
const CLUSTER = `${GROUP}/Microsoft.ContainerService/managedClusters/shop`;
const RULE = `${GROUP}/Microsoft.Insights/dataCollectionRules/MSCI-westeurope-shop`;
const WORKSPACE = `${GROUP}/Microsoft.OperationalInsights/workspaces/logs`;
const NETWORK = `${GROUP}/Microsoft.Network/virtualNetworks/shop`;
const GATEWAY = `${GROUP}/Microsoft.Network/natGateways/out`;
const WATCHER = `${GROUP}/Microsoft.Network/networkWatchers/west`;
const ACCOUNT = `${GROUP}/Microsoft.Storage/storageAccounts/flows`;

const ANSWERS: Readonly<Record<string, unknown>> = {
  [CLUSTER]: {
    id: CLUSTER,
    name: 'shop',
    location: 'westeurope',
    properties: {
      nodeResourceGroup: 'MC_shop',
      agentPoolProfiles: [{ name: 'system', count: 3, vnetSubnetID: `${NETWORK}/subnets/nodes` }],
      addonProfiles: {
        omsagent: { enabled: true, config: { logAnalyticsWorkspaceResourceID: WORKSPACE, useAADAuth: 'true' } },
      },
      networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay', outboundType: 'userAssignedNATGateway' },
    },
  },
  [`${CLUSTER}/providers/Microsoft.Insights/dataCollectionRuleAssociations`]: {
    value: [
      {
        id: `${CLUSTER}/providers/Microsoft.Insights/dataCollectionRuleAssociations/ContainerInsightsExtension`,
        name: 'ContainerInsightsExtension',
        properties: { dataCollectionRuleId: RULE },
      },
    ],
  },
  [RULE]: {
    id: RULE,
    name: 'MSCI',
    location: 'westeurope',
    properties: {
      dataSources: {
        extensions: [{ name: 'ci', extensionName: 'ContainerInsights', streams: ['Microsoft-KubePodInventory'] }],
      },
    },
  },
  [WORKSPACE]: { id: WORKSPACE, name: 'logs', properties: { retentionInDays: 30 } },
  [NETWORK]: {
    id: NETWORK,
    properties: { subnets: [{ id: `${NETWORK}/subnets/nodes`, properties: { natGateway: { id: GATEWAY } } }] },
  },
  [GATEWAY]: {
    id: GATEWAY,
    properties: { publicIpAddresses: [{ id: `${GROUP}/Microsoft.Network/publicIPAddresses/a` }] },
  },
  [`${SUB}/providers/Microsoft.Network/networkWatchers`]: {
    value: [
      { id: WATCHER, location: 'westeurope' },
      { id: `${WATCHER}2`, location: 'eastus' },
    ],
  },
  [`${WATCHER}/flowLogs`]: {
    value: [
      { id: `${WATCHER}/flowLogs/a`, properties: { targetResourceId: NETWORK, storageId: ACCOUNT, enabled: true } },
    ],
    nextLink: `https://management.azure.com${WATCHER}/flowLogs?api-version=2025-07-01&$skiptoken=2`,
  },
  [`${WATCHER}/flowLogs 2`]: {
    value: [
      { id: `${WATCHER}/flowLogs/b`, properties: { targetResourceId: `${NETWORK}/subnets/nodes`, recordTypes: 'C,E' } },
      { id: `${WATCHER}/flowLogs/of-others`, properties: { targetResourceId: `${NETWORK}-2` } },
    ],
  },
  [ACCOUNT]: { id: ACCOUNT, sku: { name: 'Premium_LRS' } },
  [`${SUB}/providers/Microsoft.Insights/metricAlerts`]: {
    value: [
      `${SUB}/resourceGroups/MC_shop/providers/Microsoft.Network/loadBalancers/kubernetes`,
      `${SUB}/resourceGroups/other/x`,
    ].map((scope, i) => ({ id: `${GROUP}/Microsoft.Insights/metricAlerts/${i}`, properties: { scopes: [scope] } })),
  },
  [`${SUB}/providers/Microsoft.AlertsManagement/prometheusRuleGroups`]: { value: null },
};

const look = async (answers: Readonly<Record<string, unknown>>) => {
  const asked: string[] = [];
  const found = await liveConfiguration({ id: CLUSTER, subscription: '0f' }, async (path) => {
    asked.push(path);
    const url = new URL(path, 'https://x');
    expect(url.searchParams.get('api-version')).toMatch(/^20\d\d-\d\d-\d\d/);
    const page = url.searchParams.get('$skiptoken');
    const answer = answers[`${url.pathname}${page === null ? '' : ` ${page}`}`];
    if (answer === undefined) throw new Error('no authorization (403)');
    return answer;
  });
  return { found, asked };
};

test('a cluster is read with what its monitoring hangs on, and all of it is the estate that files would give', async () => {
  const { found, asked } = await look(ANSWERS);
  expect(new Set(asked).size).toBe(asked.length);
  const [estate] = readEstates(found, await configurationReaders(), await loadProviderTypes(), {
    scope: 'complete',
    elsewhere: new Set(),
    values: { files: [], words: [] },
  }).estates;
  expect(estate?.clusters.map(({ agent }) => agent?.managedIdentity)).toMatchObject([{ is: 'set', value: true }]);
  expect(estate?.associations.map(({ rule, target }) => [rule.value, target.value])).toMatchObject([
    [{ value: RULE }, { value: CLUSTER }],
  ]);
  expect(estate?.flowLogs.map(({ recordTypes }) => recordTypes?.texts.map(({ text }) => text) ?? null)).toEqual([
    null,
    ['C', 'E'],
  ]);
  expect(estate?.storageAccounts.map(({ tier }) => tier)).toMatchObject([{ value: 'Premium' }]);
  expect(estate?.subnetNatGateways).toHaveLength(1);
  expect(estate?.gatewayAddresses).toHaveLength(1);
  expect(estate?.workspaces).toHaveLength(1);
  expect(estate?.metricAlerts.map(({ address }) => address.split('/').at(-1))).toEqual(['0']);
});

test('what may not be read is told, and the rest goes on', async () => {
  const { [RULE]: _, ...without } = ANSWERS;
  const { found } = await look(without);
  expect(found.unread.map(({ path }) => path)).toEqual([
    RULE,
    `${SUB}/providers/Microsoft.Insights/scheduledQueryRules`,
  ]);
  expect(found.files.length).toBeGreaterThan(5);
});

test('what an answer names is asked for only where it is an id', async () => {
  const evil = {
    ...(ANSWERS[RULE] as object),
    properties: {
      destinations: {
        logAnalytics: ['https://x/', '/subscriptions/../a', `${WORKSPACE}?x=1`, 7].map((workspaceResourceId) => ({
          workspaceResourceId,
        })),
      },
    },
  };
  const { asked } = await look({ ...ANSWERS, [RULE]: evil });
  expect(asked.filter((path) => /^\/subscriptions\/(?!0f)|\.\.|https|\?x/.test(path))).toEqual([]);
});

test.each([
  ['an id of a cluster', CLUSTER, true],
  ['a name', 'shop', false],
  ['an id of something else', NETWORK, false],
  ['an id with more behind it', `${CLUSTER}?x=1`, false],
])('%s', (_, id, isOne) => {
  expect(clusterIn(id) !== null).toBe(isOne);
});
