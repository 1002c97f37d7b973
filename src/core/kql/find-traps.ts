import type { Expr, Named, Pipeline, Place, Query, Step } from './query.ts';
import type { ColumnFacts, TableFacts, Tables } from './tables.ts';

export const TRAPS = {
  KQL101: {
    severity: 'error',
    says: 'a join whose keys can be blank on both sides: "" equals "", and every row without an address belongs to everyone',
  },
  KQL102: {
    severity: 'error',
    says: 'parse_json of a text that is not JSON: it has no members, and tostring makes "" of them',
  },
  KQL103: { severity: 'error', says: 'take returns any rows, not the latest: use arg_max, or order the rows first' },
  KQL104: { severity: 'error', says: 'TimeGenerated is when the row arrived, not when the flow was' },
  KQL105: {
    severity: 'error',
    says: 'a column that is blank where the address is public, without the column that has it then',
  },
  KQL106: { severity: 'error', says: 'a number or time compared with a text' },
  KQL107: { severity: 'warning', says: 'a table read without a lower bound of time' },
  KQL108: { severity: 'warning', says: 'rows of other sorts share the table, and nothing keeps them out' },
  KQL109: { severity: 'warning', says: 'both directions are counted' },
  KQL110: { severity: 'warning', says: 'the table is being retired' },
  KQL111: {
    severity: 'warning',
    says: 'two tables joined by address although clusters share addresses: nothing says which cluster',
  },
  KQL112: {
    severity: 'error',
    says: 'snapshots joined by address or node without time: whoever held it once is blamed for ever',
  },
  KQL113: { severity: 'note', says: 'a column that is not what it seems' },
} as const satisfies Record<string, { readonly severity: 'error' | 'warning' | 'note'; readonly says: string }>;

export interface Trap {
  readonly code: keyof typeof TRAPS;
  readonly at: Place;
  readonly message: string;
}

interface Origin {
  readonly table: string;
  readonly column: string;
}

/** What is known of a column at one point of a pipeline. */
interface Known {
  readonly type: string;
  readonly origins: readonly Origin[];
  /** Why the value can be "", or null where it cannot. */
  readonly blank: string | null;
}

type Rows = ReadonlyMap<string, Known>;

/** One reading of a table in the query, and what was seen of it. */
interface Reading {
  readonly table: string;
  readonly at: Place;
  boundedBelow: boolean;
  /** A lower bound on a column that tells when it happened, where that is not TimeGenerated. */
  eventBounded: boolean;
  kindChosen: boolean;
  directionChosen: boolean;
}

interface Flow {
  readonly rows: Rows;
  readonly readings: readonly Reading[];
  readonly ordered: boolean;
  readonly summarized: boolean;
}

/**
 * Finds what type-checking passes and means something else. One walk forward along every pipeline, with what is known of each column;
 * a `let` is walked once, and what is known of it is reused where its name is. Unsure means no claim that a value is filled.
 */
export const findTraps = (query: Query, tables: Tables): readonly Trap[] => new TrapFinder(tables).query(query);

class TrapFinder {
  private readonly found: Trap[] = [];
  private readonly lets = new Map<string, Flow>();
  private readonly letBlank = new Map<string, string | null>();
  private readonly readings: Reading[] = [];
  private readonly mentioned = new Set<string>();
  private readonly blankUses: { readonly origin: Origin; readonly facts: ColumnFacts; readonly at: Place }[] = [];
  private readonly filledByFilter = new Set<string>();
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  query(query: Query): readonly Trap[] {
    for (const { name, initial } of query.parameters)
      this.letBlank.set(
        name,
        initial?.kind === 'literal' && initial.string === '' ? `${name} is "" unless given` : null,
      );
    for (const { name, value } of query.lets) {
      if ('steps' in value) this.lets.set(name, this.pipeline(value, 'let'));
      else {
        this.expr(value, new Map());
        this.letBlank.set(name, this.blankOf(value, new Map()));
      }
    }
    this.pipeline(query.result, 'result');
    this.endOfReadings();
    return this.found.toSorted((a, b) => a.at.from - b.at.from || (a.code < b.code ? -1 : 1));
  }

  private pipeline(pipeline: Pipeline, use: 'let' | 'result' | 'inner'): Flow {
    let flow = this.source(pipeline);
    for (const [i, step] of pipeline.steps.entries())
      flow = this.step(step, flow, use, i === pipeline.steps.length - 1);
    return flow;
  }

