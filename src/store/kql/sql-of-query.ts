import type { Column, Expr, Named, Ordered, Pipeline, Place, Query, Step, Unioned } from '../../core/kql/query.ts';
import type { Params } from '../engine.ts';
import { summarize } from './aggregation.ts';
import { ExpressionMaker, type Scope, type SqlColumn, typeOf } from './expressions.ts';
import { join } from './joins.ts';
import { mvExpand } from './mv-expansion.ts';
import { NotInSql } from './not-in-sql.ts';
import { nullOf } from './sql-types.ts';
import { idOf, type Rows, Statement, valueFor } from './statement.ts';
import { type PartOfUnion, union } from './unions.ts';
import { datatable, range } from './written-tables.ts';

/** Rows of a local table: a SELECT, and what it calls each column. A column that is missing is blank. */
export interface TableSql {
  readonly select: string;
  readonly columns: Readonly<Record<string, string>>;
}

export interface QuerySql {
  /** One column for each of `columns`, in their order. */
  readonly select: string;
  readonly columns: readonly SqlColumn[];
  readonly params: Params;
  readonly notes: readonly string[];
}

/** Makes the statement of one query. Every step is a SELECT with a name, so that none is nested in another; columns have numbers, not names. */
export const sqlOfQuery = (query: Query, table: (name: string) => TableSql | null, nowTicks: bigint): QuerySql =>
  new QueryMaker(table, nowTicks).query(query);

class QueryMaker {
  private readonly statement = new Statement();
  private readonly notes = new Set<string>();
  /** Within a union that leaves out what is not there. */
  private isFuzzy = false;
  private readonly lets = new Map<string, Expr | Pipeline>();
  private readonly made = new Map<Pipeline, { readonly rows: Rows; readonly cost: number }>();
  private readonly table: (name: string) => TableSql | null;
  private readonly expressions: ExpressionMaker;

  constructor(table: (name: string) => TableSql | null, nowTicks: bigint) {
    this.table = table;
    this.expressions = new ExpressionMaker({
      params: this.statement.params,
      nowTicks: String(nowTicks),
      scalar: (name) => {
        const value = this.lets.get(name);
        return value === undefined || 'steps' in value ? null : value;
      },
      rows: (pipeline) => {
        const { from, columns } = this.pipeline(pipeline);
        const [first] = columns;
        if (first === undefined) throw new NotInSql('a table without columns', pipeline.source.at);
        return { sql: `SELECT ${first.id} FROM ${from}`, type: first.type };
      },
    });
  }

  query(query: Query): QuerySql {
    for (const { name, initial, at } of query.parameters) {
      if (initial === null) throw new NotInSql(`the parameter ${name} without a value`, at);
      this.lets.set(name, initial);
    }
    for (const { name, value } of query.lets) this.lets.set(name, value);
    const rows = this.pipeline(query.result);
    const { columns } = rows;
    return { select: this.statement.answer(rows), columns, params: this.statement.params.all, notes: [...this.notes] };
  }

  private pipeline({ source, steps }: Pipeline): Rows {
    let rows = this.source(source);
    for (const step of steps) rows = this.next(step, rows);
    return rows;
  }

  private source(source: Pipeline['source']): Rows {
    const { at } = source;
    switch (source.kind) {
      case 'table': {
        const found = this.table(source.name);
        if (found === null) {
          if (!this.isFuzzy) throw new NotInSql(`the table ${source.name}, of which nothing is here,`, at);
          this.notes.add(`nothing is here of ${source.name}: its part of the union is empty`);
          return this.statement.selected(
            source.columns.map((column) => ({ ...column, sql: nullOf(typeOf({ ...column, at })) })),
            ' WHERE false',
            at,
          );
        }
        const values = source.columns.map((column) => ({
          ...column,
          sql: found.columns[column.name] ?? nullOf(typeOf({ ...column, at })),
        }));
        return this.statement.selected(values, ` FROM (${found.select})`, at);
      }
      case 'let': {
        const value = this.lets.get(source.name);
        if (value === undefined || !('steps' in value)) throw new NotInSql(source.name, at);
        return this.again(value, at);
      }
      case 'pipeline':
        return this.pipeline(source.of);
      case 'print':
        return this.statement.selected(this.positional(source.named, source.columns, [], at), '', at);
      case 'datatable':
        return datatable(this.statement, source);
      case 'range':
        return range(this.statement, this.expressions, source);
      case 'union':
        return union(this.statement, source, this.parts(source), at);
      case 'other':
        throw new NotInSql(source.what, at);
    }
  }

  /** The rows of a let, under ids of their own: a join may bring them together with themselves. */
  private again(pipeline: Pipeline, at: Place): Rows {
    const before = this.statement.cost;
    const known = this.made.get(pipeline);
    const rows = known?.rows ?? this.pipeline(pipeline);
    // The engine works out what has a name wherever it is named.
    if (known === undefined) this.made.set(pipeline, { rows, cost: this.statement.cost - before });
    else this.statement.cost += known.cost;
    return this.statement.selected(
      rows.columns.map((column) => ({ ...column, sql: column.id })),
      ` FROM ${rows.from}`,
      at,
    );
  }

