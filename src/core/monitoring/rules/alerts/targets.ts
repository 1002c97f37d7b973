import { addInto, type Change, removeBlock, replaceHere } from '../../changes.ts';
import type { Estate } from '../../estate.ts';
import { leavingOf } from '../../estate/egress.ts';
import { toldOf } from '../../estate/setting.ts';
import { isInRoot } from '../collection/written-rule.ts';
import type { Rule } from '../rule.ts';
import {
  clusterOf,
  CONNECTIONS,
  type Criterion,
  criteriaIn,
  namespaceOf,
  ONLY_GATEWAY,
  ONLY_LOAD_BALANCER,
  scopeOf,
  USED,
} from './metrics.ts';

/** Connections that a gateway failed for want of a port. */
const GATEWAY_CRITERIA = [
  'criteria {',
  '  metric_namespace = "Microsoft.Network/natGateways"',
  '  metric_name      = "SNATConnectionCount"',
  '  aggregation      = "Total"',
  '  operator         = "GreaterThan"',
  '  threshold        = 0',
  '',
  '  dimension {',
  '    name     = "ConnectionState"',
  '    operator = "Include"',
  '    values   = ["Failed"]',
  '  }',
  '}',
] as const;

const rewritten = ({ alert, criterion }: Criterion): readonly Change[] =>
  criterion.isDynamic ? [] : [...removeBlock(criterion), ...addInto(alert, ...GATEWAY_CRITERIA)];

/** The alert turned to the one gateway that there is. */
const moved = (one: Criterion, { natGateways }: Estate): readonly Change[] => {
  const [gateway, ...others] = natGateways;
  const place = one.alert.section?.places.get('scopes');
  if (gateway === undefined || others.length > 0 || place === undefined || !isInRoot(gateway) || !isInRoot(one.alert))
    return [];
  return [...replaceHere(place, `[${gateway.address}.id]`), ...rewritten(one)];
};

const says = (metric: string, criterion: Criterion['criterion']): string => toldOf(criterion.metric) ?? metric;

/** ALERT002: a metric that what is looked at does not have, or that stays at nothing there. */
export const wrongTarget: Rule = (estate) =>
  criteriaIn(estate).flatMap((one) => {
    const { alert, criterion, metric } = one;
    const [scope, namespace] = [scopeOf(alert), namespaceOf(criterion)];
    const finding = (message: string, changes: readonly Change[]) => [
      { code: 'ALERT002', spot: criterion.metric.at, subject: alert.address, key: metric, message, changes },
    ];
    const name = says(metric, criterion);
    const isGateway = scope === 'nat-gateway' || namespace === 'nat-gateway';
    const changes = scope === 'nat-gateway' ? rewritten(one) : [];
    if (isGateway && ONLY_LOAD_BALANCER.has(metric)) return finding(`a NAT gateway has no ${name}`, changes);
    if (scope === 'nat-gateway' && namespace === 'load-balancer')
      return finding(`${name} of a load balancer is asked of a NAT gateway`, changes);
    if ((scope === 'load-balancer' || namespace === 'load-balancer') && ONLY_GATEWAY.has(metric))
      return finding(`a load balancer has no ${name}`, []);
    const cluster = clusterOf(alert, estate);
    const leaving = cluster === null ? null : leavingOf(cluster);
    const isIdle = leaving === 'managed-gateway' || leaving === 'own-gateway';
    return isIdle && cluster !== null && [USED, CONNECTIONS, 'allocatedsnatports'].includes(metric)
      ? finding(
          `${cluster.address} leaves by a NAT gateway: ${name} of its load balancer stays at nothing`,
          moved(one, estate),
        )
      : [];
  });
