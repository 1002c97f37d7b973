import { addInto, type Change } from '../../changes.ts';
import { type Estate, mayMiss } from '../../estate.ts';
import type { Cluster } from '../../estate/cluster.ts';
import { toldOf } from '../../estate/setting.ts';
import { means } from '../../estate/thing.ts';
import { isContainerInsights } from '../../estate/collection.ts';
import { ruleFor } from '../collection/written-rule.ts';
import { watchesPods } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';

/** The agent with a rule for it: alone it would collect nothing. */
const changesFor = (cluster: Cluster, estate: Estate): readonly Change[] => {
  const rule = cluster.agent === null ? ruleFor(cluster, estate) : [];
  const [workspace] = estate.workspaces;
  return rule.length === 0 || workspace === undefined
    ? []
    : [
        ...addInto(
          cluster,
          '',
          'oms_agent {',
          `  log_analytics_workspace_id      = ${workspace.address}.id`,
          '  msi_auth_for_monitoring_enabled = true',
          '}',
        ),
        ...rule,
      ];
};

/** CI002: nothing records which pod had which address. */
export const noContainerInsights: Rule = (estate) => {
  if (!mayMiss(estate, 'agent')) return [];
  return estate.clusters
    .filter((cluster) => cluster.certain)
    .filter(({ agent }) => agent === null || toldOf(agent.enabled) === false)
    .filter(
      (cluster) =>
        !estate.associations.some(
          (a) =>
            means(a.target, cluster) !== false &&
            estate.collectionRules.every((r) => means(a.rule, r) !== true || isContainerInsights(r) !== false),
        ),
    )
    .map((cluster) => ({
      code: 'CI002',
      spot: cluster.at,
      subject: cluster.address,
      ...(watchesPods(estate) ? { severity: 'note' as const } : {}),
      message:
        cluster.metrics === null
          ? `${cluster.address} has no oms_agent: no Container Insights`
          : `${cluster.address} has monitor_metrics, which is Managed Prometheus, and no oms_agent: no Container Insights`,
      changes: changesFor(cluster, estate),
    }));
};
