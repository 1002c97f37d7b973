import type { Value } from '../../hcl/value.ts';
import type {
  Association,
  CollectionRule,
  DiagnosticSetting,
  RuleDestination,
  Workspace,
  WorkspaceTable,
} from '../collection.ts';
import { collectionSettings } from '../collection-settings.ts';
import {
  itemsOf,
  memberOf,
  numberAt,
  numberAtOr,
  plainText,
  referenceAt,
  textAt,
  textAtOr,
  textsAt,
} from '../members-of.ts';
import type { ArmResource } from './resource.ts';

export const workspaceOf = ({ thing, of }: ArmResource): Workspace => ({
  ...thing,
  location: textAt(of, 'location'),
  sku: textAt(of, 'sku', 'name'),
  retentionDays: numberAt(of, 'retentionInDays'),
  dailyQuotaGb: numberAtOr(of, -1, 'workspaceCapping', 'dailyQuotaGb'),
  reservationGb: numberAt(of, 'sku', 'capacityReservationLevel'),
});

export const tableOf = ({ thing, of, parent }: ArmResource): WorkspaceTable => ({
  ...thing,
  workspace: parent,
  plan: textAtOr(of, 'Analytics', 'plan'),
  retentionDays: numberAt(of, 'retentionInDays'),
  totalRetentionDays: numberAt(of, 'totalRetentionInDays'),
});

const destinationsOf = (of: Value | undefined): readonly RuleDestination[] =>
  of?.kind !== 'object'
    ? []
    : [...of.items].flatMap(([type, all]) => {
        const name = type.toLowerCase();
        const kind =
          name === 'loganalytics' ? 'log-analytics' : name === 'monitoringaccounts' ? 'monitor-workspace' : 'other';
        const target = kind === 'monitor-workspace' ? 'accountResourceId' : 'workspaceResourceId';
        const each = all.kind === 'list' ? all.items : [all];
        return each.map(
          (d) => ({ at: d.from, kind, name: textAt(d, 'name'), target: referenceAt(d, target) }) as const,
        );
      });

/** https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-rule-structure */
export const collectionRuleOf = ({ thing, of, isBare }: ArmResource): CollectionRule => {
  const sources = memberOf(of, 'dataSources');
  return {
    ...thing,
    location: textAt(of, 'location'),
    kind: textAt(of, 'kind'),
    endpoint: referenceAt(of, 'dataCollectionEndpointId'),
    extensions: itemsOf(memberOf(sources, 'extensions')).map((e) => ({
      at: e.from,
      end: null,
      name: textAt(e, 'name'),
      extensionName: textAt(e, 'extensionName'),
      streams: textsAt(e, 'streams'),
      settings: collectionSettings(memberOf(e, 'extensionSettings'), e.from),
    })),
    prometheus: itemsOf(memberOf(sources, 'prometheusForwarder')).map((p) => ({
      at: p.from,
      streams: textsAt(p, 'streams'),
    })),
    destinations: destinationsOf(memberOf(of, 'destinations')),
    flows: itemsOf(memberOf(of, 'dataFlows')).map((f) => ({
      at: f.from,
      streams: textsAt(f, 'streams'),
      destinations: textsAt(f, 'destinations'),
      transform: textAt(f, 'transformKql'),
    })),
    isBare,
  };
};

export const associationOf = ({ thing, of, parent }: ArmResource): Association => ({
  ...thing,
  target: parent,
  rule: referenceAt(of, 'dataCollectionRuleId'),
  endpoint: referenceAt(of, 'dataCollectionEndpointId'),
});

export const diagnosticSettingOf = ({ thing, of, parent }: ArmResource): DiagnosticSetting => {
  const all = [...itemsOf(memberOf(of, 'logs')), ...itemsOf(memberOf(of, 'metrics'))];
  const on = all.filter((one) => plainText(memberOf(one, 'enabled')) !== 'false');
  const texts = on.flatMap((one) => {
    const category = memberOf(one, 'category') ?? memberOf(one, 'categoryGroup');
    const text = plainText(category);
    return text === null || category === undefined ? [] : [{ text, from: category.from }];
  });
  return {
    ...thing,
    target: parent,
    workspace: referenceAt(of, 'workspaceId'),
    storage: referenceAt(of, 'storageAccountId'),
    categories: { texts, sure: texts.length === on.length, isWritten: all.length > 0, at: thing.at, from: null },
  };
};
