import type { MetricRow, NodeAddress, PortSteps } from '../core/ports.ts';
import { LB_LONGER } from '../core/snat/port-limits.ts';
import { portsHeld } from '../core/snat/port-use.ts';

/** The metrics of Azure that tell of the ports of one node. */
export const BACKEND_METRICS: readonly string[] = ['AllocatedSnatPorts', 'UsedSnatPorts', 'SnatConnectionCount'];

/** The ports of one address of a node over time, and what Azure told of them. */
export interface NodePorts extends NodeAddress {
  /** `lb` where Azure tells of ports that a load balancer allocated to this node. */
  readonly egressPath: 'lb' | 'unknown';
  /** At each step; at a load balancer no more than these, each kept for as long as it keeps one. */
  readonly held: readonly number[];
  /** What the load balancer allocated, as Azure told last; null: it told of none. */
  readonly allocated: number | null;
  /** The most that Azure itself counted; null: it told nothing. */
  readonly counted: number | null;
  /** Connections that Azure counted as failed for want of a port; null: it told nothing. */
  readonly failed: number | null;
}

export const nodePorts = (
  steps: readonly PortSteps[],
  metrics: readonly MetricRow[],
  stepMs: number,
): readonly NodePorts[] => {
  const backends = backendsOf(metrics);
  return steps.map((one) => {
    const { node, nodeIp, protocol } = one;
    const { allocated, counted, failed } = backends.get(`${nodeIp} ${protocol}`) ?? NOTHING;
    const isLb = (allocated ?? 0) > 0;
    return {
      node,
      nodeIp,
      protocol,
      egressPath: isLb ? 'lb' : 'unknown',
      held: portsHeld(one, isLb ? Math.ceil(LB_LONGER / stepMs) : 0),
      allocated: isLb ? allocated : null,
      counted,
      failed,
    };
  });
};

/** Whether a count of connections is of those that failed. */
export const isOfFailed = ({ dimensions }: MetricRow): boolean =>
  dimensions.get('connectionstate')?.toLowerCase() === 'failed';

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
