import type { FindingSpec } from '../finding.ts';

const LB = 'https://learn.microsoft.com/azure/load-balancer';
const MONITOR = 'https://learn.microsoft.com/azure/azure-monitor';

/** ALERT: who is told, and when. */
export const ALERT_FINDINGS = {
  ALERT001: {
    severity: 'warning',
    says: 'no alert on SNAT ports',
    why: 'that ports run out is learnt from users',
    fix: 'Alert on failed connections, and on used ports by node.',
    doc: `${LB}/load-balancer-standard-diagnostics`,
  },
  ALERT002: {
    severity: 'critical',
    says: 'an alert on a metric that its target does not have',
    why: 'it can never fire',
    fix: 'Use a metric of the target: of a NAT gateway SNATConnectionCount with ConnectionState = Failed.',
    doc: `https://learn.microsoft.com/azure/nat-gateway/nat-metrics`,
  },
  ALERT003: {
    severity: 'critical',
    says: 'a threshold that is never reached',
    why: 'used ports are never more than allocated ones: it can never fire',
    fix: 'Set it to 80 % of what a node has.',
    doc: `${LB}/load-balancer-standard-diagnostics`,
  },
  ALERT004: {
    severity: 'warning',
    says: 'a threshold that comes too late',
    why: 'the alert comes with the failures, or at one size of the pool never',
    fix: 'Set ports, and the threshold to 80 % of them.',
    doc: `${LB}/load-balancer-standard-diagnostics`,
  },
  ALERT005: {
    severity: 'critical',
    says: 'an operator that is turned round',
    why: 'it fires when all is well, and is silent when it is not',
    fix: 'Turn it round.',
    doc: `${MONITOR}/alerts/alerts-types`,
  },
  ALERT006: {
    severity: 'warning',
    says: 'used ports are not looked at node by node',
    why: 'the average over all nodes hides the one that has none left',
    fix: 'Split by BackendIPAddress.',
    doc: `${LB}/load-balancer-standard-diagnostics`,
  },
  ALERT007: {
    severity: 'critical',
    says: 'a log alert on metrics that are not exported',
    why: 'UsedSnatPorts and AllocatedSnatPorts cannot be sent to a workspace: no row ever comes',
    fix: 'Use a metric alert.',
    doc: `https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-network-loadbalancers-metrics`,
  },
  ALERT008: {
    severity: 'note',
    says: 'a symptom of something else is taken for SNAT',
    why: 'whoever is woken looks in the wrong place',
    fix: 'Call it what it is, and alert on failed SNAT connections.',
    doc: `${LB}/troubleshoot-outbound-connection`,
  },
  ALERT009: {
    severity: 'warning',
    says: 'an aggregation that makes a number of no meaning',
    why: 'the threshold is compared with something that nobody has in mind',
    fix: 'Use Average for used ports, Total for connections.',
    doc: `${LB}/load-balancer-standard-diagnostics`,
  },
  ALERT010: {
    severity: 'warning',
    says: 'an alert that tells nobody',
    why: 'it fires, and nobody hears of it',
    fix: 'Add an action, and switch it on.',
    doc: `${MONITOR}/alerts/action-groups`,
  },
  ALERT011: {
    severity: 'warning',
    says: 'a window that is over before its rows arrive',
    why: 'the alert sees none of them, or half',
    fix: 'Widen the window.',
    doc: `${MONITOR}/logs/data-ingestion-time`,
  },
  ALERT012: {
    severity: 'critical',
    says: 'an alert reads a table that nothing fills',
    why: 'no row ever comes',
    fix: 'Read NTANetAnalytics.',
    doc: `https://learn.microsoft.com/azure/network-watcher/traffic-analytics-schema`,
  },
} as const satisfies Record<string, FindingSpec>;
