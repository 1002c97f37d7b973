import type { Instant } from '../base/instant.ts';
import type { Cidr, Ip } from '../base/ip.ts';
import type { Result } from '../base/result.ts';
import type { Reason } from './attribution/verdict.ts';
import type { Signals } from './diagnosis/signals.ts';
import type { EgressPath } from './egress/egress-path.ts';
import type { Network } from './egress/network.ts';
import type { FlowMap, MapQuery } from './flow-map.ts';
import type { Facts, FormatName, KubeEvent, Reject, Sighting, SightingKind, Workload } from './facts.ts';
import type { LocalTables } from './kql/local-answer.ts';
import type { Horizons, Retention } from './retention.ts';
import type { MetricName } from './metrics.ts';
import type { Holding } from './snat/holding.ts';

/** Facts from one stretch of one object (a file, a blob), for one cluster. Writing it again changes nothing. */
export interface Batch extends Facts {
  readonly cluster: string;
  readonly format: FormatName;
  /** The object they came from, as a person would name it: a path. */
  readonly object: string;
  /** The node whose conntrack wrote the object, where the user says so; empty when the translations themselves tell. */
  readonly node: string;
  /** Of conntrack, where it is known: what tells one recording from another, the same for copies. */
  readonly recording?: string;
  readonly rejects: readonly Reject[];
}

export interface Written {
  /** Rows that were new. */
  readonly rows: number;
  /** Rows that were there already. */
  readonly known: number;
  /** Rows that are older than is kept; absent: none. */
  readonly expired?: number;
  /** Rows that pods told that were purged; absent: none. */
  readonly purged?: number;
}

export type VerdictKind = 'exact' | 'probable' | 'ambiguous' | 'relayed' | 'node' | 'unattributed';
export const VERDICT_KINDS: readonly VerdictKind[] = [
  'exact',
  'probable',
  'ambiguous',
  'relayed',
  'node',
  'unattributed',
];

/** Rows that were dropped as they are older than is kept. */
export interface Dropped {
  readonly table: string;
  readonly rows: number;
}

/** What a table holds. */
export interface TableSize {
  readonly table: string;
  readonly rows: number;
  /** On the disk. */
  readonly bytes: number;
}

/** Addresses, with every port of theirs or with one. */
export interface EndpointBlock extends Cidr {
  /** Absent: every one. */
  readonly port?: number;
}

/** Which flows are asked for. Several members narrow; several values of one member widen. */
export interface FlowQuery {
  readonly cluster: string;
  /** Flows that were alive at some moment of `[from, until)`. */
  readonly from: Instant;
  readonly until: Instant;
  readonly dest: readonly EndpointBlock[];
  readonly destPorts: readonly number[];
  readonly srcPorts: readonly number[];
  readonly srcIps: readonly EndpointBlock[];
  readonly protocols: readonly string[];
  readonly verdicts: readonly VerdictKind[];
  readonly namespaces: readonly string[];
  /** `namespace/name`, `kind/name` or a bare name of a workload or pod. */
  readonly workloads: readonly string[];
  readonly nodes: readonly string[];
  /** One flow: its id, also one that was given out before an earlier record arrived. */
  readonly flow: string | null;
  /** Only flows of which something else is said than was then; null: whatever was said. */
  readonly changedSince: Instant | null;
  /** Newest are kept; null is all. */
  readonly limit: number | null;
  /** All candidates of a flow are listed, and not the first ten alone. */
  readonly everyCandidate?: true;
}

export interface PodNamed {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
  readonly node: string;
  readonly workload: Workload;
}

/** What saw a flow. What Traffic Analytics alone saw stands for many flows, of which it tells no source port. */
export type Observer = 'flow-log' | 'conntrack' | 'traffic-analytics';

