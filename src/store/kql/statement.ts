import type { Column, Named, Place, ScalarType } from '../../core/kql/query.ts';
import { type ExpressionMaker, type Scope, type SqlColumn, typeOf } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import { SqlParams } from './params.ts';
import { as } from './scalar.ts';
import { cast } from './sql-types.ts';

/** Rows as a name that the statement has for them. */
export interface Rows {
  readonly from: string;
  readonly columns: readonly SqlColumn[];
}

/** So many selects: beyond, lets have been written out again and again. */
const MOST_STEPS = 400;

/** A statement that grows by one SELECT with a name for each step; columns have numbers, not names. */
export class Statement {
  readonly params = new SqlParams();
  private readonly steps: string[] = [];
  /** Of every column so far. */
  readonly types = new Map<string, ScalarType>();
  private ids = 0;
  /** Selects, each as often as the engine runs it. */
  cost = 0;

  /** What answers with these columns of these rows. */
  answer({ from, columns }: Rows): string {
    return `WITH ${this.steps.join(',\n')}\nSELECT ${columns.map(({ id }) => id).join(', ')} FROM ${from}`;
  }

  id(): string {
    return `c${this.ids++}`;
  }

  /** Gives a SELECT its name. */
  step(select: string, columns: readonly SqlColumn[], at: Place): Rows {
    this.cost += 1;
    if (this.cost > MOST_STEPS)
      throw new NotInSql(`a query of more than ${MOST_STEPS} steps, its lets written out`, at);
    const from = `s${this.steps.length}`;
    this.steps.push(`${from} AS (${select})`);
    return { from, columns };
  }

  /**
   * Columns of a step. What is another column as it is keeps its type, unless it comes out of a join, where everything may be null: each cast
   * that is spared is one that the engine need not plan.
   */
  selected(values: readonly (Column & { readonly sql: string })[], from: string, at: Place, isOfJoin = false): Rows {
    const columns = values.map(({ name, type }): SqlColumn => ({ name, type: typeOf({ type, at }), id: this.id() }));
    const list = columns.map(({ type, id }, i) => {
      const { sql } = values[i] as { readonly sql: string };
      const isSame = this.types.get(sql) === type && (!isOfJoin || type !== 'string');
      this.types.set(id, type);
      return `${isSame ? sql : cast(sql, type)} AS ${id}`;
    });
    return this.step(`SELECT ${list.join(', ')}${from}`, columns, at);
  }
}

export const NO_SCOPE: Scope = { columns: [], isGrouped: false };

export const idOf = (columns: readonly SqlColumn[], name: string, at: Place): string => {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new NotInSql(`the column ${name} here`, at);
  return found.id;
};

/** The value as the type that its column has. */
export const valueFor = (expressions: ExpressionMaker, { expr }: Named, { type }: Column, scope: Scope): string =>
  as(expressions.expr(expr, scope), typeOf({ type, at: expr.at }));
