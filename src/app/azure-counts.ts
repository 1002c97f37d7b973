import type { Instant } from '../base/instant.ts';
import type { BackendPorts } from '../core/diagnosis/signals.ts';
import type { MetricRow } from '../core/ports.ts';

/** The metrics of Azure that tell of the ports of one node. */
export const BACKEND_METRICS: readonly string[] = ['AllocatedSnatPorts', 'UsedSnatPorts', 'SnatConnectionCount'];

/** The metrics of Azure that tell of all nodes together. */
export const SHARED_METRICS: readonly string[] = [
  'SNATConnectionCount',
  'TotalConnectionCount',
  'PacketDropCount',
  'SNATPortUtilization',
];

/** Whether a count of connections is of those that failed. */
export const isOfFailed = ({ dimensions }: MetricRow): boolean =>
  dimensions.get('connectionstate')?.toLowerCase() === 'failed';

/** Connections that failed for want of a port; null: there are no counts, or they are not told apart by what became of them. */
const failedOf = (counts: readonly MetricRow[]): number | null =>
  counts.some(({ dimensions }) => dimensions.has('connectionstate'))
    ? counts.filter(isOfFailed).reduce((sum, { total }) => sum + total, 0)
    : null;

/** null: there is no row. */
const sumOf = (rows: readonly MetricRow[], value: (row: MetricRow) => number): number | null =>
  rows.length === 0 ? null : rows.reduce((sum, row) => sum + value(row), 0);
const mostOf = (rows: readonly MetricRow[]): number | null =>
  rows.length === 0 ? null : Math.max(...rows.map(({ peak }) => peak));
const latest = (rows: readonly MetricRow[], value: (row: MetricRow) => Instant): Instant =>
  rows.reduce((last, row) => (value(row) > last ? value(row) : last), 0 as Instant);

/** Several frontends each have ports for a backend: they add up. What failed is told of a backend whole, so of its TCP. */
export const backendCounts = (metrics: readonly MetricRow[]): readonly BackendPorts[] => {
  const rows = metrics.filter(
    ({ metric, dimensions }) => BACKEND_METRICS.includes(metric) && dimensions.has('backendipaddress'),
  );
  const keyOf = ({ dimensions }: MetricRow): string =>
    `${dimensions.get('backendipaddress')} ${(dimensions.get('protocoltype') ?? 'tcp').toLowerCase()}`;
  return [...Map.groupBy(rows, keyOf)].map(([key, all]) => {
    const [nodeIp = '', protocol = ''] = key.split(' ');
    const of = (name: string): readonly MetricRow[] => all.filter(({ metric }) => metric === name);
    const counts = of('SnatConnectionCount');
    return {
      nodeIp,
      protocol,
      allocated: sumOf(of('AllocatedSnatPorts'), ({ last }) => last),
      used: sumOf(of('UsedSnatPorts'), ({ peak }) => peak),
      failed: failedOf(counts),
      at: (counts.find(isOfFailed) ?? all[0])?.peakAt ?? (0 as Instant),
    };
  });
};

/** What Azure counted of one NAT gateway or firewall; null: it told nothing. */
export interface SharedCounts {
  readonly failed: number | null;
  readonly dropped: number | null;
  readonly connections: number | null;
  /** Per cent of a firewall's ports. */
  readonly utilization: number | null;
  /** When most was counted of something last, and when anything was told last. */
  readonly at: Instant;
  readonly lastAt: Instant;
}

export const sharedCounts = (told: readonly MetricRow[]): SharedCounts => {
  const of = (name: string): readonly MetricRow[] => told.filter(({ metric }) => metric === name);
  return {
    failed: failedOf(of('SNATConnectionCount')),
    dropped: sumOf(of('PacketDropCount'), ({ total }) => total),
    connections: mostOf(of('TotalConnectionCount')),
    utilization: mostOf(of('SNATPortUtilization')),
    at: latest(told, ({ peakAt }) => peakAt),
    lastAt: latest(told, ({ lastAt }) => lastAt),
  };
};
