import type { ScalarType } from '../../core/kql/query.ts';
import { FIRST_DAY, TICKS } from '../../core/kql/ticks.ts';

/**
 * What KQL's types are to the engine. A string is never null, everything else may be. A datetime is ticks of 100 ns since the year 1, as Kusto
 * itself counts: sums, differences and bins are exact then, whatever the year. dynamic is JSON, or null.
 */
export const SQL_TYPES: Readonly<Record<ScalarType, string>> = {
  string: 'String',
  int: 'Nullable(Int32)',
  long: 'Nullable(Int64)',
  real: 'Nullable(Float64)',
  bool: 'Nullable(Bool)',
  datetime: 'Nullable(Int64)',
  timespan: 'Nullable(Int64)',
  dynamic: 'Nullable(String)',
  guid: 'Nullable(UUID)',
};

/** Values that are used several times in one expression, worked out once: `body` is given a name for each. */
export const bind = (values: readonly string[], body: (...names: readonly string[]) => string): string => {
  const names = values.map((_, i) => `v${i}`);
  return `arrayElement(arrayMap((${names.join(', ')}) -> ${body(...names)}, ${values.map((value) => `[${value}]`).join(', ')}), 1)`;
};

export const cast = (sql: string, type: ScalarType): string =>
  type === 'string' ? `CAST(ifNull(${sql}, '') AS String)` : `CAST(${sql} AS ${SQL_TYPES[type]})`;

export const nullOf = (type: ScalarType): string => (type === 'string' ? "''" : `CAST(NULL AS ${SQL_TYPES[type]})`);

/** Dynamic as text: a JSON string loses its quotes, null is "", all else is its JSON. */
export const dynamicText = (sql: string): string =>
  bind([sql], (d = '') => `ifNull(if(JSONType(${d}) = 'String', JSONExtractString(${d}), ${d}), '')`);

/** What is no JSON is a string: https://learn.microsoft.com/kusto/query/parse-json-function */
export const parsedJson = (sql: string): string =>
  bind(
    [sql],
    (s = '') => `if(isValidJSON(${s}), nullIf(JSONExtractRaw(${s}), 'null'), if(${s} = '', NULL, toJSONString(${s})))`,
  );

const two = (sql: string): string => `leftPad(toString(${sql}), 2, '0')`;

/** Day of a datetime, 0 for 0001-01-01. */
export const dayOf = (ticks: string): string => `intDiv(${ticks}, ${TICKS.day})`;
/** `2026-11-27` of such a day. */
export const dateOf = (day: string): string => `fromModifiedJulianDayOrNull(toInt32(${day} + ${FIRST_DAY}))`;
/** The day of a date as text; null where it is none. */
export const dayOfDate = (date: string): string => `(toInt64(toModifiedJulianDayOrNull(${date})) - ${FIRST_DAY})`;

/** `03:04:05` of ticks, days left away. */
const clock = (t: string): string =>
  `concat(${two(`intDiv(${t}, ${TICKS.hour}) % 24`)}, ':', ${two(`intDiv(${t}, ${TICKS.minute}) % 60`)}, ':', ${two(`intDiv(${t}, ${TICKS.second}) % 60`)})`;
const seventh = (t: string): string => `leftPad(toString(${t} % ${TICKS.second}), 7, '0')`;

/** `2026-11-27T03:00:00.0000000Z`: https://learn.microsoft.com/kusto/query/tostring-function */
const datetimeText = (sql: string): string =>
  bind([sql], (t = '') => `ifNull(concat(${dateOf(dayOf(t))}, 'T', ${clock(t)}, '.', ${seventh(t)}, 'Z'), '')`);

/** `1.02:03:04.0050000`: days and parts of seconds where there are any. */
const timespanText = (sql: string): string =>
  bind(
    [sql],
    (t = '') =>
      `ifNull(concat(if(${t} < 0, '-', ''), if(abs(${t}) >= ${TICKS.day}, concat(toString(intDiv(abs(${t}), ${TICKS.day})), '.'), ''), ${clock(`toInt64(abs(${t}))`)}, if(${t} % ${TICKS.second} = 0, '', concat('.', ${seventh(`toInt64(abs(${t}))`)}))), '')`,
  );

/** As tostring() has it; null is "". */
export const textOf = (sql: string, type: ScalarType): string => {
  switch (type) {
    case 'string':
      return sql;
    case 'dynamic':
      return dynamicText(sql);
    case 'datetime':
      return datetimeText(sql);
    case 'timespan':
      return timespanText(sql);
    case 'bool':
      return `ifNull(if(isNull(${sql}), NULL, if(${sql}, 'true', 'false')), '')`;
    case 'real':
      return bind(
        [sql],
        (x = '') =>
          `ifNull(multiIf(isNaN(${x}), 'NaN', isInfinite(${x}), if(${x} > 0, 'Infinity', '-Infinity'), match(toString(${x}), '^-?[0-9]+$'), concat(toString(${x}), '.0'), toString(${x})), '')`,
      );
    default:
      return `ifNull(toString(${sql}), '')`;
  }
};

