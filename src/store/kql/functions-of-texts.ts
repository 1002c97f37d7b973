import { NotInSql } from './not-in-sql.ts';
import { arg, argAs, as, type Call, type ScalarFunction, type ScalarFunctions, text } from './scalar.ts';
import { arrayOf, arrayOfTexts, bind, converted, elementsOf } from './sql-types.ts';

const string = (call: Call, i: number): string => argAs(call, i, 'string');
const texts = (call: Call): readonly string[] => call.args.map(text);

/** What the engine has to know beforehand: a pattern, a delimiter. */
const pattern = (call: Call, i: number): string => call.param('String', call.constant(i));

const one = (sql: (text: string) => string): ScalarFunction => ({
  takes: 'text',
  make: (call) => sql(string(call, 0)),
});

const ENDS = { both: [true, true], start: [true, false], end: [false, true] } as const;

const trimmed = (which: keyof typeof ENDS): ScalarFunction => ({
  takes: 'regex, text',
  make: (call) => {
    const [atStart, atEnd] = ENDS[which];
    const [regex, source] = [pattern(call, 0), string(call, 1)];
    const begun = atStart ? `replaceRegexpOne(${source}, concat('^(?:', ${regex}, ')+'), '')` : source;
    return atEnd ? `replaceRegexpOne(${begun}, concat('(?:', ${regex}, ')+$'), '')` : begun;
  },
});

const split = (call: Call): string => {
  const parts =
    call.constant(1) === '' ? `[${string(call, 0)}]` : `splitByString(${pattern(call, 1)}, ${string(call, 0)})`;
  if (call.args[2] === undefined) return arrayOfTexts(parts);
  return bind([parts, argAs(call, 2, 'long')], (p = '', i = '') =>
    arrayOf(`if(${i} >= 0 AND ${i} < length(${p}), [toJSONString(${p}[ifNull(${i}, 0) + 1])], [])`),
  );
};

const substring = (call: Call): string =>
  bind(
    [string(call, 0), argAs(call, 1, 'long'), argAs(call, 2, 'long', '9223372036854775807')],
    (s = '', from = '', length = '') => {
      const start = `ifNull(if(${from} < 0, greatest(toInt64(lengthUTF8(${s})) + ${from}, 0), ${from}), 0)`;
      return `substringUTF8(${s}, ${start} + 1, greatest(ifNull(least(${length}, 1000000000), 0), 0))`;
    },
  );

const indexOf = (call: Call): string =>
  bind([string(call, 0), string(call, 1), argAs(call, 2, 'long', '0')], (s = '', what = '', from = '') => {
    const start = `ifNull(if(${from} < 0, greatest(toInt64(lengthUTF8(${s})) + ${from}, 0), ${from}), 0)`;
    return `toInt64(positionUTF8(${s}, ${what}, toUInt64(${start} + 1))) - 1`;
  });

const extract = (call: Call): string => {
  const found = `extractGroups(${string(call, 2)}, concat('(', ${pattern(call, 0)}, ')'))[toInt64(ifNull(${argAs(call, 1, 'long')}, 0)) + 1]`;
  return call.args[3] === undefined && call.type === 'string'
    ? found
    : (converted(found, 'string', call.type) ?? found);
};

const extractAll = (call: Call): string => {
  const found = `arrayMap(m -> if(length(m) = 1, toJSONString(m[1]), concat('[', arrayStringConcat(arrayMap(g -> toJSONString(g), m), ','), ']')), extractAllGroupsVertical(${string(call, 1)}, ${pattern(call, 0)}))`;
  return bind([found], (all = '') => `if(empty(${all}), NULL, ${arrayOf(all)})`);
};

/** Plain occurrences may overlap: https://learn.microsoft.com/kusto/query/countof-function */
const countOf = (call: Call): string => {
  const isRegex = call.args[2] !== undefined && call.constant(2) === 'regex';
  if (isRegex) return `toInt64(countMatches(${string(call, 0)}, ${pattern(call, 1)}))`;
  return bind(
    [string(call, 0), string(call, 1)],
    (s = '', what = '') =>
      `toInt64(arrayCount(i -> substring(${s}, i, length(${what})) = ${what} AND notEmpty(${what}), range(1, length(${s}) + 1)))`,
  );
};

const joined = (call: Call): string =>
  `arrayStringConcat(arrayMap(e -> ifNull(if(JSONType(e) = 'String', JSONExtractString(e), e), ''), ${elementsOf(argAs(call, 0, 'dynamic'))}), ${pattern(call, 1)})`;

