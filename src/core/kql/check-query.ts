import { never } from '../../base/result.ts';
import { findTraps, TRAPS } from './find-traps.ts';
import type { Diagnostic, QueryLanguage, QueryRead, Severity } from './query-language.ts';
import type { Place, Query } from './query.ts';
import type { Tables } from './tables.ts';

/** Something that is wrong with a query, or may be. */
export interface QueryFinding {
  /** `KQL101`, or one of the language service's own: `KS142`. */
  readonly code: string;
  readonly severity: Severity;
  readonly at: Place;
  readonly message: string;
}

export interface CheckedQuery {
  readonly findings: readonly QueryFinding[];
  /** null: it could not be read. */
  readonly query: Query | null;
}

/** What is wrong with the text as a query of a workspace with these tables, in the order of the text. */
export const checkQuery = async (language: QueryLanguage, text: string, tables: Tables): Promise<CheckedQuery> => {
  const read = await language.read(text, tables);
  const findings = [...findingsOf(read, text, tables)].sort((a, b) => a.at.from - b.at.from || a.at.until - b.at.until);
  return { findings, query: read.kind === 'query' ? read.query : null };
};

const findingsOf = (read: QueryRead, text: string, tables: Tables): readonly QueryFinding[] => {
  const whole = { from: 0, until: text.length };
  switch (read.kind) {
    case 'query':
      return [
        ...read.diagnostics.map(fromService),
        ...findTraps(read.query, tables).map(({ code, at, message }) => ({
          code,
          severity: TRAPS[code].severity,
          at,
          message,
        })),
      ];
    case 'faulty':
      return read.diagnostics.map(fromService);
    case 'unread':
      return [
        ...read.diagnostics.map(fromService),
        { code: 'KQL004', severity: 'note', at: read.at, message: `not looked into: ${read.what}` },
      ];
    case 'refused':
      return [{ code: 'KQL001', severity: 'error', at: read.at, message: read.why }];
    case 'gave-up':
      return [{ code: 'KQL002', severity: 'error', at: whole, message: `not checked: ${read.why}` }];
    case 'command':
      return [{ code: 'KQL003', severity: 'error', at: whole, message: 'a management command, and no query' }];
    default:
      return never(read);
  }
};

const fromService = ({ code, severity, at, message }: Diagnostic): QueryFinding => ({ code, severity, at, message });
