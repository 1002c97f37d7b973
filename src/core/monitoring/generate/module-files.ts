import { loadBalancerAlerts, natGatewayAlerts } from './alert-blocks.ts';
import { portsVariable } from './alerts-file.ts';
import { agentConfigFile } from './agent-config-file.ts';
import type { Blueprint, PackedQuery, WrittenFile } from './blueprint.ts';
import { collectionBlocks } from './collection-blocks.ts';
import { egressBlocks, watchedId } from './egress-blocks.ts';
import { flowLogBlocks } from './flow-log-blocks.ts';
import { code, data, type HclBlock, type HclItem, variable, writeHcl } from './hcl-writer.ts';
import { outputBlocks } from './output-blocks.ts';
import { queryBlocks } from './query-pack-blocks.ts';
import { roleBlocks } from './role-blocks.ts';
import { hashOf, stamped, stampLine } from './stamp.ts';
import { workspaceBlocks } from './workspace-blocks.ts';

const PROVIDER = '~> 4.73';
const TERRAFORM = '>= 1.5';

const versions: HclBlock = {
  type: 'terraform',
  body: [
    ['required_version', TERRAFORM],
    {
      type: 'required_providers',
      body: [['azurerm', { object: { source: 'hashicorp/azurerm', version: PROVIDER } }]],
    },
  ],
};

const said = (name: string, description: string, byDefault: string | null): HclBlock =>
  variable(name, [
    ['type', code('string')],
    ...(byDefault === null ? [] : [['default', byDefault] as const]),
    ['description', description],
  ]);

const asked = (isUntold: boolean, name: string, description: string): readonly HclBlock[] =>
  isUntold ? [said(name, description, null)] : [];

/** Globally alone, and the same each time: of letters of the cluster's name, and a hash of what it is called in all. Null: that is not told. */
const accountName = ({ cluster }: Blueprint): string | null =>
  cluster.name === null || cluster.resourceGroup === null
    ? null
    : `flow${cluster.name
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, '')
        .slice(0, 12)}${hashOf([cluster.name, cluster.resourceGroup, cluster.region].join('/')).slice(0, 8)}`;

/** What is not told of the cluster. */
export const clusterVariables = ({ cluster }: Blueprint): readonly HclBlock[] => [
  ...(cluster.name === null ? [said('cluster_name', 'The cluster that is watched.', null)] : []),
  ...(cluster.resourceGroup === null ? [said('resource_group_name', 'The resource group of the cluster.', null)] : []),
  ...(cluster.region === null ? [said('location', 'The region of the cluster.', null)] : []),
];

const variableBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const { cluster, flowLogs, alerts, egress, workspace } = blueprint;
  const network = cluster.network === 'managed' ? null : cluster.network;
  return [
    ...clusterVariables(blueprint),
    ...asked(workspace?.existing?.name === null, 'workspace_name', 'The Log Analytics workspace.'),
    ...asked(
      workspace?.existing?.group === null,
      'workspace_resource_group_name',
      'The resource group that the workspace is in.',
    ),
    ...asked(network?.id === null && flowLogs !== null, 'virtual_network_id', 'The network of the nodes.'),
    ...asked(
      network?.subnet === null && egress !== null && egress.natGateway !== null,
      'node_subnet_id',
      'The subnet of the nodes.',
    ),
    ...asked(
      flowLogs?.storageAccount?.id === null,
      'flow_log_storage_account_id',
      'The storage account that flow logs are written to.',
    ),
    ...asked(alerts?.actionGroup === null, 'action_group_id', 'Who is told.'),
    ...(flowLogs === null
      ? []
      : [
          said(
            'network_watcher_name',
            'The network watcher of the region. Azure makes one by itself.',
            cluster.region === null ? null : `NetworkWatcher_${cluster.region}`,
          ),
          said('network_watcher_resource_group_name', 'The resource group that it is in.', 'NetworkWatcherRG'),
        ]),
    ...(flowLogs !== null && flowLogs.storageAccount === null
      ? [
          said(
            'storage_account_name',
            'Of flow logs: 3 to 24 letters and digits, alone in all of Azure.',
            accountName(blueprint),
          ),
        ]
      : []),
    ...(alerts !== null && egress?.loadBalancer ? [portsVariable(cluster.ports)] : []),
  ];
};

const told = (name: string, value: string | null): HclItem => [name, value ?? code(`var.${name}`)];

export const clusterLocals = ({ cluster }: Blueprint): HclBlock => ({
  type: 'locals',
  body: [
    told('cluster_name', cluster.name),
    told('resource_group_name', cluster.resourceGroup),
    told('location', cluster.region),
  ],
});

const clusterBlocks = (blueprint: Blueprint): readonly HclBlock[] => [
  clusterLocals(blueprint),
  data('azurerm_kubernetes_cluster', 'watched', [
    ['name', code('local.cluster_name')],
    ['resource_group_name', code('local.resource_group_name')],
  ]),
];

const alertBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const { alerts, egress } = blueprint;
  const watched = watchedId(blueprint);
  if (alerts === null || watched === null) return [];
  const subject = {
    resourceGroup: code('local.resource_group_name'),
    scope: code(watched),
    count: null,
    actionGroup: alerts.actionGroup ?? code('var.action_group_id'),
  };
  return egress?.loadBalancer
    ? loadBalancerAlerts(subject, { share: alerts.snatPortsUsed, ports: 'var.ports_per_node' })
    : natGatewayAlerts(subject);
};

/** What `unmasq audit` cannot see in the module itself. */
const auditSettings = ({ needDays }: Blueprint): string => `needDays: ${needDays}\n`;

const file = (name: string, blocks: readonly HclBlock[]): readonly WrittenFile[] =>
  blocks.length === 0 ? [] : [{ name, text: stamped(`${stampLine('terraform')}\n${writeHcl(blocks)}`) }];

/** All that a module of Terraform for the monitoring has, by name of file. A part that is not wanted has no file. */
export const moduleFiles = (blueprint: Blueprint, queries: readonly PackedQuery[]): readonly WrittenFile[] =>
  [
    file('versions.tf', [versions]),
    file('variables.tf', variableBlocks(blueprint)),
    file('cluster.tf', clusterBlocks(blueprint)),
    file('workspace.tf', workspaceBlocks(blueprint)),
    file('collection.tf', collectionBlocks(blueprint)),
    file('flow-logs.tf', flowLogBlocks(blueprint)),
    file('egress.tf', egressBlocks(blueprint)),
    file('alerts.tf', alertBlocks(blueprint)),
    file('query-pack.tf', blueprint.queryPack ? queryBlocks(blueprint, queries) : []),
    file('roles.tf', roleBlocks(blueprint)),
    file('outputs.tf', outputBlocks(blueprint)),
    agentConfigFile(blueprint),
    [{ name: '.unmasq-audit.yaml', text: stamped(stampLine('terraform') + auditSettings(blueprint)) }],
  ].flat();
