import { type Instant, parseInstant } from '../base/instant.ts';

/** `2026-11-22T03-04-05Z`, `2026-11-22T03:04:05.123Z` or `20261122T030405Z`: only with the Z, for a local time says nothing certain. */
const STAMP = /(?<!\d)(\d{4})-?(\d{2})-?(\d{2})T(\d{2})[:-]?(\d{2})[:-]?(\d{2})(\.\d{1,9})?Z/;

/** The time in a file's name; null where there is none. */
export const timeInName = (name: string): Instant | null => {
  const stamp = STAMP.exec(name.slice(name.lastIndexOf('/') + 1));
  if (stamp === null) return null;
  const [, year, month, day, hour, minute, second, fraction = ''] = stamp;
  const read = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
  return read.ok ? read.value : null;
};
