import { addAfter } from '../../changes.ts';
import { seesAll } from '../../estate.ts';
import { isContainerInsights } from '../../estate/collection.ts';
import { means } from '../../estate/thing.ts';
import type { Rule } from '../rule.ts';

/** DCR002: a rule that nothing associates. Silent where a module that is not here, or an id that is not told, may do it. */
export const unassociated: Rule = (estate) => {
  if (!seesAll(estate)) return [];
  const [cluster, ...others] = estate.clusters;
  return estate.collectionRules
    .filter((rule) => !rule.isBare && isContainerInsights(rule) === true)
    .filter((rule) => estate.associations.every(({ rule: named }) => means(named, rule) === false))
    .map((rule) => ({
      code: 'DCR002',
      spot: rule.at,
      subject: rule.address,
      message: `nothing associates ${rule.address} with a cluster`,
      changes:
        cluster === undefined || others.length > 0 || rule.address.startsWith('module.')
          ? []
          : addAfter(
              rule,
              `resource "azurerm_monitor_data_collection_rule_association" "${rule.address.split('.').at(-1) ?? 'ci'}" {`,
              '  name                    = "ContainerInsightsExtension"',
              `  target_resource_id      = ${cluster.address}.id`,
              `  data_collection_rule_id = ${rule.address}.id`,
              '}',
            ),
      related: cluster === undefined ? [] : [{ spot: cluster.at, says: `${cluster.address} is the cluster` }],
    }));
};