  private source({ source }: Pipeline): Flow {
    switch (source.kind) {
      case 'table': {
        const facts = this.facts(source.name);
        const reading: Reading = {
          table: source.name,
          at: source.at,
          boundedBelow: false,
          eventBounded: false,
          kindChosen: false,
          directionChosen: false,
        };
        this.readings.push(reading);
        const rows = new Map<string, Known>();
        for (const { name, type } of source.columns) {
          const when = facts?.columns[name]?.blankWhen;
          rows.set(name, {
            type,
            origins: [{ table: source.name, column: name }],
            blank: when === undefined ? null : `${name} is blank ${when}`,
          });
        }
        return { rows, readings: [reading], ordered: false, summarized: false };
      }
      case 'let':
        return (
          this.lets.get(source.name) ?? {
            rows: unknownRows(source.columns),
            readings: [],
            ordered: false,
            summarized: false,
          }
        );
      case 'pipeline':
        return this.pipeline(source.of, 'inner');
      case 'union':
        return this.union(
          source.with.map((each) => this.pipeline(each, 'inner')),
          source.columns,
        );
      default:
        return { rows: unknownRows(source.columns), readings: [], ordered: false, summarized: false };
    }
  }

  private step(step: Step, flow: Flow, use: 'let' | 'result' | 'inner', last: boolean): Flow {
    const { rows } = flow;
    switch (step.kind) {
      case 'where': {
        for (const part of conjuncts(step.condition)) this.filter(part, flow);
        this.expr(step.condition, rows);
        const kept = new Map(rows);
        for (const [name, known] of rows)
          if (known.blank !== null && known.origins.some((origin) => this.chosen(origin, step.condition, rows)))
            kept.set(name, { ...known, blank: null });
        for (const part of conjuncts(step.condition))
          for (const name of filledBy(part)) {
            const known = kept.get(name);
            if (known === undefined) continue;
            kept.set(name, { ...known, blank: null });
            // Whoever asks for what is filled knows that it can be blank; whoever asks for one value may not.
            if (part.kind === 'call' || (part.kind === 'operator' && part.op === '!='))
              for (const origin of known.origins) this.filledByFilter.add(key(origin));
          }
        return { ...flow, rows: kept };
      }
      case 'extend':
        return { ...flow, rows: new Map([...rows, ...this.defined(step.named, rows)]) };
      case 'project':
      case 'distinct': {
        this.usesOf(step.named, rows);
        if (use === 'result')
          for (const { expr } of step.named)
            if (expr.kind === 'column') this.arrivalIn(expr, rows, 'it is told as a time of the answer');
        return { ...flow, rows: this.onto(step, this.defined(step.named, rows), rows) };
      }
      case 'project-away':
      case 'project-keep':
      case 'project-reorder':
        return { ...flow, rows: this.onto(step, new Map(), rows) };
      case 'project-rename':
        return { ...flow, rows: this.onto(step, this.defined(step.named, rows), rows) };
      case 'summarize': {
        this.usesOf(step.by, rows);
        for (const { expr } of step.by) this.arrivalIn(expr, rows, 'rows are grouped by it');
        const defined = new Map([...this.defined(step.by, rows), ...this.defined(step.named, rows)]);
        return { ...flow, rows: this.onto(step, defined, rows), ordered: false, summarized: true };
      }
      case 'join':
      case 'lookup':
        return this.join(step, flow);
      case 'union':
        return this.union([flow, ...step.with.map((each) => this.pipeline(each, 'inner'))], step.columns);
      case 'mv-expand':
        return { ...flow, rows: new Map([...rows, ...this.defined(step.named, rows)]) };
      case 'sort':
      case 'top':
        for (const { expr } of step.by) this.expr(expr, rows);
        return { ...flow, ordered: true };
      case 'take':
        // A sample at the very end is a sample; one row, or rows that something else rests on, is taken for the latest.
        if (!flow.ordered && (use !== 'result' || !last || isOne(step.count)))
          this.report('KQL103', step.at, `any ${isOne(step.count) ? 'row' : 'rows'}, not the latest`);
        return flow;
      case 'count':
        return { ...flow, rows: unknownRows(step.columns), ordered: false, summarized: true };
      case 'other':
        // render and the like change no rows; of what does, nothing is known but the names that stay.
        return { ...flow, rows: this.onto(step, new Map(), rows) };
    }
  }

