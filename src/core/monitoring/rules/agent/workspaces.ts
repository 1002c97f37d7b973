import { replaceHere } from '../../changes.ts';
import type { Reference } from '../../estate/setting.ts';
import { sameReference } from '../../estate/thing.ts';
import { rulesOf } from '../inventory-sources.ts';
import type { Rule } from '../rule.ts';

/** As it would be written in the root module; null: it is called otherwise there, or not told. */
const written = ({ value }: Reference): string | null =>
  value?.kind === 'known'
    ? JSON.stringify(value.value)
    : value?.kind === 'unknown' && value.is !== null && !value.is.startsWith('module.') && value.text === undefined
      ? value.is
      : null;

/** CI004: the agent is shown in one workspace and its rows go to another. */
export const twoWorkspaces: Rule = (estate) =>
  estate.clusters.flatMap((cluster) => {
    const { agent } = cluster;
    if (agent === null) return [];
    const targets = rulesOf(cluster, estate)
      .flatMap(({ destinations }) => destinations)
      .filter(({ kind }) => kind === 'log-analytics');
    const [first] = targets;
    if (first === undefined || targets.some(({ target }) => sameReference(target, agent.workspace) !== false))
      return [];
    const text = written(first.target);
    return [
      {
        code: 'CI004',
        spot: agent.workspace.at,
        subject: cluster.address,
        message: `oms_agent of ${cluster.address} names another workspace than its data collection rule`,
        changes: text === null || agent.end === null ? [] : replaceHere(agent.workspace.at, text),
        related: [{ spot: first.target.at, says: 'rows go here' }],
      },
    ];
  });
