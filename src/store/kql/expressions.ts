import type { Expr, Pipeline, Place, ScalarType } from '../../core/kql/query.ts';
import { AGGREGATES, SPREADING } from './aggregates.ts';
import { valueOfLiteral } from './constants.ts';
import { FUNCTIONS } from './functions.ts';
import { NotInSql } from './not-in-sql.ts';
import { among, operator } from './operators.ts';
import type { SqlParams } from './params.ts';
import { as, type Call, type ScalarFunction, type Sql } from './scalar.ts';
import { bind, cast, converted, dynamicText, nullOf, SQL_TYPES } from './sql-types.ts';

/** A column of a step, as the statement calls it: names of users stand nowhere in SQL. */
export interface SqlColumn {
  readonly name: string;
  readonly type: ScalarType;
  readonly id: string;
}

/** What an expression may refer to. */
export interface Scope {
  readonly columns: readonly SqlColumn[];
  /** Aggregates make sense here. */
  readonly isGrouped: boolean;
}

/** What lies around an expression. */
export interface Around {
  readonly params: SqlParams;
  readonly nowTicks: string;
  /** The value of a `let` or parameter; null: there is none of that name that is a value. */
  readonly scalar: (name: string) => Expr | null;
  /** The rows of a table in the place of a value, as `SELECT one column`. */
  readonly rows: (pipeline: Pipeline) => { readonly sql: string; readonly type: ScalarType };
}

const PARAM: Readonly<Record<ScalarType, Parameters<SqlParams['of']>[0]>> = {
  string: 'String',
  int: 'Int64',
  long: 'Int64',
  real: 'Float64',
  bool: 'Bool',
  datetime: 'Int64',
  timespan: 'Int64',
  dynamic: 'String',
  guid: 'UUID',
};

/** Longer ones are of queries whose lets double what they name, again and again. */
const LONGEST = 1_000_000;

export class ExpressionMaker {
  private readonly around: Around;

  constructor(around: Around) {
    this.around = around;
  }

  /** Throws `NotInSql` for what is not translated. */
  expr(expr: Expr, scope: Scope): Sql {
    const type = typeOf(expr);
    const sql = this.sqlOf(expr, type, scope);
    if (sql.length > LONGEST)
      throw new NotInSql('an expression that is so long once its lets are written out', expr.at);
    return { sql, type, at: expr.at };
  }

  bool(expr: Expr, scope: Scope): string {
    return as(this.expr(expr, scope), 'bool');
  }

  /** A number that is known before the query runs: of take and top. */
  count(expr: Expr): bigint {
    const literal = this.literalOf(expr);
    if (literal === null || (literal.type !== 'long' && literal.type !== 'int'))
      throw new NotInSql('a number of rows that is no literal', expr.at);
    return BigInt(valueOfLiteral(literal) ?? '0');
  }

  private sqlOf(expr: Expr, type: ScalarType, scope: Scope): string {
    switch (expr.kind) {
      case 'column': {
        const found = scope.columns.find(({ name }) => name === expr.name);
        if (found === undefined) throw new NotInSql(`the column ${expr.name} here`, expr.at);
        return found.id;
      }
      case 'variable': {
        const value = this.around.scalar(expr.name);
        if (value === null) throw new NotInSql(expr.name, expr.at);
        return this.expr(value, { columns: [], isGrouped: false }).sql;
      }
      case 'literal': {
        const value = valueOfLiteral(expr);
        return value === null
          ? nullOf(type)
          : type === 'int'
            ? `toInt32(${this.param(type, value)})`
            : this.param(type, value);
      }
      case 'negate': {
        const of = this.expr(expr.of, scope);
        return `(-(${of.sql}))`;
      }
      case 'member':
        return this.member(expr, scope);
      case 'between': {
        const [value, low, high] = [expr.left, expr.low, expr.high].map((each) => this.expr(each, scope)) as [
          Sql,
          Sql,
          Sql,
        ];
        // The upper bound may be told as how long after the lower one it is.
        const until =
          low.type === 'datetime' && high.type === 'timespan'
            ? { ...high, type: low.type, sql: `(${low.sql} + ${high.sql})` }
            : high;
        const inside = (op: string, right: Sql): string =>
          operator({ op, at: expr.at, left: value, right, type: 'bool' });
        return `(${expr.not ? 'NOT ' : ''}(${inside('>=', low)} AND ${inside('<=', until)}))`;
      }
      case 'in':
        return this.in(expr, scope);
      case 'call':
        return this.call(expr, type, scope);
      case 'operator': {
        const [left, right] = [this.expr(expr.left, scope), this.expr(expr.right, scope)];
        return operator({ op: expr.op, at: expr.at, left, right, type });
      }
      case 'rows': {
        const rows = this.around.rows(expr.of);
        const value = `(SELECT * FROM (${rows.sql}) LIMIT 1)`;
        return rows.type === 'string' ? cast(value, 'string') : value;
      }
      case 'star':
        throw new NotInSql('* here', expr.at);
      case 'other':
        throw new NotInSql(expr.what, expr.at);
    }
  }

