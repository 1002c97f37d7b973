import type { FindingSpec } from './finding.ts';

const AREAS: { readonly [area: string]: string } = {
  FILE: 'Files: can they be read?',
  TF: 'Terraform: can it be made?',
  CI: 'The agent of Container Insights',
  DCR: 'Rules of data collection',
  LOG: 'Container logs',
  FLOW: 'Flow logs',
  NET: 'The network of the cluster',
  MASQ: 'What is masqueraded',
  NODE: 'Settings of nodes',
  AGENT: 'The unmasq agent',
  SNAT: 'Ports and the way out',
  ALERT: 'Alerts',
  COST: 'Money',
  KQL: 'Queries',
  QP: 'Saved queries',
  IGN: 'Ignores',
};

const areaOf = (code: string): string => code.replace(/\d+$/, '');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A page of the project from docs/reference, or one elsewhere. */
const link = (doc: string): string => (doc.startsWith('https://') ? doc : doc.replace(/^docs\//, '../'));

const section = (code: string, { severity, says, why, fix, doc, retired }: FindingSpec): readonly string[] => [
  `### ${code}`,
  '',
  `**${severity}**: ${says}.${retired === true ? ' Retired: it is not found any more.' : ''}`,
  '',
  `${capital(why)}.`,
  '',
  `${fix} [Documentation](${link(doc)})`,
  '',
];

/** docs/reference/findings.md: every finding, by area. A test holds the two together; UPDATE=1 writes the page. */
export const findingsPage = (findings: { readonly [code: string]: FindingSpec }): string => {
  const byArea = Map.groupBy(Object.entries(findings), ([code]) => areaOf(code));
  const order = [...new Set([...Object.keys(AREAS), ...byArea.keys()])].filter((area) => byArea.has(area));
  return [
    '# Findings',
    '',
    'What [`unmasq audit`](../guide/audit.md) finds. Generated from `src/core/monitoring/findings`; do not edit. A code never changes and is never used again. When exactly those of a sample of logs (LOG009 and on) are found: [log-findings.md](log-findings.md).',
    '',
    'Severities: `critical` is refused, answers falsely, or can never work; `warning` answers worse, breaks later, or wastes; `note` is worth knowing.',
    '',
    ...order.flatMap((area) => [
      `## ${AREAS[area] ?? area}`,
      '',
      ...(byArea.get(area) ?? [])
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([code, spec]) => section(code, spec)),
    ]),
  ].join('\n');
};
