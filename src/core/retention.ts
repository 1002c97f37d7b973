import { DAY, type Instant, instant, renderInstant } from '../base/instant.ts';

/**
 * What may be kept for different times: flows with what is said of them, what senders sent by the minute and by the hour, sightings with their ids,
 * log lines, samples of metrics.
 */
export const RETAINED = ['flows', 'minutes', 'hours', 'sightings', 'logs', 'metrics'] as const;
export type Retained = (typeof RETAINED)[number];

/** For how long each is kept, in milliseconds; null: for ever. */
export type Retention = Readonly<Record<Retained, number | null>>;

export const FOR_EVER: Retention = {
  flows: null,
  minutes: null,
  hours: null,
  sightings: null,
  logs: null,
  metrics: null,
};

/** The same time for each of them. */
export const allFor = (ms: number): Retention =>
  Object.fromEntries(RETAINED.map((kind) => [kind, ms])) as Record<Retained, number>;

/** Flows are told by the minute and by the hour: what is told more coarsely is kept for at least as long. */
export const TIERS = ['flows', 'minutes', 'hours'] as const satisfies readonly Retained[];

/**
 * From when on each is kept: the beginning of a UTC day; 0: everything is. `records` are the facts that verdicts rest on: records, conntrack
 * lines, aggregates, the inventory.
 */
export type Horizons = Readonly<Record<Retained | 'records', Instant>>;

export const EVERYTHING: Horizons = {
  flows: instant(0),
  minutes: instant(0),
  hours: instant(0),
  records: instant(0),
  sightings: instant(0),
  logs: instant(0),
  metrics: instant(0),
};

/**
 * A verdict may rest on conntrack lines five days from its flow (an established TCP entry lives that long) and on records of the hour before.
 * So much longer are facts kept than flows: whatever can be asked for can be worked out anew, and comes out the same.
 */
const RECORDS_LONGER = 6 * DAY;

/** Where the horizons are as of now. They never move back: what was dropped does not come again because more is kept from now on. Of a tier no less is kept than of the one before it. */
export const horizonsAt = (retention: Retention, now: Instant, before: Horizons): Horizons => {
  const at = (kept: number | null, was: Instant): Instant =>
    instant(Math.max(was, kept === null ? 0 : Math.floor((now - kept) / DAY) * DAY));
  const flows = at(retention.flows, before.flows);
  const minutes = instant(Math.min(at(retention.minutes, before.minutes), flows));
  return {
    flows,
    minutes,
    hours: instant(Math.min(at(retention.hours, before.hours), minutes)),
    records: instant(Math.max(before.records, flows - RECORDS_LONGER, 0)),
    sightings: at(retention.sightings, before.sightings),
    logs: at(retention.logs, before.logs),
    metrics: at(retention.metrics, before.metrics),
  };
};

/** Servers stand still for so long, and clocks are seldom wrong by less. What a clock that is wrong by less costs is the oldest of so many days. */
const LEAP = 7 * DAY;

/**
 * A clock that is far ahead of what was known of the time when it was looked at last: whoever believes it deletes what is to be kept, and nothing
 * brings that back. It is believed once it has stood so for long.
 */
export class ClockLeapt extends Error {
  constructor(now: Instant, known: Instant) {
    super(`the clock says ${renderInstant(now)}, and the last that is known of the time is ${renderInstant(known)}`);
  }
}

export const leaps = (now: Instant, known: Instant): boolean => now - known > LEAP;

/** Nothing that a source tells of the time before it is kept; sums may be. */
export const oldestKept = ({ minutes: _minutes, hours: _hours, ...told }: Horizons): Instant =>
  instant(Math.min(...Object.values(told)));