  private next(step: Step, before: Rows): Rows {
    const { at } = step;
    const scope: Scope = { columns: before.columns, isGrouped: false };
    const from = ` FROM ${before.from}`;
    const kept = (clause: string): Rows => this.statement.step(`SELECT *${from} ${clause}`, before.columns, at);
    switch (step.kind) {
      case 'where':
        return kept(`WHERE ${this.expressions.bool(step.condition, scope)}`);
      case 'project':
        return this.statement.selected(this.positional(step.named, step.columns, before.columns, at), from, at);
      case 'extend':
        return this.statement.selected(this.extended(step, before.columns), from, at);
      case 'distinct': {
        const isAll = step.named.some(({ expr }) => expr.kind === 'star');
        const values = isAll
          ? step.columns.map((column) => ({ ...column, sql: idOf(before.columns, column.name, at) }))
          : this.positional(step.named, step.columns, before.columns, at);
        const rows = this.statement.selected(values, from, at);
        return this.statement.step(`SELECT DISTINCT * FROM ${rows.from}`, rows.columns, at);
      }
      case 'project-away':
      case 'project-keep':
      case 'project-reorder':
        return this.statement.selected(
          step.columns.map((column) => ({ ...column, sql: idOf(before.columns, column.name, at) })),
          from,
          at,
        );
      case 'project-rename':
        // Each stays where it was.
        if (step.columns.length !== before.columns.length) throw new NotInSql('project-rename', at);
        return this.statement.selected(
          step.columns.map((column, i) => ({ ...column, sql: before.columns[i]?.id ?? '' })),
          from,
          at,
        );
      case 'summarize':
        return summarize(this.statement, this.expressions, step, before);
      case 'count':
        return this.statement.selected(
          [{ ...(step.columns[0] ?? { name: 'Count', type: 'long' }), sql: 'toInt64(count())' }],
          from,
          at,
        );
      case 'sort':
        return kept(`ORDER BY ${this.order(step.by, scope)}`);
      case 'top':
        return kept(`ORDER BY ${this.order(step.by, scope)} LIMIT ${this.limit(step.count)}`);
      case 'take':
        return kept(`LIMIT ${this.limit(step.count)}`);
      case 'join':
      case 'lookup':
        return join(this.statement, step, before, () => this.pipeline(step.right));
      case 'union': {
        const parts = [{ rows: before, name: null }, ...this.parts(step)];
        return union(this.statement, step, parts, at);
      }
      case 'mv-expand':
        return mvExpand(this.statement, this.expressions, step, before);
      case 'other':
        // serialize without new columns changes nothing, as every table has an order here; nor does a name that nobody asks for.
        if (
          (step.what === 'SerializeOperator' || step.what === 'AsOperator') &&
          step.columns.length === before.columns.length
        )
          return before;
        // How a table is drawn changes none of its rows.
        if (step.what !== 'RenderOperator') throw new NotInSql(step.what, at);
        this.notes.add('render is left out');
        return before;
    }
  }

  private positional(
    named: readonly Named[],
    columns: readonly Column[],
    before: readonly SqlColumn[],
    at: Place,
  ): readonly (Column & { readonly sql: string })[] {
    if (named.length !== columns.length) throw new NotInSql('a list of columns in which one stands for several', at);
    return columns.map((column, i) => ({
      ...column,
      sql: valueFor(this.expressions, named[i] as Named, column, { columns: before, isGrouped: false }),
    }));
  }

  private extended(
    step: Extract<Step, { readonly kind: 'extend' | 'project' | 'distinct' }>,
    before: readonly SqlColumn[],
  ): readonly (Column & { readonly sql: string })[] {
    const names = new Set([...before.map(({ name }) => name), ...step.named.map(({ name }) => name)]);
    // Those that Kusto names come after, in their order.
    const made = step.columns.filter(({ name }) => !names.has(name));
    const unnamed = step.named.filter(({ name, expr }) => name === null && expr.kind !== 'column');
    if (made.length !== unnamed.length) throw new NotInSql('an extend without a name', step.at);
    const defined = new Map<string, Named>();
    for (const each of step.named) if (each.name !== null) defined.set(each.name, each);
    for (const [i, each] of unnamed.entries()) defined.set(made[i]?.name ?? '', each);
    return step.columns.map((column) => {
      const named = defined.get(column.name);
      const sql =
        named === undefined
          ? idOf(before, column.name, step.at)
          : valueFor(this.expressions, named, column, { columns: before, isGrouped: false });
      return { ...column, sql };
    });
  }

  private parts(of: Unioned): readonly PartOfUnion[] {
    const before = this.isFuzzy;
    this.isFuzzy = before || of.isFuzzy;
    const parts = of.with.map((each) => this.named(each));
    this.isFuzzy = before;
    return parts;
  }

  /** A part of a union, and what `withsource` calls it. */
  private named(pipeline: Pipeline): PartOfUnion {
    const { source, steps } = pipeline;
    const name = steps.length === 0 && source.kind === 'table' ? source.name : null;
    return { rows: this.pipeline(pipeline), name };
  }

  private order(by: readonly Ordered[], scope: Scope): string {
    return by
      .map(({ expr, descending, nulls }) => {
        const { sql, type } = this.expressions.expr(expr, scope);
        if (type === 'dynamic') throw new NotInSql('an order of dynamic', expr.at);
        return `${sql} ${descending ? 'DESC' : 'ASC'} NULLS ${nulls.toUpperCase()}`;
      })
      .join(', ');
  }

  private limit(count: Expr): string {
    const rows = this.expressions.count(count);
    return this.statement.params.of('UInt64', String(rows < 0n ? 0n : rows));
  }
}
