import { addInto, type Change, replaceValue } from '../../changes.ts';
import { type Estate, mayMiss } from '../../estate.ts';
import type { LogAlert, MetricAlert } from '../../estate/alert.ts';
import { leavingOf } from '../../estate/egress.ts';
import { toldOf } from '../../estate/setting.ts';
import { firstOf } from '../../estate/thing.ts';
import { isInRoot } from '../collection/written-rule.ts';
import { maySay } from '../query-words.ts';
import type { Rule } from '../rule.ts';
import { portsMatter } from '../snat/ports-of-cluster.ts';
import { CONNECTIONS, USED } from './metrics.ts';

/** Whether something may watch ports: what is not told may. */
const mayBeWatched = ({ metricAlerts, logAlerts, prometheusAlerts }: Estate): boolean =>
  metricAlerts.some(({ criteria }) =>
    criteria.some(({ metric }) => {
      const name = toldOf(metric)?.toLowerCase();
      return name === undefined || name === USED || name === CONNECTIONS;
    }),
  ) ||
  logAlerts.some(({ query }) => maySay(query, /snat/i)) ||
  prometheusAlerts.some(({ expression }) => expression === null || /snat/i.test(expression));

/** ALERT001: nobody is told that ports run out. */
export const noSnatAlert: Rule = (estate) => {
  if (!mayMiss(estate, 'alerts') || mayBeWatched(estate)) return [];
  const translated = estate.clusters.filter((cluster) => {
    const leaving = leavingOf(cluster);
    return cluster.certain && leaving !== null && leaving !== 'other';
  });
  const cluster = firstOf(translated);
  if (cluster === undefined) return [];
  const others = translated.filter((one) => one !== cluster);
  return [
    {
      code: 'ALERT001',
      spot: cluster.at,
      subject: cluster.address,
      message: `no alert watches the SNAT ports of ${cluster.address}`,
      ...portsMatter(cluster),
      fix:
        leavingOf(cluster) === 'load-balancer'
          ? 'Alert on SnatConnectionCount with ConnectionState = Failed, and on UsedSnatPorts by BackendIPAddress at 80 % of what a node has.'
          : 'Alert on SNATConnectionCount of the NAT gateway with ConnectionState = Failed, above 0 in 5 minutes.',
      related: others.map(({ at, address }) => ({ spot: at, says: `nor those of ${address}` })),
    },
  ];
};

/** Alerts get their action from a rule of their own sometimes. */
const hasProcessingRule = ({ resources }: Estate): boolean =>
  resources.some(({ type }) => /^azurerm_monitor_(?:alert_processing_rule_action_group|action_rule)/.test(type));

const isMetric = (alert: MetricAlert | LogAlert): alert is MetricAlert => 'criteria' in alert;

const withAction = (alert: MetricAlert | LogAlert, { actionGroups }: Estate): readonly Change[] => {
  const [group, ...others] = actionGroups;
  if (group === undefined || others.length > 0 || ![group, alert].every(isInRoot)) return [];
  return addInto(
    alert,
    '',
    'action {',
    isMetric(alert) ? `  action_group_id = ${group.address}.id` : `  action_groups = [${group.address}.id]`,
    '}',
  );
};

/** ALERT010: an alert that is off, or that tells nobody. */
export const tellsNobody: Rule = (estate) => {
  const mayBeElsewhere = hasProcessingRule(estate) || estate.absent.length > 0;
  return [...estate.metricAlerts, ...estate.logAlerts].flatMap((alert) => {
    const { address, enabled, hasAction } = alert;
    if (toldOf(enabled) === false)
      return [
        {
          code: 'ALERT010',
          spot: enabled.at,
          subject: address,
          key: 'enabled',
          message: `${address} is switched off`,
          changes: replaceValue(enabled, 'true'),
        },
      ];
    return hasAction !== false || mayBeElsewhere
      ? []
      : [
          {
            code: 'ALERT010',
            spot: alert.at,
            subject: address,
            key: 'action',
            message: `${address} tells nobody`,
            changes: withAction(alert, estate),
          },
        ];
  });
};
