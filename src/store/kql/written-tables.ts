import type { Expr, Pipeline, ScalarType } from '../../core/kql/query.ts';
import { valueOfLiteral } from './constants.ts';
import { type ExpressionMaker, typeOf } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import { as } from './scalar.ts';
import { NO_SCOPE, type Rows, type Statement } from './statement.ts';
import { bind } from './sql-types.ts';

export const datatable = (
  statement: Statement,
  { values, columns, at }: Extract<Pipeline['source'], { readonly kind: 'datatable' }>,
): Rows => {
  const width = columns.length;
  if (width === 0 || values.length % width !== 0) throw new NotInSql('a datatable whose rows are not whole', at);
  const cells = values.map((value, i) =>
    constantOf(value, typeOf({ type: columns[i % width]?.type ?? 'other', at: value.at })),
  );
  const rows = Array.from({ length: values.length / width }, (_, r) => cells.slice(r * width, (r + 1) * width));
  const json = statement.params.of('String', JSON.stringify(rows));
  const cell = (i: number, type: ScalarType): string => {
    const text = `JSONExtract(_row, ${i + 1}, 'Nullable(String)')`;
    return type === 'string' || type === 'dynamic' ? text : (READ[type]?.(text) ?? text);
  };
  return statement.selected(
    columns.map((column, i) => ({ ...column, sql: cell(i, typeOf({ ...column, at })) })),
    ` FROM (SELECT arrayJoin(JSONExtractArrayRaw(${json})) AS _row)`,
    at,
  );
};

export const range = (
  statement: Statement,
  expressions: ExpressionMaker,
  { low, high, by, columns, at }: Extract<Pipeline['source'], { readonly kind: 'range' }>,
): Rows => {
  const [column] = columns;
  if (column === undefined) throw new NotInSql('range', at);
  const type = typeOf({ ...column, at });
  const [from, until, step] = [low, high, by].map((each) => expressions.expr(each, NO_SCOPE)) as [Sql3, Sql3, Sql3];
  if (type === 'real') throw new NotInSql('a range of reals', at);
  const ofStep = type === 'datetime' ? as(step, 'timespan') : as(step, type);
  const value = bind(
    [as(from, type), as(until, type), ofStep],
    (a = '', b = '', s = '') =>
      `if(${s} = 0 OR isNull(${s}), [], arrayMap(i -> ${a} + i * ${s}, range(toUInt64(greatest(ifNull(intDivOrNull(${b} - ${a}, ${s}) + if((${b} - ${a}) * sign(${s}) < 0, 0, 1), 0), 0)))))`,
  );
  return statement.selected([{ ...column, sql: `arrayJoin(${value})` }], '', at);
};

type Sql3 = ReturnType<ExpressionMaker['expr']>;

/** A cell of a datatable as text, as the engine reads its type. */
const constantOf = (value: Expr, type: ScalarType): string | null => {
  const negated = value.kind === 'negate' ? value.of : null;
  const literal = negated ?? value;
  if (literal.kind !== 'literal') throw new NotInSql('a cell that is no literal', value.at);
  const text = valueOfLiteral(literal);
  if (text === null) return null;
  const fits =
    literal.type === type ||
    (type === 'real' && (literal.type === 'int' || literal.type === 'long')) ||
    (isWhole(type) && isWhole(typeOf(literal)));
  if (type === 'dynamic' && literal.type !== 'dynamic')
    return literal.type === 'string' ? JSON.stringify(text) : negated === null ? text : `-${text}`;
  if (!fits) throw new NotInSql(`${literal.type} in a column of ${type}`, value.at);
  return negated === null ? text : text.startsWith('-') ? text.slice(1) : `-${text}`;
};
const isWhole = (type: ScalarType): boolean => type === 'int' || type === 'long';

const READ: Partial<Readonly<Record<ScalarType, (text: string) => string>>> = {
  int: (text) => `toInt32OrNull(${text})`,
  long: (text) => `toInt64OrNull(${text})`,
  real: (text) => `toFloat64OrNull(${text})`,
  bool: (text) => `(${text} = 'true')`,
  datetime: (text) => `toInt64OrNull(${text})`,
  timespan: (text) => `toInt64OrNull(${text})`,
  guid: (text) => `toUUIDOrNull(${text})`,
};
