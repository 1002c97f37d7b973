import type { ScalarType } from '../../core/kql/query.ts';
import { NotInSql } from './not-in-sql.ts';
import { arg, argAs, as, type Call, type ScalarFunctions, text } from './scalar.ts';
import { bind, cast, jsonOf, nullOf, parsedJson } from './sql-types.ts';

const to =
  (type: ScalarType) =>
  (call: Call): string =>
    argAs(call, 0, type);

const isEmpty = (call: Call): string => {
  const [value] = call.args;
  if (value === undefined) return arg(call, 0);
  return value.type === 'string'
    ? `empty(${value.sql})`
    : value.type === 'dynamic'
      ? `empty(${text(value)})`
      : `isNull(${value.sql})`;
};
const isNull = (call: Call): string => (call.args[0]?.type === 'string' ? 'false' : `isNull(${arg(call, 0)})`);

const condition = (sql: string): string => `ifNull(${sql}, false)`;

/** Conditions and values by turns, then what holds otherwise. */
const choose = (call: Call): string => {
  const { args } = call;
  if (args.length % 2 === 0) throw new NotInSql(`${call.name} with ${args.length} arguments`, call.at);
  const values = args.map((each, i) =>
    i % 2 === 0 && i < args.length - 1 ? condition(as(each, 'bool')) : cast(as(each, call.type), call.type),
  );
  return `multiIf(${values.join(', ')})`;
};

const first = (call: Call): string => {
  const values = call.args.map((each) => cast(as(each, call.type), call.type));
  // A string is never null: the first that is not empty, as coalesce() has it for strings.
  if (call.type !== 'string') return `coalesce(${values.join(', ')})`;
  return values.reduceRight(
    (rest, value) => (rest === '' ? value : bind([value, rest], (a = '', b = '') => `if(empty(${a}), ${b}, ${a})`)),
    '',
  );
};

/** The smaller or larger of those that are not null. */
const among =
  (which: 'min' | 'max') =>
  (call: Call): string =>
    `array${which === 'min' ? 'Min' : 'Max'}(arrayFilter(x -> isNotNull(x), [${call.args.map((each) => cast(as(each, call.type), call.type)).join(', ')}]))`;

const real =
  (name: string) =>
  (call: Call): string =>
    `${name}(${argAs(call, 0, 'real')})`;

const bitwise =
  (name: string) =>
  (call: Call): string =>
    `${name}(${argAs(call, 0, 'long')}, ${argAs(call, 1, 'long')})`;

