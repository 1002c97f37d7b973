import { auditLogs, type LogAudit, type LogFindingLine } from '../../app/audit-logs.ts';
import { SEVERITIES } from '../../core/monitoring/finding.ts';
import { csvOf, print, tableOf } from '../answer.ts';
import type { Context } from '../context.ts';
import { exitOfAudit, failOnOf, SEVERITY_MEANS } from '../fail-on.ts';
import { texts, textOf } from '../flag-values.ts';
import type { Given } from '../globals.ts';
import { refuse } from '../refused.ts';
import { markdownTable, markdownText } from '../render/markdown.ts';
import { bytes, count, percent, plural } from '../../base/number-text.ts';
import type { Column } from '../render/table.ts';

export const runAuditLogs = async (context: Context, given: Given): Promise<number> => {
  const { outside, globals, voice } = context;
  const paths = texts(given, 'logs');
  const failOn = failOnOf(given);
  const { objects, skipped } = await outside.filesAt(paths);
  for (const { name, why, isProblem } of skipped) if (isProblem) voice.warn(`${name}: ${why}`);
  const report = await auditLogs(objects, {
    paths,
    idFields: texts(given, 'idField'),
    gbPerMonth: gigabytes(textOf(given, 'logsGb')),
  });
  const reasons = [
    ...report.completeness.reasons,
    ...skipped.flatMap(({ name, why, isProblem }) => (isProblem ? [`${name}: ${why}`] : [])),
  ];
  if (report.lines === 0)
    return refuse('E525', 'there is no line to score', { why: reasons.join('; ') || 'nothing was found' });
  for (const reason of report.completeness.reasons) voice.warn(reason);
  await print(
    {
      report,
      lines: report.findings,
      csv: csvOf(CSV, report.findings),
      table: (options) => [
        ...tableOf(ASPECT_COLUMNS, aspectsOf(report), context)(options),
        '',
        ...(report.findings.length === 0
          ? ['No findings.']
          : tableOf(FINDING_COLUMNS, report.findings, context)(options)),
        ...toDo(report.findings),
      ],
      markdown: () => markdownOf(report),
    },
    context,
  );
  voice.summary(summaryOf(report));
  return exitOfAudit(report.summary, failOn, reasons.length > 0, globals);
};

const gigabytes = (text: string | null): number | null => {
  if (text === null) return null;
  return /^\d{1,9}(?:\.\d{1,3})?$/.test(text)
    ? Number(text)
    : refuse('E105', `--logs-gb ${text}: expected GB a month, such as 120`);
};

const summaryOf = ({ lines, bytes: of, score, services, summary }: LogAudit): string =>
  `${score ?? '?'} of 100 for ${plural(lines, 'line')} (${bytes(of)}) of ${plural(services.length, 'service')}: ${SEVERITIES.map((severity) => `${count(summary[severity])} ${severity}`).join(', ')}`;

interface Aspect {
  readonly says: string;
  readonly share: number | null;
}

const aspectsOf = ({ aspects }: LogAudit): readonly Aspect[] => [
  { says: 'lines that are JSON', share: aspects.json },
  { says: 'lines with a level', share: aspects.levels },
  { says: 'lines with a time in a zone', share: aspects.times },
  { says: 'usual things under one name', share: aspects.names },
  { says: 'lines about requests with an id', share: aspects.ids },
  { says: 'ids that arrived where was called', share: aspects.propagated },
  { says: 'bytes that nothing else has', share: aspects.lean },
];

const shareText = ({ share }: Aspect): string => (share === null ? '-' : percent(share, 1));

const ASPECT_COLUMNS: readonly Column<Aspect>[] = [
  { header: 'ASPECT', leaves: 0, of: ({ says }) => says },
  { header: 'SHARE', leaves: 0, align: 'right', of: shareText },
];

const placeOf = ({ file, line }: LogFindingLine): string => `${file}:${line}`;
const savingOf = ({ costPerMonth }: LogFindingLine): string =>
  costPerMonth === null ? '-' : `$${(-costPerMonth).toFixed(2)}`;

const FINDING_COLUMNS: readonly Column<LogFindingLine>[] = [
  { header: 'CODE', leaves: 0, of: ({ code }) => code },
  {
    header: 'SEVERITY',
    leaves: 1,
    of: ({ severity }) => severity,
    means: ({ severity }) => SEVERITY_MEANS[severity],
  },
  { header: 'PLACE', leaves: 0, of: placeOf },
  { header: 'SUBJECT', leaves: 2, of: ({ subject }) => subject },
  { header: 'SAVES A MONTH', leaves: 3, wide: true, align: 'right', of: savingOf },
  { header: 'FINDING', leaves: 0, of: ({ message }) => message },
];

const CSV = [
  { name: 'code', of: ({ code }: LogFindingLine) => code },
  { name: 'severity', of: ({ severity }: LogFindingLine) => severity },
  { name: 'file', of: ({ file }: LogFindingLine) => file },
  { name: 'line', of: ({ line }: LogFindingLine) => line },
  { name: 'subject', of: ({ subject }: LogFindingLine) => subject },
  { name: 'message', of: ({ message }: LogFindingLine) => message },
  { name: 'cost_per_month', of: ({ costPerMonth }: LogFindingLine) => costPerMonth },
];

/** Each fix once, however many findings it mends. */
const toDo = (findings: readonly LogFindingLine[]): readonly string[] => {
  const codes = Map.groupBy(findings, ({ code }) => code);
  const lines = [...codes].map(([code, [first, ...more]]) => {
    const saved = [first, ...more].reduce((sum, one) => sum - (one?.costPerMonth ?? 0), 0);
    return `  ${code}  ${first?.fix ?? ''}${saved > 0 ? ` Saves $${saved.toFixed(2)} a month.` : ''}`;
  });
  return lines.length === 0 ? [] : ['', 'To do:', ...lines];
};

const markdownOf = (report: LogAudit): readonly string[] => [
  '### Logs',
  '',
  markdownText(summaryOf(report)),
  '',
  ...markdownTable(
    [
      { header: 'Aspect', of: ({ says }: Aspect) => says },
      { header: 'Share', of: shareText, align: 'right' },
    ],
    aspectsOf(report),
  ),
  ...(report.findings.length === 0
    ? ['', 'No findings.']
    : [
        '',
        ...markdownTable(
          [
            { header: 'Code', of: ({ code }: LogFindingLine) => code },
            { header: 'Severity', of: ({ severity }: LogFindingLine) => severity },
            { header: 'Place', of: placeOf },
            { header: 'Finding', of: ({ subject, message }: LogFindingLine) => `${subject}: ${message}` },
            { header: 'Fix', of: ({ fix }: LogFindingLine) => fix },
          ],
          report.findings,
        ),
      ]),
];
