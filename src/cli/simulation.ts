import type { Instant } from '../base/instant.ts';

/** What `unmasq simulate` asks for. What is left out is as the simulator has it by default. */
export interface Simulation {
  readonly seed?: number;
  readonly startMs?: Instant;
  readonly hours?: number;
  readonly nodes?: number;
  readonly podsPerNode?: number;
  readonly flows?: number;
  readonly without?: readonly SimulatedSource[];
  readonly flowLogAheadMs?: number;
  /** By `node1`, `node2`, …: what its clock is ahead of true time. */
  readonly skewMs?: Readonly<Record<string, number>>;
  readonly skewSpreadMs?: number;
  readonly loseConntrack?: number;
  readonly loseRecords?: number;
  readonly late?: number;
  readonly ipReuse?: Degree;
  readonly portReuse?: Degree;
  readonly ipv6?: number;
  readonly traffic?: SimulatedTraffic;
  /** One replica calls where its siblings never call. */
  readonly odd?: boolean;
  /** Share of traces that instrumented workloads record. */
  readonly traces?: number;
  /** Share of these workloads that record their local port. */
  readonly traceLocalPort?: number;
  readonly traceNamesOnly?: number;
  /** Traffic Analytics sums up the flow log. */
  readonly trafficAnalytics?: boolean;
  /** False: conntrack tells of the first and the last moment of an entry only. */
  readonly updates?: boolean;
}

export const SIMULATED_SOURCES = ['flow-log', 'conntrack', 'watch', 'pod-lists', 'nodes', 'pod-inventory'] as const;
export type SimulatedSource = (typeof SIMULATED_SOURCES)[number];

export const SIMULATED_TRAFFIC = ['steady', 'lively'] as const;
export type SimulatedTraffic = (typeof SIMULATED_TRAFFIC)[number];

export const DEGREES = ['low', 'normal', 'high'] as const;
export type Degree = (typeof DEGREES)[number];

/** What was written. */
export interface Simulated {
  readonly nodes: number;
  readonly pods: number;
  /** Connections that the truth lists. */
  readonly truth: number;
  /** null: the source was left out. */
  readonly records: number | null;
  readonly lines: number | null;
  /** Folders with what the sources saw. */
  readonly folders: readonly string[];
  readonly from: string;
  readonly until: string;
}

/** As many as there are where nobody says; the simulator's own default is the same. */
export const DEFAULT_NODES = 3;