/** A value as JSON; null is NULL. */
export const jsonOf = (sql: string, type: ScalarType): string => {
  switch (type) {
    case 'dynamic':
      return sql;
    case 'string':
      return `toJSONString(${sql})`;
    case 'bool':
      return `if(isNull(${sql}), NULL, if(${sql}, 'true', 'false'))`;
    case 'int':
    case 'long':
      return `toString(${sql})`;
    case 'real':
      return bind(
        [sql],
        (x = '') =>
          `if(isFinite(${x}), ${textOf(x, 'real')}, if(isNull(${x}), NULL, toJSONString(${textOf(x, 'real')})))`,
      );
    default:
      return bind([sql], (x = '') => `if(isNull(${x}), NULL, toJSONString(${textOf(x, type)}))`);
  }
};

/** The elements of a dynamic array as JSON; none where it is not one. */
export const elementsOf = (sql: string): string => `JSONExtractArrayRaw(ifNull(${sql}, ''))`;
/** A dynamic array of elements that are JSON. */
export const arrayOf = (elements: string): string => `concat('[', arrayStringConcat(${elements}, ','), ']')`;
/** The same of texts. */
export const arrayOfTexts = (texts: string): string => arrayOf(`arrayMap(x -> toJSONString(x), ${texts})`);

const WHOLE: Readonly<Record<string, string>> = { int: 'Int32', long: 'Int64' };

/** A JSON number as it is, a JSON string read as one; null for all else. */
const numberOf = (sql: string, read: (text: string) => string): string => read(dynamicText(sql));

/** Text as a whole number: decimal, or hexadecimal with 0x. Parts are cut off. */
const wholeOf = (text: string, type: string): string =>
  bind(
    [text],
    (s = '') =>
      `multiIf(match(${s}, '^-?[0-9]{1,19}$'), to${type}OrNull(${s}), match(${s}, '^0[xX][0-9a-fA-F]{1,16}$'), CAST(reinterpretAsInt64(reverse(unhex(leftPad(substring(${s}, 3), 16, '0')))) AS Nullable(${type})), NULL)`,
  );

/** What makes one type of another, as the functions of that name do (`tolong`, `toreal` …); null: nothing does. */
export const converted = (sql: string, from: ScalarType, to: ScalarType): string | null => {
  if (from === to) return sql;
  const whole = WHOLE[to];
  if (to === 'string') return textOf(sql, from);
  if (to === 'dynamic') return jsonOf(sql, from);
  if (whole !== undefined) {
    if (from === 'int' || from === 'long') return `accurateCastOrNull(${sql}, '${whole}')`;
    if (from === 'real') return `accurateCastOrNull(trunc(${sql}), '${whole}')`;
    if (from === 'bool') return `CAST(${sql} AS Nullable(${whole}))`;
    if (from === 'datetime' || from === 'timespan') return `accurateCastOrNull(${sql}, '${whole}')`;
    if (from === 'string') return wholeOf(sql, whole);
    if (from === 'dynamic')
      return bind(
        [sql],
        (d = '') =>
          `multiIf(JSONType(${d}) = 'Double', accurateCastOrNull(trunc(toFloat64OrNull(${d})), '${whole}'), JSONType(${d}) = 'Bool', CAST(if(${d} = 'true', 1, 0) AS Nullable(${whole})), ${numberOf(d, (text) => wholeOf(text, whole))})`,
      );
    return null;
  }
  if (to === 'real') {
    if (from === 'string') return `toFloat64OrNull(${sql})`;
    if (from === 'dynamic') return numberOf(sql, (text) => `toFloat64OrNull(${text})`);
    return ['int', 'long', 'bool', 'timespan', 'datetime'].includes(from) ? `CAST(${sql} AS Nullable(Float64))` : null;
  }
  if (to === 'bool') {
    const read = (text: string): string =>
      bind(
        [`lower(${text})`],
        (s = '') =>
          `multiIf(${s} = 'true', true, ${s} = 'false', false, match(${s}, '^-?[0-9]{1,18}$'), toInt64OrNull(${s}) != 0, NULL)`,
      );
    if (from === 'string') return read(sql);
    if (from === 'dynamic') return read(dynamicText(sql));
    return from === 'int' || from === 'long' ? `(${sql} != 0)` : null;
  }
  if (to === 'datetime') {
    if (from === 'string') return datetimeRead(sql);
    if (from === 'dynamic') return datetimeRead(dynamicText(sql));
    return from === 'long' || from === 'int' ? `CAST(${sql} AS Nullable(Int64))` : null;
  }
  if (to === 'timespan') {
    if (from === 'string') return timespanRead(sql);
    if (from === 'dynamic') return timespanRead(dynamicText(sql));
    return from === 'long' || from === 'int' ? `CAST(${sql} AS Nullable(Int64))` : null;
  }
  if (to === 'guid') {
    const read = (text: string): string => `toUUIDOrNull(replaceRegexpAll(${text}, '[{}]', ''))`;
    if (from === 'string') return read(sql);
    return from === 'dynamic' ? read(dynamicText(sql)) : null;
  }
  return null;
};

