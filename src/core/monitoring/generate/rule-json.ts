import { type Blueprint, collectionOf, streamsOf, type WrittenFile } from './blueprint.ts';
import { stamped, UNSTAMPED } from './stamp.ts';

/** What somebody still has to fill in, as `unmasq audit` knows it. */
const blank = (what: string): string => `<${what}>`;

/** The rule of data collection by itself, as `az monitor data-collection rule create --rule-file` and templates take it. Null: there is nothing to collect. */
export const ruleFile = (blueprint: Blueprint): WrittenFile | null => {
  const { cluster, workspace } = blueprint;
  const streams = streamsOf(blueprint);
  if (streams.length === 0) return null;
  const region = cluster.region ?? blank('region');
  const rule = {
    name: `MSCI-${region}-${cluster.name ?? blank('cluster')}`.slice(0, 64),
    type: 'Microsoft.Insights/dataCollectionRules',
    location: workspace?.existing === null ? region : blank('region of the workspace'),
    kind: 'Linux',
    tags: { 'unmasq:generated': UNSTAMPED },
    properties: {
      dataSources: {
        extensions: [
          {
            name: 'ContainerInsightsExtension',
            extensionName: 'ContainerInsights',
            streams,
            extensionSettings: { dataCollectionSettings: collectionOf(blueprint) },
          },
        ],
      },
      destinations: {
        logAnalytics: [
          { name: 'workspace', workspaceResourceId: workspace?.existing?.id ?? blank('id of the workspace') },
        ],
      },
      dataFlows: [{ streams, destinations: ['workspace'] }],
    },
  };
  return { name: 'data-collection-rule.json', text: stamped(`${JSON.stringify(rule, null, 2)}\n`) };
};
