import { renderInstant } from '../../src/base/instant.ts';
import { endOf, type Parameters } from '../parameters.ts';
import type { Cluster } from '../plan/cluster.ts';
import type { Destination } from '../plan/destinations.ts';
import type { Life } from '../plan/lives.ts';
import { connectionsPer } from '../plan/roles.ts';
import type { Instrumentation } from '../traces/instrumentation.ts';
import type { TraceTally, Tracing } from '../traces/tracing.ts';
import type { Call } from '../plan/workloads.ts';
import { type ConntrackWriter, conntrackPath } from './conntrack-writer.ts';
import type { FlowLogWriter } from './flow-log-writer.ts';
import type { TrafficAnalyticsWriter } from './traffic-analytics-writer.ts';
import type { LineTally, RecordTally, TruthTally } from './tallies.ts';

/** Told of where they are not as they were before there was a choice: the same seed and flags give the same bytes for ever. */
const ADDED = {
  traffic: 'steady',
  odd: false,
  traces: 0,
  traceLocalPort: 0.3,
  traceNamesOnly: 0,
  trafficAnalytics: false,
  packed: false,
} as const satisfies Partial<Parameters>;
type AddedParameter = keyof typeof ADDED;

type WorkloadName = Pick<Cluster['workloads'][number], 'kind' | 'namespace' | 'name'>;

export interface Instrumented extends Instrumentation {
  readonly workload: WorkloadName;
}

export interface OddOne {
  readonly podUid: string;
  readonly pod: string;
  readonly workload: WorkloadName;
  readonly node: string;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly from: string;
  /** Other workloads that call there. */
  readonly otherCallers: number;
}

/** What run.json holds. */
export interface RunDescription {
  readonly description: string;
  readonly parameters: Omit<Parameters, 'startMs' | AddedParameter> & Partial<Parameters> & { readonly start: string };
  readonly from: string;
  readonly until: string;
  readonly counts: {
    readonly workloads: number;
    readonly destinations: number;
    readonly pods: number;
    readonly podsThatEnded: number;
    readonly truth: number;
    readonly callsWithoutPort: number;
  };
  /** Sums over every record that stands in the files; null: the source was left out. */
  readonly flowLog: (RecordTally & { readonly lost: number; readonly late: number }) | null;
  /** Rows that Traffic Analytics made of the records. */
  readonly trafficAnalytics?: { readonly rows: number };
  readonly conntrack: (LineTally & { readonly lost: number; readonly warnings: number }) | null;
  readonly truth: Omit<TruthTally, 'oracleTop1'> & Partial<TruthTally>;
  /** The pod that does what its siblings do not, if one was asked for and there is one that could. */
  readonly odd?: OddOne | null;
  /** Where there are traces: how much was written, and by whom. */
  readonly traces?: TraceTally & { readonly instrumented: readonly Instrumented[] };
  readonly nodes: readonly object[];
  /** Folders of the sources, in the order of their making. */
  readonly folders: readonly string[];
}

export const describeRun = (run: {
  readonly parameters: Parameters;
  readonly cluster: Cluster;
  readonly flowLog: FlowLogWriter | null;
  readonly conntrack: ConntrackWriter | null;
  readonly analytics: TrafficAnalyticsWriter | null;
  readonly truth: TruthTally;
  readonly tracing: Tracing | null;
  readonly portless: number;
  readonly paths: readonly string[];
}): RunDescription => {
  const { parameters, cluster, flowLog, conntrack, analytics, truth, tracing, portless, paths } = run;
  const { startMs, ...given } = parameters;
  const { oracleTop1, ...told } = truth;
  const isAsBefore = ([name, value]: [string, unknown]): boolean => ADDED[name as AddedParameter] === value;
  const { nodes, lives, workloads, destinations } = cluster;
  return {
    description: `A simulated cluster of ${nodes.length} nodes: everything follows from the seed and the parameters.`,
    parameters: {
      ...(Object.fromEntries(Object.entries(given).filter((each) => !isAsBefore(each))) as typeof given),
      start: renderInstant(startMs),
    },
    from: renderInstant(startMs),
    until: renderInstant(endOf(parameters)),
    counts: {
      workloads: workloads.filter(({ kind }) => kind !== 'Node' && kind !== 'Client').length,
      destinations: destinations.length,
      pods: lives.length,
      podsThatEnded: lives.filter(({ lived }) => lived.finishedAt !== null).length,
      truth: truth.rows,
      callsWithoutPort: portless,
    },
    flowLog: flowLog === null ? null : { ...flowLog.written, lost: flowLog.lost, late: flowLog.lateOnes },
    ...(analytics === null ? {} : { trafficAnalytics: { rows: analytics.rows } }),
    conntrack: conntrack === null ? null : { ...conntrack.written, lost: conntrack.lost, warnings: conntrack.warnings },
    truth: parameters.traffic === 'lively' ? { ...told, oracleTop1 } : told,
    ...(parameters.odd ? { odd: oddOf(cluster) } : {}),
    ...(tracing === null ? {} : { traces: { ...tracing.written, instrumented: instrumentedOf(tracing, cluster) } }),
    folders: foldersOf(paths),
    nodes: nodes.map((node) => ({ ...node, conntrack: conntrackPath(node, parameters.packed) })),
  };
};

