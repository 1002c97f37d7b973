import { blankOf } from './blank.ts';
import { asksIfFilled, boundedBelow, choosesFilled, ensures, provesFilled } from './conditions.ts';
import { blankEquality, type JoinToJudge, joinTraps, judgeJoin, keysOf } from './join-traps.ts';
import {
  factsOf,
  type Flow,
  type Known,
  nameOfOrigin,
  type Origin,
  originsOf,
  type Reading,
  type Rows,
  unknown,
  unknownFlow,
} from './known.ts';
import type { Column, Expr, Named, Pipeline, Place, Query, Step, Unioned } from './query.ts';
import type { Tables } from './tables.ts';
import { type Trap, TrapReport } from './trap-report.ts';
import { isNotThere, valueTraps } from './value-traps.ts';

/** How a query is used, where that changes what is wrong with it. */
export interface QueryUse {
  /** The caller bounds the time that is read: an alert rule, a workbook with a range. */
  readonly isBounded: boolean;
  /** Its parameters become `let` before it is sent. */
  readonly hasParameters: boolean;
}

/**
 * Finds what type-checking passes and means something else. One walk forward along every pipeline, with what is known of each column; a `let`
 * is walked once, and what is known of it is known where its name stands. Where nothing is known, nothing is said.
 */
export const findTraps = (query: Query, tables: Tables, use: QueryUse): readonly Trap[] =>
  new TrapFinder(tables, use).query(query);

/** What a pipeline is for: the answer, something that a name or another pipeline rests on, or one value. */
type Purpose = 'answer' | 'rests' | 'value';

class TrapFinder {
  private readonly tables: Tables;
  private readonly use: QueryUse;
  private readonly report = new TrapReport();
  private readonly lets = new Map<string, Flow>();
  private readonly letBlank = new Map<string, string | null>();
  private readonly readings: Reading[] = [];
  private readonly joins: JoinToJudge[] = [];
  /** Columns that the query names anywhere, `table.column`. */
  private readonly mentioned = new Set<string>();
  private readonly askedIfFilled = new Set<string>();
  private readonly blankUses: { readonly origin: Origin; readonly at: Place }[] = [];
  private readonly arrivals: { readonly table: string; readonly at: Place; readonly message: string }[] = [];
  private readonly comparedTimes = new Set<string>();
  /** Of tables that stand where values do. */
  private readonly values = new Map<Pipeline, Flow>();

  constructor(tables: Tables, use: QueryUse) {
    this.tables = tables;
    this.use = use;
  }

  query({ parameters, parametersAt, lets, result }: Query): readonly Trap[] {
    if (parametersAt !== null && !this.use.hasParameters)
      this.report.add('KQL114', parametersAt, 'Azure Monitor has no `declare query_parameters`: write `let`');
    for (const { name, initial } of parameters) {
      if (initial !== null) this.expr(initial, unknownFlow([]));
      this.letBlank.set(
        name,
        initial?.kind === 'literal' && initial.string === '' ? `${name} is "" unless given` : null,
      );
    }
    for (const { name, value } of lets) {
      if ('steps' in value) this.lets.set(name, this.pipeline(value, 'rests'));
      else {
        this.expr(value, unknownFlow([]));
        this.letBlank.set(name, blankOf(value, new Map(), this.letBlank));
      }
    }
    this.answer(this.pipeline(result, 'answer'));
    this.judge();
    return this.report.all();
  }

  private pipeline({ source, steps }: Pipeline, purpose: Purpose): Flow {
    let flow = this.source(source);
    for (const [i, step] of steps.entries()) flow = this.step(step, flow, purpose, i === steps.length - 1);
    return flow;
  }

