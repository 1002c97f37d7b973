import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { METRICS, type MetricSpec } from '../src/core/metrics.ts';

/** What deploy/monitoring asks Prometheus. */

export const MONITORING = join(import.meta.dirname, '../deploy/monitoring');

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

export const dashboard = (): Dashboard =>
  JSON.parse(readFileSync(join(MONITORING, 'grafana-dashboard.json'), 'utf8')) as Dashboard;

/** Each question of the dashboard, with Grafana's variables as anything at all. */
export const dashboardAsks = (): readonly string[] =>
  dashboard()
    .panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(?:cluster|job)/g, '.*'));

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string; readonly record?: string }[] }[];
}

/** Each question of a rule. */
export const rulesAsk = (): readonly string[] => {
  const { groups } = parse(readFileSync(join(MONITORING, 'prometheus-rules.yaml'), 'utf8')) as Rules;
  return groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
};

const specs: Readonly<Record<string, MetricSpec>> = METRICS;

/** The metric of a series: a histogram has three. */
const metricOf = (series: string): MetricSpec | undefined => {
  const base = series.replace(/_(?:bucket|sum|count)$/, '');
  return specs[series] ?? (specs[base]?.kind === 'histogram' ? specs[base] : undefined);
};

/** Metrics that a question names and that there are not, and labels that those it names have not. `record`: of a rule, which has a colon. */
export const unknownTo = (expr: string): readonly string[] => {
  const named = [...new Set(expr.match(/\bunmasq_\w+/g) ?? [])];
  const missing = named.filter((series) => metricOf(series) === undefined);
  const selected = [...expr.matchAll(/\b(unmasq_\w+)\{([^}]*)\}/g)].flatMap(([, series = '', matchers = '']) =>
    [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)]
      .map(([, label = '']) => label)
      .filter((label) => metricOf(series)?.labels.includes(label) === false)
      .map((label) => `${series} has no ${label}`),
  );
  const labels = new Set(named.flatMap((series) => [...(metricOf(series)?.labels ?? []), 'le']));
  const grouped = [...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)]
    .flatMap(([, list = '']) => list.split(',').map((label) => label.trim()))
    .filter((label) => named.length > 0 && !labels.has(label))
    .map((label) => `nothing here has ${label}`);
  return [...missing, ...selected, ...grouped];
};