const foldersOf = (paths: readonly string[]): readonly string[] => {
  const folders = paths.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/')));
  return [...new Set(folders)].filter((folder) => folder !== 'truth');
};

const instrumentedOf = ({ instrumented }: Tracing, { workloads }: Cluster): readonly Instrumented[] =>
  [...instrumented].map(([workload, how]) => {
    const { kind, namespace, name } = workloads[workload] as Cluster['workloads'][number];
    return { workload: { kind, namespace, name }, ...how };
  });

const oddOf = ({ odd, lives, workloads, destinations }: Cluster): OddOne | null => {
  if (odd === null) return null;
  const { spec } = (lives[odd.life] as Life).lived;
  const { kind, namespace, name } = workloads[odd.role.workload] as Cluster['workloads'][number];
  const { ip, port, protocol } = destinations[odd.destination] as Destination;
  return {
    podUid: spec.uid,
    pod: spec.name,
    workload: { kind, namespace, name },
    node: spec.node.name,
    destIp: ip,
    destPort: port,
    protocol,
    from: new Date(odd.from).toISOString(),
    otherCallers: odd.callers,
  };
};

/**
 * One line a role and destination: connections per second that each of its pods makes, on average over a day. For nodes and clients: at each
 * node. With what changes it: the time of day, the node, and when it begins.
 */
export function* ratesText(cluster: Cluster): Generator<string> {
  const { workloads, destinations, roles, habits, nodes } = cluster;
  for (const { workload: index, kind: role, calls } of roles) {
    const { namespace, name, kind, hostNetwork } = workloads[index] as Cluster['workloads'][number];
    const day = habits.days[index];
    const factors = habits.nodeFactors.get(index);
    const changes = {
      ...(role === 'usual' ? {} : { role }),
      ...(day === undefined ? {} : { day }),
      ...(factors === undefined ? {} : { byNode: Object.fromEntries(nodes.map((node, i) => [node.name, factors[i]])) }),
    };
    const workload =
      kind === 'Node'
        ? { node: true }
        : kind === 'Client'
          ? { client: true }
          : { workload: { kind, namespace, name }, hostNetwork };
    for (const call of calls) {
      const from = call.from === undefined ? {} : { from: new Date(call.from).toISOString() };
      const rate = { perPodPerSecond: call.perSecond * connectionsPer(call, destinations), ...changes, ...from };
      yield `${JSON.stringify({ ...workload, ...targetOf(call.to, cluster), ...rate })}\n`;
    }
  }
}

const targetOf = (to: Call['to'], { workloads, destinations, habits }: Cluster): object => {
  if (!('destination' in to)) {
    const isService = 'service' in to;
    const behind = workloads[isService ? to.service : to.nodePort];
    return { [isService ? 'service' : 'nodePort']: { namespace: behind?.namespace, name: behind?.name } };
  }
  const destination = destinations[to.destination];
  if (destination === undefined) return {};
  const { ip, ipv6, port, protocol, answer } = destination;
  const pool = habits.pools.get(to.destination)?.map((place) => destinations[place] as Destination);
  return {
    destIp: ip,
    ...(ipv6 === null ? {} : { destIpv6: ipv6 }),
    ...(pool === undefined ? {} : { destIps: pool.map((one) => one.ip) }),
    ...(pool === undefined || ipv6 === null ? {} : { destIpv6s: pool.map((one) => one.ipv6) }),
    destPort: port,
    protocol,
    answer,
  };
};

/** One line a pod: where it ran and when its container did, true times. */
export function* placementText(
  { workloads, lives, roles, roleOf }: Cluster,
  parameters: Parameters,
): Generator<string> {
  for (const [i, { lived, workload }] of lives.entries()) {
    const role = roles[roleOf[i] as number]?.kind ?? 'usual';
    const { kind, namespace, name } = workloads[workload] ?? { kind: '', namespace: '', name: '' };
    const time = (at: number): string => new Date(at).toISOString();
    yield `${JSON.stringify({
      podUid: lived.spec.uid,
      pod: lived.spec.name,
      workload: { kind, namespace, name },
      hostNetwork: lived.spec.hostNetwork,
      ...(role === 'usual' ? {} : { role }),
      node: lived.spec.node.name,
      ip: lived.ips[0],
      from: time(Math.max(lived.startedAt, parameters.startMs)),
      until: lived.finishedAt === null ? null : time(lived.finishedAt),
    })}\n`;
  }
}
