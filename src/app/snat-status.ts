import { compareText } from '../base/compare-text.ts';
import { type Instant, renderInstant } from '../base/instant.ts';
import { pathsIn } from '../core/egress/egress-path.ts';
import type { PodNamed, PortsQuery, PortsRow, Store } from '../core/ports.ts';
import { PATHS_ASSUMED } from '../core/snat/assumed.ts';
import type { Bounds } from '../core/snat/plan.ts';
import { momentsOfMost } from '../core/snat/port-use.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { BACKEND_METRICS, SHARED_METRICS } from './azure-counts.ts';
import { type NodePorts, nodePorts } from './node-ports.ts';
import { type SharedEgress, sharedEgress } from './shared-egress.ts';
import { type LedgerPod, ledgerPod, type SnatQuery, snatQuery, withoutTranslations } from './snat-ledger.ts';
import { isNarrowed, isOf, type PortsAsked, portsNarrowed } from './of-namespaces.ts';
import type { TimeRange } from './time-range.ts';

/** The ports of one node and protocol that leave by one path, and how near they are to what it may have. */
export interface StatusItem extends Omit<NodePorts, 'from' | 'held' | 'holders' | 'most' | 'mostAt' | 'largest'> {
  /** A load balancer uses one TCP port for several destinations at once, and one UDP port for all ports of an address: it needs no fewer than the largest holds … */
  readonly atLeast: number;
  /** … and no more than all of them together at any moment, each kept for as long as it keeps one. */
  readonly atMost: number;
  readonly atMostAt: string;
  /** `atMost` at the end of the interval. */
  readonly atEnd: number;
  /** `counted`, or where Azure counted nothing `atMost`, of what is allocated; null: nothing is. */
  readonly share: number | null;
  /** Whether it is so, or no more than that; null: there is no share. */
  readonly shareIs: 'sure' | 'at-most' | null;
  /** `counted`, or where Azure counted nothing `atLeast`, of what is allocated; null: nothing is. */
  readonly surelyUsed: number | null;
  /** Where what Azure counted is not within these bounds; null: it is, it counted nothing, or only some destinations were asked about. */
  readonly outside: OutsideBounds | null;
  /** The destination that held most, and who held its ports. */
  readonly largest: {
    readonly destIp: string;
    readonly destPort: number;
    readonly ports: number;
    readonly pods: readonly LedgerPod[];
  } | null;
  /** Absent: not asked for. */
  readonly over?: PortsOver;
}

/** Ports over time, as `atMost` counts them: the most of the moments of each step at which they were counted, `atMost` among them. */
export interface PortsOver {
  readonly stepMs: number;
  readonly steps: readonly { readonly from: string; readonly ports: number; readonly others: number }[];
  /** The pods that hold most in all, most first, with their ports at that moment of each step; with `others` they are `ports`. */
  readonly pods: readonly {
    readonly pod: string;
    readonly podUid: string;
    readonly workload: PodNamed['workload'];
    readonly ports: readonly number[];
  }[];
}

/** What Azure counted, and flows do not explain. */
export interface OutsideBounds {
  readonly side: 'above' | 'below';
  /** How far. */
  readonly ports: number;
  readonly likely: string;
}

export interface SnatStatus {
  readonly schemaVersion: 1;
  readonly kind: 'SnatStatus';
  readonly query: SnatQuery;
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** For how long ports are taken to be held, and what of namespaces is told. */
  readonly assumed: readonly string[];
  /** Nearest to its limit first. */
  readonly items: readonly StatusItem[];
  readonly shared: readonly SharedEgress[];
  /** Ports that left by a path that is not known, at the most, of all nodes: charged to nobody. */
  readonly unknownPorts: number;
}

/** Steps that an interval is cut into at most. */
const MOST_STEPS = 1_000;
const LEAST_STEP = 1_000;
/** Destinations among which the largest of each node is looked for. */
const LARGEST_OF = 1_000;
/** Pods of each node that are told of over time. */
const PODS_OVER = 8;
/** So many are looked at where those of some namespaces are to be found among them. */
const OF_NAMESPACES = 250;

export const stepOf = ({ from, until }: Pick<PortsQuery, 'from' | 'until'>): number =>
  Math.max(LEAST_STEP, Math.ceil((until - from) / MOST_STEPS));

