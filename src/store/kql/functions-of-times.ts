import { NotInSql } from './not-in-sql.ts';
import { arg, argAs, type Call, type ScalarFunction, type ScalarFunctions } from './scalar.ts';
import { bind, dateOf, dayOf, dayOfDate } from './sql-types.ts';
import { TICKS, TICKS_1970 } from '../../core/kql/ticks.ts';

const time = (call: Call, i = 0): string => argAs(call, i, 'datetime');
const span = (call: Call, i: number): string => argAs(call, i, 'timespan');

/** Parts of a date; `t` a name or a column, as it is used several times. */
const year = (t: string): string => `toInt64OrNull(substring(${dateOf(dayOf(t))}, 1, 4))`;
const month = (t: string): string => `toInt64OrNull(substring(${dateOf(dayOf(t))}, 6, 2))`;
const dayOfMonth = (t: string): string => `toInt64OrNull(substring(${dateOf(dayOf(t))}, 9, 2))`;
const months = (t: string): string => `(${year(t)} * 12 + ${month(t)} - 1)`;
/** 0 is Sunday; the first day of the year 1 was a Monday. */
const weekday = (t: string): string => `((${dayOf(t)} + 1) % 7)`;
const rest = (t: string): string => `(${t} % ${TICKS.day})`;
const of = (t: string, ticks: bigint, until: number): string => `(intDiv(${t}, ${ticks}) % ${until})`;
/** The day on which a month begins that is counted from the year 0; null outside the years 1 to 9999. */
const dayOfMonths = (m: string): string =>
  bind(
    [m],
    (n = '') =>
      `if(${n} BETWEEN 12 AND 119999, ${dayOfDate(`concat(leftPad(toString(intDiv(${n}, 12)), 4, '0'), '-', leftPad(toString(${n} % 12 + 1), 2, '0'), '-01')`)}, NULL)`,
  );
const dayInYear = (t: string): string => `(${dayOf(t)} - ${dayOfMonths(`${year(t)} * 12`)} + 1)`;
const isoWeek = (t: string): string => {
  // The week of a date is that of its Thursday.
  const thursday = `(intDiv(${dayOf(t)}, 7) * 7 + 3)`;
  return bind([`${thursday} * ${TICKS.day}`], (d = '') => `(intDiv(${dayInYear(d)} - 1, 7) + 1)`);
};

const ofTime = (sql: (t: string) => string): ScalarFunction => ({
  takes: 'datetime',
  make: (call) => bind([time(call)], (t = '') => sql(t)),
});

const DAY = TICKS.day;
/** Where a period begins, as a count of days, so many periods later. */
const BEGINS: Readonly<Record<string, (t: string, by: string) => string>> = {
  day: (t, by) => `(${dayOf(t)} + ${by})`,
  week: (t, by) => `(${dayOf(t)} - ${weekday(t)} + 7 * ${by})`,
  month: (t, by) => dayOfMonths(`${months(t)} + ${by}`),
  year: (t, by) => dayOfMonths(`(${year(t)} + ${by}) * 12`),
};

const edge = (period: 'day' | 'week' | 'month' | 'year', isEnd: boolean): ScalarFunction => ({
  takes: 'datetime, offset',
  make: (call) =>
    bind([time(call), argAs(call, 1, 'long', '0')], (t = '', by = '') => {
      const begins = BEGINS[period] as (t: string, by: string) => string;
      return isEnd ? `${begins(t, `(${by} + 1)`)} * ${DAY} - 1` : `${begins(t, by)} * ${DAY}`;
    }),
});

const PARTS: Readonly<Record<string, (t: string) => string>> = {
  year,
  quarter: (t) => `(intDiv(${month(t)} - 1, 3) + 1)`,
  month,
  week_of_year: isoWeek,
  day: dayOfMonth,
  dayofyear: dayInYear,
  hour: (t) => of(t, TICKS.hour, 24),
  minute: (t) => of(t, TICKS.minute, 60),
  second: (t) => of(t, TICKS.second, 60),
  millisecond: (t) => of(t, TICKS.ms, 1_000),
  microsecond: (t) => of(t, 10n, 1_000_000),
  nanosecond: (t) => `(${t} % ${TICKS.second} * 100)`,
};

