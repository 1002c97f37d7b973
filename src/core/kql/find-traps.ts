import { blankOf } from './blank.ts';
import { Evidence } from './evidence.ts';
import { filtered } from './filter.ts';
import { joinTraps, keysOf } from './join-traps.ts';
import {
  type Flow,
  type Known,
  type Origin,
  originsOf,
  type Reading,
  type Rows,
  soleColumn,
  unknownFlow,
} from './known.ts';
import type { Column, Expr, Named, Pipeline, Place, Query, Step } from './query.ts';
import type { QueryUse } from './query-use.ts';
import { defined, joined, onto, unioned } from './rows-after.ts';
import type { Tables } from './tables.ts';
import { type Trap, TrapReport } from './trap-report.ts';
import { isNotThere, valueTraps } from './value-traps.ts';

/**
 * Finds what type-checking passes and means something else. One walk forward along every pipeline, with what is known of each column; a `let`
 * is walked once, and what is known of it is known where its name stands. Where nothing is known, nothing is said.
 */
export const findTraps = (query: Query, tables: Tables, use: QueryUse): readonly Trap[] => {
  const report = new TrapReport();
  const evidence = new Evidence(tables, report);
  new QueryWalk(evidence).query(query, use);
  evidence.judge(use);
  return report.all();
};

/** What a pipeline is for: the answer, something that a name or another pipeline rests on, or one value. */
type Purpose = 'answer' | 'rests' | 'value';

interface NamedColumns {
  readonly named: readonly Named[];
  readonly columns: readonly Column[];
}

const NOWHERE = unknownFlow([]);

