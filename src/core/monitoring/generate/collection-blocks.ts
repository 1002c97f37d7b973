import { type Blueprint, CLUSTER, collectionOf, GROUP, streamsOf } from './blueprint.ts';
import { code, type HclBlock, resource } from './hcl-writer.ts';
import { workspaceAddress } from './workspace-blocks.ts';

/** As onboarding by the portal names it: it looks for the rule by this name, and makes a second one where it finds none. */
const MOST_LETTERS = 64;

const ruleName = ({ cluster, workspace }: Blueprint) =>
  cluster.name !== null && cluster.region !== null && workspace?.existing === null
    ? `MSCI-${cluster.region}-${cluster.name}`.slice(0, MOST_LETTERS)
    : code(
        `substr("MSCI-\${${workspace?.existing === null ? 'local' : 'data.azurerm_log_analytics_workspace.logs'}.location}-\${local.cluster_name}", 0, ${MOST_LETTERS})`,
      );

/** The rule of Container Insights, and what ties it to the cluster. */
export const collectionBlocks = (blueprint: Blueprint): readonly HclBlock[] => {
  const streams = streamsOf(blueprint);
  const workspace = workspaceAddress(blueprint);
  if (streams.length === 0 || workspace === null) return [];
  return [
    resource('azurerm_monitor_data_collection_rule', 'container_insights', [
      ['name', ruleName(blueprint)],
      // a rule lives where its workspace is
      ['location', code(`${workspace}.location`)],
      GROUP,
      ['kind', 'Linux'],
      {
        type: 'destinations',
        body: [
          {
            type: 'log_analytics',
            body: [
              ['name', 'workspace'],
              ['workspace_resource_id', code(`${workspace}.id`)],
            ],
          },
        ],
      },
      {
        type: 'data_sources',
        body: [
          {
            type: 'extension',
            body: [
              ['name', 'ContainerInsightsExtension'],
              ['extension_name', 'ContainerInsights'],
              ['streams', streams],
              ['extension_json', { json: { object: { dataCollectionSettings: { object: collectionOf(blueprint) } } } }],
            ],
          },
        ],
      },
      {
        type: 'data_flow',
        body: [
          ['streams', streams],
          ['destinations', ['workspace']],
        ],
      },
    ]),
    resource('azurerm_monitor_data_collection_rule_association', 'container_insights', [
      ['name', 'ContainerInsightsExtension'],
      ['target_resource_id', code(`${CLUSTER}.id`)],
      ['data_collection_rule_id', code('azurerm_monitor_data_collection_rule.container_insights.id')],
    ]),
  ];
};