export const TEXT_FUNCTIONS: ScalarFunctions = {
  strlen: one((s) => `toInt64(lengthUTF8(${s}))`),
  string_size: one((s) => `toInt64(length(${s}))`),
  tolower: one((s) => `lowerUTF8(${s})`),
  toupper: one((s) => `upperUTF8(${s})`),
  reverse: { takes: 'text', make: (call) => `reverseUTF8(${text(first(call))})` },
  strcat: { takes: 'value, …', make: (call) => `concat(${[...texts(call), "''"].join(', ')})` },
  strcat_delim: {
    takes: 'delimiter, value, …',
    make: (call) => `arrayStringConcat([${texts(call).slice(1).join(', ')}], ${pattern(call, 0)})`,
  },
  strcat_array: { takes: 'array, delimiter', make: joined },
  strrep: {
    takes: 'value, times, delimiter',
    make: (call) =>
      bind(
        [text(first(call)), argAs(call, 1, 'long')],
        (s = '', times = '') =>
          `arrayStringConcat(arrayWithConstant(least(greatest(ifNull(${times}, 0), 0), 1024), ${s}), ${call.args[2] === undefined ? "''" : pattern(call, 2)})`,
      ),
  },
  substring: { takes: 'text, start, length', make: substring },
  indexof: { takes: 'text, what, start', make: indexOf },
  countof: { takes: 'text, what, kind', make: countOf },
  split: { takes: 'text, delimiter, index', make: split },
  trim: trimmed('both'),
  trim_start: trimmed('start'),
  trim_end: trimmed('end'),
  replace_string: {
    takes: 'text, what, with',
    make: (call) => `replaceAll(${string(call, 0)}, ${string(call, 1)}, ${string(call, 2)})`,
  },
  replace_regex: {
    takes: 'text, regex, with',
    make: (call) => `replaceRegexpAll(${string(call, 0)}, ${pattern(call, 1)}, ${string(call, 2)})`,
  },
  replace: {
    takes: 'regex, with, text',
    make: (call) => `replaceRegexpAll(${string(call, 2)}, ${pattern(call, 0)}, ${string(call, 1)})`,
  },
  extract: { takes: 'regex, group, text, typeof(…)', make: extract },
  extract_all: { takes: 'regex, text', note: 'without a list of groups', make: extractAll },
  base64_encode_tostring: one((s) => `base64Encode(${s})`),
  base64_decode_tostring: one((s) => `tryBase64Decode(${s})`),
  url_encode_component: one((s) => `encodeURLComponent(${s})`),
  url_decode: one((s) => `decodeURLComponent(${s})`),
  hash_sha256: { takes: 'value', make: (call) => `lower(hex(SHA256(${text(first(call))})))` },
  hash_md5: { takes: 'value', make: (call) => `lower(hex(MD5(${text(first(call))})))` },
  tohex: {
    takes: 'number, length',
    make: (call) =>
      bind(
        [argAs(call, 0, 'long'), argAs(call, 1, 'long', '0')],
        (n = '', length = '') =>
          `if(isNull(${n}), '', leftPad(replaceRegexpOne(lower(hex(reverse(reinterpretAsFixedString(assumeNotNull(${n}))))), '^0+(.)', '\\\\1'), greatest(ifNull(${length}, 0), 1), '0'))`,
      ),
  },
  parse_ipv4: { takes: 'address', make: (call) => ipNumber(string(call, 0)) },
  ipv4_is_in_range: {
    takes: 'address, range',
    make: (call) => inRange(string(call, 0), string(call, 1)),
  },
  ipv4_is_in_any_range: {
    takes: 'address, range, …',
    make: (call) => {
      const [ip, ...ranges] = call.args;
      if (ip === undefined) return arg(call, 0);
      const [list] = ranges;
      if (list?.type === 'dynamic')
        return bind(
          [as(ip, 'string'), elementsOf(list.sql)],
          (address = '', each = '') =>
            `if(isNull(${ipNumber(address)}), NULL, arrayExists(r -> ifNull(${inRange(address, 'JSONExtractString(r)')}, false), ${each}))`,
        );
      return `(${ranges.map((range) => inRange(as(ip, 'string'), as(range, 'string'))).join(' OR ')})`;
    },
  },
  ipv4_is_private: {
    takes: 'address',
    make: (call) =>
      bind(
        [ipNumber(string(call, 0))],
        (n = '') =>
          `(bitShiftRight(${n}, 24) = 10 OR bitShiftRight(${n}, 20) = 2753 OR bitShiftRight(${n}, 16) = 49320)`,
      ),
  },
  ipv4_is_match: { takes: 'a, b, prefix', make: (call) => `(${compared(call)} = 0)` },
  ipv4_compare: { takes: 'a, b, prefix', make: (call) => compared(call) },
  ipv4_netmask_suffix: {
    takes: 'address',
    make: (call) => bind([string(call, 0)], (a = '') => `if(isNull(${ipNumber(a)}), NULL, ${prefixOf(a)})`),
  },
};

const first = (call: Call): Call['args'][number] => {
  const [value] = call.args;
  if (value === undefined) throw new NotInSql(`${call.name} of nothing`, call.at);
  return value;
};

/** `/24` of an address; 32 where it has none. */
const prefixOf = (a: string): string => `if(position(${a}, '/') = 0, 32, toInt64OrNull(splitByChar('/', ${a})[2]))`;
/** Its number, what its prefix leaves out set to 0; null where it is no address. */
const ipNumber = (address: string): string =>
  bind([address], (a = '') =>
    masked(
      `if(${prefixOf(a)} BETWEEN 0 AND 32, toInt64(toUInt32(toIPv4OrNull(splitByChar('/', ${a})[1]))), NULL)`,
      prefixOf(a),
    ),
  );
const masked = (number: string, prefix: string): string =>
  `intDivOrNull(${number}, toInt64(pow(2, 32 - ${prefix}))) * toInt64(pow(2, 32 - ${prefix}))`;

const inRange = (address: string, range: string): string =>
  bind([address, range], (a = '', r = '') => `${masked(ipNumber(a), prefixOf(r))} = ${ipNumber(r)}`);

/** By the shortest of the prefixes: https://learn.microsoft.com/kusto/query/ipv4-compare-function */
const compared = (call: Call): string =>
  bind([string(call, 0), string(call, 1), argAs(call, 2, 'long', '32')], (a = '', b = '', prefix = '') =>
    bind(
      [ipNumber(a), ipNumber(b), `least(${prefixOf(a)}, ${prefixOf(b)}, ${prefix})`],
      (x = '', y = '', p = '') => `toInt64(sign(${masked(x, p)} - ${masked(y, p)}))`,
    ),
  );