/** How many periods lie before a moment: what datetime_diff() subtracts. */
const COUNTS: Readonly<Record<string, (t: string) => string>> = {
  year,
  quarter: (t) => `intDiv(${months(t)}, 3)`,
  month: months,
  week: (t) => `intDiv(${dayOf(t)} + 1, 7)`,
  day: dayOf,
  hour: (t) => `intDiv(${t}, ${TICKS.hour})`,
  minute: (t) => `intDiv(${t}, ${TICKS.minute})`,
  second: (t) => `intDiv(${t}, ${TICKS.second})`,
  millisecond: (t) => `intDiv(${t}, ${TICKS.ms})`,
  microsecond: (t) => `intDiv(${t}, 10)`,
  nanosecond: (t) => `(${t} * 100)`,
};

const LENGTHS: Readonly<Record<string, bigint>> = {
  week: 7n * DAY,
  day: DAY,
  hour: TICKS.hour,
  minute: TICKS.minute,
  second: TICKS.second,
  millisecond: TICKS.ms,
  microsecond: 10n,
};
const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

/** A word of a table, in any case. */
const chosen = <Value>(call: Call, i: number, from: Readonly<Record<string, Value>>): Value => {
  const word = call.constant(i);
  const found = Object.hasOwn(from, word.toLowerCase()) ? from[word.toLowerCase()] : undefined;
  if (found === undefined) throw new NotInSql(`${call.name} of "${word}"`, call.at);
  return found;
};

const added = (call: Call): string => {
  const word = call.constant(0).toLowerCase();
  const by = MONTHS[word];
  if (by === undefined) {
    const ticks = chosen(call, 0, LENGTHS);
    return `(${time(call, 2)} + ${argAs(call, 1, 'long')} * ${ticks})`;
  }
  // The day stays, or is the last of a month that has fewer.
  return bind([time(call, 2), argAs(call, 1, 'long')], (t = '', n = '') => {
    const to = `(${months(t)} + ${n} * ${by})`;
    return `(least(${dayOfMonths(to)} + ${dayOfMonth(t)} - 1, ${dayOfMonths(`${to} + 1`)} - 1) * ${DAY} + ${rest(t)})`;
  });
};

const padded = (sql: string, width: number): string => `leftPad(toString(${sql}), ${width}, '0')`;
const fraction = (t: string, digits: number): string =>
  `substring(${padded(`(${t} % ${TICKS.second})`, 7)}, 1, ${digits})`;
const plainOrPadded = (sql: string, letters: string): string =>
  letters.length === 1 ? `toString(${sql})` : padded(sql, 2);

const CLOCK: Readonly<Record<string, (t: string, letters: string) => string>> = {
  H: (t, letters) => plainOrPadded(of(t, TICKS.hour, 24), letters),
  m: (t, letters) => plainOrPadded(of(t, TICKS.minute, 60), letters),
  s: (t, letters) => plainOrPadded(of(t, TICKS.second, 60), letters),
  f: (t, letters) => fraction(t, letters.length),
  F: (t, letters) => `replaceRegexpOne(${fraction(t, letters.length)}, '0+$', '')`,
};
const DATE_FORMAT: typeof CLOCK = {
  ...CLOCK,
  y: (t, letters) => (letters.length > 2 ? padded(year(t), 4) : plainOrPadded(`(${year(t)} % 100)`, letters)),
  M: (t, letters) => plainOrPadded(month(t), letters),
  d: (t, letters) => plainOrPadded(dayOfMonth(t), letters),
  h: (t, letters) => plainOrPadded(`((${of(t, TICKS.hour, 24)} + 11) % 12 + 1)`, letters),
  t: (t) => `if(${of(t, TICKS.hour, 24)} < 12, 'AM', 'PM')`,
};
const SPAN_FORMAT: typeof CLOCK = {
  ...CLOCK,
  d: (t, letters) => padded(`intDiv(${t}, ${DAY})`, letters.length),
  h: CLOCK['H'] as (t: string, letters: string) => string,
};
const MOST_LETTERS: Readonly<Record<string, number>> = { f: 7, F: 7, y: 4, d: 8 };

const formatted = (call: Call, elements: typeof CLOCK, value: string): string => {
  const format = call.constant(1);
  return bind([value], (t = '') => {
    const pieces = [...format.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/g)].map(({ 0: piece, 1: letter }) => {
      if (letter === undefined) {
        if (!/^[ /\-:,._[\]]+$/.test(piece)) throw new NotInSql(`"${piece}" in a format`, call.at);
        return call.param('String', piece);
      }
      const element = elements[letter];
      if (element === undefined || piece.length > (MOST_LETTERS[letter] ?? 2))
        throw new NotInSql(`"${piece}" in a format`, call.at);
      return element(t, piece);
    });
    return `ifNull(concat(${[...pieces, "''", "''"].join(', ')}), '')`;
  });
};

