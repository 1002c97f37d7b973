import { blankOf } from './blank.ts';
import { type Flow, type Known, originsOf, type Rows, unknown, unknownFlow } from './known.ts';
import type { Column, Expr, Named, Step, Unioned } from './query.ts';

/** What is known of each column after a step. Which columns there are, the step itself says. */

/** Of what is not defined anew, what was known before. */
export const onto = (columns: readonly Column[], defined: Rows, before: Rows): Rows =>
  new Map(columns.map(({ name, type }) => [name, defined.get(name) ?? before.get(name) ?? unknown(type)]));

/** What expressions with names define. `lets`: why names that stand for values can be "". */
export const defined = (named: readonly Named[], rows: Rows, lets: ReadonlyMap<string, string | null>): Rows => {
  const found = new Map<string, Known>();
  for (const { name, expr } of named) {
    // Of `arg_max(t, a, b)` the columns keep their names; `*` brings all of them.
    if (expr.kind === 'call' && /^arg_(?:max|min)$/.test(expr.name))
      for (const arg of expr.args) {
        const known = arg.kind === 'column' ? rows.get(arg.name) : undefined;
        if (known !== undefined && arg.kind === 'column') found.set(arg.name, known);
      }
    const as = name ?? nameMadeUp(expr);
    if (as !== null) found.set(as, valued(expr, rows, lets));
  }
  return found;
};

const valued = (expr: Expr, rows: Rows, lets: ReadonlyMap<string, string | null>): Known => {
  const plain = expr.kind === 'column' ? rows.get(expr.name) : undefined;
  if (plain !== undefined) return { ...plain, at: expr.at };
  const blank = blankOf(expr, rows, lets);
  return { type: expr.type, origins: originsOf(expr, rows), blank, at: expr.at, isPlain: false };
};

/** The name that Kusto gives a value: of a column its own, of `bin(x, 1h)` and the like that of x. */
const nameMadeUp = (expr: Expr): string | null => {
  if (expr.kind === 'column') return expr.name;
  if (expr.kind !== 'call' || expr.args[0]?.kind !== 'column') return null;
  const { name } = expr.args[0];
  return AGGREGATES.has(expr.name) ? `${expr.name}_${name}` : name;
};

const AGGREGATES: ReadonlySet<string> = new Set(['min', 'max', 'any', 'take_any', 'sum', 'avg', 'dcount', 'count']);

/** Columns of the left, then those of the right, which get a number where the name is taken. An outer join lacks rows of one side. */
export const joined = (
  { columns, flavour }: Extract<Step, { readonly flavour: string; readonly on: unknown }>,
  left: Rows,
  right: Rows,
): Rows => {
  const leftMayLack = /^(?:right|full)outer$/.test(flavour);
  const rightMayLack = /^(?:left|full)outer$/.test(flavour);
  return new Map(
    columns.map(({ name, type }, i) => {
      const own = i < left.size ? left.get(name) : undefined;
      if (own !== undefined) return [name, lacking(own, leftMayLack)];
      const other = right.get(name) ?? right.get(name.replace(/\d+$/, '')) ?? left.get(name);
      return [name, lacking(other ?? unknown(type), rightMayLack)];
    }),
  );
};

const lacking = (known: Known, mayLack: boolean): Known =>
  mayLack && known.type === 'string' && known.blank === null
    ? { ...known, blank: 'the join finds no row for some' }
    : known;

/** A text that one part has not is "" in its rows. */
export const unioned = (flows: readonly Flow[], { withSource }: Unioned, columns: readonly Column[]): Flow => {
  const rows = columns.map(({ name, type }): readonly [string, Known] => {
    const all = flows.map((flow) => flow.rows.get(name));
    const isLacking = type === 'string' && name !== withSource && all.includes(undefined);
    const blank =
      all.find((known) => known?.blank)?.blank ?? (isLacking ? `${name} is not in every part of the union` : null);
    const isPlain = all.every((known) => known === undefined || known.isPlain);
    return [name, { type, origins: all.flatMap((known) => known?.origins ?? []), blank, at: null, isPlain }];
  });
  return {
    ...unknownFlow([]),
    rows: new Map(rows),
    readings: flows.flatMap(({ readings }) => readings),
    isSummarized: flows.some(({ isSummarized }) => isSummarized),
  };
};
