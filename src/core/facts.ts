import type { Instant } from '../base/instant.ts';
import type { Ip } from '../base/ip.ts';
import type { Table } from '../base/table.ts';
import type { AzureResource } from './egress/azure-resource.ts';

/** One thing that a decoder did not take, and why. `place` is where in the object: a line, a byte offset, a JSON path. */
export interface Reject {
  readonly place: string;
  readonly why: string;
  /** The beginning of what was refused, at most 200 characters. */
  readonly text: string;
}

/** The kinds of input that unmasq recognises by content, never by name. */
export type FormatName =
  | 'vnet-flow-log'
  | 'nsg-flow-log'
  | 'kubernetes-pods'
  | 'kubernetes-nodes'
  | 'kubernetes-watch'
  | 'kubernetes-events'
  | 'conntrack'
  | 'KubePodInventory'
  | 'KubeNodeInventory'
  | 'KubeEvents'
  | 'ContainerLogV2'
  | 'NTANetAnalytics'
  | 'AzureNetworkAnalytics_CL'
  | 'AppDependencies'
  | 'AppRequests'
  | 'AppTraces'
  | 'AppExceptions'
  | 'ContainerNetworkLogs'
  | 'AZFWNetworkRule'
  | 'AZFWFlowTrace'
  | 'azure-metrics'
  | 'azure-resource'
  | 'otlp';

/** State of a flow record; `B` begin, `C` continuing, `E` end, `D` denied. NSG version 1 has no state and is read as `B`. */
export const FLOW_STATES = { B: 0, C: 1, E: 2, D: 3 } as const;
export type FlowState = (typeof FLOW_STATES)[keyof typeof FLOW_STATES];

/** `O` leaves the NIC that logged it, `I` enters. */
export const DIRECTIONS = { O: 0, I: 1 } as const;

/**
 * Flow records, by column. One row is one tuple line of a flow log, or what an Azure Firewall logged of one.
 *
 * | column | type | |
 * |---|---|---|
 * | at_ms | Int64 | the tuple's own time, milliseconds |
 * | src_ip, dest_ip | IPv6 | as on the wire |
 * | src_port, dest_port | UInt16 | |
 * | protocol | UInt8 | IANA number |
 * | direction | UInt8 | `DIRECTIONS` |
 * | state | UInt8 | `FLOW_STATES` |
 * | packets_out, bytes_out, packets_in, bytes_in | UInt64 | out = source to destination; deltas since the previous record of that flow |
 * | encryption | Dictionary | `X`, `NX…`; empty for NSG |
 * | rule | Dictionary | |
 * | mac | UInt64 | the NIC that logged it: 48 bits |
 * | resource | Dictionary | what the log watches (target resource), lower case |
 * | logged_ms | Int64 | when the record around the tuple was logged |
 * | log | UInt8 | 0 VNet, 1 NSG v2, 2 NSG v1, 3 what entered an Azure Firewall |
 */
export type FlowRecords = Table;

/** What a conntrack line reports. */
export const CONNTRACK_KINDS = { NEW: 0, UPDATE: 1, DESTROY: 2, DUMP: 3 } as const;

/**
 * conntrack entries, by column. One row is one line of `conntrack -E` or `-L`.
 *
 * | column | type | |
 * |---|---|---|
 * | at_ms | Int64 | when the line was seen (node clock); for a dump without a time, −1 until the caller supplies it |
 * | kind | UInt8 | `CONNTRACK_KINDS` |
 * | id | UInt32 | the kernel's id of the entry; 0 when not printed |
 * | protocol | UInt8 | IANA number |
 * | orig_src_ip, orig_dest_ip, reply_src_ip, reply_dest_ip | IPv6 | |
 * | orig_src_port, orig_dest_port, reply_src_port, reply_dest_port | UInt16 | for ICMP: the echo id in both source and destination of each side; 0 elsewhere |
 * | started_ms | Int64 | when the entry was made, where the line says so (`delta-time`, `[start=…]`: whole seconds), else −1 |
 * | packets_orig, bytes_orig, packets_reply, bytes_reply | UInt64 | 0 without `nf_conntrack_acct` |
 * | counted | UInt8 | 1 when the line carried counters |
 * | unreplied, assured | UInt8 | flags |
 * | forced | UInt8 | 1 when a program, not a timeout, ended the entry (`[USERSPACE]`) |
 * | timeout_s | UInt32 | seconds the kernel then gave the entry without another packet; 0 when not printed |
 */
