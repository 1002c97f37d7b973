import { argument, block, blocks, placeOf, type Resource, type Section } from '../../terraform/configuration.ts';
import type {
  Association,
  CollectionRule,
  DiagnosticSetting,
  RuleDestination,
  Workspace,
  WorkspaceTable,
} from '../collection.ts';
import { collectionSettings } from '../collection-settings.ts';
import { numberIn, numberOr, referenceIn, textIn, textOr, textsIn, thingOf } from './read-section.ts';

const NO_QUOTA = -1;

export const workspaceOf = (r: Resource): Workspace => ({
  ...thingOf(r),
  location: textIn(r.body, 'location'),
  sku: textIn(r.body, 'sku'),
  retentionDays: numberIn(r.body, 'retention_in_days'),
  dailyQuotaGb: numberOr(r.body, 'daily_quota_gb', NO_QUOTA),
  reservationGb: numberIn(r.body, 'reservation_capacity_in_gb_per_day'),
});

export const tableOf = (r: Resource): WorkspaceTable => ({
  ...thingOf(r),
  workspace: referenceIn(r.body, 'workspace_id'),
  plan: textOr(r.body, 'plan', 'Analytics'),
  retentionDays: numberIn(r.body, 'retention_in_days'),
  totalRetentionDays: numberIn(r.body, 'total_retention_in_days'),
});

const destinationsOf = (section: Section | undefined): readonly RuleDestination[] =>
  [...(section?.blocks ?? [])].flatMap(([type, all]) =>
    all.map((d) => {
      const kind =
        type === 'log_analytics' ? 'log-analytics' : type === 'monitor_account' ? 'monitor-workspace' : 'other';
      const target = kind === 'monitor-workspace' ? 'monitor_account_id' : 'workspace_resource_id';
      return { at: d.spot, kind, name: textIn(d, 'name'), target: referenceIn(d, target) } as const;
    }),
  );

export const collectionRuleOf = (r: Resource): CollectionRule => {
  const sources = block(r.body, 'data_sources');
  return {
    ...thingOf(r),
    location: textIn(r.body, 'location'),
    kind: textIn(r.body, 'kind'),
    endpoint: referenceIn(r.body, 'data_collection_endpoint_id'),
    extensions: blocks(sources, 'extension').map((e) => ({
      at: e.spot,
      end: e.end,
      name: textIn(e, 'name'),
      extensionName: textIn(e, 'extension_name'),
      streams: textsIn(e, 'streams'),
      settings: collectionSettings(argument(e, 'extension_json'), placeOf(e, 'extension_json')),
    })),
    prometheus: blocks(sources, 'prometheus_forwarder').map((p) => ({ at: p.spot, streams: textsIn(p, 'streams') })),
    destinations: destinationsOf(block(r.body, 'destinations')),
    flows: blocks(r.body, 'data_flow').map((f) => ({
      at: f.spot,
      streams: textsIn(f, 'streams'),
      destinations: textsIn(f, 'destinations'),
      transform: textIn(f, 'transform_kql'),
    })),
    isBare: false,
  };
};

export const associationOf = (r: Resource): Association => ({
  ...thingOf(r),
  target: referenceIn(r.body, 'target_resource_id'),
  rule: referenceIn(r.body, 'data_collection_rule_id'),
  endpoint: referenceIn(r.body, 'data_collection_endpoint_id'),
});

export const diagnosticSettingOf = (r: Resource): DiagnosticSetting => {
  const enabled = [...blocks(r.body, 'enabled_log'), ...blocks(r.body, 'log')];
  const metrics = [...blocks(r.body, 'metric'), ...blocks(r.body, 'enabled_metric')];
  const categories = [...enabled, ...metrics].flatMap((b) => {
    const category = textIn(b, 'category');
    return category.is === 'set' && category.value !== null ? [{ text: category.value, from: category.from }] : [];
  });
  return {
    ...thingOf(r),
    target: referenceIn(r.body, 'target_resource_id'),
    workspace: referenceIn(r.body, 'log_analytics_workspace_id'),
    storage: referenceIn(r.body, 'storage_account_id'),
    categories: {
      texts: categories,
      sure: categories.length === enabled.length + metrics.length,
      isWritten: categories.length > 0,
      at: r.body.spot,
      from: null,
    },
  };
};
