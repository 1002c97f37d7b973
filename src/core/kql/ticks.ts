/** Kusto's times: ticks of 100 ns, a datetime's counted from the year 1. */
export const TICKS = {
  ms: 10_000n,
  second: 10_000_000n,
  minute: 600_000_000n,
  hour: 36_000_000_000n,
  day: 864_000_000_000n,
} as const;
/** Of 1970-01-01. */
export const TICKS_1970 = 621_355_968_000_000_000n;
/** Modified Julian day of 0001-01-01, which the engine counts days by. */
export const FIRST_DAY = -678_575;
/** Of the last tick of the year 9999. */
const LAST_TICK = 3_155_378_975_999_999_999n;

/** Ticks that one of a unit has, as `1d`, `1.5h`, `10ms` have them. */
const UNITS: Readonly<Record<string, number>> = {
  tick: 1,
  ticks: 1,
  microsecond: 10,
  microseconds: 10,
  ms: 1e4,
  milli: 1e4,
  millis: 1e4,
  millisecond: 1e4,
  milliseconds: 1e4,
  s: 1e7,
  sec: 1e7,
  second: 1e7,
  seconds: 1e7,
  m: 6e8,
  min: 6e8,
  minute: 6e8,
  minutes: 6e8,
  h: 3.6e10,
  hr: 3.6e10,
  hrs: 3.6e10,
  hour: 3.6e10,
  hours: 3.6e10,
  d: 8.64e11,
  day: 8.64e11,
  days: 8.64e11,
};

const CLOCK = /^(-?)(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

/** `1d`, `-1.02:03:04.5`, `5` (days), or the same in `time(…)`; null: not one. */
export const parseTimespan = (written: string): bigint | null => {
  const text = (/^(?:time|timespan)\(([\s\S]*)\)$/.exec(written.trim())?.[1] ?? written)
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2');
  const unit = /^(-?)(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text);
  if (unit !== null) {
    const [, sign, number = '', name = ''] = unit;
    const per = UNITS[name === '' ? 'd' : name];
    if (per === undefined) return null;
    const ticks = number.includes('.') ? BigInt(Math.round(Number(number) * per)) : BigInt(number) * BigInt(per);
    return sign === '-' ? -ticks : ticks;
  }
  const clock = CLOCK.exec(text);
  if (clock === null) return null;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = clock;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  const ticks =
    BigInt(days) * TICKS.day +
    BigInt(hours) * TICKS.hour +
    BigInt(minutes) * TICKS.minute +
    BigInt(seconds) * TICKS.second +
    BigInt(fraction.padEnd(7, '0'));
  return sign === '-' ? -ticks : ticks;
};

const ISO =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:(?:[T ]\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(?:Z|([+-])(\d{2}):?(\d{2}))?$/i;
const PORTAL =
  /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:\s*([AP])M)?)?\s*Z?$/i;

/** ISO 8601 with or without a zone (UTC then), or month, day and year as in `8/25/2025, 8:11:21.937 PM`; null: not one, or not between the years 1 and 9999. */
export const parseDatetime = (text: string): bigint | null => {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [
      ,
      year,
      month,
      day = '1',
      hour = '0',
      minute = '0',
      second = '0',
      fraction = '',
      sign,
      offHours = '0',
      offMinutes = '0',
    ] = iso;
    const away = (BigInt(offHours) * 60n + BigInt(offMinutes)) * TICKS.minute;
    return at(year, month, day, hour, minute, second, fraction, sign === '-' ? -away : away);
  }
  const portal = PORTAL.exec(text);
  if (portal === null) return null;
  const [, month, day, year, hour = '0', minute = '0', second = '0', fraction = '', half] = portal;
  if (half === undefined) return at(year, month, day, hour, minute, second, fraction, 0n);
  if (Number(hour) < 1 || Number(hour) > 12) return null;
  const of24 = (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  return at(year, month, day, String(of24), minute, second, fraction, 0n);
};

const at = (
  year = '0',
  month = '0',
  day = '0',
  hour: string,
  minute: string,
  second: string,
  fraction: string,
  away: bigint,
): bigint | null => {
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 59) return null;
  // Years below 100 mean the twentieth century to Date.UTC: they are set apart.
  const date = new Date(Date.UTC(2_000, mo - 1, d));
  date.setUTCFullYear(y, mo - 1, d);
  if (date.getUTCDate() !== d) return null;
  const ticks =
    BigInt(date.getTime()) * TICKS.ms +
    TICKS_1970 +
    BigInt((h * 60 + mi) * 60 + s) * TICKS.second +
    BigInt(fraction.slice(0, 7).padEnd(7, '0')) -
    away;
  return ticks < 0n || ticks > LAST_TICK ? null : ticks;
};

/** As answers have it: `2026-11-27T03:00:00Z`, with as many digits of the second as it has. */
export const renderDatetime = (ticks: bigint): string => {
  const ms = Number((ticks - TICKS_1970) / TICKS.ms);
  const fraction = String(ticks % TICKS.second).padStart(7, '0');
  // A tick before 1970 is in the millisecond that began before it: whole seconds are exact.
  const seconds = new Date(ms - (((ms % 1_000) + 1_000) % 1_000)).toISOString().slice(0, 19);
  return `${seconds}${fraction === '0000000' ? '' : `.${fraction}`}Z`;
};

/** `1.02:03:04.0050000`. */
export const renderTimespan = (ticks: bigint): string => {
  const [sign, of] = ticks < 0n ? ['-', -ticks] : ['', ticks];
  const two = (number: bigint): string => String(number).padStart(2, '0');
  const days = of / TICKS.day;
  const fraction = String(of % TICKS.second).padStart(7, '0');
  const clock = [(of / TICKS.hour) % 24n, (of / TICKS.minute) % 60n, (of / TICKS.second) % 60n].map(two).join(':');
  return `${sign}${days === 0n ? '' : `${days}.`}${clock}${fraction === '0000000' ? '' : `.${fraction}`}`;
};
