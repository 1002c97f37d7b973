import { renderInstant } from '../../src/base/instant.ts';
import { endOf, type Parameters } from '../parameters.ts';
import type { Cluster } from '../plan/cluster.ts';
import { type ConntrackWriter, conntrackPath } from './conntrack-writer.ts';
import type { FlowLogWriter } from './flow-log-writer.ts';
import type { LineTally, RecordTally, TruthTally } from './tallies.ts';

/** What run.json holds. */
export interface RunDescription {
  readonly description: string;
  readonly parameters: Omit<Parameters, 'startMs'> & { readonly start: string };
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
  readonly conntrack: (LineTally & { readonly lost: number; readonly warnings: number }) | null;
  readonly truth: TruthTally;
  readonly nodes: readonly object[];
  /** Folders of the sources, in the order of their making. */
  readonly folders: readonly string[];
}

export const describeRun = (run: {
  readonly parameters: Parameters;
  readonly cluster: Cluster;
  readonly flowLog: FlowLogWriter | null;
  readonly conntrack: ConntrackWriter | null;
  readonly truth: TruthTally;
  readonly portless: number;
  readonly paths: readonly string[];
}): RunDescription => {
  const { parameters, cluster, flowLog, conntrack, truth, portless, paths } = run;
  const { startMs, ...given } = parameters;
  const { nodes, lives, workloads, destinations } = cluster;
  return {
    description: `A simulated cluster of ${nodes.length} nodes: everything follows from the seed and the parameters.`,
    parameters: { ...given, start: renderInstant(startMs) },
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
    conntrack: conntrack === null ? null : { ...conntrack.written, lost: conntrack.lost, warnings: conntrack.warnings },
    truth,
    folders: foldersOf(paths),
    nodes: nodes.map((node) => ({ ...node, conntrack: conntrackPath(node) })),
  };
};

const foldersOf = (paths: readonly string[]): readonly string[] => {
  const folders = paths.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/')));
  return [...new Set(folders)].filter((folder) => folder !== 'truth');
};

/** One line a workload and destination: connections per second that each of its pods makes, all the time. For nodes and clients: at each node. */
export function* ratesText({ workloads, destinations }: Cluster): Generator<string> {
  for (const { namespace, name, kind, hostNetwork, calls } of workloads) {
    const workload =
      kind === 'Node'
        ? { node: true }
        : kind === 'Client'
          ? { client: true }
          : { workload: { kind, namespace, name }, hostNetwork };
    for (const { to, perSecond } of calls) {
      yield `${JSON.stringify({ ...workload, ...targetOf(to, workloads, destinations), perPodPerSecond: perSecond })}\n`;
    }
  }
}

const targetOf = (
  to: Cluster['workloads'][number]['calls'][number]['to'],
  workloads: Cluster['workloads'],
  destinations: Cluster['destinations'],
): object => {
  if (!('destination' in to)) {
    const isService = 'service' in to;
    const behind = workloads[isService ? to.service : to.nodePort];
    return { [isService ? 'service' : 'nodePort']: { namespace: behind?.namespace, name: behind?.name } };
  }
  const destination = destinations[to.destination];
  if (destination === undefined) return {};
  const { ip, ipv6, port, protocol, answer } = destination;
  return { destIp: ip, ...(ipv6 === null ? {} : { destIpv6: ipv6 }), destPort: port, protocol, answer };
};

/** One line a pod: where it ran and when its container did, true times. */
export function* placementText({ workloads, lives }: Cluster, parameters: Parameters): Generator<string> {
  for (const { lived, workload } of lives) {
    const { kind, namespace, name } = workloads[workload] ?? { kind: '', namespace: '', name: '' };
    const time = (at: number): string => new Date(at).toISOString();
    yield `${JSON.stringify({
      podUid: lived.spec.uid,
      pod: lived.spec.name,
      workload: { kind, namespace, name },
      hostNetwork: lived.spec.hostNetwork,
      node: lived.spec.node.name,
      ip: lived.ips[0],
      from: time(Math.max(lived.startedAt, parameters.startMs)),
      until: lived.finishedAt === null ? null : time(lived.finishedAt),
    })}\n`;
  }
}