  private join(step: Extract<Step, { kind: 'join' | 'lookup' }>, left: Flow): Flow {
    const right = this.pipeline(step.right, 'inner');
    const pairs = step.on.map((on): readonly [string, string] | null => {
      if (on.kind === 'column') return [on.name, on.name];
      if (on.kind !== 'operator' || on.left.kind !== 'column' || on.right.kind !== 'column') return null;
      return on.left.side === 'right' ? [on.right.name, on.left.name] : [on.left.name, on.right.name];
    });
    const times = [...left.rows, ...right.rows].length;
    for (const [i, pair] of pairs.entries()) {
      const at = step.on[i]?.at ?? step.at;
      if (pair === null) continue;
      const [ofLeft, ofRight] = [left.rows.get(pair[0]), right.rows.get(pair[1])];
      if (ofLeft?.blank && ofRight?.blank)
        this.report('KQL101', at, `${ofLeft.blank}, and ${ofRight.blank}: "" joins ""`);
      for (const known of [ofLeft, ofRight]) this.useOf(known, at);
    }
    const names = pairs.flatMap((pair) => pair ?? []);
    const tablesOf = (flow: Flow): readonly string[] => [...new Set(flow.readings.map((reading) => reading.table))];
    const snapshots = [...tablesOf(left), ...tablesOf(right)].filter((table) => this.facts(table)?.snapshot);
    const events = [...tablesOf(left), ...tablesOf(right)].filter((table) => !this.facts(table)?.snapshot);
    const keyed = pairs.some((pair) => pair !== null && left.rows.get(pair[0])?.type === 'datetime');
    if (snapshots.length > 0 && events.length > 0 && !keyed && times > 0)
      this.pending.push({ at: step.at, snapshot: snapshots[0] ?? '', event: events[0] ?? '' });
    const clusters = new Set(
      [...tablesOf(left), ...tablesOf(right)].flatMap((table) => this.facts(table)?.cluster ?? []),
    );
    const choosesCluster =
      names.some((name) => clusters.has(name)) || [...clusters].some((name) => this.filteredBy.has(name));
    if (clusters.size > 0 && !choosesCluster)
      this.report('KQL111', step.at, `no condition on ${[...clusters].join(' or ')}`);
    const rows = new Map<string, Known>();
    const fromRight = [...right.rows];
    for (const [i, column] of step.columns.entries()) {
      const own = left.rows.get(column.name);
      const other =
        i < left.rows.size ? undefined : (right.rows.get(column.name) ?? right.rows.get(column.name.replace(/1$/, '')));
      rows.set(
        column.name,
        (i < left.rows.size ? own : other) ?? own ?? fromRight[i - left.rows.size]?.[1] ?? unknown(column.type),
      );
    }
    return {
      rows,
      readings: [...left.readings, ...right.readings],
      ordered: false,
      summarized: left.summarized || right.summarized,
    };
  }

  private readonly pending: { readonly at: Place; readonly snapshot: string; readonly event: string }[] = [];
  private readonly filteredBy = new Set<string>();
  private timesCompared = false;

  private union(flows: readonly Flow[], columns: Pipeline['source']['columns']): Flow {
    const rows = new Map<string, Known>();
    for (const { name, type } of columns) {
      const all = flows.map((flow) => flow.rows.get(name));
      const blank =
        all.find((known) => known?.blank)?.blank ??
        (all.includes(undefined) && type === 'string' ? `${name} is missing in a part of the union` : null);
      rows.set(name, { type, origins: all.flatMap((known) => known?.origins ?? []), blank });
    }
    return { rows, readings: flows.flatMap((flow) => flow.readings), ordered: false, summarized: false };
  }

  /** What a condition that must hold says about the readings behind its columns. */
  private filter(part: Expr, flow: Flow): void {
    const column = part.kind === 'operator' || part.kind === 'between' || part.kind === 'in' ? part.left : null;
    if (column?.kind !== 'column') return;
    this.filteredBy.add(column.name);
    const below = part.kind === 'between' ? !part.not : part.kind === 'operator' && ['>', '>=', '=='].includes(part.op);
    for (const origin of flow.rows.get(column.name)?.origins ?? [])
      for (const reading of flow.readings.filter(({ table }) => table === origin.table)) {
        const facts = this.facts(reading.table);
        if (below && !flow.summarized && column.type === 'datetime') {
          reading.boundedBelow = true;
          if (facts?.eventTime?.includes(origin.column)) reading.eventBounded = true;
        }
        if (facts?.rowKind?.column === origin.column) reading.kindChosen = true;
        if (facts?.direction === origin.column) reading.directionChosen = true;
      }
  }