/** How near each node is to the ports that it may have. */
export const snatStatus = async (
  store: Pick<Store, 'ports' | 'portPaths' | 'network' | 'metrics' | 'sources'>,
  query: PortsAsked,
  range: TimeRange,
  steps: number | null = null,
): Promise<SnatStatus> => {
  const stepMs = stepOf(query);
  const [{ rows }, paths, network, metrics, sources] = await Promise.all([
    store.ports(query, LARGEST_OF),
    store.portPaths(query, stepMs, steps === null ? 0 : isNarrowed(query) ? OF_NAMESPACES : PODS_OVER),
    store.network(query.cluster),
    store.metrics({ ...query, metrics: METRICS }),
    store.sources(query.cluster),
  ]);
  const pathOf = pathsIn(network);
  const ofPath = Map.groupBy(
    rows,
    ({ node, nodeIp, protocol, destIp }) => `${nodeIp} ${protocol} ${pathOf({ ip: nodeIp, node }, destIp).path}`,
  );
  const ports = nodePorts(paths, metrics);
  const unknown = ports.filter(({ egressPath }) => egressPath === 'unknown');
  const isWhole = query.dest.length + query.destPorts.length === 0;
  const items = ports.map((one): StatusItem => {
    const bounds = boundsOf(one);
    const untold = unknown.find(({ nodeIp, protocol }) => nodeIp === one.nodeIp && protocol === one.protocol);
    const item = statusItem(
      one,
      isWhole ? outsideOf(one.counted, bounds, untold === undefined ? 0 : boundsOf(untold).atMost) : null,
      ofPath.get(`${one.nodeIp} ${one.protocol} ${one.egressPath}`)?.[0],
      isOf(query.namespaces),
    );
    return steps === null ? item : { ...item, over: overOf(one, stepMs, steps, isOf(query.namespaces)) };
  });
  return {
    schemaVersion: 1,
    kind: 'SnatStatus',
    query: snatQuery(query),
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, withoutTranslations(rows, sources)),
    assumed: [...portsNarrowed(query, { read: 0, of: 0 }), ...PATHS_ASSUMED],
    items: items.sort(
      (a, b) =>
        (b.share ?? -1) - (a.share ?? -1) ||
        b.atMost - a.atMost ||
        compareText(a.nodeIp, b.nodeIp) ||
        compareText(a.protocol, b.protocol) ||
        compareText(a.egressPath, b.egressPath),
    ),
    shared: sharedEgress(
      network,
      paths,
      metrics.filter(({ metric }) => SHARED_METRICS.includes(metric)),
    ),
    unknownPorts: unknown.reduce((sum, one) => sum + boundsOf(one).atMost, 0),
  };
};

/** Into `steps` at the most: they are as long as several of those at whose moments ports were counted; the most of all falls between two of these. */
const overOf = (
  { held, holders, from, most, mostAt }: NodePorts,
  stepMs: number,
  steps: number,
  isOurs: ReturnType<typeof isOf>,
): PortsOver => {
  const together = Math.max(1, Math.ceil(held.length / steps));
  const at = Math.floor((mostAt - from) / (together * stepMs));
  const moments = momentsOfMost(held, together);
  const pods = holders
    .filter(({ pod }) => isOurs(pod))
    .slice(0, PODS_OVER)
    .map(({ pod, held: own }) => ({
      pod: `${pod.namespace}/${pod.name}`,
      podUid: pod.uid,
      workload: pod.workload,
      ports: moments.map((moment) => own[moment] ?? 0),
    }));
  return {
    stepMs: stepMs * together,
    steps: moments.map((moment, i) => {
      const ports = i === at ? most : (held[moment] ?? 0);
      return {
        from: renderInstant((from + i * together * stepMs) as Instant),
        ports,
        others: ports - pods.reduce((sum, pod) => sum + (pod.ports[i] ?? 0), 0),
      };
    }),
    pods,
  };
};

const METRICS = [...BACKEND_METRICS, ...SHARED_METRICS];

const boundsOf = ({ largest, most }: Pick<NodePorts, 'largest' | 'most'>): Bounds => ({
  atLeast: largest,
  atMost: most,
});

/** The likely reason why Azure counted what flows do not explain. */
const outsideOf = (counted: number | null, { atLeast, atMost }: Bounds, unknown: number): OutsideBounds | null => {
  if (counted === null || (atLeast <= counted && counted <= atMost)) return null;
  if (counted < atLeast)
    return {
      side: 'below',
      ports: atLeast - counted,
      likely:
        'Azure tells what it used on average over a minute, and a load balancer forgets what is silent for longer than its idle timeout: the node does not',
    };
  return {
    side: 'above',
    ports: counted - atMost,
    likely:
      unknown === 0
        ? 'flows that no source told of, or a node that forgot connections before the load balancer did'
        : counted <= atMost + unknown
          ? `up to ${unknown} ports leave by a path that is not known, and may be among them`
          : `up to ${unknown} ports leave by a path that is not known, and further flows were not told of`,
  };
};

const statusItem = (
  { node, nodeIp, protocol, egressPath, held, allocated, counted, failed, ...ports }: NodePorts,
  outside: OutsideBounds | null,
  largest: PortsRow | undefined,
  isOurs: ReturnType<typeof isOf>,
): StatusItem => {
  const { atLeast, atMost } = boundsOf(ports);
  return {
    node,
    nodeIp,
    protocol,
    egressPath,
    atLeast,
    atMost,
    atMostAt: renderInstant(ports.mostAt),
    atEnd: held.at(-1) ?? 0,
    allocated,
    counted,
    share: allocated === null ? null : (counted ?? atMost) / allocated,
    shareIs: allocated === null ? null : counted === null && atLeast < atMost ? 'at-most' : 'sure',
    surelyUsed: allocated === null ? null : (counted ?? atLeast) / allocated,
    failed,
    outside,
    largest:
      largest === undefined
        ? null
        : {
            destIp: largest.destIp,
            destPort: largest.destPort,
            ports: largest.peakPorts,
            pods: largest.held.filter(({ pod }) => isOurs(pod)).map(ledgerPod),
          },
  };
};