export type ConntrackEntries = Table;

/** Who owns a pod, as a person would name it: the Deployment, not its ReplicaSet; a lone pod is its own workload of kind `Pod`. */
export interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One look at one pod. Times are as the object states them; null where it does not say. */
export interface PodSeen {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Node name; empty while unscheduled. */
  readonly node: string;
  readonly ips: readonly Ip[];
  /** The node's address, where the object carries it (`status.hostIPs`); empty otherwise. */
  readonly hostIps: readonly Ip[];
  /** null: the source does not say (KubePodInventory). */
  readonly hostNetwork: boolean | null;
  readonly workload: Workload;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly terminating: boolean;
  readonly createdAt: Instant | null;
  /** status.startTime: the kubelet took the pod; no sandbox, so no address, is older. Whole seconds, node clock. */
  readonly acceptedAt: Instant | null;
  /** Start of the first container that ever ran (init containers too). Whole seconds, node clock. */
  readonly startedAt: Instant | null;
  /** End of the last container, only when none runs or waits to run again. Whole seconds, node clock. */
  readonly finishedAt: Instant | null;
  /** When deletion was asked for (deletionTimestamp less the grace period). API server clock. */
  readonly deletionAskedAt: Instant | null;
  /** What happened: listed among others, or an event of a watch. */
  readonly event: 'listed' | 'added' | 'modified' | 'deleted';
  /**
   * When this was seen. A watch and a list carry no time of their own: then it is the latest time that any object so far mentions,
   * so the look happened at or after it. KubePodInventory states it.
   */
  readonly at: Instant;
}

/** One look at one node. */
export interface NodeSeen {
  readonly uid: string;
  readonly name: string;
  readonly ips: readonly Ip[];
  readonly podCidrs: readonly string[];
  readonly os: 'linux' | 'windows' | '';
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: Instant | null;
  readonly event: 'listed' | 'added' | 'modified' | 'deleted';
  readonly at: Instant;
}

/** One event of Kubernetes, which it tells again, under one uid, as often as it happens. Texts are empty where the source does not tell. */
export interface KubeEvent {
  /** The event's own; empty: the source tells none, and what it is about stands for it. */
  readonly uid: string;
  readonly reason: string;
  /** `Normal` or `Warning`. */
  readonly type: string;
  /** What it is about: its namespace is empty where it has none. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  /** At most `EVENT_MESSAGE` characters. */
  readonly message: string;
  /** How often it happened from `first` to `last`. */
  readonly count: number;
  readonly first: Instant;
  readonly last: Instant;
  /** Who says so: `kubelet`, `default-scheduler`. */
  readonly component: string;
}

export const EVENT_MESSAGE = 500;

/**
 * A stretch over which one source saw everything (`watch`), or has so far (`watching`: the longest of one beginning counts), or one moment
 * at which it listed everything (`list`, and `sample` where the time is known: what a sample does not show was no longer there).
 */
export interface InventoryLook {
  readonly kind: 'watch' | 'watching' | 'list' | 'sample';
  readonly of: 'pods' | 'nodes' | 'conntrack';
  readonly from: Instant;
  /** Equal to `from` for a list or a sample. */
  readonly until: Instant;
}

/** An interval in which a source may have lost data. */
export interface GapSeen {
  readonly source: 'watch' | 'conntrack' | 'flow-log';
  readonly node: string;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly why: string;
}

/** A line of ContainerLogV2. */
export interface LogLine {
  readonly at: Instant;
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  readonly stream: string;
  readonly level: string;
  readonly message: string;
}

/** Flows summed by Traffic Analytics: no source port, no single connection. */
export interface FlowAggregate {
  readonly from: Instant;
  readonly until: Instant;
  readonly srcIp: Ip | null;
  readonly destIp: Ip | null;
  readonly destPort: number;
  readonly protocol: number;
  readonly direction: 'outbound' | 'inbound';
  readonly decision: 'allowed' | 'denied';
  readonly mac: string;
  readonly vm: string;
  readonly rule: string;
  readonly flowsStarted: number;
  readonly flowsEnded: number;
  readonly packetsOut: bigint;
  readonly bytesOut: bigint;
  readonly packetsIn: bigint;
  readonly bytesIn: bigint;
}

