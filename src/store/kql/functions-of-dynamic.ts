import { NotInSql } from './not-in-sql.ts';
import { arg, argAs, type Call, type ScalarFunctions, type Sql } from './scalar.ts';
import { arrayOf, bind, elementsOf, jsonOf, nullOf } from './sql-types.ts';

const bag = (call: Call, i = 0): string => argAs(call, i, 'dynamic');
const json = ({ sql, type }: Sql): string => `ifNull(${jsonOf(sql, type)}, 'null')`;
const listOr = (d: string, sql: string): string => `if(JSONType(ifNull(${d}, '')) = 'Array', ${sql}, NULL)`;

const packBag = (call: Call): string => {
  if (call.args.length % 2 !== 0) throw new NotInSql(`${call.name} with ${call.args.length} arguments`, call.at);
  const members = call.args.map((each, i) =>
    i % 2 === 0 ? `toJSONString(${argAs(call, i, 'string')}), ':'` : json(each),
  );
  const pairs = Array.from({ length: members.length / 2 }, (_, i) => `${members[2 * i]}, ${members[2 * i + 1]}`);
  return `concat('{', ${pairs.join(", ',', ")}${pairs.length === 0 ? "''" : ''}, '}')`;
};

/** Of several sets from the left. */
const sets =
  (of: (a: string, b: string) => string) =>
  (call: Call): string =>
    arrayOf(
      call.args
        .map((_, i) => elementsOf(bag(call, i)))
        .reduce((all, next) => bind([all, next], (a = '', b = '') => `arrayDistinct(${of(a, b)})`)),
    );

export const DYNAMIC_FUNCTIONS: ScalarFunctions = {
  array_length: {
    takes: 'array',
    make: (call) => bind([bag(call)], (d = '') => listOr(d, `CAST(JSONLength(${d}) AS Nullable(Int64))`)),
  },
  array_concat: {
    takes: 'array, …',
    make: (call) => arrayOf(`arrayConcat(${call.args.map((_, i) => elementsOf(bag(call, i))).join(', ')})`),
  },
  array_index_of: {
    takes: 'array, value',
    make: (call) => {
      const [, value] = call.args;
      if (value === undefined || call.args.length > 2)
        throw new NotInSql(`array_index_of with ${call.args.length} arguments`, call.at);
      return bind([bag(call), json(value)], (d = '', v = '') =>
        listOr(d, `CAST(indexOf(${elementsOf(d)}, ${v}) AS Nullable(Int64)) - 1`),
      );
    },
  },
  array_slice: {
    takes: 'array, from, until',
    note: 'until is the last that is in',
    make: (call) =>
      bind([bag(call), argAs(call, 1, 'long'), argAs(call, 2, 'long')], (d = '', from = '', until = '') => {
        const length = `toInt64(length(${elementsOf(d)}))`;
        const at = (i: string): string =>
          `if(ifNull(${i}, 0) < 0, greatest(${length} + ifNull(${i}, 0), 0), ifNull(${i}, 0))`;
        return listOr(
          d,
          arrayOf(
            `arraySlice(${elementsOf(d)}, ${at(from)} + 1, greatest(if(ifNull(${until}, 0) < 0, ${length} + ifNull(${until}, 0), ifNull(${until}, 0)) - ${at(from)} + 1, 0))`,
          ),
        );
      }),
  },
  array_reverse: {
    takes: 'array',
    make: (call) => bind([bag(call)], (d = '') => listOr(d, arrayOf(`reverse(${elementsOf(d)})`))),
  },
  array_sum: {
    takes: 'array',
    make: (call) =>
      bind(
        [bag(call)],
        (d = '') =>
          `if(arrayAll(e -> isNotNull(toFloat64OrNull(e)), ${elementsOf(d)}), arraySum(arrayMap(e -> ifNull(toFloat64OrNull(e), 0), ${elementsOf(d)})), NULL)`,
      ),
  },
  set_has_element: {
    takes: 'array, value',
    make: (call) => {
      const [, value] = call.args;
      return value === undefined
        ? arg(call, 1)
        : bind([bag(call), json(value)], (d = '', v = '') => listOr(d, `has(${elementsOf(d)}, ${v})`));
    },
  },
  set_union: { takes: 'array, …', make: sets((a, b) => `arrayConcat(${a}, ${b})`) },
  set_intersect: { takes: 'array, …', make: sets((a, b) => `arrayFilter(e -> has(${b}, e), ${a})`) },
  set_difference: { takes: 'array, …', make: sets((a, b) => `arrayFilter(e -> NOT has(${b}, e), ${a})`) },
  bag_keys: {
    takes: 'bag',
    make: (call) =>
      bind(
        [bag(call)],
        (d = '') =>
          `if(JSONType(ifNull(${d}, '')) = 'Object', ${arrayOf(`arrayMap(k -> toJSONString(k), JSONExtractKeys(ifNull(${d}, '')))`)}, NULL)`,
      ),
  },
  bag_has_key: {
    takes: 'bag, key',
    make: (call) =>
      bind(
        [bag(call), argAs(call, 1, 'string')],
        (d = '', k = '') => `if(JSONType(ifNull(${d}, '')) = 'Object', JSONHas(ifNull(${d}, ''), ${k}), NULL)`,
      ),
  },
  bag_pack: { takes: 'key, value, …', make: packBag },
  pack: { takes: 'key, value, …', make: packBag },
  pack_array: {
    takes: 'value, …',
    make: (call) => (call.args.length === 0 ? "'[]'" : arrayOf(`[${call.args.map(json).join(', ')}]`)),
  },
  dynamic_to_json: {
    takes: 'dynamic',
    note: 'members keep their order',
    make: (call) => (call.args.length === 0 ? nullOf('string') : `ifNull(${bag(call)}, 'null')`),
  },
};