/** One flow as it stands now. Counters are exact: whole numbers as text when beyond 2^53. */
export interface FlowRow {
  readonly flow: string;
  readonly cluster: string;
  readonly begin: Instant;
  /** null: it may still go on. */
  readonly end: Instant | null;
  readonly last: Instant;
  readonly node: string | null;
  readonly srcIp: string;
  readonly srcPort: number | null;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly direction: 'outbound' | 'inbound';
  readonly decision: 'allowed' | 'denied';
  readonly rule: string | null;
  readonly packetsOut: number | string;
  readonly bytesOut: number | string;
  readonly packetsIn: number | string;
  readonly bytesIn: number | string;
  readonly observedBy: readonly Observer[];
  /** How many flows it stands for: more than one only where a source sums up. */
  readonly flows: number;
  /** The source address is a node's: a pod behind it was translated. */
  readonly translated: boolean;
  readonly verdict: VerdictKind;
  readonly reason: Reason | null;
  /** The pod that an exact verdict names; of a relayed flow the relay, where it is a pod of the cluster. */
  readonly pod: PodNamed | null;
  /** The port the pod itself used, from the translation. */
  readonly podPort: number | null;
  /** For everything but exact: who could have sent it, most probable first; the node itself is `null`. */
  readonly candidates: readonly (PodNamed | null)[];
  /** The probability of each of `candidates`; empty where nothing tells them apart. */
  readonly chances: readonly number[];
  /** The workload that is most probable, all its pods together, and whether that is enough to name it; null where nothing tells them apart. */
  readonly probable: { readonly workload: Workload | null; readonly chance: number } | null;
  /** Calls that applications told of and that may be this flow, and what rates alone say of the pod that told. */
  readonly sighted: FlowSighted | null;
  /** How many there are; `candidates` lists the first ten pods of them. */
  readonly candidateCount: number;
  readonly evidence: readonly string[];
  /** What was said at the query's `changedSince`, and when that changed last; absent where nobody asked. */
  readonly was?: VerdictBefore;
}

export interface FlowSighted {
  readonly sightings: number;
  /** Of them those that tell the flow's port. */
  readonly byPort: number;
  /** Those that tell only the name of their destination, and those of them whose address was learned from the flows that came with calls. */
  readonly byName: number;
  readonly byLearned: number;
  readonly before: number;
}

/** What was said of a flow before late evidence changed it. */
export interface VerdictBefore {
  readonly at: Instant;
  readonly verdict: VerdictKind;
  readonly reason: Reason | null;
  /** The pod that it named; without a name where the inventory in force does not know it. */
  readonly pod: PodNamed | { readonly uid: string } | null;
}

/** One line of `who`: a pod, or the node bucket, and how much of the flows is its. */
export interface WhoRow {
  readonly pod: PodNamed | null;
  /** Node name; for a pod its node. */
  readonly node: string;
  /** Expected number: a sum of probabilities. */
  readonly flows: number;
  readonly exactFlows: number;
  /** Of these the ones that it only forwarded, as a relay; absent: none. */
  readonly relayedFlows?: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly first: Instant;
  readonly last: Instant;
  /** Mean probability of its flows; 1 when all are certain. */
  readonly confidence: number;
}

export interface CoverageRow {
  readonly verdict: VerdictKind;
  readonly reason: Reason | null;
  readonly flows: number;
  readonly bytes: number;
}

/** Flows of one verdict that began in one step of an interval. */
export interface FlowStep {
  readonly step: number;
  readonly verdict: VerdictKind;
  readonly flows: number;
  /** As many rows does a list of these flows have: what was summed up is one, whatever it stands for. */
  readonly rows: number;
}

export interface WhoRows {
  readonly pods: readonly WhoRow[];
  readonly coverage: readonly CoverageRow[];
}

/** Calls that told only a name: of which other sightings tell the address, of which it was learned, and of which nobody knows it. These count nowhere. */
export interface ByName {
  readonly told: number;
  readonly learned: number;
  readonly unknown: number;
}

