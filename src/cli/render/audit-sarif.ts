import type { AuditReport, FindingLine } from '../../app/audit-report.ts';
import { nameOf } from '../../core/monitoring/baseline.ts';
import { SEVERITIES, type Severity } from '../../core/monitoring/finding.ts';
import { FINDINGS } from '../../core/monitoring/findings.ts';
import { specOfQueryFinding } from '../../core/monitoring/query-findings.ts';

const LEVELS: { readonly [severity in Severity]: 'error' | 'warning' | 'note' } = {
  critical: 'error',
  warning: 'warning',
  note: 'note',
};

/** A relative reference: each part of the path encoded, its slashes kept. */
const uriOf = (file: string): string => file.split('/').map(encodeURIComponent).join('/');

const artifact = (file: string) =>
  file.startsWith('/') ? { uri: `file://${uriOf(file)}` } : { uri: uriOf(file), uriBaseId: 'SRCROOT' };

/** Of a code that is not ours, Microsoft's language service's, the level is that of the gravest result. */
const ruleOf = (code: string, results: readonly FindingLine[]) => {
  const grave = SEVERITIES.find((severity) => results.some((one) => one.code === code && one.severity === severity));
  const spec = FINDINGS[code] ?? specOfQueryFinding(code, grave === 'critical' ? 'error' : 'warning');
  return {
    id: code,
    shortDescription: { text: spec.says },
    fullDescription: { text: `${spec.says}: ${spec.why}` },
    help: { text: spec.fix },
    ...(spec.doc.startsWith('https://') ? { helpUri: spec.doc } : {}),
    defaultConfiguration: { level: LEVELS[grave ?? spec.severity] },
  };
};

const resultOf = (finding: FindingLine, codes: readonly string[]) => ({
  ruleId: finding.code,
  ruleIndex: codes.indexOf(finding.code),
  level: LEVELS[finding.severity],
  message: { text: `${finding.message}. ${finding.matters}. ${finding.fix}` },
  locations: [
    {
      physicalLocation: {
        artifactLocation: artifact(finding.file),
        region: {
          startLine: finding.line,
          startColumn: finding.column,
          endLine: finding.endLine,
          endColumn: finding.endColumn,
        },
      },
      logicalLocations: [{ fullyQualifiedName: finding.subject }],
    },
  ],
  ...(finding.related.length === 0
    ? {}
    : {
        relatedLocations: finding.related.map(({ file, line, column, says }, id) => ({
          id: id + 1,
          physicalLocation: { artifactLocation: artifact(file), region: { startLine: line, startColumn: column } },
          message: { text: says },
        })),
      }),
  partialFingerprints: { 'unmasq/v1': nameOf(finding) },
  ...(finding.isKnown === null ? {} : { baselineState: finding.isKnown ? 'unchanged' : 'new' }),
  ...(finding.ignored === null
    ? {}
    : {
        suppressions: [
          {
            kind: finding.ignored.by === 'comment' ? 'inSource' : 'external',
            status: 'accepted',
            justification: `${finding.ignored.reason} (until ${finding.ignored.until})`,
          },
        ],
      }),
  ...(finding.edits.length === 0
    ? {}
    : {
        fixes: [
          {
            description: { text: finding.fix },
            artifactChanges: [...Map.groupBy(finding.edits, ({ file }) => file)].map(([file, edits]) => ({
              artifactLocation: artifact(file),
              replacements: edits.map(({ from, until, text }) => ({
                deletedRegion: { charOffset: from, charLength: until - from },
                insertedContent: { text },
              })),
            })),
          },
        ],
      }),
  ...(finding.costPerMonth === null ? {} : { properties: { costPerMonthUsd: finding.costPerMonth } }),
});

/** SARIF 2.1.0, as code scanning reads it. No times: the same configuration gives the same log. */
export const auditSarif = (report: AuditReport, version: string): unknown => {
  const results = [...report.findings, ...report.ignored];
  const codes = [...new Set(results.map(({ code }) => code))].sort((a, b) => (a < b ? -1 : 1));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'unmasq', semanticVersion: version, rules: codes.map((code) => ruleOf(code, results)) },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The folder that unmasq was run in' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: report.completeness.reasons.map((text) => ({
              level: 'warning',
              message: { text },
            })),
          },
        ],
        results: results.map((finding) => resultOf(finding, codes)),
      },
    ],
  };
};
