import type { AuditReport, FindingLine } from '../../app/audit-report.ts';
import { answerCost, auditSummary, placeIn } from './audit-table.ts';

/** What Markdown or HTML would take for its own, in a cell of a table. */
const cell = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[|\\`*_[\]]/g, (mark) => `\\${mark}`);

const code = (text: string): string => `\`${text.replaceAll(/[`|\n]/g, ' ')}\``;

/** A fence that is longer than any in the text. */
const fenced = (text: string, language: string): readonly string[] => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, text.trimEnd(), fence];
};

const details = (finding: FindingLine): readonly string[] => [
  '',
  `<details><summary>${finding.code} ${cell(placeIn(finding))}</summary>`,
  '',
  cell(finding.matters),
  '',
  `${cell(finding.fix)} ${finding.doc.startsWith('https://') ? `[Documentation](${finding.doc})` : ''}`.trim(),
  ...(finding.diff === '' ? [] : ['', ...fenced(finding.diff, 'diff')]),
  '',
  '</details>',
];

/** For a comment on a pull request: a table, and below it each finding with its reason and its diff. */
export const auditMarkdown = (report: AuditReport): string => {
  const fresh = report.findings.filter(({ isKnown }) => isKnown !== true);
  const rows = fresh.map((f) => `| ${f.severity} | ${code(f.code)} | ${code(placeIn(f))} | ${cell(f.message)} |`);
  return [
    `**unmasq audit**: ${auditSummary(report)}`,
    ...(rows.length === 0 ? [] : ['', '| severity | code | where | finding |', '|---|---|---|---|', ...rows]),
    ...fresh.flatMap(details),
    '',
    '| question | answered | a month | how |',
    '|---|---|---|---|',
    ...report.answerability.map(
      (row) => `| ${cell(row.question)} | ${row.answerable} | ${cell(answerCost(row))} | ${cell(row.says)} |`,
    ),
    ...(report.completeness.reasons.length === 0
      ? []
      : ['', 'Not the whole picture:', '', ...report.completeness.reasons.map((reason) => `- ${cell(reason)}`)]),
    '',
  ].join('\n');
};