  private source(source: Pipeline['source']): Flow {
    switch (source.kind) {
      case 'table':
        return this.table(source.name, source.at, source.columns);
      case 'let':
        return this.lets.get(source.name) ?? unknownFlow(source.columns);
      case 'pipeline':
        return this.pipeline(source.of, 'rests');
      case 'union':
        return this.union(
          source.with.map((each) => this.pipeline(each, 'rests')),
          source,
          source.columns,
        );
      case 'print':
        for (const { expr } of source.named) this.expr(expr, unknownFlow([]));
        return { ...unknownFlow(source.columns), isOrdered: true, unique: new Set() };
      case 'datatable':
        for (const value of source.values) this.expr(value, unknownFlow([]));
        return unknownFlow(source.columns);
      case 'other': {
        const name = source.what.replace(/\(\)$/, '');
        if (isNotThere(name)) this.report.add('KQL114', source.at, `Azure Monitor has no function ${name}()`);
        return unknownFlow(source.columns);
      }
      default:
        return unknownFlow(source.columns);
    }
  }

  private table(name: string, at: Place, columns: readonly Column[]): Flow {
    const facts = Object.hasOwn(this.tables, name) ? this.tables[name] : undefined;
    if (facts === undefined) return unknownFlow(columns);
    const reading: Reading = { table: name, facts, at, isBounded: false, isEventBounded: false, isOfOneCluster: false };
    this.readings.push(reading);
    const rows = columns.map(({ name: column, type }): readonly [string, Known] => {
      const when = facts.columns[column]?.blankWhen;
      const blank = when === undefined ? null : `${column} is blank ${when}`;
      return [column, { type, origins: [{ table: name, column }], blank, at: null, isPlain: true }];
    });
    return { ...unknownFlow([]), rows: new Map(rows), readings: [reading], rowsOf: facts };
  }

  private step(step: Step, flow: Flow, purpose: Purpose, isLast: boolean): Flow {
    switch (step.kind) {
      case 'where':
        return this.where(step.condition, flow);
      case 'extend':
      case 'mv-expand':
        return {
          ...flow,
          rows: this.onto(step.columns, this.defined(step.named, flow), flow.rows),
          ...(step.kind === 'extend' ? {} : { unique: null, rowsOf: null }),
        };
      case 'project':
      case 'project-rename':
        return this.project(step, flow);
      case 'distinct':
        return { ...this.project(step, flow), isOrdered: false, unique: namesOf(step.columns), rowsOf: null };
      case 'project-away':
      case 'project-keep':
      case 'project-reorder':
        return this.kept(flow, this.onto(step.columns, new Map(), flow.rows));
      case 'summarize':
        return this.summarize(step, flow);
      case 'join':
      case 'lookup':
        return this.join(step, flow);
      case 'union':
        return this.union([flow, ...step.with.map((each) => this.pipeline(each, 'rests'))], step, step.columns);
      case 'sort':
      case 'top':
        for (const { expr } of step.by) this.expr(expr, flow);
        return { ...flow, isOrdered: true };
      case 'take':
        this.take(step, flow, purpose, isLast);
        return flow;
      case 'count':
        if (flow.rowsOf?.countBy !== undefined) this.countsRows(step.at, flow.rowsOf.countBy);
        return { ...unknownFlow(step.columns), isOrdered: true, unique: new Set() };
      case 'other':
        return this.other(step, flow);
    }
  }

  private where(condition: Expr, flow: Flow): Flow {
    this.expr(condition, flow);
    for (const reading of flow.readings) this.boundBy(condition, flow, reading);
    const kept = new Map(flow.rows);
    /** As far as the table itself or somebody who knows says so: to ask for one value is not to know. */
    const known = new Map(flow.rows);
    for (const [name, column] of flow.rows) {
      if (column.blank === null) continue;
      const isChosen = ensures(condition, (part) =>
        column.origins.some((origin) => choosesFilled(part, origin, factsOf(this.tables, origin) ?? {}, flow.rows)),
      );
      const isAsked = ensures(condition, (part) => asksIfFilled(part, name));
      if (isAsked) this.asked(column);
      if (isChosen || isAsked) known.set(name, { ...column, blank: null });
      if (isChosen || isAsked || ensures(condition, (part) => provesFilled(part, name)))
        kept.set(name, { ...column, blank: null });
    }
    this.comparisons(condition, { ...flow, rows: known });
    ensures(condition, (part) => this.equalsBlank(part, { ...flow, rows: known }));
    return { ...flow, rows: kept };
  }