const since1970 =
  (ticks: bigint) =>
  (call: Call): string =>
    call.args[0]?.type === 'real'
      ? `accurateCastOrNull(round(${arg(call, 0)} * ${ticks}), 'Int64') + ${TICKS_1970}`
      : `(${argAs(call, 0, 'long')} * ${ticks} + ${TICKS_1970})`;

const makeDatetime = (call: Call): string => {
  if (call.args.length === 1) return time(call);
  const part = (i: number): string => argAs(call, i, 'long', '0');
  return bind(
    [part(0), part(1), part(2), part(3), part(4), argAs(call, 5, 'real', '0')],
    (y = '', mo = '', d = '', h = '', mi = '', s = '') =>
      `if(${h} BETWEEN 0 AND 23 AND ${mi} BETWEEN 0 AND 59 AND ${s} >= 0 AND ${s} < 60 AND ${y} BETWEEN 1 AND 9999, ${dayOfDate(`concat(leftPad(toString(${y}), 4, '0'), '-', leftPad(toString(${mo}), 2, '0'), '-', leftPad(toString(${d}), 2, '0'))`)} * ${DAY} + ${h} * ${TICKS.hour} + ${mi} * ${TICKS.minute} + toInt64(round(${s} * ${TICKS.second})), NULL)`,
  );
};

const makeTimespan = (call: Call): string => {
  const { length } = call.args;
  if (length < 2) return span(call, 0);
  const whole = (i: number): string => argAs(call, i, 'long');
  const days = length === 4 ? `${whole(0)} * ${DAY} + ` : '';
  const at = length === 4 ? 1 : 0;
  const seconds = length === 2 ? '0' : `toInt64(round(${argAs(call, at + 2, 'real')} * ${TICKS.second}))`;
  return `(${days}${whole(at)} * ${TICKS.hour} + ${whole(at + 1)} * ${TICKS.minute} + ${seconds})`;
};

export const TIME_FUNCTIONS: ScalarFunctions = {
  now: {
    takes: 'offset',
    note: 'one moment for the whole query',
    make: (call) => (call.args.length === 0 ? call.nowSql : `(${call.nowSql} + ${span(call, 0)})`),
  },
  ago: { takes: 'timespan', make: (call) => `(${call.nowSql} - ${span(call, 0)})` },
  startofday: edge('day', false),
  startofweek: edge('week', false),
  startofmonth: edge('month', false),
  startofyear: edge('year', false),
  endofday: edge('day', true),
  endofweek: edge('week', true),
  endofmonth: edge('month', true),
  endofyear: edge('year', true),
  dayofweek: ofTime((t) => `(${weekday(t)} * ${DAY})`),
  dayofmonth: ofTime(dayOfMonth),
  dayofyear: ofTime(dayInYear),
  hourofday: ofTime((t) => of(t, TICKS.hour, 24)),
  monthofyear: ofTime(month),
  getmonth: ofTime(month),
  getyear: ofTime(year),
  week_of_year: ofTime(isoWeek),
  datetime_part: {
    takes: 'part, datetime',
    make: (call) => {
      const part = chosen(call, 0, PARTS);
      return bind([time(call, 1)], (t = '') => part(t));
    },
  },
  datetime_diff: {
    takes: 'period, datetime, datetime',
    make: (call) => {
      const count = chosen(call, 0, COUNTS);
      return bind([time(call, 1), time(call, 2)], (a = '', b = '') => `(${count(a)} - ${count(b)})`);
    },
  },
  datetime_add: { takes: 'period, amount, datetime', make: added },
  format_datetime: { takes: 'datetime, format', make: (call) => formatted(call, DATE_FORMAT, time(call)) },
  format_timespan: { takes: 'timespan, format', make: (call) => formatted(call, SPAN_FORMAT, span(call, 0)) },
  make_datetime: { takes: 'year, month, day, hour, minute, second', make: makeDatetime },
  make_timespan: { takes: 'day, hour, minute, second', make: makeTimespan },
  unixtime_seconds_todatetime: { takes: 'number', make: since1970(TICKS.second) },
  unixtime_milliseconds_todatetime: { takes: 'number', make: since1970(TICKS.ms) },
  unixtime_microseconds_todatetime: { takes: 'number', make: since1970(10n) },
};