  private endOfReadings(): void {
    for (const reading of this.readings) {
      const facts = this.facts(reading.table);
      if (facts === undefined) continue;
      if (!reading.boundedBelow) this.report('KQL107', reading.at, `${reading.table} is read from its beginning`);
      else if (facts.eventTime !== undefined && !reading.eventBounded)
        this.report(
          'KQL104',
          reading.at,
          `${reading.table} is bounded by TimeGenerated alone; bound ${facts.eventTime[0]} too, and TimeGenerated wider`,
        );
      if (facts.rowKind !== undefined && !reading.kindChosen)
        this.report('KQL108', reading.at, `add where ${facts.rowKind.column} == "${facts.rowKind.value}"`);
      if (facts.direction !== undefined && !reading.directionChosen)
        this.report('KQL109', reading.at, `add a condition on ${facts.direction}`);
      if (facts.retired !== undefined) this.report('KQL110', reading.at, `${reading.table}: ${facts.retired}`);
    }
    if (!this.timesCompared)
      for (const { at, snapshot, event } of this.pending)
        this.report('KQL112', at, `nothing compares a time of ${event} with one of ${snapshot}`);
    for (const { origin, facts, at } of this.blankUses) {
      const elsewhere = `${origin.table}.${facts.elsewhere}`;
      if (facts.elsewhere !== undefined && !this.mentioned.has(elsewhere) && !this.filledByFilter.has(key(origin)))
        this.report(
          'KQL105',
          at,
          `${origin.column} is blank ${facts.blankWhen}; the address is in ${facts.elsewhere} then`,
        );
    }
  }

  /** Names of the step's columns, as the language service has them, with what is known of each. */
  private onto(step: Step, defined: Rows, before: Rows): Rows {
    return new Map(
      step.columns.map(({ name, type }) => [name, defined.get(name) ?? before.get(name) ?? unknown(type)]),
    );
  }

  private defined(named: readonly Named[], rows: Rows): ReadonlyMap<string, Known> {
    const defined = new Map<string, Known>();
    for (const { name, expr } of named) {
      this.expr(expr, rows);
      const as =
        name ??
        (expr.kind === 'column'
          ? expr.name
          : expr.kind === 'call' && expr.args[0]?.kind === 'column'
            ? expr.args[0].name
            : null);
      if (as === null) continue;
      const plain = expr.kind === 'column' ? rows.get(expr.name) : undefined;
      defined.set(as, plain ?? { type: expr.type, origins: originsOf(expr, rows), blank: this.blankOf(expr, rows) });
    }
    return defined;
  }

  /** Why a text can be "". A null of anything else becomes "" by tostring. */
  private blankOf(expr: Expr, rows: Rows): string | null {
    switch (expr.kind) {
      case 'column':
        return rows.get(expr.name)?.blank ?? null;
      case 'variable':
        return this.letBlank.get(expr.name) ?? null;
      case 'literal':
        return expr.string === '' ? 'it is ""' : null;
      case 'member':
        return 'a member that is missing is null, and "" as text';
      case 'rows':
        return 'no row makes null';
      case 'call':
        return this.blankOfCall(expr, rows);
      default:
        return null;
    }
  }

  private blankOfCall(call: Extract<Expr, { kind: 'call' }>, rows: Rows): string | null {
    const of = (arg: Expr | undefined): string | null => (arg === undefined ? null : this.blankOf(arg, rows));
    switch (call.name) {
      case 'iff':
      case 'iif': {
        const [test, then, other] = call.args;
        const tested =
          test?.kind === 'call' &&
          (test.name === 'isempty' || test.name === 'isnotempty') &&
          test.args[0]?.kind === 'column'
            ? test.args[0].name
            : null;
        const whenFilled = test?.kind === 'call' && test.name === 'isnotempty' ? then : other;
        const whenBlank = whenFilled === then ? other : then;
        if (tested !== null && whenFilled?.kind === 'column' && whenFilled.name === tested) return of(whenBlank);
        return of(then) ?? of(other);
      }
      case 'strcat':
        return call.args.every((arg) => of(arg) !== null) ? of(call.args[0]) : null;
      case 'coalesce':
        return call.args.every((arg) => of(arg) !== null) ? of(call.args.at(-1)) : null;
      case 'extract':
        return 'extract finds nothing in some texts';
      case 'split':
      case 'tostring':
      case 'tolower':
      case 'toupper':
      case 'trim':
      case 'substring':
      case 'any':
      case 'take_any':
      case 'max':
      case 'min':
        return of(call.args[0]);
      default:
        return call.type === 'string' ? of(call.args[0]) : null;
    }
  }

