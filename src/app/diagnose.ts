import { type Instant, renderInstant } from '../base/instant.ts';
import type { Cause } from '../core/diagnosis/causes.ts';
import { diagnose } from '../core/diagnosis/diagnose.ts';
import type { Fact, Finding, Lack, Status } from '../core/diagnosis/hypothesis.ts';
import type { BackendPorts, NodeCounters, SharedPorts, Signals } from '../core/diagnosis/signals.ts';
import { type PathOf, pathsIn } from '../core/egress/egress-path.ts';
import type { Network } from '../core/egress/network.ts';
import { portsOfNode } from '../core/snat/allocation.ts';
import { settingsTold } from './plan-told.ts';
import { kernelMetric, nodeOfResource } from '../core/kernel-counters.ts';
import type { MetricRow, SignalsQuery, SourceRow, Store } from '../core/ports.ts';
import {
  type Completeness,
  completenessOf,
  isConntrack,
  isFlowLog,
  isPods,
  type SourceLine,
  sourceLine,
} from './completeness.ts';
import { BACKEND_METRICS, isOfFailed } from './node-ports.ts';
import { nextOf } from './next-action.ts';
import type { TimeRange } from './time-range.ts';

/** One cause, and what is known of it. */
export interface Hypothesis {
  readonly cause: Cause;
  readonly status: Status;
  /** From 1 on; the likeliest first. */
  readonly rank: number;
  readonly facts: readonly Fact[];
  readonly missing: readonly Lack[];
  /** Failed calls or connections that it is behind, about; 0 where it is not ruled in. */
  readonly explains: number;
  /** Whether what failed counted or logged it itself, so that it is no inference. */
  readonly proved: boolean;
}

export interface Diagnosis {
  readonly schemaVersion: 1;
  readonly kind: 'Diagnosis';
  readonly query: { readonly cluster: string; readonly from: string; readonly until: string };
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  readonly hypotheses: readonly Hypothesis[];
  /** One sentence: what to do next. */
  readonly next: string;
}

/** What is behind calls that fail in the interval, and what is not. */
export const diagnosisOf = async (
  store: Pick<Store, 'signals' | 'metrics' | 'sources' | 'network'>,
  query: SignalsQuery,
  range: TimeRange,
): Promise<Diagnosis> => {
  const [signals, sources] = await signalsOf(store, query);
  const findings = diagnose(signals);
  return {
    schemaVersion: 1,
    kind: 'Diagnosis',
    query: { cluster: query.cluster, from: renderInstant(query.from), until: renderInstant(query.until) },
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, []),
    hypotheses: findings.map(hypothesisOf),
    next: nextOf(findings),
  };
};

/** Everything that a diagnosis rests on, and where it is from. */
const signalsOf = async (
  store: Pick<Store, 'signals' | 'metrics' | 'sources' | 'network'>,
  query: SignalsQuery,
): Promise<readonly [Signals, readonly SourceRow[]]> => {
  const [told, metrics, sources, network] = await Promise.all([
    store.signals(query),
    store.metrics({ ...query, metrics: METRICS }),
    store.sources(query.cluster),
    store.network(query.cluster),
  ]);
  const signals: Signals = {
    ...told,
    from: query.from,
    until: query.until,
    counters: countersOf(metrics),
    backends: backendsOf(metrics),
    shared: sharedOf(metrics),
    egressPaths: pathsOf(told.attempts, pathsIn(network)),
    portsPerNode: portsPerNode(network),
    told: toldOf(sources, told.calls.length > 0),
  };
  return [signals, sources];
};

const pathsOf = (attempts: Signals['attempts'], pathOf: PathOf): Signals['egressPaths'] => [
  ...new Set(attempts.map(({ srcIp, node, destIp }) => pathOf({ ip: srcIp, node }, destIp).path)),
];

/** Of a load balancer, which where nothing else is told has one address. */
const portsPerNode = (network: Network): number | null => {
  const { egress, nodes } = settingsTold(network);
  if (egress?.kind !== 'lb' || nodes === null) return null;
  return portsOfNode({ outboundIps: egress.outboundIps ?? 1, portsPerNode: egress.portsPerNode ?? 0, rules: 0 }, nodes);
};

const hypothesisOf = ({ cause, status, facts, missing, explains, directness }: Finding, place: number): Hypothesis => ({
  cause,
  status,
  rank: place + 1,
  facts,
  missing,
  explains,
  proved: status === 'ruled-in' && directness === 3,
});

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

const countersOf = (metrics: readonly MetricRow[]): readonly NodeCounters[] =>
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

const backendsOf = (metrics: readonly MetricRow[]): readonly BackendPorts[] => {
  const rows = metrics.filter(
    ({ metric, dimensions }) => BACKEND_METRICS.includes(metric) && dimensions.has('backendipaddress'),
  );
  const keyOf = ({ dimensions }: MetricRow): string =>
    `${dimensions.get('backendipaddress')} ${(dimensions.get('protocoltype') ?? 'tcp').toLowerCase()}`;
  return [...Map.groupBy(rows, keyOf)].map(([key, of]) => {
    const [nodeIp = '', protocol = ''] = key.split(' ');
    const total = (metric: string, value: (row: MetricRow) => number): number | null => {
      const found = of.filter((row) => row.metric === metric);
      return found.length === 0 ? null : found.reduce((sum, row) => sum + value(row), 0);
    };
    const isCounted = of.some(({ metric }) => metric === 'SnatConnectionCount');
    const failed = of.filter((row) => row.metric === 'SnatConnectionCount' && isOfFailed(row));
    return {
      nodeIp,
      protocol,
      allocated: total('AllocatedSnatPorts', ({ last }) => last),
      used: total('UsedSnatPorts', ({ peak }) => peak),
      failed: isCounted ? failed.reduce((sum, row) => sum + row.total, 0) : null,
      at: (failed[0] ?? of[0])?.peakAt ?? (0 as Instant),
    };
  });
};

const sharedOf = (metrics: readonly MetricRow[]): readonly SharedPorts[] =>
  [...Map.groupBy(metrics, ({ resource }) => resource)].flatMap(([resource, rows]) => {
    const kind = resource.includes('/natgateways/')
      ? ('nat-gateway' as const)
      : resource.includes('/azurefirewalls/')
        ? ('firewall' as const)
        : null;
    if (kind === null) return [];
    const of = (metric: string): readonly MetricRow[] => rows.filter((row) => row.metric === metric);
    const sum = (some: readonly MetricRow[]): number => some.reduce((all, { total }) => all + total, 0);
    const counts = of('SNATConnectionCount');
    const drops = of('PacketDropCount');
    const full = of('SNATPortUtilization');
    return [
      {
        resource,
        kind,
        failed: counts.length === 0 ? null : sum(counts.filter(isOfFailed)),
        dropped: drops.length === 0 ? null : sum(drops),
        utilization: full.length === 0 ? null : Math.max(...full.map(({ peak }) => peak)),
        at: rows.reduce((last, { peakAt }) => (peakAt > last ? peakAt : last), 0 as Instant),
      },
    ];
  });

const toldOf = (sources: readonly SourceRow[], hasCalls: boolean): Signals['told'] =>
  new Set([
    ...(sources.some(isFlowLog) ? (['flow-log'] as const) : []),
    ...(sources.some(isConntrack) ? (['conntrack'] as const) : []),
    ...(sources.some(isPods) ? (['pods'] as const) : []),
    ...(hasCalls ? (['applications'] as const) : []),
    ...(sources.some(({ kind, name }) => kind === 'flow-log' && /firewall/i.test(name)) ? (['firewall'] as const) : []),
  ]);
