import { renderInstant } from '../base/instant.ts';
import type { Reason } from '../core/attribution/verdict.ts';
import { type EgressPath, type PathOf, pathsIn } from '../core/egress/egress-path.ts';
import type { Workload } from '../core/facts.ts';
import type { PortsHeld, PortsRow, SourceRow, Store, VerdictKind } from '../core/ports.ts';
import { LEDGER_ASSUMED } from '../core/snat/assumed.ts';
import { NODE_PORTS } from '../core/snat/port-limits.ts';
import { type Completeness, completenessOf, type SourceLine, sourceLine, withoutConntrack } from './completeness.ts';
import { isNarrowed, isOf, type PortsAsked, portsNarrowed, readFor } from './of-namespaces.ts';
import type { TimeRange } from './time-range.ts';

/** The ports that one pod, the node itself or nobody known held at the peak. */
export interface LedgerPod {
  readonly workload: Workload | null;
  readonly pod: string | null;
  readonly podUid: string | null;
  readonly portsAtPeak: number;
  readonly verdict: VerdictKind;
  readonly reason: Reason | null;
}

/** What one destination took of the ports of one node. */
export interface LedgerItem {
  readonly node: string | null;
  readonly nodeIp: string;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  /** How what goes there leaves, as the documents of Azure have it. */
  readonly egressPath: EgressPath;
  readonly peakPorts: number;
  readonly peakAt: string;
  /** As many as the node can have towards one destination. */
  readonly allocated: number;
  readonly portsAtEnd: number;
  /** Connections that began in the interval. */
  readonly began: number;
  /** The median of how long those that ended held their port; null: none did. */
  readonly lastedMs: number | null;
  /** They sum to `peakPorts`; of namespaces that are asked about those of theirs alone. */
  readonly pods: readonly LedgerPod[];
}

export interface SnatLedger {
  readonly schemaVersion: 1;
  readonly kind: 'SnatLedger';
  readonly query: SnatQuery;
  readonly sources: readonly SourceLine[];
  readonly completeness: Completeness;
  /** How many destinations of nodes there are, those that are not listed among them. */
  readonly destinations: number;
  /** For how long ports are taken to be held, and what of namespaces is told. */
  readonly assumed: readonly string[];
  /** Most ports first. */
  readonly items: readonly LedgerItem[];
}

/** What was asked, as every answer about ports repeats it. */
export interface SnatQuery {
  readonly cluster: string;
  readonly from: string;
  readonly until: string;
  /** Whose pods are told of; empty: everybody's. */
  readonly namespaces: readonly string[];
}

export const snatQuery = ({
  cluster,
  from,
  until,
  namespaces = [],
}: Pick<PortsAsked, 'cluster' | 'from' | 'until' | 'namespaces'>): SnatQuery => ({
  cluster,
  from: renderInstant(from),
  until: renderInstant(until),
  namespaces,
});

/** Which destinations held most ports of which nodes, and who held them at the peak. */
export const snatLedger = async (
  store: Pick<Store, 'ports' | 'network' | 'sources'>,
  query: PortsAsked,
  range: TimeRange,
  limit: number,
): Promise<SnatLedger> => {
  const [{ rows, destinations }, network, sources] = await Promise.all([
    store.ports(query, readFor(query, limit)),
    store.network(query.cluster),
    store.sources(query.cluster),
  ]);
  const pathOf = pathsIn(network);
  const isOurs = isOf(query.namespaces);
  const ours = isNarrowed(query)
    ? rows.flatMap((row) => {
        const held = row.held.filter(({ pod }) => isOurs(pod));
        return held.length === 0 ? [] : [{ ...row, held }];
      })
    : rows;
  return {
    schemaVersion: 1,
    kind: 'SnatLedger',
    query: snatQuery(query),
    sources: sources.map(sourceLine),
    completeness: completenessOf(range, sources, withoutTranslations(rows, sources)),
    destinations: isNarrowed(query) ? ours.length : destinations,
    assumed: [...portsNarrowed(query, { read: rows.length, of: destinations }), ...LEDGER_ASSUMED],
    items: ours.slice(0, limit).map((row) => ledgerItem(row, pathOf)),
  };
};

const ledgerItem = (row: PortsRow, pathOf: PathOf): LedgerItem => ({
  node: row.node,
  nodeIp: row.nodeIp,
  destIp: row.destIp,
  destPort: row.destPort,
  protocol: row.protocol,
  egressPath: pathOf({ ip: row.nodeIp, node: row.node }, row.destIp).path,
  peakPorts: row.peakPorts,
  peakAt: renderInstant(row.peakAt),
  allocated: NODE_PORTS,
  portsAtEnd: row.portsAtEnd,
  began: row.began,
  lastedMs: row.lastedMs,
  pods: row.held.map(ledgerPod),
});

export const ledgerPod = ({ pod, verdict, reason, ports }: PortsHeld): LedgerPod => ({
  workload: pod?.workload ?? null,
  pod: pod === null ? null : `${pod.namespace}/${pod.name}`,
  podUid: pod?.uid ?? null,
  portsAtPeak: ports,
  verdict,
  reason,
});

/** Nodes some of whose ports nobody is named for, and whose conntrack was not read. */
export const withoutTranslations = (rows: readonly PortsRow[], sources: readonly SourceRow[]): readonly string[] =>
  withoutConntrack(
    rows.flatMap(({ node, held }) =>
      node !== null && held.some(({ reason }) => reason === 'no-translation') ? [node] : [],
    ),
    sources,
  );

/** What is not in a ledger of pods. */
export const unnamedReason = (unnamed: number | null): readonly string[] =>
  unnamed === null || unnamed === 0
    ? []
    : [`${unnamed.toLocaleString('en-US')} connections name no pod for certain: they are counted for nobody`];
