import { HOUR, type Instant, instantOf } from '../../base/instant.ts';
import type { TimeSpan } from '../../core/ports.ts';

/**
 * Names of flow logs in a container. Microsoft documents three layouts for VNet flow logs and one for NSG flow logs; all end alike, so
 * that end alone is read:
 * `…/y=2026/m=11/d=22/h=03/m=00/macAddress=002248A1B2C3/PT1H.json`
 */
const HOUR_OF_LOG =
  /^(.*\/)?y=(\d{4})\/m=(\d{1,2})\/d=(\d{1,2})\/h=(\d{1,2})\/m=\d{1,2}\/(?:macAddress=[^/]*\/)?PT1H\.json$/is;

/** The hour that a blob tells of; null where it is no flow log by its name. */
export const hourOfBlob = (name: string): Instant | null => {
  const m = HOUR_OF_LOG.exec(name);
  if (m === null) return null;
  const [, , year, month, day, hour] = m.map(Number) as [number, number, number, number, number, number];
  const at = instantOf(Date.UTC(year, month - 1, day, hour));
  const date = at.ok ? new Date(at.value) : null;
  const isReal = date?.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return at.ok && isReal ? at.value : null;
};

const DATED = /^(.*?)y=(\d{4})\/(?:m=(\d{1,2})\/(?:d=(\d{1,2})\/(?:h=(\d{1,2})\/)?)?)?/is;

export interface Dated {
  /** What stands before the date: one flow log, or one NSG. */
  readonly log: string;
  /** What can be below it. */
  readonly span: TimeSpan;
  /** It names a day, or an hour: what is below it is not much. */
  readonly isDay: boolean;
}

/** The part of a container that a prefix of names stands for, where it has come to the date; else null. */
export const datedPrefix = (prefix: string): Dated | null => {
  const m = DATED.exec(prefix);
  if (m === null || (m[1] !== '' && !m[1]?.endsWith('/'))) return null;
  const [year, month, day, hour] = m.slice(2).map((text) => (text === undefined ? null : Number(text)));
  const from = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0);
  const until =
    month === null || month === undefined
      ? Date.UTC((year ?? 0) + 1, 0)
      : day === null || day === undefined
        ? Date.UTC(year ?? 0, month)
        : hour === null || hour === undefined
          ? Date.UTC(year ?? 0, month - 1, day + 1)
          : from + HOUR;
  const span = { from: from as Instant, until: until as Instant };
  return { log: m[1] ?? '', span, isDay: day !== null && day !== undefined };
};

export const overlaps = (a: TimeSpan, b: TimeSpan): boolean => a.from < b.until && b.from < a.until;

/** How the names of one hour of a flow log begin. */
export const hourPrefix = (log: string, hour: Instant): string => {
  const [date, time] = new Date(hour).toISOString().split('T') as [string, string];
  const [year, month, day] = date.split('-');
  return `${log}y=${year}/m=${month}/d=${day}/h=${time.slice(0, 2)}/`;
};