export const VALUE_FUNCTIONS: ScalarFunctions = {
  isempty: { takes: 'value', make: isEmpty },
  isnotempty: { takes: 'value', make: (call) => `NOT ${isEmpty(call)}` },
  notempty: { takes: 'value', make: (call) => `NOT ${isEmpty(call)}` },
  isnull: { takes: 'value', make: isNull },
  isnotnull: { takes: 'value', make: (call) => `NOT ${isNull(call)}` },
  notnull: { takes: 'value', make: (call) => `NOT ${isNull(call)}` },
  not: { takes: 'bool', make: (call) => `NOT (${argAs(call, 0, 'bool')})` },
  iff: { takes: 'if, then, else', make: choose },
  iif: { takes: 'if, then, else', make: choose },
  case: { takes: 'if, then, …, else', make: choose },
  coalesce: { takes: 'value, …', make: first },
  tostring: { takes: 'value', make: to('string') },
  toint: { takes: 'value', note: 'of a text that is no whole number: null', make: to('int') },
  tolong: { takes: 'value', note: 'of a text that is no whole number: null', make: to('long') },
  todouble: { takes: 'value', make: to('real') },
  toreal: { takes: 'value', make: to('real') },
  tobool: { takes: 'value', make: to('bool') },
  toboolean: { takes: 'value', make: to('bool') },
  todatetime: { takes: 'value', note: 'reads ISO 8601 and month/day/year; of other texts: null', make: to('datetime') },
  totimespan: {
    takes: 'value',
    note: 'reads d.hh:mm:ss.fffffff and 1d, 1h, 1m, 1s, 1ms; of other texts: null',
    make: to('timespan'),
  },
  toguid: { takes: 'value', make: to('guid') },
  parse_json: { takes: 'text', make: (call) => parsed(call) },
  todynamic: { takes: 'text', make: (call) => parsed(call) },
  toobject: { takes: 'text', make: (call) => parsed(call) },
  gettype: {
    takes: 'value',
    make: (call) => {
      const [value] = call.args;
      if (value?.type !== 'dynamic') return call.param('String', value?.type ?? 'null');
      return bind(
        [`toString(JSONType(ifNull(${value.sql}, '')))`],
        (t = '') =>
          `transform(${t}, ['Array', 'Object', 'String', 'Double', 'Bool', 'Int64', 'UInt64'], ['array', 'dictionary', 'string', 'double', 'bool', 'long', 'long'], 'null')`,
      );
    },
  },
  min_of: { takes: 'value, …', make: among('min') },
  max_of: { takes: 'value, …', make: among('max') },
  abs: { takes: 'number', make: (call) => `abs(${arg(call, 0)})` },
  sign: { takes: 'number', make: (call) => `sign(${arg(call, 0)})` },
  ceiling: { takes: 'number', make: (call) => `ceil(${arg(call, 0)})` },
  floor: { takes: 'value, step', make: (call) => binned(call) },
  bin: {
    takes: 'value, step',
    note: 'datetimes count from the year 1, as Kusto has them',
    make: (call) => binned(call),
  },
  bin_at: {
    takes: 'value, step, fixed',
    make: (call) => {
      const { type } = call;
      return bind(
        [argAs(call, 0, type), argAs(call, 1, type === 'datetime' ? 'timespan' : type), argAs(call, 2, type)],
        (value = '', step = '', fixed = '') =>
          type === 'real'
            ? `floor((${value} - ${fixed}) / ${step}) * ${step} + ${fixed}`
            : `${value} - positiveModuloOrNull(${value} - ${fixed}, ${step})`,
      );
    },
  },
  round: {
    takes: 'number, digits',
    make: (call) => {
      const digits = call.args[1] === undefined ? '0' : argAs(call, 1, 'long');
      return `round(${argAs(call, 0, 'real')}, toInt8(ifNull(${digits}, 0)))`;
    },
  },
  pow: { takes: 'base, exponent', make: (call) => `pow(${argAs(call, 0, 'real')}, ${argAs(call, 1, 'real')})` },
  sqrt: { takes: 'number', make: real('sqrt') },
  exp: { takes: 'number', make: real('exp') },
  exp2: { takes: 'number', make: real('exp2') },
  exp10: { takes: 'number', make: real('exp10') },
  log: { takes: 'number', make: real('log') },
  log2: { takes: 'number', make: real('log2') },
  log10: { takes: 'number', make: real('log10') },
  isnan: { takes: 'real', make: real('isNaN') },
  isinf: { takes: 'real', make: real('isInfinite') },
  isfinite: { takes: 'real', make: real('isFinite') },
  binary_and: { takes: 'a, b', make: bitwise('bitAnd') },
  binary_or: { takes: 'a, b', make: bitwise('bitOr') },
  binary_xor: { takes: 'a, b', make: bitwise('bitXor') },
  binary_not: { takes: 'a', make: (call) => `bitNot(${argAs(call, 0, 'long')})` },
  binary_shift_left: {
    takes: 'a, by',
    make: (call) => `bitShiftLeft(${argAs(call, 0, 'long')}, ${argAs(call, 1, 'long')} % 64)`,
  },
  binary_shift_right: {
    takes: 'a, by',
    make: (call) => `bitShiftRight(${argAs(call, 0, 'long')}, ${argAs(call, 1, 'long')} % 64)`,
  },
};

const parsed = (call: Call): string => {
  const [value] = call.args;
  if (value === undefined) return nullOf('dynamic');
  return value.type === 'string' ? parsedJson(value.sql) : jsonOf(value.sql, value.type);
};

/** Down to a multiple of the step; of a step of 0 null. */
const binned = (call: Call): string => {
  const [value] = call.args;
  if (call.args.length === 1) return `floor(${argAs(call, 0, 'real')})`;
  const type = value?.type;
  const step =
    type === 'datetime' || type === 'timespan'
      ? argAs(call, 1, 'timespan')
      : call.args[1]?.type === 'real' || type === 'real'
        ? argAs(call, 1, 'real')
        : argAs(call, 1, 'long');
  return bind([arg(call, 0), step], (v = '', s = '') =>
    call.type === 'real' || call.args[1]?.type === 'real'
      ? `if(${s} > 0, floor(${v} / ${s}) * ${s}, NULL)`
      : `if(${s} > 0, ${v} - positiveModuloOrNull(${v}, ${s}), NULL)`,
  );
};