const ISO =
  '^\\\\s*(\\\\d{4})-(\\\\d{1,2})-(\\\\d{1,2})(?:[T ]+(\\\\d{1,2}):(\\\\d{2})(?::(\\\\d{2})(?:\\\\.(\\\\d{1,9}))?)?)?\\\\s*(?:[Zz]|([+-]\\\\d{2}):?(\\\\d{2}))?\\\\s*$';
const PORTAL =
  '^\\\\s*(\\\\d{1,2})[/-](\\\\d{1,2})[/-](\\\\d{4})(?:,?\\\\s+(\\\\d{1,2}):(\\\\d{2})(?::(\\\\d{2})(?:\\\\.(\\\\d{1,9}))?)?\\\\s*([AaPp])?[Mm]?)?\\\\s*$';

/** The forms of ISO 8601, and month/day/year as the portal writes it. */
const datetimeRead = (text: string): string =>
  bind([`extractGroups(${text}, '${ISO}')`, `extractGroups(${text}, '${PORTAL}')`], (iso = '', us = '') => {
    const part = (of: string, i: number): string => `ifNull(toInt64OrNull(${of}[${i}]), 0)`;
    const date = (of: string, y: number, m: number, d: number): string =>
      dayOfDate(`concat(${of}[${y}], '-', leftPad(${of}[${m}], 2, '0'), '-', leftPad(${of}[${d}], 2, '0'))`);
    const time = (of: string, hour: string): string =>
      `(((${hour}) * 60 + ${part(of, 5)}) * 60 + ${part(of, 6)}) * ${TICKS.second} + ifNull(toInt64OrNull(rightPad(substring(${of}[7], 1, 7), 7, '0')), 0)`;
    const away = `(${part(iso, 8)} * 60 + if(startsWith(${iso}[8], '-'), -1, 1) * ${part(iso, 9)}) * ${TICKS.minute}`;
    const half = `if(${us}[8] = '', ${part(us, 4)}, ${part(us, 4)} % 12 + if(lower(${us}[8]) = 'p', 12, 0))`;
    const sane = (of: string): string => `(${part(of, 4)} < 24 AND ${part(of, 5)} < 60 AND ${part(of, 6)} < 60)`;
    return `multiIf(notEmpty(${iso}) AND ${sane(iso)}, ${date(iso, 1, 2, 3)} * ${TICKS.day} + ${time(iso, part(iso, 4))} - ${away}, notEmpty(${us}) AND ${sane(us)}, ${date(us, 3, 1, 2)} * ${TICKS.day} + ${time(us, half)}, NULL)`;
  });

const CLOCK = '^(-?)(?:(\\\\d{1,8})\\\\.)?(\\\\d{1,2}):(\\\\d{1,2})(?::(\\\\d{1,2})(?:\\\\.(\\\\d{1,7}))?)?$';
const UNIT = '^(-?\\\\d+(?:\\\\.\\\\d+)?)(d|h|m|s|ms)$';

/** `1.02:03:04.5` and `1.5h`. */
const timespanRead = (text: string): string =>
  bind([`extractGroups(${text}, '${CLOCK}')`, `extractGroups(${text}, '${UNIT}')`], (clocked = '', unit = '') => {
    const part = (i: number): string => `ifNull(toInt64OrNull(${clocked}[${i}]), 0)`;
    const ticks = `(((${part(2)} * 24 + ${part(3)}) * 60 + ${part(4)}) * 60 + ${part(5)}) * ${TICKS.second} + ifNull(toInt64OrNull(rightPad(${clocked}[6], 7, '0')), 0)`;
    const per = `transform(${unit}[2], ['d', 'h', 'm', 's', 'ms'], [${TICKS.day}, ${TICKS.hour}, ${TICKS.minute}, ${TICKS.second}, ${TICKS.ms}], 0)`;
    return `multiIf(notEmpty(${clocked}), if(${clocked}[1] = '-', -1, 1) * (${ticks}), notEmpty(${unit}), toInt64(round(toFloat64OrNull(${unit}[1]) * ${per})), NULL)`;
  });