/**
 * What a sighting is: a span by its kind, a line of a log, or what a data plane logged of a connection.
 * A consumer opens the connection to its broker itself, as a client and a producer do; a server does not.
 */
export const SIGHTING_KINDS = ['client', 'server', 'producer', 'consumer', 'internal', 'log', 'network'] as const;
export type SightingKind = (typeof SIGHTING_KINDS)[number];

/** Application evidence that a pod talked, or was talked to, at a time. Texts are empty and numbers 0 where the source does not tell. */
export interface Sighting {
  readonly kind: SightingKind;
  /** On the clock of the pod's node, as far as it is a span or a line that the pod wrote. */
  readonly begin: Instant;
  /** Nanoseconds beyond the millisecond of `begin`: they keep the order. */
  readonly beginNanos: number;
  readonly until: Instant;
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly podIp: Ip | null;
  readonly container: string;
  readonly service: string;
  /** Where a call went, for what goes out: the address that was truly connected to, and the name that was meant. */
  readonly destIp: Ip | null;
  readonly destPort: number;
  readonly destHost: string;
  /** IANA number; 0 where the source does not tell. */
  readonly protocol: number;
  /** The application's own end. On the wire too, unless `redirected` or translated. */
  readonly localIp: Ip | null;
  readonly localPort: number;
  /** Who called, for what comes in: the other end of the connection. */
  readonly clientIp: Ip | null;
  readonly clientPort: number;
  /** 32 hexadecimal digits, lower case; what older sources use in its place is kept as they write it. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** Correlation ids, as `canonicalId` writes them, each once. */
  readonly ids: readonly string[];
  /** Name of the span, or the line; at most `SIGHTING_TEXT` characters. */
  readonly text: string;
  readonly status: 'ok' | 'error' | '';
  /** How it ended, in the source's own words: 503, DeadlineExceeded, DROPPED. */
  readonly result: string;
  /** Chance that such a sighting was recorded; null where the source does not tell. */
  readonly probability: number | null;
  /** A sidecar stands between: `localPort` is that of the loopback leg, not the wire's. */
  readonly redirected: boolean;
  /** How often it happened; more than 1 where a source sums up. */
  readonly times: number;
}

/** A log line may hold a megabyte; what a person is shown of it does not. */
export const SIGHTING_TEXT = 500;

/** How the values of an interval are summed up, as Azure Monitor names it. */
export const METRIC_AGGREGATIONS = ['average', 'minimum', 'maximum', 'total', 'count'] as const;

/** One value of a platform metric of Azure, or of what the kernel of a node counts (`kernel-counters.ts`). */
export interface MetricSample {
  /** The id of the Azure resource, lower case; of a node `nodes/NAME`. */
  readonly resource: string;
  readonly metric: string;
  readonly aggregation: (typeof METRIC_AGGREGATIONS)[number];
  /** `backendipaddress=10.224.0.4`, sorted; names in lower case. */
  readonly dimensions: readonly string[];
  /** The beginning of its interval. */
  readonly at: Instant;
  /** 0 where the source does not tell. */
  readonly intervalMs: number;
  readonly value: number;
  /** Up to when was asked; 0 where the source does not tell. A value that was asked for later replaces the earlier one. */
  readonly told: Instant;
}

/** Everything that one stretch of input said. The hot kinds are columns; the small ones are values. */
export interface Facts {
  readonly flowRecords: FlowRecords | null;
  readonly conntrack: ConntrackEntries | null;
  readonly pods: readonly PodSeen[];
  readonly nodes: readonly NodeSeen[];
  readonly looks: readonly InventoryLook[];
  readonly gaps: readonly GapSeen[];
  readonly logLines: readonly LogLine[];
  readonly aggregates: readonly FlowAggregate[];
  readonly sightings: readonly Sighting[];
  /** Absent: none. */
  readonly samples?: readonly MetricSample[];
  readonly resources?: readonly AzureResource[];
  readonly events?: readonly KubeEvent[];
}
