import { type Change, replaceValue } from '../../changes.ts';
import type { Estate } from '../../estate.ts';
import { frontendsOf, leavingOf, nodeCount, portsAt } from '../../estate/egress.ts';
import { toldOf } from '../../estate/setting.ts';
import { says } from '../numbers.ts';
import type { Rule } from '../rule.ts';
import { clusterOf, type Criterion, criteriaIn, USED } from './metrics.ts';

/** 80 %, so that there is time to act: https://learn.microsoft.com/azure/load-balancer/load-balancer-standard-diagnostics */
const EARLY = 0.8;

export const earlyThreshold = (ports: number): number => Math.floor(EARLY * ports);
/** Above this share of what a node has an alert comes with the failures. */
const LATE = 0.95;

export interface Allocated {
  /** The most that a node has, at the smallest size of the pool. */
  readonly most: number;
  readonly atLeast: number;
  /** The least, at the largest; null: how large it becomes is not told. */
  readonly least: number | null;
  readonly atMost: number;
}

/** Null: whose load balancer it is, or what that gives, is not told. */
export const allocatedFor = (one: Criterion, estate: Estate): Allocated | null => {
  const cluster = clusterOf(one.alert, estate);
  const frontends = cluster !== null && leavingOf(cluster) === 'load-balancer' ? frontendsOf(cluster) : null;
  if (cluster === null || frontends === null) return null;
  const { least, inUpgrade, sure } = nodeCount(cluster);
  const most = portsAt(frontends, Math.max(least, 1));
  const isFixed = frontends.portsPerNode > 0;
  if (most === null) return null;
  return {
    most,
    atLeast: least,
    least: isFixed ? most : sure ? portsAt(frontends, inUpgrade) : null,
    atMost: inUpgrade,
  };
};

/** ALERT003, ALERT004: a threshold that used ports never reach, or reach as they run out. */
export const portThresholds: Rule = (estate) =>
  criteriaIn(estate).flatMap((one) => {
    const { alert, criterion, metric } = one;
    const [operator, aggregation] = [toldOf(criterion.operator), toldOf(criterion.aggregation)];
    const threshold = toldOf(criterion.threshold);
    if (metric !== USED || criterion.isDynamic || typeof threshold !== 'number') return [];
    if (operator !== 'GreaterThan' && operator !== 'GreaterThanOrEqual') return [];
    // sums go beyond what a node has
    if (aggregation !== 'Average' && aggregation !== 'Maximum' && aggregation !== 'Minimum') return [];
    const allocated = allocatedFor(one, estate);
    if (allocated === null) return [];
    const { most, least, atLeast, atMost } = allocated;
    const isReached = (ports: number): boolean => (operator === 'GreaterThan' ? ports > threshold : ports >= threshold);
    const isOne = least === most;
    const changes: readonly Change[] = isOne ? replaceValue(criterion.threshold, String(earlyThreshold(most))) : [];
    const here = { spot: criterion.threshold.at, subject: alert.address, key: metric, changes };
    const fix = isOne
      ? `Set it to ${says(earlyThreshold(most))}, 80 % of ${says(most)}.`
      : 'Set outbound_ports_allocated, so that a node has as many at every size.';
    if (!isReached(most))
      return [
        {
          ...here,
          code: 'ALERT003',
          fix,
          message: `${says(threshold)} is never reached: a node has ${says(most)} ports`,
        },
      ];
    if (least === null || threshold <= LATE * least) return [];
    return [
      {
        ...here,
        code: 'ALERT004',
        fix,
        message: isOne
          ? `${says(threshold)} of ${says(most)} ports is ${Math.round((100 * threshold) / most)} %: it comes as they run out`
          : `a node has ${says(most)} ports at ${says(atLeast)} nodes and ${says(least)} at ${says(atMost)}: ${says(threshold)} does not do for both`,
      },
    ];
  });
