import type {
  Column,
  Expr,
  Named,
  Ordered,
  Pipeline,
  Place,
  Query,
  ScalarType,
  Step,
  Unioned,
} from '../../core/kql/query.ts';
import type { Params } from '../engine.ts';
import { percentileOf, SPREADING } from './aggregates.ts';
import { valueOfLiteral } from './constants.ts';
import { ExpressionMaker, type Scope, type SqlColumn, typeOf } from './expressions.ts';
import { NotInSql } from './not-in-sql.ts';
import { SqlParams } from './params.ts';
import { as } from './scalar.ts';
import { bind, cast, converted, dynamicText, elementsOf, nullOf } from './sql-types.ts';

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

/** Rows as a name that the statement has for them. */
interface Rows {
  readonly from: string;
  readonly columns: readonly SqlColumn[];
}

/** So many selects: beyond, lets have been written out again and again. */
const MOST_STEPS = 400;

/** Makes the statement of one query. Every step is a SELECT with a name, so that none is nested in another; columns have numbers, not names. */
export const sqlOfQuery = (query: Query, table: (name: string) => TableSql | null, nowTicks: bigint): QuerySql =>
  new QueryMaker(table, nowTicks).query(query);

class QueryMaker {
  private readonly params = new SqlParams();
  private readonly steps: string[] = [];
  private readonly notes = new Set<string>();
  /** Within a union that leaves out what is not there. */
  private isFuzzy = false;
  private readonly lets = new Map<string, Expr | Pipeline>();
  private readonly made = new Map<Pipeline, { readonly rows: Rows; readonly cost: number }>();
  private readonly table: (name: string) => TableSql | null;
  private readonly expressions: ExpressionMaker;
  /** Of every column so far. */
  private readonly types = new Map<string, ScalarType>();
  private ids = 0;
  /** Selects, each as often as the engine runs it. */
  private cost = 0;

  constructor(table: (name: string) => TableSql | null, nowTicks: bigint) {
    this.table = table;
    this.expressions = new ExpressionMaker({
      params: this.params,
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
    const { from, columns } = this.pipeline(query.result);
    const { steps } = this;
    const select = `WITH ${steps.join(',\n')}\nSELECT ${columns.map(({ id }) => id).join(', ')} FROM ${from}`;
    return { select, columns, params: this.params.all, notes: [...this.notes] };
  }

  private id(): string {
    return `c${this.ids++}`;
  }

  /** Gives a SELECT its name. */
  private step(select: string, columns: readonly SqlColumn[], at: Place): Rows {
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
  private selected(
    values: readonly (Column & { readonly sql: string })[],
    from: string,
    at: Place,
    isOfJoin = false,
  ): Rows {
    const columns = values.map(({ name, type }): SqlColumn => ({ name, type: typeOf({ type, at }), id: this.id() }));
    const list = columns.map(({ type, id }, i) => {
      const { sql } = values[i] as { readonly sql: string };
      const isSame = this.types.get(sql) === type && (!isOfJoin || type !== 'string');
      this.types.set(id, type);
      return `${isSame ? sql : cast(sql, type)} AS ${id}`;
    });
    return this.step(`SELECT ${list.join(', ')}${from}`, columns, at);
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
          return this.selected(
            source.columns.map((column) => ({ ...column, sql: nullOf(typeOf({ ...column, at })) })),
            ' WHERE false',
            at,
          );
        }
        const values = source.columns.map((column) => ({
          ...column,
          sql: found.columns[column.name] ?? nullOf(typeOf({ ...column, at })),
        }));
        return this.selected(values, ` FROM (${found.select})`, at);
      }
      case 'let': {
        const value = this.lets.get(source.name);
        if (value === undefined || !('steps' in value)) throw new NotInSql(source.name, at);
        return this.again(value, at);
      }
      case 'pipeline':
        return this.pipeline(source.of);
      case 'print':
        return this.selected(this.positional(source.named, source.columns, NO_COLUMNS, at), '', at);
      case 'datatable':
        return this.datatable(source);
      case 'range':
        return this.range(source);
      case 'union':
        return this.union(source, this.parts(source), at);
      case 'other':
        throw new NotInSql(source.what, at);
    }
  }

