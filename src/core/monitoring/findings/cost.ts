import type { FindingSpec } from '../finding.ts';
import { priceSaid } from '../rules/money.ts';

const MONITOR = 'https://learn.microsoft.com/azure/azure-monitor';

/** COST: what is paid for nothing. QP: queries that are kept. */
export const COST_FINDINGS = {
  COST001: {
    severity: 'note',
    says: 'rows are kept longer than anybody asks',
    why: `each month more is ${priceSaid('retention')} US dollars a GB; in long-term retention it is ${priceSaid('longTermRetention')}`,
    fix: 'Keep fewer days, or set total_retention_in_days for the rest.',
    doc: `${MONITOR}/logs/data-retention-configure`,
  },
  COST002: {
    severity: 'note',
    says: 'a free day is given up',
    why: '31 days cost what 30 do',
    fix: 'Set it to 31.',
    doc: `${MONITOR}/logs/data-retention-configure`,
  },
  COST003: {
    severity: 'note',
    says: 'the same counters are collected twice',
    why: `Managed Prometheus has them already, and a GB of Perf costs ${priceSaid('analyticsLogs')} US dollars`,
    fix: 'Take Perf and InsightsMetrics out, and leave the interval as it is: leases need it.',
    doc: `${MONITOR}/containers/container-insights-data-collection-configure`,
  },
  COST004: {
    severity: 'warning',
    says: 'a daily limit of the workspace',
    why: 'collection stops in the busiest hours, which are those of the incident: what happened then is a gap',
    fix: 'Alert on what is ingested instead.',
    doc: `${MONITOR}/logs/daily-cap`,
  },
  COST005: {
    severity: 'note',
    says: 'container logs on the dear plan',
    why: `Basic costs ${priceSaid('basicLogs')} instead of ${priceSaid('analyticsLogs')} US dollars a GB`,
    fix: 'Put ContainerLogV2 on the Basic plan, unless queries elsewhere join it.',
    doc: `${MONITOR}/logs/data-platform-logs`,
  },
  QP001: {
    severity: 'note',
    says: 'no query is saved',
    why: 'whoever is woken writes it first',
    fix: 'Save the queries that correlate flows and pods in a query pack.',
    doc: `${MONITOR}/logs/query-packs`,
  },
} as const satisfies Record<string, FindingSpec>;
