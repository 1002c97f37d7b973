import type { Expr, Step } from '../../core/kql/query.ts';
import type { SqlColumn } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import type { Rows, Statement } from './statement.ts';

const JOINS: Readonly<Record<string, { readonly sql: string; readonly keeps: 'left' | 'right' | 'both' }>> = {
  inner: { sql: 'INNER', keeps: 'both' },
  innerunique: { sql: 'INNER', keeps: 'both' },
  leftouter: { sql: 'LEFT', keeps: 'both' },
  rightouter: { sql: 'RIGHT', keeps: 'both' },
  fullouter: { sql: 'FULL', keeps: 'both' },
  leftsemi: { sql: 'LEFT SEMI', keeps: 'left' },
  rightsemi: { sql: 'RIGHT SEMI', keeps: 'right' },
  leftanti: { sql: 'LEFT ANTI', keeps: 'left' },
  anti: { sql: 'LEFT ANTI', keeps: 'left' },
  leftantisemi: { sql: 'LEFT ANTI', keeps: 'left' },
  rightanti: { sql: 'RIGHT ANTI', keeps: 'right' },
  rightantisemi: { sql: 'RIGHT ANTI', keeps: 'right' },
};
/** The kinds that join takes, for the reference. */
export const JOIN_KINDS: readonly string[] = Object.keys(JOINS);

export const join = (
  statement: Statement,
  step: Extract<Step, { readonly kind: 'join' | 'lookup' }>,
  before: Rows,
  rightOf: () => Rows,
): Rows => {
  const { at, flavour, on } = step;
  const words = JOINS[flavour];
  if (words === undefined) throw new NotInSql(`join kind=${flavour}`, at);
  const right = rightOf();
  const keys = on.map((each) => keyOf(each, before.columns, right.columns));
  // innerunique, the default, keeps any one row of the left side for each key.
  const left =
    flavour === 'innerunique'
      ? statement.step(
          `SELECT * FROM ${before.from} LIMIT 1 BY ${keys.map(({ left: key }) => key.id).join(', ')}`,
          before.columns,
          at,
        )
      : before;
  const rightKeys = new Set(keys.map(({ right: key }) => key.id));
  const carried = step.kind === 'lookup' ? right.columns.filter(({ id }) => !rightKeys.has(id)) : right.columns;
  const all =
    words.keeps === 'left' ? before.columns : words.keeps === 'right' ? right.columns : [...before.columns, ...carried];
  if (all.length !== step.columns.length) throw new NotInSql(`this ${step.kind}`, at);
  const condition = keys.map(({ left: a, right: b }) => `${a.id} = ${b.id}`).join(' AND ');
  return statement.selected(
    step.columns.map((column, i) => ({ ...column, sql: all[i]?.id ?? '' })),
    ` FROM ${left.from} ${words.sql} JOIN ${right.from} ON ${condition}`,
    at,
    true,
  );
};

const keyOf = (
  on: Expr,
  left: readonly SqlColumn[],
  right: readonly SqlColumn[],
): { readonly left: SqlColumn; readonly right: SqlColumn } => {
  const find = (columns: readonly SqlColumn[], name: string): SqlColumn => {
    const found = columns.find((column) => column.name === name);
    if (found === undefined || found.type === 'dynamic') throw new NotInSql(`a join by ${name}`, on.at);
    return found;
  };
  if (on.kind === 'column') return { left: find(left, on.name), right: find(right, on.name) };
  if (on.kind !== 'operator' || on.op !== '==' || on.left.kind !== 'column' || on.right.kind !== 'column')
    throw new NotInSql('this condition of a join', on.at);
  const [a, b] = on.left.side === 'right' ? [on.right, on.left] : [on.left, on.right];
  if (a.side !== 'left' || b.side !== 'right') throw new NotInSql('this condition of a join', on.at);
  return { left: find(left, a.name), right: find(right, b.name) };
};