export interface SourceRow {
  readonly name: string;
  readonly kind: string;
  readonly cluster: string;
  readonly rows: number;
  /** Of Traffic Analytics: rows that are not counted, as the flow log, conntrack or the sender's own row tells of the same flows. */
  readonly toldOtherwise?: number;
  /** Of sightings: calls that told only the name of their destination; absent where none did. */
  readonly byName?: ByName;
  readonly rejects: number;
  readonly first: Instant | null;
  /** Time up to which the source has told. */
  readonly watermark: Instant | null;
  readonly gaps: readonly {
    readonly from: Instant;
    readonly until: Instant | null;
    readonly node: string;
    readonly why: string;
  }[];
  /** For the conntrack of one node: the flow log's clock less the node's, its uncertainty, and the pairs it rests on. */
  readonly clockOffsetMs: number | null;
  readonly clockUncertaintyMs: number | null;
  readonly clockPairs: number | null;
  /** What is older of it is no longer kept; absent: everything is kept. */
  readonly keptFrom?: Instant;
  /** What each sender sent by the hour is kept from then on, though the flows are not; absent: no longer than they are. */
  readonly summedFrom?: Instant;
}

/** A conntrack entry that bears on a flow; times on the node's clock. */
export interface TranslationRow {
  readonly originIp: string;
  readonly originPort: number;
  readonly mayFrom: Instant;
  readonly seenFrom: Instant;
  readonly seenUntil: Instant;
  readonly mayUntil: Instant | null;
  readonly opened: boolean;
  readonly closed: boolean;
  /** Objects (files) that told of it. */
  readonly objects: readonly string[];
}

export interface LeaseRow extends PodNamed {
  readonly hostNetwork: boolean;
  readonly mayFrom: Instant;
  readonly heldFrom: Instant;
  readonly heldUntil: Instant;
  readonly mayUntil: Instant | null;
}

/** Everything a verdict rests on, for `why`. */
export interface FlowEvidence {
  readonly flow: FlowRow;
  readonly records: readonly {
    readonly at: Instant;
    readonly state: 'B' | 'C' | 'E' | 'D';
    readonly mac: string;
    readonly rule: string;
    readonly bytesOut: number;
    readonly bytesIn: number;
  }[];
  readonly translations: readonly TranslationRow[];
  /** Leases of the origins' addresses (and of the source address, where it is a pod's) around the time. */
  readonly leases: readonly LeaseRow[];
  readonly clock: { readonly offsetMs: number; readonly uncertaintyMs: number; readonly pairs: number };
  readonly gaps: readonly { readonly from: Instant; readonly until: Instant | null; readonly why: string }[];
  /** What the node's conntrack covers: first and last line; null when there is none. */
  readonly conntrackCover: { readonly from: Instant; readonly until: Instant } | null;
  readonly accuracy: RatesAccuracy | null;
  readonly inventoryCover: { readonly from: Instant; readonly until: Instant } | null;
}

/** Which sightings are asked for. */
export interface SightingQuery {
  readonly cluster: string;
  readonly from: Instant;
  readonly until: Instant;
  /** Trace ids and correlation ids, as `canonicalId` writes them: any of them. Empty: whatever the id. */
  readonly ids: readonly string[];
  /** Empty: every kind. */
  readonly kinds: readonly SightingKind[];
  /** Only those that tell one of these namespaces, or no namespace and the UID of a pod in one; absent: all. */
  readonly namespaces?: readonly string[];
  /** The oldest are kept of ids, the newest where no id is given. */
  readonly limit: number;
}

export interface SightingRow extends Sighting {
  readonly format: FormatName;
  readonly object: string;
}

/** Which events of Kubernetes are asked for: those that happened at some moment of `[from, until)`, or before and after it. */
export interface EventsQuery extends Pick<FlowQuery, 'cluster' | 'from' | 'until'> {
  /** Only those about something in one of these namespaces; absent: all. */
  readonly namespaces?: readonly string[];
  /** The newest are kept; absent: 10,000. */
  readonly limit?: number;
}

