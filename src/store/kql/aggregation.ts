import type { Column, Expr, Step } from '../../core/kql/query.ts';
import { percentileOf, SPREADING } from './aggregates.ts';
import type { ExpressionMaker, Scope, SqlColumn } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import { as } from './scalar.ts';
import { NO_SCOPE, type Rows, type Statement, valueFor } from './statement.ts';

export const summarize = (
  statement: Statement,
  expressions: ExpressionMaker,
  step: Extract<Step, { readonly kind: 'summarize' }>,
  before: Rows,
): Rows => {
  const { at, by, named, columns } = step;
  const scope: Scope = { columns: before.columns, isGrouped: false };
  const keys = by.map((each, i) => {
    const column = columns[i];
    if (column === undefined) throw new NotInSql('summarize', at);
    if (column.type === 'dynamic') throw new NotInSql('summarize by dynamic', each.expr.at);
    return { ...column, sql: valueFor(expressions, each, column, scope) };
  });
  const grouped = new Set(by.flatMap(({ expr }) => (expr.kind === 'column' ? [expr.name] : [])));
  const values = named.flatMap(({ expr }) => aggregated(expressions, expr, before.columns, grouped));
  if (keys.length + values.length !== columns.length)
    throw new NotInSql('a summarize in which one stands for several', at);
  const of = values.map((sql, i) => ({ ...(columns[keys.length + i] as Column), sql }));
  const keyed = statement.selected(
    [...keys, ...before.columns.map((column) => ({ ...column, sql: column.id }))],
    ` FROM ${before.from}`,
    at,
  );
  // Aggregates refer to the columns as they are called behind the keys.
  const moved = new Map(before.columns.map(({ id }, i) => [id, keyed.columns[keys.length + i]?.id ?? id]));
  const renamed = (sql: string): string => sql.replace(/\bc\d+\b/g, (id) => moved.get(id) ?? id);
  const ids = keyed.columns.slice(0, keys.length).map(({ id }) => id);
  return statement.selected(
    [
      ...keys.map((key, i) => ({ ...key, sql: ids[i] ?? '' })),
      ...of.map(({ sql, ...column }) => ({ ...column, sql: renamed(sql) })),
    ],
    ` FROM ${keyed.from}${ids.length === 0 ? '' : ` GROUP BY ${ids.join(', ')}`}`,
    at,
  );
};

/** The columns that one aggregate makes. */
const aggregated = (
  expressions: ExpressionMaker,
  expr: Expr,
  before: readonly SqlColumn[],
  grouped: ReadonlySet<string>,
): readonly string[] => {
  const scope: Scope = { columns: before, isGrouped: false };
  const value = (each: Expr): string => expressions.expr(each, scope).sql;
  if (expr.kind === 'call' && (expr.name === 'arg_max' || expr.name === 'arg_min'))
    return best(expressions, expr, before, grouped);
  if (expr.kind === 'call' && expr.name === 'percentiles') {
    const [of, ...percents] = expr.args;
    if (of === undefined) throw new NotInSql('percentiles of nothing', expr.at);
    return percents.map((percent) => percentileOf(value(of), as(expressions.expr(percent, NO_SCOPE), 'real')));
  }
  if (
    expr.kind === 'call' &&
    Object.hasOwn(SPREADING, expr.name) &&
    expr.args.some((each, i) => each.kind === 'star' || i > 0)
  ) {
    const carried = expr.args.flatMap((each) =>
      each.kind === 'star' ? before.filter(({ name }) => !grouped.has(name)).map(({ id }) => id) : [value(each)],
    );
    return carried.map((_, i) => `any(tuple(${carried.join(', ')})).${i + 1}`);
  }
  return [expressions.expr(expr, { columns: before, isGrouped: true }).sql];
};

/**
 * The value and what its row has beside it. A null loses against any value, and wins where there is none:
 * https://learn.microsoft.com/kusto/query/arg-max-aggregation-function
 */
const best = (
  expressions: ExpressionMaker,
  expr: Extract<Expr, { readonly kind: 'call' }>,
  before: readonly SqlColumn[],
  grouped: ReadonlySet<string>,
): readonly string[] => {
  const scope: Scope = { columns: before, isGrouped: false };
  const [by, ...rest] = expr.args;
  if (by === undefined) throw new NotInSql(`${expr.name} of nothing`, expr.at);
  const key = expressions.expr(by, scope);
  if (key.type === 'dynamic') throw new NotInSql(`${expr.name} of dynamic`, by.at);
  const carried = rest.flatMap((each) =>
    each.kind === 'star'
      ? before
          .filter(({ name }) => !grouped.has(name) && !(by.kind === 'column' && by.name === name))
          .map(({ id }) => id)
      : [expressions.expr(each, scope).sql],
  );
  const isMax = expr.name === 'arg_max';
  const rank =
    key.type === 'string' ? key.sql : `tuple(${isMax ? 'isNotNull' : 'isNull'}(${key.sql}), assumeNotNull(${key.sql}))`;
  // Of a tuple: of a value alone the engine would skip rows in which it is null, and mix two rows.
  const row = `${isMax ? 'argMax' : 'argMin'}(tuple(${[key.sql, ...carried].join(', ')}), ${rank})`;
  return Array.from({ length: carried.length + 1 }, (_, i) => `${row}.${i + 1}`);
};
