import { never } from '../../base/result.ts';
import { withAllowances } from './allowances.ts';
import { findTraps } from './find-traps.ts';
import { mistypedTable } from './near-table.ts';
import type { QueryUse } from './query-use.ts';
import { TRAPS, type TrapCode } from './traps.ts';
import type { QueryFinding } from './query-finding.ts';
import type { Diagnostic, QueryLanguage, QueryRead } from './query-language.ts';
import type { Place, Query } from './query.ts';
import type { Tables } from './tables.ts';

export interface CheckedQuery {
  /** In the order of the text. */
  readonly findings: readonly QueryFinding[];
  /** What the query itself says is meant to be so. */
  readonly allowed: readonly QueryFinding[];
  /** null: it could not be read. */
  readonly query: Query | null;
}

/** A file of its own, which whoever runs it bounds by what is written in it. */
const AS_WRITTEN: QueryUse = { isBounded: false, hasParameters: false };

/** What is wrong with the text as a query of a workspace with these tables, in the order of the text. Places are offsets into the text. */
export const checkQuery = async (
  language: QueryLanguage,
  text: string,
  tables: Tables,
  use: QueryUse = AS_WRITTEN,
): Promise<CheckedQuery> => {
  const read = await language.read(text, tables);
  const { findings, allowed } = withAllowances(text, findingsOf(read, text, tables, use));
  return {
    findings: findings.toSorted((a, b) => a.at.from - b.at.from || a.at.until - b.at.until),
    allowed,
    query: read.kind === 'query' ? read.query : null,
  };
};

const findingsOf = (read: QueryRead, text: string, tables: Tables, use: QueryUse): readonly QueryFinding[] => {
  const whole = { from: 0, until: text.length };
  const ours = (code: TrapCode, at: Place, message: string): QueryFinding => ({
    code,
    severity: TRAPS[code].severity,
    at,
    message,
  });
  switch (read.kind) {
    case 'query':
      return [
        ...fromService(read.diagnostics),
        ...findTraps(read.query, tables, use).map(({ code, at, message }) => ours(code, at, message)),
      ];
    case 'faulty':
      return fromService(read.diagnostics).map(
        (each) => elsewhere(each) ?? goneColumn(each, text, tables) ?? mistypedTable(each, text, tables) ?? each,
      );
    case 'unread':
      return [...fromService(read.diagnostics), unread(read, ours)];
    case 'refused':
      return [ours('KQL001', read.at, read.why)];
    case 'gave-up':
      return [ours('KQL002', whole, read.why)];
    case 'command':
      return [ours('KQL003', whole, 'this is a management command, and no query')];
    default:
      return never(read);
  }
};

const fromService = (diagnostics: readonly Diagnostic[]): readonly QueryFinding[] =>
  diagnostics.map(({ code, severity, at, message }) => ({ code, severity, at, message }));

const unread = (
  { what, at }: Extract<QueryRead, { readonly kind: 'unread' }>,
  ours: (code: TrapCode, at: Place, message: string) => QueryFinding,
): QueryFinding => {
  switch (what) {
    case 'NoResult':
      return ours('KQL005', at, 'the text ends without a table that is to be answered');
    case 'SeveralResults':
      return ours('KQL116', at, 'a second answer begins here; neither was looked into');
    case 'AliasStatement':
      return ours('KQL114', at, 'Azure Monitor has no alias');
    default:
      return ours('KQL004', at, `not looked into: ${what}`);
  }
};

/** The database of a cluster: a workspace has neither. */
const elsewhere = ({ code, at }: QueryFinding): QueryFinding | null =>
  code === 'KS208' ? { code: 'KQL114', severity: TRAPS.KQL114.severity, at, message: ELSEWHERE } : null;

const ELSEWHERE = 'Azure Monitor has no database(): write workspace("…") for the tables of another workspace';

/** A name that is not known and was a column once, of a table that the text names. */
const goneColumn = ({ code, at }: QueryFinding, text: string, tables: Tables): QueryFinding | null => {
  const name = text.slice(at.from, at.until);
  if (code !== 'KS142' || !/^\w+$/.test(name)) return null;
  for (const [table, { gone }] of Object.entries(tables)) {
    const was = Object.hasOwn(gone, name) ? gone[name] : undefined;
    if (was === undefined || !new RegExp(`\\b${table}\\b`).test(text)) continue;
    const message = `${table} has no ${name} any more; it was a ${was.type} in ${was.last}`;
    return { code: 'KQL121', severity: TRAPS.KQL121.severity, at, message };
  }
  return null;
};