/** Pods as sightings tell of them: any of these. */
export interface PodsTold {
  readonly uids: readonly string[];
  readonly names: readonly string[];
  readonly ips: readonly string[];
}

/** Flows that moved from one verdict or pod to another, as text. */
export interface Moved {
  readonly from: string;
  readonly to: string;
  readonly flows: number;
}

/** Windows that had an answer, were answered anew, and came out different. */
export interface Reopened {
  readonly windows: number;
  /** Flows of the answers before: those that moved, those that are no more, and the rest, of which the same is said. */
  readonly flows: number;
  readonly moved: number;
  readonly gone: number;
}

/** What late evidence changed. */
export interface Changes {
  /** Largest first. */
  readonly changes: readonly Moved[];
  readonly reopened: Reopened;
}

/** Which connections to one address are asked for. */
export interface ConnectionQuery {
  readonly cluster: string;
  readonly ip: string;
  /** Those that may have been open at some moment of `[from, until)`. */
  readonly from: Instant;
  readonly until: Instant;
  /** How long a connection may be open after it was last seen, where its end was not. */
  readonly openMs: number;
  readonly limit: number;
}

/** A connection as conntrack or the flow log tells of it, within one node too. */
export interface Connection {
  /** null: a pod's that whoever asks may not see. */
  readonly srcIp: string | null;
  readonly srcPort: number;
  readonly protocol: string;
  readonly from: Instant;
  readonly seen: Instant;
  readonly ended: boolean;
}

/** Which ports are asked for: those that were held at some moment of `[from, until)`. Several members narrow; several values of one member widen. */
export interface PortsQuery extends Pick<FlowQuery, 'cluster' | 'from' | 'until' | 'dest' | 'destPorts' | 'nodes'> {
  /** Destinations that are left out. */
  readonly inside: readonly Cidr[];
}

/** One address of a node, and the ports of one protocol that it has. */
export interface NodeAddress {
  /** null: no node is known to have had the address. */
  readonly node: string | null;
  readonly nodeIp: string;
  readonly protocol: string;
}

/** The ports of a node that one pod, the node itself or nobody known held at the same time. */
export interface PortsHeld {
  readonly pod: PodNamed | null;
  readonly verdict: VerdictKind;
  readonly reason: Reason | null;
  readonly ports: number;
}

/** What one destination took of a node's ports: one for each connection, until the node's tracking lets go of it. */
export interface PortsRow extends NodeAddress {
  readonly destIp: string;
  readonly destPort: number;
  readonly peakPorts: number;
  /** The first moment at which so many were held. */
  readonly peakAt: Instant;
  readonly portsAtEnd: number;
  /** Connections that began in the interval. */
  readonly began: number;
  /** The median of how long those that ended held their port; null: none did. */
  readonly lastedMs: number | null;
  /** At the peak: they sum to `peakPorts`. Most ports first. */
  readonly held: readonly PortsHeld[];
}

export interface PortsRows {
  /** Most ports first. */
  readonly rows: readonly PortsRow[];
  /** How many there are, those that are not listed among them. */
  readonly destinations: number;
}

/** The ports of a node's address over time: how many were taken and given back up to each step, since the one before. Step 0 is the beginning of the interval. */
export interface PortSteps extends NodeAddress {
  /** Step 0: where the interval begins, or what is kept of it. */
  readonly from: Instant;
  readonly taken: readonly number[];
  readonly given: readonly number[];
}

/** How ports leave: by which path, and through which NAT gateway (its id) or firewall (its address); else null. */
export interface Leaving {
  readonly egressPath: EgressPath;
  readonly through: string | null;
}

/**
 * The ports of a node's address over time that leave by one path: taken and given back as whatever they leave through counts them. A load balancer keeps each longer, and takes of
 * UDP one for each address that a port of the node sends to.
 */
