import { checkQuery } from '../kql/check-query.ts';
import { lineColumn } from '../kql/line-column.ts';
import { mistypedTable, NO_TABLE } from '../kql/near-table.ts';
import { useOfFile } from '../kql/pack-file.ts';
import type { QueryFinding } from '../kql/query-finding.ts';
import type { QueryLanguage } from '../kql/query-language.ts';
import type { QueryUse } from '../kql/query-use.ts';
import type { Tables } from '../kql/tables.ts';
import { isTrap, TRAPS } from '../kql/traps.ts';
import type { Found } from './audit.ts';
import type { QueryText } from './estate/alert.ts';
import type { Thing } from './estate/thing.ts';
import type { Estate } from './estate.ts';
import type { FindingSpec, Severity } from './finding.ts';
import type { Spot } from './hcl/value.ts';

/** What queries are checked with: who reads them, and the tables that they may ask. */
export interface QueryChecking {
  readonly language: QueryLanguage;
  readonly tables: Tables;
}

/** A query that is told whole, and how it is used. */
export interface QueryToCheck {
  readonly thing: Thing;
  readonly query: QueryText & { readonly text: string };
  readonly use: QueryUse;
  /** Whether a finding matters where the query is used. */
  readonly counts: (finding: QueryFinding) => boolean;
}

/** A portal and an alert bound the time that is read. */
const BOUNDED: QueryUse = { isBounded: true, hasParameters: false };

const isTold = (query: QueryText): query is QueryToCheck['query'] => query.text !== null;

/**
 * An alert counts: of its query matters what makes the count false. That rows come late and that a table ends, rules of alerts say
 * (ALERT011, ALERT012), with the window in view.
 */
const ofAlert = ({ code, severity }: QueryFinding): boolean =>
  severity === 'error' && code !== 'KQL104' && code !== 'KQL110';

/** Queries that are told whole: of files, of packs and saved searches, of alerts. */
export const queriesOf = ({ queries, logAlerts }: Estate): readonly QueryToCheck[] => [
  ...queries.flatMap((thing) => {
    const { query, of } = thing;
    if (!isTold(query)) return [];
    return [{ thing, query, use: of === 'file' ? useOfFile(query.text) : BOUNDED, counts: () => true }];
  }),
  ...logAlerts.flatMap((thing) => {
    const { query } = thing;
    return isTold(query) ? [{ thing, query, use: BOUNDED, counts: ofAlert }] : [];
  }),
];

/** What is wrong with queries. `texts` are those of the files, by path: a place is looked for in them. */
export const queryFindings = async (
  queries: readonly QueryToCheck[],
  { language, tables }: QueryChecking,
  texts: ReadonlyMap<string, string>,
): Promise<readonly Found[]> => {
  const found: Found[] = [];
  // A module that is called for each cluster has the same queries each time.
  const known = new Map<string, readonly QueryFinding[]>();
  // One after the other: the language reads one text at a time.
  for (const { thing, query, use, counts } of queries) {
    const key = `${use.isBounded} ${use.hasParameters} ${query.text}`;
    const findings = known.get(key) ?? (await checkQuery(language, query.text, tables, use)).findings;
    known.set(key, findings);
    found.push(
      ...judged(findings, query.text, tables)
        .filter(counts)
        .map((finding) => placed(finding, thing, query, texts)),
    );
  }
  return found;
};

/**
 * A query of a table that is not known here is not looked into: its columns would all be faults. It may be somebody's own, or of a product that
 * is not about flows; one that is spelt nearly as a table that is known is a mistake, and then that is all that is said.
 */
const judged = (findings: readonly QueryFinding[], text: string, tables: Tables): readonly QueryFinding[] => {
  const mistyped = findings.filter((finding) => mistypedTable(finding, text, tables) !== null);
  if (mistyped.length > 0) return mistyped;
  const foreign = findings.find(({ code }) => code === NO_TABLE);
  if (foreign === undefined) return findings;
  const message = `not looked into: the columns of ${text.slice(foreign.at.from, foreign.at.until)} are not known`;
  return [{ code: 'KQL004', severity: 'note', at: foreign.at, message }];
};

const placed = (
  { code, severity, at, message }: QueryFinding,
  thing: Thing,
  { text, from }: QueryToCheck['query'],
  texts: ReadonlyMap<string, string>,
): Found => {
  const spec = specOfQueryFinding(code, severity);
  const exact = exactSpot(from, text, at, texts.get(from.file));
  return {
    code,
    spot: exact ?? from,
    subject: thing.address,
    key: code,
    message: exact === null ? `${message} (line ${lineColumn(text, at.from).line} of the query)` : message,
    severity: spec.severity,
    spec,
  };
};

/** Where the query stands in its file letter by letter; null: it is worked out, or written with escapes or less indented. */
const exactSpot = (from: Spot, text: string, at: QueryFinding['at'], file: string | undefined): Spot | null => {
  const begin = file?.slice(0, from.at.until).indexOf(text, from.at.from) ?? -1;
  if (file === undefined || begin < 0 || text === '') return null;
  const [first, until] = [begin + at.from, begin + at.until];
  return { file: from.file, at: { ...lineColumn(file, first), from: first, until } };
};

const SEVERITY: Readonly<Record<QueryFinding['severity'], Severity>> = {
  error: 'critical',
  warning: 'warning',
  note: 'note',
};

/** Codes of the language service have no table of ours: each is a query that is refused, or a warning of it. */
export const specOfQueryFinding = (code: string, severity: QueryFinding['severity']): FindingSpec => {
  if (isTrap(code)) {
    const { severity: own, says, why, fix } = TRAPS[code];
    return {
      severity: SEVERITY[own],
      says,
      why: bare(why),
      fix,
      doc: `docs/reference/kql.md#${code.toLowerCase()}`,
    };
  }
  return {
    severity: SEVERITY[severity],
    says: "Microsoft's language service objects to the query",
    why:
      severity === 'error'
        ? 'a workspace refuses such a query, whenever it is run'
        : 'the query may not mean what it says',
    fix: 'Correct the name, the type or the syntax; `unmasq kql check` shows the same.',
    doc: 'https://learn.microsoft.com/kusto/query/',
  };
};

/** As findings have it: no capital, no full stop. */
const bare = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
