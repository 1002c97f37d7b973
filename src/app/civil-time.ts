import { DAY, type Instant, instant } from '../base/instant.ts';

/** A time zone, as much of it as is needed. The rules live in an adapter: they change by decree. */
export interface Zone {
  readonly name: string;
  /** Local time less UTC at that moment, ms. */
  offsetAt(at: Instant): number;
}

export const UTC: Zone = { name: 'utc', offsetAt: () => 0 };

/** A reading of a wall clock. Month and day count from 1. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

export type Placed =
  | { readonly kind: 'once'; readonly at: Instant }
  /** The clocks went back: it was that time twice. */
  | { readonly kind: 'twice'; readonly first: Instant; readonly second: Instant }
  /** The clocks went forward over it: `at` is the same distance after the jump. */
  | { readonly kind: 'skipped'; readonly at: Instant };

const wallOf = (c: Civil): number => Date.UTC(c.year, c.month - 1, c.day, c.hour, c.minute, c.second, c.ms);

/** When the clocks of the zone showed that. Correct where no two changes of the zone lie within two days. */
export const placeCivil = (civil: Civil, zone: Zone): Placed => {
  const wall = wallOf(civil);
  const before = zone.offsetAt(instant(wall - DAY));
  const after = zone.offsetAt(instant(wall + DAY));
  const places = [...new Set([before, after])]
    .filter((offset) => zone.offsetAt(instant(wall - offset)) === offset)
    .map((offset) => instant(wall - offset))
    .sort((a, b) => a - b);
  const [first, second] = places;
  if (first === undefined) return { kind: 'skipped', at: instant(wall - before) };
  return second === undefined ? { kind: 'once', at: first } : { kind: 'twice', first, second };
};

/** What the clocks of the zone showed at that moment. */
export const civilAt = (at: Instant, zone: Zone): Civil => {
  const shown = new Date(at + zone.offsetAt(at));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    ms: shown.getUTCMilliseconds(),
  };
};

/** False for 30 February and 25:00. */
export const isCivil = (c: Civil): boolean => {
  const wall = new Date(wallOf(c));
  return (
    c.hour < 24 &&
    c.minute < 60 &&
    c.second < 60 &&
    wall.getUTCFullYear() === c.year &&
    wall.getUTCMonth() === c.month - 1 &&
    wall.getUTCDate() === c.day
  );
};

/** The same clock reading on another day. */
export const plusDays = (civil: Civil, days: number): Civil => {
  const day = new Date(Date.UTC(civil.year, civil.month - 1, civil.day + days));
  return { ...civil, year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() };
};

/** `+01:00`, `-03:30`; `Z` for UTC. */
export const renderOffset = (offsetMs: number): string => {
  if (offsetMs === 0) return 'Z';
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};
