import type { ScalarType } from '../../core/kql/query.ts';
import { NotInSql } from './not-in-sql.ts';
import { arg, argAs, as, type Call, type ScalarFunction } from './scalar.ts';
import { arrayOf, bind, elementsOf, jsonOf, nullOf } from './sql-types.ts';

/** A type whose sums and means are exact as whole numbers. */
const isNumber = (type: ScalarType): boolean => ['int', 'long', 'real', 'timespan', 'datetime'].includes(type);

/** The value of an aggregate, and the condition of one that ends in `if`. */
interface Aggregated {
  readonly value: string;
  readonly type: ScalarType;
  /** null: every row. */
  readonly where: string | null;
}

const aggregate = (
  takes: string,
  make: (of: Aggregated, call: Call) => string,
  note?: string,
): readonly [ScalarFunction, ScalarFunction] => {
  const of = (call: Call, isIf: boolean): string => {
    const [first] = call.args;
    if (first === undefined) throw new NotInSql(`${call.name} of nothing`, call.at);
    const where = isIf ? `ifNull(${argAs(call, 1, 'bool')}, false)` : null;
    return make({ value: first.sql, type: first.type, where }, call);
  };
  const noted = note === undefined ? {} : { note };
  return [
    { takes, ...noted, make: (call) => of(call, false) },
    { takes: `${takes}, if`, ...noted, make: (call) => of(call, true) },
  ];
};

const apply = (name: string, { value, where }: Aggregated): string =>
  where === null ? `${name}(${value})` : `${name}If(${value}, ${where})`;

const sums = aggregate('number', (of, call) => {
  if (!isNumber(of.type)) throw new NotInSql(`${call.name} of ${of.type}`, call.at);
  return `ifNull(${apply('sum', of)}, 0)`;
});
const means = aggregate('number', (of, call) => {
  if (!isNumber(of.type)) throw new NotInSql(`${call.name} of ${of.type}`, call.at);
  const mean = bind([apply('avg', of)], (x = '') => `if(isNaN(${x}), NULL, ${x})`);
  return of.type === 'timespan' || of.type === 'datetime' ? `accurateCastOrNull(trunc(${mean}), 'Int64')` : mean;
});
const ofOrder = (name: 'min' | 'max') =>
  aggregate('value', (of, call) => {
    if (of.type === 'dynamic') throw new NotInSql(`${call.name} of dynamic`, call.at);
    return apply(name, of);
  });
const spread = (name: string) =>
  aggregate('number', (of) =>
    bind(
      [apply(name, { ...of, value: `toFloat64(${of.value})` })],
      (x = '') => `if(isNull(${x}) OR isNaN(${x}), 0, ${x})`,
    ),
  );
const distinct = aggregate('value', (of) => `toInt64(${apply('uniqExact', of)})`, 'exact, where Kusto estimates');

/** Values as JSON, nulls left out; the third argument, or the second, bounds how many. */
const gathered = (isSet: boolean) =>
  aggregate(
    'value, most',
    (of, call) => {
      const listed =
        isSet && of.type === 'dynamic'
          ? // A set is of what is in arrays: https://learn.microsoft.com/kusto/query/make-set-aggregation-function
            apply('groupArrayArray', {
              ...of,
              value: bind(
                [of.value],
                (d = '') =>
                  `if(JSONType(ifNull(${d}, '')) = 'Array', ${elementsOf(d)}, if(isNull(${d}), [], [assumeNotNull(${d})]))`,
              ),
            })
          : apply('groupArray', { ...of, value: jsonOf(of.value, of.type) });
      const all = isSet ? `arrayDistinct(${listed})` : listed;
      const most = call.args[of.where === null ? 1 : 2];
      return arrayOf(most === undefined ? all : `arraySlice(${all}, 1, ifNull(${as(most, 'long')}, 0))`);
    },
    isSet ? 'in the order in which values were first seen' : undefined,
  );

const any = aggregate('value', (of) =>
  of.type === 'string' ? apply('any', of) : `${apply('any', { ...of, value: `tuple(${of.value})` })}.1`,
);

/** The nearest rank: the smallest value that so many percent of all do not exceed. */
export const percentileOf = (value: string, percent: string): string =>
  bind(
    [`arraySort(groupArray(${value}))`, percent],
    (all = '', p = '') =>
      `if(empty(${all}), NULL, arrayElement(${all}, greatest(1, least(toInt64(length(${all})), toInt64(ceil(ifNull(${p}, 0) / 100 * length(${all})))))))`,
  );

const [sum, sumif] = sums;
const [avg, avgif] = means;
const [min, minif] = ofOrder('min');
const [max, maxif] = ofOrder('max');
const [stdev, stdevif] = spread('stddevSamp');
const [variance, varianceif] = spread('varSamp');
const [dcount, dcountif] = distinct;
const [makeList, makeListIf] = gathered(false);
const [makeSet, makeSetIf] = gathered(true);
const [takeAny, takeAnyIf] = any;

/** Functions that make one value of the rows of a group. */
export const AGGREGATES: Readonly<Record<string, ScalarFunction>> = {
  count: { takes: '', make: () => 'toInt64(count())' },
  countif: { takes: 'if', make: (call) => `toInt64(countIf(ifNull(${argAs(call, 0, 'bool')}, false)))` },
  dcount,
  dcountif,
  count_distinct: dcount,
  count_distinctif: dcountif,
  sum,
  sumif,
  avg,
  avgif,
  min,
  minif,
  max,
  maxif,
  stdev,
  stdevif,
  variance,
  varianceif,
  make_list: makeList,
  make_list_if: makeListIf,
  make_set: makeSet,
  make_set_if: makeSetIf,
  makelist: makeList,
  makeset: makeSet,
  take_any: takeAny,
  take_anyif: takeAnyIf,
  any: takeAny,
  anyif: takeAnyIf,
  percentile: {
    takes: 'number, percent',
    note: 'the nearest rank, exact, where Kusto estimates',
    make: (call) => percentileOf(arg(call, 0), argAs(call, 1, 'real')),
  },
  make_list_with_nulls: {
    takes: 'value',
    make: (call) => {
      const [value] = call.args;
      return value === undefined
        ? nullOf('dynamic')
        : arrayOf(`groupArray(ifNull(${jsonOf(value.sql, value.type)}, 'null'))`);
    },
  },
};

/** Those that make several columns. */
export const SPREADING: Readonly<Record<string, Omit<ScalarFunction, 'make'>>> = {
  arg_max: { takes: 'value, column, … or *', note: 'of equal values the first row' },
  arg_min: { takes: 'value, column, … or *', note: 'of equal values the first row' },
  take_any: { takes: 'column, … or *' },
  any: { takes: 'column, … or *' },
  percentiles: { takes: 'number, percent, …', note: 'the nearest rank, exact, where Kusto estimates' },
};
