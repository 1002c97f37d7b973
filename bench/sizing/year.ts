import { createRandom } from '../../simulator/random.ts';

/** A stretch in which a part of the capacity is gone. */
export interface Outage {
  readonly fromHour: number;
  readonly hours: number;
  /** 1: all. */
  readonly share: number;
}

export interface Load {
  /** Connections a second, the mean over a week. */
  readonly flowsPerSecond: number;
  /** The busiest hour of a week to the mean. */
  readonly peak: number;
  readonly capacity: number;
  readonly keepDays: number;
  readonly outages: readonly Outage[];
  readonly seed: number;
}

export interface Year {
  readonly flows: number;
  readonly done: number;
  /** What waits at the end. */
  readonly waiting: number;
  /** Hours in which something waited at their end. */
  readonly hoursBehind: number;
  /** The longest that something waited, hours. */
  readonly longestWait: number;
  /** After each outage: hours until nothing waited. */
  readonly caughtUp: readonly (number | null)[];
  /** Of capacity that was there, the mean and the busiest hour. */
  readonly inUse: { readonly mean: number; readonly most: number };
  /** Of the days that are kept, the most flows at once. */
  readonly mostKept: number;
}

const HOURS = 8_760;
const HOUR_S = 3_600;

/** Hour by hour through a year: traffic of the day and the week with chance in it, what can be done of it, what waits, and what is kept. */
export const simulateYear = (load: Load): Year => {
  const random = createRandom(load.seed);
  const week = Array.from({ length: 168 }, (_, hour) => shape(hour));
  const mean = week.reduce((sum, value) => sum + value, 0) / week.length;
  const top = Math.max(...week);
  /** Stretched so that its mean is 1 and its busiest hour `peak`. */
  const stretch = (load.peak - 1) / (top / mean - 1);
  const of = (hour: number): number => Math.max(0, 1 + (shape(hour) / mean - 1) * stretch);

  let [flows, done, waiting, hoursBehind, longestWait, most, used, had] = [0, 0, 0, 0, 0, 0, 0, 0];
  const days: number[] = [];
  let mostKept = 0;
  const caughtUp: (number | null)[] = load.outages.map(() => null);
  for (let hour = 0; hour < HOURS; hour++) {
    // One hour differs from the same of another week by some hundredths.
    const come = load.flowsPerSecond * HOUR_S * of(hour) * random.between(0.95, 1.05);
    const gone = load.outages
      .filter(({ fromHour, hours }) => hour >= fromHour && hour < fromHour + hours)
      .reduce((part, { share }) => Math.max(part, share), 0);
    const can = load.capacity * HOUR_S * (1 - gone);
    const does = Math.min(waiting + come, can);
    flows += come;
    done += does;
    waiting += come - does;
    // First come, first served: what waits now is done when so much capacity was there again.
    if (waiting > 1) {
      hoursBehind++;
      longestWait = Math.max(longestWait, waiting / (load.capacity * HOUR_S) + leftOf(load.outages, hour));
    }
    if (can > 0) {
      used += does;
      had += can;
      most = Math.max(most, does / can);
    }
    for (const [i, { fromHour, hours }] of load.outages.entries()) {
      const end = fromHour + hours;
      if (caughtUp[i] === null && hour >= end && waiting <= 1) caughtUp[i] = hour + 1 - end;
    }
    const day = Math.floor(hour / 24);
    days[day] = (days[day] ?? 0) + does;
    mostKept = Math.max(
      mostKept,
      days.slice(Math.max(0, day - load.keepDays), day + 1).reduce((sum, value) => sum + value, 0),
    );
  }
  return { flows, done, waiting, hoursBehind, longestWait, caughtUp, inUse: { mean: used / had, most }, mostKept };
};

/** Busy by day, less so at the end of the week. */
const shape = (hour: number): number => {
  const day = 1 + 0.6 * Math.sin(((hour % 24) - 9) * (Math.PI / 12));
  return day * (Math.floor(hour / 24) % 7 >= 5 ? 0.7 : 1);
};

/** Hours of outages that are not over. */
const leftOf = (outages: readonly Outage[], hour: number): number =>
  outages.reduce(
    (sum, { fromHour, hours, share }) =>
      hour >= fromHour && hour < fromHour + hours ? sum + (fromHour + hours - hour - 1) * share : sum,
    0,
  );
