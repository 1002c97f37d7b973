import { addAfter, type Change } from '../../changes.ts';
import type { Estate } from '../../estate.ts';
import type { Cluster } from '../../estate/cluster.ts';
import { isPlaceholder, regionOf } from '../../estate/region.ts';
import { toldOf } from '../../estate/setting.ts';
import type { Thing } from '../../estate/thing.ts';

/** What leases and logs need of Container Insights, and no legacy table. */
export const STREAMS = [
  'Microsoft-KubePodInventory',
  'Microsoft-KubeNodeInventory',
  'Microsoft-ContainerNodeInventory',
  'Microsoft-KubeServices',
  'Microsoft-KubePVInventory',
  'Microsoft-KubeEvents',
  'Microsoft-KubeMonAgentEvents',
  'Microsoft-ContainerLogV2',
] as const;

/** Settings that say what is taken anyway, so that they can be seen and changed. */
export const EXTENSION_JSON = [
  'extension_json = jsonencode({',
  '  dataCollectionSettings = {',
  '    interval               = "1m"',
  '    namespaceFilteringMode = "Off"',
  '    enableContainerLogV2   = true',
  '  }',
  '})',
] as const;

export const isInRoot = ({ address, section }: Thing): boolean =>
  section !== null && !address.startsWith('module.') && !address.endsWith(']');

/** The last part of an address: what a resource is called among its like. */
export const labelOf = ({ address }: Thing): string => address.split('.').at(-1) ?? 'this';

export const associationBlock = (cluster: Cluster, ruleAddress: string, label: string): readonly string[] => [
  `resource "azurerm_monitor_data_collection_rule_association" "${label}" {`,
  '  name                    = "ContainerInsightsExtension"',
  `  target_resource_id      = ${cluster.address}.id`,
  `  data_collection_rule_id = ${ruleAddress}.id`,
  '}',
];

const fits = (text: string | null | undefined): text is string => typeof text === 'string' && !isPlaceholder(text);

/** A rule and its association behind the cluster, where it is certain which workspace is meant and what they would be called. */
export const ruleFor = (cluster: Cluster, { workspaces, collectionRules }: Estate): readonly Change[] => {
  const [workspace, ...others] = workspaces;
  if (workspace === undefined || others.length > 0 || ![cluster, workspace].every(isInRoot)) return [];
  const [region, name] = [toldOf(workspace.location), toldOf(cluster.name)];
  const label = labelOf(cluster);
  const address = `azurerm_monitor_data_collection_rule.${label}`;
  if (!fits(region) || !fits(name) || collectionRules.some((rule) => rule.address === address)) return [];
  return addAfter(
    cluster,
    `resource "azurerm_monitor_data_collection_rule" "${label}" {`,
    `  name                = "MSCI-${regionOf(region)}-${name}"`,
    `  location            = ${workspace.address}.location`,
    `  resource_group_name = ${workspace.address}.resource_group_name`,
    '',
    '  destinations {',
    '    log_analytics {',
    '      name                  = "workspace"',
    `      workspace_resource_id = ${workspace.address}.id`,
    '    }',
    '  }',
    '',
    '  data_sources {',
    '    extension {',
    '      name           = "ContainerInsightsExtension"',
    '      extension_name = "ContainerInsights"',
    `      streams        = ${JSON.stringify(STREAMS)}`,
    ...EXTENSION_JSON.map((line) => `      ${line}`),
    '    }',
    '  }',
    '',
    '  data_flow {',
    `    streams      = ${JSON.stringify(STREAMS)}`,
    '    destinations = ["workspace"]',
    '  }',
    '}',
    '',
    ...associationBlock(cluster, address, label),
  );
};
