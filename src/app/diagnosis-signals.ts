import { type Instant, MINUTE, SECOND } from '../base/instant.ts';
import type { NodeCounters, SharedPorts, Signals, Tracked } from '../core/diagnosis/signals.ts';
import { type PathOf, pathsIn } from '../core/egress/egress-path.ts';
import type { Network } from '../core/egress/network.ts';
import { kernelMetric, nodeOfResource } from '../core/kernel-counters.ts';
import type { MetricRow, SignalsQuery, SourceRow, Store } from '../core/ports.ts';
import { portsOfNode } from '../core/snat/allocation.ts';
import { conntrackNode, isConntrack, isFirewall, isFlowLog, isPods } from './completeness.ts';
import { BACKEND_METRICS, backendCounts, sharedCounts } from './azure-counts.ts';
import { signalsOfNamespaces } from './of-namespaces.ts';
import { settingsTold } from './plan-told.ts';

/** Everything that a diagnosis rests on, and where it is from. */
export const signalsOf = async (
  store: Pick<Store, 'signals' | 'metrics' | 'sources' | 'network' | 'podsTold'>,
  query: SignalsQuery,
  namespaces: readonly string[] = [],
): Promise<{
  readonly signals: Signals;
  readonly sources: readonly SourceRow[];
  /** What of the namespaces is told. */
  readonly assumed: readonly string[];
}> => {
  const [whole, metrics, sources, network] = await Promise.all([
    store.signals(query),
    store.metrics({ ...query, metrics: METRICS }),
    store.sources(query.cluster),
    store.network(query.cluster),
  ]);
  const { signals: told, assumed } = await signalsOfNamespaces(store, query, whole, namespaces);
  const pathOf = pathsIn(network);
  const signals: Signals = {
    ...told,
    from: query.from,
    until: query.until,
    ...metricsOf(query, metrics, whole.attempts),
    egressPaths: pathsOf(told.attempts, pathOf),
    balanced: balancedOf(told.attempts, pathOf),
    portsPerNode: portsPerNode(network),
    tracked: trackedOf(sources),
    told: toldOf(query, sources, told.calls.length > 0),
  };
  return { signals, sources, assumed };
};

/** What was counted, of the nodes that are asked for. */
const metricsOf = (
  { nodes }: Pick<SignalsQuery, 'nodes'>,
  metrics: readonly MetricRow[],
  attempts: Signals['attempts'],
): Pick<Signals, 'counters' | 'backends' | 'shared'> => {
  const ips = new Set(attempts.map(({ srcIp }) => srcIp));
  return {
    counters: countersOf(metrics).filter(({ node }) => nodes.length === 0 || nodes.includes(node)),
    backends: backendCounts(metrics).filter(({ nodeIp }) => nodes.length === 0 || ips.has(nodeIp)),
    shared: sharedOf(metrics),
  };
};

const pathsOf = (attempts: Signals['attempts'], pathOf: PathOf): Signals['egressPaths'] => [
  ...new Set(attempts.map(({ srcIp, node, destIp }) => pathOf({ ip: srcIp, node }, destIp).path)),
];

/** Addresses from which somebody leaves by a load balancer, or nobody tells by what. */
const balancedOf = (attempts: Signals['attempts'], pathOf: PathOf): Signals['balanced'] => {
  const byLb = attempts.filter(({ srcIp, node, destIp }) => {
    const { path } = pathOf({ ip: srcIp, node }, destIp);
    return node !== null && (path === 'lb' || path === 'unknown');
  });
  return [...new Set(byLb.map(({ srcIp }) => srcIp))];
};

/** Of a load balancer, which where nothing else is told has one address. */
const portsPerNode = (network: Network): number | null => {
  const { egress, nodes } = settingsTold(network);
  if (egress?.kind !== 'lb' || nodes === null) return null;
  return portsOfNode({ outboundIps: egress.outboundIps ?? 1, portsPerNode: egress.portsPerNode ?? 0, rules: 0 }, nodes);
};

