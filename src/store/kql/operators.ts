import { NotInSql } from './not-in-sql.ts';
import { as, type Sql } from './scalar.ts';
import { bind, dynamicText, elementsOf } from './sql-types.ts';
import type { Place, ScalarType } from '../../core/kql/query.ts';

const NUMBERS: ReadonlySet<ScalarType> = new Set(['int', 'long', 'real']);
const TIMES: ReadonlySet<ScalarType> = new Set(['datetime', 'timespan']);

interface Operator {
  readonly op: string;
  readonly at: Place;
  readonly left: Sql;
  readonly right: Sql;
  /** What the binder says comes out. */
  readonly type: ScalarType;
}

const wrong = ({ op, left, right, at }: Operator): never => {
  throw new NotInSql(`${left.type} ${op} ${right.type}`, at);
};

export const operator = (of: Operator): string => {
  const { op, left, right } = of;
  switch (op) {
    case 'and':
    case 'or':
      return `(${as(left, 'bool')} ${op.toUpperCase()} ${as(right, 'bool')})`;
    case '==':
    case '!=':
      return equality(of);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return `(${comparable(of).join(` ${op} `)})`;
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(of);
    case '=~':
      return `(lowerUTF8(${texts(of)[0]}) = lowerUTF8(${texts(of)[1]}))`;
    case '!~':
      return `(lowerUTF8(${texts(of)[0]}) != lowerUTF8(${texts(of)[1]}))`;
    case 'matches regex':
      return `match(${texts(of).join(', ')})`;
    default:
      return search(op, texts(of)) ?? wrong(of);
  }
};

/** null and null is null, null and a value is false: https://learn.microsoft.com/kusto/query/scalar-data-types/null-values */
const equality = (of: Operator): string => {
  const { op, left, right } = of;
  const sign = op === '==' ? '=' : '!=';
  if (left.type === 'string' && right.type === 'string') return `(${left.sql} ${sign} ${right.sql})`;
  const [a, b] = comparable(of);
  const isUnequal = op === '!=';
  return bind(
    [a, b],
    (x = '', y = '') => `if(isNull(${x}) AND isNull(${y}), NULL, ifNull(${x} ${sign} ${y}, ${isUnequal}))`,
  );
};

/** Both sides as one type. A dynamic is taken for what the other side is, where it holds that; else it is null. */
const comparable = (of: Operator): readonly [string, string] => {
  const { left, right } = of;
  if (left.type === right.type && left.type !== 'dynamic') return [left.sql, right.sql];
  if (NUMBERS.has(left.type) && NUMBERS.has(right.type)) return [left.sql, right.sql];
  if (left.type === 'dynamic' && right.type !== 'dynamic') return [held(left.sql, right.type) ?? wrong(of), right.sql];
  if (right.type === 'dynamic' && left.type !== 'dynamic') return [left.sql, held(right.sql, left.type) ?? wrong(of)];
  return wrong(of);
};

const held = (d: string, type: ScalarType): string | null => {
  if (NUMBERS.has(type))
    return bind(
      [d],
      (x = '') => `if(JSONType(ifNull(${x}, '')) IN ('Int64', 'UInt64', 'Double'), toFloat64OrNull(${x}), NULL)`,
    );
  if (type === 'string')
    return bind(
      [d],
      (x = '') => `if(JSONType(ifNull(${x}, '')) = 'String', JSONExtractString(ifNull(${x}, '')), NULL)`,
    );
  if (type === 'bool') return bind([d], (x = '') => `if(JSONType(ifNull(${x}, '')) = 'Bool', ${x} = 'true', NULL)`);
  return null;
};

const arithmetic = (of: Operator): string => {
  const { op, left, right, type } = of;
  const [a, b] = [left.sql, right.sql];
  const both = (of1: ReadonlySet<ScalarType>): boolean => of1.has(left.type) && of1.has(right.type);
  if (both(NUMBERS)) {
    if (type === 'real') {
      const [x, y] = [`toFloat64(${a})`, `toFloat64(${b})`];
      // As the sign of the dividend has it: the remainder of whole numbers alone is never negative.
      return op === '%' ? `(${x} % ${y})` : `(${x} ${op} ${y})`;
    }
    const [x, y] = [`toInt64(${a})`, `toInt64(${b})`];
    if (op === '/') return `intDivOrNull(${x}, ${y})`;
    if (op === '%') return `positiveModuloOrNull(${x}, ${y})`;
    return `(${x} ${op} ${y})`;
  }
  if (both(TIMES)) {
    const isPlain = left.type === 'timespan' && right.type === 'timespan';
    if (op === '-' && !(left.type === 'timespan' && right.type === 'datetime')) return `(${a} - ${b})`;
    if (op === '+' && !(left.type === 'datetime' && right.type === 'datetime')) return `(${a} + ${b})`;
    if (op === '/' && isPlain) return `(toFloat64(${a}) / toFloat64(${b}))`;
    if (op === '%' && isPlain) return `positiveModuloOrNull(${a}, ${b})`;
    return wrong(of);
  }
  const [span, number] = left.type === 'timespan' ? [left, right] : [right, left];
  if (span.type !== 'timespan' || !NUMBERS.has(number.type)) return wrong(of);
  if (op === '*') return scaled(span.sql, '*', number);
  return op === '/' && left === span ? scaled(span.sql, '/', number) : wrong(of);
};

