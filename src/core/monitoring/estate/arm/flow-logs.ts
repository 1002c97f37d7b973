import type { Value } from '../../hcl/value.ts';
import type { FlowLog, RoleAssignment, StorageAccount, StoragePolicy } from '../flow-log.ts';
import {
  booleanAtOr,
  itemsOf,
  memberOf,
  numberAt,
  numberAtOr,
  plainText,
  referenceAt,
  textAt,
  textsAt,
} from '../members-of.ts';
import { asText, settingOf } from '../read-value.ts';
import type { Texts } from '../setting.ts';
import type { ArmResource } from './resource.ts';

/** `B,C,E,D`, or the same as a list. Null: all of them. */
export const recordTypesIn = (of: Value): Texts | null => {
  const value = memberOf(of, 'recordTypes');
  if (value === undefined || (value.kind === 'known' && value.value === null)) return null;
  const text = plainText(value);
  if (text === null) return textsAt(of, 'recordTypes');
  const letters = text.split(',').map((letter) => ({ text: letter.trim(), from: value.from }));
  return { texts: letters, sure: true, isWritten: true, at: value.from, from: null };
};

/** https://learn.microsoft.com/rest/api/network-watcher/flow-logs/get */
export const flowLogOf = ({ thing, of }: ArmResource): FlowLog => {
  const retention = memberOf(of, 'retentionPolicy');
  const analytics = memberOf(of, 'flowAnalyticsConfiguration', 'networkWatcherFlowAnalyticsConfiguration');
  return {
    ...thing,
    target: referenceAt(of, 'targetResourceId'),
    isBySecurityGroup: false,
    enabled: booleanAtOr(of, true, 'enabled'),
    storage: referenceAt(of, 'storageId'),
    version: numberAt(of, 'format', 'version'),
    recordTypes: recordTypesIn(of),
    filter: textAt(of, 'enabledFilteringCriteria'),
    retention:
      retention?.kind !== 'object'
        ? null
        : { at: retention.from, enabled: booleanAtOr(retention, false, 'enabled'), days: numberAt(retention, 'days') },
    trafficAnalytics:
      analytics?.kind !== 'object'
        ? null
        : {
            at: analytics.from,
            enabled: booleanAtOr(analytics, true, 'enabled'),
            workspaceGuid: referenceAt(analytics, 'workspaceId'),
            workspace: referenceAt(analytics, 'workspaceResourceId'),
            intervalMinutes: numberAtOr(analytics, 60, 'trafficAnalyticsInterval'),
          },
  };
};

export const storageAccountOf = ({ thing, of }: ArmResource): StorageAccount => ({
  ...thing,
  location: textAt(of, 'location'),
  tier: settingOf(memberOf(of, 'sku', 'name'), thing.at, null, (name) => String(name).split('_')[0]),
});

export const storagePolicyOf = ({ thing, of, parent }: ArmResource): StoragePolicy => ({
  ...thing,
  account: parent,
  rules: itemsOf(memberOf(of, 'policy', 'rules')).map((rule) => {
    const path = ['definition', 'actions', 'baseBlob', 'delete'];
    const created = numberAt(rule, ...path, 'daysAfterCreationGreaterThan');
    return {
      at: rule.from,
      enabled: booleanAtOr(rule, true, 'enabled'),
      prefixes: textsAt(rule, 'definition', 'filters', 'prefixMatch'),
      deleteAfterDays: created.is === 'unset' ? numberAt(rule, ...path, 'daysAfterModificationGreaterThan') : created,
    };
  }),
});

/** Roles that monitoring is read with: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES: { readonly [id: string]: string } = {
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Storage Blob Data Reader',
  '43d0d8ad-25c7-4714-9337-8ba259a9fe05': 'Monitoring Reader',
  '73c42c96-874c-492b-b04d-ab87d138a893': 'Log Analytics Reader',
};

export const roleAssignmentOf = ({ thing, of, parent }: ArmResource): RoleAssignment => {
  const named = textAt(of, 'roleDefinitionName');
  const byId = settingOf(memberOf(of, 'roleDefinitionId'), thing.at, null, asText);
  const known = byId.is === 'set' ? ROLES[byId.value?.split('/').at(-1)?.toLowerCase() ?? ''] : undefined;
  const scope = referenceAt(of, 'scope');
  return {
    ...thing,
    scope: scope.value === undefined ? parent : scope,
    role: named.is !== 'unset' || byId.is !== 'set' ? named : { ...byId, value: known ?? byId.value },
  };
};
