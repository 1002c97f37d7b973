import { mayMiss } from '../../estate.ts';
import { firstOf } from '../../estate/thing.ts';
import type { Rule } from '../rule.ts';

/** QP001: a workspace whose questions somebody has to write at three in the morning. */
export const noSavedQuery: Rule = (estate) => {
  const hasWorkbook = estate.resources.some(({ type }) => /workbook|dashboard/.test(type));
  if (!mayMiss(estate, 'queries') || estate.queries.length > 0 || hasWorkbook) return [];
  const workspace = firstOf(estate.workspaces.filter(({ certain }) => certain));
  return workspace === undefined
    ? []
    : [
        {
          code: 'QP001',
          spot: workspace.at,
          subject: workspace.address,
          message: `no query is saved for ${workspace.address}`,
        },
      ];
};
