import type { EgressPath } from '../core/egress/egress-path.ts';
import type { Instant } from '../base/instant.ts';
import type { MetricRow, NodeAddress, PathMost, PathSteps, PortPaths } from '../core/ports.ts';
import { portsHeld } from '../core/snat/port-use.ts';

/** The metrics of Azure that tell of the ports of one node. */
export const BACKEND_METRICS: readonly string[] = ['AllocatedSnatPorts', 'UsedSnatPorts', 'SnatConnectionCount'];

/** The ports of one address of a node that leave by one path over time, and at a load balancer what Azure told of them. */
export interface NodePorts extends NodeAddress {
  readonly egressPath: EgressPath;
  /** When step 0 is. */
  readonly from: Instant;
  /** At each step; at a load balancer no more than these, each kept for as long as it keeps one. */
  readonly held: readonly number[];
  /** The most at any moment, between steps too. */
  readonly most: number;
  readonly mostAt: Instant;
  /** The most that one destination held at the same time. */
  readonly largest: number;
  /** What the load balancer allocated, as Azure told last; null: it told of none. */
  readonly allocated: number | null;
  /** The most that Azure itself counted; null: it told nothing. */
  readonly counted: number | null;
  /** Connections that Azure counted as failed for want of a port; null: it told nothing. */
  readonly failed: number | null;
}

/**
 * One of each address, protocol and path; of those that Azure tells of ports for, one of the load balancer even where nothing is known to leave by it: what it counts
 * stands there, and what leaves by a path that nobody told is charged to nobody.
 */
export const nodePorts = (
  { steps, most }: Pick<PortPaths, 'steps' | 'most'>,
  metrics: readonly MetricRow[],
): readonly NodePorts[] => {
  const peaks = new Map(most.map((one) => [`${one.nodeIp} ${one.protocol} ${one.egressPath}`, one]));
  const backends = backendsOf(metrics);
  const addresses = Map.groupBy(steps, ({ nodeIp, protocol }) => `${nodeIp} ${protocol}`);
  return [...addresses].flatMap(([address, all]) => {
    const backend = backends.get(address) ?? NOTHING;
    const byPath = [...Map.groupBy(all, ({ egressPath }) => egressPath)].map(([egressPath, ones]) => ({
      ...leavingBy(egressPath, ones, peaks.get(`${address} ${egressPath}`)),
      ...(egressPath === 'lb' ? toldOf(backend) : NOTHING),
    }));
    const isUntold = isInUse(backend) && byPath.every(({ egressPath }) => egressPath !== 'lb');
    return isUntold ? [...byPath, { ...nothingBy(all[0] as PathSteps), ...toldOf(backend) }] : byPath;
  });
};

/** All that leaves an address by one path, through however many of its kind. */
const leavingBy = (
  egressPath: EgressPath,
  ones: readonly PathSteps[],
  peak: PathMost | undefined,
): Omit<NodePorts, keyof Backend> => {
  const [{ node, nodeIp, protocol, taken, from }] = ones as [PathSteps];
  const all = ones.map((one) => portsHeld(one));
  return {
    node,
    nodeIp,
    protocol,
    egressPath,
    from,
    most: peak?.peakPorts ?? 0,
    mostAt: peak?.peakAt ?? from,
    held: taken.map((_, step) => all.reduce((sum, held) => sum + (held[step] as number), 0)),
    largest: Math.max(...ones.map(({ largest }) => largest)),
  };
};

const nothingBy = ({ node, nodeIp, protocol, taken, from }: PathSteps): Omit<NodePorts, keyof Backend> => ({
  node,
  nodeIp,
  protocol,
  egressPath: 'lb',
  from,
  most: 0,
  mostAt: from,
  held: taken.map(() => 0),
  largest: 0,
});

/** Azure tells of a backend that has no ports as well. */
const toldOf = (backend: Backend): Backend => ({
  ...backend,
  allocated: (backend.allocated ?? 0) > 0 ? backend.allocated : null,
});

const isInUse = ({ allocated, counted, failed }: Backend): boolean =>
  [allocated, counted, failed].some((value) => (value ?? 0) > 0);

/** Whether a count of connections is of those that failed. */
export const isOfFailed = ({ dimensions }: MetricRow): boolean =>
  dimensions.get('connectionstate')?.toLowerCase() === 'failed';

/** Connections that failed for want of a port; null: there are no counts, or they are not told apart by what became of them. */
export const failedOf = (counts: readonly MetricRow[]): number | null =>
  counts.some(({ dimensions }) => dimensions.has('connectionstate'))
    ? counts.filter(isOfFailed).reduce((sum, { total }) => sum + total, 0)
    : null;

/** What Azure told of one backend of a load balancer and one protocol. */
type Backend = { -readonly [Member in 'allocated' | 'counted' | 'failed']: NodePorts[Member] };
const NOTHING: Backend = { allocated: null, counted: null, failed: null };

/** By `NODE-IP PROTOCOL`. Several frontends each have ports for a backend: they add up. What failed is told of a backend whole, so of its TCP. */
const backendsOf = (metrics: readonly MetricRow[]): ReadonlyMap<string, Backend> => {
  const found = new Map<string, Backend>();
  for (const row of metrics) {
    const ip = row.dimensions.get('backendipaddress');
    const told = toldBy(row);
    if (ip === undefined || told === null) continue;
    const key = `${ip} ${(row.dimensions.get('protocoltype') ?? 'tcp').toLowerCase()}`;
    const backend = found.get(key) ?? { ...NOTHING };
    found.set(key, backend);
    backend[told.member] = (backend[told.member] ?? 0) + told.value;
  }
  return found;
};

const toldBy = (row: MetricRow): { readonly member: keyof Backend; readonly value: number } | null => {
  if (row.metric === 'AllocatedSnatPorts') return { member: 'allocated', value: row.last };
  if (row.metric === 'UsedSnatPorts') return { member: 'counted', value: row.peak };
  return row.metric === 'SnatConnectionCount' && isOfFailed(row) ? { member: 'failed', value: row.total } : null;
};