class QueryWalk {
  private readonly evidence: Evidence;
  private readonly report: TrapReport;
  private readonly lets = new Map<string, Flow>();
  /** Why names that stand for values can be "". */
  private readonly letBlank = new Map<string, string | null>();
  /** Of tables that stand where values do. */
  private readonly values = new Map<Pipeline, Flow>();

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    this.report = evidence.report;
  }

  query({ parameters, parametersAt, lets, result }: Query, { hasParameters }: QueryUse): void {
    if (parametersAt !== null && !hasParameters)
      this.report.add('KQL114', parametersAt, 'Azure Monitor has no `declare query_parameters`: write `let`');
    for (const { name, initial } of parameters) {
      if (initial !== null) this.expr(initial, NOWHERE);
      const isBlank = initial?.kind === 'literal' && initial.string === '';
      this.letBlank.set(name, isBlank ? `${name} is "" unless given` : null);
    }
    for (const { name, value, at } of lets) {
      if ('kind' in value && value.kind === 'other')
        this.report.add('KQL004', at, `not looked into: what ${name} stands for (${value.what})`);
      if ('steps' in value) this.lets.set(name, this.pipeline(value, 'rests'));
      else {
        this.expr(value, NOWHERE);
        this.letBlank.set(name, blankOf(value, new Map(), this.letBlank));
      }
    }
    this.evidence.answered(this.pipeline(result, 'answer').rows);
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
        return unioned(this.all(source.with), source, source.columns);
      case 'print':
        for (const { expr } of source.named) this.expr(expr, NOWHERE);
        return { ...unknownFlow(source.columns), isOrdered: true, unique: new Set() };
      case 'datatable':
        for (const value of source.values) this.expr(value, NOWHERE);
        return unknownFlow(source.columns);
      case 'other': {
        const name = source.what.replace(/\(\)$/, '');
        if (isNotThere(name)) this.report.add('KQL114', source.at, `Azure Monitor has no function ${name}()`);
        return source.table === undefined
          ? unknownFlow(source.columns)
          : this.table(source.table, source.at, source.columns);
      }
      default:
        return unknownFlow(source.columns);
    }
  }

  private all(pipelines: readonly Pipeline[]): readonly Flow[] {
    return pipelines.map((each) => this.pipeline(each, 'rests'));
  }

  private table(name: string, at: Place, columns: readonly Column[]): Flow {
    const { tables, readings } = this.evidence;
    const facts = Object.hasOwn(tables, name) ? tables[name] : undefined;
    if (facts === undefined) return unknownFlow(columns);
    const reading: Reading = {
      table: name,
      facts,
      at,
      isBounded: false,
      isWide: false,
      isEventBounded: false,
      isOfOneCluster: false,
    };
    readings.push(reading);
    const rows = columns.map(({ name: column, type }): readonly [string, Known] => {
      const when = Object.hasOwn(facts.columns, column) ? facts.columns[column]?.blankWhen : undefined;
      const blank = when === undefined ? null : `${column} is blank ${when}`;
      return [column, { type, origins: [{ table: name, column }], blank, at: null, isPlain: true }];
    });
    return { ...NOWHERE, rows: new Map(rows), readings: [reading], rowsOf: facts };
  }

  private step(step: Step, flow: Flow, purpose: Purpose, isLast: boolean): Flow {
    switch (step.kind) {
      case 'where':
        this.expr(step.condition, flow);
        return filtered(step.condition, flow, { evidence: this.evidence, lets: this.letBlank, values: this.values });
      case 'extend':
        return { ...flow, rows: onto(step.columns, this.defined(step.named, flow), flow.rows) };
      case 'mv-expand': {
        const rows = onto(step.columns, this.defined(step.named, flow), flow.rows);
        return { ...flow, rows, unique: null, rowsOf: null };
      }
      case 'project':
      case 'project-rename':
        return this.project(step, flow);
      case 'distinct':
        return { ...this.project(step, flow), isOrdered: false, unique: namesOf(step.columns), rowsOf: null };
      case 'project-away':
      case 'project-keep':
      case 'project-reorder':
        return kept(flow, onto(step.columns, new Map(), flow.rows));
      case 'summarize':
        return this.summarize(step, flow);
      case 'join':
      case 'lookup':
        return this.join(step, flow);
      case 'union':
        return unioned([flow, ...this.all(step.with)], step, step.columns);
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

  private project({ named, columns }: NamedColumns, flow: Flow): Flow {
    this.uses(named, flow.rows);
    return kept(flow, onto(columns, this.defined(named, flow), flow.rows));
  }

  private summarize({ by, named, columns }: Extract<Step, { readonly kind: 'summarize' }>, flow: Flow): Flow {
    const { rows, rowsOf } = flow;
    this.uses(by, rows);
    for (const { expr } of by) this.evidence.groupedBy(expr, rows);
    const keys = this.defined(by, flow);
    const values = this.defined(named, flow);
    const counts = named.find(({ expr }) => expr.kind === 'call' && expr.name === 'count');
    const isByThing = [...keys.values()].some(({ origins }) =>
      origins.some(({ column }) => column === rowsOf?.countBy),
    );
    const asksBilled = named.some(({ expr }) => originsOf(expr, rows).some(isBilledSize));
    if (rowsOf?.countBy !== undefined && counts !== undefined && !isByThing && !asksBilled)
      this.countsRows(counts.expr.at, rowsOf.countBy);
    return {
      ...flow,
      rows: onto(columns, new Map([...keys, ...values]), rows),
      isOrdered: by.length === 0,
      isSummarized: true,
      unique: namesOf(columns.slice(0, by.length)),
      rowsOf: null,
    };
  }

  private join(step: Extract<Step, { readonly kind: 'join' | 'lookup' }>, left: Flow): Flow {
    const { evidence } = this;
    const right = this.pipeline(step.right, 'rests');
    const keys = keysOf(step.on, left, right);
    joinTraps(step, keys, left, this.report);
    for (const key of keys)
      for (const { known } of [key.left, key.right]) {
        evidence.used(known, key.at);
        evidence.mention(known);
      }
    evidence.joins.push({ at: step.at, keys, left: left.readings, right: right.readings });
    return {
      rows: joined(step, left.rows, right.rows),
      readings: [...left.readings, ...right.readings],
      isOrdered: false,
      isSummarized: left.isSummarized && right.isSummarized,
      unique: null,
      rowsOf: null,
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
    if (/^(?:Render|Serialize)Operator$/.test(step.what)) return flow;
    return { ...flow, rows: onto(step.columns, new Map(), flow.rows), isOrdered: false, unique: null, rowsOf: null };
  }

  private countsRows(at: Place, by: string): void {
    this.report.add('KQL119', at, `there is a row for each container and minute: count with dcount(${by})`);
  }

  private defined(named: readonly Named[], flow: Flow): Rows {
    for (const { expr } of named) this.expr(expr, flow);
    return defined(named, flow.rows, this.letBlank);
  }

  private uses(named: readonly Named[], rows: Rows): void {
    for (const { expr } of named) this.evidence.used(rows.get(soleColumn(expr) ?? ''), expr.at);
  }

  /** Walks one expression for what is wrong with it, what it mentions, and the tables in it. */
  private expr(expr: Expr, flow: Flow): void {
    const { evidence } = this;
    valueTraps(expr, flow.rows, evidence.tables, this.report);
    switch (expr.kind) {
      case 'column':
        return evidence.mention(flow.rows.get(expr.name));
      case 'operator':
        evidence.compared(expr.left, expr.right, flow.rows);
        return this.each([expr.left, expr.right], flow);
      case 'in':
        return this.each([expr.left, ...expr.list], flow);
      case 'between':
        for (const edge of [expr.low, expr.high]) evidence.compared(expr.left, edge, flow.rows);
        return this.each([expr.left, expr.low, expr.high], flow);
      case 'call':
        return this.each(expr.args, flow);
      case 'negate':
        return this.expr(expr.of, flow);
      case 'member':
        return this.each(typeof expr.key === 'string' ? [expr.of] : [expr.of, expr.key], flow);
      case 'rows':
        this.values.set(expr.of, this.pipeline(expr.of, 'value'));
        return;
      default:
    }
  }

  private each(exprs: readonly Expr[], flow: Flow): void {
    for (const expr of exprs) this.expr(expr, flow);
  }
}

/** A row for each row, with other columns. */
const kept = (flow: Flow, rows: Rows): Flow => {
  const unique = flow.unique !== null && [...flow.unique].every((name) => rows.has(name)) ? flow.unique : null;
  return { ...flow, rows, unique };
};

const isBilledSize = ({ column }: Origin): boolean => column === '_BilledSize';

const namesOf = (columns: readonly Column[]): ReadonlySet<string> => new Set(columns.map(({ name }) => name));