/** What of the kernel's counters is looked at; the size of the table as it was, the others by how much they rose. */
const COUNTERS = {
  entries: 'entries',
  max: 'max',
  insert_failed: 'insertFailed',
  drop: 'drop',
  early_drop: 'earlyDrop',
} as const;
type Counter = keyof typeof COUNTERS;
const COUNTER_OF: ReadonlyMap<string, Counter> = new Map(
  (Object.keys(COUNTERS) as Counter[]).map((name) => [kernelMetric(name), name]),
);

const METRICS: readonly string[] = [
  ...BACKEND_METRICS,
  'SNATConnectionCount',
  'PacketDropCount',
  'SNATPortUtilization',
  ...COUNTER_OF.keys(),
];

export const countersOf = (metrics: readonly MetricRow[]): readonly NodeCounters[] =>
  [...Map.groupBy(metrics, ({ resource }) => nodeOfResource(resource))].flatMap(([node, rows]) => {
    if (node === null) return [];
    const counters = { entries: null, max: null, insertFailed: null, drop: null, earlyDrop: null };
    const told: { -readonly [Member in keyof typeof counters]: number | null } = counters;
    for (const row of rows) {
      const name = COUNTER_OF.get(row.metric);
      if (name === undefined) continue;
      told[COUNTERS[name]] = name === 'entries' || name === 'max' ? row.peak : row.total;
    }
    const at = rows.reduce((last, { peakAt }) => (peakAt > last ? peakAt : last), 0 as Instant);
    return [{ node, ...told, at }];
  });

export const sharedOf = (metrics: readonly MetricRow[]): readonly SharedPorts[] =>
  [...Map.groupBy(metrics, ({ resource }) => resource)].flatMap(([resource, rows]) => {
    const kind = resource.includes('/natgateways/')
      ? ('nat-gateway' as const)
      : resource.includes('/azurefirewalls/')
        ? ('firewall' as const)
        : null;
    if (kind === null) return [];
    const { failed, dropped, utilization, at } = sharedCounts(rows);
    return [{ resource, kind, failed, dropped, utilization, at }];
  });

/** A watch that is quiet says so now and then; samples come once a minute. */
const PODS_LATE = 90 * SECOND;
const MOST_LATE = 10 * MINUTE;

export const toldOf = (
  { from, until }: Pick<SignalsQuery, 'from' | 'until'>,
  sources: readonly SourceRow[],
  hasCalls: boolean,
): Signals['told'] => {
  const late = Math.max(PODS_LATE, Math.min(MOST_LATE, (until - from) / 10));
  const tells = ({ first, watermark }: SourceRow): boolean =>
    first !== null && watermark !== null && first < until && watermark >= from;
  // That no pod ended can be told by whoever saw them from the beginning to the end.
  const tellsAll = ({ first, watermark }: SourceRow): boolean =>
    first !== null && watermark !== null && first <= from + late && watermark >= until - late;
  return new Set([
    ...(sources.some((one) => isFlowLog(one) && tells(one)) ? (['flow-log'] as const) : []),
    ...(sources.some((one) => isConntrack(one) && tells(one)) ? (['conntrack'] as const) : []),
    ...(sources.some((one) => isFirewall(one) && tells(one)) ? (['firewall'] as const) : []),
    ...(sources.some((one) => isPods(one) && tellsAll(one)) ? (['pods'] as const) : []),
    ...(hasCalls ? (['applications'] as const) : []),
  ]);
};

const trackedOf = (sources: readonly SourceRow[]): readonly Tracked[] =>
  sources.flatMap((source) => {
    const node = conntrackNode(source);
    const { first, watermark, gaps, clockOffsetMs } = source;
    if (node === null || first === null || watermark === null) return [];
    // As the flow log's clock would have it, on which applications mostly are.
    const shift = clockOffsetMs ?? 0;
    const at = (ms: number): Instant => (ms + shift) as Instant;
    return [
      {
        node,
        from: at(first),
        until: at(watermark),
        gaps: gaps.map((gap) => ({ from: at(gap.from), until: at(gap.until ?? watermark) })),
      },
    ];
  });
