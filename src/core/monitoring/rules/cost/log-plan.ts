import { addAfter } from '../../changes.ts';
import { mayMiss } from '../../estate.ts';
import { isContainerInsights } from '../../estate/collection.ts';
import { toldOf } from '../../estate/setting.ts';
import { meant, means } from '../../estate/thing.ts';
import { isInRoot, labelOf } from '../collection/written-rule.ts';
import { collects } from '../inventory-sources.ts';
import { maySay } from '../query-words.ts';
import type { Rule } from '../rule.ts';

const TABLE = 'ContainerLogV2';

/** COST005: lines on the dear plan, and of the queries and alerts that there are none reads them. */
export const dearLines: Rule = (estate) => {
  if (!mayMiss(estate, 'alerts') || !mayMiss(estate, 'queries')) return [];
  const readers = [...estate.logAlerts, ...estate.queries];
  if (
    readers.length === 0 ||
    readers.some(({ query }) => maySay(query, /\bContainerLog(?:V2)?\b|\bsearch\b|\bunion\s+\*/))
  )
    return [];
  return estate.workspaces.flatMap((workspace) => {
    const isFilled = estate.collectionRules.some(
      (rule) =>
        isContainerInsights(rule) === true &&
        collects(rule, `Microsoft-${TABLE}`) === true &&
        rule.destinations.some(({ target }) => meant(target, [workspace]) === workspace),
    );
    const mayBeSet = estate.tables.some((table) => {
      const name = toldOf(table.name);
      return means(table.workspace, workspace) !== false && (name === undefined || name === TABLE);
    });
    if (!isFilled || mayBeSet) return [];
    const label = `${labelOf(workspace)}_container_log`;
    return [
      {
        code: 'COST005',
        spot: workspace.at,
        subject: workspace.address,
        message: `${TABLE} of ${workspace.address} is on the Analytics plan, and no alert or query of this configuration reads it`,
        changes: isInRoot(workspace)
          ? addAfter(
              workspace,
              `resource "azurerm_log_analytics_workspace_table" "${label}" {`,
              `  workspace_id = ${workspace.address}.id`,
              `  name         = "${TABLE}"`,
              '  plan         = "Basic"',
              '}',
            )
          : [],
      },
    ];
  });
};