  /** The rows of a let, under ids of their own: a join may bring them together with themselves. */
  private again(pipeline: Pipeline, at: Place): Rows {
    const before = this.cost;
    const known = this.made.get(pipeline);
    const rows = known?.rows ?? this.pipeline(pipeline);
    // The engine works out what has a name wherever it is named.
    if (known === undefined) this.made.set(pipeline, { rows, cost: this.cost - before });
    else this.cost += known.cost;
    return this.selected(
      rows.columns.map((column) => ({ ...column, sql: column.id })),
      ` FROM ${rows.from}`,
      at,
    );
  }

  private datatable({ values, columns, at }: Extract<Pipeline['source'], { readonly kind: 'datatable' }>): Rows {
    const width = columns.length;
    if (width === 0 || values.length % width !== 0) throw new NotInSql('a datatable whose rows are not whole', at);
    const cells = values.map((value, i) =>
      constantOf(value, typeOf({ type: columns[i % width]?.type ?? 'other', at: value.at })),
    );
    const rows = Array.from({ length: values.length / width }, (_, r) => cells.slice(r * width, (r + 1) * width));
    const json = this.params.of('String', JSON.stringify(rows));
    const cell = (i: number, type: ScalarType): string => {
      const text = `JSONExtract(_row, ${i + 1}, 'Nullable(String)')`;
      return type === 'string' || type === 'dynamic' ? text : (READ[type]?.(text) ?? text);
    };
    return this.selected(
      columns.map((column, i) => ({ ...column, sql: cell(i, typeOf({ ...column, at })) })),
      ` FROM (SELECT arrayJoin(JSONExtractArrayRaw(${json})) AS _row)`,
      at,
    );
  }

  private range({ low, high, by, columns, at }: Extract<Pipeline['source'], { readonly kind: 'range' }>): Rows {
    const [column] = columns;
    if (column === undefined) throw new NotInSql('range', at);
    const type = typeOf({ ...column, at });
    const [from, until, step] = [low, high, by].map((each) => this.expressions.expr(each, NO_SCOPE)) as [
      Sql3,
      Sql3,
      Sql3,
    ];
    if (type === 'real') throw new NotInSql('a range of reals', at);
    const ofStep = type === 'datetime' ? as(step, 'timespan') : as(step, type);
    const value = bind(
      [as(from, type), as(until, type), ofStep],
      (a = '', b = '', s = '') =>
        `if(${s} = 0 OR isNull(${s}), [], arrayMap(i -> ${a} + i * ${s}, range(toUInt64(greatest(ifNull(intDivOrNull(${b} - ${a}, ${s}) + if((${b} - ${a}) * sign(${s}) < 0, 0, 1), 0), 0)))))`,
    );
    return this.selected([{ ...column, sql: `arrayJoin(${value})` }], '', at);
  }

