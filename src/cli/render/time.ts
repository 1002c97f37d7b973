import { civilAt, renderOffset, type Zone } from '../../app/civil-time.ts';
import { DAY, HOUR, type Instant, MINUTE, parseInstant, SECOND } from '../../base/instant.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** `2026-11-22 03:04:17.003+01:00`, whole. */
export const dateTime = (at: Instant, zone: Zone): string => {
  const c = civilAt(at, zone);
  const ms = c.ms === 0 ? '' : `.${String(c.ms).padStart(3, '0')}`;
  return `${c.year}-${two(c.month)}-${two(c.day)} ${two(c.hour)}:${two(c.minute)}:${two(c.second)}${ms}${renderOffset(zone.offsetAt(at))}`;
};

/** `03:04:17.003`; for a place where the day and the zone stand elsewhere. */
export const clock = (at: Instant, zone: Zone): string => {
  const c = civilAt(at, zone);
  return `${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${String(c.ms).padStart(3, '0')}`;
};

/** The same for a time that a report carries as text. */
export const shown = (text: string | null, zone: Zone): string => {
  if (text === null) return '-';
  const at = parseInstant(text);
  return at.ok ? dateTime(at.value, zone) : text;
};

/** `1h 5m`, `20m`, `12.4s`: the two largest units. */
export const duration = (ms: number): string => {
  if (ms < MINUTE) return ms < SECOND ? `${ms}ms` : `${Number((ms / SECOND).toFixed(1))}s`;
  const units = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [SECOND, 's'],
  ] as const;
  const first = units.findIndex(([size]) => ms >= size);
  const [size, name] = units[first] as (typeof units)[number];
  const rest = units[first + 1];
  const more = rest === undefined ? 0 : Math.floor((ms % size) / rest[0]);
  return `${Math.floor(ms / size)}${name}${more === 0 || rest === undefined ? '' : ` ${more}${rest[1]}`}`;
};

/** The resolved range in the user's zone, and in UTC where that differs. */
export const range = (from: Instant, until: Instant, zone: Zone): string => {
  const local = `${dateTime(from, zone)} to ${dateTime(until, zone)}`;
  const utc =
    zone.offsetAt(from) === 0 && zone.offsetAt(until) === 0 ? '' : ` ${zone.name} (${iso(from)} to ${iso(until)})`;
  return `${local}${utc}, ${duration(until - from)}`;
};

const iso = (at: Instant): string => new Date(at).toISOString().replace('.000Z', 'Z');
