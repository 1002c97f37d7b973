import { addInto, type Change, replaceValue } from '../../changes.ts';
import type { MetricCriterion } from '../../estate/alert.ts';
import { has, toldOf } from '../../estate/setting.ts';
import type { Rule } from '../rule.ts';
import { CONNECTIONS, criteriaIn, USED } from './metrics.ts';
import { allocatedFor, earlyThreshold } from './thresholds.ts';

/** Whether a condition is about connections that failed, or wait. */
const isOfFailures = ({ dimensions }: MetricCriterion): boolean =>
  dimensions.some(
    ({ name, values }) =>
      toldOf(name)?.toLowerCase() === 'connectionstate' &&
      (has(values, 'Failed') === true || has(values, 'Pending') === true),
  );

const AVAILABILITY: ReadonlySet<string> = new Set(['datapathavailability', 'dipavailability', 'vipavailability']);

/** ALERT005: it fires when all is well. */
export const turnedRound: Rule = (estate) =>
  criteriaIn(estate).flatMap(({ alert, criterion, metric }) => {
    const operator = toldOf(criterion.operator);
    const isHighBad =
      metric === USED || metric === 'packetdropcount' || (metric === CONNECTIONS && isOfFailures(criterion));
    const isWrong = isHighBad
      ? operator?.startsWith('LessThan') === true
      : AVAILABILITY.has(metric) && operator?.startsWith('GreaterThan') === true;
    if (!isWrong || typeof operator !== 'string') return [];
    const right = isHighBad ? operator.replace('LessThan', 'GreaterThan') : operator.replace('GreaterThan', 'LessThan');
    return [
      {
        code: 'ALERT005',
        spot: criterion.operator.at,
        subject: alert.address,
        key: metric,
        message: `${operator} on ${toldOf(criterion.metric) ?? metric}: it fires when all is well`,
        fix: `Write ${right}.`,
        changes: replaceValue(criterion.operator, JSON.stringify(right)),
      },
    ];
  });

const SPLIT = [
  '',
  'dimension {',
  '  name     = "BackendIPAddress"',
  '  operator = "Include"',
  '  values   = ["*"]',
  '}',
] as const;

/** ALERT006: the average over all nodes hides the one that has none left. */
export const notSplit: Rule = (estate) =>
  criteriaIn(estate).flatMap(({ alert, criterion, metric }) => {
    const names = new Set(criterion.dimensions.map(({ name }) => toldOf(name)?.toLowerCase()));
    return metric !== USED || names.has(undefined) || names.has('backendipaddress')
      ? []
      : [
          {
            code: 'ALERT006',
            spot: criterion.at,
            subject: alert.address,
            key: metric,
            message: 'UsedSnatPorts is not split by BackendIPAddress: the nodes are added up',
            changes: addInto(criterion, ...SPLIT),
          },
        ];
  });

/** ALERT009: a number that means nothing. */
export const wrongAggregation: Rule = (estate) =>
  criteriaIn(estate).flatMap(({ alert, criterion, metric }) => {
    const aggregation = toldOf(criterion.aggregation);
    const threshold = toldOf(criterion.threshold);
    const isSum = aggregation === 'Total' || aggregation === 'Count';
    const isCounted = metric === CONNECTIONS || metric === 'packetdropcount';
    // above nothing is above nothing, whatever it is divided by
    const isWrong =
      metric === USED
        ? isSum
        : isCounted && aggregation === 'Average' && typeof threshold === 'number' && threshold !== 0;
    if (!isWrong) return [];
    const right = metric === USED ? 'Average' : 'Total';
    const allocated = metric === USED ? allocatedFor({ alert, criterion, metric }, estate) : null;
    // a threshold for sums is none for one node
    const isOne = allocated !== null && allocated.least === allocated.most;
    const changes: readonly Change[] = [
      ...replaceValue(criterion.aggregation, JSON.stringify(right)),
      ...(isOne ? replaceValue(criterion.threshold, String(earlyThreshold(allocated.most))) : []),
    ];
    return [
      {
        code: 'ALERT009',
        spot: criterion.aggregation.at,
        subject: alert.address,
        key: metric,
        message:
          metric === USED
            ? `${aggregation ?? ''} of UsedSnatPorts adds the same ports up minute by minute`
            : `Average of ${toldOf(criterion.metric) ?? metric} is neither how many failed nor which share`,
        fix: `Write ${right}.`,
        changes: allocated !== null && !isOne ? [] : changes,
      },
    ];
  });
