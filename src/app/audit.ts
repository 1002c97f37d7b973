import { type Instant, renderInstant } from '../base/instant.ts';
import { findingsIn, inOrder, specified } from '../core/monitoring/audit.ts';
import { answerabilityOf } from '../core/monitoring/answerability.ts';
import { withCosts } from '../core/monitoring/answerability/answer-costs.ts';
import { compared, type KnownFinding } from '../core/monitoring/baseline.ts';
import type { Elsewhere, Scope } from '../core/monitoring/estate.ts';
import { SEVERITIES, type Severity } from '../core/monitoring/finding.ts';
import { judged } from '../core/monitoring/ignores.ts';
import { queriesOf, type QueryChecking, queryFindings } from '../core/monitoring/query-findings.ts';
import type { ProviderTypes } from '../core/monitoring/provider/provider-types.ts';
import { type ConfigurationFiles, type ConfigurationReaders, folderOf } from './audit-files.ts';
import { fileFindings } from './audit-file-findings.ts';
import { type AuditReport, type FindingLine, findingLine } from './audit-report.ts';
import { type Patch, patchOf } from './audit-patch.ts';
import type { ValuesGiven } from './audit-terraform.ts';
import { readEstates } from './audit-estates.ts';

export interface AuditAsked {
  readonly paths: readonly string[];
  readonly scope: Scope;
  readonly elsewhere: ReadonlySet<Elsewhere>;
  /** How far back somebody wants to be able to ask; null: as a file of settings says, or as usual. */
  readonly needDays: number | null;
  readonly values: ValuesGiven;
  readonly today: Instant;
  /** What is known already; null: there is no baseline. */
  readonly baseline: readonly KnownFinding[] | null;
}

/** How far back somebody wants to be able to ask, where nobody says. */
const USUAL_NEED_DAYS = 90;

export interface Audited {
  readonly report: AuditReport;
  readonly patch: Patch;
}

/** Has work done with what checks queries. */
export type WithQueryChecking = <Value>(work: (checking: QueryChecking) => Promise<Value>) => Promise<Value>;

/** Reads the files of a configuration, and says what is wrong with it. Queries are checked where there are any. */
export const audit = async (
  found: ConfigurationFiles,
  readers: ConfigurationReaders,
  types: ProviderTypes,
  asked: AuditAsked,
  withQueryChecking: WithQueryChecking,
): Promise<Audited> => {
  const read = readEstates(found, readers, types, asked);
  const needDays = asked.needDays ?? read.needDays ?? USUAL_NEED_DAYS;
  const knowing = { today: asked.today, types, needDays };
  const isAsked = askedOf(found);
  const texts = new Map(found.files.map(({ path, text }) => [path, text]));
  const queries = read.estates.flatMap(queriesOf);
  // Who reads KQL takes a moment to start.
  const ofQueries =
    queries.length === 0 ? [] : await withQueryChecking((checking) => queryFindings(queries, checking, texts));
  const all = inOrder(
    [
      ...fileFindings(read).map(specified),
      ...read.estates.flatMap((estate) => findingsIn(estate, knowing)),
      ...ofQueries,
    ].filter(({ spot }) => isAsked(spot.file)),
  );
  const { findings, ignored, faults } = judged(all, read.ignores, asked.today);
  const named = new Map(
    found.files.filter(({ path, isNamed }) => isNamed && !read.made.has(path)).map(({ path, text }) => [path, text]),
  );
  const said = inOrder([...findings, ...faults.map(specified)]).map((one) => findingLine(one, named, texts, null));
  const lines = withBaseline(said, asked.baseline);
  const answerability = answerabilityOf(read.estates);
  const report: AuditReport = {
    schemaVersion: 1,
    kind: 'Audit',
    query: {
      paths: asked.paths,
      scope: asked.scope,
      elsewhere: [...asked.elsewhere],
      needDays,
      today: renderInstant(asked.today).slice(0, 'YYYY-MM-DD'.length),
    },
    sources: read.sources,
    completeness: { complete: read.reasons.length === 0, reasons: read.reasons },
    summary: summaryOf(lines.findings),
    findings: lines.findings,
    answerability: withCosts(answerability.rows, read.estates),
    causes: answerability.causes,
    ignored: ignored.map(({ found: one, ignore }) => findingLine(one, named, texts, ignore)),
    gone: lines.gone,
  };
  return {
    report,
    patch: patchOf(
      lines.findings.filter(({ isKnown }) => isKnown !== true),
      named,
    ),
  };
};

const withBaseline = (
  findings: readonly FindingLine[],
  baseline: AuditAsked['baseline'],
): Pick<AuditReport, 'findings' | 'gone'> => {
  if (baseline === null) return { findings, gone: [] };
  const { isKnown, gone } = compared(findings, baseline);
  return { findings: findings.map((one) => ({ ...one, isKnown: isKnown.get(one) ?? false })), gone };
};

const summaryOf = (findings: readonly FindingLine[]): AuditReport['summary'] => {
  const count = (severity: Severity): number =>
    findings.filter((f) => f.severity === severity && f.isKnown !== true).length;
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, count(severity)])) as AuditReport['summary'];
};

/** Files beside one that was named by itself are read for what they tell, and not audited. */
const askedOf = ({ files }: ConfigurationFiles): ((path: string) => boolean) => {
  const named = files.filter(({ isNamed }) => isNamed).map(({ path }) => path);
  const beside = new Set(named.map(folderOf));
  const paths = new Set(named);
  return (path) => paths.has(path) || !beside.has(folderOf(path));
};
