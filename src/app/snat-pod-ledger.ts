import { renderInstant } from '../base/instant.ts';
import type { Workload } from '../core/facts.ts';
import type { PodPortsRow, Store, VerdictKind } from '../core/ports.ts';
import { POD_PORTS } from '../core/snat/port-limits.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine } from './completeness.ts';
import { type SnatQuery, snatQuery, unnamedReason } from './snat-ledger.ts';
import { isNarrowed, isOf, type PortsAsked, portsNarrowed, readFor } from './of-namespaces.ts';
import type { TimeRange } from './time-range.ts';

/** What one destination took of the ports that a pod has itself. */
export interface PodLedgerItem {
  readonly workload: Workload;
  readonly pod: string;
  readonly podUid: string;
  readonly node: string;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  /** As if the pod had closed each connection first: then it keeps the port for 60 s more. */
  readonly peakPorts: number;
  readonly peakAt: string;
  /** Of these the ones that were open. */
  readonly openAtPeak: number;
  /** As many as a pod can have towards one destination, unless net.ipv4.ip_local_port_range was set. */
  readonly limit: number;
  readonly share: number;
  readonly portsAtEnd: number;
  readonly began: number;
  /** They sum to `peakPorts`. */
  readonly verdicts: readonly { readonly verdict: VerdictKind; readonly portsAtPeak: number }[];
}

export interface SnatPodLedger {
  readonly schemaVersion: 1;
  readonly kind: 'SnatPodLedger';
  readonly query: SnatQuery;
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** How many destinations of pods there are, those that are not listed among them. */
  readonly destinations: number;
  /** Connections of pods that nobody is named for: they are in no item. null: whoever asks may not know. */
  readonly unnamed: number | null;
  /** For how long ports are taken to be held, and what of namespaces is told. */
  readonly assumed: readonly string[];
  /** Most ports first. */
  readonly items: readonly PodLedgerItem[];
}

/** Which destinations held most of the ports that pods have themselves. A private destination takes them as any other does. */
export const snatPodLedger = async (
  store: Pick<Store, 'podPorts' | 'sources'>,
  query: PortsAsked,
  range: TimeRange,
  limit: number,
): Promise<SnatPodLedger> => {
  const [{ rows, destinations, unnamed }, sources] = await Promise.all([
    store.podPorts({ ...query, inside: [] }, readFor(query, limit)),
    store.sources(query.cluster),
  ]);
  const ours = rows.filter(({ pod }) => isOf(query.namespaces)(pod));
  const { reasons } = completenessOf(range, sources, []);
  const all = [...reasons, ...unnamedReason(unnamed)];
  return {
    schemaVersion: 1,
    kind: 'SnatPodLedger',
    query: snatQuery(query),
    sources: sources.map(sourceLine),
    completeness: { complete: all.length === 0, reasons: all },
    destinations: isNarrowed(query) ? ours.length : destinations,
    unnamed,
    assumed: [
      ...portsNarrowed(query, { read: rows.length, of: destinations }),
      'a pod keeps each port as if it had closed first, which nothing tells: 60 s longer than its connection',
    ],
    items: ours.slice(0, limit).map(itemOf),
  };
};

const itemOf = ({ pod, ...row }: PodPortsRow): PodLedgerItem => ({
  workload: pod.workload,
  pod: `${pod.namespace}/${pod.name}`,
  podUid: pod.uid,
  node: pod.node,
  destIp: row.destIp,
  destPort: row.destPort,
  protocol: row.protocol,
  peakPorts: row.peakPorts,
  peakAt: renderInstant(row.peakAt),
  openAtPeak: row.openAtPeak,
  limit: POD_PORTS,
  share: row.peakPorts / POD_PORTS,
  portsAtEnd: row.portsAtEnd,
  began: row.began,
  verdicts: row.verdicts.map(({ verdict, ports }) => ({ verdict, portsAtPeak: ports })),
});