  private expr(expr: Expr, rows: Rows): void {
    switch (expr.kind) {
      case 'column':
        for (const origin of rows.get(expr.name)?.origins ?? []) {
          this.mentioned.add(key(origin));
          const seems = this.facts(origin.table)?.columns[origin.column]?.notWhatItSeems;
          if (seems !== undefined) this.report('KQL113', expr.at, `${origin.column} ${seems}`);
        }
        return;
      case 'operator':
        if (COMPARES.has(expr.op)) {
          this.compared(expr.left, expr.right, expr.at);
          for (const side of [expr.left, expr.right])
            this.useOf(side.kind === 'column' ? rows.get(side.name) : undefined, side.at);
          if (timesOfTwo(expr.left, expr.right, rows)) this.timesCompared = true;
        }
        this.expr(expr.left, rows);
        this.expr(expr.right, rows);
        return;
      case 'in':
        for (const each of expr.list) {
          if (each.kind === 'rows') {
            const flow = this.pipeline(each.of, 'inner');
            const inner = [...flow.rows.values()][0];
            const blank = this.blankOf(expr.left, rows);
            if (blank !== null && inner?.blank && !expr.op.startsWith('!'))
              this.report('KQL101', expr.at, `${blank}, and ${inner.blank}`);
          } else {
            this.compared(expr.left, each, expr.at);
            this.expr(each, rows);
          }
        }
        this.expr(expr.left, rows);
        return;
      case 'between':
        if ([expr.low, expr.high].some((edge) => timesOfTwo(expr.left, edge, rows))) this.timesCompared = true;
        for (const each of [expr.left, expr.low, expr.high]) this.expr(each, rows);
        return;
      case 'call':
        if (PARSES.has(expr.name) && expr.args[0]?.kind === 'column')
          for (const origin of rows.get(expr.args[0].name)?.origins ?? [])
            if (this.facts(origin.table)?.columns[origin.column]?.holds === 'words')
              this.report('KQL102', expr.at, `${origin.table}.${origin.column} holds words ("Ready"), not JSON`);
        for (const arg of expr.args) this.expr(arg, rows);
        return;
      case 'negate':
        return this.expr(expr.of, rows);
      case 'member':
        return this.expr(expr.of, rows);
      case 'rows':
        this.pipeline(expr.of, 'inner');
        return;
      default:
        return;
    }
  }

  private compared(left: Expr, right: Expr, at: Place): void {
    const text = left.type === 'string' ? left : right.type === 'string' ? right : null;
    const other = text === left ? right : left;
    if (text !== null && NEVER_TEXT.has(other.type))
      this.report('KQL106', at, `${other.type} compared with string; write toint(…) or tostring(…)`);
  }

  private usesOf(named: readonly Named[], rows: Rows): void {
    for (const { expr } of named) if (expr.kind === 'column') this.useOf(rows.get(expr.name), expr.at);
  }

  private useOf(known: Known | undefined, at: Place): void {
    for (const origin of known?.origins ?? []) {
      const facts = this.facts(origin.table)?.columns[origin.column];
      if (facts?.elsewhere !== undefined && known?.blank) this.blankUses.push({ origin, facts, at });
    }
  }

  private arrivalIn(expr: Expr, rows: Rows, how: string): void {
    for (const origin of originsOf(expr, rows))
      if (origin.column === 'TimeGenerated' && this.facts(origin.table)?.eventTime !== undefined)
        this.arrivalAsEvent(origin, expr.at, how);
  }

  private arrivalAsEvent(origin: Origin, at: Place, how: string): void {
    this.report(
      'KQL104',
      at,
      `TimeGenerated of ${origin.table} is when the row arrived: ${how}; use ${this.facts(origin.table)?.eventTime?.join(' or ')}`,
    );
  }