const scaled = (ticks: string, op: '*' | '/', { sql, type }: Sql): string => {
  if (type !== 'real') return op === '*' ? `(${ticks} * ${sql})` : `intDivOrNull(${ticks}, ${sql})`;
  return `accurateCastOrNull(round(${ticks} ${op} ${sql}), 'Int64')`;
};

const texts = (of: Operator): readonly [string, string] => {
  const { left, right } = of;
  const text = (side: Sql): string =>
    side.type === 'string' ? side.sql : side.type === 'dynamic' ? dynamicText(side.sql) : wrong(of);
  return [text(left), text(right)];
};

/** A term is a longest run of ASCII letters and digits: https://learn.microsoft.com/kusto/query/datatypes-string-operators#what-is-a-term */
const EDGE = { before: "'(^|[^0-9A-Za-z])'", after: "'($|[^0-9A-Za-z])'" } as const;

/** What looks for one text in another, and minds neither case nor accents; `_cs` minds. null: no such operator. */
const search = (op: string, [where, what]: readonly [string, string]): string | null => {
  const [, not = '', name = '', exact] = /^(!?)(\w+?)(_cs)?$/.exec(op) ?? [];
  const [a, b] = exact === undefined ? [`lowerUTF8(${where})`, `lowerUTF8(${what})`] : [where, what];
  const terms = (before: string, after: string): string =>
    `match(${a}, concat(${before}, regexpQuoteMeta(${b}), ${after}))`;
  const found: Readonly<Record<string, string>> = {
    contains: `position(${a}, ${b}) > 0`,
    startswith: `startsWith(${a}, ${b})`,
    endswith: `endsWith(${a}, ${b})`,
    has: terms(EDGE.before, EDGE.after),
    hasprefix: terms(EDGE.before, "''"),
    hassuffix: terms("''", EDGE.after),
  };
  const made = found[name];
  return made === undefined ? null : not === '' ? `(${made})` : `(NOT (${made}))`;
};

/** `left` is one of these values; their types are compared as `==` compares them. */
export const among = (op: string, at: Place, left: Sql, list: readonly Sql[]): string => {
  const not = op.startsWith('!');
  if (op === 'has_any' || op === 'has_all') return hasSome(op, at, left, list);
  const [only] = list;
  if (list.length === 1 && only?.type === 'dynamic') return amongElements(op, left, only.sql);
  const lower = (sql: string): string => (op.endsWith('~') ? `lowerUTF8(${sql})` : sql);
  if (op.endsWith('~') || (left.type === 'string' && list.every(({ type }) => type === 'string'))) {
    const value = as(left, 'string');
    return `(${not ? 'NOT ' : ''}has([${list.map((each) => lower(as(each, 'string'))).join(', ')}], ${lower(value)}))`;
  }
  // Of many values: or of ==, and of !=.
  const each = list.map((right) => operator({ op: not ? '!=' : '==', at, left, right, type: 'bool' }));
  return `(${each.join(not ? ' AND ' : ' OR ')})`;
};

const amongElements = (op: string, left: Sql, list: string): string => {
  const lower = (sql: string): string => (op.endsWith('~') ? `lowerUTF8(${sql})` : sql);
  const found = bind(
    [as(left, 'string'), elementsOf(list)],
    (value = '', elements = '') =>
      `has(arrayMap(e -> ${lower("if(JSONType(e) = 'String', JSONExtractString(e), e)")}, ${elements}), ${lower(value)})`,
  );
  return op.startsWith('!') ? `(NOT ${found})` : found;
};

const hasSome = (op: string, at: Place, left: Sql, list: readonly Sql[]): string => {
  const [only] = list;
  const value = as(left, 'string');
  if (list.length === 1 && only?.type === 'dynamic')
    return bind(
      [value, elementsOf(only.sql)],
      (where = '', elements = '') =>
        `${op === 'has_any' ? 'arrayExists' : 'arrayAll'}(e -> ${search('has', [where, "if(JSONType(e) = 'String', JSONExtractString(e), e)"])}, ${elements})`,
    );
  const each = list.map((right) => search('has', [value, as(right, 'string')]) ?? '');
  if (each.length === 0) throw new NotInSql(`${op} of nothing`, at);
  return `(${each.join(op === 'has_any' ? ' OR ' : ' AND ')})`;
};