export interface PathSteps extends PortSteps, Leaving {
  /** The most that one destination held at the same time; at a load balancer a destination of UDP is an address. */
  readonly largest: number;
  /** Pods that hold most of them, as many as were asked for, of those that are named for certain. */
  readonly holders: readonly HolderSteps[];
}

/** What of the ports of an address is one pod's. */
export interface HolderSteps extends Pick<PortSteps, 'taken' | 'given'> {
  readonly pod: PodNamed;
}

/** The most ports that left a node's address by one path at the same moment, however many ways of it there are, and when first. */
export interface PathMost extends NodeAddress {
  readonly egressPath: EgressPath;
  readonly peakPorts: number;
  readonly peakAt: Instant;
}

/** The most that left through one NAT gateway or firewall at the same moment, all nodes and destinations together, and when first. */
export interface SharedMost extends Leaving {
  readonly protocol: string;
  readonly peakPorts: number;
  readonly peakAt: Instant;
}

/** The destination that held most behind a NAT gateway or firewall, all nodes together, and when first. */
export interface PathPeak extends Leaving {
  readonly protocol: string;
  readonly destIp: string;
  readonly destPort: number;
  readonly peakPorts: number;
  readonly peakAt: Instant;
}

export interface PortPaths {
  readonly steps: readonly PathSteps[];
  /** One of each address, protocol and path. */
  readonly most: readonly PathMost[];
  /** One of each gateway or firewall and protocol. */
  readonly shared: readonly SharedMost[];
  readonly together: readonly PathPeak[];
}

/** What one destination took of the ports that a pod has itself: one for each connection, and a while after it where the pod may have closed first. */
export interface PodPortsRow {
  readonly pod: PodNamed;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly peakPorts: number;
  /** The first moment at which so many were held. */
  readonly peakAt: Instant;
  /** Of these the ones whose connection was not shut. */
  readonly openAtPeak: number;
  /** Those that say the pod for certain by its own traffic, and those that it only forwarded; they sum to `peakPorts`. Verdicts without ports are left out. */
  readonly verdicts: readonly { readonly verdict: VerdictKind; readonly ports: number }[];
  readonly portsAtEnd: number;
  /** Connections that began in the interval. */
  readonly began: number;
}

export interface PodPortsRows {
  /** Most ports first. */
  readonly rows: readonly PodPortsRow[];
  /** How many there are, those that are not listed among them. */
  readonly destinations: number;
  /** Connections of pods of which no verdict names one: they are in no row. null: whoever asks may not know. */
  readonly unnamed: number | null;
}

export interface Holdings {
  /** Most ports first. */
  readonly rows: readonly Holding[];
  /** How many there are, those that are not listed among them. */
  readonly holdings: number;
  /** As that of `PodPortsRows`. */
  readonly unnamed: number | null;
}

/** Which signals of trouble are asked for. Several members narrow; several values of one member widen. */
export type SignalsQuery = Pick<FlowQuery, 'cluster' | 'from' | 'until' | 'dest' | 'destPorts' | 'nodes'>;

/** What flows, connection tracking, sightings and pods tell of trouble. */
export type StoreSignals = Pick<
  Signals,
  'attempts' | 'denials' | 'lookups' | 'lookupSteps' | 'calls' | 'ends' | 'nodePorts' | 'podPorts'
>;

/** Which metrics are asked for: platform metrics by their names as Azure has them, those of nodes as `kernelMetric` has them. */
export interface MetricsQuery extends Pick<FlowQuery, 'cluster' | 'from' | 'until'> {
  readonly metrics: readonly string[];
}

/** One metric of one resource, and one combination of its dimensions. */
export interface MetricRow {
  /** The id of the Azure resource, lower case; of a node `nodes/NAME`. */
  readonly resource: string;
  readonly metric: string;
  /** Names in lower case. */
  readonly dimensions: ReadonlyMap<string, string>;
  readonly peak: number;
  /** Beginning of its interval: mostly a minute. */
  readonly peakAt: Instant;
  readonly last: number;
  readonly lastAt: Instant;
  /** The sum, where the metric counts; else 0. */
  readonly total: number;
}

