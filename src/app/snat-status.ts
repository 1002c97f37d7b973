import { type Instant, renderInstant } from '../base/instant.ts';
import type { MetricRow, PortsQuery, PortsRow, Store } from '../core/ports.ts';
import { peakOf } from '../core/snat/port-use.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { BACKEND_METRICS, isOfFailed, type NodePorts, nodePorts } from './node-ports.ts';
import { type LedgerPod, ledgerPod, type SnatQuery, snatQuery, withoutTranslations } from './snat-ledger.ts';
import type { TimeRange } from './time-range.ts';

/** The ports of one node and protocol, and how near they are to what it may have. */
export interface StatusItem extends Omit<NodePorts, 'held'> {
  /** A load balancer uses one TCP port for several destinations at once, so it needs no fewer than the largest of them holds … */
  readonly atLeast: number;
  /** … and no more than all of them together, each kept for as long as it keeps one. */
  readonly atMost: number;
  readonly atMostAt: string;
  /** `atMost` at the end of the interval. */
  readonly atEnd: number;
  /** `counted`, or where Azure counted nothing `atMost`, of what is allocated; null: nothing is. */
  readonly share: number | null;
  /** The destination that held most, and who held its ports. */
  readonly largest: {
    readonly destIp: string;
    readonly destPort: number;
    readonly ports: number;
    readonly pods: readonly LedgerPod[];
  } | null;
}

/** What Azure counts of a whole NAT gateway or firewall: nodes share it. */
export interface SharedEgress {
  readonly resource: string;
  readonly egressPath: 'nat-gateway' | 'firewall';
  readonly failed: number | null;
  readonly dropped: number | null;
  readonly connections: number | null;
  /** Of a firewall's ports, in per cent. */
  readonly utilization: number | null;
  readonly toldUntil: string;
}

export interface SnatStatus {
  readonly schemaVersion: 1;
  readonly kind: 'SnatStatus';
  readonly query: SnatQuery;
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** Nearest to its limit first. */
  readonly items: readonly StatusItem[];
  readonly shared: readonly SharedEgress[];
}

/** Steps that an interval is cut into at most. */
const MOST_STEPS = 1_000;
const LEAST_STEP = 1_000;
/** Destinations among which the largest of each node is looked for. */
const LARGEST_OF = 1_000;

export const stepOf = ({ from, until }: Pick<PortsQuery, 'from' | 'until'>): number =>
  Math.max(LEAST_STEP, Math.ceil((until - from) / MOST_STEPS));

/** How near each node is to the ports that it may have. */
export const snatStatus = async (
  store: Pick<Store, 'ports' | 'portSteps' | 'metrics' | 'sources'>,
  query: PortsQuery,
  range: TimeRange,
): Promise<SnatStatus> => {
  const stepMs = stepOf(query);
  const [{ rows }, steps, metrics, sources] = await Promise.all([
    store.ports(query, LARGEST_OF),
    store.portSteps(query, stepMs),
    store.metrics({ ...query, metrics: METRICS }),
    store.sources(query.cluster),
  ]);
  return {
    schemaVersion: 1,
    kind: 'SnatStatus',
    query: snatQuery(query),
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, withoutTranslations(rows, sources)),
    items: nodePorts(steps, metrics, stepMs)
      .map((ports) => statusItem(ports, rows, query, stepMs))
      .sort(
        (a, b) =>
          (b.share ?? -1) - (a.share ?? -1) ||
          b.atMost - a.atMost ||
          (a.nodeIp < b.nodeIp ? -1 : a.nodeIp > b.nodeIp ? 1 : 0) ||
          (a.protocol < b.protocol ? -1 : 1),
      ),
    shared: sharedOf(metrics),
  };
};

const METRICS = [
  ...BACKEND_METRICS,
  'SNATConnectionCount',
  'TotalConnectionCount',
  'PacketDropCount',
  'SNATPortUtilization',
];

const statusItem = (
  { node, nodeIp, protocol, egressPath, held, allocated, counted, failed }: NodePorts,
  rows: readonly PortsRow[],
  query: PortsQuery,
  stepMs: number,
): StatusItem => {
  const peak = peakOf(held);
  const largest = rows.find((row) => row.nodeIp === nodeIp && row.protocol === protocol);
  const atLeast = largest?.peakPorts ?? 0;
  const atMost = Math.max(peak.ports, atLeast);
  return {
    node,
    nodeIp,
    protocol,
    egressPath,
    atLeast,
    atMost,
    atMostAt: renderInstant((query.from + peak.step * stepMs) as Instant),
    atEnd: held.at(-1) ?? 0,
    allocated,
    counted,
    share: allocated === null ? null : (counted ?? atMost) / allocated,
    failed,
    largest:
      largest === undefined
        ? null
        : {
            destIp: largest.destIp,
            destPort: largest.destPort,
            ports: largest.peakPorts,
            pods: largest.held.map(ledgerPod),
          },
  };
};

const sharedOf = (metrics: readonly MetricRow[]): readonly SharedEgress[] =>
  [...Map.groupBy(metrics, ({ resource }) => resource)].flatMap(([resource, told]) => {
    const egressPath = resource.includes('/natgateways/')
      ? ('nat-gateway' as const)
      : resource.includes('/azurefirewalls/')
        ? ('firewall' as const)
        : null;
    if (egressPath === null) return [];
    const of = (metric: string): readonly MetricRow[] => told.filter((row) => row.metric === metric);
    const sum = (rows: readonly MetricRow[]): number | null =>
      rows.length === 0 ? null : rows.reduce((all, { total }) => all + total, 0);
    const most = (rows: readonly MetricRow[]): number | null =>
      rows.length === 0 ? null : Math.max(...rows.map(({ peak }) => peak));
    return [
      {
        resource,
        egressPath,
        failed: sum(of('SNATConnectionCount').filter(isOfFailed)),
        dropped: sum(of('PacketDropCount')),
        connections: most(of('TotalConnectionCount')),
        utilization: most(of('SNATPortUtilization')),
        toldUntil: renderInstant(told.reduce((last, { lastAt }) => (lastAt > last ? lastAt : last), 0 as Instant)),
      },
    ];
  });