  /** What a condition says of the rows of one table that are read. */
  private boundBy(condition: Expr, { rows, isSummarized }: Flow, reading: Reading): void {
    const { table, facts } = reading;
    const isOf = (column: string, part: Expr): boolean =>
      'left' in part &&
      [part.left, ...('right' in part ? [part.right] : [])].some((side) =>
        originsOf(side, rows).some((origin) => origin.table === table && origin.column === column),
      );
    if (!isSummarized) {
      const bounds = (part: Expr): readonly Origin[] =>
        boundedBelow(part, rows).filter((origin) => origin.table === table);
      if (ensures(condition, (part) => bounds(part).length > 0)) reading.isBounded = true;
      if (ensures(condition, (part) => bounds(part).some(({ column }) => facts.eventTime?.includes(column) === true)))
        reading.isEventBounded = true;
    }
    if (ensures(condition, (part) => facts.cluster?.some((column) => isOf(column, part)) === true))
      reading.isOfOneCluster = true;
  }

  /** Always false: it is asked of each part that must hold. */
  private equalsBlank(part: Expr, flow: Flow): boolean {
    const message =
      part.kind === 'operator' && (part.op === '==' || part.op === '=~')
        ? blankEquality(part.left, part.right, flow, this.letBlank)
        : part.kind === 'in' && (part.op === 'in' || part.op === 'in~')
          ? this.blankInTable(part.left, part.list, flow)
          : null;
    if (message !== null) this.report.add('KQL101', part.at, message);
    return false;
  }

  private blankInTable(left: Expr, list: readonly Expr[], flow: Flow): string | null {
    const [only] = list;
    const blank = blankOf(left, flow.rows, this.letBlank);
    if (blank === null || only?.kind !== 'rows') return null;
    const [column] = this.values.get(only.of)?.rows.values() ?? [];
    return column?.blank == null ? null : `${blank}, and ${column.blank}: "" is in ""`;
  }

  private project(step: Extract<Step, { readonly named: readonly Named[] }>, flow: Flow): Flow {
    this.usesOf(step.named, flow.rows);
    return this.kept(flow, this.onto(step.columns, this.defined(step.named, flow), flow.rows));
  }

  /** A row for each row, with other columns. */
  private kept(flow: Flow, rows: Rows): Flow {
    const unique = flow.unique !== null && [...flow.unique].every((name) => rows.has(name)) ? flow.unique : null;
    return { ...flow, rows, unique };
  }

  private summarize(step: Extract<Step, { readonly kind: 'summarize' }>, flow: Flow): Flow {
    const { rowsOf } = flow;
    this.usesOf(step.by, flow.rows);
    const by = this.defined(step.by, flow);
    for (const { expr } of step.by) this.arrivalIn(expr, flow.rows);
    const named = this.defined(step.named, flow);
    const asksBilled = step.named.some(({ expr }) => originsOf(expr, flow.rows).some(isBilledSize));
    const counts = step.named.find(({ expr }) => expr.kind === 'call' && expr.name === 'count');
    const isByThing = [...by.values()].some(({ origins }) => origins.some(({ column }) => column === rowsOf?.countBy));
    if (rowsOf?.countBy !== undefined && counts !== undefined && !asksBilled && !isByThing)
      this.countsRows(counts.expr.at, rowsOf.countBy);
    return {
      ...flow,
      rows: this.onto(step.columns, new Map([...by, ...named]), flow.rows),
      isOrdered: step.by.length === 0,
      isSummarized: true,
      unique: namesOf(step.columns.slice(0, step.by.length)),
      rowsOf: null,
    };
  }