/** What one attribution pass did; changes are those against the pass before. */
export interface Attributed extends Changes {
  readonly windows: number;
  readonly flows: number;
}

/** What one pass of grading did. */
export interface Graded {
  /** Days whose rates were fitted, and their flows. */
  readonly days: number;
  readonly flows: number;
}

/** How right the rates were, over the last days, on flows whose translation was hidden from them. */
export interface RatesAccuracy {
  readonly days: number;
  /** `all`, and where it is hardest: `rare-destination`, `singleton`, `node`, `untranslated-node` (as if nothing translated one of the nodes). Those without flows are left out. */
  readonly slices: readonly {
    readonly slice: string;
    readonly flows: number;
    /** Share of the flows whose most probable sender was the true one. */
    readonly right: number;
    /** Expected calibration error, ten bins of equal width. */
    readonly ece: number;
  }[];
}

/** What is named together; '' where there is none. */
export interface EstateNames {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  readonly pod: string;
  readonly node: string;
}

/** The one store behind every question: embedded, or a server. */
export interface Store {
  /** The batches of a cluster are written together. Gives what became of each. */
  write(batches: readonly Batch[]): Promise<readonly Written[]>;
  /**
   * Brings the verdicts up to date with everything written. Does nothing when nothing is new. What changes is kept as of `now`. Where clocks are `kept`
   * as they were measured before, an old record costs no look; a call that measures them comes to the same as if all had.
   */
  attribute(
    cluster: string,
    now: Instant,
    progress?: (done: number, of: number) => void,
    clocks?: 'measured' | 'kept',
  ): Promise<Attributed>;
  /** What passes changed from `since` on: of flows that changed and changed back, nothing. */
  changes(cluster: string, since: Instant): Promise<Changes>;
  /** Fits the rates to days whose verdicts changed. Does nothing when none did. */
  grade(cluster: string, progress?: (done: number, of: number) => void): Promise<Graded>;
  /** null: no flows of the cluster were graded. */
  accuracy(cluster: string): Promise<RatesAccuracy | null>;
  clusters(): Promise<readonly string[]>;
  /** First and last time of any flow; null when there is none. */
  extent(cluster: string): Promise<{ readonly from: Instant; readonly until: Instant } | null>;
  /** Oldest first. */
  flows(query: FlowQuery): Promise<readonly FlowRow[]>;
  who(query: FlowQuery): Promise<WhoRows>;
  /** Steps in which no flow began are left out (core/flow-steps.ts). */
  flowSteps(query: FlowQuery, stepMs: number): Promise<readonly FlowStep[]>;
  /** Who talks to what: the largest edges one by one, the rest and what is hidden as sums (core/flow-map.ts). */
  flowMap(query: MapQuery): Promise<FlowMap>;
  /** Pods by UID, as the inventory in force names them; those it does not know are left out. */
  pods(cluster: string, uids: readonly string[]): Promise<ReadonlyMap<string, PodNamed>>;
  evidence(cluster: string, flow: string): Promise<FlowEvidence | null>;
  /** Oldest first. */
  sightings(query: SightingQuery): Promise<readonly SightingRow[]>;
  /** How many sightings carry each of these ids; those that none carries are left out. */
  sightingCounts(
    query: Pick<SightingQuery, 'cluster' | 'from' | 'until' | 'ids' | 'namespaces'>,
  ): Promise<ReadonlyMap<string, number>>;
  /** Leases of the pods that have one of these UIDs, names or addresses. */
  podsTold(cluster: string, told: PodsTold): Promise<readonly LeaseRow[]>;
  /** Of these addresses those that are known to be nodes', each with the nodes that had it. */
  nodesAt(cluster: string, ips: readonly Ip[]): Promise<ReadonlyMap<Ip, readonly string[]>>;
  /** The nodes that may exist at this moment, by name. */
  nodesAlive(cluster: string, at: Instant): Promise<readonly string[]>;
  /** Every node that anything names, whenever it was there. */
  nodesNamed(cluster: string): Promise<readonly string[]>;
  /** Every name of a cluster, node, namespace, workload or pod that was ever told; '' where there is none. */
  names(): Promise<readonly EstateNames[]>;
  /** The same of namespaces. */
  namespacesNamed(cluster: string): Promise<readonly string[]>;
  /** What is known of how packets leave the cluster. */
  network(cluster: string): Promise<Network>;
  /** The addresses that a node of this name has or had, newest first. */
  nodeIps(cluster: string, node: string): Promise<readonly string[]>;
  /** Newest first. */
  connectionsTo(query: ConnectionQuery): Promise<readonly Connection[]>;
  /** What took most of the ports of nodes, at most `limit` of the destinations. */
  ports(query: PortsQuery, limit: number): Promise<PortsRows>;
  portSteps(query: PortsQuery, stepMs: number): Promise<readonly PortSteps[]>;
  /** The same by how they leave, as the network is told now; `holders`: with so many pods that hold most of each (default none). */
  portPaths(query: PortsQuery, stepMs: number, holders?: number): Promise<PortPaths>;
  /** What took most of the ports that pods have themselves, at most `limit` of their destinations. */
  podPorts(query: PortsQuery, limit: number): Promise<PodPortsRows>;
  /** What workloads, and nodes themselves, hold of the ports of nodes, at most `limit` of them that held `least` or more at once. */
  holdings(query: PortsQuery, least: number, limit: number): Promise<Holdings>;
  metrics(query: MetricsQuery): Promise<readonly MetricRow[]>;
  signals(query: SignalsQuery): Promise<StoreSignals>;
  /** Each as it was told last, oldest first. */
  events(query: EventsQuery): Promise<readonly KubeEvent[]>;
  sources(cluster: string): Promise<readonly SourceRow[]>;
  rejects(cluster: string, limit: number): Promise<readonly (Reject & { readonly object: string })[]>;
  /** Up to where the objects of a source were read, by their names; of those alone that tell of a time in the span. */
  cursors(cluster: string, source: string, span: TimeSpan): Promise<ReadonlyMap<string, string>>;
  /** Durable when it resolves. A cursor replaces the one before it of the same object. */
  /** About as many rows a write is to have: it holds a kilobyte for each meanwhile. */
  readonly writeRows: number;
  keepCursors(cluster: string, cursors: readonly Cursor[]): Promise<void>;
  /** The same, for whoever may go away: what it reads is ended when the signal aborts, and throws. What it writes is not. */
  until(signal: AbortSignal): Store;
  /** From when on what is kept. */
  horizons(): Promise<Horizons>;
  /**
   * Keeps from now on no more than this, and drops the rest, once a day; gives what was dropped. What is not kept is neither told nor taken in again.
   * Throws `ClockLeapt` for a clock that is far ahead, unless it is sure.
   */
  expire(retention: Retention, now: Instant, isSure?: boolean): Promise<readonly Dropped[]>;
  tables(): Promise<readonly TableSize[]>;
  /** What KQL is asked of: facts of a cluster as tables of Azure Monitor, and rows that are added; null: these alone. */
  kqlTables(cluster: string | null): Promise<LocalTables>;
  /** The ClickHouse server that it is on, without what gives access; null: the engine of this process. */
  readonly server: string | null;
  /** Writes and reads a row that is nobody's, or has another do it who writes; throws where that is not possible. */
  probe(): Promise<void>;
  /** Who writes to it. */
  readonly workers: Workers;
  close(): Promise<void>;
}

