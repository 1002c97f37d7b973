import { type JoinToJudge, judgeJoin } from './join-traps.ts';
import { factsOf, type Known, nameOfOrigin, type Origin, originsOf, type Reading, type Rows } from './known.ts';
import type { Expr, Place } from './query.ts';
import type { QueryUse } from './query-use.ts';
import type { Tables } from './tables.ts';
import type { TrapReport } from './trap-report.ts';

/**
 * What a query says here that decides about something elsewhere: who mentions the packed addresses may use the plain ones, and two times
 * may be compared long after a join. Grows while the query is walked, and is judged at its end.
 */
export class Evidence {
  readonly tables: Tables;
  readonly report: TrapReport;
  readonly readings: Reading[] = [];
  readonly joins: JoinToJudge[] = [];
  /** Columns that the query names anywhere, `table.column`. */
  private readonly mentioned = new Set<string>();
  private readonly askedIfFilled = new Set<string>();
  private readonly blankUses: { readonly origin: Origin; readonly at: Place }[] = [];
  private readonly arrivals: { readonly table: string; readonly at: Place; readonly how: string }[] = [];
  /** Pairs of tables whose times are compared, `A B` and `B A`. */
  private readonly comparedTimes = new Set<string>();

  constructor(tables: Tables, report: TrapReport) {
    this.tables = tables;
    this.report = report;
  }

  mention(known: Known | undefined): void {
    for (const origin of known?.origins ?? []) this.mentioned.add(nameOfOrigin(origin));
  }

  /** Somebody asks whether it is filled, and so knows that it may not be. */
  asked(known: Known | undefined): void {
    for (const origin of known?.origins ?? []) this.askedIfFilled.add(nameOfOrigin(origin));
  }

  /** It is compared, told, grouped or joined by. */
  used(known: Known | undefined, at: Place): void {
    if (known === undefined || known.blank === null) return;
    for (const origin of known.origins)
      if (factsOf(this.tables, origin)?.elsewhere !== undefined) this.blankUses.push({ origin, at });
  }

  compared(left: Expr, right: Expr, rows: Rows): void {
    if (left.type !== 'datetime' && right.type !== 'datetime') return;
    for (const one of originsOf(left, rows))
      for (const other of originsOf(right, rows)) {
        this.comparedTimes.add(`${one.table} ${other.table}`);
        this.comparedTimes.add(`${other.table} ${one.table}`);
      }
  }

  groupedBy(expr: Expr, rows: Rows): void {
    for (const origin of originsOf(expr, rows))
      if (this.isArrival(origin))
        this.arrivals.push({ table: origin.table, at: expr.at, how: 'rows are grouped by it' });
  }

  /** Times of arrival that the answer tells as times, where no time of the event stands beside them. */
  answered(rows: Rows): void {
    const told = [...rows.values()].flatMap(({ origins }) => origins);
    for (const { type, origins, at } of rows.values())
      for (const origin of type === 'datetime' ? origins : []) {
        if (!this.isArrival(origin) || at === null) continue;
        const events = this.tables[origin.table]?.eventTime ?? [];
        if (told.some(({ table, column }) => table === origin.table && events.includes(column))) continue;
        this.arrivals.push({ table: origin.table, at, how: 'it is told as a time of the answer' });
      }
  }

  private isArrival({ table, column }: Origin): boolean {
    const facts = Object.hasOwn(this.tables, table) ? this.tables[table] : undefined;
    return column === 'TimeGenerated' && facts?.eventTime !== undefined;
  }

  judge(use: QueryUse): void {
    for (const { table, at, how } of this.arrivals) {
      if (this.isOfMoney(table)) continue;
      const times = this.tables[table]?.eventTime?.slice(0, 2).join(' or ') ?? '';
      this.report.add('KQL104', at, `TimeGenerated of ${table} is when the row arrived, and ${how}: use ${times}`);
    }
    for (const reading of this.readings) this.judgeReading(reading, use);
    for (const join of this.joins) judgeJoin(join, this.comparedTimes, this.tables, this.report);
    for (const { origin, at } of this.blankUses) {
      const { elsewhere = '', blankWhen = '' } = factsOf(this.tables, origin) ?? {};
      if (this.mentioned.has(`${origin.table}.${elsewhere}`) || this.askedIfFilled.has(nameOfOrigin(origin))) continue;
      this.report.add('KQL105', at, `${origin.column} is blank ${blankWhen}; the address is in ${elsewhere} then`);
    }
  }

  /** What arrived is what is paid for, of every sort and direction. */
  private isOfMoney(table: string): boolean {
    return this.mentioned.has(`${table}._BilledSize`);
  }

  private judgeReading({ table, facts, at, isBounded, isWide, isEventBounded }: Reading, use: QueryUse): void {
    const { eventTime, rowKind, direction, observer, retired } = facts;
    const isOfMoney = this.isOfMoney(table);
    const isLeftOut = (column: string): boolean => !isOfMoney && !this.mentioned.has(`${table}.${column}`);
    if (!isBounded && !use.isBounded) this.report.add('KQL107', at, `${table} is read from its beginning`);
    else if (eventTime !== undefined && !isEventBounded && !isWide && !isOfMoney)
      this.report.add(
        'KQL104',
        at,
        `${table} is bounded by TimeGenerated alone, when rows arrived: bound ${eventTime[0]} too`,
      );
    if (rowKind !== undefined && isLeftOut(rowKind.column))
      this.report.add('KQL108', at, `add where ${rowKind.column} == "${rowKind.value}"`);
    if (direction !== undefined && isLeftOut(direction) && (observer === undefined || isLeftOut(observer)))
      this.report.add('KQL109', at, `add a condition on ${direction}`);
    if (retired !== undefined) this.report.add('KQL110', at, `${table}: ${retired}`);
  }
}
