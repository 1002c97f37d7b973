import type { Instant } from '../../base/instant.ts';
import type { EgressPath } from '../egress/egress-path.ts';
import type { PodNamed } from '../ports.ts';
import type { Symptom } from '../symptom.ts';

/** Connections that one sender began to one destination, by what became of them, as the wire shows it. */
export interface Attempts {
  readonly node: string | null;
  /** As the wire shows it: a node's address, or a pod's own. */
  readonly srcIp: string;
  /** null: nobody is certain. */
  readonly pod: PodNamed | null;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly answered: number;
  /** Something was sent, and nothing came back. */
  readonly unanswered: number;
  /** One packet each way: what came back was no. */
  readonly refused: number;
  readonly denied: number;
  /** Without counters nobody knows. */
  readonly untold: number;
  /** Source ports that they used, each once. */
  readonly ports: number;
  /** Of those that were not answered, refused or denied; null: none. */
  readonly troubleFrom: Instant | null;
  readonly troubleUntil: Instant | null;
  /** When the last one began that was answered; null: none. */
  readonly answeredUntil: Instant | null;
  /** While the destination left connections of anybody unanswered, from the first of those to the last; without those that were sent again until that was over. */
  readonly answeredBetween: number;
  /** Of those that were answered the short ones of TCP that were soon over. */
  readonly quick: number;
  /** Of the quick ones those with clearly more packets out than in: some were sent again. */
  readonly strained: number;
  readonly strainedFrom: Instant | null;
  /** By parts of the interval, all as long, as many for every sender; so are the next two. */
  readonly answeredBySlice: readonly number[];
  readonly quickBySlice: readonly number[];
  readonly strainedBySlice: readonly number[];
  /** Of those that were answered the short ones of TCP that were not soon over; those of them that are strained, and from when. */
  readonly old: number;
  readonly strainedOld: number;
  readonly strainedOldFrom: Instant | null;
  /** Of those that were answered the ones in which something was asked and nothing but headers came back, until somebody gave up. */
  readonly speechless: number;
  readonly speechlessFrom: Instant | null;
  /** Median of how long those lasted. */
  readonly speechlessMs: number;
}

/** Questions to one DNS server by one sender. */
export interface Lookups {
  /** Whose connection tracking told. */
  readonly node: string | null;
  readonly srcIp: string;
  /** Who asked: a pod of CoreDNS asks on behalf of others. */
  readonly isDnsServer: boolean;
  /** Where it was sent to: the service, or the server itself. */
  readonly askedIp: string;
  /** Who was to answer. */
  readonly serverIp: string;
  readonly asked: number;
  readonly unanswered: number;
  readonly troubleFrom: Instant | null;
  readonly troubleUntil: Instant | null;
}

/** Questions to one DNS server in one step of time. */
export interface LookupStep {
  readonly serverIp: string;
  readonly at: Instant;
  /** Sockets that asked: whoever asks again does so from the same one. */
  readonly sockets: number;
  readonly asked: number;
  readonly unanswered: number;
}

/** What applications told of calls, one row for each pod, destination and symptom. */
export interface Calls {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string | null;
  /** null: only a name was told, or nothing. */
  readonly destIp: string | null;
  readonly destPort: number;
  readonly destHost: string;
  /** null: the call went well. */
  readonly symptom: Symptom | 'failed' | null;
  readonly calls: number;
  readonly first: Instant;
  readonly last: Instant;
  /** Those of them that were made by or to a pod as it ended. */
  readonly ending: number;
  /** What was said, once. */
  readonly says: string;
}

/** What was denied on the way, and by what. */
export interface Denials {
  readonly srcIp: string;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly by: 'nsg' | 'firewall';
  readonly rule: string;
  readonly count: number;
  readonly first: Instant;
  readonly last: Instant;
}

/** The ports of a node, or of a pod, towards one destination. */
export interface PortUse {
  readonly node: string | null;
  readonly srcIp: string;
  readonly pod: PodNamed | null;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  readonly began: number;
  readonly peak: number;
  readonly peakAt: Instant;
  /** How long nearly as many were held. */
  readonly atPeakMs: number;
  /** Different ports in all. */
  readonly ports: number;
}

/** What the kernel of one node counted. */
export interface NodeCounters {
  readonly node: string;
  readonly entries: number | null;
  readonly max: number | null;
  readonly insertFailed: number | null;
  readonly drop: number | null;
  readonly earlyDrop: number | null;
  readonly at: Instant;
}

/** What Azure counted of the ports of one backend of a load balancer. */
export interface BackendPorts {
  readonly nodeIp: string;
  readonly protocol: string;
  readonly allocated: number | null;
  readonly used: number | null;
  readonly failed: number | null;
  readonly at: Instant;
}

/** What Azure counted of a NAT gateway or firewall. */
export interface SharedPorts {
  readonly resource: string;
  readonly kind: 'nat-gateway' | 'firewall';
  readonly failed: number | null;
  readonly dropped: number | null;
  /** Per cent of a firewall's ports. */
  readonly utilization: number | null;
  readonly at: Instant;
}

/** A pod that ended, or was told to. */
export interface PodEnd {
  readonly uid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly ips: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
  /** Its connections that had been asked something then, and had no answer yet. */
  readonly cut: number;
}

/** For which part of the interval the connection tracking of one node was listened to. */
export interface Tracked {
  readonly node: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly gaps: readonly { readonly from: Instant; readonly until: Instant }[];
}

/** Everything about an interval that a diagnosis rests on. */
export interface Signals {
  readonly from: Instant;
  readonly until: Instant;
  readonly attempts: readonly Attempts[];
  readonly lookups: readonly Lookups[];
  readonly lookupSteps: readonly LookupStep[];
  readonly calls: readonly Calls[];
  readonly denials: readonly Denials[];
  readonly nodePorts: readonly PortUse[];
  readonly podPorts: readonly PortUse[];
  readonly counters: readonly NodeCounters[];
  readonly backends: readonly BackendPorts[];
  readonly shared: readonly SharedPorts[];
  readonly ends: readonly PodEnd[];
  /** The ways by which these connections leave the cluster, each once. */
  readonly egressPaths: readonly EgressPath[];
  /** Addresses of nodes from which some leave by a load balancer, or nobody tells by what. */
  readonly balanced: readonly string[];
  /** Ports that the load balancer gives each node, as documents have it; null: they do not tell, or there is none. */
  readonly portsPerNode: number | null;
  readonly tracked: readonly Tracked[];
  /** Which kinds of source told of the interval at all; of pods: of the whole of it. */
  readonly told: ReadonlySet<'flow-log' | 'conntrack' | 'applications' | 'pods' | 'firewall'>;
}
