import { originsOf, type Origin, type Rows, soleColumn } from './known.ts';
import type { Expr } from './query.ts';
import type { ColumnFacts } from './tables.ts';

/** Whether only such rows pass of which `test` holds in one of the parts: of `and` one side is enough, `or` needs both. */
export const ensures = (condition: Expr, test: (part: Expr) => boolean): boolean => {
  if (condition.kind !== 'operator') return test(condition);
  if (condition.op === 'and') return ensures(condition.left, test) || ensures(condition.right, test);
  if (condition.op === 'or') return ensures(condition.left, test) && ensures(condition.right, test);
  return test(condition);
};

const textOf = (expr: Expr | undefined): string | null => (expr?.kind === 'literal' ? expr.string : null);

/** Texts in which these find something are not "". */
const FINDS: ReadonlySet<string> = new Set(
  '== =~ has has_cs hasprefix hasprefix_cs hassuffix hassuffix_cs contains contains_cs startswith startswith_cs endswith endswith_cs'.split(
    ' ',
  ),
);
/** True of nothing that is "". */
const TRUE_OF_FILLED: ReadonlySet<string> = new Set([
  'isnotempty',
  'notempty',
  'ipv4_is_private',
  'ipv4_is_in_range',
  'ipv4_is_in_any_range',
  'ipv4_is_match',
  'ipv6_is_match',
  'ipv6_is_in_range',
  'ipv6_is_in_any_range',
  'has_ipv4',
  'has_ipv4_prefix',
]);

/** Whether a part of a condition asks if the column has something in it: whoever does knows that it may not. */
export const asksIfFilled = (part: Expr, name: string): boolean => {
  if (part.kind === 'operator' && part.op === '!=') return soleColumn(part.left) === name && textOf(part.right) === '';
  if (part.kind === 'operator' && part.op === '>' && part.left.kind === 'call' && part.left.name === 'strlen')
    return soleColumn(part.left.args[0]) === name && part.right.kind === 'literal';
  if (part.kind !== 'call') return false;
  if (part.name === 'isnotempty' || part.name === 'notempty') return soleColumn(part.args[0]) === name;
  const [inner] = part.args;
  return (
    part.name === 'not' && inner?.kind === 'call' && inner.name === 'isempty' && soleColumn(inner.args[0]) === name
  );
};

/** Whether the column is "" in no row of which the part is true. */
export const provesFilled = (part: Expr, name: string): boolean => {
  if (asksIfFilled(part, name)) return true;
  if (part.kind === 'call') return TRUE_OF_FILLED.has(part.name) && soleColumn(part.args[0]) === name;
  if (part.kind === 'operator')
    return FINDS.has(part.op) && soleColumn(part.left) === name && (textOf(part.right) ?? '') !== '';
  if (part.kind !== 'in' || soleColumn(part.left) !== name || part.op.startsWith('!')) return false;
  return part.list.length > 0 && part.list.every((each) => (textOf(each) ?? '') !== '');
};

/** Whether the part keeps only rows in which the column is filled, as its table has it: outbound flows have the address of the node. */
export const choosesFilled = (
  part: Expr,
  origin: Origin,
  { filledWhere }: Pick<ColumnFacts, 'filledWhere'>,
  rows: Rows,
): boolean => {
  if (filledWhere === undefined || (part.kind !== 'in' && part.kind !== 'operator')) return false;
  const isOf = originsOf(part.left, rows).some(
    ({ table, column }) => table === origin.table && column === filledWhere.column,
  );
  const values =
    part.kind === 'in' ? (/^in~?$/.test(part.op) ? part.list : []) : EQUAL.has(part.op) ? [part.right] : [];
  const ignoresCase = part.op.includes('~');
  const same = (text: string): boolean =>
    filledWhere.values.some((value) => (ignoresCase ? value.toLowerCase() === text.toLowerCase() : value === text));
  return isOf && values.length > 0 && values.every((value) => same(textOf(value) ?? ''));
};

const EQUAL: ReadonlySet<string> = new Set(['==', '=~']);
const FROM: ReadonlySet<string> = new Set(['>', '>=', '==']);
const UP_TO: ReadonlySet<string> = new Set(['<', '<=', '==']);

/** The columns that the part bounds from below, as times: `T > ago(1h)`, `ago(1h) < T`, `T between (…)`, `now() - T < 1h`. */
export const boundedBelow = (part: Expr, rows: Rows): readonly Origin[] => {
  if (part.kind === 'between') return part.not ? [] : bounded(part.left, part.low, rows);
  if (part.kind === 'in') return part.op === 'in' && part.left.type === 'datetime' ? originsOf(part.left, rows) : [];
  if (part.kind !== 'operator') return [];
  const { op, left, right } = part;
  return [
    ...(FROM.has(op) ? bounded(left, right, rows) : []),
    ...(UP_TO.has(op) ? bounded(right, left, rows) : []),
    ...(UP_TO.has(op) ? agesIn(left, rows) : []),
    ...(FROM.has(op) ? agesIn(right, rows) : []),
  ];
};

/** Whether a bound lies days back, as in `startofday(ago(7d))`: then it matters little that rows arrive an hour or two later. */
export const liesDaysBack = (edge: Expr): boolean => {
  if (edge.kind === 'literal') return edge.type === 'timespan' && /^[1-9]\d*(?:\.\d+)?d$/.test(edge.text);
  if (edge.kind === 'call') return edge.args.some(liesDaysBack);
  return edge.kind === 'operator' && (liesDaysBack(edge.left) || liesDaysBack(edge.right));
};

/** A time that is compared with what no table says. */
const bounded = (time: Expr, edge: Expr, rows: Rows): readonly Origin[] =>
  time.type === 'datetime' && originsOf(edge, rows).length === 0 ? originsOf(time, rows) : [];

/** Of `now() - T` and `datetime_diff('hour', now(), T)`: T. */
const agesIn = (age: Expr, rows: Rows): readonly Origin[] => {
  if (age.kind === 'operator' && age.op === '-' && age.type === 'timespan')
    return originsOf(age.left, rows).length === 0 ? originsOf(age.right, rows) : [];
  return age.kind === 'call' && age.name === 'datetime_diff' ? originsOf(age, rows) : [];
};
