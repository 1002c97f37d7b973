import { type Blueprint, derived, GROUP, LOCATION, NODE_GROUP } from './blueprint.ts';
import { code, data, type HclBlock, type HclValue, resource } from './hcl-writer.ts';
import { workspaceAddress } from './workspace-blocks.ts';

/** The account that the module makes, or null: it writes into one that is there, or nothing. */
export const accountAddress = ({ flowLogs }: Blueprint): string | null =>
  flowLogs === null || flowLogs.storageAccount !== null ? null : 'azurerm_storage_account.flow_logs';

export const accountId = (blueprint: Blueprint): HclValue => {
  const address = accountAddress(blueprint);
  return address === null
    ? (blueprint.flowLogs?.storageAccount?.id ?? code('var.flow_log_storage_account_id'))
    : code(`${address}.id`);
};

const networkOf = (network: Blueprint['cluster']['network']): HclValue =>
  network === 'managed'
    ? code('data.azurerm_resources.network.resources[0].id')
    : (network.id ?? code('var.virtual_network_id'));

/** VNet flow logs over the network of the nodes. Never of a security group: none can be made any more. */
export const flowLogBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const { flowLogs, cluster } = blueprint;
  if (flowLogs === null) return [];
  const { network } = cluster;
  const isManaged = network === 'managed';
  const workspace = workspaceAddress(blueprint);
  const analytics: readonly HclBlock[] =
    flowLogs.trafficAnalytics === 'off' || workspace === null
      ? []
      : [
          {
            type: 'traffic_analytics',
            body: [
              ['enabled', true],
              ['workspace_id', code(`${workspace}.workspace_id`)],
              ['workspace_region', code(`${workspace}.location`)],
              ['workspace_resource_id', code(`${workspace}.id`)],
              ['interval_in_minutes', Number.parseInt(flowLogs.trafficAnalytics, 10)],
            ],
          },
        ];
  return [
    ...(isManaged
      ? [
          data(
            'azurerm_resources',
            'network',
            [
              ['resource_group_name', NODE_GROUP],
              ['type', 'Microsoft.Network/virtualNetworks'],
            ],
            'The network that AKS made for the nodes.',
          ),
        ]
      : []),
    ...(flowLogs.storageAccount === null
      ? [
          resource('azurerm_storage_account', 'flow_logs', [
            ['name', code('var.storage_account_name')],
            LOCATION,
            GROUP,
            ['account_tier', 'Standard'],
            ['account_replication_type', flowLogs.redundancy],
            ['min_tls_version', 'TLS1_2'],
            ['allow_nested_items_to_be_public', false],
          ]),
        ]
      : []),
    resource('azurerm_network_watcher_flow_log', 'nodes', [
      ['name', derived(blueprint, '-flow-log')],
      LOCATION,
      ['network_watcher_name', code('var.network_watcher_name')],
      ['resource_group_name', code('var.network_watcher_resource_group_name')],
      ['target_resource_id', networkOf(network)],
      ['storage_account_id', accountId(blueprint)],
      ['enabled', true],
      ['version', 2],
      {
        type: 'retention_policy',
        body: [
          ['enabled', true],
          ['days', flowLogs.days],
        ],
      },
      ...analytics,
    ]),
  ];
};
