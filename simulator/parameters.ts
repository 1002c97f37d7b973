import { HOUR, type Instant } from '../src/base/instant.ts';

/** What a cluster may be without. Its truth is always written. */
export const SOURCES = ['flow-log', 'conntrack', 'watch', 'pod-lists', 'nodes', 'pod-inventory'] as const;
export type Source = (typeof SOURCES)[number];

export const DEGREES = ['low', 'normal', 'high'] as const;
export type Degree = (typeof DEGREES)[number];

/** `steady`: rates that never change. `lively`: with bursts, day and night, retries, rollouts that change habits, addresses that move. */
export const TRAFFICS = ['steady', 'lively'] as const;
export type TrafficKind = (typeof TRAFFICS)[number];

/** Everything that decides a run: the same values give the same bytes. */
export interface Parameters {
  readonly seed: number;
  readonly startMs: Instant;
  readonly hours: number;
  readonly nodes: number;
  readonly podsPerNode: number;
  /** Connections of every kind that are to be expected in the run; how many there are is drawn. */
  readonly flows: number;
  readonly without: readonly Source[];
  /** What the flow log's clock is ahead of true time. */
  readonly flowLogAheadMs: number;
  /** By node, `node1` being the first: what its clock is ahead of true time. */
  readonly skewMs: Readonly<Record<string, number>>;
  /** Every other node's clock is off by a drawn time of at most so much. */
  readonly skewSpreadMs: number;
  /** Share of conntrack lines that are lost, in bursts, each with conntrack's warning. */
  readonly loseConntrack: number;
  /** Share of flow log records that are never written. */
  readonly loseRecords: number;
  /** Share of flow log records that are written some minutes late, also into the next hour's blob. */
  readonly late: number;
  /** How soon and how often a pod gets an address that another had. */
  readonly ipReuse: Degree;
  /** How often a connection takes a port that was in use towards the same destination shortly before. */
  readonly portReuse: Degree;
  /** Share of connections that use IPv6. 0: the cluster has none. */
  readonly ipv6: number;
  readonly traffic: TrafficKind;
  /** From the middle of the run on, one replica of one workload calls a rare destination that its siblings never call. */
  readonly odd: boolean;
  /** Share of traces that instrumented workloads record; 0: nobody is instrumented. */
  readonly traces: number;
  /** Share of instrumented workloads that record `network.local.port`. */
  readonly traceLocalPort: number;
  /** Share of instrumented workloads that tell the names of their destinations alone, and no address. */
  readonly traceNamesOnly: number;
  /** Traffic Analytics sums up the flow log, also where that itself is left out. */
  readonly trafficAnalytics: boolean;
  /** Kinds of lines that conntrack was asked for: `-e NEW,DESTROY` leaves out most of the volume. */
  readonly updates: boolean;
  /** Recordings of conntrack are gzipped: a tenth of the bytes on disk, for runs that it would not hold otherwise. */
  readonly packed: boolean;
}

export const DEFAULTS: Parameters = {
  seed: 1,
  startMs: 1_795_305_600_000 as Instant, // 2026-11-22T00:00:00Z
  hours: 1,
  nodes: 3,
  podsPerNode: 30,
  flows: 100_000,
  without: [],
  flowLogAheadMs: 0,
  skewMs: {},
  skewSpreadMs: 0,
  loseConntrack: 0,
  loseRecords: 0,
  late: 0,
  ipReuse: 'normal',
  portReuse: 'normal',
  ipv6: 0,
  traffic: 'steady',
  odd: false,
  traces: 0,
  traceLocalPort: 0.3,
  traceNamesOnly: 0,
  trafficAnalytics: false,
  updates: true,
  packed: false,
};

export const endOf = ({ startMs, hours }: Parameters): Instant => (startMs + Math.round(hours * HOUR)) as Instant;