  private join(step: Extract<Step, { readonly kind: 'join' | 'lookup' }>, left: Flow): Flow {
    const right = this.pipeline(step.right, 'rests');
    const keys = keysOf(step.on, left, right);
    joinTraps(step, keys, left, this.report);
    for (const { at, left: l, right: r } of keys)
      for (const { known } of [l, r]) {
        this.useOf(known, at);
        for (const origin of known?.origins ?? []) this.mentioned.add(nameOfOrigin(origin));
      }
    this.joins.push({ at: step.at, keys, left: left.readings, right: right.readings });
    const mayLack = {
      left: /^(?:right|full)outer$/.test(step.flavour),
      right: /^(?:left|full)outer$/.test(step.flavour),
    };
    return {
      ...left,
      rows: joinedRows(step, left.rows, right.rows, mayLack),
      readings: [...left.readings, ...right.readings],
      isOrdered: false,
      isSummarized: left.isSummarized && right.isSummarized,
      unique: null,
      rowsOf: null,
    };
  }

  private union(flows: readonly Flow[], { withSource }: Unioned, columns: readonly Column[]): Flow {
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
  }

  private take(step: Extract<Step, { readonly kind: 'take' }>, flow: Flow, purpose: Purpose, isLast: boolean): void {
    const isOne = step.count.kind === 'literal' && step.count.text === '1';
    // A sample at the very end is a sample; one row, or rows that something else rests on, are taken for the latest.
    if (flow.isOrdered || (purpose === 'answer' && isLast && !isOne)) return;
    this.report.add('KQL103', step.at, isOne ? 'any row, not the latest' : 'any rows, not the latest');
  }

  private other(step: Extract<Step, { readonly kind: 'other' }>, flow: Flow): Flow {
    const plugin = /^EvaluateOperator (python|sql_request)$/.exec(step.what)?.[1];
    if (plugin !== undefined) this.report.add('KQL114', step.at, `Azure Monitor has no plugin ${plugin}`);
    // `render` and the like change no rows; of what does, nothing is known but the names that stay.
    const changesNothing = /^(?:Render|Serialize)Operator$/.test(step.what);
    const rows = this.onto(step.columns, new Map(), flow.rows);
    return changesNothing ? flow : { ...flow, rows, isOrdered: false, unique: null, rowsOf: null };
  }

  private countsRows(at: Place, by: string): void {
    this.report.add('KQL119', at, `there is a row for each container and minute: count with dcount(${by})`);
  }

  /** The step's columns, with what is known of each. */
  private onto(columns: readonly Column[], defined: Rows, before: Rows): Rows {
    return new Map(columns.map(({ name, type }) => [name, defined.get(name) ?? before.get(name) ?? unknown(type)]));
  }

  private defined(named: readonly Named[], flow: Flow): Rows {
    const { rows } = flow;
    const defined = new Map<string, Known>();
    for (const { name, expr } of named) {
      this.expr(expr, flow);
      if (expr.kind === 'call' && /^arg_(?:max|min)$/.test(expr.name))
        for (const arg of expr.args) defineByName(arg, rows, defined);
      const as = name ?? nameMadeUp(expr);
      if (as !== null) defined.set(as, this.valued(expr, rows));
    }
    return defined;
  }

  private valued(expr: Expr, rows: Rows): Known {
    const plain = expr.kind === 'column' ? rows.get(expr.name) : undefined;
    if (plain !== undefined) return { ...plain, at: expr.at };
    const blank = blankOf(expr, rows, this.letBlank);
    return { type: expr.type, origins: originsOf(expr, rows), blank, at: expr.at, isPlain: false };
  }

