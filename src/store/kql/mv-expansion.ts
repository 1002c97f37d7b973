import type { Named, Place, ScalarType, Step } from '../../core/kql/query.ts';
import { type ExpressionMaker, type Scope, typeOf } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import { idOf, type Rows, type Statement } from './statement.ts';
import { bind, converted, dynamicText, elementsOf } from './sql-types.ts';

/**
 * An array makes a row for each element, a bag for each member, null one row with null, what is empty none. Several go side by side.
 * https://learn.microsoft.com/kusto/query/mv-expand-operator
 */
export const mvExpand = (
  statement: Statement,
  expressions: ExpressionMaker,
  step: Extract<Step, { readonly kind: 'mv-expand' }>,
  before: Rows,
): Rows => {
  const { at, named, columns } = step;
  const scope: Scope = { columns: before.columns, isGrouped: false };
  const lists = named.map(({ expr }) => {
    const value = expressions.expr(expr, scope);
    if (value.type !== 'dynamic') throw new NotInSql(`mv-expand of ${value.type}`, expr.at);
    return bind(
      [value.sql],
      (d = '') =>
        `multiIf(isNull(${d}), CAST([NULL] AS Array(Nullable(String))), JSONType(${d}) = 'Array', CAST(${elementsOf(d)} AS Array(Nullable(String))), JSONType(${d}) = 'Object', CAST(arrayMap(m -> concat('{', toJSONString(m.1), ':', m.2, '}'), JSONExtractKeysAndValuesRaw(ifNull(${d}, ''))) AS Array(Nullable(String))), CAST([${d}] AS Array(Nullable(String))))`,
    );
  });
  const ids = lists.map(() => statement.id());
  const listed = statement.step(
    `SELECT *, ${lists.map((list, i) => `${list} AS ${ids[i]}`).join(', ')} FROM ${before.from}`,
    before.columns,
    at,
  );
  const place = statement.id();
  const unknown = columns.filter(
    ({ name }) => !before.columns.some((column) => column.name === name) && !named.some((each) => each.name === name),
  );
  const unnamed = named.filter(({ name, expr }) => name === null && expr.kind !== 'column');
  if (unknown.length !== unnamed.length) throw new NotInSql('mv-expand without a name', at);
  const nameOf = (each: Named): string =>
    each.name ?? (each.expr.kind === 'column' ? each.expr.name : (unknown[unnamed.indexOf(each as never)]?.name ?? ''));
  const values = columns.map((column) => {
    const i = named.findIndex((each) => nameOf(each) === column.name);
    if (i < 0) return { ...column, sql: idOf(before.columns, column.name, at) };
    const element = `nullIf(arrayElementOrNull(${ids[i]}, ${place}), 'null')`;
    return { ...column, sql: elementAs(element, typeOf({ ...column, at }), at) };
  });
  const longest = `arrayMax([${ids.map((id) => `length(${id})`).join(', ')}])`;
  return statement.selected(
    values,
    ` FROM (SELECT *, arrayJoin(range(1, toUInt64(${longest}) + 1)) AS ${place} FROM ${listed.from})`,
    at,
  );
};

/** Element types of `to typeof(…)`: nothing is read from a text, what is of another type is null. */
const elementAs = (element: string, type: ScalarType, at: Place): string => {
  if (type === 'dynamic') return element;
  if (type === 'string') return dynamicText(element);
  const kinds: Partial<Readonly<Record<ScalarType, string>>> = {
    int: "'Int64', 'UInt64', 'Double'",
    long: "'Int64', 'UInt64', 'Double'",
    real: "'Int64', 'UInt64', 'Double'",
    bool: "'Bool'",
    datetime: "'String'",
    timespan: "'String'",
    guid: "'String'",
  };
  const sql = bind(
    [element],
    (d = '') => `if(JSONType(ifNull(${d}, '')) IN (${kinds[type]}), ${converted(d, 'dynamic', type)}, NULL)`,
  );
  if (kinds[type] === undefined || converted('d', 'dynamic', type) === null)
    throw new NotInSql(`mv-expand to ${type}`, at);
  return sql;
};
