import { factsOf, type Origin, type Rows } from './known.ts';
import type { Expr } from './query.ts';
import type { Tables } from './tables.ts';
import { isNoTime } from './time-literal.ts';
import type { TrapReport } from './trap-report.ts';

type Operator = Extract<Expr, { readonly kind: 'operator' }>;
type Call = Extract<Expr, { readonly kind: 'call' }>;

const EQUALITY: ReadonlySet<string> = new Set(['==', '!=', '=~', '!~']);
const PARSES: ReadonlySet<string> = new Set(['parse_json', 'todynamic', 'toobject', 'parsejson']);
const ASKS_NULL: ReadonlySet<string> = new Set(['isnull', 'isnotnull', 'notnull']);
const NEVER_TEXT: ReadonlySet<string> = new Set(['int', 'long', 'real', 'bool', 'datetime', 'timespan']);
/** https://learn.microsoft.com/azure/azure-monitor/logs/log-query-overview#language-differences */
const NOT_THERE: ReadonlySet<string> = new Set(
  'cluster database cursor_after cursor_before_or_at cursor_current current_cursor current_principal extent_id extent_tags'.split(
    ' ',
  ),
);
/** A word that the index of terms has as it is: https://learn.microsoft.com/kusto/query/datatypes-string-operators */
const TERM = /^[A-Za-z0-9]{4,}$/;

export const isNotThere = (name: string): boolean => NOT_THERE.has(name);

/** What is wrong with one expression, whatever stands around it. */
export const valueTraps = (expr: Expr, rows: Rows, tables: Tables, report: TrapReport): void => {
  switch (expr.kind) {
    case 'column':
      for (const origin of rows.get(expr.name)?.origins ?? []) {
        const seems = factsOf(tables, origin)?.notWhatItSeems;
        if (seems !== undefined && rows.get(expr.name)?.at === null)
          report.add('KQL113', expr.at, `${origin.column} ${seems}`);
      }
      return;
    case 'literal':
      if (expr.type === 'datetime' && isNoTime(expr.text)) report.add('KQL115', expr.at, `${expr.text} is no time`);
      return;
    case 'operator':
      return operatorTraps(expr, rows, tables, report);
    case 'in':
      if (!/^!?in~?$/.test(expr.op)) return;
      for (const each of expr.list) comparedTypes(expr.left, each, report);
      packedTraps(expr.left, rows, tables, report);
      return;
    case 'call':
      return callTraps(expr, rows, tables, report);
    default:
  }
};

const operatorTraps = (expr: Operator, rows: Rows, tables: Tables, report: TrapReport): void => {
  if (EQUALITY.has(expr.op)) {
    comparedTypes(expr.left, expr.right, report);
    for (const [side, other] of [
      [expr.left, expr.right],
      [expr.right, expr.left],
    ] as const)
      if (!(other.kind === 'literal' && other.string === '')) packedTraps(side, rows, tables, report);
  }
  if (/^!?contains(?:_cs)?$/.test(expr.op) && expr.right.kind === 'literal' && TERM.test(expr.right.string ?? ''))
    report.add(
      'KQL120',
      expr.at,
      `${expr.op} "${expr.right.string}" reads every text; ${expr.op.replace('contains', 'has')} finds the whole word`,
    );
};

/** Once for each comparison: at the side that is a text. */
const comparedTypes = (left: Expr, right: Expr, report: TrapReport): void => {
  const [text, other] = left.type === 'string' ? [left, right] : [right, left];
  if (text.type !== 'string' || !NEVER_TEXT.has(other.type)) return;
  const how = text.kind === 'literal' ? 'write it without quotes' : 'convert one of them';
  report.add(
    'KQL106',
    text.at,
    `a string is compared with ${other.type === 'int' ? 'an int' : `a ${other.type}`}: ${how}`,
  );
};

const packedTraps = (side: Expr, rows: Rows, tables: Tables, report: TrapReport): void => {
  if (side.kind !== 'column') return;
  for (const origin of plainOrigins(side.name, rows))
    if (factsOf(tables, origin)?.holds === 'packed-addresses')
      report.add(
        'KQL123',
        side.at,
        `${origin.column} holds entries of several addresses with their counts, not an address`,
      );
};

const callTraps = (call: Call, rows: Rows, tables: Tables, report: TrapReport): void => {
  const [first] = call.args;
  if (PARSES.has(call.name) && first?.kind === 'column')
    for (const origin of plainOrigins(first.name, rows))
      if (factsOf(tables, origin)?.holds === 'words')
        report.add(
          'KQL102',
          call.at,
          `${origin.table}.${origin.column} holds words ("Ready"), no JSON, and no address`,
        );
  if (ASKS_NULL.has(call.name) && first?.type === 'string')
    report.add('KQL122', call.at, `a string is never null: write ${call.name === 'isnull' ? 'isempty' : 'isnotempty'}`);
  if (NOT_THERE.has(call.name)) report.add('KQL114', call.at, `Azure Monitor has no function ${call.name}()`);
};

/** Of a column that is only renamed. */
const plainOrigins = (name: string, rows: Rows): readonly Origin[] => {
  const known = rows.get(name);
  return known?.isPlain === true ? known.origins : [];
};
