import type { AnswerLine, AuditReport, FindingLine } from '../../app/audit-report.ts';
import { SEVERITIES } from '../../core/monitoring/finding.ts';
import { SEVERITY_MEANS } from '../fail-on.ts';
import type { Meaning } from './colour.ts';
import type { CsvColumn } from './csv.ts';
import { count, plural } from '../../base/number-text.ts';
import type { Column } from './table.ts';

export const placeIn = ({ file, line, column }: Pick<FindingLine, 'file' | 'line' | 'column'>): string =>
  `${file}:${line}:${column}`;

export const FINDING_COLUMNS: readonly Column<FindingLine>[] = [
  { header: 'WHERE', leaves: 0, of: placeIn },
  { header: 'CODE', leaves: 0, of: ({ code }) => code },
  { header: 'SEVERITY', leaves: 0, means: ({ severity }) => SEVERITY_MEANS[severity], of: ({ severity }) => severity },
  { header: 'FINDING', leaves: 0, of: ({ message }) => message },
  { header: 'FIX', leaves: 1, of: ({ fix }) => fix },
  { header: 'WHY', leaves: 2, wide: true, of: ({ matters }) => matters },
  { header: 'DOC', leaves: 3, wide: true, of: ({ doc }) => doc },
];

export const FINDING_CSV: readonly CsvColumn<FindingLine>[] = [
  { name: 'file', of: ({ file }) => file },
  { name: 'line', of: ({ line }) => line },
  { name: 'column', of: ({ column }) => column },
  { name: 'code', of: ({ code }) => code },
  { name: 'severity', of: ({ severity }) => severity },
  { name: 'subject', of: ({ subject }) => subject },
  { name: 'message', of: ({ message }) => message },
  { name: 'matters', of: ({ matters }) => matters },
  { name: 'fix', of: ({ fix }) => fix },
  { name: 'doc', of: ({ doc }) => doc },
  { name: 'cost_per_month_usd', of: ({ costPerMonth }) => costPerMonth },
];

/** `4 files: 3 findings (1 critical, 2 warning), 2 ignored, 5 known by the baseline, 1 gone`. */
export const auditSummary = ({ sources, findings, summary, ignored, gone }: AuditReport): string => {
  const parts = SEVERITIES.filter((severity) => summary[severity] > 0).map((s) => `${summary[s]} ${s}`);
  const known = findings.filter(({ isKnown }) => isKnown === true).length;
  return [
    `${plural(sources.length, 'file')}: ${plural(findings.length - known, 'finding')}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`,
    ...(ignored.length === 0 ? [] : [`${ignored.length} ignored`]),
    ...(known === 0 ? [] : [`${known} known by the baseline`]),
    ...(gone.length === 0 ? [] : [`${gone.length} of the baseline gone`]),
  ].join(', ');
};

const answerMeanings: { readonly [answerable in AnswerLine['answerable']]: Meaning } = {
  yes: 'ok',
  partly: 'warning',
  no: 'failure',
  'cannot-tell': 'dim',
};

const dollars = (usd: number | null): string => (usd === null ? '$?' : `$${usd < 1 ? '0' : count(usd)}`);

/** `run the agent ($0 a month)`. */
const changeOf = ({ cheapestChange }: AnswerLine): string =>
  cheapestChange === null ? '-' : `${cheapestChange.does.join('; ')} (${dollars(cheapestChange.costPerMonth)} a month)`;

/** `$226`, `$226 and ?` where there is more that is not known, `?` where nothing is, `-` for what is not answered. */
export const answerCost = ({ answerable, cost: { alone, isAtLeast } }: AnswerLine): string => {
  if (answerable !== 'yes' && answerable !== 'partly') return '-';
  if (alone === null) return '$?';
  return isAtLeast ? `${dollars(alone)} and ?` : dollars(alone);
};

export const ANSWER_COLUMNS: readonly Column<AnswerLine>[] = [
  { header: 'QUESTION', leaves: 0, of: ({ question }) => question },
  {
    header: 'ANSWERED',
    leaves: 0,
    means: ({ answerable }) => answerMeanings[answerable],
    of: ({ answerable }) => answerable,
  },
  { header: 'A MONTH', leaves: 1, of: answerCost },
  { header: 'HOW', leaves: 1, of: ({ says }) => says },
  {
    header: 'VERDICTS',
    leaves: 3,
    wide: true,
    of: ({ verdicts }) => (verdicts.length === 0 ? '-' : verdicts.join(', ')),
  },
  { header: 'CHEAPEST CHANGE', leaves: 2, of: changeOf },
  { header: 'GIVES', leaves: 4, wide: true, of: ({ cheapestChange }) => cheapestChange?.gives ?? '-' },
];
