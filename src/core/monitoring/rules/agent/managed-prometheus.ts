import { mayMiss } from '../../estate.ts';
import { hasManagedPrometheus } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';

/** CI003: `monitor_metrics` switches the collector on; where its samples go is another four resources. */
export const metricsToNowhere: Rule = (estate) => {
  if (!mayMiss(estate, 'collection-rules')) return [];
  const missing = [
    ...(estate.monitorWorkspaces.length === 0 ? ['an azurerm_monitor_workspace'] : []),
    ...(estate.collectionRules.some(({ prometheus }) => prometheus.length > 0)
      ? []
      : ['a data collection rule with Microsoft-PrometheusMetrics']),
    'an association of the two',
  ];
  return estate.clusters.flatMap((cluster) =>
    cluster.metrics === null || hasManagedPrometheus(cluster, estate) !== false
      ? []
      : [
          {
            code: 'CI003',
            spot: cluster.metrics.at,
            subject: cluster.address,
            message: `metrics of ${cluster.address} go nowhere: there is not ${missing.join(', nor ')}`,
          },
        ],
  );
};