  private param(type: ScalarType, value: string): string {
    return this.around.params.of(PARAM[type], value);
  }

  private member(expr: Extract<Expr, { readonly kind: 'member' }>, scope: Scope): string {
    const of = this.expr(expr.of, scope);
    if (of.type !== 'dynamic') throw new NotInSql(`a member of ${of.type}`, expr.at);
    const at = (d: string, key: string): string =>
      `nullIf(nullIf(JSONExtractRaw(ifNull(${d}, ''), ${key}), ''), 'null')`;
    if (typeof expr.key === 'string') return at(of.sql, this.param('string', expr.key));
    const key = this.expr(expr.key, scope);
    if (key.type === 'string') return at(of.sql, key.sql);
    // Kusto counts from 0, the engine from 1; from the end both count from -1.
    if (key.type === 'int' || key.type === 'long')
      return bind(
        [of.sql, key.sql],
        (d = '', i = '') => `if(isNull(${i}), NULL, ${at(d, `toInt64(ifNull(if(${i} < 0, ${i}, ${i} + 1), 0))`)})`,
      );
    if (key.type === 'dynamic')
      return bind([of.sql, key.sql], (d = '', k = '') => `if(isNull(${k}), NULL, ${at(d, dynamicText(k))})`);
    throw new NotInSql(`a member by ${key.type}`, expr.at);
  }

  private in(expr: Extract<Expr, { readonly kind: 'in' }>, scope: Scope): string {
    const { op, at, list } = expr;
    const left = this.expr(expr.left, scope);
    const [only] = list;
    if (only?.kind === 'rows' && !only.isScalar) {
      const rows = this.around.rows(only.of);
      if (op !== 'in' && op !== '!in') throw new NotInSql(`${op} of a table`, at);
      if (rows.type !== left.type) throw new NotInSql(`${left.type} ${op} a table of ${rows.type}`, at);
      return `ifNull(${left.sql} ${op === 'in' ? 'IN' : 'NOT IN'} (${rows.sql}), ${op === '!in'})`;
    }
    return among(
      op,
      at,
      left,
      list.map((each) => this.expr(each, scope)),
    );
  }

  private call(expr: Extract<Expr, { readonly kind: 'call' }>, type: ScalarType, scope: Scope): string {
    const { name, at } = expr;
    const isAggregate = Object.hasOwn(AGGREGATES, name);
    if (isAggregate && !scope.isGrouped) throw new NotInSql(`the aggregate ${name} here`, at);
    if (!isAggregate && Object.hasOwn(SPREADING, name)) throw new NotInSql(`${name} within an expression`, at);
    const found = isAggregate ? AGGREGATES[name] : Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (found === undefined) throw new NotInSql(`the function ${name}`, at);
    // What is aggregated is of one row.
    return this.made(found, expr, type, isAggregate ? { ...scope, isGrouped: false } : scope);
  }

  private made(
    of: ScalarFunction,
    expr: Extract<Expr, { readonly kind: 'call' }>,
    type: ScalarType,
    scope: Scope,
  ): string {
    const { name, at } = expr;
    // Nothing that is given may be passed over.
    const most = of.takes === '' ? 0 : of.takes.includes('…') ? Number.POSITIVE_INFINITY : of.takes.split(',').length;
    if (expr.args.length > most) throw new NotInSql(`${name} with ${expr.args.length} arguments`, at);
    const call: Call = {
      name,
      at,
      type,
      args: expr.args.filter((each) => !isTypeOf(each)).map((each) => this.expr(each, scope)),
      constant: (i) => {
        const literal = expr.args[i] === undefined ? null : this.literalOf(expr.args[i]);
        if (literal === null || literal.string === null)
          throw new NotInSql(`${name} of a text that is no literal`, expr.args[i]?.at ?? at);
        return literal.string;
      },
      param: (of1, value) => this.around.params.of(of1, value),
      nowSql: this.around.params.of('Int64', this.around.nowTicks),
    };
    if (expr.args.some(isTypeOf)) {
      const made = converted(of.make({ ...call, type: 'string' }), 'string', type);
      if (made === null) throw new NotInSql(`${name} as ${type}`, at);
      return made;
    }
    return of.make(call);
  }

  private literalOf(expr: Expr): Extract<Expr, { readonly kind: 'literal' }> | null {
    let at: Expr | null = expr;
    // A let may name another; each was written before the next.
    for (let i = 0; i < 200 && at?.kind === 'variable'; i++) at = this.around.scalar(at.name);
    return at?.kind === 'literal' ? at : null;
  }
}

/** `typeof(long)` in the place of an argument. */
const isTypeOf = (expr: Expr): boolean => expr.kind === 'literal' && expr.text.startsWith('typeof(');

/** Throws `NotInSql` for decimal, and for what the binder did not find out. */
export const typeOf = (of: { readonly type: ScalarType | 'other'; readonly at: Place }): ScalarType => {
  if (of.type === 'other' || SQL_TYPES[of.type] === undefined) throw new NotInSql('a value of this type', of.at);
  return of.type;
};
