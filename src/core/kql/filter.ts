import { blankOf } from './blank.ts';
import { asksIfFilled, boundedBelow, choosesFilled, ensures, liesDaysBack, provesFilled } from './conditions.ts';
import type { Evidence } from './evidence.ts';
import { blankEquality } from './join-traps.ts';
import { factsOf, type Flow, type Known, type Origin, originsOf, type Reading, type Rows } from './known.ts';
import type { Expr, Pipeline } from './query.ts';

interface Around {
  readonly evidence: Evidence;
  /** Why names that stand for values can be "". */
  readonly lets: ReadonlyMap<string, string | null>;
  /** Of tables that stand where values do. */
  readonly values: ReadonlyMap<Pipeline, Flow>;
}

/** The rows that a condition lets pass, and what it says of those who wrote it. */
export const filtered = (condition: Expr, flow: Flow, around: Around): Flow => {
  const { evidence } = around;
  for (const reading of flow.readings) boundBy(condition, flow, reading);
  const kept = new Map(flow.rows);
  /** As far as the table itself says so, or somebody who knows: to ask for one value is not to know. */
  const known = new Map(flow.rows);
  for (const [name, column] of flow.rows) {
    if (column.blank === null) continue;
    const isAsked = ensures(condition, (part) => asksIfFilled(part, name));
    if (isAsked) evidence.asked(column);
    const isKnown = isAsked || isChosen(condition, column, flow.rows, evidence);
    if (isKnown) known.set(name, { ...column, blank: null });
    if (isKnown || ensures(condition, (part) => provesFilled(part, name))) kept.set(name, { ...column, blank: null });
  }
  comparisons(condition, known, evidence);
  // Asked of each part that must hold; none of them ends it.
  ensures(condition, (part) => {
    const message = blankMeets(part, { ...flow, rows: known }, around);
    if (message !== null) evidence.report.add('KQL101', part.at, message);
    return false;
  });
  return { ...flow, rows: kept };
};

const isChosen = (condition: Expr, { origins }: Known, rows: Rows, { tables }: Evidence): boolean =>
  ensures(condition, (part) =>
    origins.some((origin) => choosesFilled(part, origin, factsOf(tables, origin) ?? {}, rows)),
  );

/** What a condition says of the rows of one table that are read. */
const boundBy = (condition: Expr, { rows, isSummarized }: Flow, reading: Reading): void => {
  const { table, facts } = reading;
  const isOf = (column: string, part: Expr): boolean =>
    'left' in part &&
    [part.left, ...('right' in part ? [part.right] : [])].some((side) =>
      originsOf(side, rows).some((origin) => origin.table === table && origin.column === column),
    );
  if (ensures(condition, (part) => facts.cluster?.some((column) => isOf(column, part)) === true))
    reading.isOfOneCluster = true;
  if (isSummarized) return;
  const bounds = (part: Expr): readonly Origin[] => boundedBelow(part, rows).filter((origin) => origin.table === table);
  if (ensures(condition, (part) => bounds(part).length > 0)) reading.isBounded = true;
  if (ensures(condition, (part) => bounds(part).length > 0 && edgesOf(part).some(liesDaysBack))) reading.isWide = true;
  if (ensures(condition, (part) => bounds(part).some(({ column }) => facts.eventTime?.includes(column) === true)))
    reading.isEventBounded = true;
};

const edgesOf = (part: Expr): readonly Expr[] => {
  if (part.kind === 'between') return [part.low];
  return part.kind === 'operator' ? [part.left, part.right] : [];
};

/** Columns that a condition compares although they can be blank. */
const comparisons = (condition: Expr, rows: Rows, evidence: Evidence): void => {
  if (condition.kind === 'in') {
    const { left, list } = condition;
    if (left.kind === 'column' && !list.every(isPrivateText)) evidence.used(rows.get(left.name), left.at);
  }
  if (condition.kind !== 'operator') return;
  for (const [side, other] of [
    [condition.left, condition.right],
    [condition.right, condition.left],
  ] as const) {
    if (side.kind !== 'column') comparisons(side, rows, evidence);
    else if (other.kind === 'literal' && other.string === '') evidence.asked(rows.get(side.name));
    else if (!isPrivateText(other)) evidence.used(rows.get(side.name), side.at);
  }
};

/** A private address, written out: Traffic Analytics has those in the plain column. */
const isPrivateText = (expr: Expr): boolean =>
  expr.kind === 'literal' &&
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)[\d.]+$/.test(
    expr.string ?? '',
  );

/** An equality, or a look into a table, in which "" may meet "". */
const blankMeets = (part: Expr, flow: Flow, { lets, values }: Around): string | null => {
  if (part.kind === 'operator' && (part.op === '==' || part.op === '=~'))
    return blankEquality(part.left, part.right, flow, lets);
  if (part.kind !== 'in' || (part.op !== 'in' && part.op !== 'in~')) return null;
  const [only] = part.list;
  const blank = blankOf(part.left, flow.rows, lets);
  if (blank === null || only?.kind !== 'rows') return null;
  const [column] = values.get(only.of)?.rows.values() ?? [];
  return column === undefined || column.blank === null ? null : `${blank}, and ${column.blank}: "" is in ""`;
};