/** A process that writes to a store. */
export interface WorkerSeen {
  readonly host: string;
  readonly pid: number;
  readonly isThis: boolean;
}

/** Those who write to one store. Each owns some of its parts; whatever it reads of another's it hands over. */
export interface Workers {
  /** From now on this process has its share of the parts; else it owns what nobody has who stays. Others let go of it within ten seconds. */
  stay(): Promise<void>;
  /** Those that stay and live, as far as is known since this one wrote or probed first; empty where nobody else can write. */
  readonly seenOf: readonly WorkerSeen[];
  /** How many of how many parts are this process's. */
  readonly places: { readonly owned: number; readonly all: number };
  /** Whether this process is the one of them that is to read a source, by its name. While one comes or goes two may think so: nothing counts twice. */
  reads(source: string): boolean;
  /** Tells of clusters of which others wrote something. */
  onWritten(listener: (cluster: string) => void): void;
}

/** One object to read: a file, a blob, standard input. */
export interface ByteObject {
  /** As a person would name it: a path. */
  readonly name: string;
  /** What is known of it alone, in place of what is said of all that are taken together. */
  readonly of?: { readonly node: string; readonly at: Instant | null; readonly idFields: readonly string[] };
  /** Its bytes, unpacked, in order, in pieces of about a mebibyte. A problem is the last thing it gives; it never throws. */
  read(): AsyncIterable<Result<Uint8Array, string>>;
  /** Up to where `read` came, asked once it has given everything. They are kept when every row of the object is durable, and not before. */
  cursors?(): readonly Cursor[];
}

