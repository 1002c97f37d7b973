import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEstates } from '../src/app/audit-estates.ts';
import type { Estate } from '../src/core/monitoring/estate.ts';
import type { Setting, Texts } from '../src/core/monitoring/estate/setting.ts';
import { placesInPlan, planConfiguration } from '../src/core/monitoring/terraform/plan.ts';
import { configurationReaders } from '../src/sources/configuration/configuration-readers.ts';
import { loadProviderTypes } from '../src/sources/terraform/load-provider-types.ts';

const readers = await configurationReaders();
const types = await loadProviderTypes();

const read = (texts: Readonly<Record<string, string>>) =>
  readEstates(
    {
      files: Object.entries(texts).map(([path, text]) => ({ path, text, isNamed: true, isExpected: false })),
      unread: [],
      fetched: new Map(),
    },
    readers,
    types,
    { scope: 'as-found', elsewhere: new Set(), values: { files: [], words: [] } },
  );

const estateOf = (texts: Readonly<Record<string, string>>): Estate => {
  const [estate, ...others] = read(texts).estates;
  expect(others).toEqual([]);
  return estate as Estate;
};

const say = (setting: Setting<unknown> | undefined): unknown =>
  setting === undefined ? 'missing' : setting.is === 'untold' ? '?' : setting.value;
const words = ({ texts, sure }: Texts): unknown => [...texts.map(({ text }) => text), ...(sure ? [] : ['?'])];
const placeOf = ({
  at: { file, at },
}: {
  readonly at: { readonly file: string; readonly at: { readonly line: number; readonly column: number } };
}): string => `${file}:${at.line}:${at.column}`;

const RULE = {
  name: 'MSCI-westeurope-shop',
  type: 'Microsoft.Insights/dataCollectionRules',
  location: 'westeurope',
  properties: {
    dataSources: {
      extensions: [
        {
          name: 'ci',
          extensionName: 'ContainerInsights',
          streams: ['Microsoft-KubePodInventory'],
          extensionSettings: {
            dataCollectionSettings: {
              interval: '5m',
              namespaceFilteringMode: 'Exclude',
              namespaces: ['dev'],
              enableContainerLogV2: true,
            },
          },
        },
      ],
    },
    destinations: { logAnalytics: [{ workspaceResourceId: '/subscriptions/s/w', name: 'ws' }] },
    dataFlows: [{ streams: ['Microsoft-KubePodInventory'], destinations: ['ws'], transformKql: 'source' }],
  },
};

const RULE_HCL = `resource "azurerm_monitor_data_collection_rule" "ci" {
  name                = "MSCI-westeurope-shop"
  location            = "westeurope"
  resource_group_name = "shop"
  data_sources {
    extension {
      name           = "ci"
      extension_name = "ContainerInsights"
      streams        = ["Microsoft-KubePodInventory"]
      extension_json = jsonencode({
        dataCollectionSettings = {
          interval               = "5m"
          namespaceFilteringMode = "Exclude"
          namespaces             = ["dev"]
          enableContainerLogV2   = true
        }
      })
    }
  }
  destinations {
    log_analytics {
      workspace_resource_id = "/subscriptions/s/w"
      name                  = "ws"
    }
  }
  data_flow {
    streams       = ["Microsoft-KubePodInventory"]
    destinations  = ["ws"]
    transform_kql = "source"
  }
}
`;

const ruleTold = ({ collectionRules }: Estate): unknown =>
  collectionRules.map((rule) => ({
    name: say(rule.name),
    location: say(rule.location),
    extensions: rule.extensions.map(({ extensionName, streams, settings }) => [
      say(extensionName),
      words(streams),
      settings === null || settings === 'untold'
        ? settings
        : [
            say(settings.interval),
            say(settings.filteringMode),
            words(settings.namespaces),
            say(settings.containerLogV2),
          ],
    ]),
    destinations: rule.destinations.map(({ kind, name }) => [kind, say(name)]),
    flows: rule.flows.map(({ streams, destinations, transform }) => [
      words(streams),
      words(destinations),
      say(transform),
    ]),
  }));

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
const template = (resource: object, more: object = {}): string =>
  pretty({
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    ...more,
    resources: [resource],
  });

const PLAN = pretty({
  format_version: '1.2',
  terraform_version: '1.11.4',
  planned_values: {
    root_module: {
      resources: [
        {
          address: 'azurerm_monitor_data_collection_rule.ci',
          mode: 'managed',
          type: 'azurerm_monitor_data_collection_rule',
          name: 'ci',
          values: {
            name: 'MSCI-westeurope-shop',
            location: 'westeurope',
            kind: null,
            data_sources: [
              {
                extension: [
                  {
                    name: 'ci',
                    extension_name: 'ContainerInsights',
                    streams: ['Microsoft-KubePodInventory'],
                    extension_json: JSON.stringify(RULE.properties.dataSources.extensions[0]?.extensionSettings),
                  },
                ],
              },
            ],
            destinations: [{ log_analytics: [{ workspace_resource_id: '/subscriptions/s/w', name: 'ws' }] }],
            data_flow: [{ streams: ['Microsoft-KubePodInventory'], destinations: ['ws'], transform_kql: 'source' }],
          },
        },
      ],
    },
  },
});

