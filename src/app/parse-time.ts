import { DAY, HOUR, type Instant, instant, instantOf, MINUTE, parseInstant, SECOND } from '../base/instant.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { type Civil, civilAt, isCivil, placeCivil, plusDays, renderOffset, type Zone } from './civil-time.ts';

export interface Told {
  readonly at: Instant;
  /** How long ago it was, where it was told so. */
  readonly agoMs?: number;
  /** What a person should know about how it was understood. */
  readonly notes: readonly string[];
}

/** Which of two equal readings is meant when the clocks went back: a range begins at the first and ends at the second. */
export type Edge = 'first' | 'second';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Longer texts are no times. */
const MAX_LENGTH = 64;

/**
 * The one grammar of times: ago (`15m`, `1h30m`, `now-2d`), clock (`03:00`: the last time it was so), civil dates in the zone,
 * RFC 3339, and epoch numbers of 10, 13, 16 or 19 digits. No prose: in an incident a wrong guess costs more than a refusal.
 */
export const parseTime = (text: string, now: Instant, zone: Zone, edge: Edge): Result<Told, string> => {
  const t = text.trim();
  if (t === '' || t.length > MAX_LENGTH) return fail(`no time in "${t.slice(0, MAX_LENGTH)}"`);
  return relative(t, now) ?? epoch(t) ?? absolute(t) ?? civil(t, now, zone, edge) ?? fail(`"${t}" is not a time`);
};

const relative = (text: string, now: Instant): Result<Told, string> | undefined => {
  if (text === 'now') return ok({ at: now, notes: [] });
  const ago = text.startsWith('now-') ? text.slice(4) : text;
  if (/^\d{1,9}M$/.test(ago))
    return fail(`"${text}": M could be a month or a minute; write 30d or ${ago.slice(0, -1)}m`);
  const ms = parseDuration(ago);
  if (ms === null) return undefined;
  const at = instantOf(now - ms);
  return at.ok ? ok({ at: at.value, agoMs: ms, notes: [] }) : fail(`"${text}" lies before the year 2000`);
};

/** `1h30m` in ms; null when it is no duration. */
export const parseDuration = (text: string): number | null => {
  if (!/^(?:\d{1,9}(?:ms|s|m|h|d|w)){1,6}$/.test(text)) return null;
  return [...text.matchAll(/(\d+)(ms|s|m|h|d|w)/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (UNITS[unit as string] as number),
    0,
  );
};

const EPOCH_DIGITS: ReadonlyMap<number, number> = new Map([
  [10, 1_000],
  [13, 1],
  [16, 1e-3],
  [19, 1e-6],
]);

const epoch = (text: string): Result<Told, string> | undefined => {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const scale = EPOCH_DIGITS.get(text.length);
  if (scale === undefined)
    return fail(`"${text}" has ${text.length} digits: an epoch has 10 (s), 13 (ms), 16 (µs) or 19 (ns)`);
  // Cut, not rounded: a number of nanoseconds has more digits than a double holds.
  const ms = scale >= 1 ? Number(text) * scale : Number(text.slice(0, 13));
  const at = instantOf(ms);
  return at.ok ? ok({ at: at.value, notes: [] }) : at;
};

const absolute = (text: string): Result<Told, string> | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}[Tt ].*(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(text)) return undefined;
  const whole = text.replace(/^(.{10}[Tt ]\d{2}:\d{2})((?:[Zz]|[+-]\d{2}:?\d{2}))$/, '$1:00$2');
  const at = parseInstant(whole);
  return at.ok ? ok({ at: at.value, notes: [] }) : at;
};

const CIVIL =
  /^(?:(today|yesterday|sun|mon|tue|wed|thu|fri|sat|\d{4}-\d{2}-\d{2})(?:[Tt ](?=\d)|$))?(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?$/i;

const civil = (text: string, now: Instant, zone: Zone, edge: Edge): Result<Told, string> | undefined => {
  const m = CIVIL.exec(text);
  if (m === null) return undefined;
  const [, day, hour, minute, second, fraction] = m;
  const clock = {
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    ms: fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0')),
  };
  const today = { ...civilAt(now, zone), ...clock };
  if (!isCivil({ ...today, year: 2000, month: 1, day: 1 })) return fail(`no such time: "${text}"`);
  if (day === undefined) return lastPast(today, now, zone, edge);
  const meant = dayMeant(day.toLowerCase(), today, now, zone);
  return isCivil(meant) ? placed(meant, zone, edge) : fail(`no such day: "${text}"`);
};

/** The clock alone: today if that is past, else yesterday. */
const lastPast = (today: Civil, now: Instant, zone: Zone, edge: Edge): Result<Told, string> => {
  const told = placed(today, zone, edge);
  if (!told.ok || told.value.at <= now) return told;
  const first = placed(today, zone, 'first');
  return first.ok && first.value.at <= now ? first : placed(plusDays(today, -1), zone, edge);
};

const dayMeant = (day: string, today: Civil, now: Instant, zone: Zone): Civil => {
  if (day === 'today') return today;
  if (day === 'yesterday') return plusDays(today, -1);
  const weekday = DAYS.indexOf(day);
  if (weekday >= 0) {
    const back = (new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay() - weekday + 7) % 7;
    const meant = plusDays(today, -back);
    const place = placeCivil(meant, zone);
    return (place.kind === 'twice' ? place.first : place.at) > now ? plusDays(meant, -7) : meant;
  }
  return { ...today, year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) };
};

const placed = (meant: Civil, zone: Zone, edge: Edge): Result<Told, string> => {
  const place = placeCivil(meant, zone);
  const at = place.kind === 'twice' ? place[edge] : place.at;
  const checked = instantOf(at);
  if (!checked.ok) return checked;
  return ok({ at: checked.value, notes: notesOn(place, zone, edge) });
};

const notesOn = (place: ReturnType<typeof placeCivil>, zone: Zone, edge: Edge): readonly string[] => {
  const offset = (at: Instant): string => renderOffset(zone.offsetAt(at));
  switch (place.kind) {
    case 'once':
      return [];
    case 'twice':
      return [
        `the clocks of ${zone.name} went back: that time came twice (${offset(place.first)} and ${offset(place.second)}); the ${edge} is meant`,
      ];
    case 'skipped':
      return [
        `the clocks of ${zone.name} went forward over that time: ${offset(instant(place.at - DAY))} became ${offset(place.at)}; moved forward with them`,
      ];
  }
};
