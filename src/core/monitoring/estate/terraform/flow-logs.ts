import { block, blocks, type Resource } from '../../terraform/configuration.ts';
import type { FlowLog, RoleAssignment, StorageAccount, StoragePolicy } from '../flow-log.ts';
import { booleanOr, numberIn, numberOr, referenceIn, textIn, textsIn, thingOf } from './read-section.ts';

/** What Traffic Analytics takes where nobody says. */
const USUAL_INTERVAL_MINUTES = 60;

export const flowLogOf = (r: Resource): FlowLog => {
  const retention = block(r.body, 'retention_policy');
  const analytics = block(r.body, 'traffic_analytics');
  const bySecurityGroup = r.body.arguments.has('network_security_group_id');
  return {
    ...thingOf(r),
    target: referenceIn(r.body, bySecurityGroup ? 'network_security_group_id' : 'target_resource_id'),
    isBySecurityGroup: bySecurityGroup,
    enabled: booleanOr(r.body, 'enabled', true),
    storage: referenceIn(r.body, 'storage_account_id'),
    version: numberIn(r.body, 'version'),
    // the provider has no argument for either: Azure's own defaults hold
    recordTypes: null,
    filter: { is: 'unset', value: null, at: r.body.spot },
    retention:
      retention === undefined
        ? null
        : { at: retention.spot, enabled: booleanOr(retention, 'enabled', false), days: numberIn(retention, 'days') },
    trafficAnalytics:
      analytics === undefined
        ? null
        : {
            at: analytics.spot,
            enabled: booleanOr(analytics, 'enabled', true),
            workspaceGuid: referenceIn(analytics, 'workspace_id'),
            workspace: referenceIn(analytics, 'workspace_resource_id'),
            intervalMinutes: numberOr(analytics, 'interval_in_minutes', USUAL_INTERVAL_MINUTES),
          },
  };
};

export const storageAccountOf = (r: Resource): StorageAccount => ({
  ...thingOf(r),
  location: textIn(r.body, 'location'),
  tier: textIn(r.body, 'account_tier'),
});

export const storagePolicyOf = (r: Resource): StoragePolicy => ({
  ...thingOf(r),
  account: referenceIn(r.body, 'storage_account_id'),
  rules: blocks(r.body, 'rule').map((rule) => {
    const base = block(rule, 'actions', 'base_blob') ?? { ...rule, arguments: new Map(), places: new Map() };
    const filters = block(rule, 'filters') ?? { ...rule, arguments: new Map(), places: new Map() };
    return {
      at: rule.spot,
      enabled: booleanOr(rule, 'enabled', true),
      prefixes: textsIn(filters, 'prefix_match'),
      deleteAfterDays: numberIn(
        base,
        base.arguments.has('delete_after_days_since_creation_greater_than')
          ? 'delete_after_days_since_creation_greater_than'
          : 'delete_after_days_since_modification_greater_than',
      ),
    };
  }),
});

export const roleAssignmentOf = (r: Resource): RoleAssignment => ({
  ...thingOf(r),
  scope: referenceIn(r.body, 'scope'),
  role: textIn(r.body, 'role_definition_name'),
});
