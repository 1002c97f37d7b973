import { MINUTE } from '../src/base/instant.ts';

/** How long something took: `790 ms`, `12.4 s`, `2h 10m`. */
export const duration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${Number((ms / 1_000).toFixed(1))} s`;
  const first = UNITS.findIndex(([size]) => ms >= size);
  const [size, name] = UNITS[first] ?? [1, 'ms'];
  const rest = UNITS[first + 1];
  const more = rest === undefined ? 0 : Math.floor((ms % size) / rest[0]);
  return `${Math.floor(ms / size)}${name}${more === 0 || rest === undefined ? '' : ` ${more}${rest[1]}`}`;
};

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
];

export interface Clock {
  /** `2026-11-25 10:20:17.669` */
  readonly full: (at: string | number) => string;
  /** `10:20:17.669` */
  readonly time: (at: string | number) => string;
  /** `2026-11-25` */
  readonly day: (at: string | number) => string;
  /** `utc`, `Europe/Berlin` */
  readonly zone: string;
}

const clocks = new Map<string, Clock>();

/** Times of a zone, with milliseconds. */
export const clockOf = (zone: string): Clock => {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  });
  const parts = (at: string | number): Readonly<Record<string, string>> =>
    Object.fromEntries(
      format.formatToParts(typeof at === 'number' ? at : Date.parse(at)).map((p) => [p.type, p.value]),
    );
  const day = (at: string | number): string => {
    const { year, month, day: of } = parts(at) as Record<'year' | 'month' | 'day', string>;
    return `${year}-${month}-${of}`;
  };
  const time = (at: string | number): string => {
    const p = parts(at) as Record<'hour' | 'minute' | 'second' | 'fractionalSecond', string>;
    return `${p.hour}:${p.minute}:${p.second}.${p.fractionalSecond}`;
  };
  const clock = { day, time, full: (at: string | number) => `${day(at)} ${time(at)}`, zone };
  clocks.set(zone, clock);
  return clock;
};

/** `2026-11-25 10:20:16 – 10:20:37` */
export const rangeText = (from: string, until: string, clock: Clock): string => {
  const end = clock.day(from) === clock.day(until) ? clock.time(until) : clock.full(until);
  return `${clock.full(from)} – ${end}`;
};
