import { type Instant, renderInstant } from '../base/instant.ts';
import type { MetricRow, PortsQuery, PortSteps, PortsRow, Store } from '../core/ports.ts';
import { LB_LONGER } from '../core/snat/port-limits.ts';
import { peakOf, portsHeld } from '../core/snat/port-use.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { type LedgerPod, ledgerPod, type SnatQuery, snatQuery, withoutTranslations } from './snat-ledger.ts';
import type { TimeRange } from './time-range.ts';

/** The ports of one node and protocol, and how near they are to what it may have. */
export interface StatusItem {
  readonly node: string | null;
  readonly nodeIp: string;
  readonly protocol: string;
  /** `lb` where Azure tells of ports that a load balancer allocated to this node. */
  readonly egressPath: 'lb' | 'unknown';
  /** A load balancer uses one TCP port for several destinations at once, so it needs no fewer than the largest of them holds … */
  readonly atLeast: number;
  /** … and no more than all of them together, each kept for as long as it keeps one. */
  readonly atMost: number;
  readonly atMostAt: string;
  /** `atMost` at the end of the interval. */
  readonly atEnd: number;
  /** What the load balancer allocated, as Azure told last; null: Azure told nothing. */
  readonly allocated: number | null;
  /** The most that Azure itself counted; null: it told nothing. */
  readonly counted: number | null;
  /** `counted`, or where Azure counted nothing `atMost`, of what is allocated; null: nothing is. */
  readonly share: number | null;
  /** Connections that Azure counted as failed for want of a port; null: it told nothing. */
  readonly failed: number | null;
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

const stepOf = ({ from, until }: Pick<PortsQuery, 'from' | 'until'>): number =>
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
  const azure = backendsOf(metrics);
  return {
    schemaVersion: 1,
    kind: 'SnatStatus',
    query: snatQuery(query),
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, withoutTranslations(rows, sources)),
    items: steps
      .map((one) => statusItem(one, rows, azure.get(`${one.nodeIp} ${one.protocol}`), query, stepMs))
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
  'AllocatedSnatPorts',
  'UsedSnatPorts',
  'SnatConnectionCount',
  'SNATConnectionCount',
  'TotalConnectionCount',
  'PacketDropCount',
  'SNATPortUtilization',
];

/** What Azure told of one backend of a load balancer and one protocol. */
export interface Backend {
  readonly allocated: number | null;
  readonly used: number | null;
  readonly failed: number | null;
}

/** By `NODE-IP PROTOCOL`. Several frontends each have ports for a backend: they add up. What failed is told of a backend whole, so of its TCP. */
export const backendsOf = (metrics: readonly MetricRow[]): ReadonlyMap<string, Backend> => {
  const found = new Map<string, { allocated: number | null; used: number | null; failed: number | null }>();
  const at = (ip: string, protocol: string) => {
    const key = `${ip} ${protocol}`;
    const known = found.get(key) ?? { allocated: null, used: null, failed: null };
    found.set(key, known);
    return known;
  };
  for (const { metric, dimensions, last, peak, total } of metrics) {
    const ip = dimensions.get('backendipaddress');
    if (ip === undefined) continue;
    const protocol = (dimensions.get('protocoltype') ?? 'tcp').toLowerCase();
    if (metric === 'AllocatedSnatPorts') {
      const backend = at(ip, protocol);
      backend.allocated = (backend.allocated ?? 0) + last;
    } else if (metric === 'UsedSnatPorts') {
      const backend = at(ip, protocol);
      backend.used = (backend.used ?? 0) + peak;
    } else if (metric === 'SnatConnectionCount' && dimensions.get('connectionstate')?.toLowerCase() === 'failed') {
      const backend = at(ip, protocol);
      backend.failed = (backend.failed ?? 0) + total;
    }
  }
  return found;
};

const statusItem = (
  steps: PortSteps,
  rows: readonly PortsRow[],
  backend: Backend | undefined,
  query: PortsQuery,
  stepMs: number,
): StatusItem => {
  const isLb = (backend?.allocated ?? 0) > 0;
  const held = portsHeld(steps, isLb ? Math.ceil(LB_LONGER / stepMs) : 0);
  const { step, ports } = peakOf(held);
  const largest = rows.find((row) => row.nodeIp === steps.nodeIp && row.protocol === steps.protocol);
  const atLeast = largest?.peakPorts ?? 0;
  const atMost = Math.max(ports, atLeast);
  const allocated = isLb ? (backend?.allocated ?? null) : null;
  const counted = backend?.used ?? null;
  return {
    node: steps.node,
    nodeIp: steps.nodeIp,
    protocol: steps.protocol,
    egressPath: isLb ? 'lb' : 'unknown',
    atLeast,
    atMost,
    atMostAt: renderInstant((query.from + step * stepMs) as Instant),
    atEnd: held.at(-1) ?? 0,
    allocated,
    counted,
    share: allocated === null ? null : (counted ?? atMost) / allocated,
    failed: backend?.failed ?? null,
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
    const of = (metric: string, state?: string): readonly MetricRow[] =>
      told.filter(
        (row) =>
          row.metric === metric &&
          (state === undefined || row.dimensions.get('connectionstate')?.toLowerCase() === state),
      );
    const sum = (rows: readonly MetricRow[]): number | null =>
      rows.length === 0 ? null : rows.reduce((all, { total }) => all + total, 0);
    const most = (rows: readonly MetricRow[]): number | null =>
      rows.length === 0 ? null : Math.max(...rows.map(({ peak }) => peak));
    return [
      {
        resource,
        egressPath,
        failed: sum(of('SNATConnectionCount', 'failed')),
        dropped: sum(of('PacketDropCount')),
        connections: most(of('TotalConnectionCount')),
        utilization: most(of('SNATPortUtilization')),
        toldUntil: renderInstant(told.reduce((last, { lastAt }) => (lastAt > last ? lastAt : last), 0 as Instant)),
      },
    ];
  });
