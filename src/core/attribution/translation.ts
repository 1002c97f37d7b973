import type { Instant } from '../../base/instant.ts';
import { compareIp, type Ip } from '../../base/ip.ts';
import { CONNTRACK_KINDS } from '../facts.ts';
import type { Counters } from './flow.ts';
import { OPEN, STAMP_WIDTH } from './lease.ts';

/** One conntrack line about one wire tuple, told by the node that owns the tuple's source address. */
export interface ConntrackEvent extends Counters {
  readonly at: Instant;
  readonly kind: (typeof CONNTRACK_KINDS)[keyof typeof CONNTRACK_KINDS];
  /** Who opened the connection, before translation. */
  readonly originIp: Ip;
  readonly originPort: number;
  /** Whole second in which the entry was made, where the line says so; 0 where it does not. */
  readonly startedAt: Instant | 0;
  /** How long the kernel keeps the entry without another packet, as NEW and UPDATE say; 0 where the line does not. */
  readonly timeoutMs: number;
  /** A program deleted it, not a timeout. */
  readonly forced: boolean;
}

/**
 * One conntrack entry. It certainly existed from `seenFrom` to `seenUntil`, both included; it may have existed in `[mayFrom, mayUntil]`.
 */
export interface Translation extends Counters {
  readonly originIp: Ip;
  readonly originPort: number;
  readonly mayFrom: Instant;
  readonly seenFrom: Instant;
  readonly seenUntil: Instant;
  readonly mayUntil: Instant;
  /** No packet passed later: an entry that a timeout ends has been idle for that long. */
  readonly activeUntil: Instant;
  /** Its first line is NEW: `seenFrom` is when it was made. */
  readonly opened: boolean;
  /** Its last line is DESTROY: `seenUntil` is when it went. */
  readonly closed: boolean;
}

/**
 * The entries that one wire tuple had, oldest first. A tuple belongs to one entry at a time: the kernel refuses a second one with the
 * same reply tuple (nf_conntrack_core.c). So NEW, or a line of another origin, proves that the entry before is gone, its end lost or not.
 */
export const translationsOf = (events: readonly ConntrackEvent[]): Translation[] => {
  const runs: Moment[][] = [];
  for (const moment of momentsOf(events)) {
    const previous = runs.at(-1)?.at(-1);
    if (previous === undefined || begins(moment, previous)) runs.push([moment]);
    else runs.at(-1)?.push(moment);
  }
  return runs.map((run, i) => translationFrom(run, runs[i - 1], runs[i + 1]));
};

/** What one millisecond said of one origin. Opened and closed together is an entry that lived for less. */
interface Moment {
  readonly at: Instant;
  readonly originIp: Ip;
  readonly originPort: number;
  readonly opens: boolean;
  readonly closes: boolean;
  readonly startedAt: number;
  readonly timeoutMs: number;
  readonly forced: boolean;
  readonly counters: Counters;
}

/** By time; within one millisecond the entry that was there goes on or goes before another opens. */
const momentsOf = (events: readonly ConntrackEvent[]): Moment[] => {
  const together = Map.groupBy(events, (event) => `${event.at} ${event.originIp} ${event.originPort}`);
  return [...together.values()]
    .map((lines) => {
      const { at, originIp, originPort } = lines[0] as ConntrackEvent;
      return {
        at,
        originIp,
        originPort,
        opens: lines.some((line) => line.kind === CONNTRACK_KINDS.NEW),
        closes: lines.some((line) => line.kind === CONNTRACK_KINDS.DESTROY),
        startedAt: Math.max(...lines.map((line) => line.startedAt)),
        timeoutMs: shortest(
          lines.filter(({ kind }) => kind === CONNTRACK_KINDS.NEW || kind === CONNTRACK_KINDS.UPDATE),
        ),
        forced: lines.some((line) => line.kind === CONNTRACK_KINDS.DESTROY && line.forced),
        counters: highest(lines),
      };
    })
    .sort(
      (a, b) =>
        a.at - b.at ||
        Number(a.opens) - Number(b.opens) ||
        compareIp(a.originIp, b.originIp) ||
        a.originPort - b.originPort,
    );
};

/** The kernel counts up as long as an entry lives. */
const highest = (told: readonly Counters[]): Counters => {
  const most = (of: keyof Counters): bigint => told.reduce((max, line) => (line[of] > max ? line[of] : max), 0n);
  return {
    packetsOut: most('packetsOut'),
    bytesOut: most('bytesOut'),
    packetsIn: most('packetsIn'),
    bytesIn: most('bytesIn'),
  };
};

/** The shortest that is stated; 0 when none is. */
const shortest = (stated: readonly { readonly timeoutMs: number }[]): number => {
  const known = stated.map(({ timeoutMs }) => timeoutMs).filter((ms) => ms > 0);
  return known.length === 0 ? 0 : Math.min(...known);
};

const begins = (moment: Moment, previous: Moment): boolean =>
  moment.opens || previous.closes || moment.originIp !== previous.originIp || moment.originPort !== previous.originPort;

const translationFrom = (
  run: readonly Moment[],
  before: readonly Moment[] | undefined,
  after: readonly Moment[] | undefined,
): Translation => {
  const first = run[0] as Moment;
  const last = run.at(-1) as Moment;
  const started = Math.max(...run.map((moment) => moment.startedAt));
  const freeSince = before?.at(-1)?.at ?? 0;
  const stated = started > 0 && !first.opens;
  const mayUntil = last.closes ? last.at : (after?.[0]?.at ?? OPEN);
  const idleMs = last.closes && !last.forced ? shortest(run) : 0;
  return {
    originIp: first.originIp,
    originPort: first.originPort,
    mayFrom: (first.opens ? first.at : Math.max(freeSince, started)) as Instant,
    // A stated start is a whole second: once that second was over, the entry was there.
    seenFrom: (stated ? Math.min(first.at, Math.max(freeSince, started + STAMP_WIDTH)) : first.at) as Instant,
    seenUntil: last.at,
    mayUntil,
    activeUntil: Math.max(mayUntil - idleMs, run.at(-2)?.at ?? (first.opens ? first.at : 0)) as Instant,
    opened: first.opens,
    closed: last.closes,
    ...highest(run.map((moment) => moment.counters)),
  };
};