test.each<[string, Record<string, string>]>([
  ['a document of Azure', { 'rule.json': pretty(RULE) }],
  [
    'a list of them, as az prints it',
    { 'rules.json': pretty([{ ...RULE, ...RULE.properties, properties: undefined }]) },
  ],
  ['an answer of the API', { 'rules.json': pretty({ value: [RULE] }) }],
  ['a template', { 'template.json': template(RULE) }],
  [
    'a template with parameters',
    {
      'template.json': template(
        { ...RULE, location: "[parameters('region')]", name: "[variables('name')]" },
        {
          parameters: { region: { type: 'string', defaultValue: 'westeurope' } },
          variables: { name: 'MSCI-westeurope-shop' },
        },
      ),
    },
  ],
  [
    'the body of an azapi resource',
    {
      'main.tf': `resource "azapi_resource" "ci" {\n  type      = "Microsoft.Insights/dataCollectionRules@2022-06-01"\n  name      = "MSCI-westeurope-shop"\n  location  = "westeurope"\n  parent_id = "/subscriptions/s/resourceGroups/shop"\n  body      = ${pretty({ properties: RULE.properties }).replaceAll('":', '" =')}\n}\n`,
    },
  ],
  ['a plan', { 'plan.json': PLAN }],
  [
    'Terraform with the settings as text',
    {
      'main.tf': RULE_HCL.replace(
        /jsonencode\(\{[^]*?\}\)\n/,
        `<<JSON\n${pretty(RULE.properties.dataSources.extensions[0]?.extensionSettings)}\nJSON\n`,
      ),
    },
  ],
])('a rule of data collection is the same as in Terraform: %s', (_, texts) => {
  expect(ruleTold(estateOf(texts))).toEqual(ruleTold(estateOf({ 'main.tf': RULE_HCL })));
});

test('a rule that is nothing but its properties is bare: what associates it is another call', () => {
  const estate = estateOf({ 'rule.json': pretty({ location: 'westeurope', properties: RULE.properties }) });
  expect(estate.collectionRules.map(({ isBare }) => isBare)).toEqual([true]);
});

test('values of documents stand where they are written', () => {
  const [rule] = estateOf({ 'rule.json': pretty(RULE) }).collectionRules;
  const settings = rule?.extensions[0]?.settings;
  if (settings === null || settings === undefined || settings === 'untold') throw new Error('no settings');
  expect(placeOf(settings.interval)).toBe('rule.json:16:27');
});

const CONFIG_MAP = `# what the agent is told
apiVersion: v1
kind: ConfigMap
metadata:
  name: container-azm-ms-agentconfig
  namespace: kube-system
data:
  schema-version: v1
  log-data-collection-settings: |-
    [log_collection_settings]
       [log_collection_settings.stdout]
          enabled = true
          exclude_namespaces = ["kube-system", "gatekeeper-system"]
       [log_collection_settings.env_var]
          enabled = true
       [log_collection_settings.schema]
          containerlog_schema_version = "v2"
`;

test('a ConfigMap of the agent is read through, and its values stand in the file', () => {
  const [config] = estateOf({ 'config.yaml': CONFIG_MAP }).agentConfigs;
  expect([config?.logSchema, config?.envVar, config?.allKubeEvents].map(say)).toEqual(['v2', true, null]);
  expect(
    config?.stdout.excludeNamespaces.texts.map(({ text, from: { at } }) => `${text} ${at.line}:${at.column}`),
  ).toEqual(['kube-system 13:33', 'gatekeeper-system 13:48']);
  expect(placeOf(config?.logSchema as Setting<string | null>)).toBe('config.yaml:17:41');
});

test.each<[string, Record<string, string>]>([
  [
    'a list of kubectl',
    {
      'list.json': pretty({
        kind: 'List',
        apiVersion: 'v1',
        items: [
          {
            kind: 'ConfigMap',
            metadata: { name: 'container-azm-ms-agentconfig' },
            data: {
              'log-data-collection-settings': '[log_collection_settings.schema]\ncontainerlog_schema_version = "v2"',
            },
          },
        ],
      }),
    },
  ],
  [
    'Terraform',
    {
      'main.tf': `resource "kubernetes_config_map" "c" {\n  metadata {\n    name      = "container-azm-ms-agentconfig"\n    namespace = "kube-system"\n  }\n  data = {\n    log-data-collection-settings = <<-TOML\n      [log_collection_settings.schema]\n      containerlog_schema_version = "v2"\n    TOML\n  }\n}\n`,
    },
  ],
  [
    'a manifest in Terraform',
    {
      'main.tf': `resource "kubernetes_manifest" "c" {\n  manifest = {\n    kind     = "ConfigMap"\n    metadata = { name = "container-azm-ms-agentconfig" }\n    data     = { log-data-collection-settings = "[log_collection_settings.schema]\\ncontainerlog_schema_version = \\"v2\\"" }\n  }\n}\n`,
    },
  ],
  [
    'YAML in Terraform',
    {
      'main.tf': `resource "kubectl_manifest" "c" {\n  yaml_body = <<-YAML\n    kind: ConfigMap\n    metadata: { name: container-azm-ms-agentconfig }\n    data:\n      log-data-collection-settings: |\n        [log_collection_settings.schema]\n        containerlog_schema_version = "v2"\n  YAML\n}\n`,
    },
  ],
])('the same in %s', (_, texts) => {
  expect(estateOf(texts).agentConfigs.map(({ logSchema }) => say(logSchema))).toEqual(['v2']);
});

