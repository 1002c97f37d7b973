import type { Brand } from './brand.ts';
import { fail, ok, type Result } from './result.ts';

/** Milliseconds since the epoch, UTC, a whole number. Never a local time, never seconds. */
export type Instant = Brand<number, 'Instant'>;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** 2000-01-01T00:00:00Z. Kubernetes, Azure and unmasq are all younger: an earlier time is a wrong unit or a broken clock. */
export const EARLIEST = 946_684_800_000 as Instant;
/** 2100-01-01T00:00:00Z. A later time is a wrong unit or a broken clock. */
export const LATEST = 4_102_444_800_000 as Instant;

/** For values that are known to be good: literals and arithmetic on other instants. Input goes through `parseInstant` or `instantOf`. */
export const instant = (ms: number): Instant => ms as Instant;

export const hourOf = (at: Instant): Instant => (at - (((at % HOUR) + HOUR) % HOUR)) as Instant;

/** An instant from a number whose unit is milliseconds; refuses what no record can carry. */
export const instantOf = (ms: number): Result<Instant, string> =>
  Number.isFinite(ms) && ms >= EARLIEST && ms < LATEST
    ? ok(Math.trunc(ms) as Instant)
    : fail(`expected a time from 2000 to 2099, got ${Number.isFinite(ms) ? `${ms} ms since 1970` : String(ms)}`);

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

/**
 * RFC 3339, with any number of fraction digits (cut to milliseconds) and an offset.
 * Written out because `Date.parse` accepts a hundred other things, some of them in local time.
 */
export const parseInstant = (text: string): Result<Instant, string> => {
  const m = RFC3339.exec(text);
  if (m === null) return fail(`expected a time like 2026-11-22T03:04:17Z, got "${text.slice(0, 60)}"`);
  const [, year, month, day, hour, minute, second, fraction, zone] = m as unknown as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string | undefined,
    string,
  ];
  const utc = Date.UTC(+year, +month - 1, +day, +hour, +minute, +second);
  const [mo, d, h, mi, s] = [+month, +day, +hour, +minute, +second];
  const days = new Date(Date.UTC(+year, mo, 0)).getUTCDate();
  if (mo < 1 || mo > 12 || d < 1 || d > days || h > 23 || mi > 59 || s > 60) return fail(`no such time: "${text}"`);
  const ms = Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  return instantOf(utc + ms - offsetOf(zone));
};

const offsetOf = (zone: string): number => {
  if (zone === 'Z' || zone === 'z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * MINUTE;
};

/** RFC 3339 in UTC with milliseconds; the form of every machine-readable output. */
export const renderInstant = (at: Instant): string => new Date(at).toISOString();