  /** Walks one expression for what is wrong with it and what it mentions. */
  private expr(expr: Expr, flow: Flow): void {
    valueTraps(expr, flow.rows, this.tables, this.report);
    switch (expr.kind) {
      case 'column':
        for (const origin of flow.rows.get(expr.name)?.origins ?? []) this.mentioned.add(nameOfOrigin(origin));
        return;
      case 'operator':
        this.timesOfTwo(expr.left, expr.right, flow.rows);
        for (const side of [expr.left, expr.right]) this.expr(side, flow);
        return;
      case 'in':
        for (const each of [expr.left, ...expr.list]) this.expr(each, flow);
        return;
      case 'between':
        for (const edge of [expr.low, expr.high]) this.timesOfTwo(expr.left, edge, flow.rows);
        for (const each of [expr.left, expr.low, expr.high]) this.expr(each, flow);
        return;
      case 'call':
        for (const arg of expr.args) this.expr(arg, flow);
        return;
      case 'negate':
        return this.expr(expr.of, flow);
      case 'member':
        if (typeof expr.key !== 'string') this.expr(expr.key, flow);
        return this.expr(expr.of, flow);
      case 'rows':
        this.values.set(expr.of, this.pipeline(expr.of, 'value'));
        return;
      default:
    }
  }

  /** Columns that a condition compares although they can be blank. */
  private comparisons(condition: Expr, flow: Flow): void {
    switch (condition.kind) {
      case 'operator':
        for (const [side, other] of [
          [condition.left, condition.right],
          [condition.right, condition.left],
        ] as const) {
          if (side.kind !== 'column') this.comparisons(side, flow);
          else if (isBlankText(other)) this.asked(flow.rows.get(side.name));
          else if (!isPrivateText(other)) this.useOf(flow.rows.get(side.name), side.at);
        }
        return;
      case 'in':
        if (condition.left.kind === 'column' && !condition.list.every(isPrivateText))
          this.useOf(flow.rows.get(condition.left.name), condition.left.at);
        return;
      default:
    }
  }

  private asked(known: Known | undefined): void {
    for (const origin of known?.origins ?? []) this.askedIfFilled.add(nameOfOrigin(origin));
  }

  private timesOfTwo(left: Expr, right: Expr, rows: Rows): void {
    if (left.type !== 'datetime' && right.type !== 'datetime') return;
    for (const one of originsOf(left, rows))
      for (const other of originsOf(right, rows)) {
        this.comparedTimes.add(`${one.table} ${other.table}`);
        this.comparedTimes.add(`${other.table} ${one.table}`);
      }
  }

  private usesOf(named: readonly Named[], rows: Rows): void {
    for (const { expr } of named) if (expr.kind === 'column') this.useOf(rows.get(expr.name), expr.at);
  }

  private useOf(known: Known | undefined, at: Place): void {
    if (known?.blank == null) return;
    for (const origin of known.origins)
      if (factsOf(this.tables, origin)?.elsewhere !== undefined) this.blankUses.push({ origin, at });
  }

  private arrivalIn(expr: Expr, rows: Rows): void {
    for (const { table } of originsOf(expr, rows).filter((origin) => this.isArrival(origin)))
      this.arrivals.push({ table, at: expr.at, message: `rows are grouped by it` });
  }

  private isArrival({ table, column }: Origin): boolean {
    const facts = Object.hasOwn(this.tables, table) ? this.tables[table] : undefined;
    return column === 'TimeGenerated' && facts?.eventTime !== undefined;
  }

  /** Times of arrival that the answer tells as times, where no time of the event stands beside them. */
  private answer({ rows }: Flow): void {
    const told = [...rows.values()].flatMap(({ origins }) => origins);
    for (const { type, origins, at } of rows.values())
      for (const origin of type === 'datetime' ? origins : []) {
        if (!this.isArrival(origin) || at === null) continue;
        const events = this.tables[origin.table]?.eventTime ?? [];
        if (told.some(({ table, column }) => table === origin.table && events.includes(column))) continue;
        this.arrivals.push({ table: origin.table, at, message: 'it is told as a time of the answer' });
      }
  }