/** `from` is in, `until` is out. */
export interface TimeSpan {
  readonly from: Instant;
  readonly until: Instant;
}

/** Up to where an object that grows was read. Without it the object is read from its beginning: that costs time, and no row. */
export interface Cursor {
  /** The place it was read from, as the source calls it. Holds no secret. */
  readonly source: string;
  readonly object: string;
  /** Of when the object tells. */
  readonly at: Instant;
  /** The source alone knows what it says. */
  readonly position: string;
}

/** What became of an object that was handed over. Its rows are durable. */
export interface TakenIn {
  readonly name: string;
  /** Rows that were new, that were there already, and that were refused. */
  readonly rows: number;
  readonly known: number;
  readonly rejects: number;
  /** Why it was not read, or not to its end. */
  readonly problem: string | null;
}

/** Takes objects into the store, in order. Throws where they could not be written: nothing of them may be taken for done then. */
export type TakeIn = (
  objects: AsyncIterable<ByteObject>,
  of: { readonly cluster: string | null; readonly node: string; readonly at: Instant | null },
) => Promise<readonly TakenIn[]>;

/** A number that a collector tells of itself. Its name never changes: docs/reference/metrics.md. */
export interface Measure {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Something that a server reads by itself. */
export interface Collector {
  /** As lines of the log call it. Holds no secret. */
  readonly name: string;
  /** Reads until it is told to stop, and ends when what was begun is done. What fails is logged and tried again, never thrown. */
  run(take: TakeIn, stop: AbortSignal): Promise<void>;
  /** It leaves to others what of its source is theirs (`Workers.reads`), object by object; absent: one of them is to run it. */
  readonly isShared?: true;
  /** How it stands at this moment. */
  measures(): readonly Measure[];
  /** Asks the source for as little as it can be asked for. What fails is said, not thrown. */
  check?(stop: AbortSignal): Promise<CollectorCheck>;
}

/** Whether what a collector reads can be had at this moment: it is reached, and lets us read. */
export interface CollectorCheck {
  /** The collector's. */
  readonly name: string;
  readonly cluster: string;
  readonly ok: boolean;
  /** One sentence. */
  readonly says: string;
  /** The command that mends it, or what to do; null: nothing has to be done. */
  readonly fix: string | null;
}

/** Room on disk for what a use case cannot hold in memory. It is gone when the process ends. */
export interface Scratch {
  /** Adds to the end. The caller may use the bytes again afterwards. */
  append(bytes: Uint8Array): Promise<void>;
  /** Fills `into` with what was written at `from`. */
  read(from: number, into: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
