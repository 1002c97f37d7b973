import type { Spot, Value } from '../../hcl/value.ts';
import { argument, block, blocks, placeOf, type Resource, type Section } from '../../terraform/configuration.ts';
import type {
  ActionGroup,
  LogAlert,
  MetricAlert,
  MetricCriterion,
  PrometheusAlert,
  QueryText,
  SavedQuery,
} from '../alert.ts';
import type { Setting } from '../setting.ts';
import { booleanOr, isThere, numberIn, referencesIn, textIn, textsIn, thingOf } from './read-section.ts';

const criterionOf = (c: Section, isDynamic: boolean): MetricCriterion => ({
  at: c.spot,
  end: c.end,
  namespace: textIn(c, 'metric_namespace'),
  metric: textIn(c, 'metric_name'),
  aggregation: textIn(c, 'aggregation'),
  operator: textIn(c, 'operator'),
  threshold: numberIn(c, 'threshold'),
  isDynamic,
  dimensions: blocks(c, 'dimension').map((d) => ({
    at: d.spot,
    name: textIn(d, 'name'),
    values: textsIn(d, 'values'),
  })),
});

export const metricAlertOf = (r: Resource): MetricAlert => {
  const { references, sure } = referencesIn(r.body, 'scopes');
  return {
    ...thingOf(r),
    scopes: references,
    scopesSure: sure,
    description: textIn(r.body, 'description'),
    enabled: booleanOr(r.body, 'enabled', true),
    window: textIn(r.body, 'window_size'),
    criteria: [
      ...blocks(r.body, 'criteria').map((c) => criterionOf(c, false)),
      ...blocks(r.body, 'dynamic_criteria').map((c) => criterionOf(c, true)),
    ],
    hasAction: isThere(r.body, 'action'),
  };
};

const queryOfValue = (value: Value | undefined, at: Spot): QueryText => {
  if (value?.kind === 'known')
    return { text: value.value === null ? null : String(value.value), known: [], at, from: value.from };
  const known = value?.kind === 'unknown' ? (value.text ?? []).filter((part) => part !== null) : [];
  return { text: null, known, at, from: value?.from ?? at };
};

const queryIn = (section: Section, name: string): QueryText =>
  queryOfValue(argument(section, name), placeOf(section, name));

const hasActionGroup = (r: Resource): boolean | null => {
  const action = block(r.body, 'action');
  if (action === undefined) return isThere(r.body, 'action');
  const groups = textsIn(action, 'action_groups');
  return groups.isWritten || action.arguments.has('action_group');
};

/** Scheduled query rules, of both generations of the provider's resource. */
export const logAlertOf = (r: Resource): LogAlert => {
  const criteria = block(r.body, 'criteria') ?? block(r.body, 'trigger') ?? r.body;
  const isOld = r.type === 'azurerm_monitor_scheduled_query_rules_alert';
  return {
    ...thingOf(r),
    scopes: isOld ? [] : referencesIn(r.body, 'scopes').references,
    description: textIn(r.body, 'description'),
    enabled: booleanOr(r.body, 'enabled', true),
    window: isOld ? minutes(numberIn(r.body, 'time_window')) : textIn(r.body, 'window_duration'),
    frequency: isOld ? minutes(numberIn(r.body, 'frequency')) : textIn(r.body, 'evaluation_frequency'),
    query: queryIn(isOld ? r.body : criteria, 'query'),
    operator: textIn(criteria, 'operator'),
    threshold: numberIn(criteria, 'threshold'),
    hasAction: hasActionGroup(r),
  };
};

const minutes = (setting: Setting<number | null>): Setting<string | null> =>
  setting.is === 'untold' ? setting : { ...setting, value: setting.value === null ? null : `PT${setting.value}M` };

export const prometheusAlertsOf = (r: Resource): readonly PrometheusAlert[] =>
  blocks(r.body, 'rule').map((rule) => {
    const expression = textIn(rule, 'expression');
    return {
      ...thingOf(r),
      name: textIn(rule, 'alert'),
      at: rule.spot,
      expression: expression.is === 'set' ? expression.value : null,
      enabled: booleanOr(rule, 'enabled', true),
    };
  });

export const actionGroupOf = (r: Resource): ActionGroup => ({
  ...thingOf(r),
  enabled: booleanOr(r.body, 'enabled', true),
});

export const savedQueryOf = (r: Resource): SavedQuery => {
  const isPack = r.type === 'azurerm_log_analytics_query_pack_query';
  return {
    ...thingOf(r, isPack ? 'display_name' : 'name'),
    query: queryIn(r.body, isPack ? 'body' : 'query'),
    of: isPack ? 'pack' : 'saved-search',
  };
};
