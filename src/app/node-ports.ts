import type { EgressPath } from '../core/egress/egress-path.ts';
import type { Instant } from '../base/instant.ts';
import type { MetricRow, NodeAddress, PathMost, PathSteps, PodNamed, PortPaths } from '../core/ports.ts';
import { portsHeld } from '../core/snat/port-use.ts';
import { backendCounts } from './azure-counts.ts';

/** The ports of one address of a node that leave by one path over time, and at a load balancer what Azure told of them. */
export interface NodePorts extends NodeAddress {
  readonly egressPath: EgressPath;
  /** When step 0 is. */
  readonly from: Instant;
  /** At each step; at a load balancer no more than these, each kept for as long as it keeps one. */
  readonly held: readonly number[];
  /** Pods that hold most of them, the first most in all. */
  readonly holders: readonly HolderPorts[];
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

/** What a pod holds at each step. */
export interface HolderPorts {
  readonly pod: PodNamed;
  readonly held: readonly number[];
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
  const backends = new Map(
    backendCounts(metrics).map(({ nodeIp, protocol, allocated, used, failed }) => [
      `${nodeIp} ${protocol}`,
      { allocated, counted: used, failed },
    ]),
  );
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
    holders: holdersOf(ones, taken.length),
  };
};

/** A pod may send through several of a kind. */
const holdersOf = (ones: readonly PathSteps[], steps: number): readonly HolderPorts[] =>
  [
    ...Map.groupBy(
      ones.flatMap(({ holders }) => holders),
      ({ pod }) => pod.uid,
    ).values(),
  ]
    .map((of) => {
      const all = of.map((one) => portsHeld(one));
      const held = Array.from({ length: steps }, (_, step) => all.reduce((sum, one) => sum + (one[step] ?? 0), 0));
      return { pod: (of[0] as (typeof of)[number]).pod, held };
    })
    .sort((a, b) => total(b.held) - total(a.held) || (a.pod.uid < b.pod.uid ? -1 : 1));

const total = (held: readonly number[]): number => held.reduce((sum, ports) => sum + ports, 0);

const nothingBy = ({ node, nodeIp, protocol, taken, from }: PathSteps): Omit<NodePorts, keyof Backend> => ({
  node,
  nodeIp,
  protocol,
  egressPath: 'lb',
  from,
  most: 0,
  mostAt: from,
  held: taken.map(() => 0),
  holders: [],
  largest: 0,
});

/** Azure tells of a backend that has no ports as well. */
const toldOf = (backend: Backend): Backend => ({
  ...backend,
  allocated: (backend.allocated ?? 0) > 0 ? backend.allocated : null,
});

const isInUse = ({ allocated, counted, failed }: Backend): boolean =>
  [allocated, counted, failed].some((value) => (value ?? 0) > 0);

/** What Azure told of one backend of a load balancer and one protocol. */
type Backend = Pick<NodePorts, 'allocated' | 'counted' | 'failed'>;
const NOTHING: Backend = { allocated: null, counted: null, failed: null };