test('TOML that is torn is told at its line of the file', () => {
  const { troubles } = read({ 'config.yaml': CONFIG_MAP.replace('"gatekeeper-system"]', '"gatekeeper-system"') });
  expect(troubles.map(({ path, problems: [first] }) => `${path}:${first?.at.line}`)).toEqual(['config.yaml:14']);
});

test('what is not masqueraded; the one that AKS keeps is not the user’s', () => {
  const map = (name: string): string =>
    `kind: ConfigMap\nmetadata: { name: ${name} }\ndata:\n  ip-masq-agent: |\n    nonMasqueradeCIDRs:\n      - 10.0.0.0/8\n    masqLinkLocal: true\n`;
  const estate = estateOf({
    'a.yaml': `${map('azure-ip-masq-agent-config')}---\n${map('azure-ip-masq-agent-config-reconciled')}`,
  });
  expect(
    estate.masqConfigs.map(({ isReconciled, nonMasqueradeCidrs, masqLinkLocal }) => [
      isReconciled,
      words(nonMasqueradeCidrs),
      say(masqLinkLocal),
    ]),
  ).toEqual([
    [false, ['10.0.0.0/8'], true],
    [true, ['10.0.0.0/8'], true],
  ]);
});

test('a flow log of azurerm with what azapi changes of it', () => {
  const estate = estateOf({
    'main.tf': `resource "azurerm_network_watcher_flow_log" "f" {\n  name = "f"\n  enabled = true\n}\nresource "azapi_update_resource" "u" {\n  type = "Microsoft.Network/networkWatchers/flowLogs@2025-07-01"\n  resource_id = azurerm_network_watcher_flow_log.f.id\n  body = { properties = { recordTypes = "C,E,D" } }\n}\n`,
  });
  expect(estate.flowLogs.map(({ recordTypes }) => recordTypes && words(recordTypes))).toEqual([['C', 'E', 'D']]);
});

test('a cluster as az prints it', () => {
  const shown = readFileSync(
    join(import.meta.dirname, '../src/formats/azure-resource/testdata/aks-show.in.json'),
    'utf8',
  );
  const [cluster] = estateOf({ 'aks.json': shown }).clusters;
  expect(say(cluster?.network.outboundType)).not.toBe('missing');
  expect(cluster?.pools.length).toBeGreaterThan(0);
  expect(cluster?.id).toMatch(/^\/subscriptions\/.*\/managedclusters\//);
});

test('a template of Helm is named, and no more is said of it', () => {
  const { findings, estates } = read({
    'chart/templates/svc.yaml': 'kind: Service\nspec:\n  externalTrafficPolicy: {{ .Values.policy }}\n',
  });
  expect(findings.map(({ code }) => code)).toEqual(['FILE004']);
  expect(estates).toEqual([]);
});

test('what references of a plan mean is followed through variables of modules', () => {
  const text = readFileSync(join(import.meta.dirname, 'terraform/testdata/terraform-data.plan.json'), 'utf8');
  const { resources } = planConfiguration(
    JSON.parse(text),
    { provider: '', version: '', resources: {}, dataSources: {} },
    placesInPlan('plan.json', text),
  );
  const input = (address: string): unknown => {
    const value = resources.find((r) => r.address === address)?.body.arguments.get('input');
    return value?.kind === 'unknown' ? value.is : value?.kind;
  };
  expect(input('module.m["p"].terraform_data.c')).toBe('terraform_data.a.id');
  expect(input('module.m["p"].terraform_data.d')).toBe('module.m["p"].terraform_data.c.id');
  expect(input('terraform_data.a')).toBe('object');
});

test('a plan of another major version, or that is torn, is refused by name', () => {
  const plan = { format_version: '2.0', terraform_version: '9.0.0' };
  for (const text of [pretty(plan), pretty(plan).slice(0, -2)])
    expect(read({ 'plan.json': text }).findings.map(({ code }) => code)).toEqual(['FILE003']);
});

test('what one root has is for another kept elsewhere', () => {
  const { estates } = read({
    'network/main.tf': 'resource "azurerm_network_watcher_flow_log" "f" {\n  name = "f"\n}\n',
    'cluster/main.tf': 'resource "azurerm_log_analytics_workspace" "w" {\n  name = "w"\n}\n',
  });
  expect(estates.map(({ elsewhere }) => [...elsewhere])).toEqual([[], ['flow-logs']]);
});