  /** What is known only when all was read. */
  private judge(): void {
    for (const { table, at, message } of this.arrivals) {
      // What arrived is what is paid for.
      if (this.mentioned.has(`${table}._BilledSize`)) continue;
      const times = this.tables[table]?.eventTime?.join(' or ') ?? '';
      this.report.add('KQL104', at, `TimeGenerated of ${table} is when the row arrived, and ${message}: use ${times}`);
    }
    for (const reading of this.readings) this.judgeReading(reading);
    for (const join of this.joins) judgeJoin(join, this.comparedTimes, this.tables, this.report);
    for (const { origin, at } of this.blankUses) {
      const { elsewhere = '', blankWhen = '' } = factsOf(this.tables, origin) ?? {};
      if (this.mentioned.has(`${origin.table}.${elsewhere}`) || this.askedIfFilled.has(nameOfOrigin(origin))) continue;
      this.report.add('KQL105', at, `${origin.column} is blank ${blankWhen}; the address is in ${elsewhere} then`);
    }
  }

  private judgeReading({ table, facts, at, isBounded, isEventBounded }: Reading): void {
    const { eventTime, rowKind, direction, retired } = facts;
    const isOfMoney = this.mentioned.has(`${table}._BilledSize`);
    const isMentioned = (column: string): boolean => isOfMoney || this.mentioned.has(`${table}.${column}`);
    if (!isBounded && !this.use.isBounded) this.report.add('KQL107', at, `${table} is read from its beginning`);
    else if (eventTime !== undefined && !isEventBounded && !isOfMoney)
      this.report.add(
        'KQL104',
        at,
        `${table} is bounded by TimeGenerated alone, when rows arrived: bound ${eventTime[0]} too`,
      );
    if (rowKind !== undefined && !isMentioned(rowKind.column))
      this.report.add('KQL108', at, `add where ${rowKind.column} == "${rowKind.value}"`);
    if (direction !== undefined && !isMentioned(direction))
      this.report.add('KQL109', at, `add a condition on ${direction}`);
    if (retired !== undefined) this.report.add('KQL110', at, `${table}: ${retired}`);
  }
}

const isBilledSize = ({ column }: Origin): boolean => column === '_BilledSize';

const namesOf = (columns: readonly Column[]): ReadonlySet<string> => new Set(columns.map(({ name }) => name));

/** The name that Kusto gives a value: of a column its own, of `bin(x, 1h)` and the like that of x. */
const nameMadeUp = (expr: Expr): string | null => {
  if (expr.kind === 'column') return expr.name;
  if (expr.kind !== 'call' || expr.args[0]?.kind !== 'column') return null;
  const { name } = expr.args[0];
  return AGGREGATES.has(expr.name) ? `${expr.name}_${name}` : name;
};
const AGGREGATES: ReadonlySet<string> = new Set(['min', 'max', 'any', 'take_any', 'sum', 'avg', 'dcount', 'count']);

/** Of `arg_max(t, a, b)` the columns keep their names; `*` brings all of them. */
const defineByName = (arg: Expr, rows: Rows, defined: Map<string, Known>): void => {
  if (arg.kind !== 'column') return;
  const known = rows.get(arg.name);
  if (known !== undefined) defined.set(arg.name, known);
};

/** Columns after a join: those of the left, then those of the right, which get a number where the name is taken. */
const joinedRows = (
  { columns }: Pick<Step, 'columns'>,
  left: Rows,
  right: Rows,
  mayLack: { readonly left: boolean; readonly right: boolean },
): Rows => {
  const lacking = (known: Known | undefined, type: Column['type'], lacks: boolean): Known => {
    const found = known ?? unknown(type);
    return lacks && found.type === 'string' && found.blank === null
      ? { ...found, blank: 'the join finds no row for some' }
      : found;
  };
  return new Map(
    columns.map(({ name, type }, i) => {
      const own = i < left.size ? left.get(name) : undefined;
      if (own !== undefined) return [name, lacking(own, type, mayLack.left)];
      return [
        name,
        lacking(right.get(name) ?? right.get(name.replace(/\d+$/, '')) ?? left.get(name), type, mayLack.right),
      ];
    }),
  );
};

const isBlankText = (expr: Expr): boolean => expr.kind === 'literal' && expr.string === '';

/** A private address, written out: Traffic Analytics has those in the plain column. */
const isPrivateText = (expr: Expr): boolean =>
  expr.kind === 'literal' &&
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)[\d.]+$/.test(
    expr.string ?? '',
  );
