import type { Spot, Value } from '../../hcl/value.ts';
import type { LogAlert, MetricAlert, MetricCriterion, PrometheusAlert, QueryText, SavedQuery } from '../alert.ts';
import { booleanAtOr, itemsOf, memberOf, numberAt, plainText, textAt, textsAt } from '../members-of.ts';
import type { Reference } from '../setting.ts';
import type { ArmResource } from './resource.ts';

const criterionOf = (c: Value): MetricCriterion => ({
  at: c.from,
  end: null,
  namespace: textAt(c, 'metricNamespace'),
  metric: textAt(c, 'metricName'),
  aggregation: textAt(c, 'timeAggregation'),
  operator: textAt(c, 'operator'),
  threshold: numberAt(c, 'threshold'),
  isDynamic: plainText(memberOf(c, 'criterionType')) === 'DynamicThresholdCriterion',
  dimensions: itemsOf(memberOf(c, 'dimensions')).map((d) => ({
    at: d.from,
    name: textAt(d, 'name'),
    values: textsAt(d, 'values'),
  })),
});

const scopesOf = (of: Value): readonly Reference[] =>
  itemsOf(memberOf(of, 'scopes')).map((value) => ({ value, at: value.from }));

/** https://learn.microsoft.com/rest/api/monitor/metric-alerts/get */
export const metricAlertOf = ({ thing, of }: ArmResource): MetricAlert => ({
  ...thing,
  scopes: scopesOf(of),
  scopesSure: memberOf(of, 'scopes')?.kind !== 'unknown',
  description: textAt(of, 'description'),
  enabled: booleanAtOr(of, true, 'enabled'),
  window: textAt(of, 'windowSize'),
  criteria: itemsOf(memberOf(of, 'criteria', 'allOf')).map(criterionOf),
  hasAction: itemsOf(memberOf(of, 'actions')).length > 0,
});

const queryOf = (value: Value | undefined, at: Spot): QueryText => ({
  text: plainText(value),
  known: value?.kind === 'unknown' ? (value.text ?? []).filter((part) => part !== null) : [],
  at,
  from: value?.from ?? at,
});

/** https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/get */
export const logAlertOf = ({ thing, of }: ArmResource): LogAlert => {
  const [criterion = of] = itemsOf(memberOf(of, 'criteria', 'allOf'));
  return {
    ...thing,
    scopes: scopesOf(of),
    description: textAt(of, 'description'),
    enabled: booleanAtOr(of, true, 'enabled'),
    window: textAt(of, 'windowSize'),
    frequency: textAt(of, 'evaluationFrequency'),
    query: queryOf(memberOf(criterion, 'query'), criterion.from),
    operator: textAt(criterion, 'operator'),
    threshold: numberAt(criterion, 'threshold'),
    hasAction: itemsOf(memberOf(of, 'actions', 'actionGroups')).length > 0,
  };
};

export const prometheusAlertsOf = ({ thing, of }: ArmResource): readonly PrometheusAlert[] =>
  itemsOf(memberOf(of, 'rules')).map((rule) => ({
    ...thing,
    name: textAt(rule, 'alert'),
    at: rule.from,
    expression: plainText(memberOf(rule, 'expression')),
    enabled: booleanAtOr(rule, true, 'enabled'),
  }));

export const savedQueryOf = ({ thing, of, type }: ArmResource): SavedQuery => {
  const isPack = type.endsWith('/queries');
  return {
    ...thing,
    name: textAt(of, 'displayName'),
    query: queryOf(memberOf(of, isPack ? 'body' : 'query'), thing.at),
    of: isPack ? 'pack' : 'saved-search',
  };
};
