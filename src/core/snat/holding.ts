import { type Instant, MINUTE } from '../../base/instant.ts';
import type { PodNamed } from '../ports.ts';
import type { Workload } from '../facts.ts';

/** Parts that the interval is cut into, to see what grows. */
export const SLICES = 12;
/** Of these the first: what began in them is old at the end. */
export const OLD_SLICES = 8;

/** What one workload, or the node itself, holds of the ports of nodes towards one destination. All but ports counts connections that are not shut. */
export interface Holding {
  /** null: processes of nodes. */
  readonly workload: Workload | null;
  readonly destIp: string;
  readonly destPort: number;
  readonly protocol: string;
  /** On all nodes together. */
  readonly peakPorts: number;
  readonly peakAt: Instant;
  /** Of these the ones whose connection was not shut. */
  readonly openAtPeak: number;
  /** The most that were open at once, at whatever time. */
  readonly peakOpen: number;
  /** In the interval, as was seen: those whose beginning was not seen count as open at the start. */
  readonly began: number;
  readonly closed: number;
  readonly openAtStart: number;
  readonly openAtEnd: number;
  /** Of those that closed and were seen to begin: the median and the ninth decile of how long they were open; null: there are none. */
  readonly lifeMs: number | null;
  readonly longLifeMs: number | null;
  /** Of those that closed: the median of how much longer the node held their port; null: none did. */
  readonly keptMs: number | null;
  /** How long the oldest of those that are open at the end has been; null: none is. */
  readonly oldestMs: number | null;
  /** Of those that are open at the end the ones that a flow log tells of, and of these the ones that were silent in the last minutes (`SILENT`). */
  readonly watched: number;
  readonly silent: number;
  /** The same of those alone that began in the first `OLD_SLICES`. */
  readonly addedWatched: number;
  readonly addedSilent: number;
  readonly holders: readonly Holder[];
}

/** A connection that moved nothing for so long is not in use just now. */
export const SILENT = 5 * MINUTE;

/** One pod on one node, or a node's processes, and what it did in each slice of the interval. */
export interface Holder {
  /** null: a node's processes. */
  readonly pod: PodNamed | null;
  readonly node: string | null;
  readonly nodeIp: string;
  readonly portsAtPeak: number;
  readonly openAtPeak: number;
  readonly openAtStart: number;
  /** Connections that were open at some moment. */
  readonly carried: number;
  readonly beganIn: readonly number[];
  readonly closedIn: readonly number[];
  /** Of those that began in each slice the ones that are open at the end. */
  readonly keptOf: readonly number[];
  /** null: nothing tells of any. */
  readonly requests: RequestsTold | null;
}

/** Requests of a pod to the destination, as its spans or lines of its log tell. */
export interface RequestsTold {
  readonly spans: number;
  /** With those that were not recorded, as far as the spans say how many that are. */
  readonly requests: number;
  /** Spans that say nothing of it. */
  readonly unsampled: number;
  readonly meanMs: number;
  /** Lines of logs. */
  readonly lines: number;
  /** Of these no more than one for each id that they carry. */
  readonly ids: number;
}
