import { replaceAt } from '../../changes.ts';
import type { Reference } from '../../estate/setting.ts';
import type { Rule } from '../rule.ts';

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Which of its two ids a workspace is called by; null: not told. */
const kindOf = ({ value }: Reference): 'resource' | 'guid' | null => {
  if (value?.kind === 'known')
    return String(value.value).startsWith('/subscriptions/')
      ? 'resource'
      : GUID.test(String(value.value))
        ? 'guid'
        : null;
  if (value?.kind !== 'unknown' || value.is === null || value.text !== undefined) return null;
  if (!/(?:^|\.)azurerm_log_analytics_workspace\./.test(value.is)) return null;
  return value.is.endsWith('.workspace_id') ? 'guid' : value.is.endsWith('.id') ? 'resource' : null;
};

/** FLOW013: the GUID of the workspace is wanted and its resource id given, or the other way round. */
export const wrongWorkspaceId: Rule = ({ flowLogs }) =>
  flowLogs.flatMap(({ address, trafficAnalytics }) => {
    if (trafficAnalytics === null) return [];
    const wants = [
      ['workspace_id', 'guid', trafficAnalytics.workspaceGuid, 'id', 'workspace_id'],
      ['workspace_resource_id', 'resource', trafficAnalytics.workspace, 'workspace_id', 'id'],
    ] as const;
    return wants.flatMap(([argument, wanted, reference, from, to]) => {
      const kind = kindOf(reference);
      if (kind === null || kind === wanted) return [];
      const { value } = reference;
      const is = value?.kind === 'unknown' ? value.is : null;
      const isHere = is !== null && !is.startsWith('module.') && value?.through === undefined;
      return [
        {
          code: 'FLOW013',
          spot: reference.at,
          subject: address,
          key: argument,
          message: `${argument} is ${kind === 'resource' ? 'a resource id, and the GUID of the workspace is wanted' : 'the GUID of a workspace, and its resource id is wanted'}`,
          changes:
            isHere && value !== undefined
              ? [replaceAt(value.from, is.replace(new RegExp(`\\.${from}$`), `.${to}`))]
              : [],
        },
      ];
    });
  });
