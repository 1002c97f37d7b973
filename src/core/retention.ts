import { DAY, type Instant, instant, renderInstant } from '../base/instant.ts';

/** What may be kept for different times: flows with what is said of them, sightings with their ids, log lines, samples of metrics. */
export const RETAINED = ['flows', 'sightings', 'logs', 'metrics'] as const;
export type Retained = (typeof RETAINED)[number];

/** For how long each is kept, in milliseconds; null: for ever. */
export type Retention = Readonly<Record<Retained, number | null>>;

export const FOR_EVER: Retention = { flows: null, sightings: null, logs: null, metrics: null };

/**
 * From when on each is kept: the beginning of a UTC day; 0: everything is. `records` are the facts that verdicts rest on: records, conntrack
 * lines, aggregates, the inventory.
 */
export type Horizons = Readonly<Record<Retained | 'records', Instant>>;

export const EVERYTHING: Horizons = {
  flows: instant(0),
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

/** Where the horizons are as of now. They never move back: what was dropped does not come again because more is kept from now on. */
export const horizonsAt = (retention: Retention, now: Instant, before: Horizons): Horizons => {
  const at = (kept: number | null, was: Instant): Instant =>
    instant(Math.max(was, kept === null ? 0 : Math.floor((now - kept) / DAY) * DAY));
  const flows = at(retention.flows, before.flows);
  return {
    flows,
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

/** Before it nothing of any kind is kept. */
export const oldestKept = (horizons: Horizons): Instant => instant(Math.min(...Object.values(horizons)));