  private next(step: Step, before: Rows): Rows {
    const { at } = step;
    const scope: Scope = { columns: before.columns, isGrouped: false };
    const from = ` FROM ${before.from}`;
    const kept = (clause: string): Rows => this.step(`SELECT *${from} ${clause}`, before.columns, at);
    switch (step.kind) {
      case 'where':
        return kept(`WHERE ${this.expressions.bool(step.condition, scope)}`);
      case 'project':
        return this.selected(this.positional(step.named, step.columns, before.columns, at), from, at);
      case 'extend':
        return this.selected(this.extended(step, before.columns), from, at);
      case 'distinct': {
        const isAll = step.named.some(({ expr }) => expr.kind === 'star');
        const values = isAll
          ? step.columns.map((column) => ({ ...column, sql: idOf(before.columns, column.name, at) }))
          : this.positional(step.named, step.columns, before.columns, at);
        const rows = this.selected(values, from, at);
        return this.step(`SELECT DISTINCT * FROM ${rows.from}`, rows.columns, at);
      }
      case 'project-away':
      case 'project-keep':
      case 'project-reorder':
        return this.selected(
          step.columns.map((column) => ({ ...column, sql: idOf(before.columns, column.name, at) })),
          from,
          at,
        );
      case 'project-rename':
        // Each stays where it was.
        if (step.columns.length !== before.columns.length) throw new NotInSql('project-rename', at);
        return this.selected(
          step.columns.map((column, i) => ({ ...column, sql: before.columns[i]?.id ?? '' })),
          from,
          at,
        );
      case 'summarize':
        return this.summarize(step, before);
      case 'count':
        return this.selected(
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
        return this.join(step, before);
      case 'union': {
        const parts = [{ rows: before, name: null }, ...this.parts(step)];
        return this.union(step, parts, at);
      }
      case 'mv-expand':
        return this.mvExpand(step, before);
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
      sql: this.valueFor(named[i] as Named, column, { columns: before, isGrouped: false }),
    }));
  }

  private valueFor({ expr }: Named, { type }: Column, scope: Scope): string {
    return as(this.expressions.expr(expr, scope), typeOf({ type, at: expr.at }));
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
          : this.valueFor(named, column, { columns: before, isGrouped: false });
      return { ...column, sql };
    });
  }

  private summarize(step: Extract<Step, { readonly kind: 'summarize' }>, before: Rows): Rows {
    const { at, by, named, columns } = step;
    const scope: Scope = { columns: before.columns, isGrouped: false };
    const keys = by.map((each, i) => {
      const column = columns[i];
      if (column === undefined) throw new NotInSql('summarize', at);
      if (column.type === 'dynamic') throw new NotInSql('summarize by dynamic', each.expr.at);
      return { ...column, sql: this.valueFor(each, column, scope) };
    });
    const grouped = new Set(by.flatMap(({ expr }) => (expr.kind === 'column' ? [expr.name] : [])));
    const values = named.flatMap(({ expr }) => this.aggregated(expr, before.columns, grouped));
    if (keys.length + values.length !== columns.length)
      throw new NotInSql('a summarize in which one stands for several', at);
    const of = values.map((sql, i) => ({ ...(columns[keys.length + i] as Column), sql }));
    const keyed = this.selected(
      [...keys, ...before.columns.map((column) => ({ ...column, sql: column.id }))],
      ` FROM ${before.from}`,
      at,
    );
    // Aggregates refer to the columns as they are called behind the keys.
    const moved = new Map(before.columns.map(({ id }, i) => [id, keyed.columns[keys.length + i]?.id ?? id]));
    const renamed = (sql: string): string => sql.replace(/\bc\d+\b/g, (id) => moved.get(id) ?? id);
    const ids = keyed.columns.slice(0, keys.length).map(({ id }) => id);
    return this.selected(
      [
        ...keys.map((key, i) => ({ ...key, sql: ids[i] ?? '' })),
        ...of.map(({ sql, ...column }) => ({ ...column, sql: renamed(sql) })),
      ],
      ` FROM ${keyed.from}${ids.length === 0 ? '' : ` GROUP BY ${ids.join(', ')}`}`,
      at,
    );
  }

  /** The columns that one aggregate makes. */
  private aggregated(expr: Expr, before: readonly SqlColumn[], grouped: ReadonlySet<string>): readonly string[] {
    const scope: Scope = { columns: before, isGrouped: false };
    const value = (each: Expr): string => this.expressions.expr(each, scope).sql;
    if (expr.kind === 'call' && (expr.name === 'arg_max' || expr.name === 'arg_min'))
      return this.best(expr, before, grouped);
    if (expr.kind === 'call' && expr.name === 'percentiles') {
      const [of, ...percents] = expr.args;
      if (of === undefined) throw new NotInSql('percentiles of nothing', expr.at);
      return percents.map((percent) => percentileOf(value(of), as(this.expressions.expr(percent, NO_SCOPE), 'real')));
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
    return [this.expressions.expr(expr, { columns: before, isGrouped: true }).sql];
  }

  /**
   * The value and what its row has beside it. A null loses against any value, and wins where there is none:
   * https://learn.microsoft.com/kusto/query/arg-max-aggregation-function
   */
  private best(
    expr: Extract<Expr, { readonly kind: 'call' }>,
    before: readonly SqlColumn[],
    grouped: ReadonlySet<string>,
  ): readonly string[] {
    const scope: Scope = { columns: before, isGrouped: false };
    const [by, ...rest] = expr.args;
    if (by === undefined) throw new NotInSql(`${expr.name} of nothing`, expr.at);
    const key = this.expressions.expr(by, scope);
    if (key.type === 'dynamic') throw new NotInSql(`${expr.name} of dynamic`, by.at);
    const carried = rest.flatMap((each) =>
      each.kind === 'star'
        ? before
            .filter(({ name }) => !grouped.has(name) && !(by.kind === 'column' && by.name === name))
            .map(({ id }) => id)
        : [this.expressions.expr(each, scope).sql],
    );
    const isMax = expr.name === 'arg_max';
    const rank =
      key.type === 'string'
        ? key.sql
        : `tuple(${isMax ? 'isNotNull' : 'isNull'}(${key.sql}), assumeNotNull(${key.sql}))`;
    // Of a tuple: of a value alone the engine would skip rows in which it is null, and mix two rows.
    const row = `${isMax ? 'argMax' : 'argMin'}(tuple(${[key.sql, ...carried].join(', ')}), ${rank})`;
    return Array.from({ length: carried.length + 1 }, (_, i) => `${row}.${i + 1}`);
  }

  private join(step: Extract<Step, { readonly kind: 'join' | 'lookup' }>, before: Rows): Rows {
    const { at, flavour, on } = step;
    const words = JOINS[flavour];
    if (words === undefined) throw new NotInSql(`join kind=${flavour}`, at);
    const right = this.pipeline(step.right);
    const keys = on.map((each) => keyOf(each, before.columns, right.columns));
    // innerunique, the default, keeps any one row of the left side for each key.
    const left =
      flavour === 'innerunique'
        ? this.step(
            `SELECT * FROM ${before.from} LIMIT 1 BY ${keys.map(({ left: key }) => key.id).join(', ')}`,
            before.columns,
            at,
          )
        : before;
    const rightKeys = new Set(keys.map(({ right: key }) => key.id));
    const carried = step.kind === 'lookup' ? right.columns.filter(({ id }) => !rightKeys.has(id)) : right.columns;
    const all =
      words.keeps === 'left'
        ? before.columns
        : words.keeps === 'right'
          ? right.columns
          : [...before.columns, ...carried];
    if (all.length !== step.columns.length) throw new NotInSql(`this ${step.kind}`, at);
    const condition = keys.map(({ left: a, right: b }) => `${a.id} = ${b.id}`).join(' AND ');
    return this.selected(
      step.columns.map((column, i) => ({ ...column, sql: all[i]?.id ?? '' })),
      ` FROM ${left.from} ${words.sql} JOIN ${right.from} ON ${condition}`,
      at,
      true,
    );
  }

  private parts(union: Unioned): readonly ReturnType<QueryMaker['named']>[] {
    const before = this.isFuzzy;
    this.isFuzzy = before || union.isFuzzy;
    const parts = union.with.map((each) => this.named(each));
    this.isFuzzy = before;
    return parts;
  }

  /** A part of a union, and what `withsource` calls it. */
  private named(pipeline: Pipeline): { readonly rows: Rows; readonly name: string | null } {
    const { source, steps } = pipeline;
    const name = steps.length === 0 && source.kind === 'table' ? source.name : null;
    return { rows: this.pipeline(pipeline), name };
  }

  private union(
    { columns, withSource }: Unioned & { readonly columns: readonly Column[] },
    parts: readonly { readonly rows: Rows; readonly name: string | null }[],
    at: Place,
  ): Rows {
    const split = new Set(
      parts
        .flatMap(({ rows }) => rows.columns)
        .filter(({ name, type }, _, all) => all.some((other) => other.name === name && other.type !== type))
        .map(({ name }) => name),
    );
    const result = columns.map(({ name, type }): SqlColumn => ({ name, type: typeOf({ type, at }), id: this.id() }));
    for (const { id, type } of result) this.types.set(id, type);
    const selects = parts.map(({ rows, name: part }) => {
      const values = result.map((column, i) => {
        if (i === 0 && column.name === withSource) {
          if (part === null) throw new NotInSql('withsource of a part that is no table', at);
          return this.params.of('String', part);
        }
        const found = rows.columns.find(
          ({ name, type }) =>
            type === column.type && (split.has(name) ? column.name === `${name}_${type}` : column.name === name),
        );
        return found?.id ?? nullOf(column.type);
      });
      // A column of which several names were made is nobody's guess.
      const used = new Set(values);
      if (
        rows.columns.some(
          ({ id, name }) => !used.has(id) && result.some((column) => column.name.startsWith(name)) && split.has(name),
        )
      )
        throw new NotInSql('a union whose columns get new names twice', at);
      return `SELECT ${result.map(({ type, id }, i) => `${cast(values[i] ?? '', type)} AS ${id}`).join(', ')} FROM ${rows.from}`;
    });
    return this.step(selects.join(' UNION ALL '), result, at);
  }

  /**
   * An array makes a row for each element, a bag for each member, null one row with null, what is empty none. Several go side by side.
   * https://learn.microsoft.com/kusto/query/mv-expand-operator
   */
  private mvExpand(step: Extract<Step, { readonly kind: 'mv-expand' }>, before: Rows): Rows {
    const { at, named, columns } = step;
    const scope: Scope = { columns: before.columns, isGrouped: false };
    const lists = named.map(({ expr }) => {
      const value = this.expressions.expr(expr, scope);
      if (value.type !== 'dynamic') throw new NotInSql(`mv-expand of ${value.type}`, expr.at);
      return bind(
        [value.sql],
        (d = '') =>
          `multiIf(isNull(${d}), CAST([NULL] AS Array(Nullable(String))), JSONType(${d}) = 'Array', CAST(${elementsOf(d)} AS Array(Nullable(String))), JSONType(${d}) = 'Object', CAST(arrayMap(m -> concat('{', toJSONString(m.1), ':', m.2, '}'), JSONExtractKeysAndValuesRaw(ifNull(${d}, ''))) AS Array(Nullable(String))), CAST([${d}] AS Array(Nullable(String))))`,
      );
    });
    const ids = lists.map(() => this.id());
    const listed = this.step(
      `SELECT *, ${lists.map((list, i) => `${list} AS ${ids[i]}`).join(', ')} FROM ${before.from}`,
      before.columns,
      at,
    );
    const place = this.id();
    const unknown = columns.filter(
      ({ name }) => !before.columns.some((column) => column.name === name) && !named.some((each) => each.name === name),
    );
    const unnamed = named.filter(({ name, expr }) => name === null && expr.kind !== 'column');
    if (unknown.length !== unnamed.length) throw new NotInSql('mv-expand without a name', at);
    const nameOf = (each: Named): string =>
      each.name ??
      (each.expr.kind === 'column' ? each.expr.name : (unknown[unnamed.indexOf(each as never)]?.name ?? ''));
    const values = columns.map((column) => {
      const i = named.findIndex((each) => nameOf(each) === column.name);
      if (i < 0) return { ...column, sql: idOf(before.columns, column.name, at) };
      const element = `nullIf(arrayElementOrNull(${ids[i]}, ${place}), 'null')`;
      return { ...column, sql: elementAs(element, typeOf({ ...column, at }), at) };
    });
    const longest = `arrayMax([${ids.map((id) => `length(${id})`).join(', ')}])`;
    return this.selected(
      values,
      ` FROM (SELECT *, arrayJoin(range(1, toUInt64(${longest}) + 1)) AS ${place} FROM ${listed.from})`,
      at,
    );
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
    return this.params.of('UInt64', String(rows < 0n ? 0n : rows));
  }
}

type Sql3 = ReturnType<ExpressionMaker['expr']>;
const NO_COLUMNS: readonly SqlColumn[] = [];
const NO_SCOPE: Scope = { columns: NO_COLUMNS, isGrouped: false };

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

const idOf = (columns: readonly SqlColumn[], name: string, at: Place): string => {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new NotInSql(`the column ${name} here`, at);
  return found.id;
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