  /** Whether the condition keeps only rows in which the column is filled: outbound flows have the node's address. */
  private chosen(origin: Origin, condition: Expr, rows: Rows): boolean {
    const filled = this.facts(origin.table)?.columns[origin.column]?.filledWhere;
    if (filled === undefined) return false;
    return conjuncts(condition).some((part) => {
      if (part.kind !== 'in' && part.kind !== 'operator') return false;
      if (
        part.left.kind !== 'column' ||
        !originsOf(part.left, rows).some(({ table, column }) => table === origin.table && column === filled.column)
      )
        return false;
      const values = part.kind === 'in' ? (part.op === 'in' ? part.list : []) : part.op === '==' ? [part.right] : [];
      return (
        values.length > 0 &&
        values.every(
          (value) => value.kind === 'literal' && value.string !== null && filled.values.includes(value.string),
        )
      );
    });
  }

  private facts(table: string): TableFacts | undefined {
    return this.tables[table];
  }

  private report(code: keyof typeof TRAPS, at: Place, message: string): void {
    if (!this.found.some((trap) => trap.code === code && trap.at.from === at.from && trap.message === message))
      this.found.push({ code, at, message });
  }
}

const COMPARES: ReadonlySet<string> = new Set(['==', '!=', '=~', '!~', '<', '<=', '>', '>=']);
const PARSES: ReadonlySet<string> = new Set(['parse_json', 'todynamic', 'toobject', 'parsejson']);
const NEVER_TEXT: ReadonlySet<string> = new Set(['int', 'long', 'real', 'bool', 'datetime', 'timespan']);
const FILLS: ReadonlySet<string> = new Set([
  'isnotempty',
  'ipv4_is_private',
  'ipv4_is_in_range',
  'ipv4_is_in_any_range',
  'ipv4_is_match',
]);

const key = ({ table, column }: Origin): string => `${table}.${column}`;
const unknown = (type: string): Known => ({ type, origins: [], blank: null });
const unknownRows = (columns: Pipeline['source']['columns']): Rows =>
  new Map(columns.map(({ name, type }) => [name, unknown(type)]));
const isOne = (count: Expr): boolean => count.kind === 'literal' && count.text === '1';

const conjuncts = (condition: Expr): readonly Expr[] =>
  condition.kind === 'operator' && condition.op === 'and'
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition];

/** Columns that are not "" in any row that passes. */
const filledBy = (part: Expr): readonly string[] => {
  if (part.kind === 'call' && FILLS.has(part.name)) return part.args[0]?.kind === 'column' ? [part.args[0].name] : [];
  if (part.kind === 'call' && part.name === 'not') {
    const [inner] = part.args;
    return inner?.kind === 'call' && inner.name === 'isempty' && inner.args[0]?.kind === 'column'
      ? [inner.args[0].name]
      : [];
  }
  if (part.kind === 'operator' && part.left.kind === 'column') {
    const text = part.right.kind === 'literal' ? (part.right.string ?? undefined) : undefined;
    if (part.op === '!=') return text === '' ? [part.left.name] : [];
    return text !== undefined &&
      text !== '' &&
      /^(==|=~|has|has_cs|contains|contains_cs|startswith|startswith_cs|endswith|endswith_cs)$/.test(part.op)
      ? [part.left.name]
      : [];
  }
  if (part.kind === 'in' && part.left.kind === 'column' && (part.op === 'in' || part.op === 'in~'))
    return part.list.every((each) => each.kind === 'literal' && each.string !== '' && each.string !== null)
      ? [part.left.name]
      : [];
  return [];
};

const originsOf = (expr: Expr, rows: Rows): readonly Origin[] => {
  switch (expr.kind) {
    case 'column':
      return rows.get(expr.name)?.origins ?? [];
    case 'call':
      return expr.args.flatMap((arg) => originsOf(arg, rows));
    case 'member':
    case 'negate':
      return originsOf(expr.of, rows);
    case 'operator':
      return [...originsOf(expr.left, rows), ...originsOf(expr.right, rows)];
    default:
      return [];
  }
};

/** Two times of different tables side by side: that is what ties a lease to a flow. */
const timesOfTwo = (left: Expr, right: Expr, rows: Rows): boolean => {
  if (left.type !== 'datetime') return false;
  const [a, b] = [originsOf(left, rows), originsOf(right, rows)];
  return a.some((one) => b.some((other) => one.table !== other.table));
};
